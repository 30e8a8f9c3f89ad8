"""What a measure of the star sheet is (D3.5): its figure, its formula in words and the list it opens come from the same
conditions, so they cannot differ.

Points are those of the criterion × counted ÷ wanted, to one decimal, half up. Where nothing was wanted nothing is missing:
full points. What a station has to bring about itself (receptions, activities, entries) is always wanted at least once.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum
from django.utils import timezone

from common import clock, preferences

TENTH = Decimal("0.1")


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


@dataclass(frozen=True)
class Measure:
    """``whole`` are the records looked at, ``part`` those of them that count, both conditions within ``rows``.

    ``wanted`` says how many are wanted where that is no matter of the records; ``value`` how much one of them counts.
    ``counts``: what is counted once where it is not each record. ``is_owed``: at least one is wanted. ``item`` names so many more in the gap view; ``is_ratio``: one more is also one
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
    counts: str = "pk"
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
        sums = {f"{self.key}_part": Count(self.counts, distinct=self.counts != "pk", filter=part)}
        return sums if self.wanted else sums | {f"{self.key}_whole": Count("pk", filter=whole)}

    def tally(self, done, whole) -> Tally:
        wanted = self.wanted() if self.wanted else whole
        return Tally(done, 1, is_owed=True) if self.is_owed and not wanted else Tally(done, wanted)


def least_entries() -> int:
    return preferences.get("station.min_entry_per_deputy")
