"""What holds for every request: its language, and how much it may send."""

import io
import re

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cookie", "claimed", "language"),
    [
        ("", "", "zh-hans"),
        ("", "en-US,en;q=0.9", "zh-hans"),
        ("en", "", "en"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en", "zh-hans"),
        ("xx", "", "zh-hans"),
        ("../../etc", "", "zh-hans"),
    ],
)
def test_pages_are_chinese_unless_the_visitor_switched(cookie, claimed, language):
    client = Client(headers={"accept-language": claimed})
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    page = client.get("/")
    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in page.text


class Endless(io.RawIOBase):
    """A body that must not be read."""

    def read(self, size=-1):
        raise AssertionError("the body was read")


@pytest.mark.parametrize("length", [25 * 2**20 + 1, 100 * 2**20, 10**30])
def test_a_request_that_says_it_is_too_large_is_refused_unread(length):
    page = Client().generic(
        "POST", "/accounts/login/", b"", CONTENT_LENGTH=str(length), **{"wsgi.input": Endless()}
    )
    assert page.status_code == 413
    assert re.search(r"25\s?MB", page.text)


@pytest.mark.parametrize("length", ["", "x", "-5"])
def test_a_length_that_is_no_number_is_not_our_business(length):
    assert Client().get("/", CONTENT_LENGTH=length).status_code == 200
