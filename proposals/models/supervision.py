"""What is promised and whether it is kept, and what leaders supervise in person (D1.12, D1.14)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Role, Unit
from accounts.rules import oversees_all, units_of
from common import clock
from common.fields import BoundedTextField
from common.models import StateChange, StoredFile
from deputies.models import Committee, Deputy

from .. import states
from .handling import Assignment, unlisted
from .replies import Reply
from .suggestions import Suggestion

C = states.CommitmentState


def counted(day) -> dict[str, Q]:
    """What the register counts on a day, each a filter of its list."""
    return {
        "open": Q(state__in=states.OPEN_COMMITMENTS),
        "late": Q(state=C.TRACKING, due_on__lt=day),
        "done": Q(state=C.DONE),
        "kept": Q(state=C.FULFILLED),
        "failed": Q(state=C.FAILED),
    }


class CommitmentQuerySet(models.QuerySet):
    def public(self):
        """Promised in a signed reply of a published suggestion."""
        return self.filter(state__in=states.PUBLIC_COMMITMENTS, suggestion__published_on__isnull=False)

    def promised(self):
        """Promised in a signed reply."""
        return self.filter(state__in=states.PUBLIC_COMMITMENTS)

    def open(self):
        return self.filter(state__in=states.OPEN_COMMITMENTS)

    def late(self, day):
        return self.counted_as("late", day)

    def kept_last(self):
        """Kept and verified, the newest first."""
        return self.filter(state=C.FULFILLED).order_by("-verified_on", "-pk")

    def counted_as(self, name, day):
        """What the register counts under this name of :func:`counted`."""
        return self.filter(counted(day)[name])

    def counts(self, day) -> dict[str, int]:
        """``{name: number}`` of everything the register counts, with ``all``, in one query."""
        numbers = {name: Count("pk", filter=condition) for name, condition in counted(day).items()}
        return self.order_by().aggregate(all=Count("pk"), **numbers)

    def visible_to(self, user):
        """Where the suggestion is visible; one in a reply not signed yet, only to who writes it and the whole city's staff."""
        if user.is_superuser or oversees_all(user):
            return self
        seen = self.promised().filter(suggestion__in=Suggestion.objects.visible_to(user).values("pk"))
        if not user.is_authenticated:
            return seen
        units = units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER)
        return (
            seen
            | self.filter(assignment__in=Assignment.objects.visible_to(user).values("pk"))
            | self.promised().filter(unit__in=units)
        )

    def of_staff(self, user):
        """The promises in what this member of the congress's staff works with."""
        if user.is_superuser or oversees_all(user):
            return self.promised()  # in signed letters, so of suggestions that were filed
        return self.promised().filter(suggestion__in=Suggestion.objects.of_staff(user).values("pk"))

    def matching(self, text):
        """By words of what is promised, or by a unit's name."""
        return self.filter(Q(text__contains=text) | Q(unit__name__contains=text)) if text else self

    def for_lists(self):
        """With everything a line of a list prints."""
        return self.select_related("unit", "suggestion__lead").defer(*unlisted("suggestion"))


