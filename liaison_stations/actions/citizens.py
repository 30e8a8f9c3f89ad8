"""What citizens do by themselves, without an account: leave an opinion, find it again, rate its answer (D3.6)."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from common import audit, ciphers, clock, freshness, uploads
from common.models import SentForm

from .. import deadlines, states
from ..models import Opinion, OpinionRating, Station
from ..notifications import citizens as notifications
from .opinions import after_rating
from .receiving import receive

O = states.OpinionState  # noqa: E741 the letter of the noun


@transaction.atomic
def leave(station: Station, *, text: str, phone: str, key: str, pictures=(), **fields) -> Opinion | None:
    """A message by the form with this ``key``. What somebody sends again on the same day is the case it was before.

    Of two sent at once the second waits here for the first. ``None`` where the same form has sent another message:
    whoever went back and wrote something else is asked once more. Until staff publish it nobody reads anything of it,
    so pages of the public stay as they are.
    """
    same, is_new = SentForm.objects.get_or_create(key=_key_of(phone, text))
    if not is_new:
        return Opinion.objects.get(pk=same.object_pk)
    form, is_first = SentForm.objects.get_or_create(key=uuid.UUID(key))
    if not is_first:
        same.delete()
        return None
    with freshness.unseen():
        opinion = receive(station, channel=Opinion.Channel.ONLINE, text=text, phone=phone, **fields)
        for file in uploads.store_pictures(pictures, by=None):
            opinion.pictures.create(file=file)
    for sent in (same, form):
        sent.object_pk = opinion.pk
        sent.save()
    notifications.tell(opinion, "came")
    return opinion


def left_today(*, text: str, phone: str) -> Opinion | None:
    """The case of the same text from the same phone on this day."""
    same = SentForm.objects.filter(key=_key_of(phone, text)).first()
    return Opinion.objects.filter(pk=same.object_pk).first() if same else None


def find(code: str, digits: str) -> Opinion | None:
    """The opinion of a receipt. A wrong code, wrong digits and a case whose data was blanked are one answer.

    Each takes the same steps: one question to the database, one thing unsealed, one comparison of constant time.
    """
    found = Opinion.objects.filter(code=code).values_list("pk", "pin").first()
    pk, pin = found or (None, ciphers.unseal(ciphers.seal("none")))
    if not constant_time_compare(pin or "none", digits):
        return None
    return Opinion.objects.select_related("station", "deputy", "merged_into__station", "suggestion").get(
        pk=pk
    )


def may_rate(opinion: Opinion) -> bool:
    """Whether the answer of this round waits for the citizen's word."""
    return (
        opinion.state == O.ANSWERED
        and clock.today() <= deadlines.rating(opinion.answered_on)
        and not opinion.ratings.filter(round=opinion.round).exists()
    )


@transaction.atomic
def rate(opinion: Opinion, *, round: int, verdict: str, words: str = "") -> OpinionRating:
    """What the citizen says of a round, once; what follows from it is :func:`.opinions.after_rating`'s to say."""
    if round != opinion.round or not may_rate(opinion):
        raise ValidationError(_("This answer has been rated, or the time for it is over."))
    rating, is_first = opinion.ratings.get_or_create(
        round=round, defaults={"verdict": verdict, "words": words.strip()}
    )
    if not is_first:
        raise ValidationError(_("This answer has been rated, or the time for it is over."))
    audit.record("opinion.rated", about=opinion, number=round)
    after_rating(opinion, rating)
    return rating


def _key_of(phone, text) -> uuid.UUID:
    """Of what was said, by whom and on which day, without any of it: blanks and letter case do not make it another."""
    return uuid.UUID(ciphers.index(f"opinion {clock.today()} {phone} {text}"))
