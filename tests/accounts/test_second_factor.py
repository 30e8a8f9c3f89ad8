"""Signing in with a second factor, from setting it up to losing the phone."""

import re
import time
from contextlib import suppress

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts import actions, middleware
from accounts.models import Role, SignIn

from .. import factories
from ..access.urls import every_pattern

pytestmark = pytest.mark.django_db
NOON = 1_772_424_000  # a moment to count the half minutes from


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as moving:
        yield moving


@pytest.fixture
def app(clock):
    """An authenticator app: ``app(secret)`` shows the code of now, half a minute after the last one."""

    def show(secret):
        clock.shift(30)
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    return show


@pytest.fixture
def signed_in(ming, sign_in_page):
    client = Client()
    sign_in_page("li.ming", client=client)
    return client


@pytest.fixture
def secret(signed_in, app):
    """李明 has set up the app; this is what it keeps."""
    asked = signed_in.get(reverse("mfa_activate_totp"))
    signed_in.post(asked["Location"], {"password": factories.PASSWORD})
    key = signed_in.get(reverse("mfa_activate_totp")).context["form"].secret
    done = signed_in.post(reverse("mfa_activate_totp"), {"code": app(key)})
    assert done.status_code == 302
    return key


def second_step(sign_in_page):
    client = Client()
    response = sign_in_page("li.ming", client=client)
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    return client


def is_in(client):
    return client.get(reverse("home:my")).status_code == 200


def test_the_password_alone_opens_no_page(secret, sign_in_page):
    client = second_step(sign_in_page)
    for name in ("home:my", "notices:list", "home:landing", "admin:index", "mfa_index", "usersessions_list"):
        page = client.get(reverse(name), follow=True)
        assert page.redirect_chain[-1][0] == reverse("mfa_authenticate"), name
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_the_code_of_the_app_completes_signing_in(secret, sign_in_page, app):
    client = second_step(sign_in_page)
    assert client.post(reverse("mfa_authenticate"), {"code": app(secret)})["Location"] == reverse(
        "home:landing"
    )
    assert is_in(client)


def test_whoever_lost_the_device_is_let_in_by_who_manages_accounts(
    secret, ming, security_admin, sign_in_page
):
    second_step(sign_in_page)
    actions.remove_second_factor(ming, by=security_admin)
    client = Client()
    assert sign_in_page("li.ming", client=client)["Location"] == reverse("home:landing")
    assert is_in(client)


def test_nobody_takes_the_second_factor_of_a_superuser_away(superuser, security_admin):
    with pytest.raises(PermissionDenied):
        actions.remove_second_factor(superuser, by=security_admin)


def test_a_code_is_good_once(secret, sign_in_page, app):
    code = app(secret)
    second_step(sign_in_page).post(reverse("mfa_authenticate"), {"code": code})
    again = second_step(sign_in_page)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert not is_in(again)


def test_a_wrong_code_is_refused_and_written_down(secret, sign_in_page):
    client = second_step(sign_in_page)
    page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert page.status_code == 200
    assert "summary" in page.content.decode()
    assert not is_in(client)
    assert SignIn.objects.first().kind == "sign_in.failed"


def test_ten_wrong_codes_are_enough_from_any_address(secret, sign_in_page, app):
    client = second_step(sign_in_page)
    for guess in range(10):
        client.post(reverse("mfa_authenticate"), {"code": f"00000{guess}"}, REMOTE_ADDR=f"192.0.2.{guess}")
    assert client.post(reverse("mfa_authenticate"), {"code": app(secret)}).status_code == 200
    assert not is_in(client)


def test_a_recovery_code_works_once(secret, signed_in, sign_in_page):
    codes = re.findall(
        r"<li>(\w{8})</li>", signed_in.get(reverse("mfa_view_recovery_codes")).content.decode()
    )
    assert len(codes) == 10
    client = second_step(sign_in_page)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_in(client)
    again = second_step(sign_in_page)
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not is_in(again)


def test_new_recovery_codes_replace_the_old_ones(secret, signed_in, sign_in_page):
    page = reverse("mfa_view_recovery_codes")
    old = re.findall(r"<li>(\w{8})</li>", signed_in.get(page).content.decode())
    signed_in.post(reverse("mfa_generate_recovery_codes"))
    new = re.findall(r"<li>(\w{8})</li>", signed_in.get(page).content.decode())
    assert not set(old) & set(new)
    client = second_step(sign_in_page)
    client.post(reverse("mfa_authenticate"), {"code": old[0]})
    assert not is_in(client)


