"""The parts of units: who has it, until when; handed back ones are kept or given to another, late ones urged."""

from types import SimpleNamespace

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.bulk import BulkAct, BulkMixin
from common.staff import PortalAdmin, ReadOnlyMixin, RecordedAdmin
from common.staff_acts import Act, MovesMixin

from .. import states
from ..actions import assignments
from ..models import Assignment, Extension, Urging
from . import filters, forms
from .suggestions import due_words

URGE = (gettext_lazy("Urge"), "urge", assignments.urge)


@admin.register(Assignment)
class AssignmentAdmin(BulkMixin, ReadOnlyMixin, MovesMixin, RecordedAdmin):
    move_actions = SimpleNamespace(keep=assignments.keep, replace=assignments.replace)
    move_forms = {"keep": forms.KeepForm, "replace": forms.ReplaceForm}
    acts = {"urge": Act(*URGE, forms.UrgeForm, lambda part: part.state in states.WORKING)}
    bulk_acts = {
        "urge": BulkAct(*URGE, lambda part: _("%(unit)s is urged.") % {"unit": part.unit}, forms.UrgeForm)
    }
    view_on_site = False
    list_display = ("suggestion", "unit", "part", "assigned_on", "due", "state", "urged")
    list_filter = ("state", filters.LateFilter, "part", filters.UnitFilter)
    list_select_related = ()
    search_fields = ("suggestion__title",)
    search_help_text = gettext_lazy("Number, words of title or text, or the lead deputy")
    fields = (
        "suggestion",
        "unit",
        "part",
        "state",
        "assigned_on",
        "due",
        "explained",
        "round",
        "signed_at",
        "ended_on",
        "proposed_unit",
    )
    readonly_fields = ("due", "explained", "urged")

    def get_queryset(self, request):
        last = Urging.objects.filter(assignment=OuterRef("pk")).values("on")[:1]
        return super().get_queryset(request).visible_to(request.user).annotate(urged_on=Subquery(last))

    def get_ordering(self, request):
        """What is late longest comes first; else what was assigned last."""
        return ("due_on",) if "late" in request.GET else ("-pk",)

    @admin.display(description=gettext_lazy("due on"))
    def due(self, part):
        return due_words(part)

    @admin.display(description=gettext_lazy("how the day is counted"))
    def explained(self, part):
        return part.deadline.explain()

    @admin.display(description=gettext_lazy("last urged"))
    def urged(self, part):
        return date_format(part.urged_on) if part.urged_on else "—"


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyMixin, MovesMixin, PortalAdmin):
    move_actions = assignments
    move_forms = {"grant": forms.DecideExtensionForm, "refuse": forms.DecideExtensionForm}
    list_display = ("assignment", "due_before", "due_after", "asked_at", "state")
    list_filter = ("state",)
    list_select_related = ("assignment__unit", "assignment__suggestion")
    fields = (
        "assignment",
        "reason",
        "due_before",
        "due_after",
        "explained",
        "by",
        "asked_at",
        "state",
        "decided_at",
    )
    readonly_fields = ("explained",)

    def get_queryset(self, request):
        return super().get_queryset(request).of_staff(request.user)

    @admin.display(description=gettext_lazy("how the day is counted"))
    def explained(self, extension):
        return forms.explain(extension)
