"""Suggestions: the text is read, what the office decides is done by buttons. Nobody here edits a deputy's text (D1.4)."""

from types import SimpleNamespace

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.bulk import BulkAct, BulkMixin
from common.import_admin import SheetImportMixin
from common.staff import ReadOnlyMixin, RecordedAdmin, in_words
from common.staff_acts import Act, MovesMixin, NoteForm

from .. import states
from ..actions import assignments, ratings, review, suggestions
from ..models import Publication, Reply, Suggestion
from ..resources import AssignmentResource, HandlingResource
from . import filters, forms

S = states.SuggestionState
NUMBER = gettext_lazy("no.")
ENDED = frozenset({S.NOT_ACCEPTED, S.REFERRED, S.WITHDRAWN, S.ARCHIVED})


def merge(suggestion, *, others, by, matter):
    return review.merge([suggestion, *others], by=by, matter=matter)


def publish_in_full(suggestion, *, by):
    """Only where the deputy wished so; a summary is written on the page of the suggestion itself."""
    if not suggestion.wish:
        raise ValidationError(
            _("It came on paper. Ask the deputy first, and enter the answer on its own page.")
        )
    if suggestion.wish != Publication.FULL:
        raise ValidationError(
            _("The deputy agreed to no more than: %(wish)s.") % {"wish": suggestion.get_wish_display()}
        )
    if suggestion.publication:
        raise ValidationError(
            _("Decided already: %(decision)s.") % {"decision": suggestion.get_publication_display()}
        )
    review.publish(suggestion, by=by, publication=Publication.FULL)


ACTS = {
    "classify": Act(
        gettext_lazy("Change category or committee"),
        "classify",
        review.classify,
        forms.ClassifyForm,
        lambda suggestion: suggestion.registered_at is not None and suggestion.state not in ENDED,
    ),
    "add_unit": Act(
        gettext_lazy("Add a unit"),
        "assign",
        assignments.add_unit,
        forms.AddUnitForm,
        lambda suggestion: suggestion.state in states.WITH_UNITS,
    ),
    "merge": Act(
        gettext_lazy("Have it handled together with others"),
        "classify",
        merge,
        forms.MergeForm,
        lambda suggestion: (
            suggestion.registered_at is not None
            and suggestion.merge_group_id is None
            and suggestion.state not in ENDED
        ),
    ),
    "unmerge": Act(
        gettext_lazy("Take it out of those handled together"),
        "classify",
        review.unmerge,
        is_open=lambda suggestion: suggestion.merge_group_id is not None,
    ),
    "publish": Act(
        gettext_lazy("Decide on publication"),
        "publish",
        review.publish,
        forms.PublishForm,
        lambda suggestion: suggestion.state in states.ANSWERED,
    ),
    "reclassify": Act(
        gettext_lazy("Change the class after a check"),
        "reclassify",
        review.reclassify,
        forms.ReclassifyForm,
        lambda suggestion: suggestion.reply_class_id is not None,
    ),
    "enter_rating": Act(
        gettext_lazy("Enter a rating given on paper"),
        "enter_rating",
        ratings.enter,
        forms.EnterRatingForm,
        lambda suggestion: suggestion.state == S.REPLIED and suggestion.ratings.waiting().exists(),
    ),
    "withdraw": Act(
        gettext_lazy("Record the deputy's withdrawal"),
        "withdraw_on_paper",
        suggestions.withdraw,
        forms.WithdrawForm,
        lambda suggestion: suggestion.state in suggestion.MOVES["withdraw"].sources,
    ),
}
BULK_ACTS = {
    "register": BulkAct(
        pgettext_lazy("suggestions", "Register"),
        "register",
        review.register,
        lambda suggestion: (
            _("Becomes %(number)s, supervised by %(committee)s.")
            % {"number": suggestion.label, "committee": suggestion.committee}
        ),
    ),
    "assign": BulkAct(
        pgettext_lazy("suggestions", "Assign"),
        "assign",
        assignments.assign,
        lambda suggestion: "；".join(
            _("%(part)s %(unit)s, due on %(day)s")
            % {"part": part.get_part_display(), "unit": part.unit, "day": date_format(part.due_on)}
            for part in suggestion.assignments.select_related("unit")
        ),
        forms.AssignSeveralForm,
    ),
    "publish": BulkAct(
        gettext_lazy("Publish in full"),
        "publish",
        publish_in_full,
        lambda suggestion: _("Published with its replies in full."),
    ),
    "archive": BulkAct(
        pgettext_lazy("suggestions", "Archive"),
        "archive",
        review.archive,
        lambda suggestion: _("Archived with the year %(year)s.") % {"year": suggestion.year},
    ),
}


