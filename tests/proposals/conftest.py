"""Who works at a unit, and what lies there."""

import datetime as dt
from dataclasses import dataclass

import pytest

from accounts.models import Role, Unit, User
from common.clock import seed_holidays
from proposals.models import Assignment, Part, Suggestion
from proposals.seeds import seed_reply_classes
from proposals.states import AssignmentState, SuggestionState

from .. import factories


@dataclass
class Desk:
    """A unit with an officer and a signer, and its part in a suggestion of 李明."""

    unit: Unit
    officer: User
    signer: User
    part: Assignment


def desk_of(name, suggestion=None, part=Part.LEAD, state=AssignmentState.HANDLING):
    unit = factories.UnitFactory(name=name)
    if suggestion is None:
        lead = factories.MandateFactory(deputy__name="李明", deputy__user=factories.UserFactory(name="李明"))
        suggestion = factories.SuggestionFactory(
            registered=True, number=12, lead=lead.deputy, origin="session", session=factories.SessionFactory()
        )
    suggestion.state, suggestion.assigned_on = SuggestionState.HANDLING, dt.date(2026, 3, 6)
    if state == AssignmentState.PENDING:
        suggestion.state = SuggestionState.ASSIGNED
    suggestion.save()
    return Desk(
        unit,
        factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user,
        factories.MembershipFactory(role=Role.UNIT_SIGNER, unit=unit).user,
        factories.AssignmentFactory(suggestion=suggestion, unit=unit, part=part, state=state),
    )


@pytest.fixture
def tenth_of_march(on, db):
    """Two working days after the assignment of 6 March 2026, due on 8 June."""
    seed_holidays()
    seed_reply_classes()
    return on(2026, 3, 10)


@pytest.fixture
def desk(tenth_of_march):
    """The lead unit, which has signed for it."""
    return desk_of("市住建局")


@pytest.fixture
def new_desk(tenth_of_march):
    """The lead unit, which has not signed for it yet."""
    return desk_of("市住建局", state=AssignmentState.PENDING)


@pytest.fixture
def other_desk(desk):
    """A unit that has no part in it."""
    return desk_of("市水利局", suggestion=factories.SuggestionFactory(registered=True))


@pytest.fixture
def post(sign_in):
    """``post(user, "sign", record, …)``: what the page answers, and the messages it leaves."""
    from django.contrib.messages import get_messages
    from django.urls import reverse

    def posted(user, name, record, **data):
        address = reverse(f"proposals:{name}", args=[record.pk])
        response = sign_in(user).post(address, data, headers={"referer": f"http://testserver{address}"})
        response.told = [str(message) for message in get_messages(response.wsgi_request)]
        return response

    return posted


@pytest.fixture
def page(sign_in):
    """``page(user, "sign", record)``: the answer to reading that page."""
    from django.urls import reverse

    return lambda user, name, *records: sign_in(user).get(
        reverse(f"proposals:{name}", args=[record.pk for record in records])
    )


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def signatories():
    return Suggestion.objects.get().signers()
