"""What a station's points are computed from (D3.5): named measures over records, for many stations at once.

A measure looks at records of one kind in a year, says which of them count, and how many are wanted. Its figure, its
formula in words and the list it opens come from the same conditions, so they cannot differ. Points are those of the
criterion × counted ÷ wanted, to one decimal, half up. Where nothing was wanted nothing is missing: full points. What a
station has to bring about itself (receptions, activities, entries) is always wanted at least once.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common import clock, preferences
from deputies.models import Deputy, Mandate
from proposals.models import Verdict

from . import states
from .models import (
    Attendance,
    Opinion,
    OpinionAnswer,
    Reception,
    Residency,
    StationEvent,
    StationPlan,
    StationPost,
    clock_day,
    current,
)

O, R = states.OpinionState, states.ReceptionState  # noqa: E741 the letter of the noun
Kind, Duty = StationEvent.Kind, StationPost.Duty
TENTH = Decimal("0.1")
ADOPTED = {"county": 1, "city": 2, "province": 4, "nation": 8}  # what an adopted item counts, in half points
ENTERED_WITHIN = 31  # days after an activity; what is written later is no ledger
ENTERED_BY = frozenset({Kind.STUDY, Kind.EXCHANGE, Kind.SPECIAL, Kind.REPORT, Kind.BRIEFING, Kind.VISIT})
SATISFIED = (Verdict.SATISFIED, Verdict.BASICALLY)


def to_tenth(value) -> Decimal:
    """To one decimal, half up, as points are written."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Tally:
    """``done`` of ``wanted``; both may be halves of what is counted with weights.

    ``is_owed``: nothing was there to look at, and one is wanted all the same.
    """

    done: int = 0
    wanted: int = 0
    is_owed: bool = field(default=False, compare=False)

    @property
    def share(self) -> Fraction:
        """Between nothing and all; all where nothing was wanted."""
        return min(Fraction(self.done, self.wanted), Fraction(1)) if self.wanted else Fraction(1)

    @property
    def shown(self) -> str:
        """“9 / 12”."""
        return f"{self.done} / {self.wanted}"

    def exact(self, points) -> Fraction:
        return Fraction(points) * self.share

    def points(self, points) -> Decimal:
        """Of so many points at most."""
        return to_tenth(self.exact(points))


@dataclass(frozen=True)
class Window:
    """The year that is rated, as far as ``day``."""

    year: int
    day: dt.date

    @property
    def last(self) -> dt.date:
        return min(self.day, dt.date(self.year, 12, 31))

    @property
    def came(self) -> Q:
        """Opinions that came in it."""
        zone = timezone.get_default_timezone()
        begins = dt.datetime.combine(dt.date(self.year, 1, 1), dt.time(), zone)
        ends = dt.datetime.combine(self.last + clock.ONE_DAY, dt.time(), zone)
        return Q(came_at__gte=begins, came_at__lt=ends)

    def on(self, column) -> Q:
        return Q(**{f"{column}__gte": dt.date(self.year, 1, 1), f"{column}__lte": self.last})


# Records by kind, each a queryset of what lies in the window


def _receptions(window):
    return Reception.objects.filter(window.on("day"))


def _events(window):
    return StationEvent.objects.filter(window.on("on"))


def _opinions(window):
    return Opinion.objects.filter(window.came)


def _residents(window):
    """Deputies who belong to a station on the last day of the window, with how often they entered it this year."""
    came = Attendance.objects.filter(
        window.on("reception__day"),
        deputy=OuterRef("deputy"),
        reception__station=OuterRef("station"),
        came_at__isnull=False,
    )
    took_part = StationEvent.deputies.through.objects.filter(
        window.on("stationevent__on"),
        deputy=OuterRef("deputy"),
        stationevent__station=OuterRef("station"),
        stationevent__kind__in=ENTERED_BY,
    )
    sitting = Residency.objects.current(window.last).filter(deputy__in=Deputy.objects.sitting())
    return sitting.annotate(entries=_number_of(came) + _number_of(took_part))


def _number_of(rows):
    counted = rows.order_by().values("deputy").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _posts(window):
    return StationPost.objects.filter(current(window.last))


def _plans(window):
    return StationPlan.objects.filter(year=window.year)


