"""How often something may be tried by one address, phone or code. It is counted before it is done, in the database.

Each try that was let through is a row; a minute and a day are the last 60 seconds and the last 24 hours, so nothing is
gained at a full hour. Who tried stands there as a blind index only. No cache is asked: while there is none, limits hold.
"""

import datetime as dt
import ipaddress

from django.db import connection, transaction
from django.utils import timezone

from . import ciphers
from .addresses import client_address
from .models import CountedTry

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def allowed(what: str, key: str, *, per_minute: int | None = None, per_day: int | None = None) -> bool:
    """Whether ``key`` may do ``what`` once more; if so it is counted. Of many at once no more than the limit may.

    What is refused is not counted, so that who waits gets through, and costs a look but no row.
    """
    limits = [(span, most) for span, most in ((MINUTE, per_minute), (DAY, per_day)) if most is not None]
    if _is_used_up(what, key, limits):
        return False
    with transaction.atomic():
        _wait_for_turn(what, key)
        if _is_used_up(what, key, limits):
            return False
        CountedTry.objects.create(what=what, key=ciphers.index(key), at=timezone.now())
    return True


def give_back(what: str, key: str) -> None:
    """Count one try less: it was no guess."""
    newest = _tries(what, key).order_by("-at", "-pk").first()
    if newest:
        newest.delete()


def network_of(request) -> str:
    """Whom to count: the visitor's address; of IPv6 the network, of which a household has as many addresses as it likes."""
    try:
        address = ipaddress.ip_address(client_address(request) or "")
    except ValueError:
        return "nowhere"
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address if address.version == 4 else ipaddress.ip_network((address, 64), strict=False))


def forget(now) -> dict:
    """Drop what no limit asks for any more."""
    return {"tries": CountedTry.objects.filter(at__lt=now - DAY).delete()[0]}


def _tries(what, key):
    return CountedTry.objects.filter(what=what, key__in=ciphers.indexes(key))


def _is_used_up(what, key, limits) -> bool:
    now = timezone.now()
    return any(_tries(what, key).filter(at__gt=now - span).count() >= most for span, most in limits)


def _wait_for_turn(what, key):
    """Until this transaction ends nobody else counts for the same key; on SQLite nobody else writes at all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what} {ciphers.index(key)}"]
            )
