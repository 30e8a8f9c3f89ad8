"""What somebody says to a person, at a reception or elsewhere, becomes a case like any other (D3.3, D3.4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from proposals.rules import deputy_of

from .. import states
from ..models import Opinion, Reception, Station
from ..notifications import opinions as notifications
from . import opinions
from .receiving import receive


def why_not_record(reception: Reception) -> str:
    """Why no visitor can be entered; empty if one can. What was written on paper is entered later."""
    if reception.state == states.ReceptionState.CANCELLED:
        return _("This reception was cancelled.")
    if reception.day > clock.today():
        return _("That day has not come yet.")
    return ""


@transaction.atomic
def record(reception: Reception, *, by, **fields) -> Opinion:
    """Enter one visitor of a reception; ``ValidationError`` before its day or when it was cancelled."""
    if why := why_not_record(reception):
        raise ValidationError(why)
    return hear(reception.station, channel=Opinion.Channel.RECEPTION, by=by, reception=reception, **fields)


@transaction.atomic
def hear(station: Station, *, channel: str, by, answer: str = "", solved: str = "", **fields) -> Opinion:
    """Enter what a person heard, so that it needs no review; what was answered on the spot is answered."""
    opinion = receive(station, channel=channel, by=by, **fields)
    opinions.accept(opinion, by=by)
    if answer:
        opinions.answer(
            opinion,
            by=by,
            text=answer,
            solved=solved,
            route=Opinion.Route.ON_THE_SPOT,
            deputy=deputy_of(by),
        )
    else:
        notifications.entered(opinion, by)
    return opinion