@dataclass(frozen=True)
class Measure:
    """``whole`` are the records looked at, ``part`` those of them that count, both conditions within ``rows``.

    ``wanted`` says how many are wanted where that is no matter of the records; ``value`` how much one of them counts.
    ``is_owed``: at least one is wanted. ``item`` names so many more in the gap view; ``is_ratio``: one more is also one
    more looked at. Without ``item`` what is past cannot be mended.
    """

    key: str
    label: str
    formula: str
    rows: Callable | None
    whole: Callable = lambda window: Q()
    part: Callable = lambda window: Q()
    wanted: Callable | None = None
    value: object = None
    is_owed: bool = False
    item: object = None
    is_ratio: bool = False

    @property
    def explained(self) -> str:
        """How the points come about, with the number the office has set."""
        return str(self.formula) % {"n": self.wanted() if self.wanted else 0, "min": least_entries()}

    def sums(self, window) -> dict:
        """What a query of ``rows`` adds up for it."""
        whole, part = self.whole(window), self.whole(window) & self.part(window)
        if self.value is not None:
            return {f"{self.key}_part": Sum(self.value, filter=part, default=0)}
        sums = {f"{self.key}_part": Count("pk", filter=part)}
        return sums if self.wanted else sums | {f"{self.key}_whole": Count("pk", filter=whole)}

    def tally(self, done, whole) -> Tally:
        wanted = self.wanted() if self.wanted else whole
        return Tally(done, 1, is_owed=True) if self.is_owed and not wanted else Tally(done, wanted)


def least_entries() -> int:
    return preferences.get("station.min_entry_per_deputy")


def _setting(key):
    return lambda: preferences.get(f"station.{key}")


def _of_kind(kind):
    return lambda window: Q(kind=kind)


def _noticed(window):
    """Receptions of which the notice is out or had to be, and that were not called off before."""
    return Q(announced_at__isnull=False) | (Q(notice_until__lt=window.day) & ~Q(state=R.CANCELLED))


def _over(window):
    """Receptions up to the day; one of the day itself when it is over."""
    return Q(day__lt=window.day) | Q(state__in=[R.HELD, R.CANCELLED])


def _has_final_answer(window):
    return Exists(OpinionAnswer.objects.filter(opinion=OuterRef("pk"), is_final=True))


def _to_be_answered(window):
    """What was answered, and what is late: neither what is not due yet nor what lies with the county or a suggestion."""
    with_station = states.UNANSWERED - {O.ESCALATED, O.RAISED}
    return Q(state__in=states.TOLD) | Q(state__in=with_station, due_on__lt=window.day)


def _came_to_file(window):
    came = Attendance.objects.filter(reception=OuterRef("pk"), came_at__isnull=False)
    return ~Q(summary="") & Exists(came)


def _taken_on(window):
    return ~Q(state__in=[*states.TO_REVIEW, O.REFUSED, O.MERGED])


