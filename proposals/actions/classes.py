"""The class of a suggestion, which both rates count: worked out anew from what every unit signed and kept (D1.11, D1.16)."""

from common import audit

from ..models import ClassStep, Meaning, ReplyClass, Suggestion
from ..states import CommitmentState

WORSE = list(Meaning)  # best first
UNSOLVED = (Meaning.PLANNED, Meaning.LATER)


def recount(suggestion: Suggestion, *, by, reason: str, is_new_answer: bool = False) -> None:
    """Let the class be what the letters and promises say: the least good of the units that answer, and none before all
    of them have. What the office's check found stands until a unit answers anew (``is_new_answer``).

    Call with the suggestion held.
    """
    last = suggestion.class_steps.last()
    if last and last.is_check and not is_new_answer:
        return
    classes = [_class_of(part) for part in suggestion.assignments.answering().taking_part()]
    if classes and None not in classes:
        set_class(suggestion, max(classes, key=lambda one: WORSE.index(one.meaning)), by=by, reason=reason)


def set_class(suggestion, reply_class, *, by, reason: str, is_check: bool = False) -> None:
    """Write the class that counts, and remember how it came about."""
    if suggestion.reply_class_id == reply_class.pk:
        return
    ClassStep.objects.create(
        suggestion=suggestion,
        before=suggestion.reply_class,
        after=reply_class,
        by=by,
        reason=reason[:300],
        is_check=is_check,
    )
    suggestion.reply_class, suggestion.meaning = reply_class, reply_class.meaning
    suggestion._history_user = by
    suggestion.save(update_fields=["reply_class", "meaning"])
    audit.record("record.changed", by=by, about=suggestion, fields=["reply_class"])


def _class_of(part) -> ReplyClass | None:
    """What a unit's last letter says, or that the matter is solved once all it promised was kept and verified."""
    letter = part.replies.signed().exclude(reply_class=None).select_related("reply_class").last()
    if letter is None:
        return None
    promised = part.commitments.promised()
    is_kept = promised.exists() and not promised.exclude(state=CommitmentState.FULFILLED).exists()
    if is_kept and letter.reply_class.meaning in UNSOLVED:
        return ReplyClass.objects.in_force().filter(meaning=Meaning.SOLVED).first()
    return letter.reply_class
