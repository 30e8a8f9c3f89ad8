"""What deputies ask to be corrected about themselves."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from common.staff import PortalAdmin
from common.staff_acts import MovesMixin
from common.text import without_numbers

from .. import actions
from ..models import (
    Correction,
)


@admin.register(Correction)
class CorrectionAdmin(MovesMixin, PortalAdmin):
    move_actions = actions
    list_display = ("deputy", "label", "masked_old", "masked_new", "asked_at", "state")
    list_filter = ("state", "asked_at")
    list_select_related = ("deputy",)
    ordering = ("-asked_at",)
    search_fields = ("deputy__name",)
    fields = ("deputy", "label", "shown_old", "shown_new", "reason", "document", "asked_at", "state")
    masked_fields = ("deputy", "label", "masked_old", "masked_new", "masked_reason", "asked_at", "state")
    readonly_fields = (*fields, *masked_fields)

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request):
        return False

    def get_fields(self, request, obj=None):
        return self.fields if obj is None or self.may_see(request, obj) else self.masked_fields

    def shows_phone(self, request, obj):
        return obj.field == "phone" and self.may_see(request, obj)

    @staticmethod
    def may_see(request, correction):
        return request.user.has_perm("deputies.view_phone_deputy", correction.deputy)

    @admin.display(description=gettext_lazy("supporting document"))
    def document(self, correction):
        if not correction.evidence_id:
            return "—"
        url = reverse("deputies:correction-evidence", args=[correction.pk])
        return format_html('<a href="{}">{}</a>', url, correction.evidence)

    @admin.display(description=gettext_lazy("what is wrong"))
    def label(self, correction):
        return correction.field_label

    @admin.display(description=gettext_lazy("so far"))
    def shown_old(self, correction):
        return correction.shown_old or "—"

    @admin.display(description=gettext_lazy("should be"))
    def shown_new(self, correction):
        return correction.shown_new

    @admin.display(description=gettext_lazy("so far"))
    def masked_old(self, correction):
        return correction.masked_old or "—"

    @admin.display(description=gettext_lazy("should be"))
    def masked_new(self, correction):
        return correction.masked_new

    @admin.display(description=gettext_lazy("explanation"))
    def masked_reason(self, correction):
        return without_numbers(correction.reason)
