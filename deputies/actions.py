"""What happens to deputies: a correction is asked for and decided, a mandate is suspended, resumed, ended."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from simple_history.utils import update_change_reason

from common import uploads
from common.workflow import MoveRefused, advance

from . import notifications
from .models import Correction, Deputy, Mandate


@transaction.atomic
def ask_correction(
    deputy: Deputy, *, field: str, new_value: str, by, reason: str = "", evidence=None
) -> Correction:
    """A deputy says what their data should be; ``ValidationError`` for a value the field cannot hold or already holds.

    One request per field may wait at a time.
    """
    if field not in Correction.FIELDS:
        raise ValidationError({"field": _("Choose one of the values offered.")})
    column = deputy._meta.get_field(field)
    old_value = getattr(deputy, field)
    try:
        new_value = column.clean(new_value.strip(), deputy)
    except ValidationError as error:
        raise ValidationError({"new_value": error.messages}) from error
    if new_value == old_value:
        raise ValidationError({"new_value": _("This is what the office already holds.")})
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                deputy=deputy,
                field=field,
                old_value=old_value,
                new_value=new_value,
                reason=reason,
                evidence=evidence,
            )
    except IntegrityError as error:
        raise ValidationError(
            {
                "field": _(
                    "You have already asked for a correction of this; withdraw it first, or wait for the answer."
                )
            }
        ) from error
    notifications.correction_asked(correction)
    return correction


@transaction.atomic
def accept(correction: Correction, *, by, note: str = "") -> None:
    """Write the corrected value; refused if the stored one changed since it was asked for."""
    advance(correction, "accept", by=by, note=note)
    deputy = Deputy.objects.select_for_update().get(pk=correction.deputy_id)
    if getattr(deputy, correction.field) != correction.old_value:
        raise MoveRefused(
            correction, _("This entry was changed in the meantime. Decline the request, or ask the deputy.")
        )
    setattr(deputy, correction.field, correction.new_value)
    if correction.field == "name":
        deputy.pinyin = ""  # read anew from the new name
    deputy.save()
    update_change_reason(deputy, _("correction asked for by the deputy"))
    notifications.correction_decided(correction, note)


@transaction.atomic
def decline(correction: Correction, *, by, note: str) -> None:
    advance(correction, "decline", by=by, note=note)
    notifications.correction_decided(correction, note)


def withdraw(correction: Correction, *, by, note: str = "") -> None:
    advance(correction, "withdraw", by=by, note=note)


@transaction.atomic
def change_photo(deputy: Deputy, upload, *, by) -> None:
    """Put a photo in place of the former one, whose bytes go; ``None`` takes it away. ``ValidationError`` if it is none."""
    former = deputy.photo
    deputy.photo = uploads.store_picture(upload, by=by) if upload else None
    deputy.save(update_fields=["photo"])
    update_change_reason(deputy, _("photo changed"))
    if former:
        uploads.delete(former)


def suspend(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """Stop a deputy from acting for a time (Deputies Law Art. 61)."""
    _change(mandate, "suspend", by, note, on, announcement_no)


def resume(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """The ground of the suspension is gone; the deputy acts again (Deputies Law Art. 61)."""
    _change(mandate, "resume", by, note, on, announcement_no)


def end(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """The mandate ends: moved away, resigned, recalled and so on (Deputies Law Art. 62), announced by Art. 63."""
    _change(mandate, "end", by, note, on, announcement_no)


def restore(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """Take back an ending that was entered by mistake."""
    _change(mandate, "restore", by, note, on, announcement_no)


@transaction.atomic
def _change(mandate, move, by, note, on, announcement_no):
    advance(mandate, move, by=by, note=note, state_since=on, announcement_no=announcement_no)
    mandate.save(
        update_fields=["state_since"]
    )  # the move is in MandateChange; this adds the version to the history
    update_change_reason(mandate, note[:100])
