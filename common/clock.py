"""The office's clock: working days with holidays and make-up days (调休), months as the law counts them (D1.9).

A year without ``Holiday`` rows falls back to Monday–Friday, and :meth:`Deadline.explain` says so. Questions about many
days share one :class:`WorkCalendar`, so that a list costs as many queries as it touches years.
"""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, field

import chinese_calendar
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from .models import Holiday

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


class WorkCalendar:
    """Which days the office works. Reads each year once: make one for a page or a letter, and keep it no longer."""

    def __init__(self):
        self._years: dict[int, dict[dt.date, Holiday]] = {}

    def year(self, year: int) -> dict[dt.date, Holiday]:
        """The days that differ from Monday–Friday; empty for a year nobody entered."""
        if year not in self._years:
            self._years[year] = {holiday.day: holiday for holiday in Holiday.objects.of_year(year)}
        return self._years[year]

    def holiday(self, day: dt.date) -> Holiday | None:
        return self.year(day.year).get(day)


def today() -> dt.date:
    """The day it is at the office, whatever time zone a visitor is in."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def is_workday(day: dt.date, calendar: WorkCalendar | None = None) -> bool:
    holiday = (calendar or WorkCalendar()).holiday(day)
    return not holiday.is_off if holiday else day.weekday() < SATURDAY


def roll_forward(day: dt.date, calendar: WorkCalendar | None = None) -> dt.date:
    """``day`` if it is a working day, else the next one."""
    calendar = calendar or WorkCalendar()
    while not is_workday(day, calendar):
        day += ONE_DAY
    return day


def add_workdays(day: dt.date, n: int, calendar: WorkCalendar | None = None) -> dt.date:
    """The ``n``-th working day after ``day``, which is itself not counted; before it if ``n`` is negative."""
    calendar, step = calendar or WorkCalendar(), ONE_DAY if n > 0 else -ONE_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_workday(day, calendar)
    return day


def add_months(day: dt.date, n: int) -> dt.date:
    """The same day number ``n`` months later, or that month's last day (Civil Code Art. 201–202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    month += 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def workdays_between(start: dt.date, end: dt.date, calendar: WorkCalendar | None = None) -> int:
    """Working days after ``start`` up to and including ``end``; negative if ``end`` comes first."""
    if end < start:
        return -workdays_between(end, start, calendar)
    calendar = calendar or WorkCalendar()
    return sum(is_workday(start + n * ONE_DAY, calendar) for n in range(1, (end - start).days + 1))


def working_days_left(due: dt.date, calendar: WorkCalendar | None = None) -> int:
    """How many working days remain; 0 on the last day, negative by the working days since."""
    return workdays_between(today(), due, calendar)


def days_left(due: dt.date) -> str:
    """“12 days left”, “due today”, “3 days late”: how people count towards a day, days off included."""
    left = (due - today()).days
    if left < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
    if left == 0:
        return _("due today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


@dataclass(frozen=True)
class Deadline:
    """The day by which something is due, and how it came about.

    ``counted`` is what counting gave before a day off moved it to ``due``; one of ``months`` and ``workdays`` is set.
    """

    start: dt.date
    counted: dt.date
    due: dt.date
    months: int | None = None
    workdays: int | None = None
    calendar: WorkCalendar = field(default_factory=WorkCalendar, repr=False, compare=False)

    @classmethod
    def in_months(cls, start, n, *, roll=True, calendar=None):
        """``n`` months after ``start``; with ``roll`` a day off moves to the next working day (Civil Code Art. 203)."""
        calendar = calendar or WorkCalendar()
        counted = add_months(start, n)
        due = roll_forward(counted, calendar) if roll else counted
        return cls(start, counted, due, months=n, calendar=calendar)

    @classmethod
    def in_workdays(cls, start, n, *, calendar=None):
        """``n`` working days after ``start``."""
        calendar = calendar or WorkCalendar()
        due = add_workdays(start, n, calendar)
        return cls(start, due, due, workdays=n, calendar=calendar)

    def explain(self) -> str:
        """How the date came about, in sentences of the language in force."""
        told = self._told_months() if self.months is not None else self._told_workdays()
        since = self.counted if self.months is not None else self.start
        told += [
            _("The holidays of %(year)s are not entered yet; Monday to Friday counted as working days.")
            % {"year": year}
            for year in range(since.year, self.due.year + 1)
            if not self.calendar.year(year)
        ]
        return ("" if (get_language() or "").startswith("zh") else " ").join(told)

    def _told_months(self):
        day, holiday = self.counted, self.calendar.holiday(self.counted)
        told = [
            ngettext(
                "%(n)s month after %(start)s, that day not counted: %(day)s.",
                "%(n)s months after %(start)s, that day not counted: %(day)s.",
                self.months,
            )
            % {"n": self.months, "start": date_format(self.start), "day": date_format(day)}
        ]
        if day.day != self.start.day:
            told.append(
                _("%(month)s has no day %(day)s, so its last day counts.")
                % {"month": date_format(day, "YEAR_MONTH_FORMAT"), "day": self.start.day}
            )
        words = {
            "why": holiday.name if holiday else date_format(day, "l"),
            "weekday": date_format(day, "l"),
            "due": date_format(self.due),
        }
        if self.due != day:
            told.append(_("That is a day off (%(why)s); the next working day is %(due)s.") % words)
        elif not is_workday(day, self.calendar):
            told.append(_("That is a day off (%(why)s); the date is not moved.") % words)
        elif holiday:
            told.append(_("That %(weekday)s is a make-up working day (%(why)s), so the date stands.") % words)
        return told

    def _told_workdays(self):
        told = [
            ngettext(
                "%(n)s working day after %(start)s, that day not counted: %(day)s.",
                "%(n)s working days after %(start)s, that day not counted: %(day)s.",
                self.workdays,
            )
            % {"n": self.workdays, "start": date_format(self.start), "day": date_format(self.due)}
        ]
        passed = [
            holiday
            for year in range(self.start.year, self.due.year + 1)
            for day, holiday in sorted(self.calendar.year(year).items())
            if self.start < day <= self.due
        ]
        if off := dict.fromkeys(holiday.name for holiday in passed if holiday.is_off):
            told.append(_("Holidays on the way: %(names)s.") % {"names": "、".join(off)})
        if worked := [date_format(holiday.day) for holiday in passed if not holiday.is_off]:
            told.append(_("Make-up working days on the way: %(days)s.") % {"days": "、".join(worked)})
        return told


def seed_holidays() -> int:
    """Enter the holidays and make-up days that ``chinesecalendar`` knows; the number of rows made.

    A day that is or once was a row is left alone: staff may have changed, moved or deleted it.
    """
    touched = {*Holiday.objects.values_list("day", flat=True), *Holiday.history.values_list("day", flat=True)}
    rows = [
        Holiday(day=day, is_off=is_off, name=_holiday_name(name))
        for days, is_off in ((chinese_calendar.holidays, True), (chinese_calendar.workdays, False))
        for day, name in days.items()
        if day not in touched
    ]
    bulk_create_with_history(rows, Holiday, batch_size=500)
    return len(rows)


def _holiday_name(name) -> str:
    """The Chinese name as the State Council's notices write it: 清明节, not 清明."""
    chinese = chinese_calendar.Holiday(name).chinese
    return f"{chinese}节" if chinese in ("清明", "端午", "中秋") else chinese
