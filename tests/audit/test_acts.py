"""No act of an app is left out of the audit log: each writes a row itself, moves a record, or says here why it need not."""

import ast

import pytest
from django.conf import settings

FILES = sorted([*settings.BASE_DIR.glob("*/actions.py"), *settings.BASE_DIR.glob("*/actions/*.py")])
TELLS = {"record", "advance"}  # audit.record, workflow.advance
ASKS = "asks, and changes nothing"
PART = "a part of acts that are told"
UNTOLD = {
    "liaison_stations.actions.plans.fingerprint": ASKS,
    "liaison_stations.actions.receiving.found_words": ASKS,
    "accounts.actions.may_manage": ASKS,
    "accounts.actions.require_may_manage": ASKS,
    "accounts.actions.one_time_password": ASKS,
    "accounts.actions.follow_roles": PART,
    "deputies.actions.account_follows": PART,
    "deputies.actions.change_photo": "the form that sends it tells of the change, as of every field",
    "liaison_stations.actions.dispatches.why_not_extend": ASKS,
    "liaison_stations.actions.opinions.anonymous": ASKS,
    "liaison_stations.actions.opinions.deputies_of": ASKS,
    "liaison_stations.actions.opinions.hold": PART,
    "liaison_stations.actions.opinions.tell_citizens": "a message belongs to what is told and follows from an act that is",
    "liaison_stations.actions.opinions.unseen": PART,
    "liaison_stations.actions.opinions.why_not_join": ASKS,
    "liaison_stations.actions.opinions.why_not_publish": ASKS,
    "liaison_stations.actions.raising.who_may_be_asked": ASKS,
    "liaison_stations.actions.stations.read_roster": ASKS,
    "liaison_stations.actions.receptions.notice_until": ASKS,
    "liaison_stations.actions.receptions.days_to_make": ASKS,
    "liaison_stations.actions.receptions.residents": ASKS,
    "liaison_stations.actions.visitors.why_not_record": ASKS,
    "liaison_stations.actions.stars.proposed": ASKS,
    "liaison_stations.actions.stars.faults_of": ASKS,
    "liaison_stations.actions.stars.require_all_checked": ASKS,
    "liaison_stations.actions.stars.why_not_finish": ASKS,
    "liaison_stations.actions.stars.hold": PART,
    "liaison_stations.actions.rectifications.end": PART,
    "notices.actions.tell": "a notice belongs to what is told and follows from an act that is",
    "notices.actions.text_message": "follows from an act that is told, as a notice does",
    "notices.actions.take_back": "follows from an import that is taken back, which is told",
    "notices.actions.read": "one's own notices",
    "notices.actions.read_all": "one's own notices",
    "notices.actions.choose": "one's own choice of how to be told",
    "notices.actions.forget_old": "the ledger of jobs tells how many",
    "liaison_stations.actions.citizens.left_today": ASKS,
    "liaison_stations.actions.citizens.find": ASKS,
    "liaison_stations.actions.citizens.may_rate": ASKS,
    "proposals.actions.assignments.why_not_hand_back": ASKS,
    "proposals.actions.assignments.why_not_extend": ASKS,
    "proposals.actions.assignments.why_not_urge": ASKS,
    "proposals.actions.parts.hold": PART,
    "proposals.actions.ratings.is_settled": ASKS,
    "proposals.actions.replies.missing": ASKS,
    "proposals.actions.replies.remarks": ASKS,
    "proposals.actions.suggestions.session_on": ASKS,
}


def functions():
    """``{"app.module.name": names it calls}`` of every function of the actions modules, and of what they share."""
    found = {}
    for path in FILES:
        module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
        for part in ast.parse(path.read_text()).body:
            if isinstance(part, ast.FunctionDef):
                calls = [node.func for node in ast.walk(part) if isinstance(node, ast.Call)]
                of_texts = [call for call in calls if isinstance(getattr(call, "value", None), ast.Constant)]
                names = {
                    call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")
                    for call in calls
                    if call not in of_texts  # "".join is nobody's act
                }
                given = {argument.arg for argument in [*part.args.args, *part.args.kwonlyargs]}
                found[f"{module}.{part.name}"] = names | {
                    node.id for node in ast.walk(part) if isinstance(node, ast.Name) and node.id not in given
                }
    return found


CALLED = functions()
ACTS = [name for name in CALLED if not name.rpartition(".")[2].startswith("_")]


def tells(name, seen=frozenset()) -> bool:
    """Whether this function, or one it calls, writes a row."""
    app = name.split(".")[0]
    if CALLED[name] & TELLS:
        return True
    nearby = [
        other
        for other in CALLED
        if other.split(".")[0] == app and other.rpartition(".")[2] in CALLED[name] and other not in seen
    ]
    return any(tells(other, seen | {name, other}) for other in nearby)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_told_or_says_why_not(act):
    assert tells(act) != (act in UNTOLD), UNTOLD.get(act)
