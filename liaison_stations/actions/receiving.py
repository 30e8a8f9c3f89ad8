"""A citizen's opinion begins, by whatever channel it came (D3.4: collected)."""

import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit, clock, freshness

from .. import deadlines, states
from ..models import CODE_LENGTH, HeldWord, Opinion, Station
from ..notifications import opinions as notifications

ATTEMPTS = 5  # at a code that nobody has; of ten digits the first is free but for one in thousands of times


@transaction.atomic
def receive(station: Station, *, channel: str, text: str, by=None, phone: str = "", **fields) -> Opinion:
    """A new case at a station, waiting for its review. ``fields`` are columns of :class:`Opinion`.

    An online message with a word on the list is held, so that nobody but its reviewers reads it before; it is never
    dropped (D3.6). Without a phone the number asked with the code is drawn. ``ValidationError`` where no citizens are
    received any more.
    """
    if not station.is_open:
        raise ValidationError(_("This station is closed. Please choose another one."))
    if channel == Opinion.Channel.ONLINE and not station.takes_messages:
        raise ValidationError(
            _("This station takes no online messages. Please come by, or choose another one.")
        )
    words = found_words(text) if channel == Opinion.Channel.ONLINE else ""
    opinion = Opinion(
        station=station,
        area_id=station.area_id,
        channel=channel,
        text=text,
        phone=phone,
        pin=phone[-4:] or f"{secrets.randbelow(10_000):04}",
        found_words=words,
        state=states.OpinionState.HELD if words else states.OpinionState.SUBMITTED,
        came_at=timezone.now(),
        due_on=deadlines.review(clock.today()),
        by=by,
        **fields,
    )
    # the states that have conditions come later; each would be asked of the database in a savepoint of its own
    opinion.full_clean(exclude=["code", "station", "area", "by"], validate_constraints=False)
    with freshness.unseen():
        _save_with_code(opinion)
    audit.record("record.created", by=by, about=opinion)
    if by is None:  # what a person has entered is reviewed
        notifications.came(opinion)
    return opinion


def found_words(text: str) -> str:
    """The words on the list that stand in ``text``, whatever spaces somebody put between their characters."""
    plain = "".join(text.split()).lower()
    found = [word for word in HeldWord.objects.values_list("word", flat=True) if word.lower() in plain]
    return "、".join(found)[:200]


def _save_with_code(opinion):
    for attempt in range(ATTEMPTS):
        opinion.code = str(secrets.randbelow(9 * 10 ** (CODE_LENGTH - 1)) + 10 ** (CODE_LENGTH - 1))
        try:
            with transaction.atomic():
                opinion.save()
            return
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
