"""What happened to a suggestion, newest first, as this visitor may know it.

Everybody who may see the suggestion reads what was done and when; who did it and why is for its signers and the
congress's staff, and for a unit in its own part (Deputies Law Art. 39, 55: what is said about handling is not told on).
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from . import states
from .models import AssignmentChange, CommitmentChange


@dataclass(frozen=True)
class Event:
    """``is_quiet``: a line the system wrote because of another one."""

    at: dt.datetime
    title: str
    text: str = ""
    who: str = ""
    is_quiet: bool = False


# what the public reads: the road of the matter, not who hesitated on it
PUBLIC_MOVES = frozenset({"submit", "register", "assign", "rehandle", "conclude"})


def story(suggestion, letters, *, is_inside: bool, reads_notes: bool, units=frozenset()) -> list[Event]:
    """``is_inside``: takes part, so knows more than the public; ``reads_notes``: reads who and why, of all;
    ``units`` are the keys of those whose own part somebody may read who and why of.
    """
    events = [
        *_moves(suggestion, is_inside, reads_notes),
        *_letters(letters),
        *_promises(suggestion, reads_notes, units),
    ]
    if is_inside:
        events += [*_parts(suggestion, reads_notes, units), *_talks(suggestion), *_classes(suggestion)]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _by_whom(changes, is_read):
    """Names of accounts are fetched for those who may read one."""
    return changes.select_related("by") if is_read else changes


def _moves(suggestion, is_inside, reads_notes):
    for change in _by_whom(suggestion.changes.all(), reads_notes):
        if is_inside or change.move in PUBLIC_MOVES:
            yield _event(change, change.label, reads_notes)


def _parts(suggestion, reads_notes, units):
    changes = AssignmentChange.objects.filter(record__suggestion=suggestion).exclude(move="reply")
    for change in _by_whom(changes.select_related("record__unit"), reads_notes or units):
        unit = change.record.unit
        title = _("%(unit)s: %(what)s") % {"unit": unit, "what": change.label}
        yield _event(change, title, reads_notes or unit.pk in units)


def _letters(letters):
    for letter in letters:
        if letter.state == states.ReplyState.SIGNED:
            title = _("%(unit)s: %(what)s") % {
                "unit": letter.assignment.unit,
                "what": letter.get_kind_display(),
            }
            at = timezone.make_aware(dt.datetime.combine(letter.signed_on, dt.time(12)))
            yield Event(at, title, str(letter.reply_class or ""))


def _promises(suggestion, reads_notes, units):
    changes = CommitmentChange.objects.filter(record__suggestion=suggestion).exclude(move="promise")
    for change in _by_whom(changes.select_related("record"), reads_notes or units):
        record = change.record
        title = _("%(what)s: %(text)s") % {"what": change.label, "text": record.text}
        yield _event(change, title, reads_notes or record.unit_id in units)


def _talks(suggestion):
    for part in suggestion.assignments.prefetch_related("consultations").select_related("unit"):
        for talk in part.consultations.all():
            at = timezone.make_aware(dt.datetime.combine(talk.on, dt.time(11)))
            yield Event(
                at, _("%(unit)s: %(what)s") % {"unit": part.unit, "what": talk.get_way_display()}, talk.people
            )


def _classes(suggestion):
    for step in suggestion.class_steps.select_related("before", "after"):
        if step.before:
            yield Event(step.at, _("Class %(step)s") % {"step": step}, step.reason, is_quiet=True)


def _event(change, title, reads_notes):
    move = change._meta.get_field("record").related_model.MOVES[change.move]
    return Event(
        change.at,
        str(title),
        change.note if reads_notes else "",
        str(change.by or "") if reads_notes else "",
        is_quiet=move.automatic,
    )
