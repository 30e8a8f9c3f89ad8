"""Who holds which role today, and who may do what with accounts, areas and units.

Roles are read once per request: ``roles_of`` remembers them on the user object.
"""

import rules

from .models import Membership, Role


def roles_of(user) -> dict:
    """``{role: [Membership, …]}`` of today."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if not hasattr(user, "_roles"):
        user._roles = {}
        for membership in user.memberships.current().select_related("unit", "area"):
            user._roles.setdefault(membership.role, []).append(membership)
    return user._roles


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
sees_whole_city = has_role(Role.OFFICE, Role.COMMITTEE, Role.LEADER, Role.AUDITOR)
is_congress_staff = has_role(*Membership.STAFF_ROLES)

PERMISSIONS = {
    "view_user": is_office | is_auditor,
    "add_user": is_office,
    "change_user": is_office,
    "view_phone_user": is_office,
    "view_signin": is_office | is_auditor,
    "view_area": is_congress_staff,
    "add_area": is_office,
    "change_area": is_office,
    "import_area": is_office,
    "export_area": is_office | is_auditor,
    "view_unit": is_congress_staff,
    "add_unit": is_office,
    "change_unit": is_office,
    "view_unitalias": is_congress_staff,
    "add_unitalias": is_office,
    "change_unitalias": is_office,
    "delete_unitalias": is_office,
    "view_membership": is_office | is_auditor,
    "add_membership": is_office,
    "change_membership": is_office,
    "delete_membership": is_office,
}
for model in ("user", "area", "unit"):
    PERMISSIONS[f"view_historical{model}"] = is_office | is_auditor
rules.add_perm("accounts", is_congress_staff)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"accounts.{verb}", predicate)

# What every app shares lives below this floor and knows no roles, so its permissions stand here.
COMMON_PERMISSIONS = {
    "view_holiday": is_congress_staff,
    "add_holiday": is_office,
    "change_holiday": is_office,
    "delete_holiday": is_office,
    "import_holiday": is_office,
    "export_holiday": is_office | is_auditor,
    "view_historicalholiday": is_office | is_auditor,
    "view_setting": is_office | is_auditor,
    "change_setting": is_office,
    "view_importbatch": is_office | is_auditor,
    "undo_importbatch": is_office,
    "view_auditentry": is_auditor,
    "export_auditentry": is_auditor,
}
rules.add_perm("common", is_congress_staff)
for verb, predicate in COMMON_PERMISSIONS.items():
    rules.add_perm(f"common.{verb}", predicate)
