"""What was promised is reported, put off, seen on the spot by a deputy; kept promises change the class (D1.12)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common import audit, clock, uploads
from common.workflow import MoveRefused, advance

from .. import notifications, states
from ..models import Commitment, Progress
from .classes import recount
from .parts import hold

C = states.CommitmentState


@transaction.atomic
def report_progress(
    commitment: Commitment, *, text: str, by, put_off_to: dt.date | None = None, pictures=()
) -> Progress:
    """Tell how far a promise is; with ``put_off_to`` its day moves, and the register counts that it slipped."""
    if commitment.state != C.TRACKING:
        raise MoveRefused(commitment, _("This promise is not being tracked at the moment."))
    if put_off_to and put_off_to <= commitment.due_on:
        raise ValidationError({"put_off_to": _("Put it off to a later day than the one promised.")})
    if put_off_to and put_off_to <= clock.today():
        raise ValidationError({"put_off_to": _("A promise is for a day to come.")})
    progress = _record(commitment, text, by, put_off_to, pictures)
    if put_off_to:
        moved = Commitment.objects.filter(pk=commitment.pk, state=C.TRACKING, due_on=commitment.due_on)
        if not moved.update(due_on=put_off_to, slips=F("slips") + 1):
            raise MoveRefused(commitment, _("Somebody changed this promise in the meantime."))
        commitment.refresh_from_db()
        notifications.promise_put_off(commitment, progress)
    audit.record("record.changed", by=by, about=commitment, fields=["progress"])
    return progress


@transaction.atomic
def report(commitment: Commitment, *, by, note: str, pictures=()) -> None:
    """The unit says it is done; a deputy goes and looks."""
    advance(commitment, "report", by=by, note=note, done_on=clock.today())
    _record(commitment, note, by, None, pictures)
    notifications.promise_reported(commitment)


@transaction.atomic
def verify(commitment: Commitment, *, deputy, by, note: str, pictures=()) -> None:
    """A deputy saw it done on the spot. The last promise kept makes the suggestion one that is solved."""
    if not deputy.mandates.acting().exists():
        raise ValidationError({"deputy": _("Only who is a deputy verifies a promise.")})
    suggestion = commitment.suggestion
    hold(suggestion)
    advance(commitment, "verify", by=by, note=note, verified_by=deputy, verified_on=clock.today())
    _record(commitment, note, by, None, pictures)  # the form says that it becomes public
    notifications.promise_answered(commitment, note)
    suggestion.refresh_from_db()
    recount(suggestion, by=by, reason=_("Every promise was kept and verified."))


@transaction.atomic
def doubt(commitment: Commitment, *, by, note: str, pictures=()) -> None:
    """It was reported, and is not so: tracked on, by the day that was promised."""
    advance(commitment, "doubt", by=by, note=note, done_on=None)
    _record(commitment, note, by, None, pictures)  # the form says that it becomes public
    notifications.promise_answered(commitment, note)


@transaction.atomic
def fail(commitment: Commitment, *, by, note: str) -> None:
    """It will not be kept, and why."""
    advance(commitment, "fail", by=by, note=note)
    notifications.promise_answered(commitment, note)


@transaction.atomic
def resume(commitment: Commitment, *, by, note: str) -> None:
    advance(commitment, "resume", by=by, note=note)
    notifications.promise_answered(commitment, note)


def _record(commitment, text, by, put_off_to, pictures):
    progress = Progress(commitment=commitment, text=text.strip(), put_off_to=put_off_to, by=by)
    progress.full_clean(exclude=["pictures"])
    progress.save()
    progress.pictures.set(uploads.store_pictures(pictures, by=by))
    return progress
