"""Who may see and do what with suggestions, the units' parts, replies, ratings and promises."""

import rules

from accounts.models import Role
from accounts.rules import has_role, is_congress_staff, is_leader, is_office, oversees_all, roles_of, units_of

from . import states
from .models import GOVERNMENT_KINDS, Assignment, KeyItem, Publication, Suggestion

HANDLERS = (Role.UNIT_OFFICER, Role.UNIT_SIGNER)


def suggestion_of(record):
    """The suggestion a record belongs to, by itself or through the part of a unit."""
    if isinstance(record, Suggestion):
        return record
    return record.suggestion if hasattr(record, "suggestion") else record.assignment.suggestion


def deputy_of(user):
    """The deputy who signs in as ``user``, or ``None``; asked once a request."""
    if not user.is_authenticated:
        return None
    if not hasattr(user, "_deputy"):
        user._deputy = getattr(user, "deputy", None)
    return user._deputy


@rules.predicate
def is_deputy(user, record=None):
    """A deputy whose mandate has not ended: only they put forward something new."""
    deputy = deputy_of(user)
    if deputy is None:
        return False
    if not hasattr(user, "_is_acting"):
        user._is_acting = deputy.mandates.acting().exists()
    return user._is_acting


@rules.predicate
def is_author(user, suggestion):
    """The lead deputy; without a record, any deputy."""
    deputy = deputy_of(user)
    return deputy is not None and (suggestion is None or suggestion.lead_id == deputy.pk)


@rules.predicate
def is_asked(user, suggestion):
    """Was asked to co-sign, whatever the answer, while its author has it; once it is sent, who agreed."""
    deputy = deputy_of(user)
    if deputy is None:
        return False
    is_with_author = suggestion.state in states.WITH_AUTHOR
    asked = suggestion.cosignatures if is_with_author else suggestion.cosignatures.agreed()
    return asked.filter(deputy=deputy).exists()


@rules.predicate
def is_own_answer(user, record):
    deputy = None if record is None else deputy_of(user)
    return deputy is not None and record.deputy_id == deputy.pk


@rules.predicate
def is_signer(user, record):
    """The lead, or who co-signed the text as it stands."""
    deputy, suggestion = deputy_of(user), suggestion_of(record)
    if deputy is None:
        return False
    return suggestion.lead_id == deputy.pk or suggestion.cosignatures.agreed().filter(deputy=deputy).exists()


@rules.predicate
def is_draft(user, suggestion):
    return suggestion.state == states.SuggestionState.DRAFT


@rules.predicate
def is_filed(user, suggestion):
    return suggestion.submitted_at is not None


@rules.predicate
def is_published(user, suggestion):
    return suggestion.published_on is not None


@rules.predicate
def is_published_in_full(user, record):
    suggestion = suggestion_of(record)
    return suggestion.published_on is not None and suggestion.publication == Publication.FULL


@rules.predicate
def is_signed(user, reply):
    return reply.state == states.ReplyState.SIGNED


@rules.predicate
def is_to_deputies(user, reply):
    """What a co-unit wrote to the lead unit, and what corrects that, stands in the lead unit's reply."""
    return reply.assignment.answers


@rules.predicate
def is_with_author(user, suggestion):
    return suggestion.state in states.WITH_AUTHOR


@rules.predicate
def is_known_to_units(user, suggestion):
    return suggestion.state in states.KNOWN_TO_UNITS


@rules.predicate
def supervises(user, record):
    """An officer of the committee that supervises it; without a record, of any committee."""
    units = units_of(user, Role.COMMITTEE)
    if record is None or not units:
        return bool(units)
    committee = record.committee if isinstance(record, KeyItem) else suggestion_of(record).committee
    return committee is not None and committee.unit_id in {unit.pk for unit in units}


@rules.predicate
def holds(user, suggestion):
    """Works at a unit that takes part."""
    units = units_of(user, *HANDLERS)
    return bool(units) and suggestion.assignments.taking_part().filter(unit__in=units).exists()


def works_at(*names):
    """A predicate: holds one of these roles at the unit a record is about; without a record, at any unit."""

    @rules.predicate(f"works_at:{','.join(names)}")
    def works(user, record):
        units = units_of(user, *names)
        if record is None or not units:
            return bool(units)
        return _assignment(record).unit_id in {unit.pk for unit in units}

    return works


