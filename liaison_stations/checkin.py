"""The code on a station's screen with which deputies check in: another one every minute, so that no picture of it serves long.

It says only where and when it was shown; who checks in is who is signed in. Seen in time it turns into a ticket for this
person, so that a slow thumb is not told to scan again.
"""

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from common import clock

SALT = "liaison_stations.checkin"
SLOT = 60  # seconds a code is shown; it holds while the next one is shown too
LENGTH = 20  # hexadecimal digits: 80 bits, which nobody guesses in two minutes
TICKET_SECONDS = 600


def code(reception, moment) -> str:
    """What the screen shows at ``moment``."""
    return _code(reception, int(moment.timestamp()) // SLOT)


def is_valid(reception, given: str, moment) -> bool:
    """Whether ``given`` is shown now or was just before, on the day of this reception."""
    if clock.today() != reception.day:
        return False
    slot = int(moment.timestamp()) // SLOT
    now, before = (constant_time_compare(given, _code(reception, one)) for one in (slot, slot - 1))
    return now or before


def ticket(reception, user) -> str:
    """For whom has just shown a valid code."""
    return signing.dumps([reception.pk, user.pk], salt=SALT)


def has_ticket(reception, user, given: str) -> bool:
    try:
        return signing.loads(given, salt=SALT, max_age=TICKET_SECONDS) == [reception.pk, user.pk]
    except signing.BadSignature:
        return False


def _code(reception, slot):
    return salted_hmac(SALT, f"{reception.pk}:{slot}", algorithm="sha256").hexdigest()[:LENGTH]
