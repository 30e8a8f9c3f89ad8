"""Suggestions and promises as lines of a list."""

from django.template.loader import render_to_string

from common.lines import drawn, lines

from .. import states
from ..models import Commitment, Suggestion

KEYS = ("state", "year", "number", "session", "published_on")  # of a suggestion; its line is drawn of more


def suggestion_lines(rows, visible=None) -> list[str]:
    """The lines of these suggestions, in their order; of those not in ``visible``, where it is given, the number alone."""
    seen = [row for row in rows if visible is None or row.pk in visible]
    written = [row.pk for row in seen if row.state in states.WITH_AUTHOR]  # their author saves often, unseen
    made = drawn("suggestion", [row.pk for row in seen if row.state not in states.WITH_AUTHOR], _suggestions)
    made |= _suggestions(written) if written else {}
    return [
        made.get(row.pk) or render_to_string("proposals/reading/_hidden.html", {"suggestion": row})
        for row in rows
    ]


def commitment_lines(rows) -> list[str]:
    return lines(rows, "proposals/reading/_commitment.html", Commitment.objects.for_lists())


def _suggestions(keys):
    found = Suggestion.objects.filter(pk__in=keys).for_lists().with_units()
    return {
        one.pk: render_to_string("proposals/reading/_suggestion.html", {"suggestion": one}) for one in found
    }
