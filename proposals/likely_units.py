"""Which unit a suggestion probably belongs to, from what was assigned before. Shown with its reason, never applied (D1.7)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Unit

from .likeness import LEAST_LIKENESS, matter_of
from .models import Assignment

RECENT = 500  # assignments of the category that are looked at


@dataclass
class Likely:
    """``similar`` are titles of suggestions the unit answered, most alike first; ``number`` of ``total`` in the category."""

    unit: Unit
    number: int
    total: int
    similar: list

    def __str__(self):
        words = {"unit": self.unit, "n": self.number, "total": self.total}
        if self.similar:
            words |= {"similar": len(self.similar), "title": self.similar[0]}
            return _("%(unit)s: answered %(similar)s similar ones, such as “%(title)s”.") % words
        return _("%(unit)s: answered %(n)s of the last %(total)s of this category.") % words


def likely_units(suggestion, most: int = 3) -> list[Likely]:
    """At most so many units that answer today, those with similar suggestions first; in two queries."""
    past = Assignment.objects.answering().taking_part().filter(suggestion__category=suggestion.category_id)
    rows = list(
        past.exclude(suggestion=suggestion).order_by("-pk").values_list("unit", "suggestion__title")[:RECENT]
    )
    found = {}
    for alike, unit, title in sorted(_compared(suggestion.title, rows), reverse=True):
        number, similar = found.setdefault(unit, (0, []))
        found[unit] = number + 1, [*similar, title] if alike >= LEAST_LIKENESS else similar
    units = Unit.objects.current().in_bulk(found)
    likely = [
        Likely(units[pk], number, len(rows), similar)
        for pk, (number, similar) in found.items()
        if pk in units
    ]
    return sorted(likely, key=lambda one: (-len(one.similar), -one.number))[:most]


def _compared(title, rows):
    from rapidfuzz import fuzz

    matter = matter_of(title)
    return [(fuzz.ratio(matter, matter_of(other)), unit, other) for unit, other in rows]
