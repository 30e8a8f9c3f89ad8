"""Reception days are planned, announced, held and cancelled; deputies are expected, and come (D3.3)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from common import audit, clock, freshness, preferences
from common.workflow import MoveRefused, advance
from deputies.models import Deputy

from .. import days, states
from ..models import Attendance, Reception, Residency, Station
from ..notifications import receptions as notifications

FURTHEST = 2  # years ahead for which days are made: holidays of later ones are announced by nobody


def notice_until(day: dt.date) -> dt.date:
    """The last day on which the notice of a reception is in time."""
    return day - clock.ONE_DAY * preferences.get("station.notice_days")


# Planning


def days_to_make(station: Station, year: int) -> list[Reception]:
    """What :func:`make_year` would add. ``ValidationError`` where no days can be made."""
    _refuse_closed(station)
    rules = list(station.rules.all())
    if not rules:
        raise ValidationError(_("Nobody has entered on which days this station receives."))
    today = clock.today()
    if not today.year <= year <= today.year + FURTHEST:
        raise ValidationError(_("Days are made for this year and the next ones only."))
    there, made = _Planned(station), []
    for rule in rules:
        for planned_on, day in days.dates(rule, year):
            reception = Reception(
                station=station,
                rule=rule,
                planned_on=planned_on,
                day=day,
                begins=rule.begins,
                ends=rule.ends,
                notice_until=notice_until(day),
            )
            if day >= today and there.has_room_for(reception):
                made.append(reception)
                there.add(reception)
    return sorted(made, key=lambda reception: (reception.day, reception.begins))


@transaction.atomic
def make_year(station: Station, *, year: int, by) -> list[Reception]:
    """The days of a year from the station's rules. Those that are there stay as they are, cancelled ones too; past ones
    are not made.
    """
    Station.objects.select_for_update().get(pk=station.pk)  # two who press at once make them once
    made = days_to_make(station, year)
    if made:
        with freshness.unseen():  # planned, told to nobody yet
            bulk_create_with_history(made, Reception, batch_size=500, default_user=by)
        audit.record("record.changed", by=by, about=station, fields=["receptions"], number=len(made))
    return made


class _Planned:
    """What stands in the calendar of a station, so that no day of a rule is made twice."""

    def __init__(self, station):
        self.by_rule, self.moments, self.orphans = set(), set(), set()
        for reception in station.receptions.all():
            self.add(reception)

    def add(self, reception):
        self.by_rule |= {(reception.rule_id, reception.planned_on), (reception.rule_id, reception.day)}
        self.moments.add((reception.day, reception.begins))
        if reception.rule_id is None and reception.planned_on:
            self.orphans.add(reception.planned_on)  # of a rule that was entered anew

    def has_room_for(self, reception):
        return (
            (reception.rule_id, reception.planned_on) not in self.by_rule
            and (reception.rule_id, reception.day) not in self.by_rule
            and (reception.day, reception.begins) not in self.moments
            and reception.planned_on not in self.orphans
        )


@transaction.atomic
def plan(station: Station, *, day, begins, ends, by, place="", matters="", units=()) -> Reception:
    """A single day beside those of the rules."""
    _refuse_closed(station)
    _refuse_past(day)
    reception = Reception(
        station=station,
        day=day,
        begins=begins,
        ends=ends,
        place=place,
        matters=matters,
        notice_until=notice_until(day),
    )
    _check(reception)
    reception._history_user = by
    with freshness.unseen():
        reception.save()
    reception.units.set(units)
    audit.record("record.created", by=by, about=reception)
    return reception


@transaction.atomic
def assign(reception: Reception, *, deputies, by) -> None:
    """Who is to receive: deputies who belong to the station on that day. Who was assigned before and is not named is free."""
    current = _hold_open(reception)
    chosen = {deputy.pk for deputy in deputies}
    guests = chosen - set(residents(reception).values_list("pk", flat=True))
    if guests:
        raise ValidationError({"deputies": _("Only deputies who belong to the station receive there.")})
    before = {row.deputy_id: row for row in reception.attendances.all()}
    freed = [row for pk, row in before.items() if pk not in chosen and row.came_at is None]
    Attendance.objects.bulk_create(
        [Attendance(reception=reception, deputy_id=pk) for pk in chosen - before.keys()]
    )
    Attendance.objects.filter(pk__in=[row.pk for row in freed]).delete()
    if freed or chosen - before.keys():
        current._history_user = by  # the deputies are rows of their own; that they changed is told here
        current.save()
        audit.record("record.changed", by=by, about=reception, fields=["deputies"])
        told = Deputy.objects.select_related("user")
        notifications.assigned(reception, told.filter(pk__in=chosen - before.keys()))
        notifications.released(reception, told.filter(pk__in=[row.deputy_id for row in freed]))


@transaction.atomic
def change(reception: Reception, *, day, begins, ends, place, matters, units, by) -> None:
    """Another day, time, place, other matters or departments. Who was told is told anew; a day that moves after the notice
    is known from now on only, and whether that is in time counts from now.
    """
    current = _hold_open(reception)
    if day != current.day:
        _refuse_past(day)
    before = [_facts(current), set(current.units.values_list("pk", flat=True))]
    has_moved = day != current.day
    current.day, current.begins, current.ends = day, begins, ends
    current.place, current.matters = place.strip(), matters.strip()
    if has_moved:
        current.notice_until = notice_until(day)
        current.announced_at = current.announced_at and timezone.now()  # of the new day nobody knew before
    _check(current)
    if [_facts(current), {unit.pk for unit in units}] == before:
        return
    current._history_user = by
    current.save()
    current.units.set(units)
    audit.record("record.changed", by=by, about=current, fields=["day"] if has_moved else ["place"])
    reception.refresh_from_db()
    if current.state == states.ReceptionState.ANNOUNCED:
        notifications.changed(current)


# Its life


@transaction.atomic
def announce(reception: Reception, *, by, note: str = "") -> None:
    """Publish the notice: from now on the public reads when, where, who and about what. One that is late stays late."""
    _refuse_closed(reception.station)
    if reception.day < clock.today():
        raise MoveRefused(reception, _("That day has passed; a notice would come too late."))
    if not reception.attendances.exists():
        raise ValidationError(_("Choose first which deputies receive; the notice names them."))
    advance(reception, "announce", by=by, note=note, announced_at=timezone.now())
    notifications.announced(reception)


@transaction.atomic
def hold(reception: Reception, *, summary: str, by, came=(), note: str = "") -> None:
    """It took place. ``came``: deputies who were there and did not check in themselves."""
    if reception.day > clock.today():
        raise MoveRefused(reception, _("That day has not come yet."))
    for deputy in came:
        check_in(reception, deputy=deputy, way=Attendance.Way.STAFF, by=by)
    if not reception.attendances.came().exists():
        raise ValidationError({"came": _("Say which deputies came. If nobody did, cancel the reception.")})
    advance(reception, "hold", by=by, note=note, summary=summary.strip())


@transaction.atomic
def cancel(reception: Reception, *, by, note: str) -> None:
    """It does not take place; who was expected is told why."""
    advance(reception, "cancel", by=by, note=note)
    notifications.cancelled(reception, note)


@transaction.atomic
def check_in(reception: Reception, *, deputy: Deputy, way: str, by) -> Attendance:
    """A deputy is there. Done again it stays as it was first."""
    today = clock.today()
    if reception.state not in states.TO_COME:
        raise MoveRefused(reception, _("This reception is closed."))
    if reception.day > today or (way == Attendance.Way.CODE and reception.day != today):
        raise MoveRefused(reception, _("One can only check in on the day of the reception."))
    if not residents(reception).filter(pk=deputy.pk).exists():
        raise ValidationError(
            _("%(name)s does not belong to this station; only its own deputies check in here.")
            % {"name": deputy}
        )
    attendance, _is_new = Attendance.objects.get_or_create(reception=reception, deputy=deputy)
    waiting = Attendance.objects.filter(pk=attendance.pk, came_at=None)
    if waiting.update(came_at=timezone.now(), way=way, by=by):
        audit.record("record.changed", by=by, about=reception, fields=["attendances"])
    attendance.refresh_from_db()
    return attendance


# Shared by these


def residents(reception):
    """The deputies who belong to the station on the day of the reception."""
    resident = Residency.objects.current(reception.day).filter(station=reception.station_id)
    return Deputy.objects.filter(pk__in=resident.values("deputy"))


def _refuse_closed(station):
    if not station.is_open:
        raise ValidationError(_("This station is closed; nobody is received there any more."))


def _refuse_past(day):
    if day < clock.today():
        raise ValidationError({"day": _("That day has passed. Choose a day to come.")})


def _hold_open(reception) -> Reception:
    """As it is now, and for nobody else to change meanwhile; :class:`MoveRefused` once it is over."""
    current = Reception.objects.select_for_update().select_related("station").get(pk=reception.pk)
    if current.state not in states.TO_COME:
        raise MoveRefused(reception, _("This reception is closed; it can no longer be changed."))
    return current


def _check(reception):
    taken = Reception.objects.filter(
        station=reception.station_id, day=reception.day, begins=reception.begins
    ).exclude(pk=reception.pk)
    if taken.exists():
        raise ValidationError({"day": _("There is a reception at that time on that day already.")})
    reception.full_clean(exclude=["station"])


def _facts(reception):
    return [getattr(reception, name) for name in ("day", "begins", "ends", "place", "matters")]
