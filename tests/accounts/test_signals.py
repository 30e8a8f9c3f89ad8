"""The door in the audit log: one line for everything that happened at it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignIn
from common import audit

WRONG = "Wrong-Horse-27"
pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """``[(what, number of the account), …]`` in the order they were written."""

    def read():
        lines = SignIn.objects.order_by("pk")
        return [(line.kind.removeprefix("sign_in."), line.object_pk) for line in lines]

    return read


def test_coming_and_going_are_two_lines(ming, sign_in_page, log):
    client = Client()
    agent = "Mozilla/5.0 " + "x" * 300
    sign_in_page("13800001234", client=client, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT=agent)
    client.post(reverse("account_logout"))
    assert log() == [("done", ming.pk), ("ended", ming.pk)]
    line = SignIn.objects.last()
    assert (line.address, line.actor, len(line.detail["device"])) == ("192.0.2.7", ming.pk, 200)


def test_coming_is_no_change_of_the_account(ming, sign_in_page):
    changes = ming.history.count()
    sign_in_page("13800001234")
    ming.refresh_from_db()
    assert timezone.now() - ming.last_login < dt.timedelta(minutes=1)
    assert ming.history.count() == changes


def test_who_cannot_be_written_down_is_not_in(ming, sign_in_page, monkeypatch):
    monkeypatch.delitem(audit.KINDS, "sign_in.done")
    client = Client(raise_request_exception=False)
    assert sign_in_page("13800001234", client=client).status_code == 500
    assert client.get(reverse("home:my")).status_code == 302


def test_each_guess_is_one_line_and_the_fifth_locks(ming, sign_in_page, log):
    for _guess in range(6):
        sign_in_page("13800001234", WRONG)
    assert log() == [("failed", ming.pk)] * 4 + [("locked", ming.pk)] * 2
    assert {line.actor for line in SignIn.objects.all()} == {None}  # it may have been anybody


def test_what_a_stranger_typed_is_not_kept(sign_in_page, log):
    sign_in_page("My-Secret-Password-1", WRONG)
    assert log() == [("failed", None)]
    assert "secret" not in str(list(SignIn.objects.values())).lower()


def test_a_number_in_the_name_of_a_browser_is_not_kept(ming, sign_in_page):
    sign_in_page("li.ming", HTTP_USER_AGENT="Phone 13800001234/5.0")
    assert SignIn.objects.get().detail == {"device": "Phone …/5.0"}


def test_an_address_that_is_none_is_left_out(ming, sign_in_page, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sign_in_page("li.ming", HTTP_X_FORWARDED_FOR="::ffff:192.0.2.7")
    assert SignIn.objects.get().address == "192.0.2.7"


def test_signing_out_without_having_signed_in_is_no_line(log):
    Client().post(reverse("account_logout"))
    assert log() == []
