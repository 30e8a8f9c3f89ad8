"""What moves the parts of units together with the suggestion they belong to."""

import datetime as dt

from common import clock, preferences
from common.workflow import advance

from ..models import Assignment, Suggestion


def hold(suggestion: Suggestion) -> None:
    """Nobody else moves this suggestion or its parts until this transaction ends."""
    Suggestion.objects.select_for_update().only("pk").get(pk=suggestion.pk)


def due_in(start: dt.date, months: int) -> dt.date:
    """The day on which ``months`` counted from ``start`` are over, as the settings count them (D1.9)."""
    return clock.Deadline.in_months(start, months, roll=preferences.get("suggestion.holiday_rollover")).due


def restart(part: Assignment, *, by) -> None:
    """Handle again: a new round with a clock of one month from today (D1.15)."""
    months, today = preferences.get("suggestion.rehandle_months"), clock.today()
    advance(
        part,
        "rehandle",
        by=by,
        round=part.round + 1,
        assigned_on=today,
        months=months,
        due_on=due_in(today, months),
        ended_on=None,
    )
