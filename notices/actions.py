"""Telling somebody something, once."""

from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from . import tasks
from .models import Delivery, Notice


@transaction.atomic
def tell(recipient, *, kind: str, subject: str, key: str, body: str = "", link: str = "") -> Notice:
    """Tell ``recipient`` in the notice centre and by e-mail if they have one.

    ``key`` is unique per person: telling the same twice is silent. ``link`` is a path inside the portal. Letters leave
    after the transaction; if the broker is down they leave with the next ``deliver_waiting``.
    """
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError(f"A notice links only inside the portal, not to {link!r}.")
    notice, is_new = Notice.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={"kind": kind, "subject": " ".join(subject.split())[:200], "body": body, "link": link},
    )
    if is_new and recipient.email:
        delivery = Delivery.objects.create(
            notice=notice, channel=Delivery.Channel.EMAIL, next_try_at=timezone.now()
        )
        transaction.on_commit(partial(tasks.soon, delivery.pk))
    return notice


def read(notice: Notice) -> None:
    """Remember when a notice was first read."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def read_all(user) -> int:
    """Mark everything of ``user`` as read; the number of notices that were not."""
    return Notice.objects.of(user).unread().update(read_at=timezone.now())


def resend(delivery: Delivery) -> bool:
    """Try a failed delivery again, as if it were new; whether it was failed."""
    again = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED).update(
        state=Delivery.State.WAITING, attempts=0, next_try_at=timezone.now(), last_error=""
    )
    if again:
        transaction.on_commit(partial(tasks.soon, delivery.pk))
    return bool(again)