def test_the_codes_can_be_taken_away_as_a_file(secret, signed_in):
    file = signed_in.get(reverse("mfa_download_recovery_codes"))
    assert file["Content-Disposition"].startswith("attachment")
    assert len(file.content.split()) >= 10


def test_stopping_goes_back_to_the_password(secret, signed_in, sign_in_page):
    signed_in.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert sign_in_page("li.ming")["Location"] == reverse("home:landing")


def test_changing_the_second_factor_later_asks_who_it_is(signed_in, clock):
    clock.shift(10 * 60)
    asked = signed_in.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    confirmed = signed_in.post(asked["Location"], {"password": factories.PASSWORD})
    assert confirmed["Location"] == reverse("mfa_activate_totp")
    assert signed_in.get(confirmed["Location"]).status_code == 200


def test_confirming_who_one_is_again_and_again_locks_nobody_out(signed_in, clock, sign_in_page):
    for _time in range(6):
        clock.shift(6 * 60)
        asked = signed_in.get(reverse("mfa_activate_totp"))
        assert signed_in.post(asked["Location"], {"password": factories.PASSWORD}).status_code == 302
    assert sign_in_page("li.ming").status_code == 302


def test_every_page_of_the_second_factor_is_in_our_layout(secret, signed_in, sign_in_page):
    pages = [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
    ]
    for name in pages:
        page = signed_in.get(reverse(name))
        assert page.status_code == 200, name
        assert 'class="foot"' in page.content.decode(), name
    assert 'class="foot"' in second_step(sign_in_page).get(reverse("mfa_authenticate")).content.decode()


def test_the_page_of_the_staff_area_is_no_way_round(secret, ming, sign_in_page):
    ming.is_staff = ming.is_superuser = True
    ming.save()
    client = Client()
    given = {"username": "li.ming", "password": factories.PASSWORD, "login": "li.ming"}
    client.post(reverse("admin:login"), given)
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.fixture
def needed(settings):
    settings.REQUIRE_STAFF_MFA = True


def opened(client):
    """The names of all addresses without arguments that answer anything but “set up a second factor first”."""
    names = set()
    for name in every_pattern():
        with suppress(NoReverseMatch):
            if client.get(reverse(name)).get("Location") != reverse("mfa_index"):
                names.add(name)
    return names


def test_staff_without_one_reach_nothing_but_what_sets_it_up(
    needed, superuser, office, unit_officer, sign_in
):
    for user in (superuser, office):
        client = sign_in(user)
        assert opened(client) == {*middleware.ALWAYS_OPEN, *middleware.TO_SET_UP}
        assert client.post(reverse("admin:accounts_user_add")).status_code == 302
    assert "须启用两步验证" in client.get(reverse("home:landing"), follow=True).content.decode()
    assert "home:my" in opened(sign_in(unit_officer)), "who does not work in the staff area needs none"


def test_staff_set_it_up_themselves_and_go_to_work(needed, ming, signed_in, app):
    factories.MembershipFactory(role=Role.OFFICE, user=ming)
    ming.is_staff = True
    ming.save()
    assert signed_in.get(reverse("admin:index"))["Location"] == reverse("mfa_index")
    asked = signed_in.get(reverse("mfa_activate_totp"))
    signed_in.post(asked["Location"], {"password": factories.PASSWORD})
    key = signed_in.get(reverse("mfa_activate_totp")).context["form"].secret
    signed_in.post(reverse("mfa_activate_totp"), {"code": app(key)})
    assert signed_in.get(reverse("admin:index")).status_code == 200
    signed_in.post(reverse("mfa_deactivate_totp"))
    assert signed_in.get(reverse("admin:index"))["Location"] == reverse("mfa_index")


def test_a_one_time_password_comes_before_the_second_factor(needed, office, sign_in):
    office.must_change_password = True
    office.save()
    assert sign_in(office).get(reverse("admin:index"))["Location"] == reverse("account_change_password")


def test_where_it_is_not_needed_the_password_opens_the_staff_area(office, sign_in):
    assert sign_in(office).get(reverse("admin:index")).status_code == 200
