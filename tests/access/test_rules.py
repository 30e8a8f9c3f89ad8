"""Lists and single records are answered by the same authority: ``visible_to`` and ``rules.py`` say the same.

A later app adds a line to ``LISTS`` and a function that makes its records past every state.
"""

import datetime as dt

import pytest
import rules
from django.apps import apps
from django.utils import timezone

from deputies.models import Correction, Deputy
from deputies.states import CorrectionState, MandateState
from liaison_stations.models import Dispatch, Opinion, Reception, Scheme, StarReview
from liaison_stations.states import DispatchState, OpinionState, ReceptionState
from notices.models import Notice
from proposals.models import Assignment, Commitment, Part, Rating, Reply, Suggestion, Topic, TopicClaim
from proposals.states import AssignmentState, ClaimState, CommitmentState, SuggestionState, TopicState

from .. import factories

pytestmark = pytest.mark.django_db


def deputies(cast):
    """Of the street, of elsewhere and of no area, in every state, some with an account, one never elected."""
    for state in MandateState:
        factories.YushuiStreetMandateFactory(state=state)
        factories.FenyiMandateFactory(state=state)
        factories.MandateFactory(state=state, area=None)
        factories.FenyiMandateFactory(state=state, deputy__user=factories.UserFactory())
    former = factories.FenyiMandateFactory(ended=True, deputy__user=cast["unit_officer"]).deputy
    again = factories.TermFactory(number=11)
    factories.YushuiStreetMandateFactory(deputy=former, term=again, ended=True)
    factories.FenyiMandateFactory(ended=True, deputy__user=cast["government_office"])
    factories.DeputyFactory()


def corrections(cast):
    for state in CorrectionState:
        factories.CorrectionFactory(deputy=cast["deputy"].deputy, state=state)
        factories.CorrectionFactory(deputy=factories.YushuiStreetMandateFactory().deputy, state=state)
        factories.CorrectionFactory(deputy=factories.FenyiMandateFactory().deputy, state=state)
    factories.CorrectionFactory(
        deputy=factories.FenyiMandateFactory(ended=True, deputy__user=cast["unit_officer"]).deputy
    )


def notices(cast):
    for user in list(cast.values())[1:]:
        factories.NoticeFactory(recipient=user)


def suggestions(cast):
    """In every state: of the deputy of the cast, co-signed by them, of somebody else; some supervised, held, published."""
    committee = committee_of(cast)
    units = [cast["unit_officer"].memberships.get().unit, factories.UnitFactory(kind="court")]
    deputy = cast["deputy"].deputy
    for state in SuggestionState:
        filed = state not in ("draft", "cosigning")
        fields = {"state": state, "submitted_at": timezone.now() if filed else None}
        factories.SuggestionFactory(lead=deputy, **fields)
        asked = factories.SuggestionFactory(**fields)
        asked.cosignatures.create(deputy=deputy, asked_at=timezone.now())
        factories.SuggestionFactory(**fields, committee=committee if filed else None)
        factories.SuggestionFactory(**fields, published_on="2026-06-01")
        for unit in units:
            for part_state in AssignmentState:
                held = factories.SuggestionFactory(**fields)
                factories.AssignmentFactory(suggestion=held, unit=unit, state=part_state)


def committee_of(cast):
    return cast["committee_officer"].memberships.get().unit.committee


def assignments(cast):
    """Of the cast's unit and of a court, in every state, supervised by the cast's committee or not."""
    for unit in (cast["unit_officer"].memberships.get().unit, factories.UnitFactory(kind="court")):
        for state in AssignmentState:
            for committee in (committee_of(cast), factories.CommitteeFactory()):
                suggestion = factories.SuggestionFactory(
                    registered=True, committee=committee, state="handling"
                )
                factories.AssignmentFactory(suggestion=suggestion, unit=unit, state=state, part=Part.SEPARATE)


def commitments(cast):
    assignments(cast)
    for part in Assignment.objects.select_related("suggestion"):
        letter = part.replies.create()
        for state in CommitmentState:
            seen = {"verified_by": part.suggestion.lead, "verified_on": "2026-09-10"}
            part.commitments.create(
                suggestion=part.suggestion,
                reply=letter,
                unit=part.unit,
                text="完成路口拓宽",
                due_on="2026-09-30",
                first_due_on="2026-09-30",
                state=state,
                **(seen if state == CommitmentState.FULFILLED else {}),
            )


def replies(cast):
    """Letters of each kind, in work and signed, of what is published in full, as a summary or not."""
    committee = committee_of(cast)
    units = [cast["unit_officer"].memberships.get().unit, factories.UnitFactory(kind="court")]
    for unit in units:
        for part in Part:
            for publication in ("", "summary", "full"):
                suggestion = factories.SuggestionFactory(
                    registered=True,
                    committee=committee if part == Part.LEAD else factories.CommitteeFactory(),
                    lead=cast["deputy"].deputy if part == Part.CO else factories.MandateFactory().deputy,
                    state="concluded",
                    publication=publication,
                    published_on="2026-06-12" if publication else None,
                )
                held = factories.AssignmentFactory(
                    suggestion=suggestion, unit=unit, part=part, state="replied"
                )
                kind = "opinion" if part == Part.CO else "reply"
                held.replies.create(kind=kind, state="signed", signed_on="2026-05-20")
                held.replies.create(kind="correction")


def ratings(cast):
    for committee in (committee_of(cast), factories.CommitteeFactory()):
        suggestion = factories.SuggestionFactory(registered=True, committee=committee)
        for deputy in (cast["deputy"].deputy, suggestion.lead):
            Rating.objects.create(
                suggestion=suggestion, deputy=deputy, round=1, asked_on="2026-06-01", until="2026-06-16"
            )


