"""Suggestions and promises as lines of a list: whoever may see one reads the same, so each is drawn once a change."""

from django.template.loader import render_to_string
from django.utils.translation import get_language

from common import clock, freshness

from .. import states
from ..models import Commitment, Suggestion

KEYS = ("state", "year", "number", "session", "published_on")  # of a suggestion; its line is drawn of more


def suggestion_lines(rows, visible=None) -> list[str]:
    """The lines of these suggestions, in their order; of those not in ``visible``, where it is given, the number alone."""
    seen = [row for row in rows if visible is None or row.pk in visible]
    written = [row.pk for row in seen if row.state in states.WITH_AUTHOR]  # their author saves often, unseen
    drawn = _lines(
        "suggestion", [row.pk for row in seen if row.state not in states.WITH_AUTHOR], _suggestions
    )
    drawn |= _suggestions(written) if written else {}
    return [
        drawn.get(row.pk) or render_to_string("proposals/reading/_hidden.html", {"suggestion": row})
        for row in rows
    ]


def commitment_lines(rows) -> list[str]:
    drawn = _lines("commitment", [row.pk for row in rows], _commitments)
    return [drawn[row.pk] for row in rows if row.pk in drawn]


def _lines(name, keys, draw) -> dict:
    """``{pk: line}``; a line tells how many days are left, so it is one of its day."""
    today, language = clock.today(), get_language()

    def make(missing):
        lines = draw([key[-1] for key in missing])
        return {key: lines[key[-1]] for key in missing if key[-1] in lines}

    kept = freshness.kept_each([("line", name, language, today, key) for key in keys], make)
    return {key[-1]: line for key, line in kept.items()}


def _suggestions(keys):
    found = Suggestion.objects.filter(pk__in=keys).for_lists().with_units()
    return {
        one.pk: render_to_string("proposals/reading/_suggestion.html", {"suggestion": one}) for one in found
    }


def _commitments(keys):
    found = Commitment.objects.filter(pk__in=keys).for_lists()
    return {
        one.pk: render_to_string("proposals/reading/_commitment.html", {"commitment": one}) for one in found
    }
