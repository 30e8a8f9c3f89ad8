"""What the congress measures itself by (D1.16). A rate is a pair of conditions on suggestions, so that its figure, its
formula in words and the list it opens cannot differ.

A suggestion counts once, in tables of units once for each unit that owes a reply. Facts about suggestions stand in
their own columns, so that any number of rates costs one query. Where nothing is there to divide by, a rate is ``None``
and is shown as —, never as 0 %.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from common import memory, preferences
from deputies.models import Mandate

from .models import ASSIGNED, Assignment, Meaning, Solved, Suggestion, Verdict

SATISFIED = (Verdict.SATISFIED, Verdict.BASICALLY)
REPLIED = ASSIGNED & Q(replied_on__isnull=False)
RATED = ASSIGNED & ~Q(verdict="")


@dataclass(frozen=True)
class Rate:
    """``part`` ÷ ``whole``, both conditions on :class:`Suggestion`; ``formula`` says the same in words."""

    key: str
    label: str
    formula: str
    part: Q
    whole: Q


RATES = {
    rate.key: rate
    for rate in (
        Rate(
            "implementation",
            _("implementation rate"),
            _("replies of class A or B ÷ suggestions assigned"),
            ASSIGNED & Q(meaning__in=(Meaning.SOLVED, Meaning.PLANNED)),
            ASSIGNED,
        ),
        Rate(
            "kept",
            _("implementation rate, promises kept"),
            _("class A, with class B once every promise was kept and verified ÷ suggestions assigned"),
            ASSIGNED & Q(meaning=Meaning.SOLVED),
            ASSIGNED,
        ),
        Rate(
            "satisfaction",
            _("satisfaction of deputies"),
            _("latest rating of the result satisfied or basically satisfied ÷ suggestions rated"),
            RATED & Q(verdict__in=SATISFIED),
            RATED,
        ),
        Rate(
            "satisfied",
            _("fully satisfied"),
            _("latest rating of the result satisfied ÷ suggestions rated"),
            RATED & Q(verdict=Verdict.SATISFIED),
            RATED,
        ),
        Rate(
            "first",
            _("satisfied at first"),
            _(
                "first rating of the result satisfied or basically satisfied ÷ suggestions rated the first time"
            ),
            ASSIGNED & Q(first_verdict__in=SATISFIED),
            ASSIGNED & ~Q(first_verdict=""),
        ),
        Rate(
            "attitude",
            _("satisfied with the handling"),
            _("latest rating of the handling satisfied or basically satisfied ÷ suggestions rated"),
            RATED & Q(attitude__in=SATISFIED),
            RATED,
        ),
        Rate(
            "solved",
            _("solved, say the deputies"),
            _("signers say the matter is solved ÷ suggestions rated"),
            RATED & Q(solved=Solved.YES),
            RATED,
        ),
        Rate(
            "answered",
            _("answered by every unit"),
            _("suggestions every unit has replied to ÷ suggestions assigned"),
            REPLIED,
            ASSIGNED,
        ),
        Rate(
            "reply",
            _("replied in time"),
            _("first reply of every unit on or before its day ÷ suggestions assigned"),
            ASSIGNED & Q(in_time=True),
            ASSIGNED,
        ),
        Rate(
            "contact",
            _("met face to face"),
            _("deputy met face to face before the reply ÷ suggestions replied"),
            REPLIED & Q(met=True),
            REPLIED,
        ),
    )
}


@dataclass(frozen=True)
class Figure:
    """One rate of one row of a table: ``number`` of ``total``."""

    rate: Rate
    number: int
    total: int

    @property
    def percent(self) -> float | None:
        """Per cent with one decimal, or ``None`` where there is nothing to divide by."""
        return round(100 * self.number / self.total, 1) if self.total else None

    @property
    def shown(self) -> str:
        return "—" if self.percent is None else f"{self.percent:.1f}%"


class PerDeputy(Figure):
    """人均提出: a quotient of two lists, not a share of one."""

    @property
    def shown(self) -> str:
        return f"{self.number / self.total:.2f}" if self.total else "—"


PER_DEPUTY = Rate(
    "per_deputy",
    _("suggestions a deputy"),
    _("suggestions assigned ÷ deputies of the delegation in office"),
    ASSIGNED,
    Q(),
)


def per_deputy(rows) -> dict[int | None, PerDeputy]:
    """``{delegation: figure}`` for the rows of a table by delegation, in one query."""
    deputies = Mandate.objects.sitting().order_by().values_list("delegation")
    deputies = dict(deputies.annotate(Count("deputy", distinct=True)))
    return {
        row["key"]: PerDeputy(
            PER_DEPUTY,
            row["figures"]["implementation"].total,
            deputies.get(row["key"], 0) if row["key"] else 0,
        )
        for row in rows
    }


def headlines() -> tuple[str, str]:
    """The two this congress measures itself by; of the first, the formula the office chose (D1.16)."""
    strict = preferences.get("suggestion.implementation_formula") == "a_assigned"
    return "kept" if strict else "implementation", "satisfaction"


def figures(suggestions) -> dict[str, Figure]:
    """Every rate of ``suggestions``, ``{key: Figure}``, in one query."""
    counted = suggestions.order_by().aggregate(**_counts())
    return _figures(counted)


@dataclass(frozen=True)
class By:
    """The rows of a table: the column they are grouped by, and the name that is shown."""

    label: str
    column: str
    name: str


BY = {
    "committee": By(_("by committee"), "committee", "committee__unit__name"),
    "category": By(_("by category"), "category", "category__name"),
    "year": By(_("by year"), "year", "year"),
    "delegation": By(_("by delegation"), "delegation", "delegation__name"),
    "unit": By(_("by unit"), "assignments__unit", "assignments__unit__name"),
}


def table(suggestions, by: str) -> list[dict]:
    """``[{key, name, figures}]`` of each committee, category, year, delegation or unit, in one query.

    A unit's row counts the suggestions for which it owes the deputy a reply.
    """
    key, name = BY[by].column, BY[by].name
    rows = suggestions.order_by().assigned()
    if by == "unit":
        rows = rows.filter(assignments__in=_answering())
    rows = rows.values(row_key=F(key), row_name=F(name)).annotate(**_counts()).order_by(F("row_name"))
    return [{"key": row["row_key"], "name": row["row_name"], "figures": _figures(row)} for row in rows]


def of_year(year: int | None):
    """The suggestions of a year, or of all years."""
    return Suggestion.objects.of_year(year) if year else Suggestion.objects.all()


def kept_figures(year: int | None) -> memory.Kept:
    """Every rate of a year, or of all years: ``value``, as of ``at``."""
    return memory.counted(("rates", year), lambda: figures(of_year(year)))


def kept_table(year: int | None, by: str) -> memory.Kept:
    """The same of each row of a table."""
    return memory.counted(("rates", year, by), lambda: table(of_year(year), by))


def kept_figure(key: str, year: int | None, by: str, row: int | None) -> Figure:
    """One rate as those pages show it, of all or of one row of a table."""
    if not by:
        return kept_figures(year).value[key]
    rows = {row["key"]: row["figures"] for row in kept_table(year, by).value}
    return rows[row][key] if row in rows else Figure(RATES[key], 0, 0)


def listed(suggestions, key: str, side: str):
    """The suggestions a figure counts: ``side`` is ``part`` or ``whole`` of the rate ``key``."""
    rate = RATES[key]
    return suggestions.filter(rate.part if side == "part" else rate.whole)


def within(suggestions, by: str, key: int | None):
    """Those a row of a table counts; ``None`` is the row of those without a committee, category or delegation."""
    return of_unit(suggestions, key) if by == "unit" else suggestions.filter(**{BY[by].column: key})


def of_unit(suggestions, unit):
    """The suggestions for which ``unit`` owes or owed the deputy a reply, each once."""
    return suggestions.filter(pk__in=_answering().filter(unit=unit).values("suggestion"))


def _answering():
    return Assignment.objects.answering().taking_part()


def _counts():
    """Both counts of every rate. A join with units repeats no suggestion within a row: a unit has one part at a time."""
    counts = {}
    for rate in RATES.values():
        counts[f"{rate.key}_part"] = Count("pk", filter=rate.part)
        counts[f"{rate.key}_whole"] = Count("pk", filter=rate.whole)
    return counts


def _figures(counted):
    return {key: Figure(rate, counted[f"{key}_part"], counted[f"{key}_whole"]) for key, rate in RATES.items()}
