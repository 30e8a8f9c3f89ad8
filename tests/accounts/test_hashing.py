"""A few passwords at a time: the others wait, or are asked to come again, and readers notice nothing."""

import threading
import time

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import hashing
from accounts.hashing import QueueingPasswordHasher

from .. import factories

OTHER = "Another-Horse-28"


@pytest.fixture
def no_place():
    """As many people as may are signing in."""
    taken = 0
    while hashing.PLACES.acquire(blocking=False):
        taken += 1
    yield
    for _place in range(taken):
        hashing.PLACES.release()


class Slow(PBKDF2PasswordHasher):
    """Takes its time, and notes how many do at once."""

    now, most = 0, 0
    lock = threading.Lock()

    def encode(self, password, salt, iterations=None):
        with self.lock:
            Slow.now += 1
            Slow.most = max(Slow.most, Slow.now)
        time.sleep(0.02)
        with self.lock:
            Slow.now -= 1
        return super().encode(password, salt, iterations or 1)


class QueueingSlow(QueueingPasswordHasher, Slow):
    pass


def test_of_twelve_passwords_no_more_than_may_are_hashed_at_once(settings):
    hasher = QueueingSlow()
    people = [threading.Thread(target=hasher.encode, args=("x", "salt")) for _each in range(12)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert Slow.most == settings.PASSWORDS_AT_ONCE


def test_hashes_are_those_of_django():
    made = PBKDF2PasswordHasher().encode("words", "salt", 10)
    assert QueueingPasswordHasher().encode("words", "salt", 10) == made
    assert QueueingPasswordHasher().verify("words", made)


def test_some_threads_are_left_for_readers(settings):
    assert 1 <= settings.PASSWORDS_AT_ONCE <= settings.PASSWORD_PLACES < 8


@pytest.mark.django_db
def test_who_finds_no_place_keeps_what_they_typed_but_the_password(no_place, ming, sign_in_page, computed):
    client = Client()
    busy = sign_in_page("li.ming", client=client, query="?next=/my/")
    page = busy.content.decode()
    assert (busy.status_code, busy["Retry-After"]) == (503, str(hashing.RETRY_AFTER))
    assert 'value="li.ming"' in page
    assert 'value="/my/"' in page
    assert factories.PASSWORD not in page
    assert 'role="status"' in page
    assert computed == []
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_being_sent_away_costs_neither_a_guess_nor_a_try(no_place, ming, sign_in_page, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "5/5m/ip"}
    for _time in range(6):
        assert sign_in_page("li.ming", "wrong-password").status_code == 503
    assert not AccessAttempt.objects.exists()
    hashing.PLACES.release()
    assert sign_in_page("li.ming").status_code == 302
    hashing.PLACES.acquire()


@pytest.mark.django_db
def test_the_next_one_gets_the_place(ming, sign_in_page):
    places = hashing.PLACES._value
    for password in ["wrong-password", factories.PASSWORD]:
        sign_in_page("li.ming", password)
        assert hashing.PLACES._value == places
    assert sign_in_page("li.ming").status_code == 302


@pytest.mark.django_db
def test_a_new_password_waits_its_turn_too(no_place, ming, sign_in):
    client = sign_in(ming)
    sent = {"oldpassword": factories.PASSWORD, "password1": OTHER, "password2": OTHER}
    assert client.post(reverse("account_change_password"), sent).status_code == 503
    assert client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD}).status_code == 503
    ming.refresh_from_db()
    assert ming.check_password(factories.PASSWORD)


@pytest.mark.django_db
def test_the_page_itself_opens_for_everybody(no_place):
    assert Client().get(reverse("account_login")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_twelve_at_once_each_signs_in_or_is_asked_to_come_again(settings, sign_in_page):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_hashing.QueueingSlow"]
    people = [factories.UserFactory() for _each in range(12)]
    got, ready = [], threading.Barrier(12)

    def press(user):
        ready.wait()
        got.append(sign_in_page(user.username).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 12
    assert set(got) <= {302, 503}
    assert got.count(302) >= hashing.PLACES._value
