"""How a record moves from state to state. There is no other way.

A life cycle is one table ``MOVES`` of :class:`Move` in the app's ``states.py``; the model names it in a class
attribute of the same name and owns a history table that inherits :class:`common.models.StateChange`.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import audit

TOO_LATE = gettext_lazy(
    "This is no longer possible: somebody has already dealt with it. Here is how it stands now."
)


@dataclass(frozen=True)
class Move:
    """One arrow of a life cycle: from any of ``sources`` to ``target``; ``label`` is the word on the button.

    ``needs_note``: the move is refused without a reason. ``automatic``: it follows from what is done to another record,
    so nobody has a button for it.
    """

    sources: frozenset
    target: str
    label: str = ""
    needs_note: bool = False
    automatic: bool = False


class MoveRefused(Exception):
    """The move cannot happen; ``str()`` is a sentence for the person who tried.

    An ordinary answer, not a failure: ``common.middleware`` shows it with the page afresh.
    """

    def __init__(self, record, message):
        super().__init__(str(message))
        self.record = record


def advance(record, name: str, *, by, note: str = "", **fields):
    """Move ``record`` one step and remember who did it, in one transaction.

    ``fields`` are columns set together with the state. The write is a compare-and-set: of several people pressing one
    button exactly one succeeds, the others get :class:`MoveRefused`, on SQLite as on PostgreSQL.
    """
    move, before = record.MOVES[name], record.state
    if before not in move.sources:
        raise MoveRefused(record, TOO_LATE)
    note = note.strip()
    if move.needs_note and not note:
        raise MoveRefused(record, _("Please give the reason; it goes into the history."))
    fields["state"] = move.target
    with transaction.atomic():
        waiting = type(record)._base_manager.filter(pk=record.pk, state=before)
        if not waiting.update(**fields):
            raise MoveRefused(record, TOO_LATE)
        record.changes.create(move=name, before=before, after=move.target, by=by, note=note)
        audit.record("record.moved", by=by, about=record, move=name)
    for field, value in fields.items():
        setattr(record, field, value)
    return record


def moves_open_to(user, record) -> dict:
    """The moves this user may make now, ``{name: Move}``: *when* from the table, *who* from ``rules.py``.

    The only thing that decides which buttons appear.
    """
    meta = record._meta
    return {
        name: move
        for name, move in record.MOVES.items()
        if record.state in move.sources
        and not move.automatic
        and user.has_perm(f"{meta.app_label}.{name}_{meta.model_name}", record)
    }
