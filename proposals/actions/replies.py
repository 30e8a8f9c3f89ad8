"""A unit writes a letter, somebody else signs it; then it is frozen (D1.10)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import audit, clock, preferences, uploads
from common.workflow import MoveRefused, advance

from .. import notifications, states
from ..models import ANSWERING, Assignment, Commitment, Consultation, Part, Reply, ReplyFile
from .assignments import follow_units
from .classes import recount
from .parts import end_extensions, hold
from .suggestions import MAX_FILES

A, R = states.AssignmentState, states.ReplyState


@transaction.atomic
def write(assignment: Assignment, *, by, **fields) -> Reply:
    """The letter in work of this unit, begun or changed; ``fields`` of :class:`Reply`.

    ``MoveRefused`` while it lies with the signer, before the unit has signed for it, and after it has replied.
    """
    reply = assignment.replies.open().first()
    if reply is None:
        if assignment.state != A.HANDLING:
            raise MoveRefused(assignment, _("There is nothing to answer at the moment."))
        kind = Reply.Kind.REPLY if assignment.answers else Reply.Kind.OPINION
        reply = Reply(assignment=assignment, kind=kind, round=assignment.round, written_by=by)
    return _save(reply, by, fields)


@transaction.atomic
def correct(reply: Reply, *, by, correction_reason: str, **fields) -> Reply:
    """Begin a new letter that takes the place of a signed one and says why; it is signed like any other."""
    if reply.state != R.SIGNED or not correction_reason.strip():
        raise ValidationError({"correction_reason": _("Say what was wrong in the letter that was signed.")})
    return _save(
        Reply(
            assignment=reply.assignment,
            kind=Reply.Kind.CORRECTION,
            round=reply.round,
            corrects=reply,
            reply_class=reply.reply_class,
            adoption=reply.adoption,
            document_no=reply.document_no,
            text=reply.text,
            contact_person=reply.contact_person,
            contact_phone=reply.contact_phone,
            written_by=by,
        ),
        by,
        {"correction_reason": correction_reason.strip(), **fields},
    )


@transaction.atomic
def write_second(assignment: Assignment, *, by, **fields) -> Reply:
    """Answer once more when promises were kept (D1.12)."""
    if not assignment.commitments.filter(state=states.CommitmentState.FULFILLED).exists():
        raise MoveRefused(assignment, _("A second reply tells of a promise that was kept and verified."))
    reply = assignment.replies.open().first() or Reply(
        assignment=assignment, kind=Reply.Kind.SECOND, round=assignment.round, written_by=by
    )
    return _save(reply, by, fields)


@transaction.atomic
def promise(reply: Reply, *, text: str, leader: str, due_on: dt.date, by) -> Commitment:
    """Put a promise into a letter that is being written; it holds when the letter is signed."""
    if reply.state != R.DRAFT:
        raise MoveRefused(reply, _("The letter is no longer on the desk."))
    if due_on <= clock.today():
        raise ValidationError({"due_on": _("A promise is for a day to come.")})
    commitment = Commitment(
        suggestion=reply.assignment.suggestion,
        assignment=reply.assignment,
        reply=reply,
        unit=reply.assignment.unit,
        text=text.strip(),
        leader=leader.strip(),
        due_on=due_on,
        first_due_on=due_on,
    )
    commitment.full_clean()
    commitment._history_user = by
    commitment.save()
    audit.record("record.created", by=by, about=commitment)
    return commitment


@transaction.atomic
def take_promise_out(commitment: Commitment, *, by) -> None:
    if commitment.state != states.CommitmentState.PROPOSED or commitment.reply.state != R.DRAFT:
        raise MoveRefused(commitment, _("What was promised in a signed letter stays in the register."))
    audit.record("record.deleted", by=by, about=commitment)
    commitment.delete()


@transaction.atomic
def add_file(reply: Reply, upload, *, by) -> ReplyFile:
    """Enclose a document; ``ValidationError`` for anything else, or for one too many."""
    if reply.state != R.DRAFT:
        raise MoveRefused(reply, _("The letter is no longer on the desk."))
    if reply.files.count() >= MAX_FILES:
        raise ValidationError(_("At most %(n)s enclosures, please.") % {"n": MAX_FILES})
    audit.record("record.changed", by=by, about=reply, fields=["files"])
    return reply.files.create(file=uploads.store_attachment(upload, by=by))


def missing(reply: Reply) -> list[str]:
    """Without what a letter does not go to the signer."""
    assignment, lacking = reply.assignment, []
    kind = reply.corrects.kind if reply.corrects else reply.kind
    if not reply.text.strip():
        lacking.append(_("The text of the letter is empty."))
    if kind == Reply.Kind.OPINION:
        return lacking
    if not reply.document_no.strip():
        lacking.append(_("The letter needs its document number."))
    if not (reply.contact_person.strip() and reply.contact_phone.strip()):
        lacking.append(_("Name the contact person and an office phone."))
    if kind == Reply.Kind.SECOND:
        return lacking
    if reply.reply_class is None:
        lacking.append(_("Choose the class of the reply."))
    elif reply.reply_class.needs_commitment and not _promises(reply).exists():
        lacking.append(
            _("A reply of class %(code)s promises something: enter what, who answers for it, and by when.")
            % {"code": reply.reply_class.code}
        )
    if not reply.adoption:
        lacking.append(_("Say what of the suggestion was adopted."))
    heard = assignment.consultations.filter(round=assignment.round)
    if (
        reply.kind == Reply.Kind.REPLY
        and preferences.get("suggestion.require_contact")
        and not heard.exists()
    ):
        lacking.append(_("Record first how you heard the deputy (Deputies Law Art. 51)."))
    return lacking


@transaction.atomic
def remove_file(enclosure: ReplyFile, *, by) -> None:
    if enclosure.reply.state != R.DRAFT:
        raise MoveRefused(enclosure.reply, _("The letter is no longer on the desk."))
    stored = enclosure.file
    audit.record("record.changed", by=by, about=enclosure.reply, fields=["files"])
    enclosure.delete()
    uploads.delete(stored)


def remarks(reply: Reply) -> list[str]:
    """What a signer should know and nothing forbids: only a phone call, a co-unit that has not answered."""
    assignment = reply.assignment
    if assignment.part not in ANSWERING or reply.kind != Reply.Kind.REPLY:
        return []
    said = []
    talks = assignment.consultations.filter(round=assignment.round)
    if talks.exists() and not talks.filter(way__in=Consultation.FACE_TO_FACE).exists():
        said.append(_("The deputy was only phoned or written to. Face to face is what is asked for."))
    if assignment.part == Part.LEAD:
        silent = assignment.suggestion.assignments.working().filter(part=Part.CO).select_related("unit")
        said += [
            _("%(unit)s has not given its opinion yet (due on %(day)s).")
            % {"unit": co.unit, "day": date_format(co.due_on)}
            for co in silent
        ]
    return said


@transaction.atomic
def present(reply: Reply, *, by, note: str = "") -> None:
    """Send a letter to the signer; ``ValidationError`` for everything that is missing."""
    hold(reply.assignment.suggestion)
    reply.refresh_from_db()
    if lacking := missing(reply):
        raise ValidationError(lacking)
    advance(reply, "present", by=by, note=note)
    if reply.kind in (Reply.Kind.REPLY, Reply.Kind.OPINION):
        advance(reply.assignment, "present", by=by)
    notifications.to_sign(reply)


@transaction.atomic
def send_back(reply: Reply, *, by, note: str) -> None:
    """The signer is not content with it."""
    hold(reply.assignment.suggestion)
    advance(reply, "send_back", by=by, note=note)
    if reply.kind in (Reply.Kind.REPLY, Reply.Kind.OPINION):
        advance(reply.assignment, "take_back", by=by)
    notifications.letter_sent_back(reply, note)


@transaction.atomic
def sign(reply: Reply, *, by, note: str = "") -> None:
    """The unit's signer, never who wrote it, signs; it leaves, and its promises hold from now on."""
    if by.pk in _writers(reply):
        raise MoveRefused(reply, _("Who wrote a letter does not sign it. Ask somebody else of your unit."))
    assignment = reply.assignment
    suggestion = assignment.suggestion
    hold(suggestion)
    today = clock.today()
    advance(reply, "sign", by=by, note=note, signed_by=by, signed_on=today, signed_as=assignment.unit.name)
    for commitment in reply.commitments.filter(state=states.CommitmentState.PROPOSED):
        advance(commitment, "promise", by=by)
    assignment.refresh_from_db()
    if reply.kind in (Reply.Kind.REPLY, Reply.Kind.OPINION):
        advance(assignment, "reply", by=by, ended_on=today)
    suggestion.refresh_from_db()
    end_extensions([assignment], by=by)
    if reply.reply_class and assignment.answers:
        recount(suggestion, by=by, reason=str(reply), is_new_answer=reply.kind == Reply.Kind.REPLY)
    notifications.letter_signed(reply)
    follow_units(suggestion, by=by)


