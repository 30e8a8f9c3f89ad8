"""What every app stands on: history of moves, holidays, settings rows, batches of imported rows."""

import uuid

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from .audit_models import AuditEntry, AuditHead  # noqa: F401 where Django looks for models
from .fields import EncryptedField, EncryptedJSONField


class StateChange(models.Model):
    """One step in a record's life: who, when, from, to, why. Written by ``workflow.advance`` only, never changed.

    A concrete table per workflow adds ``record = ForeignKey(…, related_name="changes")``.
    """

    move = models.CharField(_("move"), max_length=40)
    before = models.CharField(pgettext_lazy("state", "from"), max_length=40)
    after = models.CharField(pgettext_lazy("state", "to"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )  # empty: the system itself
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = EncryptedField(_("note"), max_length=1000, blank=True)  # often why, and that is somebody's affair

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return str(self.label)

    @property
    def label(self):
        """What was done, in the word that stood on the button."""
        record = self._meta.get_field("record").related_model
        return record.MOVES[self.move].label


class StoredFile(models.Model):
    """A picture or attachment somebody sent, rewritten or checked by ``common.uploads`` before it was kept.

    Its bytes lie under a random name outside every public path; each app serves its own files by a view that asks
    its own ``rules.py`` each time.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        ATTACHMENT = "attachment", _("attachment")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("file name"), max_length=200)  # as it came, for the download; never a path
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)  # of the large size, in pixels
    height = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(_("stored at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self):
        return self.name


class HolidayQuerySet(models.QuerySet):
    def of_year(self, year):
        return self.filter(day__year=year)


class Holiday(models.Model):
    """A day on which the office differs from Monday to Friday: a holiday, or a Saturday or Sunday worked for it (调休)."""

    day = models.DateField(_("day"), unique=True)
    is_off = models.BooleanField(
        _("day off"), default=True, help_text=_("Not ticked: a make-up working day.")
    )
    name = models.CharField(_("name"), max_length=40)

    NAMES_NOBODY = True  # common.audit may keep what it is called
    objects = HolidayQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["day"]
        verbose_name = _("holiday or make-up day")
        verbose_name_plural = _("holidays and make-up days")

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.name}"


class PolicyTextQuerySet(models.QuerySet):
    def in_force(self, kind, day):
        """The stored version that holds on ``day``, or ``None``."""
        return self.filter(kind=kind, valid_from__lte=day).order_by("-valid_from", "-version").first()


class PolicyText(models.Model):
    """A version of what people are told about their data, or agree to. Written by ``common.policies``, never changed."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("notice about personal data")
        PHOTO = "photo", _("consent to a public photo")
        INTRODUCTION = "introduction", _("consent to a public introduction")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    valid_from = models.DateField(_("holds from"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written at"), auto_now_add=True)

    NAMES_NOBODY = True
    objects = PolicyTextQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        verbose_name = _("text about personal data")
        verbose_name_plural = _("texts about personal data")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="policy_version_once")]

    def __str__(self):
        return _("%(kind)s, version %(version)s") % {
            "kind": self.get_kind_display(),
            "version": self.version,
        }


class Setting(models.Model):
    """A value that differs between places, once an office has changed it; ``common.preferences`` knows the defaults."""

    key = models.CharField(_("key"), max_length=80, unique=True)
    value = models.JSONField(_("value"))
    note = models.TextField(_("reason"), blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    NAMES_NOBODY = True
    history = HistoricalRecords()

    class Meta:
        ordering = ["key"]
        verbose_name = _("setting")
        verbose_name_plural = _("settings")

    def __str__(self):
        return self.key


class Freshness(models.Model):
    """A token for each table that is another one after each change of it. Written by ``common.freshness`` only."""

    changed_table = models.CharField(max_length=63, primary_key=True)
    token = models.CharField(max_length=32)

    def __str__(self):
        return self.changed_table


class ImportBatchQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def abandoned(self, before):
        """Previews nobody confirmed; their files need not be kept."""
        return self.filter(confirmed_at__isnull=True, at__lt=before)


class ImportBatch(models.Model):
    """One office file: the bytes as they came, sealed; what was done with them, and whether that was taken back."""

    kind = models.CharField(_("kind"), max_length=40)
    file_name = models.CharField(_("file name"), max_length=255)
    file = models.FileField(_("file"), upload_to="private/imports/", max_length=255)
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("imported by")
    )  # empty: from the shell
    at = models.DateTimeField(pgettext_lazy("file", "sent at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")

    def __str__(self):
        return self.file_name


class ImportedRow(models.Model):
    """What one row of a file did to one record: ``before`` is empty for a new record, ``after`` what was written.

    Both map field names to stored values, so that a whole batch can be taken back.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(_("row"))
    model = models.CharField(max_length=80)
    object_pk = models.BigIntegerField()
    before = EncryptedJSONField(null=True)
    after = EncryptedJSONField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")

    def __str__(self):
        return f"{self.batch_id}:{self.row}"

    def pairs(self):
        """``(column, (stored before, stored after))`` of every value this row wrote."""
        columns = {column.attname: column for column in apps.get_model(self.model)._meta.concrete_fields}
        before = self.before or {}
        return [(columns[name], (before.get(name), value)) for name, value in self.after.items()]


class JobRunQuerySet(models.QuerySet):
    def done(self):
        return self.filter(outcome=JobRun.Outcome.DONE)


class JobRun(models.Model):
    """One job for one period: ``period`` is when it fell due, in local time. Written by ``common.jobs`` only."""

    class Outcome(models.TextChoices):
        RUNNING = "running", pgettext_lazy("job", "running")
        DONE = "done", pgettext_lazy("job", "done")
        FAILED = "failed", pgettext_lazy("job", "failed")

    job = models.CharField(_("job"), max_length=60)
    period = models.CharField(_("due at"), max_length=60)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.RUNNING)
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    started_at = models.DateTimeField(pgettext_lazy("job", "started at"))
    alive_at = models.DateTimeField(pgettext_lazy("job", "last heard of at"))
    finished_at = models.DateTimeField(pgettext_lazy("job", "finished at"), null=True)
    counts = models.JSONField(_("counts"), default=dict)
    error = models.CharField(
        _("last error"), max_length=80, blank=True
    )  # its kind; its words may be personal

    objects = JobRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="job_once_a_period")]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="job_run_newest"),
            models.Index(fields=["job", "-started_at"], name="job_run_newest_of_job"),
        ]

    def __str__(self):
        return f"{self.job} {self.period}"


class SentForm(models.Model):
    """A form for a new record that was saved: sent again, it is answered like the first time and makes nothing (F8).

    Written by ``common.staff`` and ``common.once`` only; forgotten after a few days.
    """

    key = models.UUIDField(primary_key=True)
    object_pk = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self):
        return str(self.key)


class CountedTry(models.Model):
    """That something with a limit was tried, and by whom as a blind index. Written by ``common.limits`` only."""

    what = models.CharField(max_length=40)
    key = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["what", "key", "-at"], name="counted_try_newest")]

    def __str__(self):
        return f"{self.what} {self.at}"
