"""What moves the parts of units together with the suggestion they belong to."""

import datetime as dt

from accounts.models import Unit
from common import clock, preferences
from common.workflow import advance

from ..models import Assignment, Extension, Suggestion
from ..states import ExtensionState


def hold(suggestion: Suggestion) -> None:
    """Nobody else moves this suggestion or its parts until this transaction ends."""
    Suggestion.objects.select_for_update().only("pk").get(pk=suggestion.pk)


def due_in(start: dt.date, months: int) -> dt.date:
    """The day on which ``months`` counted from ``start`` are over, as the settings count them (D1.9)."""
    return clock.Deadline.in_months(start, months, roll=preferences.get("suggestion.holiday_rollover")).due


def end_extensions(parts, *, by) -> None:
    """Nobody decides any more about time for a part that has ended."""
    waiting = Extension.objects.filter(assignment__in=parts, state=ExtensionState.WAITING)
    for extension in waiting:
        advance(extension, "drop", by=by)


def end_parts(suggestion: Suggestion, *, by) -> list[Unit]:
    """Parts that still run end with the suggestion: those of co-units that owe an opinion, or all. Their units."""
    running = list(suggestion.assignments.working().select_related("unit"))
    for part in running:
        advance(part, "close", by=by, ended_on=clock.today())
    end_extensions(running, by=by)
    return [part.unit for part in running]


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
