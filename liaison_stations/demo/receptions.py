"""Two years of reception days made from the rules, as well kept as the station's stars say, and those to come."""

import datetime as dt
from collections import defaultdict
from itertools import cycle

from common import clock

from .. import days
from ..models import Attendance, Reception, Star
from . import matters

PAST, COMING = dt.timedelta(days=730), dt.timedelta(days=60)
ANNOUNCED_AHEAD = dt.timedelta(days=12)
# of stations with these stars: notices too late, days nobody made anything of, deputies who came
KEPT = {
    Star.FIVE: (0.01, 0.0, 0.98),
    Star.FOUR: (0.06, 0.03, 0.92),
    Star.THREE: (0.15, 0.10, 0.85),
    Star.NONE: (0.35, 0.35, 0.70),
}
JOINT = ("市住建局", "市人社局", "市医保局", "市城管局")


def build(chronicle, places) -> dict:
    """All of them; ``{station: [held]}``, so that opinions can have been said there."""
    held, counted = defaultdict(list), {}
    years = range((chronicle.today - PAST).year, (chronicle.today + COMING).year + 1)
    for place in places:
        turn, taken = cycle(place.deputies), set()
        for rule in place.rules:
            key = rule.months, rule.day, rule.weekday
            if key not in counted:
                counted[key] = [pair for year in years for pair in days.dates(rule, year)]
            for planned_on, day in counted[key]:
                inside = (
                    chronicle.today - PAST <= day <= min(chronicle.today + COMING, place.until or dt.date.max)
                )
                if not inside or (day, rule.begins) in taken:
                    continue
                taken.add((day, rule.begins))
                reception = _one(chronicle, place, rule, planned_on, day, turn)
                if reception.state == "held":
                    held[place.station.pk].append(reception)
    return held


def _one(chronicle, place, rule, planned_on, day, turn):
    chronicle.seconds = chronicle.random.randrange(3000)
    late, missed, came = KEPT[place.station.stars]
    reception = chronicle.add(
        Reception(
            station=place.station,
            rule=rule,
            day=day,
            planned_on=planned_on,
            begins=rule.begins,
            ends=rule.ends,
            notice_until=day - chronicle.notice_days,
        )
    )
    many = 3 if place.is_of_area and len(place.deputies) > 20 else 2
    expected = [
        chronicle.add(Attendance(reception=reception, deputy=deputy))
        for deputy, _n in zip(turn, range(min(many, len(place.deputies))), strict=False)
    ]
    if day < chronicle.today and chronicle.chance(missed):
        chronicle.step(reception, "cancel", day, place.by, matters.NOT_HELD)
        return reception
    ahead = 2 if chronicle.chance(late) else -chronicle.random.randint(1, 16)  # late, or long before
    announced = reception.notice_until + clock.ONE_DAY * ahead
    if announced > chronicle.today or day > chronicle.today + ANNOUNCED_AHEAD:
        return reception
    reception.announced_at = chronicle.step(reception, "announce", announced, place.by)
    if place.is_of_area and chronicle.chance(0.08):
        chronicle.add(
            Reception.units.through(reception=reception, unit=chronicle.units[chronicle.random.choice(JOINT)])
        )
    if day < chronicle.today or (
        day == chronicle.today and chronicle.now.astimezone(chronicle.zone).time() > rule.ends
    ):
        if chronicle.chance(0.03):
            chronicle.step(
                reception, "cancel", announced, place.by, chronicle.random.choice(matters.CANCELLED)
            )
        else:
            _hold(chronicle, place, reception, expected, came)
    return reception


def _hold(chronicle, place, reception, expected, came):
    for n, attendance in enumerate(expected):
        if n == 0 or chronicle.chance(came):
            minutes = dt.timedelta(minutes=chronicle.random.randint(-15, 10))
            attendance.came_at = (
                dt.datetime.combine(reception.day, reception.begins, tzinfo=chronicle.zone) + minutes
            )
            attendance.way = Attendance.Way.CODE if chronicle.chance(0.6) else Attendance.Way.STAFF
            attendance.by = place.by if attendance.way == Attendance.Way.STAFF else attendance.deputy.user
    chronicle.step(reception, "hold", reception.day, place.by)
    visitors = chronicle.random.randint(1, 9)
    reception.summary = chronicle.random.choice(matters.RECEPTION_SUMMARIES).format(
        n=visitors, k=visitors // 2
    )
