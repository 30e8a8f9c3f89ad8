"""Telling somebody something, once."""

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from common import audit, preferences
from common.text import in_office_language, without_numbers

from . import groups, sms, tasks
from .models import CENTRE, Choices, Delivery, Notice, Webhook, default_ways, reference

Channel, State = Delivery.Channel, Delivery.State


@transaction.atomic
def tell(
    recipient, *, kind: str, subject: str, key: str, body: str = "", link: str = "", about=None
) -> Notice:
    """Tell ``recipient`` in the notice centre and through the channels they chose for the group of this kind.

    A notice carries no phone number (R-02). ``key`` is unique per person: telling the same twice is silent, and ``is_new``
    of the notice says so. Where several people are told of one thing, give it the same key, so that a group chat hears of
    it once. ``link`` is a path inside the portal, ``about`` the record this is about: where that was never meant to be,
    what was told of it can be taken back. Letters leave after the transaction; if the broker is down they leave with the
    next ``deliver_waiting``.
    """
    if link and not (link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)):
        raise ValueError(f"A notice links only inside the portal, not to {link!r}.")
    group, choices = groups.of(kind), Choices.objects.of(recipient)
    ways = choices.ways_for(group)
    notice, is_new = Notice.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={
            "kind": kind,
            "subject": without_numbers(" ".join(subject.split()))[:200],
            "body": without_numbers(body),
            "link": link,
            "about": reference(about) if about else "",
            "is_listed": CENTRE in ways,
        },
    )
    notice.is_new = is_new
    if is_new:
        if Channel.EMAIL in ways and recipient.email:
            is_held = choices.is_daily and not groups.is_urgent(kind)
            _send(notice, Channel.EMAIL, state=State.HELD if is_held else State.WAITING)
        if Channel.SMS in ways and recipient.phone and sms.is_on():
            _send(notice, Channel.SMS)
        if group.shared:
            for webhook in Webhook.objects.told_about(group):
                _send(notice, Channel.WEBHOOK, webhook=webhook, key=f"webhook.{webhook.pk}.{key}")
    return notice


@transaction.atomic
def text_message(phone: str, *, text: str, key: str) -> Delivery | None:
    """Tell somebody who has no account, by the same way as everybody else's text messages; once per ``key``.

    ``None`` where there is no such channel: then nothing is kept that could leave years later.
    """
    if not sms.is_on():
        return None
    return _post(f"text.{key}", channel=Channel.SMS, phone=phone, text=without_numbers(text))


@transaction.atomic
@in_office_language
def take_back(records) -> None:
    """Take back what was told of records that are deleted as a mistake. Nothing of it is sent any more.

    What nobody has seen is gone. Of what was read, or has left in a letter, the notice centre says that it was taken back,
    and leads nowhere.
    """
    for start in range(0, len(records), 500):
        told = Notice.objects.about(records[start : start + 500])
        Delivery.objects.filter(notice__in=told).exclude(state=State.SENT).delete()
        Notice.objects.filter(pk__in=list(told.unseen().values_list("pk", flat=True))).delete()
        for notice in told:
            notice.subject = (_("Taken back: %(subject)s") % {"subject": notice.subject})[:200]
            notice.body = _("This was entered by mistake and has been taken back. There is nothing to do.")
            notice.link, notice.about, notice.read_at = "", "", None
            notice.save(update_fields=["subject", "body", "link", "about", "read_at"])


def read(notice: Notice) -> None:
    """Remember when a notice was first read."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def read_all(user) -> int:
    """Mark everything of ``user`` as read; the number of notices that were not."""
    return Notice.objects.of(user).unread().update(read_at=timezone.now())


@transaction.atomic
def resend(deliveries, *, by) -> int:
    """Try what failed among ``deliveries`` again, as if it were new; how many did."""
    again = deliveries.failed().update(
        state=State.WAITING, attempts=0, next_try_at=timezone.now(), last_error="", last_code=""
    )
    if again:
        audit.record("letter.resent", by=by, about=Delivery, number=again)
        transaction.on_commit(tasks.soon)
    return again


@transaction.atomic
def try_out(webhook: Webhook, *, by) -> Delivery:
    """Send a group chat a first message about nothing; ``by`` is told the same in the notice centre."""
    now = timezone.now()
    notice = Notice.objects.create(
        recipient=by,
        kind="notices.tried_out",
        subject=_("A message to try out %(name)s") % {"name": webhook.name},
        key=f"webhook-tried-out:{webhook.pk}:{now:%Y%m%d%H%M%S%f}",
    )
    audit.record("chat.tried_out", by=by, about=webhook)
    return _send(notice, Channel.WEBHOOK, webhook=webhook, key=f"webhook.{webhook.pk}.{notice.key}")


@transaction.atomic
def forget_old(now) -> dict:
    """Let go of notices older than the office wants, with what is known of their way.

    A reminder is not told again by it: the key of what is still late has moved on to a later stage.
    """
    before = now - dt.timedelta(days=preferences.get("privacy.keep_notice_days"))
    notices = Notice.objects.filter(created_at__lt=before).delete()[1].get("notices.Notice", 0)
    texts = Delivery.objects.filter(notice=None, next_try_at__lt=before)
    return {"notices": notices + texts.delete()[1].get("notices.Delivery", 0)}


def choose(user, *, ways: dict, is_daily: bool) -> None:
    """Remember how ``user`` wants to be told: ``ways`` maps keys of groups to channels."""
    other = {
        key: sorted(chosen) for key, chosen in ways.items() if chosen != default_ways(groups.GROUPS[key])
    }
    Choices.objects.update_or_create(user=user, defaults={"ways": other, "is_daily": is_daily})


def _send(notice, channel, *, key="", state=State.WAITING, webhook=None):
    return _post(
        key or f"{channel}.{notice.pk}", notice=notice, channel=channel, webhook=webhook, state=state
    )


def _post(key, *, state=State.WAITING, **fields):
    """Put a delivery into the outbox, once per key."""
    delivery, is_new = Delivery.objects.get_or_create(
        key=key, defaults={"state": state, "next_try_at": timezone.now(), **fields}
    )
    if is_new and state == State.WAITING:
        transaction.on_commit(partial(tasks.soon, delivery.pk))
    return delivery
