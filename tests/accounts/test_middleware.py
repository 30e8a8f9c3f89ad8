"""How long a session lasts, and what comes before every other page."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import SignIn, User
from common import preferences

from .. import factories

pytestmark = pytest.mark.django_db
OWN = "Battery-Staple-42"
MINUTE, HOUR = 60, 3600


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as moving:
        yield moving


def is_in(client):
    return client.get(reverse("home:my")).status_code == 200


def test_idle_staff_are_signed_out_and_told_why(clock, office, sign_in):
    client = sign_in(office)
    assert is_in(client)
    clock.shift(31 * MINUTE)
    response = client.get("/deputies/?level=city")
    assert response["Location"] == f"{reverse('account_login')}?next=%2Fdeputies%2F%3Flevel%3Dcity"
    assert "退出" in client.get(response["Location"]).content.decode()
    assert not is_in(client)
    assert SignIn.objects.first().kind == "sign_in.ended"


def test_what_idle_staff_sent_leads_nowhere_it_cannot_be_read(clock, office, sign_in):
    client = sign_in(office)
    assert is_in(client)
    clock.shift(31 * MINUTE)
    response = client.post(reverse("notices:read-all"))
    assert response["Location"] == f"{reverse('account_login')}?next=%2Flanding%2F"


def test_deputies_may_leave_a_page_open(clock, deputy_user, sign_in):
    client = sign_in(deputy_user)
    assert is_in(client)
    clock.shift(2 * HOUR)
    assert is_in(client)


def test_half_a_day_ends_every_session_however_busy(clock, office, deputy_user, sign_in):
    busy, reader = sign_in(office), sign_in(deputy_user)
    for _quarter in range(48):
        assert is_in(busy)
        assert is_in(reader)
        clock.shift(15 * MINUTE)
    clock.shift(MINUTE)
    assert not is_in(busy)
    assert not is_in(reader)


@pytest.fixture
def newcomer(office):
    """Somebody who was just given a one-time password, and that password."""
    user = factories.UserFactory(username="new")
    return user, actions.reset_password(user, by=office)


def test_a_one_time_password_opens_only_the_page_to_change_it(newcomer, sign_in_page):
    client = Client()
    sign_in_page("new", newcomer[1], client=client)
    for name in ("home:my", "home:start", "notices:list", "usersessions_list", "mfa_index"):
        assert client.get(reverse(name))["Location"] == reverse("account_change_password"), name
    page = client.get(reverse("account_change_password"))
    assert page.status_code == 200
    assert "密码" in page.content.decode()
    assert client.get(reverse("home:language")).status_code == 200


def test_after_choosing_a_password_everything_is_open(newcomer, sign_in_page):
    user, once = newcomer
    client = Client()
    sign_in_page("new", once, client=client)
    client.post(reverse("account_change_password"), {"oldpassword": once, "password1": OWN, "password2": OWN})
    assert is_in(client)
    user.refresh_from_db()
    assert user.check_password(OWN)
    assert not user.must_change_password


def test_one_may_leave_without_choosing(newcomer, sign_in_page):
    client = Client()
    sign_in_page("new", newcomer[1], client=client)
    assert client.post(reverse("account_logout"))["Location"] == reverse("home:start")


def test_a_password_changed_here_ends_the_sessions_elsewhere(ming, sign_in):
    here, elsewhere = sign_in(ming), sign_in(ming)
    given = {"oldpassword": factories.PASSWORD, "password1": OWN, "password2": OWN}
    here.post(reverse("account_change_password"), given)
    assert is_in(here)
    assert not is_in(elsewhere)


def sign_out(client, user):
    client.post(reverse("account_logout"))


def choose_a_password(client, user):
    given = {"oldpassword": factories.PASSWORD, "password1": OWN, "password2": OWN}
    client.post(reverse("account_change_password"), given)
    assert is_in(client)


def bar(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("end", [sign_out, choose_a_password, bar])
def test_a_cookie_copied_before_the_end_of_its_session_opens_nothing_afterwards(end, ming, sign_in):
    """Whoever copied it has it still; only the portal can make it worthless."""
    client, thief = sign_in(ming), Client()
    thief.cookies.load(client.cookies.output(header="", sep=";"))
    assert is_in(thief)
    end(client, ming)
    copied = Client()
    copied.cookies["sessionid"] = thief.cookies["sessionid"].value
    for again in (thief, copied):
        assert again.get(reverse("home:my"))["Location"].startswith(reverse("account_login"))


def test_a_one_time_password_ends_every_session(ming, office, sign_in):
    client = sign_in(ming)
    actions.reset_password(ming, by=office)
    assert not is_in(client)


def test_the_sessions_page_lists_all_and_ends_the_others(ming, sign_in):
    here, elsewhere = sign_in(ming), sign_in(ming)
    elsewhere.get(reverse("home:my"), REMOTE_ADDR="192.0.2.9")
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "192.0.2.9" in page
    assert "127.0.0.1" in page
    here.post(reverse("usersessions_list"))
    assert is_in(here)
    assert not is_in(elsewhere)


def test_sessions_of_others_are_not_listed(ming, office, sign_in):
    sign_in(office).get(reverse("home:my"), REMOTE_ADDR="192.0.2.9")
    assert "192.0.2.9" not in sign_in(ming).get(reverse("usersessions_list")).content.decode()


def test_staff_choose_a_new_password_after_so_many_days(office, deputy_user, sign_in, superuser):
    User.objects.update(password_changed_at=timezone.now())
    where, change = reverse("admin:index"), reverse("account_change_password")
    later = timezone.now() + dt.timedelta(days=91)
    with time_machine.travel(later):
        clerk, deputy = sign_in(office), sign_in(deputy_user)
        assert clerk.get(where)["Location"] == change
        assert "90" in clerk.get(change).content.decode()
        assert deputy.get(reverse("home:my")).status_code == 200
        given = {"oldpassword": factories.PASSWORD, "password1": OWN, "password2": OWN}
        clerk.post(change, given)
        assert clerk.get(where).status_code == 200
        User.objects.filter(pk=office.pk).update(password_changed_at=timezone.now() - dt.timedelta(days=91))
        assert clerk.get(where)["Location"] == change
        preferences.change("accounts.password_max_age_days", 0, by=superuser)
        assert clerk.get(where).status_code == 200
