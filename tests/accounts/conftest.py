import pytest
from django.test import Client
from django.urls import reverse

from .. import factories
from .hashers import CountingHasher


@pytest.fixture
def ming(db):
    """Somebody who signs in by phone or name and knows their password."""
    return factories.UserFactory(
        username="li.ming",
        phone="13800001234",
        name="李明",
        email="ming@example.cn",
        password=factories.PASSWORD,
    )


@pytest.fixture
def sign_in_page():
    """``sign_in_page(login, password)``: what the sign-in page answers, to a new visitor or to ``client``."""

    def answer(login, password=factories.PASSWORD, client=None, query="", **meta):
        given = {"login": login, "password": password}
        return (client or Client()).post(reverse("account_login") + query, given, **meta)

    return answer


@pytest.fixture
def computed(settings):
    """The passwords that were hashed, one entry for each time."""
    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.CountingHasher"]
    CountingHasher.computed.clear()
    return CountingHasher.computed
