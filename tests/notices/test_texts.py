"""Text messages to people without an account go the way of all others: once, again after a failure, listed, sent again."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from common import jobs
from common.models import Setting
from notices import actions, tasks
from notices.models import Delivery

from .. import factories
from ..needles import tables_with

pytestmark = pytest.mark.django_db
PHONE = "13979001234"
TEXT = "真代实表：您反映的事项（查询码尾号1056）已答复。"


@pytest.fixture(autouse=True)
def sms(settings):
    settings.SMS_BACKEND = "tests.notices.services.Phones"


def send(key="opinion.1.answered", phone=PHONE, text=TEXT):
    return actions.text_message(phone, text=text, key=key)


def test_it_leaves_once_and_the_number_is_forgotten(phones, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = send(), send()
    assert first == second
    tasks.deliver_waiting()  # with a broker no worker is here to do it
    assert phones == [(PHONE, TEXT, "text.opinion.1.answered")]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.phone, delivery.phone_index, str(delivery.recipient)) == (
        "sent",
        "",
        None,
        "",
    )
    tasks.deliver_waiting()
    assert len(phones) == 1


def test_where_there_is_no_such_channel_nothing_is_kept(settings, phones):
    settings.SMS_BACKEND = ""
    assert send() is None
    assert not Delivery.objects.exists()


def test_while_it_waits_the_number_is_sealed_and_lists_show_it_masked(office, sign_in):
    delivery = send()
    assert tables_with(PHONE) == {}
    page = sign_in(office).get(reverse("admin:notices_delivery_changelist")).content.decode()
    assert "139****1234" in page
    assert PHONE not in page
    page = sign_in(office).get(reverse("admin:notices_delivery_change", args=[delivery.pk])).content.decode()
    assert "139****1234" in page


def test_what_fails_is_tried_again_later_listed_and_sent_again(settings, phones, office, sign_in):
    settings.SMS_BACKEND = "tests.notices.services.SilentPhones"
    with time_machine.travel(timezone.now()) as clock:
        send()
        for _attempt in range(6):
            tasks.deliver_waiting()
            clock.shift(dt.timedelta(hours=3))
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.phone) == ("failed", 5, PHONE)
        assert delivery.tries.count() == 5
        settings.SMS_BACKEND = "tests.notices.services.Phones"
        chosen = {"action": "resend", "_selected_action": [delivery.pk]}
        sign_in(office).post(reverse("admin:notices_delivery_changelist"), chosen)
        clock.shift(dt.timedelta(minutes=11))  # the service rested
        tasks.deliver_waiting()
    assert phones == [(PHONE, TEXT, delivery.key)] * 6  # five times nobody knew whether it arrived


def test_by_night_it_waits_for_the_morning(phones):
    Setting.objects.filter(key="notices.quiet_from").update(value="21:30")
    Setting.objects.filter(key="notices.quiet_until").update(value="07:00")
    with time_machine.travel(dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC)) as clock:  # 23:00 in Xinyu
        send()
        tasks.deliver_waiting()
        assert phones == []
        clock.shift(dt.timedelta(hours=9))
        tasks.deliver_waiting()
        assert len(phones) == 1


def test_without_a_number_it_fails_for_good(phones):
    delivery = send()
    Delivery.objects.update(phone="", phone_index=None)
    tasks.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("failed", "no_address")


def test_a_delivery_is_of_a_notice_or_is_a_text_never_both():
    notice = factories.NoticeFactory()
    for fields in ({"notice": notice, "text": TEXT}, {"text": ""}, {"text": TEXT, "channel": "email"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.create(**{"channel": "sms", "key": "k", "next_try_at": timezone.now()} | fields)


def test_what_is_old_enough_is_forgotten():
    with time_machine.travel(timezone.now() - dt.timedelta(days=731)):
        send()
    send("opinion.2.answered")
    assert jobs.JOBS["notices.old_notices"].run(timezone.now()) == {"notices": 1}
    assert Delivery.objects.get().key == "text.opinion.2.answered"
