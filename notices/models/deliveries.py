"""How a notice leaves the portal: each channel's deliveries, their attempts, and the services that carry them."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import BlindIndexField, EncryptedField
from common.text import masked

from .. import groups, outgoing
from ..failures import Failure, Reason
from .notices import Notice


class WebhookQuerySet(models.QuerySet):
    def told_about(self, group):
        """Those in use that want to hear of ``group``; a list, as SQLite cannot look into one."""
        return [webhook for webhook in self.filter(is_active=True) if group.key in webhook.groups]


class Webhook(models.Model):
    """A group chat of an office that is told when there is work: only that there is some, and where to read it."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")

    name = models.CharField(pgettext_lazy("webhook", "name"), max_length=60)
    kind = models.CharField(_("product"), max_length=10, choices=Kind)
    url = EncryptedField(  # holds the key to the chat, so only those who may change it see it
        _("address of its robot"),
        max_length=500,
        help_text=_(
            "As the product shows it. Where it asks for a safety setting, choose a keyword: the name of the portal."
        ),
    )
    groups = models.JSONField(_("is told about"), default=list)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("group chat")
        verbose_name_plural = _("group chats")

    def __str__(self):
        return self.name

    @property
    def host(self):
        return urlsplit(self.url).hostname

    def clean(self):
        try:
            outgoing.split(self.url)
        except Failure:
            hosts = ", ".join(settings.WEBHOOK_HOSTS)
            raise ValidationError(
                {
                    "url": _("The address begins with https:// and one of these hosts: %(hosts)s.")
                    % {"hosts": hosts}
                }
            ) from None


class DeliveryQuerySet(models.QuerySet):
    def due(self, now):
        """What waits for its first or next attempt."""
        return self.filter(state=Delivery.State.WAITING, next_try_at__lte=now)

    def failed(self):
        return self.filter(state=Delivery.State.FAILED)

    def held(self, until):
        """Letters told until then that wait for somebody's daily one."""
        return self.filter(state=Delivery.State.HELD, carried_by=None, notice__created_at__lte=until)


class Delivery(models.Model):
    """One notice on its way through one channel outside the portal, with every attempt counted; or a text message to
    somebody who has no account and so no notice: then ``text`` and ``phone`` stand here.

    The number is kept until the message has left. ``key`` is the same in every attempt; being unique, it also makes sending the same twice impossible. A daily letter
    stands at the newest notice it carries; the letters it stands for are held and point to it.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", pgettext_lazy("channel", "e-mail")
        DAILY = "daily", _("daily letter")
        SMS = "sms", _("text message")
        WEBHOOK = "webhook", _("group chat")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waiting")
        HELD = "held", _("in the daily letter")
        SENT = "sent", pgettext_lazy("delivery", "sent")
        FAILED = "failed", pgettext_lazy("delivery", "failed")

    notice = models.ForeignKey(
        Notice, models.CASCADE, null=True, related_name="deliveries", verbose_name=_("notice")
    )
    text = models.CharField(_("text"), max_length=200, blank=True)
    phone = EncryptedField(_("mobile phone"), max_length=11, blank=True)
    phone_index = BlindIndexField(source="phone")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    webhook = models.ForeignKey(
        Webhook, models.CASCADE, null=True, related_name="deliveries", verbose_name=_("group chat")
    )
    key = models.CharField(_("key"), max_length=160, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    carried_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="carried", verbose_name=_("daily letter")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt at"))
    sent_at = models.DateTimeField(pgettext_lazy("delivery", "sent at"), null=True)
    last_error = models.CharField(_("last error"), max_length=40, blank=True, choices=Reason)
    last_code = models.CharField(_("code of the service"), max_length=40, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                name="delivery_webhook_has_address",
                condition=models.Q(channel="webhook", webhook__isnull=False)
                | (~models.Q(channel="webhook") & models.Q(webhook__isnull=True)),
            ),
            models.CheckConstraint(
                name="delivery_of_notice_or_text",
                condition=models.Q(notice__isnull=False, text="")
                | (models.Q(notice__isnull=True, channel="sms") & ~models.Q(text="")),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="waiting"), name="delivery_due"),
            models.Index(
                fields=["notice"], condition=models.Q(state="held", carried_by=None), name="delivery_held"
            ),
        ]

    def __str__(self):
        return f"{self.subject} · {self.webhook or self.get_channel_display()}"

    @property
    def subject(self) -> str:
        """What it says, in a line."""
        return self.notice.subject if self.notice else self.text

    @property
    def recipient(self):
        """Whom it is for, as a list shows it."""
        if self.notice is None:
            return masked(self.phone)
        return self.webhook or self.notice.recipient

    @property
    def is_urgent(self) -> bool:
        """Whether it leaves by night too."""
        return self.notice is not None and groups.is_urgent(self.notice.kind)

    @property
    def service(self) -> str:
        """Whoever carries it; when that is in trouble, all its deliveries wait."""
        if self.webhook_id:
            return f"webhook.{self.webhook_id}"
        return "email" if self.channel == self.Channel.DAILY else self.channel

    @property
    def error_in_words(self) -> str:
        return in_words(self.get_last_error_display(), self.last_code)


class Attempt(models.Model):
    """One try to send a delivery: when, and why it failed if it did."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries", verbose_name=_("delivery"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    error = models.CharField(_("error"), max_length=40, blank=True, choices=Reason)
    code = models.CharField(_("code of the service"), max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self):
        return f"{self.delivery_id}: {self.error or 'sent'}"

    @property
    def error_in_words(self) -> str:
        return in_words(self.get_error_display(), self.code)


class OutageQuerySet(models.QuerySet):
    LIMIT = 5  # failures in a row
    PAUSE = dt.timedelta(minutes=10)

    def until(self, service: str, now):
        """When the service may be tried again; ``None`` when it may now."""
        return self.filter(service=service, until__gt=now).values_list("until", flat=True).first()

    def failed(self, service: str, now) -> None:
        """One failure more. From the fifth in a row on, each makes the service rest for ten minutes."""
        self.get_or_create(service=service)
        self.filter(service=service).update(failures=F("failures") + 1)
        self.filter(service=service, failures__gte=self.LIMIT).update(until=now + self.PAUSE)

    def over(self, service: str) -> None:
        self.filter(service=service).delete()


class Outage(models.Model):
    """A service that fails one time after another, so that its deliveries wait instead of each costing five seconds."""

    service = models.CharField(_("service"), max_length=40, unique=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    until = models.DateTimeField(_("tried again at"), null=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")

    def __str__(self):
        return self.service


def in_words(error, code) -> str:
    return f"{error}（{code}）" if code else str(error)
