"""Which pages of the account library exist here, and that they look like ours."""

import pytest
from allauth.account import urls as all_of_allauth
from django.test import Client
from django.urls import NoReverseMatch, reverse

from .. import factories

pytestmark = pytest.mark.django_db
OURS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


def test_pages_of_allauth_that_we_do_not_list_do_not_exist():
    others = {pattern.name for pattern in all_of_allauth.urlpatterns} - OURS
    assert "account_email" in others
    for name in others:
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in (
        "email/",
        "confirm-email/",
        "password/set/",
        "login/code/confirm/",
        "3rdparty/",
        "phone/change/",
    ):
        assert Client().get(f"/accounts/{path}").status_code == 404, path


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_inactive",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
def test_a_visitor_s_account_pages_are_in_our_layout(name):
    page = Client().get(reverse(name))
    assert page.status_code == 200
    assert 'class="foot"' in page.content.decode()


@pytest.mark.parametrize(
    "name",
    ["account_logout", "account_reauthenticate", "account_change_password", "mfa_index", "usersessions_list"],
)
def test_one_s_own_account_pages_are_in_our_layout(name, sign_in):
    page = sign_in(factories.UserFactory()).get(reverse(name))
    assert page.status_code == 200
    assert 'class="foot"' in page.content.decode()


def test_an_address_that_asks_too_often_is_told_so_in_our_words(sign_in_page, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in_page("somebody")
    page = sign_in_page("somebody")
    assert page.status_code == 429
    assert 'class="foot"' in page.content.decode()


def test_a_hall_full_of_deputies_signs_in_behind_one_address(sign_in_page):
    for number in range(60):
        factories.UserFactory(username=f"deputy{number}")
    assert {sign_in_page(f"deputy{number}").status_code for number in range(60)} == {302}