def _save(reply, by, fields):
    if reply.pk and reply.state != R.DRAFT:
        raise MoveRefused(reply, _("The letter lies with the signer. Ask for it back to change it."))
    kind = "record.changed" if reply.pk else "record.created"
    changed = [name for name, value in fields.items() if getattr(reply, name) != value]
    for name, value in fields.items():
        setattr(reply, name, value)
    reply.full_clean(validate_constraints=False)
    reply._history_user = by
    try:
        with transaction.atomic():
            reply.save()
            if changed or kind == "record.created":
                audit.record(kind, by=by, about=reply, fields=changed)
    except IntegrityError as error:
        raise MoveRefused(
            reply.assignment, _("Somebody of your unit has begun a letter. Here it is.")
        ) from error
    return reply


def _writers(reply) -> set:
    """Who began the letter, and who gave it the words it has now."""
    return {
        reply.written_by_id,
        reply.history.order_by("-history_date", "-pk").values_list("history_user", flat=True).first(),
    }


def _promises(reply):
    """What this letter promises, or the one it corrects did, or an earlier round of the same unit that is still tracked."""
    own = Q(reply__in=[reply.pk, reply.corrects_id]) & ~Q(state=states.CommitmentState.FAILED)
    return reply.assignment.commitments.filter(own | Q(state__in=states.OPEN_COMMITMENTS))