MEASURES = {
    measure.key: measure
    for measure in (
        Measure(
            "posts",
            _("head and liaison officer"),
            _("one half for the station head, one half for a liaison officer, as named today"),
            _posts,
            part=lambda window: Q(duty__in=[Duty.HEAD, Duty.OFFICER]),
            wanted=lambda: 2,
            item=ngettext_lazy(
                "%(n)s post to be named (head, liaison officer)",
                "%(n)s posts to be named (head, liaison officer)",
                "n",
            ),
        ),
        Measure(
            "placed",
            _("deputies placed"),
            _("sitting deputies of the street, town or township who belong to a station ÷ all of them"),
            None,
            item=ngettext_lazy(
                "%(n)s deputy to be placed in a station", "%(n)s deputies to be placed in a station", "n"
            ),
        ),
        Measure(
            "plan",
            _("yearly plan and rota"),
            _("one half for the plan of the year, approved and public; the other for the rota in it"),
            _plans,
            part=lambda window: Q(state=states.PlanState.APPROVED),
            wanted=lambda: 2,
            value=Case(When(rota="", then=1), default=2, output_field=IntegerField()),
            item=ngettext_lazy(
                "the plan of the year or its rota to be published",
                "the plan of the year with its rota to be published",
                "n",
            ),
        ),
        Measure(
            "receptions",
            _("receptions held"),
            _("receptions held ÷ receptions planned up to the day; what was cancelled was planned too"),
            _receptions,
            whole=_over,
            part=lambda window: Q(state=R.HELD),
            is_owed=True,
            is_ratio=True,
            item=ngettext_lazy("%(n)s reception", "%(n)s receptions", "n"),
        ),
        Measure(
            "entries",
            _("deputies who came"),
            _(
                "residents who entered the station at least %(min)s times in the year, to a reception or an activity, leading officials too ÷ residents"
            ),
            _residents,
            part=lambda window: Q(entries__gte=least_entries()),
            is_owed=True,
            item=ngettext_lazy(
                "%(n)s more deputy to enter often enough", "%(n)s more deputies to enter often enough", "n"
            ),
        ),
        Measure(
            "notices",
            _("notices in time"),
            _("receptions announced in time ÷ receptions announced, or held unannounced"),
            _receptions,
            whole=_noticed,
            part=lambda window: Q(announced_at__date__lte=F("notice_until")),
            is_owed=True,
            is_ratio=True,
            item=ngettext_lazy("%(n)s notice in time", "%(n)s notices in time", "n"),
        ),
        Measure(
            "study",
            _("study"),
            _("studies in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.STUDY),
            wanted=_setting("training_min"),
            item=ngettext_lazy("%(n)s study", "%(n)s studies", "n"),
        ),
        Measure(
            "special",
            _("special activities"),
            _("special activities in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.SPECIAL),
            wanted=_setting("special_min"),
            item=ngettext_lazy("%(n)s special activity", "%(n)s special activities", "n"),
        ),
        Measure(
            "exchange",
            _("exchange of experience"),
            _("exchanges of experience in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.EXCHANGE),
            wanted=_setting("exchange_min"),
            item=ngettext_lazy("%(n)s exchange of experience", "%(n)s exchanges of experience", "n"),
        ),
        Measure(
            "reports",
            _("reports to voters"),
            _("reports of its deputies to voters in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.REPORT),
            wanted=_setting("report_min"),
            item=ngettext_lazy("%(n)s report to voters", "%(n)s reports to voters", "n"),
        ),
        Measure(
            "register",
            _("register complete"),
            _("opinions answered of which kind, answer and way of handling are entered ÷ opinions answered"),
            _opinions,
            whole=lambda window: Q(state__in=states.TOLD),
            part=lambda window: Q(category__isnull=False) & ~Q(route="") & Q(_has_final_answer(window)),
            item=ngettext_lazy(
                "%(n)s entry of the register to be completed",
                "%(n)s entries of the register to be completed",
                "n",
            ),
        ),
        Measure(
            "in_time",
            _("handled in time"),
            _(
                "opinions reviewed in time and then answered or passed on in time ÷ opinions of which these days are over or done"
            ),
            _opinions,
        ),
        Measure(
            "closing",
            _("closing rate"),
            _(
                "opinions answered ÷ opinions answered or late; what lies with the county or a suggestion is left out"
            ),
            _opinions,
            whole=_to_be_answered,
            part=lambda window: Q(state__in=states.TOLD),
            item=ngettext_lazy("%(n)s late answer", "%(n)s late answers", "n"),
        ),
        Measure(
            "satisfaction",
            _("satisfaction of citizens"),
            _("latest rating satisfied or basically satisfied ÷ opinions rated"),
            _opinions,
            whole=lambda window: ~Q(verdict=""),
            part=lambda window: Q(verdict__in=SATISFIED),
        ),
        Measure(
            "reception_forms",
            _("forms of receptions"),
            _(
                "receptions held of which the deputies present and what came of it are entered ÷ receptions held"
            ),
            _receptions,
            whole=lambda window: Q(state=R.HELD),
            part=_came_to_file,
            is_owed=True,
            item=ngettext_lazy(
                "%(n)s form of a reception to be filled in", "%(n)s forms of receptions to be filled in", "n"
            ),
        ),
        Measure(
            "activity_ledger",
            _("ledger of activities"),
            _("activities entered with what was done within a month ÷ activities"),
            _events,
            part=lambda window: ~Q(text="") & Q(at__date__lte=F("on") + dt.timedelta(days=ENTERED_WITHIN)),
            is_owed=True,
        ),
        Measure(
            "opinion_ledger",
            _("ledger of opinions"),
            _("opinions taken on that are filed with subject and kind ÷ opinions taken on"),
            _opinions,
            whole=_taken_on,
            part=lambda window: Q(category__isnull=False) & ~Q(subject=""),
            item=ngettext_lazy(
                "%(n)s opinion to be filed with subject and kind",
                "%(n)s opinions to be filed with subject and kind",
                "n",
            ),
        ),
        Measure(
            "deputy_files",
            _("files of deputies"),
            _("residents with at least one entry in the year ÷ residents"),
            _residents,
            part=lambda window: Q(entries__gte=1),
            is_owed=True,
            item=ngettext_lazy("%(n)s deputy with a first entry", "%(n)s deputies with a first entry", "n"),
        ),
        Measure(
            "publicity",
            _("items adopted"),
            _("items adopted in the year, at county level 0.5, city 1, province 2, nation 4 ÷ 4"),
            _events,
            part=lambda window: Q(kind=Kind.PUBLICITY) & ~Q(level=""),
            wanted=lambda: ADOPTED["nation"],
            value=Case(
                *(When(level=level, then=Value(worth)) for level, worth in ADOPTED.items()),
                default=0,
                output_field=IntegerField(),
            ),
            item=ngettext_lazy(
                "items adopted worth %(n)s county one", "items adopted worth %(n)s county ones", "n"
            ),
        ),
        Measure(
            "online",
            _("online messages answered in time"),
            _("online messages answered by the day the citizen was told ÷ those answered or late"),
            _opinions,
        ),
    )
}
BY_DAYS = ("in_time", "online")  # what working days decide, which no database counts
CHOICES = [(measure.key, measure.label) for measure in MEASURES.values()]


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
        if rows is _posts:  # two heads are one half all the same
            sums = {"posts_part": Count("duty", distinct=True, filter=MEASURES["posts"].part(window))}
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