class Commitment(models.Model):
    """One promise of a reply (承诺事项): who does what until when, and whether a deputy saw it done."""

    MOVES = states.COMMITMENT_MOVES

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="commitments", verbose_name=_("suggestion")
    )
    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="commitments", verbose_name=_("assignment")
    )
    reply = models.ForeignKey(
        Reply, models.CASCADE, related_name="commitments", verbose_name=_("promised in")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="commitments", verbose_name=_("unit"))
    text = models.CharField(_("what is promised"), max_length=300)
    leader = models.CharField(_("responsible person"), max_length=60)
    due_on = models.DateField(_("to be fulfilled by"))
    first_due_on = models.DateField(_("first promised for"), editable=False)
    slips = models.PositiveSmallIntegerField(_("times put off"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=C, default=C.PROPOSED, editable=False)
    done_on = models.DateField(_("reported as fulfilled on"), null=True, editable=False)
    verified_by = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="verified_commitments",
        verbose_name=_("verified by"),
    )
    verified_on = models.DateField(_("verified on"), null=True, editable=False)

    objects = CommitmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("commitment")
        verbose_name_plural = _("register of commitments")
        constraints = [
            models.CheckConstraint(
                name="commitment_fulfilled_was_verified",
                condition=~Q(state="fulfilled") | Q(verified_by__isnull=False, verified_on__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="commitment_due"),
            models.Index(fields=["unit", "state", "due_on", "id"], name="commitment_of_unit"),
            models.Index(fields=["due_on", "id"], name="commitment_by_day"),
            models.Index(fields=["suggestion"], condition=Q(state="done"), name="commitment_done"),
            models.Index(
                fields=["-verified_on", "-id"], condition=Q(state="fulfilled"), name="commitment_kept"
            ),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("proposals:commitment", args=[self.pk])

    @property
    def is_late(self):
        if self.state == C.TRACKING:
            return self.due_on < clock.today()
        return self.state in (C.DONE, C.FULFILLED) and self.done_on is not None and self.done_on > self.due_on


class CommitmentChange(StateChange):
    """One step in the life of a commitment."""

    record = models.ForeignKey(Commitment, models.CASCADE, related_name="changes")


class Progress(models.Model):
    """What a unit reports of a promise, or a deputy shows of it in pictures. Never changed.

    With ``put_off_to`` the day slips, and the register counts it.
    """

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="progress", verbose_name=_("commitment")
    )
    text = BoundedTextField(_("progress"), max_length=2000)
    put_off_to = models.DateField(_("put off to"), null=True, blank=True)
    pictures = models.ManyToManyField(StoredFile, related_name="+", verbose_name=_("pictures"))
    at = models.DateTimeField(_("reported at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reported by")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")

    def __str__(self):
        return self.text[:40]


class KeyItemQuerySet(models.QuerySet):
    def of_year(self, year):
        return self.filter(year=year)

    def for_lists(self):
        return self.select_related("committee__unit").annotate(suggestion_count=Count("suggestions"))


class KeyItem(models.Model):
    """A matter the council of chairpersons chose for supervision (Deputies Law Art. 52): it may bundle suggestions.

    Paired leaders (双领衔): one of the standing committee leads the supervision, one of the government the handling.
    """

    MOVES = states.KEY_ITEM_MOVES

    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=100)
    suggestions = models.ManyToManyField(Suggestion, related_name="key_items", verbose_name=_("suggestions"))
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="key_items",
        verbose_name=_("supervising committee"),
    )
    chosen_on = models.DateField(_("chosen by the council of chairpersons on"))
    supervision_leader = models.CharField(_("leads the supervision (standing committee)"), max_length=60)
    handling_leader = models.CharField(_("leads the handling (government)"), max_length=60)
    plan = BoundedTextField(_("plan"), max_length=5000, blank=True)
    report = BoundedTextField(_("closing report"), max_length=5000, blank=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=states.KeyItemState,
        default=states.KeyItemState.SUPERVISED,
        editable=False,
    )
    closed_on = models.DateField(_("closed on"), null=True, editable=False)

    NAMES_NOBODY = True
    objects = KeyItemQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[suggestions])

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = _("key suggestion item")
        verbose_name_plural = _("key suggestion items")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "title"],
                name="key_item_once",
                violation_error_message=_("An item of this title is entered for this year already."),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("proposals:key-item", args=[self.pk])


class KeyItemChange(StateChange):
    """One step in the life of a key item."""

    record = models.ForeignKey(KeyItem, models.CASCADE, related_name="changes")


class SupervisionStep(models.Model):
    """What was done to supervise a key item: a visit, a meeting, and what was found."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit on the spot")
        MEETING = "meeting", pgettext_lazy("supervision", "meeting")
        FINDING = "finding", _("finding")

    item = models.ForeignKey(KeyItem, models.CASCADE, related_name="steps", verbose_name=_("key item"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on = models.DateField(pgettext_lazy("date", "on"))
    text = BoundedTextField(_("what was found"), max_length=3000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("step of supervision")
        verbose_name_plural = _("steps of supervision")

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.get_kind_display()}"