handles = works_at(*HANDLERS)
signs = works_at(Role.UNIT_SIGNER)


@rules.predicate
def takes_part(user, record):
    """The unit has not been relieved."""
    return record is None or _assignment(record).state in states.TAKING_PART


@rules.predicate
def is_government_office(user, record):
    """The government office, of what units of the government handle: it assigns and urges inside government."""
    if Role.GOVERNMENT_OFFICE not in roles_of(user):
        return False
    if record is None:
        return True
    if isinstance(record, Suggestion):
        return record.assignments.taking_part().in_government().exists()
    return _assignment(record).unit.kind in GOVERNMENT_KINDS


@rules.predicate
def is_listed(user, topic):
    return topic is None or topic.state == states.TopicState.LISTED


@rules.predicate
def offered_it(user, topic):
    """Works at the unit that offered this topic."""
    if topic is None or topic.proposed_by_id is None:
        return False
    return topic.proposed_by_id in {unit.pk for unit in units_of(user, *HANDLERS)}


@rules.predicate
def works_for_committee(user, committee):
    """An officer of this committee; without one, of any."""
    units = units_of(user, Role.COMMITTEE)
    return bool(units) if committee is None else committee.unit_id in {unit.pk for unit in units}


@rules.predicate
def has_a_part(user, item):
    """Works at a unit that takes part in one of the suggestions of a key item."""
    units = units_of(user, *HANDLERS)
    return (
        bool(units)
        and Assignment.objects.taking_part().filter(unit__in=units, suggestion__key_items=item).exists()
    )


@rules.predicate
def is_promised(user, commitment):
    """Stands in a reply that was signed."""
    return commitment.state in states.PUBLIC_COMMITMENTS


@rules.predicate
def may_see_suggestion(user, record):
    return user.has_perm("proposals.view_suggestion", suggestion_of(record))


@rules.predicate
def any_suggestion(user, record):
    """The screen itself is meant (a list)."""
    return record is None


def _assignment(record):
    return getattr(record, "assignment", record)


nobody = rules.always_deny  # follows from other moves, or is written by actions only
whole_city = oversees_all
staff_reads = whole_city | supervises
urges = is_office | supervises | is_government_office
works = handles & takes_part
reads_part = works | staff_reads | is_government_office

can_know_suggestion = (
    is_author
    | (~is_draft & is_asked)
    | (is_filed & staff_reads)
    | (is_known_to_units & (holds | is_government_office))
)
can_view_suggestion = is_published | can_know_suggestion


@rules.predicate
def knows_suggestion(user, record):
    return can_know_suggestion.test(user, suggestion_of(record))


can_view_reply = works | (is_signed & (knows_suggestion | (is_published_in_full & is_to_deputies)))

