"""The audit log as it is stored. ``common.audit`` writes it, ``common.audit_chain`` seals and proves it."""

import datetime as dt

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LATE = dt.timedelta(minutes=10)  # a row is sealed at once


class AuditEntryQuerySet(models.QuerySet):
    def sealed(self):
        return self.filter(seq__isnull=False)

    def waiting(self):
        """Rows that have no place in the chain yet, in the order they were written."""
        return self.filter(seq=None).order_by("pk")

    def late(self):
        """Rows that should have been sealed long since."""
        return self.filter(seq=None, at__lt=timezone.now() - LATE)

    def broken(self):
        """Rows at which the last verification stumbled."""
        head = AuditHead.objects.first()
        return self.filter(seq__in=head.broken if head else [])


class AuditEntry(models.Model):
    """One thing that happened: when, who, from where, what, to which record, with what result (R-16).

    It names nobody: people and records are kept by number, so that the log need not be rewritten when a person is
    erased. ``seq`` and ``mac`` are its place in the chain, given once, right after the commit.
    """

    class Result(models.TextChoices):
        OK = "ok", pgettext_lazy("audit", "done")
        FAILED = "failed", pgettext_lazy("audit", "failed")
        REFUSED = "refused", pgettext_lazy("audit", "refused")

    seq = models.BigIntegerField(_("number"), null=True, unique=True, editable=False)
    at = models.DateTimeField(_("at"))
    zone = models.CharField(_("time zone"), max_length=40)  # of the office; the moment itself is kept in UTC
    actor = models.BigIntegerField(
        _("by"), null=True
    )  # number of the account; empty: the system, or a stranger
    address = models.GenericIPAddressField(pgettext_lazy("network", "address"), null=True)
    kind = models.CharField(_("what happened"), max_length=40)
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.OK)
    model = models.CharField(_("kind of record"), max_length=80, blank=True)
    object_pk = models.BigIntegerField(_("number of the record"), null=True)
    label = models.CharField(_("record"), max_length=200, blank=True)  # only of what is no person
    detail = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    mac = models.CharField(_("seal"), max_length=64, blank=True, editable=False)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["kind", "-at", "-id"], name="audit_newest_of_kind"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_newest_of_actor"),
            models.Index(fields=["id"], condition=models.Q(seq__isnull=True), name="audit_waiting"),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    def told(self) -> dict:
        """What the seal covers, in the shape of a line of the copy."""
        return {
            "id": self.pk,
            "seq": self.seq,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "zone": self.zone,
            "actor": self.actor,
            "address": self.address,
            "kind": self.kind,
            "result": self.result,
            "model": self.model,
            "object_pk": self.object_pk,
            "label": self.label,
            "detail": self.detail,
        }


class AuditHead(models.Model):
    """Both ends of the chain: without it nobody would miss rows cut off at the end. There is one row.

    ``purged`` is the number of the last row that was old enough to go. ``mac`` seals the four before it.
    """

    count = models.BigIntegerField(default=0)
    last_mac = models.CharField(max_length=64, blank=True)
    purged = models.BigIntegerField(default=0)
    purged_mac = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)
    copied = models.BigIntegerField(default=0)  # the last row in the copy that is taken elsewhere
    verified_at = models.DateTimeField(null=True)
    broken = models.JSONField(default=list)  # numbers of the rows at which the last verification stumbled

    class Meta:
        verbose_name = _("end of the audit log")
        verbose_name_plural = _("ends of the audit log")

    def __str__(self):
        return str(self.count)
