"""Three administrators: of the system, of accounts, of the log; nobody is two of them (R-22)."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse

from accounts import actions
from accounts.models import ONE_ADMINISTRATOR, Membership, Role, User
from common import preferences

from .. import factories
from ..forms import form_of

pytestmark = pytest.mark.django_db
SWITCH = "accounts.office_administers"
PAIRS = list(itertools.permutations(Membership.ADMIN_ROLES, 2))


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def separate(system_admin):
    """The deputies' office no longer administers."""
    preferences.change(SWITCH, False, by=system_admin)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_nobody_is_two_of_the_three(first, second, security_admin):
    user = factories.UserFactory()
    actions.grant(user, role=first, by=security_admin)
    with pytest.raises(ValidationError, match=str(ONE_ADMINISTRATOR)):
        actions.grant(user, role=second, by=security_admin)
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=user, role=second)


def test_whoever_gave_one_back_may_be_another(security_admin):
    user = factories.UserFactory()
    held = actions.grant(user, role=Role.AUDITOR, by=security_admin)
    actions.revoke(held, by=security_admin)
    actions.grant(user, role=Role.SYSTEM_ADMIN, by=security_admin)
    assert [m.role for m in fresh(user).memberships.all()] == [Role.SYSTEM_ADMIN]


@pytest.mark.parametrize("held", [[], [Role.AUDITOR]])
def test_the_form_says_so_for_two_at_once_and_for_one_beside_a_stored_other(held, sign_in, security_admin):
    user = factories.UserFactory()
    for role in held:
        factories.MembershipFactory(user=user, role=role)
    client, url = sign_in(security_admin), reverse("admin:accounts_user_change", args=[user.pk])
    data = form_of(client.get(url)) | {"memberships-TOTAL_FORMS": 2}
    roles = [*held, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN][:2]
    data |= {f"memberships-{n}-role": role for n, role in enumerate(roles)}
    page = client.post(url, data)
    assert page.status_code == 200
    assert str(ONE_ADMINISTRATOR) in page.content.decode()
    assert [m.role for m in user.memberships.all()] == held


def test_the_office_administers_until_the_three_are_separated(office, separate):
    new = factories.UserFactory()
    with pytest.raises(PermissionDenied):
        actions.grant(new, role=Role.LEADER, by=fresh(office))
    with pytest.raises(PermissionDenied):
        actions.reset_password(new, by=fresh(office))
    with pytest.raises(PermissionDenied):
        preferences.change("suggestion.warn_days", 10, by=fresh(office))


def test_separated_the_office_still_runs_deputies_and_sees_who_has_an_account(office, separate, sign_in):
    user = factories.UserFactory(phone="13979001234")
    client = sign_in(office)
    for screen in ("deputies_deputy", "deputies_correction", "common_holiday", "notices_delivery"):
        assert client.get(reverse(f"admin:{screen}_changelist")).status_code == 200, screen
    page = client.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    assert "139****1234" in page
    assert "13979001234" not in page
    assert client.get(reverse("admin:accounts_signin_changelist")).status_code == 403


def test_the_office_does_not_give_itself_the_rights_back(office, separate, system_admin, superuser):
    with pytest.raises(PermissionDenied):
        preferences.change(SWITCH, True, by=fresh(office))
    preferences.change(SWITCH, True, by=superuser)
    preferences.change(SWITCH, False, by=system_admin)


def test_what_safety_rests_on_is_not_the_office_s_even_while_it_administers(office, sign_in):
    with pytest.raises(PermissionDenied):
        preferences.change(SWITCH, False, by=office)
    page = sign_in(office).get(reverse("admin:common_setting_value", args=[SWITCH]))
    assert page.status_code == 200
    assert not page.context["row"]["may_change"]


@pytest.mark.parametrize(
    ("role", "screens"),
    [
        ("system_admin", "common_holiday common_jobrun common_setting notices_delivery notices_webhook"),
        ("security_admin", "accounts_area accounts_signin accounts_unit accounts_user"),
        ("auditor", "accounts_signin common_auditentry"),
    ],
)
def test_each_of_them_finds_their_own_screens_in_the_menu_and_no_others(role, screens, sign_in, request):
    menu = sign_in(request.getfixturevalue(role)).get(reverse("admin:index")).context["app_list"]
    models = [model["model"]._meta for group in menu for model in group["models"]]
    assert sorted(f"{meta.app_label}_{meta.model_name}" for meta in models) == screens.split()


def test_a_portal_that_was_just_set_up_has_no_account(db):
    call_command("seed", verbosity=0)
    assert not User.objects.exists()
