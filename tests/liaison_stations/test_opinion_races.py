"""Two people at once: what each gets as an answer, and that nothing is done by half."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import Role
from common.workflow import MoveRefused
from liaison_stations.actions import dispatches, opinions
from liaison_stations.models import Dispatch, Opinion
from liaison_stations.states import OpinionState

from .. import factories
from ..proposals.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
O = OpinionState  # noqa: E741 the letter of the noun
NOON = dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def march():
    with time_machine.travel(NOON, tick=False):
        yield


def copies(record, number=2):
    return [type(record).objects.get(pk=record.pk) for _n in range(number)]


def kinds(outcome):
    return sorted(type(error).__name__ for error in outcome if error)


def test_of_two_who_answer_at_once_one_wins(office):
    opinion = factories.OpinionFactory(accepted=True)
    outcome = at_once(
        *(
            lambda copy=copy, n=n: opinions.answer(copy, by=office, text=f"答复{n}", solved="yes")
            for n, copy in enumerate(copies(opinion))
        )
    )
    assert kinds(outcome) == ["MoveRefused"]
    assert opinion.answers.count() == 1
    assert opinion.changes.filter(move="answer").count() == 1


def test_of_two_who_accept_and_refuse_at_once_one_wins(office):
    opinion = factories.OpinionFactory()
    first, second = copies(opinion)
    refusal = {"refusal": "advert", "right_place": "市场监管局", "note": "广告。"}
    outcome = at_once(
        lambda: opinions.accept(first, by=office), lambda: opinions.refuse(second, by=office, **refusal)
    )
    assert kinds(outcome) == ["MoveRefused"]
    assert opinion.changes.count() == 1


def test_of_two_who_dispatch_at_once_one_wins(office):
    opinion, unit = factories.OpinionFactory(accepted=True), factories.UnitFactory()
    outcome = at_once(
        *(lambda copy=copy: dispatches.dispatch(copy, units=[unit], by=office) for copy in copies(opinion))
    )
    assert kinds(outcome) == ["MoveRefused"]
    assert opinion.dispatches.count() == 1


def test_two_opinions_joined_to_each_other_at_once_do_not_vanish(office):
    one, other = factories.OpinionFactory(), factories.OpinionFactory()
    first, second = copies(one)[0], copies(other)[0]
    outcome = at_once(
        lambda: opinions.join(first, other=Opinion.objects.get(pk=other.pk), by=office),
        lambda: opinions.join(second, other=Opinion.objects.get(pk=one.pk), by=office),
    )
    assert [error for error in outcome if error] and all(
        isinstance(error, MoveRefused | ValidationError) for error in outcome if error
    )
    assert Opinion.objects.filter(state=O.MERGED).count() == 1


def test_of_two_departments_that_finish_at_once_the_second_moves_the_opinion(office):
    opinion = factories.OpinionFactory(state=O.DISPATCHED)
    orders = [factories.DispatchFactory(opinion=opinion, state="reported_in") for _n in range(2)]
    workers = [factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=order.unit).user for order in orders]
    outcome = at_once(
        *(
            lambda order=order, worker=worker: dispatches.solve(
                Dispatch.objects.get(pk=order.pk), result="已修。", by=worker
            )
            for order, worker in zip(orders, workers, strict=True)
        )
    )
    assert kinds(outcome) == []
    opinion.refresh_from_db()
    assert opinion.state == O.SOLVED
    assert opinion.changes.filter(move="solve").count() == 1
