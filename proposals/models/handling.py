"""What units do with a suggestion: each has a part of its own with a clock of its own, so that blame is fair (D1.7–1.9)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Role, Unit
from accounts.rules import oversees_all, roles_of, units_of
from common import clock, preferences
from common.fields import BoundedTextField
from common.models import StateChange
from deputies.models import Deputy, all_but_the_name

from .. import states

A = states.AssignmentState


class Part(models.TextChoices):
    """The part a unit has (D1.2): one lead with co-units, or several separate ones without a lead."""

    LEAD = "lead", _("lead unit")
    CO = "co", _("co-handling unit")
    SEPARATE = "separate", _("separate unit")


ANSWERING = (Part.LEAD, Part.SEPARATE)  # who owes the deputy a reply; a co-unit owes the lead unit an opinion
GOVERNMENT_KINDS = (Unit.Kind.GOVERNMENT, Unit.Kind.DEPARTMENT, Unit.Kind.LOCAL, Unit.Kind.COMPANY)


UNLISTED = (  # columns of a suggestion that no list prints
    "facts",
    "reasons",
    "request",
    "search",
    "title_words",
    "wish_reason",
    "public_summary",
    "publication_reason",
)


def unlisted(path) -> list[str]:
    """For ``defer``: what no list prints of the suggestion at ``path``, nor of its lead deputy."""
    return [*(f"{path}__{name}" for name in UNLISTED), *all_but_the_name(f"{path}__lead")]


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A unit's own part, the government office those of the government, the congress's staff all they work with."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or oversees_all(user):
            return self
        seen = Q(pk__in=[])
        if units := units_of(user, Role.UNIT_OFFICER, Role.UNIT_SIGNER):
            seen |= Q(unit__in=units, state__in=states.TAKING_PART)
        if units := units_of(user, Role.COMMITTEE):
            seen |= Q(suggestion__committee__unit__in=units)
        if Role.GOVERNMENT_OFFICE in roles_of(user):
            seen |= Q(unit__kind__in=GOVERNMENT_KINDS)
        return self.filter(seen)

    def answering(self):
        """Of units that owe the deputy a reply."""
        return self.filter(part__in=ANSWERING)

    def taking_part(self):
        return self.filter(state__in=states.TAKING_PART)

    def working(self):
        """Whose clock runs."""
        return self.filter(state__in=states.WORKING)

    def in_government(self):
        return self.filter(unit__kind__in=GOVERNMENT_KINDS)

    def due_within(self, day, days):
        """Whose reply or opinion is due on ``day`` or within ``days`` after it."""
        return self.working().filter(due_on__range=(day, day + clock.ONE_DAY * days))

    def late(self, day):
        return self.working().filter(due_on__lt=day)

    def matching(self, text):
        """By the number of the suggestion, or by words of its text or the name of its lead deputy."""
        if not (text := text.strip()):
            return self
        if text.strip("第号").isdecimal():
            return self.filter(suggestion__number=int(text.strip("第号")[:6]))
        return self.filter(suggestion__search__words=text)

    def for_lists(self):
        """With everything a line of a list prints."""
        return self.select_related("unit", "suggestion__lead").defer(*unlisted("suggestion"))


class Assignment(models.Model):
    """The part one unit has in a suggestion (交办): signed for, handled, answered, or handed back.

    The clock is the unit's own: it starts on ``assigned_on``, runs ``months``, and stops on ``ended_on``.
    """

    MOVES = states.ASSIGNMENT_MOVES

    suggestion = models.ForeignKey(
        "Suggestion", models.CASCADE, related_name="assignments", verbose_name=_("suggestion")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name=_("unit"))
    part = models.CharField(pgettext_lazy("unit", "part"), max_length=10, choices=Part)
    assigned_on = models.DateField(_("assigned on"))
    months = models.PositiveSmallIntegerField(pgettext_lazy("period", "months"))
    due_on = models.DateField(_("due on"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=12, choices=A, default=A.PENDING, editable=False)
    signed_at = models.DateTimeField(_("signed for at"), null=True, editable=False)
    proposed_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("proposed unit"),
    )
    ended_on = models.DateField(_("replied or relieved on"), null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "unit"],
                condition=Q(state__in=["pending", "return_asked", "handling", "review", "replied"]),
                name="assignment_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["suggestion"],
                condition=Q(
                    part="lead", state__in=["pending", "return_asked", "handling", "review", "replied"]
                ),
                name="assignment_one_lead",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_on", "id"], name="assignment_of_unit"),
            models.Index(fields=["state", "due_on"], name="assignment_due"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=["handling", "pending", "return_asked", "review"]),
                name="assignment_running",
            ),
            models.Index(
                fields=["unit", "due_on", "id"],
                condition=Q(state__in=["handling", "pending", "return_asked", "review"]),
                name="assignment_running_of_unit",
            ),
            models.Index(
                fields=["unit", "-ended_on", "-id"],
                condition=Q(ended_on__isnull=False),
                name="assignment_done",
            ),
        ]

    def __str__(self):
        return f"{self.suggestion} · {self.unit}"

    def get_absolute_url(self):
        return reverse("proposals:detail", args=[self.suggestion_id])

    @property
    def answers(self):
        """Whether this unit owes the deputy a reply."""
        return self.part in ANSWERING

    @property
    def is_late(self):
        end = self.ended_on or clock.today()
        return end > self.due_on

    @cached_property
    def deadline(self):
        """The clock of this part, which explains its date. ``due_on`` is what was told to the unit and stands."""
        roll = preferences.get("suggestion.holiday_rollover")
        return clock.Deadline.in_months(self.assigned_on, self.months, roll=roll)

    @cached_property
    def return_deadline(self):
        """Until when the unit may hand it back (D1.7)."""
        return clock.Deadline.in_workdays(
            self.assigned_on, preferences.get("suggestion.unit_return_workdays")
        )

    @property
    def return_until(self):
        return self.return_deadline.due

    @cached_property
    def extended_deadline(self):
        """The clock as it would be with more time: counted from the assignment too (D1.9)."""
        values = preferences.several("suggestion.reply_months_complex", "suggestion.holiday_rollover")
        months, roll = values.values()
        return clock.Deadline.in_months(self.assigned_on, months, roll=roll)


class AssignmentChange(StateChange):
    """One step in the part of a unit."""

    record = models.ForeignKey(Assignment, models.CASCADE, related_name="changes")


class ExtensionQuerySet(models.QuerySet):
    def of_staff(self, user):
        """Asked for the parts this member of the congress's staff works with."""
        if user.is_superuser or oversees_all(user):
            return self
        return self.filter(assignment__in=Assignment.objects.visible_to(user).values("pk"))


