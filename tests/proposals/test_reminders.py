"""What is due and not yet told: each question told once, not twice, and once more after weeks of silence where it still holds."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from common.clock import seed_holidays
from notices.models import Notice
from proposals import reminders
from proposals.states import CommitmentState

from .. import factories

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 10, 1, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        seed_holidays()
        yield moving


def days(number):
    return TODAY + dt.timedelta(days=number)


def unit_with_officer():
    return factories.MembershipFactory(role="unit_officer", unit=factories.UnitFactory()).unit


def waits_for_review():
    """To the office, a week after a suggestion between sessions came in."""
    factories.SuggestionFactory(submitted=True, submitted_at=NOW - dt.timedelta(days=12))


def waits_for_a_decision():
    """To the office: a unit asks to be relieved, another for more time."""
    factories.AssignmentFactory(state="return_asked")
    part = factories.AssignmentFactory(state="handling", due_on=days(90))
    asked = part.extensions.create(reason="协调。", due_before=days(90), due_after=days(180))
    type(asked).objects.update(asked_at=NOW - dt.timedelta(days=2))


def waits_for_publication():
    """To the office: nobody has decided how much is public."""
    factories.SuggestionFactory(replied=True, replied_on=days(-40))


def waits_for_a_rating():
    """To a signer who has two days left."""
    lead = factories.MandateFactory(deputy__user=factories.UserFactory()).deputy
    suggestion = factories.SuggestionFactory(replied=True, lead=lead, publication="full")
    suggestion.ratings.create(deputy=lead, round=1, asked_on=days(-13), until=days(2))


def waits_for_a_co_signer():
    """To who was asked and has a day left."""
    asked = factories.MandateFactory(deputy__user=factories.UserFactory()).deputy
    suggestion = factories.SuggestionFactory(state="cosigning", cosign_until=days(1))
    suggestion.cosignatures.create(deputy=asked, asked_at=timezone.now())


def promise_is_late():
    """To the unit, its committee, and a leader: nine days late."""
    unit = unit_with_officer()
    committee = factories.CommitteeFactory()
    factories.MembershipFactory(role="committee", unit=committee.unit)
    category = factories.CategoryFactory(committee=committee)
    part = factories.AssignmentFactory(unit=unit, state="replied", suggestion__category=category)
    part.suggestion.committee = committee
    part.suggestion.save()
    reply = factories.ReplyFactory(assignment=part)
    factories.CommitmentFactory(reply=reply, unit=unit, due_on=days(-9), state=CommitmentState.TRACKING)


CASES = {  # case: what the job calls it, how many it tells, whether it is told again after a month
    waits_for_review: ("review", 1, 1),
    waits_for_a_decision: ("decide", 2, 2),
    waits_for_publication: ("publish", 1, 0),
    waits_for_a_rating: ("rate", 1, 0),
    waits_for_a_co_signer: ("cosign", 1, 0),
    promise_is_late: ("promises", 3, 3),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_each_is_told_once_and_again_only_while_it_holds(case, clock, office, leader):
    name, first, later = CASES[case]
    case()
    before = Notice.objects.count()
    assert reminders.remind(NOW)[name] == first
    assert Notice.objects.count() - before >= first
    told = Notice.objects.count()
    assert reminders.remind(NOW)[name] == 0
    assert Notice.objects.count() == told
    clock.shift(dt.timedelta(days=33))
    assert reminders.remind(NOW + dt.timedelta(days=33))[name] == later


def test_units_and_those_above_them_are_told_as_what_they_are(office, leader):
    promise_is_late()
    reminders.remind(NOW)
    kinds = dict(Notice.objects.filter(key__startswith="remind-promise").values_list("recipient", "kind"))
    assert sorted(kinds.values()) == ["proposals.to_office", "proposals.to_office", "proposals.to_unit"]
    assert kinds[leader.pk] == "proposals.to_office"
