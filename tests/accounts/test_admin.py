"""Accounts in the staff area: given, barred, let in again; nobody raises themselves."""

import re

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, User
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
ONE_TIME = r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}"
ADD = "admin:accounts_user_add"
NO_ROLES = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
NEWCOMER = {"name": "新同事", "username": "newcomer", "phone": "13979005678", "email": ""} | NO_ROLES


@pytest.fixture
def clerk(sign_in, office):
    return sign_in(office)


def change(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def told(page):
    return " ".join(str(message) for message in page.context["messages"])


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(clerk):
    page = clerk.post(reverse(ADD), NEWCOMER, follow=True)
    user = User.objects.get(username="newcomer")
    assert user.check_password(re.search(ONE_TIME, told(page))[0])
    assert user.must_change_password
    assert not re.search(ONE_TIME, clerk.get(change(user)).content.decode())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"phone": "1397900567"}, "phone"), ({"username": "a b"}, "username"), ({"name": ""}, "name")],
)
def test_an_account_with_a_wrong_entry_is_not_made(clerk, wrong, field):
    page = clerk.post(reverse(ADD), NEWCOMER | wrong)
    assert list(page.context["adminform"].form.errors) == [field]
    assert not User.objects.filter(name="新同事").exists()


def test_two_people_without_a_phone_do_not_clash(clerk):
    for number in (1, 2):
        clerk.post(reverse(ADD), NEWCOMER | {"username": f"nophone{number}", "phone": ""})
    assert User.objects.filter(username__startswith="nophone", phone=None).count() == 2


def test_a_staff_role_opens_the_staff_area_and_its_end_closes_it(clerk):
    user = UserFactory()
    given = NEWCOMER | {"name": user.name, "username": user.username, "phone": "", "is_active": "on"}
    role = {"memberships-TOTAL_FORMS": 1, "memberships-0-role": Role.OFFICE}
    clerk.post(change(user), given | role)
    user.refresh_from_db()
    assert user.is_staff
    held = {
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": user.memberships.get().pk,
        "memberships-0-DELETE": "on",
    }
    clerk.post(change(user), given | role | held)
    user.refresh_from_db()
    assert not user.is_staff


def test_a_role_that_needs_an_area_is_refused_without_one(clerk):
    user = UserFactory()
    given = NEWCOMER | {"name": user.name, "username": user.username, "phone": "", "is_active": "on"}
    page = clerk.post(
        change(user), given | {"memberships-TOTAL_FORMS": 1, "memberships-0-role": Role.COUNTY_OFFICE}
    )
    assert page.context["errors"]
    assert not Membership.objects.filter(user=user).exists()


def test_a_new_password_ends_the_sessions_of_who_forgot_theirs(clerk, sign_in):
    user = UserFactory()
    theirs = sign_in(user)
    page = clerk.post(reverse("admin:accounts_user_password", args=[user.pk]), follow=True)
    user.refresh_from_db()
    assert user.check_password(re.search(ONE_TIME, told(page))[0])
    assert theirs.get(reverse("home:my")).status_code == 302


def test_a_barred_person_is_out_at_the_next_step(clerk, sign_in):
    user = UserFactory()
    theirs = sign_in(user)
    clerk.post(change(user), NEWCOMER | {"name": user.name, "username": user.username, "phone": ""})
    assert theirs.get(reverse("home:my")).status_code == 302


@pytest.mark.parametrize("verb", ["password", "unlock"])
def test_nobody_raises_themselves_and_only_a_superuser_touches_a_superuser(clerk, office, superuser, verb):
    for target in (office, superuser):
        assert clerk.post(reverse(f"admin:accounts_user_{verb}", args=[target.pk])).status_code == 403
        assert clerk.post(change(target), NEWCOMER).status_code == 403


def test_the_list_masks_phones_and_filters_by_role(clerk, office):
    UserFactory(name="无角色", phone="13979005678")
    MembershipFactory(role=Role.LEADER, user__name="领导")
    page = clerk.get(reverse("admin:accounts_user_changelist"))
    assert "13979005678" not in page.content.decode()
    assert "139****5678" in page.content.decode()
    led = clerk.get(reverse("admin:accounts_user_changelist"), {"role": Role.LEADER})
    assert [user.name for user in led.context["cl"].result_list] == ["领导"]


def test_nobody_is_deleted(clerk, superuser, sign_in):
    user = UserFactory()
    assert (
        clerk.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    )
    assert User.objects.filter(pk=user.pk).exists()
