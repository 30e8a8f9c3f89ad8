"""Letters on their way. Safe to run twice, at once, late, or after a worker was killed.

The rows of :class:`Delivery` are the outbox, written in the transaction of what they tell. A worker claims one by one
``UPDATE`` for a while (the lease); killed between sending and the note that it was sent, the letter leaves once more,
under the same key.
"""

import datetime as dt
import logging
import time
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from . import channels, hours
from .failures import FINAL, OUTAGES, Failure, Reason, in_words
from .models import Attempt, Delivery, Outage

logger = logging.getLogger(__name__)

WAITS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]  # after the first, second … failure
LEASE = dt.timedelta(seconds=40)  # over before the broker hands on what a killed worker held
SILENCE = 30  # seconds for which a broker that did not answer is left alone
_ask_broker_from = 0.0


def soon(delivery_id: int | None = None) -> None:
    """Hand a delivery, or all that wait, to a worker; a broker that is down costs only the time until the next round."""
    global _ask_broker_from
    if time.monotonic() < _ask_broker_from:
        return
    try:
        deliver.delay(delivery_id) if delivery_id else deliver_waiting.delay()
    except Exception:  # whatever the broker's client raises, the notice itself is committed
        _ask_broker_from = time.monotonic() + SILENCE
        logger.warning("The broker does not answer; letters wait for the next round")


@shared_task
def deliver(delivery_id: int) -> None:
    """Send one letter if it is due and may leave now; of two workers one claims it."""
    now = timezone.now()
    due = Delivery.objects.filter(pk=delivery_id).due(now)
    delivery = due.select_related("notice__recipient", "webhook").first()
    if delivery is None:
        return
    if later := _must_wait_until(delivery, now):
        due.update(next_try_at=later)
        return
    lease = now + LEASE
    if not due.update(next_try_at=lease, attempts=F("attempts") + 1):
        return
    delivery.attempts += 1
    failure = None
    try:
        if delivery.attempts > len(WAITS) + 1:
            raise Failure(Reason.INTERRUPTED)
        channels.send(delivery)
    except (
        Exception
    ) as error:  # an address or a text no server takes is a failed letter, not one tried for ever
        failure = in_words(error)
        logger.warning("Delivery %s: %s %s", delivery_id, failure.reason, failure.code)
    _note(delivery, failure, lease)


@shared_task
def deliver_waiting() -> int:
    """Send everything that is due; what beat does every five minutes."""
    due = list(Delivery.objects.due(timezone.now()).order_by("pk").values_list("pk", flat=True)[:500])
    for delivery_id in due:
        deliver(delivery_id)
    return len(due)


def reconcile_digests(now: dt.datetime) -> dict:
    """Put what is held for daily letters into one letter per person, once a day; how many letters that made.

    Asked late, even after weeks, it makes one letter of all that waited.
    """
    moment = hours.last_daily(now)
    people = Delivery.objects.held(moment).order_by().values_list("notice__recipient", flat=True).distinct()
    return {"letters": sum(_make_daily_letter(recipient_id, moment) for recipient_id in people)}


def longest_overdue() -> float:
    """Seconds for which the oldest delivery has been due by now; while workers work it is next to nothing."""
    now = timezone.now()
    oldest = Delivery.objects.due(now).aggregate(oldest=Min("next_try_at"))["oldest"]
    return (now - (oldest or now)).total_seconds()


def _must_wait_until(delivery, now):
    """By night only what is urgent leaves, and nothing through a service that is in trouble."""
    at_night = None if delivery.is_urgent else hours.quiet_until(now)
    return at_night or Outage.objects.until(delivery.service, now)


@transaction.atomic
def _note(delivery, failure, lease):
    """Write down how an attempt ended, in the delivery only if no other worker has claimed it since."""
    now = timezone.now()
    error, code = (failure.reason, failure.code) if failure else ("", "")
    if Delivery.objects.select_for_update().filter(pk=delivery.pk).exists():  # not taken back meanwhile
        Attempt.objects.create(delivery=delivery, error=error, code=code)
    if failure is None:
        Outage.objects.over(delivery.service)
    elif failure.reason in OUTAGES:
        Outage.objects.failed(delivery.service, now)
    if failure is None:
        result = {"state": Delivery.State.SENT, "sent_at": now}
        delivery.carried.update(**result)
        if delivery.notice_id is None:  # whose number it was is nobody's business any more
            result |= {"phone": "", "phone_index": None}
    elif failure.reason in FINAL or delivery.attempts > len(WAITS):
        result = {"state": Delivery.State.FAILED}
    else:
        result = {"next_try_at": now + WAITS[delivery.attempts - 1]}
    Delivery.objects.filter(pk=delivery.pk, next_try_at=lease).update(
        last_error=error, last_code=code, **result
    )


@transaction.atomic
def _make_daily_letter(recipient_id, moment):
    """The letter of that day, unless it was made already: then what is held since goes with the next."""
    held = Delivery.objects.held(moment).filter(notice__recipient=recipient_id)
    newest = held.order_by("pk").last()
    if newest is None:
        return False
    letter, is_new = Delivery.objects.get_or_create(
        key=f"daily.{recipient_id}.{moment:%Y-%m-%d}",
        defaults={
            "notice_id": newest.notice_id,
            "channel": Delivery.Channel.DAILY,
            "next_try_at": timezone.now(),
        },
    )
    if is_new:
        held.update(carried_by=letter)
        transaction.on_commit(partial(soon, letter.pk))
    return is_new
