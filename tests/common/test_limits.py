"""Limits hold whoever asks at once, whatever cache there is, and nobody learns from them who tried."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from common import jobs, limits
from common.models import CountedTry, Setting

from ..needles import tables_with

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.77"
NOON = dt.datetime(2026, 3, 2, 12, 0, 30, tzinfo=dt.UTC)


def tries(number, **limit):
    return sum(limits.allowed("opinion", ADDRESS, **limit) for _try in range(number))


def test_a_minute_is_any_sixty_seconds():
    with time_machine.travel(NOON, tick=False) as clock:
        assert tries(5, per_minute=3) == 3
        clock.shift(dt.timedelta(seconds=31))  # another minute of the clock, but not of the limit
        assert tries(5, per_minute=3) == 0
        clock.shift(dt.timedelta(seconds=30))
        assert tries(5, per_minute=3) == 3


def test_a_day_is_any_24_hours_and_both_limits_hold():
    with time_machine.travel(NOON, tick=False) as clock:
        for _minute in range(4):
            tries(9, per_minute=2, per_day=7)
            clock.shift(dt.timedelta(minutes=2))
        assert CountedTry.objects.count() == 7
        clock.shift(dt.timedelta(hours=25))
        assert tries(9, per_minute=2, per_day=7) == 2


def test_without_a_limit_nothing_is_refused():
    assert tries(5) == 5


def test_who_is_refused_and_waits_gets_through():
    with time_machine.travel(NOON, tick=False) as clock:
        tries(1, per_minute=1)
        for _second in range(59):
            clock.shift(dt.timedelta(seconds=1))
            assert tries(1, per_minute=1) == 0
        clock.shift(dt.timedelta(seconds=1))
        assert tries(1, per_minute=1) == 1


def test_keys_and_what_is_tried_are_counted_apart():
    assert limits.allowed("opinion", ADDRESS, per_minute=1)
    assert limits.allowed("opinion", "203.0.113.78", per_minute=1)
    assert limits.allowed("code", ADDRESS, per_minute=1)
    assert not limits.allowed("opinion", ADDRESS, per_minute=1)


def test_a_try_that_was_no_guess_is_given_back():
    assert tries(2, per_day=2) == 2
    limits.give_back("opinion", ADDRESS)
    limits.give_back("code", ADDRESS)
    assert tries(2, per_day=2) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_the_limit_get_through():
    def attempt(_number):
        try:
            return limits.allowed("opinion", ADDRESS, per_minute=6, per_day=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 6
    assert CountedTry.objects.count() == 6


def test_a_cache_that_forgets_changes_nothing():
    tries(2, per_day=2)
    cache.clear()
    assert tries(1, per_day=2) == 0


def test_the_key_is_nowhere_to_be_read():
    limits.allowed("opinion", ADDRESS)
    limits.allowed("opinion", "13979001234")
    assert tables_with(ADDRESS, "13979001234") == {}


def test_after_the_key_of_the_index_changed_the_limit_still_holds(settings):
    tries(1, per_day=1)
    settings.FIELD_KEYS = ["a-new-key-of-more-than-32-characters", *settings.FIELD_KEYS]
    assert tries(1, per_day=1) == 0


@pytest.mark.django_db(transaction=True)
def test_counting_leaves_what_is_remembered_in_force(makings):
    makings(Setting)
    limits.allowed("opinion", ADDRESS)
    assert makings(Setting) == 1


def test_what_no_limit_asks_for_is_forgotten_at_night():
    with time_machine.travel(NOON, tick=False) as clock:
        tries(2)
        clock.shift(dt.timedelta(hours=23))
        tries(1)
        clock.shift(dt.timedelta(hours=2))
        assert jobs.JOBS["common.old_tries"].run(timezone.now()) == {"tries": 2}
        assert CountedTry.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.77"),
        ("::ffff:203.0.113.77", "203.0.113.77"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "nowhere"),
        ("unix:", "nowhere"),
    ],
)
def test_whom_a_limit_counts(address, network):
    assert limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network
