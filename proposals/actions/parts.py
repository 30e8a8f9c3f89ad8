"""What moves the parts of units together with the suggestion they belong to."""

from accounts.models import Unit
from common import clock
from common.workflow import advance

from .. import assigning
from ..models import Assignment, Extension, Suggestion
from ..states import ExtensionState


def hold(suggestion: Suggestion) -> None:
    """Nobody else moves this suggestion or its parts until this transaction ends."""
    Suggestion.objects.select_for_update().only("pk").get(pk=suggestion.pk)


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
    round = part.round + 1
    advance(
        part,
        "rehandle",
        by=by,
        round=round,
        ended_on=None,
        **assigning.clock_of(part.part, clock.today(), round=round),
    )