PERMISSIONS = {
    # suggestions
    "view_suggestion": (any_suggestion & staff_reads) | (~any_suggestion & can_view_suggestion),
    "read_suggestion": is_published_in_full | can_know_suggestion,  # text and enclosures; others a summary
    "know_suggestion": ~any_suggestion
    & can_know_suggestion,  # who takes part, whether it is published or not
    "add_suggestion": is_deputy,
    "change_suggestion": ~any_suggestion & is_author & is_with_author,
    "write_suggestion": ~any_suggestion & is_author,  # where it is too late, they are told so
    "delete_suggestion": ~any_suggestion & is_author & is_draft,
    "invite_suggestion": is_author & is_deputy,
    "submit_suggestion": is_author & is_deputy,
    "withdraw_suggestion": is_author,
    "send_back_suggestion": is_office,
    "reject_suggestion": is_office,
    "refer_suggestion": is_office,
    "register_suggestion": is_office,
    "assign_suggestion": is_office,
    "begin_suggestion": nobody,
    "reassign_suggestion": nobody,
    "answer_suggestion": nobody,
    "rehandle_suggestion": is_office,
    "conclude_suggestion": nobody,
    "archive_suggestion": is_office,
    "classify_suggestion": is_office,  # category, supervising committee, handled together
    "reclassify_suggestion": is_office,  # the class of the reply, after a check
    "publish_suggestion": is_office,
    "withdraw_on_paper_suggestion": is_office,  # the deputy's signed request, recorded
    "enter_rating_suggestion": is_office,  # a signer's answer on paper
    "import_suggestion": is_office,
    "export_suggestion": is_office | is_leader | supervises,
    "view_historicalsuggestion": is_office,
    "see_cosigners_suggestion": is_author | is_asked | staff_reads,
    # who answers for themselves
    "answer_cosignature": is_own_answer & is_deputy,
    # units
    "view_assignment": reads_part,
    "sign_assignment": handles,
    "hand_back_assignment": handles,
    "keep_assignment": is_office | is_government_office,
    "replace_assignment": is_office | is_government_office,
    "present_assignment": nobody,
    "take_back_assignment": nobody,
    "reply_assignment": nobody,
    "rehandle_assignment": nobody,
    "close_assignment": nobody,
    "consult_assignment": works,
    "write_assignment": works,  # a reply, an opinion
    "extend_assignment": works,
    "urge_assignment": urges,
    "view_consultation": staff_reads | is_government_office | works | is_signer,
    "grant_extension": is_office,
    "refuse_extension": is_office,
    "drop_extension": nobody,
    "view_extension": reads_part,
    "view_reply": (any_suggestion & staff_reads) | (~any_suggestion & can_view_reply),
    "change_reply": works,
    "present_reply": works,
    "send_back_reply": signs,
    "sign_reply": signs,
    "correct_reply": works,
    # ratings: complaints about handling never reach the unit (Deputies Law Art. 39, 55)
    "rate_rating": nobody,
    "view_rating": is_office | supervises | is_own_answer,
    # promises
    "view_commitment": (any_suggestion & staff_reads)
    | (~any_suggestion & ((is_promised & (may_see_suggestion | handles)) | reads_part)),
    "promise_commitment": nobody,
    # who promised keeps it, though another unit may have taken over the part since
    "report_commitment": handles,
    "progress_commitment": handles,
    "verify_commitment": is_signer | is_office,
    "doubt_commitment": is_signer | is_office | supervises,
    "fail_commitment": is_office | supervises,
    "resume_commitment": is_office | supervises,
    # key items
    "view_keyitem": is_congress_staff | is_leader,
    "add_keyitem": is_office,
    "change_keyitem": is_office,
    "close_keyitem": is_office | is_leader,
    "supervise_keyitem": is_office | is_leader | supervises,
    # the plan and the steps; the public reads what was chosen, who leads, and the closing report
    "follow_keyitem": is_congress_staff
    | is_leader
    | is_deputy
    | has_role(Role.GOVERNMENT_OFFICE)
    | has_a_part,
    # topics
    "view_topic": is_congress_staff | ((is_leader | is_deputy) & is_listed) | offered_it,
    "import_topic": is_office,
    "export_topic": is_office | has_role(Role.COMMITTEE),
    "enlist_topic": is_office,
    "decline_topic": is_office,
    "add_topic": is_office | has_role(Role.COMMITTEE),
    "change_topic": is_office,
    "claim_topic": is_deputy,
    "view_topicclaim": is_congress_staff | is_leader | is_deputy,
    "research_topicclaim": is_own_answer,
    "file_topicclaim": nobody,
    "reopen_topicclaim": nobody,
    "release_topicclaim": is_own_answer | is_office,
    # figures
    "view_rates": is_congress_staff | is_leader | is_deputy | has_role(Role.GOVERNMENT_OFFICE),
    # who owes what, and how late
    "view_overview": whole_city,
    "view_work_committee": whole_city | works_for_committee,
}
OFFICE_TABLES = ("category", "replyclass")
for model in OFFICE_TABLES:
    PERMISSIONS |= {
        f"view_{model}": is_congress_staff,
        f"add_{model}": is_office,
        f"change_{model}": is_office,
    }
for model in (*OFFICE_TABLES, "topic", "keyitem", "commitment", "assignment", "reply"):
    PERMISSIONS[f"view_historical{model}"] = is_office
rules.add_perm("proposals", is_congress_staff | is_leader)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"proposals.{verb}", predicate)
