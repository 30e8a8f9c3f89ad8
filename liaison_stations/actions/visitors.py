"""What a visitor says at a reception becomes a case like any other (D3.3, D3.4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from proposals.rules import deputy_of

from .. import states
from ..models import Opinion, Reception
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
def record(reception: Reception, *, by, answer: str = "", solved: str = "", **fields) -> Opinion:
    """Enter one visitor. It was heard by a person, so it needs no review; what was answered on the spot is answered."""
    if why := why_not_record(reception):
        raise ValidationError(why)
    opinion = receive(
        reception.station, channel=Opinion.Channel.RECEPTION, by=by, reception=reception, **fields
    )
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
    return opinion
