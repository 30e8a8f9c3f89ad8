"""Opinions and orders for offices: lists with filters, acts as buttons, several at once with a preview. Nobody edits what was said.

Answers are written on the page of the opinion itself, which keeps the text of who was second.
"""

from types import SimpleNamespace

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Area, Unit
from common.bulk import BulkAct, BulkMixin
from common.import_admin import SheetExportMixin
from common.staff import ReadOnlyMixin, RecordedAdmin, in_words
from common.staff_acts import Act, MovesMixin
from common.text import masked
from proposals.admin.filters import CategoryFilter, LateFilter, RowFilter
from proposals.admin.suggestions import due_words

from .. import states
from ..actions import dispatches, opinions, raising
from ..forms import opinions as forms
from ..models import Dispatch, Opinion, Station
from ..opinion_sheet import OpinionResource

O, D = states.OpinionState, states.DispatchState  # noqa: E741 the letter of the noun
LIKE_NAMED = 50  # stations whose name fits the word looked for


class CountyFilter(RowFilter):
    title, parameter_name = gettext_lazy("county or district"), "county"

    def rows(self):
        return Area.objects.filter(kind__in=(Area.Kind.COUNTY, Area.Kind.DISTRICT))

    def ask(self, queryset, pk):
        code = Area.objects.filter(pk=pk).values_list("code", flat=True).first()
        return queryset.filter(area__code__startswith=code) if code else queryset.none()


class UnitFilter(RowFilter):
    """By a department that has or had an order."""

    title, parameter_name = gettext_lazy("department"), "unit"

    def rows(self):
        return Unit.objects.filter(Exists(Dispatch.objects.filter(unit=OuterRef("pk"))))


ACTS = {
    "add_unit": Act(
        gettext_lazy("Add a department"),
        "dispatch",
        dispatches.add_unit,
        forms.AddUnitForm,
        lambda opinion: opinion.state == O.DISPATCHED,
    ),
    "ask_deputy": Act(
        gettext_lazy("Ask a city deputy to suggest it"),
        "ask_deputy",
        raising.ask_deputy,
        forms.AskDeputyForm,
        lambda opinion: opinion.state == O.ESCALATED,
    ),
    "publish": Act(
        pgettext_lazy("opinion", "Publish"),
        "publish",
        opinions.publish,
        forms.PublishForm,
        lambda opinion: not opinions.why_not_publish(opinion),
    ),
    "take_back": Act(
        gettext_lazy("Take it back from the public"),
        "publish",
        opinions.take_public_back,
        forms.NoteForm,
        lambda opinion: opinion.published_on is not None,
    ),
}
BULK_ACTS = {
    "accept": BulkAct(
        pgettext_lazy("opinions", "Accept"),
        "accept",
        opinions.accept,
        lambda opinion: _("An answer is owed by %(day)s.") % {"day": date_format(opinion.due_on)},
    ),
    "dispatch": BulkAct(
        pgettext_lazy("opinions", "Dispatch to departments"),
        "dispatch",
        dispatches.dispatch,
        lambda opinion: "；".join(
            _("%(unit)s, to report in by %(day)s") % {"unit": order.unit, "day": date_format(order.due_on)}
            for order in opinion.dispatches.working().select_related("unit").order_by("pk")
        ),
        forms.DispatchForm,
    ),
}


