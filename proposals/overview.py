"""Who owes what and how late, by unit (D1.9). A count is a condition on parts of units, so that figure and list cannot
differ; only the day and the year are asked from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit

from . import states
from .models import Assignment, AssignmentChange, Commitment, Extension, Suggestion

WORKING = Q(state__in=states.WORKING)


@dataclass(frozen=True)
class Counted:
    """What is counted of each unit: a condition on :class:`Assignment`, made of the day and the year."""

    label: str
    condition: Callable


def _late(day, year):
    return WORKING & Q(due_on__lt=day)


def _handed_back(day, year):
    asked = AssignmentChange.objects.filter(record=OuterRef("pk"), move="hand_back")
    return Q(suggestion__year=year) & Q(Exists(asked))


def _extended(day, year):
    granted = Extension.objects.filter(assignment=OuterRef("pk"), state=states.ExtensionState.GRANTED)
    return Q(suggestion__year=year) & Q(Exists(granted))


COUNTED = {
    "held": Counted(pgettext_lazy("unit", "in hand"), lambda day, year: WORKING),
    "late": Counted(pgettext_lazy("unit", "late"), _late),
    "handed_back": Counted(_("handed back"), _handed_back),
    "extended": Counted(_("given more time"), _extended),
}


def by_unit(day, year: int) -> list[dict]:
    """``[{unit, name, held, late, days, handed_back, extended, promises}]``, the latest first, a query a number.

    Each number is asked alone: together they would walk every part there ever was.
    """
    counts = {name: _by_unit(counted.condition(day, year)) for name, counted in COUNTED.items()}
    since = dict(Assignment.objects.late(day).order_by().values_list("unit").annotate(Min("due_on")))
    promises = dict(Commitment.objects.late(day).order_by().values_list("unit").annotate(Count("pk")))
    units = Unit.objects.in_bulk({unit for numbers in (*counts.values(), promises) for unit in numbers})
    rows = [
        {
            "unit": pk,
            "name": unit.name,
            "days": (day - since[pk]).days if pk in since else 0,
            "promises": promises.get(pk, 0),
            **{name: numbers.get(pk, 0) for name, numbers in counts.items()},
        }
        for pk, unit in units.items()
    ]
    return sorted(rows, key=lambda row: (-row["late"], -row["days"], -row["held"], row["name"]))


def _by_unit(condition) -> dict[int, int]:
    """``{unit: number of suggestions}`` of the parts this is true of."""
    parts = Assignment.objects.filter(condition).order_by()
    return dict(parts.values_list("unit").annotate(Count("suggestion", distinct=True)))


def listed(name: str, *, unit: int, day, year: int):
    """The suggestions one number of one unit counts."""
    parts = Assignment.objects.filter(COUNTED[name].condition(day, year), unit=unit)
    return Suggestion.objects.filter(pk__in=parts.values("suggestion"))
