"""How somebody wants to be told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import preferences

from .deliveries import Delivery

CENTRE = "centre"
WAYS = {  # what somebody can choose between; group chats are the office's choice
    CENTRE: _("notice centre"),
    Delivery.Channel.EMAIL: Delivery.Channel.EMAIL.label,
    Delivery.Channel.SMS: Delivery.Channel.SMS.label,
}


class ChoicesQuerySet(models.QuerySet):
    def of(self, user):
        """What ``user`` chose; nothing yet is an empty choice, not stored."""
        return self.filter(user=user).first() or self.model(user=user)


class Choices(models.Model):
    """How somebody wants to be told. Only what differs from the office's default is stored, and so follows it else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices", verbose_name=_("person")
    )
    ways = models.JSONField(_("channels by group"), default=dict)
    is_daily = models.BooleanField(_("e-mails as one letter a day"), default=False)

    objects = ChoicesQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of channels")
        verbose_name_plural = _("choices of channels")

    def __str__(self):
        return str(self.user)

    def ways_for(self, group) -> set:
        """The ways this person is told about ``group``, the notice centre always among those it cannot be left out of."""
        ways = set(self.ways.get(group.key, default_ways(group)))
        return ways if group.may_mute else ways | {CENTRE}


def default_ways(group) -> set:
    """How the office tells whoever chose nothing."""
    beside = preferences.get(f"notices.{group.key}_by").split(",")
    return {CENTRE, *(WAYS.keys() & set(beside))}
