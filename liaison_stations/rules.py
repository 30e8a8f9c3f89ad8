"""Who may see and do what with stations, receptions, opinions, plans and stars.

Four kinds of people: the public reads what was published; a station's staff work with their station and those below it;
local offices with what lies in their area, the city's office with all; departments with what was dispatched to them.
"""

import rules

from accounts.models import Role
from accounts.rules import has_role, is_congress_staff, is_leader, is_office, roles_of, units_of
from proposals.rules import HANDLERS, deputy_of, is_deputy

from . import states
from .models import Dispatch, Opinion, Residency, Station, posts_of

O = states.OpinionState  # noqa: E741 the letter of the noun


def station_of(record):
    """The station a record belongs to, by itself or through what it is about."""
    if isinstance(record, Station):
        return record
    for name in ("station", "reception", "opinion", "review", "event"):
        if hasattr(record, name):
            return station_of(getattr(record, name))
    raise TypeError(f"{record!r} belongs to no station.")


def opinion_of(record):
    return record if isinstance(record, Opinion) else record.opinion


@rules.predicate
def any_record(user, record):
    """The screen itself is meant (a list)."""
    return record is None


@rules.predicate
def is_station_staff(user, record):
    """Works at the station or at one it belongs to; without a record, at any."""
    own = {post.station_id for post in posts_of(user)}
    if record is None or not own:
        return bool(own)
    station, line = station_of(record), set()
    for _level in range(3):  # home, station, point
        line.add(station.pk)
        if station.parent_id is None:
            break
        station = station.parent
    return bool(line & own)


@rules.predicate
def works_at_a_station(user, record):
    """At whichever; of what concerns all of them."""
    return bool(posts_of(user))


def answers_for(*roles):
    """A predicate: an office of one of these roles in whose area the station lies; without a record, any such office."""

    @rules.predicate(f"answers_for:{','.join(roles)}")
    def answers(user, record):
        codes = [membership.area.code for role in roles for membership in roles_of(user).get(role, ())]
        if record is None or not codes:
            return bool(codes)
        area = record.area if isinstance(record, Opinion) else station_of(record).area
        return area.code.startswith(tuple(codes))

    return answers


is_township = answers_for(Role.TOWNSHIP_OFFICE)
is_county = answers_for(Role.COUNTY_OFFICE)
is_local = answers_for(Role.TOWNSHIP_OFFICE, Role.COUNTY_OFFICE)


@rules.predicate
def is_resident(user, record):
    """A deputy who belongs to the station today."""
    deputy = deputy_of(user)
    if deputy is None:
        return False
    if record is None:
        return True
    return Residency.objects.current().filter(deputy=deputy, station=station_of(record)).exists()


@rules.predicate
def is_expected(user, reception):
    """A deputy who is or was to receive there."""
    deputy = deputy_of(user)
    return deputy is not None and reception.attendances.filter(deputy=deputy).exists()


@rules.predicate
def has_come(user, reception):
    """A deputy who checked in."""
    deputy = deputy_of(user)
    return deputy is not None and reception.attendances.came().filter(deputy=deputy).exists()


@rules.predicate
def is_addressed(user, record):
    """The deputy an opinion is addressed to, or any of its station where it names none; not what is held for review."""
    deputy, opinion = deputy_of(user), opinion_of(record)
    if deputy is None or opinion.state in (O.HELD, O.REFUSED):
        return False
    if deputy.pk in (opinion.deputy_id, opinion.asked_deputy_id):
        return True
    return opinion.deputy_id is None and is_resident.test(user, opinion)


@rules.predicate
def lies_with_county(user, opinion):
    """Raised to the county office: from now on its station only looks on."""
    return opinion_of(opinion).state == O.ESCALATED


@rules.predicate
def is_asked(user, opinion):
    """The deputy whom the county office asked to make a suggestion of it."""
    deputy = deputy_of(user)
    return deputy is not None and opinion.asked_deputy_id == deputy.pk


@rules.predicate
def got_an_order(user, record):
    """Works at a department to which the opinion was dispatched."""
    units = units_of(user, *HANDLERS)
    return bool(units) and Dispatch.objects.filter(opinion=opinion_of(record), unit__in=units).exists()


@rules.predicate
def is_own_order(user, dispatch):
    """Works at the department this order went to; without a record, at any."""
    units = {unit.pk for unit in units_of(user, *HANDLERS)}
    return bool(units) if dispatch is None else dispatch.unit_id in units


@rules.predicate
def is_city_managed(user, record):
    return station_of(record).is_city_managed


@rules.predicate
def is_of_management(user, event):
    """Something city, county and township do for a station, so that its own staff does not write it."""
    return event.kind in event.OF_MANAGEMENT


nobody = rules.always_deny
runs = is_station_staff | is_local | is_office  # the station's daily work
oversees = is_local | is_office
reads_all = is_office | is_leader | has_role(Role.COMMITTEE)
city_or_above_county = is_county | is_office
handles = is_station_staff | is_local | is_office
handles_now = ((any_record | ~lies_with_county) & handles) | (~any_record & city_or_above_county)