@admin.register(Suggestion)
class SuggestionAdmin(SheetImportMixin, BulkMixin, ReadOnlyMixin, MovesMixin, RecordedAdmin):
    sheet_kind = "suggestions"
    resource_classes = (AssignmentResource, HandlingResource)
    move_actions = SimpleNamespace(
        register=review.register,
        send_back=review.send_back,
        reject=review.reject,
        refer=review.refer,
        assign=assignments.assign,
        rehandle=ratings.rehandle,
        archive=review.archive,
    )
    move_forms = {
        "reject": forms.RejectForm,
        "refer": forms.ReferForm,
        "register": forms.RegisterForm,
        "assign": forms.AssignForm,
        "send_back": NoteForm,
    }
    acts = ACTS
    bulk_acts = BULK_ACTS
    change_form_template = "admin/proposals/suggestion.html"
    view_on_site = False
    list_display = ("shown_number", "title", "lead", "short_committee", "state", "due")
    list_display_links = ("title",)
    list_filter = (
        filters.StateFilter,
        filters.LateFilter,
        filters.PublicationFilter,
        filters.KeyFilter,
        filters.YearFilter,
        filters.SessionFilter,
        filters.CategoryFilter,
        filters.CommitteeFilter,
        filters.OfUnitFilter,
    )
    list_select_related = ("committee__unit",)
    search_fields = ("title",)
    search_help_text = gettext_lazy("Number, words of title or text, or the lead deputy")
    MET = in_words(Suggestion, "met")
    IN_TIME = in_words(Suggestion, "in_time")
    readonly_fields = ("shown_number", "due", IN_TIME, MET)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "shown_number",
                    "state",
                    "lead",
                    "delegation",
                    "origin",
                    "session",
                    "category",
                    "committee",
                    "merge_group",
                    "submitted_at",
                )
            },
        ),
        (
            pgettext_lazy("section", "Text"),
            {"fields": ("facts", "reasons", "request", "wish", "wish_reason")},
        ),
        (
            pgettext_lazy("section", "Handling"),
            {
                "fields": (
                    "rejection",
                    "assigned_on",
                    "due",
                    "replied_on",
                    IN_TIME,
                    MET,
                    "reply_class",
                    "verdict",
                    "attitude",
                    "solved",
                    "concluded_on",
                )
            },
        ),
        (
            gettext_lazy("Publication"),
            {"fields": ("publication", "published_on", "public_summary", "publication_reason")},
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).of_staff(request.user)

    def get_ordering(self, request):
        """What is late longest comes first; else what was begun last."""
        return ("due_on",) if "late" in request.GET else ("-pk",)

    def get_fieldsets(self, request, obj=None):
        """Without what has not come to pass yet."""

        def is_there(name):
            column = {"shown_number": "number", "due": "due_on"}.get(name, getattr(name, "__name__", name))
            return getattr(obj, column, None) not in (None, "")

        groups = [
            (title, group | {"fields": [name for name in group["fields"] if is_there(name)]})
            for title, group in self.fieldsets
        ]
        return [(title, group) for title, group in groups if group["fields"]]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        suggestion = object_id and self.get_object(request, object_id)
        if suggestion:
            extra_context = (extra_context or {}) | cards(request.user, suggestion)
        return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description=Suggestion._meta.get_field("committee").verbose_name)
    def short_committee(self, suggestion):
        return suggestion.committee and suggestion.committee.unit

    @admin.display(description=NUMBER)
    def shown_number(self, suggestion):
        return suggestion.label or "—"

    @admin.display(description=gettext_lazy("reply due on"))
    def due(self, suggestion):
        return due_words(suggestion)


def due_words(record):
    """A day and, when it has passed, that it is late."""
    if record.due_on is None:
        return "—"
    day = date_format(record.due_on)
    return _("%(day)s, late") % {"day": day} if record.is_late else day


def cards(user, suggestion):
    """What belongs to a suggestion, as its page shows it."""
    parts = suggestion.assignments.select_related("unit", "proposed_unit")
    letters = Reply.objects.signed().filter(assignment__suggestion=suggestion)
    return {
        "page": reverse("proposals:detail", args=[suggestion.pk]),
        "parts": parts.prefetch_related("extensions", "urgings__by"),
        "cosigners": suggestion.cosignatures.select_related("deputy"),
        "letters": letters.select_related("assignment__unit", "reply_class"),
        "commitments": suggestion.commitments.promised().select_related("unit"),
        "ratings": suggestion.ratings.visible_to(user).select_related("deputy", "entered_by"),
        "class_steps": suggestion.class_steps.select_related("before", "after", "by"),
        "key_items": suggestion.key_items.all(),
        "files": suggestion.files.select_related("file"),
        "together": suggestion.merge_group.suggestions.exclude(pk=suggestion.pk)
        if suggestion.merge_group
        else [],
    }