@admin.register(Opinion)
class OpinionAdmin(SheetExportMixin, BulkMixin, ReadOnlyMixin, MovesMixin, RecordedAdmin):
    resource_classes = (OpinionResource,)
    move_actions = SimpleNamespace(
        release=opinions.release,
        accept=opinions.accept,
        refuse=opinions.refuse,
        join=opinions.join,
        dispatch=dispatches.dispatch,
        escalate=opinions.escalate,
        send_down=opinions.send_down,
        close=opinions.close,
    )
    move_forms = {
        "release": forms.RemarkForm,
        "accept": forms.AcceptForm,
        "refuse": forms.RefuseForm,
        "join": forms.JoinForm,
        "dispatch": forms.DispatchForm,
        "escalate": forms.NoteForm,
        "send_down": forms.NoteForm,
        "close": forms.RemarkForm,
    }
    acts = ACTS
    bulk_acts = BULK_ACTS
    change_form_template = "admin/liaison_stations/opinion.html"
    view_on_site = False
    list_display = ("called", "station", "channel", "came_on", "state", "due")
    list_filter = ("state", LateFilter, "channel", CountyFilter, CategoryFilter)
    list_select_related = ()
    search_fields = ("text",)
    search_help_text = gettext_lazy("A station, words of what was said, or the receipt code")
    MAY_PUBLISH = in_words(Opinion, "may_publish")
    readonly_fields = ("called", "came_on", "due", "masked_phone", "shown_code", MAY_PUBLISH)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "shown_code",
                    "state",
                    "due",
                    "station",
                    "channel",
                    "came_on",
                    "deputy",
                    "category",
                    "subject",
                    "text",
                    "name",
                    "masked_phone",
                    "address",
                    "people",
                    MAY_PUBLISH,
                    "found_words",
                )
            },
        ),
        (
            pgettext_lazy("section", "Handling"),
            {
                "fields": (
                    "round",
                    "refusal",
                    "right_place",
                    "merged_into",
                    "asked_deputy",
                    "suggestion",
                    "route",
                    "solved",
                    "answered_on",
                    "verdict",
                    "closed_on",
                    "published_on",
                )
            },
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).handled_by(request.user)

    def get_ordering(self, request):
        """What is late longest comes first; else what came last."""
        return ("due_on",) if "late" in request.GET else ("-came_at",)

    def get_search_results(self, request, queryset, search_term):
        """Where a station is called so, what was said there; else what was said in these words."""
        named = Station.objects.managed_by(request.user).matching(search_term) if search_term else ()
        if named and (keys := list(named.values_list("pk", flat=True)[:LIKE_NAMED])):
            return queryset.filter(station__in=keys), False
        return queryset.matching(search_term), False

    def get_fieldsets(self, request, obj=None):
        """Without what has not come to pass yet."""
        always = ("called", "came_on", "due", "masked_phone", "shown_code")

        def is_there(name):
            column = getattr(name, "__name__", name)
            return name in always or getattr(obj, column, None) not in (None, "")

        groups = [
            (title, group | {"fields": [name for name in group["fields"] if is_there(name)]})
            for title, group in self.fieldsets
        ]
        return [(title, group) for title, group in groups if group["fields"]]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        opinion = object_id and self.get_object(request, object_id)
        if opinion:
            extra_context = (extra_context or {}) | {
                "page": opinion.get_absolute_url(),
                "answers": opinion.answers.select_related("deputy", "by"),
                "orders": opinion.dispatches.select_related("unit"),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description=Opinion._meta.verbose_name)
    def called(self, opinion):
        return str(opinion)

    @admin.display(description=gettext_lazy("came on"))
    def came_on(self, opinion):
        return date_format(opinion.came_at)

    @admin.display(description=gettext_lazy("due on"))
    def due(self, opinion):
        return due_words(opinion) if opinion.is_waited_for else "—"

    @admin.display(description=Opinion._meta.get_field("phone").verbose_name)
    def masked_phone(self, opinion):
        return masked(opinion.phone) or "—"

    @admin.display(description=Opinion._meta.get_field("code").verbose_name)
    def shown_code(self, opinion):
        return opinion.shown_code


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyMixin, MovesMixin, RecordedAdmin):
    move_actions = SimpleNamespace(recall=dispatches.recall)
    move_forms = {"recall": forms.NoteForm}
    acts = {
        "decide_extension": Act(
            gettext_lazy("Decide on more time"),
            "decide_extension",
            dispatches.decide_extension,
            forms.DecideExtensionForm,
            lambda order: order.waits_for_extension and order.state in states.WORKING,
        )
    }
    view_on_site = False
    list_display = ("opinion", "unit", "sent_on", "due", "solve_by", "state")
    list_filter = ("state", LateFilter, UnitFilter)
    list_select_related = ()
    search_fields = ("opinion__text",)
    search_help_text = gettext_lazy("A station, words of what was said, or the receipt code")
    fields = (
        "opinion",
        "unit",
        "state",
        "sent_on",
        "due",
        "solve_by",
        "words",
        "reported_at",
        "on_site_on",
        "solved_on",
        "result",
        "proposed_unit",
        "extension_asked_at",
        "extension_reason",
    )
    readonly_fields = ("sent_on", "due")

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_ordering(self, request):
        return ("due_on",) if "late" in request.GET else ("-pk",)

    def get_search_results(self, request, queryset, search_term):
        named = Station.objects.managed_by(request.user).matching(search_term) if search_term else ()
        if named and (keys := list(named.values_list("pk", flat=True)[:LIKE_NAMED])):
            return queryset.filter(opinion__station__in=keys), False
        said = Opinion.objects.handled_by(request.user).matching(search_term)
        return (queryset.filter(opinion__in=said.values("pk")) if search_term else queryset), False

    @admin.display(description=gettext_lazy("dispatched on"))
    def sent_on(self, order):
        return date_format(order.sent_on)

    @admin.display(description=gettext_lazy("due on"))
    def due(self, order):
        return due_words(order)
