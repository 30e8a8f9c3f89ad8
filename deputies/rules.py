"""Who may see and change deputies, their mandates and what they ask to have corrected."""

import rules

from accounts.rules import area_codes, is_congress_staff, is_leader, is_office, sees_whole_city

from .states import SITTING


@rules.predicate
def is_sitting(user, deputy):
    return deputy is not None and deputy.mandates.filter(state__in=SITTING).exists()


@rules.predicate
def is_self(user, record):
    """The deputy themselves, of a deputy, mandate or correction."""
    deputy = getattr(record, "deputy", record)
    return deputy is not None and user.is_authenticated and deputy.user_id == user.pk


@rules.predicate
def manages(user, record):
    """A local office whose area the deputy was elected or works in; without a record, any local office."""
    codes = area_codes(user)
    if record is None or not codes:
        return bool(codes)
    deputy = getattr(record, "deputy", record)
    areas = deputy.mandates.filter(area__isnull=False).values_list("area__code", flat=True)
    return any(area.startswith(code) for area in areas for code in codes)


@rules.predicate
def is_any(user, record):
    """No record is meant: the screen itself (a list, an import)."""
    return record is None


knows_former = sees_whole_city | is_self | manages
can_view_deputy = knows_former | is_sitting
keeps_roster = is_office
may_read = is_congress_staff | is_leader

PERMISSIONS = {
    "view_deputy": can_view_deputy,
    "view_former_deputy": knows_former,  # the mandates that ended
    "add_deputy": keeps_roster,
    "change_deputy": keeps_roster | manages,
    "import_deputy": keeps_roster,
    "export_deputy": is_office,
    "view_phone_deputy": is_office | is_self | manages,
    "view_photo_deputy": is_office | is_self | manages,  # before it is public
    "consent_deputy": is_office | is_self | manages,
    "view_mandate": sees_whole_city | manages,
    "add_mandate": keeps_roster,
    "change_mandate": keeps_roster,
    "suspend_mandate": keeps_roster,
    "resume_mandate": keeps_roster,
    "end_mandate": keeps_roster,
    "restore_mandate": keeps_roster,
    "view_correction": is_office | is_self | manages,
    "add_correction": is_self,
    "accept_correction": is_office | manages,
    "decline_correction": is_office | manages,
    "withdraw_correction": is_self,
}
OFFICE_TABLES = ("term", "session", "committee", "delegation", "deputygroup")
for model in OFFICE_TABLES:
    PERMISSIONS |= {f"view_{model}": may_read, f"add_{model}": is_office, f"change_{model}": is_office}
for model in (*OFFICE_TABLES, "deputy", "mandate"):
    PERMISSIONS[f"view_historical{model}"] = is_office
rules.add_perm("deputies", is_congress_staff)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"deputies.{verb}", predicate)