def claims(cast):
    for state in ClaimState:
        for deputy in (cast["deputy"].deputy, factories.MandateFactory().deputy):
            TopicClaim.objects.create(topic=factories.TopicFactory(), deputy=deputy, state=state)


def topics(cast):
    unit = cast["unit_officer"].memberships.get().unit
    for state in TopicState:
        for by in (None, unit, factories.UnitFactory()):
            number = None if state == TopicState.OFFERED else 1 + Topic.objects.count()
            factories.TopicFactory(state=state, number=number, proposed_by=by)


def stations(cast):
    """One of a street, worked in by the auditor, whose deputy the cast's is; its point; one of the other county."""
    street = factories.StationFactory()
    factories.StationPostFactory(station=street, user=cast["auditor"])
    factories.ResidencyFactory(station=street, deputy=cast["deputy"].deputy)
    point = factories.StationFactory(parent=street, kind="point", area=street.area)
    return [street, point, factories.StationFactory(area=factories.FenyiFactory())]


def opinions(cast):
    """In every state at each of them: addressed to nobody, to the deputy, to another; the unit has an order for some."""
    unit = cast["unit_officer"].memberships.get().unit
    for station in stations(cast):
        for state in OpinionState:
            fields = {"station": station, "state": state, "refusal": "advert", "answered_on": "2026-06-01"}
            first = factories.OpinionFactory(
                **fields, merged_into=None if state != "merged" else any_opinion()
            )
            for deputy in (cast["deputy"].deputy, factories.MandateFactory().deputy):
                factories.OpinionFactory(**fields, deputy=deputy, merged_into=first)
                factories.OpinionFactory(
                    **fields, asked_deputy=deputy, deputy=factories.DeputyFactory(), merged_into=first
                )
            held = factories.OpinionFactory(**fields, merged_into=first)
            factories.DispatchFactory(opinion=held, unit=unit, state="recalled")


def any_opinion():
    return Opinion.objects.first()


def dispatches(cast):
    units = (cast["unit_officer"].memberships.get().unit, factories.UnitFactory(kind="court"))
    for station in stations(cast):
        for state in DispatchState:
            for unit in units:
                factories.DispatchFactory(
                    opinion=factories.OpinionFactory(station=station, state="dispatched"),
                    unit=unit,
                    state=state,
                    solved_on="2026-06-01",
                )


def days_of_receptions(cast):
    """In every state at each of them; at the one elsewhere the deputy of the cast is expected once."""
    for station in stations(cast):
        for number, state in enumerate(ReceptionState):
            factories.ReceptionFactory(
                announced=True, station=station, state=state, day=dt.date(2026, 6, 1 + number)
            )
    Reception.objects.last().attendances.create(deputy=cast["deputy"].deputy)


def reviews(cast):
    scheme, _made = Scheme.objects.get_or_create(year=2026, defaults={"name": "2026"})
    for station in stations(cast):
        StarReview.objects.create(scheme=scheme, station=station, old_stars=3)


LISTS = [
    (Opinion, "liaison_stations.view_opinion", opinions),
    (Dispatch, "liaison_stations.view_dispatch", dispatches),
    (Reception, "liaison_stations.view_reception", days_of_receptions),
    (StarReview, "liaison_stations.view_starreview", reviews),
    (Suggestion, "proposals.view_suggestion", suggestions),
    (Assignment, "proposals.view_assignment", assignments),
    (Commitment, "proposals.view_commitment", commitments),
    (Rating, "proposals.view_rating", ratings),
    (Reply, "proposals.view_reply", replies),
    (TopicClaim, "proposals.view_topicclaim", claims),
    (Topic, "proposals.view_topic", topics),
    (Deputy, "deputies.view_deputy", deputies),
    (Correction, "deputies.view_correction", corrections),
    (Notice, "notices.view_notice", notices),
]


@pytest.mark.parametrize(
    ("model", "permission", "make"), LISTS, ids=lambda part: getattr(part, "__name__", "")
)
def test_lists_and_rules_agree(model, permission, make, cast):
    make(cast)
    for role, user in cast.items():
        listed = set(model.objects.visible_to(user))
        allowed = {record for record in model.objects.all() if user.has_perm(permission, record)}
        # nobody reads the letters and drafts of others, a superuser included; has_perm would grant that one everything
        if user.is_superuser:
            allowed = {record for record in allowed if not is_private(record)}
        assert listed == allowed, role


def is_private(record):
    """Of somebody alone; nothing in the cases above is the superuser's own but a notice."""
    if isinstance(record, Notice):
        return record.recipient.username != "super"
    return isinstance(record, Suggestion) and record.submitted_at is None and record.published_on is None


def test_every_list_that_asks_who_is_looking_stands_in_the_table():
    asking = {model for model in apps.get_models() if hasattr(model._default_manager.none(), "visible_to")}
    assert asking == {model for model, _permission, _make in LISTS}


WORKFLOWS = [model for model in apps.get_models() if hasattr(model, "MOVES")]


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_every_move_has_a_rule(model):
    meta = model._meta
    without = [
        move for move in model.MOVES if not rules.perm_exists(f"{meta.app_label}.{move}_{meta.model_name}")
    ]
    assert without == []


def test_a_deputy_without_an_account_is_nobody_s_self(cast):
    """``None == None`` must not open records to visitors."""
    former = factories.FenyiMandateFactory(ended=True).deputy
    assert not cast["stranger"].has_perm("deputies.view_deputy", former)
    assert former not in Deputy.objects.visible_to(cast["stranger"])
