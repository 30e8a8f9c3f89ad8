"""How many points the measures give: tallies of many stations at once, and the very records behind one of them (D3.5)."""

import datetime as dt

from django.db.models import Case, Count, Exists, Min, OuterRef, Q, Value, When

from common import clock, preferences
from deputies.models import Deputy, Mandate

from . import states
from .measures import BY_DAYS, MEASURES
from .measuring import Measure, Tally, Window
from .models import Opinion, Residency, clock_day

O = states.OpinionState  # noqa: E741 the letter of the noun


def tallies(stations, year: int, day: dt.date) -> dict[int, dict[str, Tally]]:
    """Every measure of each station, in a number of queries that does not depend on how many they are."""
    stations, window = list(stations), Window(year, day)
    pks = [station.pk for station in stations]
    sums = _sums(pks, window)
    days = _by_days(Opinion.objects.filter(window.came, station__in=pks), window)
    areas = _placed([station.area_id for station in stations], window)
    found = {}
    for station in stations:
        told = {
            key: measure.tally(
                sums.get((station.pk, f"{key}_part"), 0), sums.get((station.pk, f"{key}_whole"), 0)
            )
            for key, measure in MEASURES.items()
            if measure.rows and key not in BY_DAYS
        }
        told |= {key: days[key].tally(station.pk) for key in BY_DAYS}
        told["placed"] = areas.get(station.area_id, Tally())
        found[station.pk] = told
    return found


def _sums(pks, window) -> dict:
    """``{(station, name): number}``, one query for each kind of record."""
    kinds: dict = {}
    for key, measure in MEASURES.items():
        if measure.rows and key not in BY_DAYS:
            kinds.setdefault(measure.rows, {}).update(measure.sums(window))
    found = {}
    for rows, sums in kinds.items():
        of_each = rows(window).filter(station__in=pks).order_by().values("station").annotate(**sums)
        for row in of_each:
            found |= {(row["station"], name): row[name] for name in sums}
    return found


def _placed(areas, window) -> dict[int, Tally]:
    """How many of the deputies of each area belong to a station."""
    belongs = Residency.objects.current(window.last).filter(deputy=OuterRef("deputy"))
    rows = (
        Mandate.objects.sitting()
        .filter(area__in=set(areas))
        .order_by()
        .values_list("area")
        .annotate(
            part=Count("deputy", distinct=True, filter=Exists(belongs)), whole=Count("deputy", distinct=True)
        )
    )
    return {area: Tally(part, whole) for area, part, whole in rows}


# What working days decide


class Days:
    """Which opinions a measure of days looks at, and which of them were in time: ``{station: {pk: in time}}``."""

    def __init__(self):
        self.of: dict[int, dict[int, bool]] = {}

    def put(self, station, pk, in_time):
        if in_time is not None:
            self.of.setdefault(station, {})[pk] = in_time

    def tally(self, station) -> Tally:
        told = self.of.get(station, {})
        return Tally(sum(told.values()), len(told))


def _by_days(opinions, window) -> dict[str, Days]:
    """Both measures of days over these opinions, in one query and the holidays."""
    limits, found = Limits(), {key: Days() for key in BY_DAYS}
    moved = {
        "reviewed_at": ("accept", "refuse", "join"),
        "passed_at": ("dispatch", "answer", "escalate"),
        "told_at": ("answer", "reply", "refuse"),
        "sent_at": ("dispatch",),
    }
    firsts = {name: Min("changes__at", filter=Q(changes__move__in=moves)) for name, moves in moved.items()}
    rows = opinions.order_by().annotate(**firsts)
    columns = ("pk", "station_id", "channel", "state", "came_at", "answered_on", *firsts)
    for pk, station, channel, state, came_at, answered_on, *moments in rows.values_list(*columns).iterator():
        reviewed, passed, told, sent = (moment and clock_day(moment) for moment in moments)
        came = clock_day(came_at)
        in_time = limits.in_time(
            came,
            reviewed or answered_on,
            passed or answered_on,
            window.day,
            is_ended=state in (O.REFUSED, O.MERGED),
        )
        found["in_time"].put(station, pk, in_time)
        if channel == Opinion.Channel.ONLINE and state not in (O.MERGED, O.ESCALATED, O.RAISED):
            by = limits.told_by(came, was_sent=sent is not None)
            found["online"].put(station, pk, _was_in_time(told or answered_on, by, window.day))
    return found


def _was_in_time(done, by, today) -> bool | None:
    """Done by the day; ``None`` while it is neither done nor late."""
    if done is None:
        return None if today <= by else False
    return done <= by


class Limits:
    """The days of ``deadlines`` for many opinions: each counted once, with the settings and holidays read once."""

    def __init__(self):
        names = ("review", "reply", "transfer", "feedback")
        self.days = {name: preferences.get(f"online.{name}_days") for name in names}
        self.calendar, self.known = clock.WorkCalendar(), {}

    def after(self, day, number):
        if (day, number) not in self.known:
            self.known[day, number] = clock.add_workdays(day, number, self.calendar)
        return self.known[day, number]

    def in_time(self, came, reviewed, passed, today, *, is_ended) -> bool | None:
        """Reviewed in time and, if it was taken on, answered or passed on in time (D3.6)."""
        was_reviewed = _was_in_time(reviewed, self.after(came, self.days["review"]), today)
        if not was_reviewed or is_ended:
            return was_reviewed
        return _was_in_time(passed, self.after(reviewed, self.days["reply"]), today)

    def told_by(self, came, *, was_sent):
        """The day by which a citizen is to have the answer: later where a department was sent."""
        number = self.days["review"] + self.days["reply"]
        if was_sent:
            number += self.days["transfer"] + self.days["feedback"]
        return self.after(came, number)


# The very records


def records(measure: Measure, station, year: int, day: dt.date):
    """What a measure looks at for one station, each row with ``is_counted``."""
    window = Window(year, day)
    if measure.key == "placed":
        in_area = Mandate.objects.sitting().filter(area=station.area_id, deputy=OuterRef("pk"))
        belongs = Residency.objects.current(window.last).filter(deputy=OuterRef("pk"))
        return Deputy.objects.filter(Exists(in_area)).annotate(is_counted=Exists(belongs))
    rows = measure.rows(window).filter(station=station)
    if measure.key in BY_DAYS:
        told = _by_days(rows, window)[measure.key].of.get(station.pk, {})
        in_time = [pk for pk, is_in_time in told.items() if is_in_time]
        return rows.filter(pk__in=list(told)).annotate(is_counted=_marked(Q(pk__in=in_time)))
    whole, part = measure.whole(window), measure.part(window)
    if measure.wanted:  # others of the year have nothing to do with it
        return rows.filter(whole & part).annotate(is_counted=_marked(Q()))
    return rows.filter(whole).annotate(is_counted=_marked(part))


def _marked(condition):
    if not condition:
        return Value(True)
    return Case(When(condition, then=Value(True)), default=Value(False))
