"""One thing told to one person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import memory


def reference(record) -> str:
    """A record of any app in one column, as a floor below may keep it."""
    return f"{record._meta.label_lower}:{record.pk}"


class NoticeQuerySet(models.QuerySet):
    def of(self, user):
        """What stands in the notice centre of ``user``."""
        return self.filter(recipient=user, is_listed=True)

    def visible_to(self, user):
        """One's own, nobody else's."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self):
        return self.filter(read_at__isnull=True)

    def about(self, records):
        """Told of one of these records."""
        return self.filter(about__in=[reference(record) for record in records])

    def unseen(self):
        """Neither read here nor sent anywhere."""
        return self.unread().exclude(deliveries__state="sent")


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
    about = models.CharField(_("tells of"), max_length=80, blank=True, editable=False)  # see reference()
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
            models.Index(fields=["about"], name="notice_about"),
            models.Index(
                fields=["recipient"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self):
        return self.subject


def unread_count(user) -> str:
    """How many notices wait for ``user``, counted once a change and no further than 99; empty for none or a visitor."""
    if not user.is_authenticated:
        return ""
    waiting = Notice.objects.of(user).unread().order_by().values_list("pk")[:100]
    number = memory.kept(("unread notices", user.pk), lambda: len(waiting))
    return "99+" if number > 99 else str(number or "")
