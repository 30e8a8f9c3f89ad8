"""办: units are given a suggestion, sign for it, hand it back, ask for more time, hear the deputy, are urged."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Unit
from common import audit, clock, preferences
from common.workflow import MoveRefused, advance

from .. import assigning, notifications, states
from ..models import ANSWERING, Assignment, Consultation, Extension, Suggestion, Urging
from .parts import end_extensions, hold
from .ratings import ask_signers

A, S = states.AssignmentState, states.SuggestionState


@transaction.atomic
def assign(
    suggestion: Suggestion, *, units, by, on: dt.date | None = None, note: str = ""
) -> list[Assignment]:
    """Give it to ``units``, pairs of unit and :class:`Part`: one lead with co-units, or several separate ones (D1.7).

    The clock of each starts ``on`` (today). ``ValidationError`` for a combination the rules do not know; of two clerks
    the second is refused.
    """
    on = on or clock.today()
    units = list(units)
    _require_fitting(units, on)
    put_forward = suggestion.submitted_at and timezone.localdate(suggestion.submitted_at)
    if why := assigning.why_not_on(on, put_forward):
        raise ValidationError({"on": why})
    hold(suggestion)
    advance(suggestion, "assign", by=by, note=note, assigned_on=on)
    rows = [_give(suggestion, unit, part, on, by) for unit, part in units]
    follow_units(suggestion, by=by)
    return rows


@transaction.atomic
def sign(assignment: Assignment, *, by, note: str = "") -> None:
    """The unit signs for it; its clock has been running since it was assigned."""
    hold(assignment.suggestion)
    advance(assignment, "sign", by=by, note=note, signed_at=timezone.now())
    follow_units(assignment.suggestion, by=by)


@transaction.atomic
def hand_back(assignment: Assignment, *, by, proposed_unit: Unit, note: str) -> None:
    """Within seven working days, with a reason and a proposed unit; later it stays (D1.7)."""
    if why := why_not_hand_back(assignment):
        raise MoveRefused(assignment, why)
    if proposed_unit is None or proposed_unit == assignment.unit:
        raise ValidationError({"proposed_unit": _("Propose another unit.")})
    hold(assignment.suggestion)
    advance(assignment, "hand_back", by=by, note=note, proposed_unit=proposed_unit)
    follow_units(assignment.suggestion, by=by)
    notifications.handed_back(assignment, note)


@transaction.atomic
def keep(assignment: Assignment, *, by, note: str) -> None:
    """It stays with this unit, which signs for it."""
    hold(assignment.suggestion)
    advance(assignment, "keep", by=by, note=note)
    follow_units(assignment.suggestion, by=by)
    notifications.answered_hand_back(assignment, note)


@transaction.atomic
def replace(assignment: Assignment, *, unit: Unit, by, note: str) -> Assignment:
    """Relieve a unit and give its part to another, whose own clock starts today."""
    suggestion, today = assignment.suggestion, clock.today()
    _require_current([unit], today)
    hold(suggestion)
    advance(assignment, "replace", by=by, note=note, ended_on=today)
    end_extensions([assignment], by=by)
    given = _give(suggestion, unit, assignment.part, today, by)
    follow_units(suggestion, by=by)
    notifications.answered_hand_back(assignment, note)
    return given


@transaction.atomic
def add_unit(suggestion: Suggestion, *, unit: Unit, part: str, by) -> Assignment:
    """One more co-unit beside the lead, or one more separate unit, while it is handled."""
    hold(suggestion)
    if suggestion.state not in states.WITH_UNITS:
        raise MoveRefused(suggestion, _("Nobody handles it at the moment."))
    held = suggestion.assignments.taking_part().select_related("unit")
    _require_fitting([*((row.unit, row.part) for row in held), (unit, part)], clock.today())
    given = _give(suggestion, unit, part, clock.today(), by)
    follow_units(suggestion, by=by)
    return given


@transaction.atomic
def ask_extension(assignment: Assignment, *, reason: str, by) -> Extension:
    """Ask for the six months of a hard suggestion (Deputies Law Art. 51): in time, in words, once (D1.9)."""
    if why := why_not_extend(assignment):
        raise MoveRefused(assignment, why)
    extension = Extension(
        assignment=assignment,
        reason=reason.strip(),
        due_before=assignment.due_on,
        due_after=assignment.extended_deadline.due,
        by=by,
    )
    extension.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            extension.save()
    except IntegrityError as error:
        raise MoveRefused(assignment, _("More time has been asked for already.")) from error
    audit.record("record.created", by=by, about=extension)
    notifications.extension_asked(extension)
    return extension


@transaction.atomic
def grant(extension: Extension, *, by, note: str = "") -> None:
    """The unit gets its six months, counted from the day of assignment."""
    assignment = extension.assignment
    hold(assignment.suggestion)
    advance(extension, "grant", by=by, note=note, decided_at=timezone.now())
    assignment.refresh_from_db()
    if assignment.state not in states.WORKING:
        raise MoveRefused(extension, _("The unit no longer handles it."))
    assignment.months = preferences.get("suggestion.reply_months_complex")
    assignment.due_on = extension.due_after
    assignment._history_user = by
    assignment.save(update_fields=["months", "due_on"])
    follow_units(assignment.suggestion, by=by)
    notifications.extension_decided(extension, note)


@transaction.atomic
def refuse(extension: Extension, *, by, note: str) -> None:
    advance(extension, "refuse", by=by, note=note, decided_at=timezone.now())
    notifications.extension_decided(extension, note)


@transaction.atomic
def consult(assignment: Assignment, *, deputies, by, **fields) -> Consultation:
    """Record how the unit heard the deputies (``fields`` of :class:`Consultation`); at least one signer was there."""
    if assignment.state not in (A.HANDLING, A.REVIEW, A.REPLIED):
        raise MoveRefused(assignment, _("Sign for it first."))
    consultation = Consultation(assignment=assignment, round=assignment.round, by=by, **fields)
    consultation.full_clean(exclude=["deputies"])
    if not assignment.assigned_on <= consultation.on <= clock.today():
        raise ValidationError({"on": _("The day lies between the assignment and today.")})
    signers = {deputy.pk for deputy in assignment.suggestion.signers()}
    heard = list(deputies)
    if not signers & {deputy.pk for deputy in heard}:
        raise ValidationError({"deputies": _("Name at least one deputy whose suggestion it is.")})
    consultation.save()
    consultation.deputies.set(heard)
    audit.record("record.created", by=by, about=consultation)
    return consultation


@transaction.atomic
def urge(assignment: Assignment, *, by, words: str = "") -> Urging:
    """Urge a unit, at most every so many days whoever does it (D1.19)."""
    hold(assignment.suggestion)
    if why := why_not_urge(assignment):
        raise MoveRefused(assignment, why)
    urging = Urging(assignment=assignment, words=words.strip(), on=clock.today(), by=by)
    urging.full_clean()
    urging.save()
    audit.record("record.created", by=by, about=urging)
    notifications.urged(urging)
    return urging


# Why an act is closed, for its page and for the act itself; empty while it is open


def why_not_hand_back(assignment: Assignment) -> str:
    if assignment.round > 1:
        return _("What is handled again stays with the unit that replied.")
    if clock.today() > assignment.return_until:
        return _("It could be handed back until %(day)s. Please turn to the office that assigned it.") % {
            "day": date_format(assignment.return_until)
        }
    return ""


def why_not_extend(assignment: Assignment) -> str:
    if not assignment.answers or assignment.round > 1:
        return _("Only a first reply can be given more time.")
    if assignment.state not in (A.HANDLING, A.REVIEW):
        return _("Sign for it first; then ask for more time.")
    if clock.today() > assignment.due_on:
        return _("The reply was due on %(day)s; more time is asked for before that day.") % {
            "day": date_format(assignment.due_on)
        }
    asked = assignment.extensions.exclude(state=states.ExtensionState.REFUSED).count()
    if asked >= preferences.get("suggestion.max_extensions"):
        return _("More time has been asked for already.")
    return ""


def why_not_urge(assignment: Assignment) -> str:
    if assignment.state not in states.WORKING:
        return _("This unit owes nothing at the moment.")
    every, last = preferences.get("suggestion.urge_every_days"), assignment.urgings.first()
    if last and (clock.today() - last.on).days < every:
        return _("It was urged on %(day)s; at most every %(n)s days.") % {
            "day": date_format(last.on),
            "n": every,
        }
    return ""


# Shared by actions


def follow_units(suggestion: Suggestion, *, by) -> None:
    """Let the suggestion stand where its answering units stand, due when the last of them is due.

    Call with the suggestion held (:func:`.parts.hold`), so that of two units that reply at once the second moves the whole.
    """
    suggestion.refresh_from_db()
    if suggestion.state not in states.WITH_UNITS:
        return
    parts = list(suggestion.assignments.answering().taking_part())
    where = {part.state for part in parts}
    if parts and where <= {A.REPLIED}:
        first = {} if suggestion.replied_on else _first_reply(suggestion, parts)
        advance(suggestion, "answer", by=by, **first)
        ask_signers(suggestion)
    elif where & {A.PENDING, A.RETURN_ASKED}:
        if suggestion.state == S.HANDLING:
            advance(suggestion, "reassign", by=by)
    elif suggestion.state == S.ASSIGNED:
        advance(suggestion, "begin", by=by)
    due = max((part.due_on for part in parts), default=suggestion.due_on)
    if due != suggestion.due_on:
        Suggestion.objects.filter(pk=suggestion.pk).update(due_on=due)
        suggestion.due_on = due


def _give(suggestion, unit, part, on, by) -> Assignment:
    try:
        with transaction.atomic():
            row = Assignment(
                suggestion=suggestion,
                unit=unit,
                part=part,
                round=suggestion.round,
                **assigning.clock_of(part, on, round=suggestion.round),
            )
            row._history_user = by
            row.save()
    except IntegrityError as error:
        raise ValidationError(_("%(unit)s already has a part in it.") % {"unit": unit}) from error
    audit.record("record.created", by=by, about=row)
    notifications.assigned(row)
    return row


def _first_reply(suggestion, parts):
    """What the rates count of the first reply: whether every answering unit kept its day, and met the deputy before."""
    met = suggestion.assignments.filter(
        part__in=ANSWERING, consultations__way__in=Consultation.FACE_TO_FACE
    ).exists()
    return {
        "replied_on": max(part.ended_on for part in parts),
        "in_time": all(part.ended_on <= part.due_on for part in parts),
        "met": met,
    }


def _require_fitting(units, on):
    if len({unit.pk for unit, _part in units}) < len(units):
        raise ValidationError(_("A unit is named twice."))
    if why := assigning.why_not_together(part for _unit, part in units):
        raise ValidationError(why)
    _require_current([unit for unit, _part in units], on)


def _require_current(units, on):
    if why := assigning.why_not_current(units, on):
        raise ValidationError(why)
