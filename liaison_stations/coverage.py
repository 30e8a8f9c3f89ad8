"""Where nothing happens and what happens everywhere: quiet areas, silent stations, matters raised in several stations.

An area or a station is silent when no reception was held, no visit made and no opinion answered for
``station.silent_days``. What several stations hear of is found by words: two opinions are about one matter when they
share enough pairs of characters that stand in few others.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, Max, OuterRef, Subquery

from accounts.models import Area
from common import clock, preferences
from common.text import bigrams

from . import states
from .models import Opinion, Reception, Station, StationEvent

TOWNS = (Area.Kind.STREET, Area.Kind.TOWN, Area.Kind.TOWNSHIP)
E = StationEvent.Kind


def cutoff(today: dt.date) -> dt.date:
    """Before this day what was done is too long ago."""
    return today - clock.ONE_DAY * preferences.get("station.silent_days")


# Areas


@dataclass
class AreaRow:
    """The last day of each kind of work in an area; ``None`` where there was none at all."""

    area: Area
    reception: dt.date | None
    visit: dt.date | None
    answer: dt.date | None
    since: dt.date
    today: dt.date

    @property
    def lacks(self) -> list[str]:
        """Which of the three did not happen lately."""
        return [
            name
            for name in ("reception", "visit", "answer")
            if (getattr(self, name) or dt.date.min) < self.since
        ]

    @property
    def is_quiet(self) -> bool:
        return bool(self.lacks)

    @property
    def reception_ago(self) -> int | None:
        return self._ago(self.reception)

    @property
    def visit_ago(self) -> int | None:
        return self._ago(self.visit)

    @property
    def answer_ago(self) -> int | None:
        return self._ago(self.answer)

    def _ago(self, day):
        """Days since then."""
        return (self.today - day).days if day else None


def areas(today: dt.date, code: str = "") -> list[AreaRow]:
    """Every street, town and township below ``code``, those that lack most first; three queries."""
    since = cutoff(today)
    held = _last(Reception.objects.held(), "station__area", "day")
    visited = _last(StationEvent.objects.of_kinds(E.VISIT), "station__area", "on")
    answers = Opinion.objects.filter(area=OuterRef("pk"), answered_on__isnull=False).order_by("-answered_on")
    towns = Area.objects.inside(code).filter(kind__in=TOWNS)
    rows = [
        AreaRow(area, held.get(area.pk), visited.get(area.pk), area.answered_on, since, today)
        for area in towns.annotate(answered_on=Subquery(answers.values("answered_on")[:1]))
    ]
    return sorted(rows, key=lambda row: (-len(row.lacks), row.area.code))


def _last(queryset, area, day) -> dict:
    return dict(queryset.order_by().values_list(area).annotate(Max(day)))


# Stations


def silent(today: dt.date):
    """Open stations where nothing was held, visited or answered since the cutoff."""
    since = cutoff(today)
    held = Reception.objects.held().filter(station=OuterRef("pk"), day__gte=since)
    took_place = StationEvent.objects.filter(station=OuterRef("pk"), on__gte=since).exclude(
        kind__in=StationEvent.OF_MANAGEMENT
    )
    answered = Opinion.objects.filter(station=OuterRef("pk"), answered_on__gte=since)
    return Station.objects.open().filter(~Exists(held), ~Exists(took_place), ~Exists(answered))


def last_sign(stations) -> dict:
    """``{key: last day}`` on which something was held, visited or answered at each of these few stations."""
    keys = [station.pk for station in stations]
    signs: dict = {}
    for queryset, day in (
        (Reception.objects.held(), "day"),
        (StationEvent.objects.exclude(kind__in=StationEvent.OF_MANAGEMENT), "on"),
        (Opinion.objects.filter(answered_on__isnull=False), "answered_on"),
    ):
        for key, last in (
            queryset.filter(station__in=keys).order_by().values_list("station").annotate(Max(day))
        ):
            signs[key] = max(signs.get(key, last), last)
    return signs


# Matters


LOOKED_AT = 1500  # newest opinions; so many are compared in a fraction of a second
MONTHS = 12
LEAST_STATIONS = 3
COMMON = 0.05  # a pair of characters in more than this share of all opinions says nothing of a matter
FEW = 12  # opinions; below that nothing counts as common
LEAST_SHARED = 4  # rare pairs two opinions on one matter have in common at least …
LEAST_LIKE = 0.3  # … and this share of those of the shorter one


@dataclass
class Matter:
    """Opinions on one matter from several stations; ``words`` are what they have in common."""

    opinions: list = field(default_factory=list)
    words: Counter = field(default_factory=Counter)

    @property
    def stations(self) -> list:
        return list({opinion.station_id: opinion.station for opinion in self.opinions}.values())

    @property
    def first(self):
        """The oldest: its key is the matter's address, as long as it belongs to it."""
        return min(self.opinions, key=lambda opinion: opinion.pk)

    @property
    def newest(self):
        return max(self.opinions, key=lambda opinion: opinion.pk)


def recurring(today: dt.date, user) -> list[Matter]:
    """Matters of the last year that at least three stations heard of and that are neither a suggestion nor a topic yet.

    Of what ``user`` handles; the newest opinions only. Most stations first.
    """
    since = clock.add_months(today, -MONTHS)
    rows = (
        Opinion.objects.handled_by(user)
        .filter(came_at__date__gte=since, suggestion=None, topic=None)
        .exclude(state__in=[states.OpinionState.REFUSED, states.OpinionState.HELD])
        .select_related("station__area", "category")
        .defer("search", "public_text", "public_answer")
        .order_by("-came_at", "-pk")[:LOOKED_AT]
    )
    found = [matter for matter in _grouped(list(rows)) if len(matter.stations) >= LEAST_STATIONS]
    return sorted(found, key=lambda matter: (-len(matter.stations), -len(matter.opinions), matter.first.pk))


def _grouped(opinions) -> list[Matter]:
    """Each opinion joins the matter it shares most with, or begins one; oldest first, so that keys stay."""
    pairs = {opinion.pk: set(bigrams(opinion.subject, opinion.text).split()) for opinion in opinions}
    spread = Counter(pair for some in pairs.values() for pair in some)
    most = max(COMMON * len(opinions), FEW)
    matters: list[Matter] = []
    where: dict[str, set[int]] = defaultdict(set)  # pair: matters in which it stands
    for opinion in sorted(opinions, key=lambda one: one.pk):
        own = {pair for pair in pairs[opinion.pk] if spread[pair] <= most}
        shared = Counter(number for pair in own for number in where[pair])
        best = next((n for n, count in shared.most_common() if _is_one(count, own, matters[n])), None)
        if best is None:
            best = len(matters)
            matters.append(Matter())
        matters[best].opinions.append(opinion)
        matters[best].words.update(own)
        for pair in own:
            where[pair].add(best)
    return matters


def _is_one(shared, own, matter) -> bool:
    shorter = min(len(own), len(matter.words)) or 1
    return shared >= LEAST_SHARED and shared / shorter >= LEAST_LIKE
