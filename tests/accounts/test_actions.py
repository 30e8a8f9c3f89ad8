import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts import actions
from accounts.models import Membership, Role, User
from accounts.rules import area_codes, roles_of, units_of

from .. import factories
from ..conftest import CAST

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def new(db):
    """Somebody without a role."""
    return factories.UserFactory(username="new")


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_a_staff_role_opens_the_staff_area_and_its_end_closes_it(office, new):
    membership = actions.grant(new, role=Role.AUDITOR, by=office)
    assert fresh(new).is_staff
    actions.revoke(membership, by=office)
    assert not fresh(new).is_staff
    assert roles_of(fresh(new)) == {}


def test_a_role_of_another_kind_opens_no_staff_area(office, new):
    actions.grant(new, role=Role.LEADER, by=office)
    actions.grant(new, role=Role.UNIT_OFFICER, unit=factories.UnitFactory(), by=office)
    assert not fresh(new).is_staff


def test_one_of_two_staff_roles_taken_leaves_the_staff_area_open(office, new):
    actions.grant(new, role=Role.AUDITOR, by=office)
    second = actions.grant(new, role=Role.OFFICE, by=office)
    actions.revoke(second, by=office)
    assert fresh(new).is_staff


def test_giving_a_role_twice_changes_its_dates(office, new):
    actions.grant(new, role=Role.AUDITOR, by=office)
    actions.grant(new, role=Role.AUDITOR, by=office, until=TODAY)
    assert [m.until for m in new.memberships.all()] == [TODAY]


def test_the_history_tells_who_held_what(office, new):
    membership = actions.grant(new, role=Role.AUDITOR, by=office)
    actions.revoke(membership, by=office)
    assert [(h.history_type, h.role) for h in Membership.history.filter(user=new).order_by("pk")] == [
        ("+", Role.AUDITOR),
        ("-", Role.AUDITOR),
    ]


def test_nobody_raises_themselves(office):
    with pytest.raises(PermissionDenied):
        actions.grant(office, role=Role.AUDITOR, by=office)
    with pytest.raises(PermissionDenied):
        actions.revoke(office.memberships.get(), by=office)
    assert [m.role for m in office.memberships.all()] == [Role.OFFICE]


@pytest.mark.parametrize("role", sorted({*CAST} - {"office", "security_admin", "superuser"}))
def test_only_who_manages_accounts_gives_roles_and_passwords(role, cast, new):
    by = cast[role]
    with pytest.raises(PermissionDenied):
        actions.grant(new, role=Role.OFFICE, by=by)
    with pytest.raises(PermissionDenied):
        actions.reset_password(new, by=by)
    assert fresh(new).check_password(factories.PASSWORD)
    assert not new.memberships.exists()


def test_only_a_superuser_touches_a_superuser(office, superuser):
    for forbidden in (
        lambda: actions.grant(superuser, role=Role.AUDITOR, by=office),
        lambda: actions.reset_password(superuser, by=office),
        lambda: actions.unlock(superuser, by=office),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    another = factories.UserFactory(is_superuser=True)
    password = actions.reset_password(another, by=superuser)
    assert fresh(another).check_password(password)


def test_a_new_password_is_shown_once_and_must_be_changed(office, new):
    password = actions.reset_password(new, by=office)
    assert fresh(new).check_password(password)
    assert fresh(new).must_change_password
    assert password not in str(list(User.history.values()))


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICE, Role.TOWNSHIP_OFFICE])
def test_a_local_office_needs_an_area(role, new):
    with pytest.raises(ValidationError, match="区域|地区|area"):
        Membership(user=new, role=role).full_clean()
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=new, role=role)


@pytest.mark.parametrize("role", Membership.UNIT_ROLES)
def test_whoever_works_at_a_unit_needs_one(role, new):
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=new, role=role)


def test_a_role_is_held_from_its_first_day_until_its_last(new):
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    for since, until, holds in [
        (None, None, True),
        (today, None, True),
        (today + day, None, False),
        (None, today + day, True),
        (None, today, False),
        (today - day, today + day, True),
    ]:
        Membership.objects.filter(user=new).delete()
        factories.MembershipFactory(user=new, role=Role.AUDITOR, since=since, until=until)
        assert (Role.AUDITOR in roles_of(fresh(new))) is holds, (since, until)
        assert (new in User.objects.with_role(Role.AUDITOR)) is holds, (since, until)


def test_somebody_with_two_roles_is_found_once(new):
    factories.MembershipFactory(user=new, role=Role.AUDITOR)
    factories.MembershipFactory(user=new, role=Role.OFFICE)
    assert list(User.objects.with_role(Role.AUDITOR, Role.OFFICE)) == [new]


def test_a_staff_role_that_ended_opens_nothing_in_the_staff_area(sign_in):
    former = factories.MembershipFactory(role=Role.OFFICE, until=TODAY).user
    assert former.is_staff
    assert not former.has_module_perms("deputies")
    assert sign_in(former).get("/admin/deputies/deputy/").status_code == 403


def test_a_closed_account_holds_no_role(office):
    office.is_active = False
    office.save()
    assert roles_of(fresh(office)) == {}


def test_scope_is_the_area_s_code_and_the_unit(new):
    factories.MembershipFactory(user=new, role=Role.COUNTY_OFFICE, area=factories.YushuiFactory())
    court = factories.UnitFactory(name="市中级人民法院")
    factories.MembershipFactory(user=new, role=Role.UNIT_SIGNER, unit=court)
    assert area_codes(new) == ["360502"]
    assert units_of(new) == [court]
    assert units_of(new, Role.UNIT_OFFICER) == []


def test_the_same_role_twice_is_impossible(new):
    factories.MembershipFactory(user=new, role=Role.AUDITOR)
    with pytest.raises(IntegrityError):
        factories.MembershipFactory(user=new, role=Role.AUDITOR)