PERMISSIONS = {
    # stations
    "view_station": reads_all | is_local | is_station_staff,
    "add_station": is_office | (any_record & has_role(Role.COUNTY_OFFICE)),
    "change_station": runs,
    "import_station": is_office,
    "export_station": is_congress_staff | is_leader,
    "rectify_station": city_or_above_county,
    "resume_station": city_or_above_county,
    "merge_station": is_office,
    "close_station": city_or_above_county,
    "reopen_station": is_office,
    "manage_station": is_office,  # demonstration, city-level management
    "place_station": oversees,
    "view_phone_station": runs,  # of who works there; each look recorded
    "view_work_station": runs,
    # receptions
    "view_reception": reads_all | is_local | is_station_staff | (~any_record & (is_resident | is_expected)),
    "add_reception": runs,
    "change_reception": runs,
    "announce_reception": runs,
    "hold_reception": runs,
    "cancel_reception": runs,
    "check_in_reception": is_station_staff | is_local,  # on somebody's behalf
    "show_code_reception": is_station_staff | is_local,
    "record_visitor_reception": runs | (~any_record & has_come),
    "export_reception": is_office | has_role(Role.COUNTY_OFFICE),
    # opinions: the public and citizens have pages of their own
    "view_opinion": (any_record & (is_local | is_office | is_station_staff))
    | (~any_record & (handles | is_addressed | got_an_order)),
    "add_opinion": runs | is_resident,  # recorded for a visitor
    "change_opinion": handles,
    "release_opinion": handles,
    "accept_opinion": handles,
    "refuse_opinion": handles,
    "join_opinion": handles,
    "dispatch_opinion": handles_now,
    "solve_opinion": nobody,
    "call_back_opinion": nobody,
    "answer_opinion": ~any_record & (handles_now | (is_addressed & ~lies_with_county)),
    "say_opinion": ~any_record & (handles | is_addressed),
    "escalate_opinion": handles,
    "send_down_opinion": city_or_above_county,
    "raise_opinion": ~any_record & is_asked & is_deputy,
    "decline_opinion": ~any_record & is_asked,
    "ask_deputy_opinion": city_or_above_county,
    "fall_back_opinion": nobody,
    "reply_opinion": nobody,
    "rehandle_opinion": nobody,
    "close_opinion": handles,
    "publish_opinion": handles,
    "export_opinion": is_office | has_role(Role.COUNTY_OFFICE),
    "offer_opinion": any_record & oversees,  # several of them, as one topic
    "view_phone_opinion": ~any_record & handles,  # opened one by one, each look recorded
    "view_heldword": is_congress_staff,
    "add_heldword": is_office,
    "change_heldword": is_office,
    "delete_heldword": is_office,
    # orders to departments
    "view_dispatch": (any_record & (is_local | is_office)) | (~any_record & (is_own_order | handles)),
    "report_in_dispatch": is_own_order,
    "visit_dispatch": is_own_order,
    "solve_dispatch": is_own_order,
    "hand_back_dispatch": is_own_order,
    "recall_dispatch": handles,
    "extend_dispatch": is_own_order,
    "decide_extension_dispatch": oversees,
    # plans and events
    "view_stationplan": reads_all | is_local | is_station_staff,
    "add_stationplan": runs,
    "change_stationplan": runs,
    "submit_stationplan": runs,
    "approve_stationplan": is_office | (any_record & is_local) | (~any_record & ~is_city_managed & is_local),
    "send_back_stationplan": is_office | is_local,
    "reopen_stationplan": is_office | is_local,
    "view_stationevent": reads_all | is_local | is_station_staff,
    "add_stationevent": runs,
    "change_stationevent": (any_record & runs) | (~any_record & (oversees | (~is_of_management & runs))),
    "manage_stationevent": oversees,  # trainings, supervision visits and assessments (D3.5 提级管理)
    "delete_stationevent": is_office,
    # stars
    "view_starreview": reads_all | is_local | is_station_staff,
    "score_starreview": is_station_staff | is_office,
    "review_starreview": is_township | is_office,
    "check_starreview": is_county | is_office,
    "send_back_starreview": oversees,
    "decide_starreview": is_office,
    "revise_starreview": is_office,
    "publish_starreview": is_office,
    "finish_starreview": is_office,
    "object_starreview": runs,
    "view_starobjection": is_congress_staff | is_leader,
    "answer_starobjection": is_office,
    "export_starreview": is_office | is_leader,
    "view_starrecord": is_congress_staff | is_leader | is_station_staff,
    "export_starrecord": is_office | is_leader,
    "view_rectification": reads_all | is_local | is_station_staff,
    "add_rectification": is_office,
    "settle_rectification": is_office,
    "view_scheme": is_congress_staff | is_leader | works_at_a_station,
    "add_scheme": is_office,
    "change_scheme": is_office,
    # figures
    "view_coverage": is_congress_staff | is_leader,
    "view_league": is_congress_staff | is_leader | is_station_staff | is_deputy,
}
OFFICE_ROWS = ("criterion", "reward")
STATION_ROWS = ("stationpost", "residency", "receptionrule")
for model in OFFICE_ROWS:
    PERMISSIONS |= {f"{verb}_{model}": is_office for verb in ("add", "change", "delete")}
    PERMISSIONS[f"view_{model}"] = is_congress_staff
for model in STATION_ROWS:
    PERMISSIONS |= {f"{verb}_{model}": oversees for verb in ("add", "change", "delete")}
    PERMISSIONS[f"view_{model}"] = reads_all | is_local | is_station_staff
for model in ("station", "residency", "reception", "opinion", "dispatch", "stationplan", "stationevent", "starrecord", "starreview", "rectification", "scheme", "heldword"):  # fmt: skip
    PERMISSIONS[f"view_historical{model}"] = is_office
rules.add_perm("liaison_stations", is_congress_staff | is_leader)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"liaison_stations.{verb}", predicate)
