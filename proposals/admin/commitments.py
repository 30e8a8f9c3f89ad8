"""The register of commitments: what was promised, by when, and whether a deputy saw it done (D1.12)."""

from types import SimpleNamespace

from django.contrib import admin
from django.utils.translation import gettext_lazy

from common.staff import ReadOnlyMixin, RecordedAdmin
from common.staff_acts import MovesMixin

from ..actions import commitments
from ..models import Commitment
from . import filters, forms
from .suggestions import due_words


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyMixin, MovesMixin, RecordedAdmin):
    move_actions = SimpleNamespace(
        verify=commitments.verify,
        doubt=commitments.doubt,
        fail=commitments.fail,
        resume=commitments.resume,
    )
    move_forms = {"verify": forms.VerifyForm}
    change_form_template = "admin/proposals/commitment.html"
    list_display = ("text", "suggestion", "unit", "leader", "due", "slips", "state")
    list_filter = ("state", filters.LateFilter, filters.UnitFilter)
    list_select_related = ()
    ordering = ("due_on",)
    search_fields = ("text",)
    search_help_text = gettext_lazy("Words of the promise or the unit's name")
    fields = (
        "text",
        "suggestion",
        "unit",
        "leader",
        "due",
        "first_due_on",
        "slips",
        "state",
        "done_on",
        "verified_by",
        "verified_on",
    )
    readonly_fields = ("due",)

    def get_queryset(self, request):
        return super().get_queryset(request).of_staff(request.user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        commitment = object_id and self.get_object(request, object_id)
        if commitment:
            extra_context = (extra_context or {}) | {"progress": commitment.progress.select_related("by")}
        return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description=gettext_lazy("to be fulfilled by"))
    def due(self, commitment):
        return due_words(commitment)
