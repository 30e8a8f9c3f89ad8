"""The sheet of a station: each line with what was counted or given, the points in all, and the stars they are worth (D3.5)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import pgettext_lazy

from . import scoring, states
from .measures import MEASURES
from .measuring import Tally
from .models import Criterion, ReviewScore, Star

Source = Criterion.Source
COUNTED = frozenset({Source.COMPUTED, Source.EVIDENCE})  # what makes the hundred points
LADDER = tuple(Star)  # none, three, four, five
NOTHING = Decimal(0)
STAGES = (
    pgettext_lazy("stage", "Station"),
    pgettext_lazy("stage", "Township"),
    pgettext_lazy("stage", "County"),
    pgettext_lazy("stage", "City"),
)


@dataclass(frozen=True)
class Line:
    """One criterion of one station. ``row`` is what the stages of its review gave; ``assumed`` what holds without one."""

    criterion: Criterion
    tally: Tally | None = None
    row: ReviewScore | None = None
    assumed: Decimal | None = None

    @property
    def points(self) -> Decimal | None:
        """``None`` while nobody has entered them."""
        if self.tally is not None:
            return self.tally.points(self.criterion.points)
        given = self.row.points if self.row else None
        return self.assumed if given is None else given

    @property
    def measure(self):
        return MEASURES.get(self.criterion.measure)

    @property
    def is_known(self) -> bool:
        """Somebody has entered them, or they are counted."""
        return self.tally is not None or bool(self.row and self.row.points is not None)

    @property
    def lost(self) -> Decimal:
        """Points that are missing to all of this line."""
        if self.criterion.source not in COUNTED:
            return NOTHING
        return self.criterion.points - (self.points or NOTHING)

    @property
    def given(self) -> list:
        """What each stage gave, with its name; ``None`` where it gave nothing."""
        stages = zip(STAGES, ReviewScore.STAGES, strict=True)
        return [(label, self.row and getattr(self.row, column)) for label, column in stages]

    @property
    def shown(self) -> str:
        """What was counted, as it is printed."""
        return self.tally.shown if self.tally else ""

    @property
    def is_veto(self) -> bool:
        return self.criterion.source == Source.VETO

    @property
    def applies(self) -> bool:
        """Of a veto: it was found to hold."""
        return bool(self.points)


@dataclass(frozen=True)
class Total:
    """``base`` are the points without ``bonus``, deductions taken off; ``vetoes`` the lines that forbid a star."""

    base: Decimal
    bonus: Decimal
    vetoes: tuple

    @property
    def score(self) -> Decimal:
        return self.base + self.bonus


def total(lines, scheme) -> Total:
    """The points of all lines; the bonus at most what the sheet allows."""

    def points_of(*sources):
        return sum((line.points or NOTHING for line in lines if line.criterion.source in sources), NOTHING)

    return Total(
        base=max(points_of(*COUNTED) - points_of(Source.DEDUCTED), NOTHING),
        bonus=min(points_of(Source.BONUS), Decimal(scheme.max_bonus)),
        vetoes=tuple(
            line.criterion for line in lines if line.criterion.source == Source.VETO and line.applies
        ),
    )


def worth(sums: Total, scheme) -> int:
    """The stars these points are worth: none with a veto, and bonus lifts by one star at most (D3.5)."""
    if sums.vetoes:
        return Star.NONE
    return min(scheme.star_for(sums.score), step(scheme.star_for(sums.base), 1))


def step(star: int, by: int) -> int:
    """So many stars up or down the ladder: none, three, four, five."""
    place = LADDER.index(star) + by
    return LADDER[min(max(place, 0), len(LADDER) - 1)]


def line_of(scheme, star: int) -> int:
    """The points from which on a star is given."""
    return {Star.FIVE: scheme.line_five, Star.FOUR: scheme.line_four, Star.THREE: scheme.line_three}.get(
        star, 0
    )


def counted(stations, scheme, day, *, year=None) -> dict[int, list[Line]]:
    """The computed lines of many stations; ``year`` as in :func:`lines_of`."""
    criteria = [one for one in scheme.criteria.filter(source=Source.COMPUTED) if one.measure in MEASURES]
    tallies = scoring.tallies(stations, year or scheme.year, day)
    return {
        pk: [Line(criterion, tally=measures.get(criterion.measure)) for criterion in criteria]
        for pk, measures in tallies.items()
    }


def lines_of(station, scheme, day, *, year=None, rows=None, assumed=None) -> list[Line]:
    """Every line of a station's sheet: ``rows`` what a review gave and ``assumed`` what holds otherwise, by criterion.

    ``year`` is counted where it is not the sheet's own: a year without a sheet is rated by the latest before it.
    """
    tallies = scoring.tallies([station], year or scheme.year, day)[station.pk]
    rows, assumed = rows or {}, assumed or {}
    return [
        Line(criterion, tallies.get(criterion.measure), rows.get(criterion.pk), assumed.get(criterion.pk))
        for criterion in scheme.criteria.all()
    ]


def of_review(review, day) -> list[Line]:
    """The lines of a station in a round: computed ones as they stand today, from the decision on as they stood then."""
    rows = {row.criterion_id: row for row in review.scores.select_related("criterion", "evidence")}
    if review.state in states.SCORING:
        return lines_of(review.station, review.scheme, day, rows=rows)
    return [Line(criterion, row=rows.get(criterion.pk)) for criterion in review.scheme.criteria.all()]
