"""Who holds which role today, and who may do what with accounts, areas and units.

Roles are read once a change: what was taken away in this process is gone at once, in another one within a second
(``common.freshness``).
"""

import rules
from django.utils import timezone

from common import memory, preferences

from .models import Membership, Role


def roles_of(user) -> dict:
    """``{role: [Membership, …]}`` of today; all threads share them, so nobody changes one of these."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if not hasattr(user, "_roles"):  # the same throughout a request
        user._roles = memory.kept(("roles", user.pk, timezone.localdate()), lambda: _held_by(user))
    return user._roles


def _held_by(user) -> dict:
    held = {}
    for membership in user.memberships.current().select_related("unit", "area"):
        held.setdefault(membership.role, []).append(membership)
    return held


def area_codes(user) -> list[str]:
    """The area-code prefixes this person's local offices answer for."""
    held = roles_of(user)
    return [m.area.code for role in Membership.AREA_ROLES for m in held.get(role, ())]


def units_of(user, *names) -> list:
    """The units where this person holds one of the roles ``names`` (any role when none is named)."""
    held = roles_of(user)
    return [m.unit for role in names or held for m in held.get(role, ()) if m.unit]


def has_role(*names):
    """A predicate: holds one of these roles today."""

    @rules.predicate(f"has_role:{','.join(names)}")
    def holds(user, record=None):
        return bool(roles_of(user).keys() & set(names))

    return holds


is_office = has_role(Role.OFFICE)
is_auditor = has_role(Role.AUDITOR)
is_committee_officer = has_role(Role.COMMITTEE)
is_local_office = has_role(*Membership.AREA_ROLES)
is_leader = has_role(Role.LEADER)
sees_whole_city = has_role(Role.OFFICE, Role.COMMITTEE, Role.LEADER)
oversees_all = has_role(Role.OFFICE, Role.LEADER)  # whichever committee supervises it
is_congress_staff = has_role(*Membership.CONGRESS_ROLES)
is_staff_member = has_role(*Membership.STAFF_ROLES)


@rules.predicate
def office_administers(user, record=None):
    """In a small town the deputies' office does what the system and the security administrator do elsewhere."""
    if not hasattr(user, "_office_administers"):  # as roles, once per request
        user._office_administers = preferences.get("accounts.office_administers")
    return user._office_administers


manages_accounts = has_role(Role.SECURITY_ADMIN) | (is_office & office_administers)
manages_system = has_role(Role.SYSTEM_ADMIN) | (is_office & office_administers)
knows_units = is_congress_staff | manages_accounts  # a role is held at one

PERMISSIONS = {
    "view_user": is_office | manages_accounts,
    "add_user": manages_accounts,
    "change_user": manages_accounts,
    "view_phone_user": manages_accounts,
    "view_signin": manages_accounts | is_auditor,
    "view_area": knows_units,
    "add_area": is_office,
    "change_area": is_office,
    "import_area": is_office,
    "export_area": is_office,
    "view_historicalarea": is_office,
    "view_unit": knows_units,
    "add_unit": is_office,
    "change_unit": is_office,
    "view_historicalunit": is_office,
    "view_unitalias": knows_units,
    "add_unitalias": is_office,
    "change_unitalias": is_office,
    "delete_unitalias": is_office,
    "view_membership": is_office | manages_accounts,
    "add_membership": manages_accounts,
    "change_membership": manages_accounts,
    "delete_membership": manages_accounts,
    "view_historicaluser": manages_accounts,
}
rules.add_perm("accounts", is_staff_member)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"accounts.{verb}", predicate)

# What every app shares lives below this floor and knows no roles, so its permissions stand here.
keeps_holidays = is_office | has_role(Role.SYSTEM_ADMIN)
COMMON_PERMISSIONS = {
    "view_holiday": is_congress_staff | keeps_holidays,
    "add_holiday": keeps_holidays,
    "change_holiday": keeps_holidays,
    "delete_holiday": keeps_holidays,
    "import_holiday": is_office,
    "export_holiday": keeps_holidays,
    "view_historicalholiday": keeps_holidays,
    "view_setting": is_office | manages_system,
    "change_setting": manages_system,
    "change_guarded_setting": has_role(Role.SYSTEM_ADMIN),
    "view_importbatch": is_office,
    "undo_importbatch": is_office,
    "view_policytext": is_office,
    "add_policytext": is_office,
    "view_jobrun": is_office | manages_system,
    "view_auditentry": is_auditor,
    "export_auditentry": is_auditor,
}
rules.add_perm("common", is_staff_member)
for verb, predicate in COMMON_PERMISSIONS.items():
    rules.add_perm(f"common.{verb}", predicate)
