"""Days on which deputies receive citizens (接待日, D3.3): the rule that makes them, the days, and who came."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import Unit
from accounts.rules import sees_whole_city
from common import clock
from common.fields import BoundedTextField
from common.models import StateChange
from deputies.models import Deputy

from .. import states
from .stations import OfStationQuerySet, Residency, Station

S = states.ReceptionState


class ReceptionRule(models.Model):
    """A recurring day: 每月15日, 每周三, 单月15日 9:00–11:00, 每季度首月10日. ``liaison_stations.days`` counts with it.

    Either ``day`` of the month (31: its last) or ``weekday`` (0 Monday); ``months`` say in which months.
    """

    class Months(models.TextChoices):
        EVERY = "every", _("every month")
        ODD = "odd", _("odd months")
        EVEN = "even", _("even months")
        QUARTER = "quarter", _("first month of a quarter")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    station = models.ForeignKey(Station, models.CASCADE, related_name="rules", verbose_name=_("station"))
    months = models.CharField(_("months"), max_length=10, choices=Months, default=Months.EVERY)
    day = models.PositiveSmallIntegerField(_("day of the month"), null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, null=True, blank=True)
    begins = models.TimeField(pgettext_lazy("time", "from"), default=dt.time(9))
    ends = models.TimeField(pgettext_lazy("time", "to"), default=dt.time(11))

    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("rule of reception days")
        verbose_name_plural = _("rules of reception days")
        constraints = [
            models.CheckConstraint(
                name="reception_rule_day_or_weekday",
                condition=Q(day__range=(1, 31), weekday__isnull=True)
                | Q(day__isnull=True, weekday__range=(0, 6)),
                violation_error_message=_("Choose either a day of the month from 1 to 31 or a weekday."),
            ),
            models.CheckConstraint(
                name="reception_rule_ends_after_begin",
                condition=Q(ends__gt=F("begins")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self):
        which = self.get_weekday_display() if self.day is None else _("day %(day)s") % {"day": self.day}
        return f"{self.get_months_display()} · {which} · {self.begins:%H:%M}–{self.ends:%H:%M}"


class ReceptionQuerySet(OfStationQuerySet):
    def visible_to(self, user):
        """Those somebody works with, and a deputy's: of the stations they belong to, and where they are or were expected."""
        if user.is_superuser or sees_whole_city(user):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(station__in=Station.objects.managed_by(user).values("pk")) | _of_deputy(user))

    def public(self):
        """What was announced, and what became of it. A planned one is not told yet, nor that it was dropped."""
        return self.exclude(state=S.PLANNED).exclude(state=S.CANCELLED, announced_at=None)

    def to_come(self, day=None):
        return self.filter(state__in=states.TO_COME, day__gte=day or clock.today())

    def held(self):
        return self.filter(state=S.HELD)

    def to_announce(self, day):
        """To come, and its notice is due within a week or was before."""
        return self.filter(state=S.PLANNED, day__gte=day, notice_until__lte=day + clock.ONE_DAY * 7)

    def of_year(self, year):
        return self.filter(day__year=year)

    def with_late_notice(self):
        """Published later than the rule wants, whatever became of it."""
        return self.filter(announced_at__date__gt=F("notice_until"))

    def for_lists(self):
        return self.select_related("station__area")


class Reception(models.Model):
    """One reception day of a station. ``planned_on`` is what the rule gave before a day off moved it to ``day``.

    ``notice_until`` is the last day on which its notice is in time (3 days before, D3.3); one published later stays
    recorded as late by ``announced_at``.
    """

    MOVES = states.RECEPTION_MOVES

    station = models.ForeignKey(Station, models.PROTECT, related_name="receptions", verbose_name=_("station"))
    rule = models.ForeignKey(
        ReceptionRule, models.SET_NULL, null=True, editable=False, related_name="receptions"
    )
    day = models.DateField(_("day"))
    planned_on = models.DateField(_("planned on"), null=True, editable=False)
    begins = models.TimeField(pgettext_lazy("time", "from"), default=dt.time(9))
    ends = models.TimeField(pgettext_lazy("time", "to"), default=dt.time(11))
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Empty: at the address of the station.")
    )
    matters = models.CharField(_("matters"), max_length=200, blank=True, help_text=_("Empty: any."))
    units = models.ManyToManyField(
        Unit, blank=True, related_name="receptions", verbose_name=_("jointly with these departments")
    )
    notice_until = models.DateField(_("notice by"), editable=False)
    announced_at = models.DateTimeField(_("notice published at"), null=True, editable=False)
    summary = BoundedTextField(_("what came of it"), max_length=2000, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=S, default=S.PLANNED, editable=False)

    NAMES_NOBODY = True
    objects = ReceptionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        constraints = [
            models.UniqueConstraint(fields=["station", "day", "begins"], name="reception_once"),
            models.CheckConstraint(
                name="reception_ends_after_begin",
                condition=Q(ends__gt=F("begins")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="reception_announced_has_moment",
                condition=~Q(state="announced") | Q(announced_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "day"], name="reception_by_state"),
            models.Index(fields=["day", "id"], name="reception_by_day"),
        ]

    def __str__(self):
        return f"{self.station} {self.day:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("stations:reception", args=[self.pk])

    @property
    def was_late(self) -> bool:
        """The notice was published later than the rule wants."""
        return self.announced_at is not None and clock_day(self.announced_at) > self.notice_until

    @property
    def is_moved(self) -> bool:
        return self.planned_on is not None and self.planned_on != self.day

    @property
    def where(self) -> str:
        return self.place or self.station.address


def _of_deputy(user) -> Q:
    deputy = getattr(user, "deputy", None)
    if deputy is None:
        return Q(pk__in=[])
    resident = Residency.objects.current().filter(deputy=deputy)
    expected = Attendance.objects.filter(deputy=deputy)
    return Q(station__in=resident.values("station")) | Q(pk__in=expected.values("reception"))


def clock_day(moment):
    """The day at the office on which something happened."""
    return clock.timezone.localtime(moment, clock.timezone.get_default_timezone()).date()


class ReceptionChange(StateChange):
    """One step of a reception."""

    record = models.ForeignKey(Reception, models.CASCADE, related_name="changes")


class AttendanceQuerySet(models.QuerySet):
    def came(self):
        return self.filter(came_at__isnull=False)

    def of_year(self, year):
        return self.filter(reception__day__year=year)


class Attendance(models.Model):
    """A deputy is expected at a reception, and came: checked in by the code on the station's screen, or by staff."""

    class Way(models.TextChoices):
        CODE = "code", _("by the code on the spot")
        STAFF = "staff", _("by the station's staff")

    reception = models.ForeignKey(
        Reception, models.CASCADE, related_name="attendances", verbose_name=_("reception")
    )
    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="attendances", verbose_name=_("deputy"))
    came_at = models.DateTimeField(_("checked in at"), null=True, editable=False)
    way = models.CharField(_("checked in"), max_length=8, choices=Way, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["deputy__pinyin", "pk"]
        verbose_name = _("deputy at a reception")
        verbose_name_plural = _("deputies at receptions")
        constraints = [
            models.UniqueConstraint(fields=["reception", "deputy"], name="attendance_once"),
            models.CheckConstraint(
                name="attendance_came_by_a_way",
                condition=Q(came_at__isnull=True, way="") | (Q(came_at__isnull=False) & ~Q(way="")),
            ),
        ]
        indexes = [models.Index(fields=["deputy", "came_at"], name="attendance_of_deputy")]

    def __str__(self):
        return f"{self.deputy} · {self.reception}"
