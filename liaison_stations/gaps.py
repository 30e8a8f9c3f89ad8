"""What a station lacks for its next star, at any time (D3.5): points now, points at the year's end, and what to do.

Now: computed lines as they stand; what is entered with evidence as this year's review has it, else as last year's had it,
else in full, for nothing speaks against it; bonus and deductions only as this year's review has them.

At the year's end: receptions still planned count as held, announced in time and visited by the deputies expected at them;
numbers of activities grow as they did so far, in whole ones; everything else stays as it is.

What is missing: of all things that can still be done, one after the other that brings most points, until the line is
reached; of receptions those planned, or one a month where fewer are planned. Points of a line never grow faster with more of the same, so no smaller number of things would do; of two that
bring the same the earlier line of the sheet comes first.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import seeds, sheets, states
from .measures import MEASURES
from .measuring import Tally, Window, least_entries
from .models import Attendance, Criterion, ReviewScore, Star, StarReview, Station

Source, V = Criterion.Source, states.ReviewState
COUNTS = ("study", "special", "exchange", "reports", "publicity")  # grow through the year
MOST_THINGS = 60  # more is no advice


@dataclass(frozen=True)
class Item:
    """So many more of one thing, and what they bring."""

    line: sheets.Line
    number: int
    gain: Decimal

    @property
    def words(self) -> str:
        return str(MEASURES[self.line.criterion.measure].item % {"n": self.number})


@dataclass(frozen=True)
class Gap:
    """``now`` and ``projected`` are totals, ``target`` the next stars and ``line`` their points.

    ``items`` reach the line, or with ``reaches`` false come as near as can be. ``threats`` are sentences.
    """

    station: Station
    scheme: object
    year: int
    day: dt.date
    lines: list
    now: sheets.Total
    projected: sheets.Total
    projected_lines: list
    target: int
    line: int
    items: list = field(default_factory=list)
    reaches: bool = True
    reached: Decimal = Decimal(0)
    threats: list = field(default_factory=list)
    review: StarReview | None = None

    @property
    def worth_now(self):
        return Star(sheets.worth(self.now, self.scheme))

    @property
    def worth_projected(self):
        return Star(sheets.worth(self.projected, self.scheme))

    @property
    def target_star(self):
        return Star(self.target)

    @property
    def missing(self) -> Decimal:
        return max(self.line - self.now.score, Decimal(0))

    @property
    def pairs(self):
        """Each line now and at the year's end."""
        return zip(self.lines, self.projected_lines, strict=True)

    @property
    def is_assumed(self):
        """Points somebody will still have to enter stand in it."""
        return any(not line.is_known for line in self.lines if line.criterion.source == Source.EVIDENCE)


def gap(station: Station, day: dt.date) -> Gap | None:
    """Where a station stands on a day; ``None`` where there is no sheet yet."""
    scheme = seeds.scheme_of(day.year)
    if scheme is None:
        return None
    review = StarReview.objects.filter(scheme__year=day.year, station=station).first()
    lines = _lines(station, scheme, review, day)
    still_to_come = _to_come(station, day)
    later = [_at_the_end(line, still_to_come, day) for line in lines]
    target = sheets.step(station.stars, 1)
    found = {
        "station": station,
        "scheme": scheme,
        "year": day.year,
        "day": day,
        "lines": lines,
        "now": sheets.total(lines, scheme),
        "projected": sheets.total(later, scheme),
        "projected_lines": later,
        "target": target,
        "line": sheets.line_of(scheme, target),
        "review": review,
    }
    can_be_held = max(still_to_come.receptions, 13 - day.month)
    items, reached = cheapest(lines, scheme, found["line"], can_be_held)
    return Gap(
        **found,
        items=items,
        reached=reached,
        reaches=reached >= found["line"],
        threats=threats(station, scheme, lines, found["projected"], day),
    )


def _lines(station, scheme, review, day):
    rows = {row.criterion_id: row for row in review.scores.select_related("criterion")} if review else {}
    before = ReviewScore.objects.filter(
        review__station=station, review__scheme__year=day.year - 1, criterion__source=Source.EVIDENCE
    ).select_related("criterion")
    last_year = {row.criterion.name: row.points for row in before if row.points is not None}
    assumed = {
        criterion.pk: min(last_year.get(criterion.name, criterion.points), criterion.points)
        for criterion in scheme.criteria.filter(source=Source.EVIDENCE)
    }
    return sheets.lines_of(station, scheme, day, year=day.year, rows=rows, assumed=assumed)


# The year's end


@dataclass(frozen=True)
class ToCome:
    """What is planned until the year's end: receptions, those of them that can still be announced in time, and how many
    residents will then have entered often enough, or at all.
    """

    receptions: int
    announceable: int
    entries: int
    first_entries: int


