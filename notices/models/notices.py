"""One thing told to one person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet):
    def of(self, user):
        """What stands in the notice centre of ``user``."""
        return self.filter(recipient=user, is_listed=True)

    def visible_to(self, user):
        """One's own, nobody else's."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self):
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing told to one person. ``key`` is unique per person, so telling twice is impossible."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=200, blank=True)  # a path inside the portal
    key = models.CharField(_("key"), max_length=120)
    is_listed = models.BooleanField(
        _("in the notice centre"), default=True
    )  # unless that person wants it otherwise
    created_at = models.DateTimeField(_("told at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_newest"),
            models.Index(
                fields=["recipient"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self):
        return self.subject


def unread_count(user) -> str:
    """How many notices wait for ``user``, counted no further than 99; empty for none or a visitor."""
    if not user.is_authenticated:
        return ""
    number = len(Notice.objects.of(user).unread().order_by().values_list("pk")[:100])
    return "99+" if number > 99 else str(number or "")
