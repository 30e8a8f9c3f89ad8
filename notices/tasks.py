"""Letters on their way. Safe to run twice, at once, late, or after a worker was killed."""

import datetime as dt
import logging
import time

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from common import preferences

from .models import Delivery

logger = logging.getLogger(__name__)

WAITS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]  # after the first, second … failure
LEASE = dt.timedelta(minutes=2)  # a worker killed while sending: the letter is tried again after this
SILENCE = 30  # seconds for which a broker that did not answer is left alone
_ask_broker_from = 0.0


def soon(delivery_id: int) -> None:
    """Hand a delivery to a worker; a broker that is down costs only the time until ``deliver_waiting``."""
    global _ask_broker_from
    if time.monotonic() < _ask_broker_from:
        return
    try:
        deliver.delay(delivery_id)
    except Exception:  # whatever the broker's client raises, the notice itself is committed
        _ask_broker_from = time.monotonic() + SILENCE
        logger.warning("The broker does not answer; letters wait for the next round")


@shared_task
def deliver(delivery_id: int) -> None:
    """Send one letter if it is due; of two workers one claims it."""
    now = timezone.now()
    due = Delivery.objects.filter(pk=delivery_id).due(now)
    if not due.update(next_try_at=now + LEASE, attempts=F("attempts") + 1):
        return
    delivery = Delivery.objects.select_related("notice__recipient").get(pk=delivery_id)
    try:
        _send(delivery.notice)
    except (
        Exception
    ) as error:  # an address or a text no server takes is a failed letter, not one tried for ever
        failed = delivery.attempts > len(WAITS)
        delivery.state = Delivery.State.FAILED if failed else Delivery.State.WAITING
        delivery.next_try_at = now if failed else now + WAITS[delivery.attempts - 1]
        delivery.last_error = type(error).__name__  # the server's words may carry the address
        logger.warning("Delivery %s: %s", delivery_id, delivery.last_error)
    else:
        delivery.state, delivery.sent_at, delivery.last_error = Delivery.State.SENT, timezone.now(), ""
    delivery.save()


@shared_task
def deliver_waiting() -> int:
    """Send everything that is due; what beat does every five minutes."""
    due = list(Delivery.objects.due(timezone.now()).order_by("pk").values_list("pk", flat=True)[:500])
    for delivery_id in due:
        deliver(delivery_id)
    return len(due)


def _send(notice):
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(
            "notices/letters/notice.txt",
            {"notice": notice, "site": settings.SITE_URL, "portal": preferences.get("portal.name")},
        )
        if not EmailMessage(notice.subject, body, to=[notice.recipient.email]).send():
            raise LookupError("nobody to send it to: the address was taken away since")