def _to_come(station, day) -> ToCome:
    last = dt.date(day.year, 12, 31)
    planned = station.receptions.filter(state__in=states.TO_COME, day__gte=day, day__lte=last)
    numbers = planned.aggregate(
        receptions=Count("pk"),
        announceable=Count("pk", filter=Q(announced_at__isnull=True, notice_until__gte=day)),
    )
    expected = Attendance.objects.filter(
        deputy=OuterRef("deputy"), reception__in=planned.values("pk"), came_at=None
    )
    counted = expected.order_by().values("deputy").annotate(n=Count("pk")).values("n")
    residents = MEASURES["entries"].rows(Window(day.year, day)).filter(station=station)
    residents = residents.annotate(expected=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
    sums = [(row.entries + row.expected) for row in residents.only("pk")]
    least = least_entries()
    return ToCome(
        **numbers,
        entries=sum(number >= least for number in sums),
        first_entries=sum(number >= 1 for number in sums),
    )


def _at_the_end(line, to_come, day):
    """A line as it will be if things go on like this."""
    if line.tally is None:
        return line
    return sheets.Line(line.criterion, _projected(line.criterion.measure, line.tally, to_come, day))


def _projected(key, tally, to_come, day) -> Tally:
    done, wanted = tally.done, tally.wanted
    if key in ("receptions", "notices"):
        more = to_come.receptions if key == "receptions" else to_come.announceable
        return Tally(done + more, wanted - tally.is_owed + more) if more else tally
    if key == "entries":
        return Tally(max(done, to_come.entries), wanted)
    if key == "deputy_files":
        return Tally(max(done, to_come.first_entries), wanted)
    if key in COUNTS:
        passed = (day - dt.date(day.year, 1, 1)).days + 1
        return Tally(done * dt.date(day.year, 12, 31).timetuple().tm_yday // passed, wanted)
    return tally


# What is missing


def cheapest(lines, scheme, goal, can_be_held) -> tuple[list[Item], Decimal]:
    """The fewest things that reach ``goal``, and the score with them; all that can be done where it is out of reach."""
    able = [line for line in lines if line.tally is not None and line.measure.item]
    more = dict.fromkeys(range(len(able)), 0)
    sums = sheets.total(lines, scheme)
    score = sums.score
    while score < goal and sum(more.values()) < MOST_THINGS:
        gains = [(_gain(line, more[n], can_be_held), -n) for n, line in enumerate(able)]
        best, place = max(gains, default=(0, 0))
        if best <= 0:
            break
        more[-place] += 1
        score = _with(able, more, sums)
    items = [
        Item(line, more[n], _more(line, more[n]).points(line.criterion.points) - line.points)
        for n, line in enumerate(able)
        if more[n]
    ]
    return items, score


def _with(able, more, sums) -> Decimal:
    gained = (_more(line, more[n]).points(line.criterion.points) - line.points for n, line in enumerate(able))
    return sums.score + sum(gained, Decimal(0))


def _more(line, number) -> Tally:
    """Its tally with so many more of the thing."""
    tally = line.tally
    if line.measure.is_ratio:
        return Tally(tally.done + number, max(tally.wanted - tally.is_owed + number, 1))
    return Tally(tally.done + number, tally.wanted)


def _gain(line, number, can_be_held):
    """What one more brings exactly, nothing where no more can be done."""
    if line.measure.is_ratio:
        if number >= can_be_held:
            return 0
    elif line.tally.done + number >= line.tally.wanted:
        return 0
    points = line.criterion.points
    return _more(line, number + 1).exact(points) - _more(line, number).exact(points)


# What threatens


def threats(station, scheme, lines, projected, day) -> list[str]:
    """What speaks against the present stars at the year's end, in sentences."""
    said = []
    notice = station.rectifications.open().first()
    if notice:
        said.append(
            _("A written notice runs until %(day)s: what it names must be put right by then.")
            % {"day": date_format(notice.until)}
        )
    said += [
        _("Veto: %(name)s. With it there is no star this year.") % {"name": line.criterion}
        for line in lines
        if line.criterion.source == Source.VETO and line.applies
    ]
    held = sheets.line_of(scheme, station.stars)
    if projected.score < held:
        said.append(
            _(
                "At the year's end it would have %(score)s points, %(lacking)s fewer than its stars need (%(line)s)."
            )
            % {"score": projected.score, "lacking": held - projected.score, "line": held}
        )
    late = station.opinions.late(day).count()
    if late:
        said.append(
            ngettext("%(n)s opinion is late now.", "%(n)s opinions are late now.", late) % {"n": late}
        )
    return said
