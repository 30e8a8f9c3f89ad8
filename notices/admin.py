"""Letters on their way: what failed, why, and the button that sends it again."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.staff import PortalAdmin, ReadOnlyMixin

from . import actions
from .models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, PortalAdmin):
    list_display = (
        "subject",
        "recipient",
        "channel",
        "state",
        "attempts",
        "next_try_at",
        "sent_at",
        "last_error",
    )
    list_filter = ("state", "channel")
    list_select_related = ("notice__recipient",)
    fields = list_display
    readonly_fields = fields
    actions = ("resend",)

    @admin.display(description=_("subject"))
    def subject(self, delivery):
        return delivery.notice.subject

    @admin.display(description=_("recipient"))
    def recipient(self, delivery):
        return delivery.notice.recipient

    def has_resend_permission(self, request):
        return request.user.has_perm("notices.resend_delivery")

    @admin.action(description=_("Send again what failed"), permissions=["resend"])
    def resend(self, request, queryset):
        sent = sum(actions.resend(delivery) for delivery in queryset.failed())
        messages.success(
            request,
            ngettext("%(number)s letter is sent again.", "%(number)s letters are sent again.", sent)
            % {"number": sent},
        )