class Extension(models.Model):
    """More time for a hard suggestion (Deputies Law Art. 51): asked by the unit, decided by the deputies' office (D1.9)."""

    MOVES = states.EXTENSION_MOVES

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="extensions", verbose_name=_("assignment")
    )
    reason = BoundedTextField(_("reason"), max_length=1000)
    due_before = models.DateField(_("due before"))
    due_after = models.DateField(_("due after"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    state = models.CharField(
        _("decision"),
        max_length=10,
        choices=states.ExtensionState,
        default=states.ExtensionState.WAITING,
        editable=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="waiting"), name="extension_waits_once"
            )
        ]

    def __str__(self):
        return f"{self.assignment} · {self.get_state_display()}"


class ExtensionChange(StateChange):
    """One step of a request for more time."""

    record = models.ForeignKey(Extension, models.CASCADE, related_name="changes")


class Consultation(models.Model):
    """The unit heard the deputy (面商; Deputies Law Art. 51, D1.8): who met whom, how and when. Never changed."""

    class Way(models.TextChoices):
        VISIT = "visit", _("visit to the deputy")
        MEETING = "meeting", _("meeting")
        SITE = "site", _("visit on the spot together")
        PHONE = "phone", _("phone call")
        WRITING = "writing", _("in writing")

    class Rank(models.TextChoices):
        HEAD = "head", _("head of the unit")
        DEPUTY_HEAD = "deputy_head", _("deputy head of the unit")
        SECTION = "section", _("head of a section")
        OFFICER = "officer", _("officer")

    FACE_TO_FACE = (Way.VISIT, Way.MEETING, Way.SITE)

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="consultations", verbose_name=_("assignment")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    on = models.DateField(pgettext_lazy("date", "on"))
    way = models.CharField(_("how"), max_length=10, choices=Way)
    rank = models.CharField(_("who of the unit"), max_length=12, choices=Rank)
    people = models.CharField(_("people of the unit"), max_length=200)
    place = models.CharField(_("place"), max_length=100, blank=True)
    deputies = models.ManyToManyField(Deputy, related_name="consultations", verbose_name=_("deputies heard"))
    said = BoundedTextField(_("what the deputies said"), max_length=3000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.get_way_display()}"


class Urging(models.Model):
    """The office, a committee or the government office urges a unit (催办), not more often than the setting allows."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="urgings", verbose_name=_("assignment")
    )
    words = BoundedTextField(_("what is urged"), max_length=500, blank=True)
    on = models.DateField(pgettext_lazy("date", "on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("urged by")
    )

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("urging")
        verbose_name_plural = _("urgings")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "on"], name="urged_once_a_day"),
        ]

    def __str__(self):
        return f"{self.on:%Y-%m-%d}"
