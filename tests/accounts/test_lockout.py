from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts import actions, hashing
from common import jobs

from .. import factories

WRONG = "Wrong-Horse-27"
HOME, OFFICE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def locked(ming, sign_in_page):
    """Somebody at ``OFFICE`` guessed five times at 李明's account."""
    for _guess in range(4):
        assert sign_in_page("li.ming", WRONG, REMOTE_ADDR=OFFICE).status_code == 200
    assert sign_in_page("li.ming", WRONG, REMOTE_ADDR=OFFICE).status_code == 429
    return ming


@pytest.mark.django_db
def test_after_five_wrong_guesses_even_the_right_password_waits(locked, sign_in_page):
    response = sign_in_page("li.ming", REMOTE_ADDR=OFFICE)
    assert response.status_code == 429
    assert "15分钟" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["13800001234", "+86 13800001234", "LI.MING", "ｌｉ．ｍｉｎｇ"])
def test_another_spelling_of_the_account_is_no_way_round(typed, locked, sign_in_page):
    assert sign_in_page(typed, REMOTE_ADDR=OFFICE).status_code == 429


@pytest.mark.django_db
def test_a_forged_address_is_no_way_round(locked, sign_in_page):
    forged = {"REMOTE_ADDR": OFFICE, "HTTP_X_FORWARDED_FOR": HOME, "HTTP_USER_AGENT": "other"}
    assert sign_in_page("li.ming", **forged).status_code == 429


@pytest.mark.django_db
def test_behind_a_proxy_of_our_own_the_address_it_saw_counts(settings, ming, sign_in_page):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for guess in range(5):
        seen = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"203.0.113.{guess}, {OFFICE}"}
        response = sign_in_page("li.ming", WRONG, **seen)
    assert response.status_code == 429
    assert sign_in_page("li.ming", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=HOME).status_code == 302


@pytest.mark.django_db
def test_other_accounts_behind_the_address_go_on(locked, sign_in_page):
    factories.UserFactory(username="neighbour")
    assert sign_in_page("neighbour", REMOTE_ADDR=OFFICE).status_code == 302


@pytest.mark.django_db
def test_the_account_itself_goes_on_from_elsewhere(locked, sign_in_page):
    assert sign_in_page("li.ming", REMOTE_ADDR=HOME).status_code == 302


@pytest.mark.django_db
def test_a_name_nobody_has_is_locked_just_the_same(sign_in_page):
    answers = [sign_in_page("nobody", WRONG).status_code for _guess in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


@pytest.mark.django_db
def test_a_right_password_begins_the_count_anew(ming, sign_in_page):
    for _round in range(2):
        for _guess in range(4):
            sign_in_page("li.ming", WRONG)
        assert sign_in_page("li.ming").status_code == 302


@pytest.fixture
def clock():
    """It stands still at nine in the morning, until a test shifts it by seconds."""
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as morning:
        yield morning


@pytest.mark.django_db
def test_the_lock_ends_after_a_quarter_of_an_hour(clock, locked, sign_in_page):
    clock.shift(14 * 60)
    assert sign_in_page("li.ming", REMOTE_ADDR=OFFICE).status_code == 429
    clock.shift(2 * 60)
    assert sign_in_page("li.ming", REMOTE_ADDR=OFFICE).status_code == 302


@pytest.mark.django_db
def test_guesses_of_long_ago_do_not_count_and_go_with_the_clock(clock, ming, sign_in_page):
    assert [sign_in_page("li.ming", WRONG).status_code for _guess in range(4)] == [200] * 4
    clock.shift(16 * 60)
    assert [sign_in_page("li.ming", WRONG).status_code for _guess in range(5)] == [200] * 4 + [429]
    clock.shift(14 * 60)
    forget = jobs.JOBS["accounts.old_guesses"].run
    assert forget(timezone.now()) == {"guesses": 0}
    clock.shift(2 * 60)
    assert forget(timezone.now()) == {"guesses": 1}
    assert not AccessAttempt.objects.exists()


@pytest.mark.django_db
def test_the_office_lets_somebody_in_at_once(locked, office, sign_in_page):
    actions.unlock(locked, by=office)
    assert sign_in_page("li.ming", REMOTE_ADDR=OFFICE).status_code == 302


@pytest.mark.django_db
def test_who_may_not_manage_accounts_unlocks_nobody(locked, committee_officer):
    with pytest.raises(PermissionDenied):
        actions.unlock(locked, by=committee_officer)


@pytest.mark.django_db
def test_what_a_stranger_typed_for_a_name_is_not_kept(sign_in_page):
    sign_in_page("my-Secret-Password-1", WRONG)
    kept = str(list(AccessAttempt.objects.values()))
    assert "my-secret-password-1" not in kept.lower()
    assert WRONG not in kept


@pytest.mark.django_db(transaction=True)
def test_of_twenty_guesses_at_once_five_are_looked_at(computed, ming, sign_in_page, monkeypatch):
    monkeypatch.setattr(hashing, "PLACES", BoundedSemaphore(20))  # a server wide enough for all of them

    def guess(number):
        try:
            return sign_in_page("li.ming", f"Wrong-Horse-{number}").status_code
        finally:
            connection.close()

    computed.clear()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(20)))
    assert set(answers) <= {200, 429}
    assert answers.count(429) >= 15
    assert len(computed) == 5
