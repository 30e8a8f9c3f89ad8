"""Letters on their way: what failed, why, and the button that sends it again; group chats that are told."""

from operator import itemgetter

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from common.staff import PortalAdmin, ReadOnlyMixin, in_words

from . import actions, groups
from .forms import WebhookForm
from .models import Delivery, Outage, Webhook


def _steps(delivery):
    """What happened to the same notice and what will: ``{at, label, url}``, in no order. A text message stands alone."""
    notice, deliveries = delivery.notice, [delivery]
    if notice:
        yield {"at": notice.created_at, "label": _("Told in the portal")}
        if notice.read_at:
            yield {"at": notice.read_at, "label": pgettext_lazy("notice", "Read")}
        deliveries = notice.deliveries.select_related("webhook", "carried_by").prefetch_related("tries")
    for delivery in deliveries:
        by = delivery.webhook or delivery.get_channel_display()
        for attempt in delivery.tries.all():
            yield {"at": attempt.at, "label": f"{by}：{attempt.error_in_words or Delivery.State.SENT.label}"}
        if delivery.carried_by:
            url = reverse("admin:notices_delivery_change", args=[delivery.carried_by.pk])
            label = f"{by}：{_('went with the daily letter')}"
            yield {"at": delivery.carried_by.next_try_at, "label": label, "url": url}
        elif delivery.state == Delivery.State.HELD:
            yield {"at": delivery.next_try_at, "label": f"{by}：{_('waits for the daily letter')}"}
        elif delivery.state == Delivery.State.WAITING:
            yield {"at": delivery.next_try_at, "label": f"{by}：{_('next attempt')}"}


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, PortalAdmin):
    list_display = (
        "subject",
        "recipient",
        "channel",
        "state",
        "error",
        "attempts",
        "next_try",
        "sent_at",
    )
    list_filter = ("state", "channel")
    list_select_related = ("notice__recipient", "webhook")
    fields = list_display
    readonly_fields = fields
    actions = ("resend",)
    change_form_template = "notices/admin/delivery.html"

    @admin.display(description=_("subject"))
    def subject(self, delivery):
        return delivery.subject

    @admin.display(description=_("recipient"))
    def recipient(self, delivery):
        return delivery.recipient

    @admin.display(description=_("last error"))
    def error(self, delivery):
        return delivery.error_in_words

    @admin.display(description=_("next attempt at"))
    def next_try(self, delivery):
        return delivery.next_try_at if delivery.state == Delivery.State.WAITING else "—"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """With everything that happened to the same notice, whichever channel it took."""
        steps = _steps(self.refuse_missing(request, object_id))
        extra = (extra_context or {}) | {"steps": sorted(steps, key=itemgetter("at"), reverse=True)}
        return super().change_view(request, object_id, form_url, extra)

    def has_resend_permission(self, request):
        return request.user.has_perm("notices.resend_delivery")

    @admin.action(description=_("Send again what failed"), permissions=["resend"])
    def resend(self, request, queryset):
        sent = actions.resend(queryset, by=request.user)
        messages.success(
            request,
            ngettext("%(number)s letter is sent again.", "%(number)s letters are sent again.", sent)
            % {"number": sent},
        )


@admin.register(Webhook)
class WebhookAdmin(PortalAdmin):
    form = WebhookForm
    list_display = ("name", "kind", "host", "told_about", in_words(Webhook, "is_active"), "rests_until")
    actions = ("try_out",)

    @admin.display(description=pgettext_lazy("network", "host"))
    def host(self, webhook):
        return webhook.host

    @admin.display(description=_("is told about"))
    def told_about(self, webhook):
        return "、".join(str(group.label) for group in groups.shared() if group.key in webhook.groups)

    @admin.display(description=_("in trouble, tried again at"))
    def rests_until(self, webhook):
        return Outage.objects.until(f"webhook.{webhook.pk}", timezone.now())

    @admin.action(description=_("Send a message to try it out"), permissions=["change"])
    def try_out(self, request, queryset):
        for webhook in queryset:
            actions.try_out(webhook, by=request.user)
        messages.success(request, _("On its way. Whether it arrived stands in the list of deliveries."))
