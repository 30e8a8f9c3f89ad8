"""The sign-in log: one line for everything that happened at the door."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SignIn

WRONG = "Wrong-Horse-27"
pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """``[(result, account), …]`` in the order they were written."""

    def read():
        return [(line.result, line.user and line.user.username) for line in SignIn.objects.order_by("pk")]

    return read


def test_coming_and_going_are_two_lines(ming, sign_in_page, log):
    client = Client()
    sign_in_page(
        "13800001234", client=client, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Mozilla/5.0 " + "x" * 300
    )
    client.post(reverse("account_logout"))
    assert log() == [("ok", "li.ming"), ("out", "li.ming")]
    line = SignIn.objects.last()
    assert (line.address, line.login, len(line.device)) == ("192.0.2.7", "li.ming", 200)


def test_each_guess_is_one_line_and_the_fifth_locks(ming, sign_in_page, log):
    for _guess in range(6):
        sign_in_page("13800001234", WRONG)
    assert log() == [("failed", "li.ming")] * 4 + [("locked", "li.ming")] * 2


def test_what_a_stranger_typed_is_not_kept(sign_in_page, log):
    sign_in_page("My-Secret-Password-1", WRONG)
    assert log() == [("failed", None)]
    assert SignIn.objects.get().login == ""


def test_signing_out_without_having_signed_in_is_no_line(log):
    Client().post(reverse("account_logout"))
    assert log() == []
