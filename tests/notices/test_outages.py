"""A service in trouble is left alone for a while, and its letters wait without losing an attempt."""

import datetime as dt

import pytest
import time_machine

from notices import actions, tasks
from notices.models import Attempt, Delivery, Outage

from .. import factories

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 5, 4, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as moving:
        yield moving


@pytest.fixture
def ten_tasks(clock, service):
    """A group chat with ten messages on their way."""
    webhook = factories.WebhookFactory(url=service.url)
    for number in range(10):
        actions.tell(
            factories.UserFactory(), kind="deputies.correction_asked", subject="更正", key=f"asked:{number}"
        )
    return webhook


def test_after_five_failures_in_a_row_a_service_rests_for_ten_minutes(ten_tasks, service, clock):
    service.answer = service.says(b"", 500)
    tasks.deliver_waiting()
    assert len(service.messages) == 5
    resting = Delivery.objects.filter(attempts=0)
    assert {delivery.next_try_at for delivery in resting} == {NOON + dt.timedelta(minutes=10)}
    clock.shift(dt.timedelta(minutes=9))
    tasks.deliver_waiting()
    assert len(service.messages) == 5


def test_then_one_message_tries_and_a_failure_makes_it_rest_again(ten_tasks, service, clock):
    service.answer = service.says(b"", 500)
    tasks.deliver_waiting()
    clock.shift(dt.timedelta(minutes=10))
    tasks.deliver_waiting()
    assert len(service.messages) == 6
    assert Attempt.objects.count() == 6


def test_the_first_success_ends_the_rest(ten_tasks, service, clock):
    answer, service.answer = service.answer, service.says(b"", 500)
    tasks.deliver_waiting()
    service.answer = answer
    clock.shift(dt.timedelta(minutes=10))
    tasks.deliver_waiting()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not Outage.objects.exists()


def test_a_group_chat_in_trouble_delays_no_other(ten_tasks, service, clock):
    service.answer = service.says(b"", 500)
    tasks.deliver_waiting()
    service.answer = service.says(b'{"errcode": 0}')
    other = factories.WebhookFactory(url=service.url)
    actions.try_out(other, by=factories.UserFactory())
    tasks.deliver_waiting()
    assert other.deliveries.get().state == "sent"


def test_a_dead_mail_server_costs_five_tries_a_round_and_not_one_per_letter(clock, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    factories.DeliveryFactory.create_batch(20)
    tasks.deliver_waiting()
    assert Attempt.objects.count() == 5


def test_mailboxes_that_are_refused_say_nothing_about_the_server(clock, settings):
    settings.EMAIL_BACKEND = "tests.notices.backends.Refusing"
    factories.DeliveryFactory.create_batch(7)
    tasks.deliver_waiting()
    assert Attempt.objects.count() == 7


def test_a_letter_whose_worker_dies_each_time_fails_in_the_end(clock, mailoutbox):
    delivery = factories.DeliveryFactory(attempts=5)
    tasks.deliver_waiting()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("failed", "interrupted")
    assert mailoutbox == []


def test_a_worker_that_comes_back_late_does_not_undo_what_another_did(clock, settings):
    delivery = factories.DeliveryFactory()
    settings.EMAIL_BACKEND = "tests.notices.backends.Overtaken"
    tasks.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("sent", "")
