"""Quiet hours and daily letters, by the clock of Shanghai."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from common import jobs
from common.models import Setting
from notices import actions, groups, hours, tasks
from notices.models import Delivery

from .. import factories

pytestmark = pytest.mark.django_db


def at(text):
    """“05 21:30”: a day of March 2026 and a time in Shanghai."""
    return timezone.make_aware(dt.datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M"))  # noqa: DTZ007


def local(moment):
    return moment and f"{timezone.localtime(moment):%d %H:%M}"


@pytest.fixture
def clock():
    with time_machine.travel(at("05 12:00"), tick=False) as moving:
        yield moving


@pytest.fixture
def office_hours():
    """Those the portal proposes: 21:30 to 07:30."""
    Setting.objects.all().delete()


@pytest.fixture
def daily():
    """Somebody who takes one letter a day."""
    user = factories.UserFactory(name="李明", email="ming@example.cn")
    actions.choose(user, ways={}, is_daily=True)
    return user


@pytest.fixture
def urgent():
    """A kind of notice that does not wait."""
    groups.register(
        groups.Group("general", "", kinds=frozenset({"test.fire"}), urgent=frozenset({"test.fire"}))
    )
    yield "test.fire"
    groups.register(groups.GENERAL)


def tell(user, number=1, kind="test.told"):
    return actions.tell(user, kind=kind, subject=f"第{number}件", key=f"test:{number}")


def set_hours(**values):
    for name, value in values.items():
        Setting.objects.update_or_create(key=f"notices.{name}", defaults={"value": value})


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("05 21:29", None),
        ("05 21:30", "06 07:30"),
        ("05 23:59", "06 07:30"),
        ("06 00:00", "06 07:30"),
        ("06 07:29", "06 07:30"),
        ("06 07:30", None),
        ("06 12:00", None),
    ],
)
def test_letters_wait_from_half_past_nine_until_half_past_seven(now, until, office_hours):
    assert local(hours.quiet_until(at(now))) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [("05 11:59", None), ("05 12:00", "05 14:00"), ("05 13:59", "05 14:00"), ("05 14:00", None)],
)
def test_quiet_hours_may_lie_within_a_day(now, until):
    set_hours(quiet_from="12:00", quiet_until="14:00")
    assert local(hours.quiet_until(at(now))) == until


def test_quiet_hours_that_end_when_they_begin_are_none():
    assert hours.quiet_until(at("05 00:00")) is None


def test_what_is_told_at_night_leaves_in_the_morning(clock, office_hours, mailoutbox):
    clock.move_to(at("05 23:00"))
    delivery = tell(factories.UserFactory(email="ming@example.cn")).deliveries.get()
    tasks.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (local(delivery.next_try_at), delivery.attempts) == ("06 07:30", 0)
    clock.move_to(at("06 07:29"))
    assert tasks.deliver_waiting() == 0
    clock.move_to(at("06 07:30"))
    tasks.deliver_waiting()
    assert len(mailoutbox) == 1


def test_what_is_urgent_leaves_at_night(clock, office_hours, urgent, mailoutbox):
    clock.move_to(at("05 23:00"))
    tell(factories.UserFactory(email="ming@example.cn"), kind=urgent)
    tasks.deliver_waiting()
    assert len(mailoutbox) == 1


def test_whoever_takes_daily_letters_gets_one_for_all(clock, daily, mailoutbox):
    for number in (1, 2, 3):
        tell(daily, number)
    tasks.deliver_waiting()
    assert mailoutbox == []
    clock.move_to(at("06 07:30"))
    assert tasks.reconcile_digests(timezone.now()) == {"letters": 1}
    tasks.deliver_waiting()
    (letter,) = mailoutbox
    assert letter.to == ["ming@example.cn"]
    assert "3" in letter.subject
    assert [line for line in letter.body.splitlines() if line.startswith("第")] == ["第1件", "第2件", "第3件"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_second_run_writes_no_second_letter(clock, daily, mailoutbox):
    tell(daily)
    clock.move_to(at("06 07:30"))
    for expected in (1, 0, 0):
        assert tasks.reconcile_digests(timezone.now()) == {"letters": expected}
    tasks.deliver_waiting()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("now", ["06 07:30", "06 23:00", "07 07:29", "20 03:00"])
def test_a_late_run_writes_one_letter_of_all_that_waited(now, clock, daily, mailoutbox):
    tell(daily, 1)
    clock.move_to(at("06 07:00"))
    tell(daily, 2)
    clock.move_to(at(now))
    assert tasks.reconcile_digests(timezone.now()) == {"letters": 1}
    tasks.deliver_waiting()
    assert "第1件" in mailoutbox[0].body
    assert "第2件" in mailoutbox[0].body


def test_what_is_told_after_the_day_s_letter_goes_with_the_next(clock, daily, mailoutbox):
    tell(daily, 1)
    for moment in ("06 07:30", "06 07:40"):
        clock.move_to(at(moment))
        tasks.reconcile_digests(timezone.now())
        tasks.deliver_waiting()
        tell(daily, 2)
    clock.move_to(at("07 07:30"))
    tasks.reconcile_digests(timezone.now())
    tasks.deliver_waiting()
    assert ["第2件" in letter.body for letter in mailoutbox] == [False, True]


def test_a_clock_set_back_writes_no_letter_twice(clock, daily, mailoutbox):
    tell(daily, 1)
    clock.move_to(at("07 07:30"))
    tasks.reconcile_digests(timezone.now())
    tell(daily, 2)
    for moment in ("06 12:00", "07 12:00"):
        clock.move_to(at(moment))
        tasks.reconcile_digests(timezone.now())
        tasks.deliver_waiting()
    assert len(mailoutbox) == 1


def test_what_is_urgent_waits_for_no_daily_letter(clock, daily, urgent, mailoutbox):
    tell(daily, kind=urgent)
    tasks.deliver_waiting()
    assert len(mailoutbox) == 1


def test_a_daily_letter_that_does_not_arrive_is_tried_again_like_any_other(
    clock, daily, settings, mailoutbox
):
    tell(daily)
    clock.move_to(at("06 07:30"))
    tasks.reconcile_digests(timezone.now())
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.notices.backends.Refusing"
    tasks.deliver_waiting()
    assert set(Delivery.objects.values_list("channel", "state")) == {("email", "held"), ("daily", "waiting")}
    settings.EMAIL_BACKEND = backend
    clock.shift(60)
    tasks.deliver_waiting()
    assert set(Delivery.objects.values_list("channel", "state")) == {("email", "sent"), ("daily", "sent")}


def test_whoever_changes_their_mind_still_gets_what_was_held(clock, daily, mailoutbox):
    tell(daily, 1)
    actions.choose(daily, ways={}, is_daily=False)
    tell(daily, 2)
    tasks.deliver_waiting()
    clock.move_to(at("06 07:30"))
    tasks.reconcile_digests(timezone.now())
    tasks.deliver_waiting()
    assert [("第1件" in letter.body, "第2件" in letter.body) for letter in mailoutbox] == [
        (False, True),
        (True, False),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_write_daily_letters_at_once_one_does():
    people = [factories.UserFactory(email="ming@example.cn") for _number in range(5)]
    for user in people:
        actions.choose(user, ways={}, is_daily=True)
        for number in (1, 2):
            tell(user, number)

    def write(_number):
        try:
            return tasks.reconcile_digests(timezone.now() + dt.timedelta(days=1))["letters"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(write, range(8)))
    assert sum(made) == Delivery.objects.filter(channel="daily").count() == 5
    assert Delivery.objects.filter(channel="email", carried_by=None).count() == 0


def test_the_clock_s_jobs_send_letters_and_write_daily_ones(clock, daily, mailoutbox):
    tell(daily)
    clock.move_to(at("06 07:30"))
    jobs.tick()
    clock.move_to(at("06 07:31"))
    jobs.tick()
    assert len(mailoutbox) == 1
