"""Suggestions as the tables offices keep (D8.2): to whom they were given, and what became of them."""

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from common.import_admin import SheetResource
from deputies.models import Session

from .assignment_table import AssignmentTable
from .models import ANSWERING, Part, TopicClaim
from .states import TAKING_PART
from .topic_table import TopicTable

TABLE = AssignmentTable


def _column(column, attribute=None):
    return Field(attribute, column.label)


def _joined(records) -> str:
    return "、".join(dict.fromkeys(map(str, records)))


class AssignmentResource(SheetResource):
    """To whom suggestions were given; what is exported of one session can be imported again and changes nothing."""

    title = TABLE.label

    number = _column(TABLE.NUMBER)
    title_ = _column(TABLE.TITLE, "title")
    lead = _column(TABLE.LEAD, "lead__name")
    cosigners = _column(TABLE.COSIGNERS)
    delegation = _column(TABLE.DELEGATION)
    category = _column(TABLE.CATEGORY)
    submitted = _column(TABLE.SUBMITTED)
    lead_unit = _column(TABLE.LEAD_UNIT)
    co_units = _column(TABLE.CO_UNITS)
    separate = _column(TABLE.SEPARATE)
    committee = _column(TABLE.COMMITTEE)
    is_key = _column(TABLE.KEY)
    assigned = _column(TABLE.ASSIGNED, "assigned_on")
    due = _column(TABLE.DUE, "due_on")

    def filter_export(self, queryset, **kwargs):
        related = ("lead", "delegation", "category", "committee__unit", "session__term__area")
        return queryset.select_related(*related).prefetch_related(
            "assignments__unit", "cosignatures__deputy", "key_items"
        )

    def export(self, queryset=None, **kwargs):
        dataset = super().export(queryset, **kwargs)
        sessions = Session.objects.select_related("term__area")
        places = queryset.order_by().values_list("session", flat=True).distinct()[:2]
        if len(places) == 1 and (session := sessions.filter(pk=places[0]).first()):
            dataset.title = f"{session}{dataset.title}"  # as such a table says, and as it is read again
        return dataset

    def dehydrate_number(self, suggestion):
        return suggestion.label

    def dehydrate_cosigners(self, suggestion):
        return _joined(
            row.deputy
            for row in suggestion.cosignatures.all()
            if row.state == "agreed" and row.text_version == suggestion.text_version
        )

    def dehydrate_delegation(self, suggestion):
        return str(suggestion.delegation or "")

    def dehydrate_category(self, suggestion):
        return str(suggestion.category or "")

    def dehydrate_submitted(self, suggestion):
        return suggestion.submitted_at and suggestion.submitted_at.date()

    def dehydrate_lead_unit(self, suggestion):
        return _units(suggestion, Part.LEAD)

    def dehydrate_co_units(self, suggestion):
        return _units(suggestion, Part.CO)

    def dehydrate_separate(self, suggestion):
        return _units(suggestion, Part.SEPARATE)

    def dehydrate_committee(self, suggestion):
        return str(suggestion.committee or "")

    def dehydrate_is_key(self, suggestion):
        return "√" if suggestion.key_items.all() else ""


class HandlingResource(SheetResource):
    """What became of suggestions: replies, talks, ratings, promises."""

    title = gettext_lazy("Suggestions and their handling")

    number = Field(column_name="编号")
    title_ = Field("title", "标题")
    unit = Field(column_name="主办单位")
    replied_on = Field("replied_on", "答复日期")
    reply_class = Field(column_name="答复类别(A/B/C/D)")
    way = Field(column_name="面商方式")
    talked_on = Field(column_name="面商时间")
    attitude = Field("get_attitude_display", "办理态度")
    verdict = Field("get_verdict_display", "办理结果")
    publication = Field("get_publication_display", "是否公开")
    promises = Field(column_name="承诺事项")
    promised_for = Field(column_name="承诺完成时限")
    kept = Field(column_name="兑现情况")

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("reply_class", "session").prefetch_related(
            "assignments__unit", "assignments__consultations", "commitments"
        )

    def dehydrate_number(self, suggestion):
        return suggestion.label

    def dehydrate_unit(self, suggestion):
        return _units(suggestion, *ANSWERING)

    def dehydrate_reply_class(self, suggestion):
        return suggestion.reply_class.code if suggestion.reply_class else ""

    def dehydrate_way(self, suggestion):
        return _joined(talk.get_way_display() for talk in _talks(suggestion))

    def dehydrate_talked_on(self, suggestion):
        return _joined(talk.on for talk in _talks(suggestion))

    def dehydrate_promises(self, suggestion):
        return "；".join(promise.text for promise in _promises(suggestion))

    def dehydrate_promised_for(self, suggestion):
        return "；".join(str(promise.due_on) for promise in _promises(suggestion))

    def dehydrate_kept(self, suggestion):
        return "；".join(promise.get_state_display() for promise in _promises(suggestion))


def _units(suggestion, *parts) -> str:
    given = (part for part in suggestion.assignments.all() if part.state in TAKING_PART)
    return _joined(part.unit for part in given if part.part in parts)


def _talks(suggestion):
    return [talk for part in suggestion.assignments.all() for talk in part.consultations.all()]


def _promises(suggestion):
    return [promise for promise in suggestion.commitments.all() if promise.state != "proposed"]


class TopicResource(SheetResource):
    """The topic list and who took what; what is exported of one year can be imported again and changes nothing."""

    title = TopicTable.label

    number = _column(TopicTable.NUMBER, "number")
    title_ = _column(TopicTable.TITLE, "title")
    category = _column(TopicTable.CATEGORY, "category__name")
    background = _column(TopicTable.BACKGROUND, "background")
    proposed_by = _column(TopicTable.PROPOSED_BY, "proposed_by__name")
    contact_unit = _column(TopicTable.CONTACT_UNIT, "contact_unit__name")
    contact = _column(TopicTable.CONTACT, "contact")
    taken_by = Field(column_name="认领代表")
    taken_on = Field(column_name="认领时间")

    def filter_export(self, queryset, **kwargs):
        held = TopicClaim.objects.held().select_related("deputy", "group").order_by("pk")
        return queryset.select_related("category", "proposed_by", "contact_unit").prefetch_related(
            Prefetch("claims", held, to_attr="held")
        )

    def dehydrate_taken_by(self, topic):
        return _joined(claim.group or claim.deputy for claim in topic.held)

    def dehydrate_taken_on(self, topic):
        return _joined(timezone.localdate(claim.claimed_at) for claim in topic.held)
