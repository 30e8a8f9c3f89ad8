"""Whether leading officials who are deputies enter their stations (领导干部代表进站全覆盖, D3.1): counted by level and year.

Who belonged to a station in the year is counted once a level; entered has who came to a reception or took part in an
event of any station in it.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from deputies.models import Deputy, Level

from .models import Attendance, Residency, StationEvent

WHICH = ("all", "entered", "missing")
TookPart = StationEvent.deputies.through


@dataclass(frozen=True)
class Line:
    """One level, or all of them where ``level`` is empty."""

    level: str
    label: str
    number: int
    entered: int

    @property
    def missing(self) -> int:
        return self.number - self.entered

    @property
    def percent(self) -> int | None:
        return 100 * self.entered // self.number if self.number else None


def _entered(year, deputy="deputy") -> Q:
    came = Attendance.objects.came().of_year(year).filter(deputy=OuterRef(deputy))
    part = TookPart.objects.filter(deputy=OuterRef(deputy), stationevent__on__year=year)
    return Q(Exists(came) | Exists(part))


def lines(user, year: int) -> list[Line]:
    """A line for each level that has somebody, and the sum, as this person may know."""
    leaders = Residency.objects.managed_by(user).leaders().in_year(year).order_by()
    marked = leaders.annotate(has_entered=_entered(year))
    counts = {
        "number": Count("deputy", distinct=True),
        "entered": Count("deputy", distinct=True, filter=Q(has_entered=True)),
    }
    found = {row["leads_at"]: row for row in marked.values("leads_at").annotate(**counts)}
    by_level = [
        Line(level, level.label, found[level]["number"], found[level]["entered"])
        for level in Level
        if level in found
    ]
    if not by_level:
        return []
    return [*by_level, Line("", "", **marked.aggregate(**counts))]


def listed(user, year: int, level: str, which: str):
    """The deputies that a number counts, with ``has_entered``."""
    leaders = Residency.objects.managed_by(user).leaders().in_year(year).filter(deputy=OuterRef("pk"))
    if level:
        leaders = leaders.filter(leads_at=level)
    deputies = Deputy.objects.filter(Exists(leaders)).annotate(has_entered=_entered(year, "pk"))
    if which == "all":
        return deputies
    return deputies.filter(has_entered=which == "entered")


def entries(deputies, year: int) -> dict:
    """How often each of these came, by their key."""
    came = Attendance.objects.came().of_year(year).filter(deputy__in=deputies).order_by()
    part = TookPart.objects.filter(deputy__in=deputies, stationevent__on__year=year).order_by()
    times = dict.fromkeys((deputy.pk for deputy in deputies), 0)
    for rows in (came, part):
        for pk, number in rows.values_list("deputy").annotate(Count("pk")):
            times[pk] += number
    return times
