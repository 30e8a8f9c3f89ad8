"""Departments report in, are there, solve it or hand it back; the opinion stands where its orders stand."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from common.workflow import MoveRefused
from liaison_stations.actions import dispatches, opinions
from liaison_stations.states import DispatchState, OpinionState
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db
D, O = DispatchState, OpinionState  # noqa: E741 the letter of the noun


def department(name):
    unit = factories.UnitFactory(name=name)
    unit.officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user
    return unit


@pytest.fixture
def lamps(tuesday):
    return department("市城管局")


@pytest.fixture
def police(tuesday):
    return department("市公安局")


@pytest.fixture
def accepted(opinion, officer):
    opinions.accept(opinion, by=officer)
    return opinion


@pytest.fixture
def order(accepted, lamps, officer):
    [order] = dispatches.dispatch(accepted, units=[lamps], by=officer, words="请到现场查看。")
    return order


def days(order):
    order.refresh_from_db()
    return order.state, order.due_on, order.solve_by


def where(opinion):
    opinion.refresh_from_db()
    return opinion.state, opinion.due_on


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


# The three clocks of an order of Tuesday, 10 March 2026


def test_report_in_in_one_day_on_the_spot_in_five_solved_in_fifteen(order, accepted, lamps, officer, on):
    assert days(order) == (D.SENT, dt.date(2026, 3, 11), dt.date(2026, 3, 31))
    assert where(accepted) == (O.DISPATCHED, dt.date(2026, 3, 31))
    [subject] = told(lamps.officer)
    assert "2026年3月11日" in subject and "路灯" not in subject
    on(2026, 3, 11)
    dispatches.report_in(order, by=lamps.officer)
    assert days(order)[:2] == (D.REPORTED_IN, dt.date(2026, 3, 17))
    on(2026, 3, 13)
    picture = factories.picture()
    dispatches.visit(order, on=dt.date(2026, 3, 12), by=lamps.officer, pictures=[picture])
    assert days(order)[:2] == (D.ON_SITE, dt.date(2026, 3, 31))
    on(2026, 3, 20)
    dispatches.solve(order, result="更换灯具两盏。", by=lamps.officer)
    assert days(order)[:2] == (D.SOLVED, None)
    assert (order.on_site_on, order.solved_on) == (dt.date(2026, 3, 12), dt.date(2026, 3, 20))
    assert where(accepted) == (O.SOLVED, dt.date(2026, 3, 25)), "three working days to report back"
    assert "部门已办结" in told(officer)[-1]
    opinions.answer(accepted, by=officer, text="已更换。", solved="yes")
    assert accepted.route == "department"


def test_it_is_solved_when_the_last_department_has_solved_it(accepted, lamps, police, officer):
    first, second = dispatches.dispatch(accepted, units=[lamps, police], by=officer)
    for order, unit in ((first, lamps), (second, police)):
        dispatches.report_in(order, by=unit.officer)
    dispatches.solve(first, result="已修。", by=lamps.officer)
    assert where(accepted)[0] == O.DISPATCHED
    dispatches.solve(second, result="已清理。", by=police.officer)
    assert where(accepted)[0] == O.SOLVED


def test_what_was_handed_back_by_all_comes_back_to_the_station(order, accepted, lamps, police, officer):
    dispatches.hand_back(order, note="属交管职责。", proposed_unit=police, by=lamps.officer)
    assert days(order)[:2] == (D.RETURNED, None)
    assert where(accepted) == (O.ACCEPTED, dt.date(2026, 3, 17))
    assert len(told(officer)) == 2
    dispatches.dispatch(accepted, units=[police], by=officer)
    assert where(accepted)[0] == O.DISPATCHED


def test_one_handed_back_and_one_solved_make_it_solved(accepted, lamps, police, officer):
    first, second = dispatches.dispatch(accepted, units=[lamps, police], by=officer)
    dispatches.report_in(second, by=police.officer)
    dispatches.solve(second, result="已处理。", by=police.officer)
    dispatches.hand_back(first, note="不属职责。", by=lamps.officer)
    assert where(accepted)[0] == O.SOLVED


def test_another_department_takes_the_place_of_one_that_hands_back(accepted, lamps, police, officer, on):
    first, _second = dispatches.dispatch(accepted, units=[lamps, police], by=officer)
    dispatches.hand_back(first, note="不属职责。", by=lamps.officer)
    on(2026, 3, 12)
    power = department("供电公司")
    dispatches.add_unit(accepted, unit=power, by=officer)
    assert where(accepted) == (O.DISPATCHED, dt.date(2026, 4, 2)), "due with the last of them"


def test_a_recalled_order_ends(order, accepted, lamps, officer):
    dispatches.recall(order, by=officer, note="派错部门。")
    assert (days(order)[0], where(accepted)[0]) == (D.RECALLED, O.ACCEPTED)
    assert len(told(lamps.officer)) == 2
    with pytest.raises(MoveRefused):
        dispatches.report_in(order, by=lamps.officer)


def test_raising_it_to_the_county_ends_the_orders(order, accepted, officer):
    accepted.refresh_from_db()
    opinions.escalate(accepted, by=officer, note="部门长期不报到。")
    assert (days(order)[0], where(accepted)[0]) == (D.RECALLED, O.ESCALATED)


def test_in_the_second_round_a_department_is_ordered_again(order, accepted, lamps, officer):
    dispatches.report_in(order, by=lamps.officer)
    dispatches.solve(order, result="已修。", by=lamps.officer)
    accepted.refresh_from_db()
    opinions.answer(accepted, by=officer, text="已修。", solved="yes")
    opinions.after_rating(accepted, accepted.ratings.create(round=1, verdict="dissatisfied"))
    accepted.refresh_from_db()
    [again] = dispatches.dispatch(accepted, units=[lamps], by=officer)
    assert again.round == 2
    dispatches.hand_back(again, note="已办结，无新情况。", by=lamps.officer)
    assert where(accepted)[0] == O.ACCEPTED, "what was solved in the first round does not count in the second"


# Bad input


def test_no_department_twice_dissolved_or_none_at_all(accepted, lamps, officer):
    gone = factories.UnitFactory(dissolved_on=dt.date(2026, 1, 1))
    for units in ([], [lamps, lamps], [gone]):
        with pytest.raises(ValidationError):
            dispatches.dispatch(accepted, units=units, by=officer)
        assert where(accepted)[0] == O.ACCEPTED
    assert not accepted.dispatches.exists()


def test_a_department_that_has_it_does_not_get_it_twice(order, accepted, lamps, officer):
    with pytest.raises(ValidationError):
        dispatches.add_unit(accepted, unit=lamps, by=officer)
    assert accepted.dispatches.count() == 1


def test_a_department_is_not_added_where_none_has_it(accepted, police, officer):
    with pytest.raises(MoveRefused):
        dispatches.add_unit(accepted, unit=police, by=officer)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 9), dt.date(2026, 3, 11)])
def test_nobody_was_on_the_spot_before_the_order_or_tomorrow(day, order, lamps):
    dispatches.report_in(order, by=lamps.officer)
    with pytest.raises(ValidationError) as refused:
        dispatches.visit(order, on=day, by=lamps.officer)
    assert set(refused.value.message_dict) == {"on"}


def test_nothing_is_solved_without_words_or_before_reporting_in(order, lamps):
    with pytest.raises(MoveRefused):
        dispatches.solve(order, result="已修。", by=lamps.officer)
    dispatches.report_in(order, by=lamps.officer)
    for result in ("  ", "长" * 2001):
        with pytest.raises(ValidationError) as refused:
            dispatches.solve(order, result=result, by=lamps.officer)
        assert set(refused.value.message_dict) == {"result"}
    assert days(order)[0] == D.REPORTED_IN


def test_a_department_does_not_propose_itself(order, lamps):
    with pytest.raises(ValidationError):
        dispatches.hand_back(order, note="不属职责。", proposed_unit=lamps, by=lamps.officer)
    with pytest.raises(MoveRefused):
        dispatches.hand_back(order, note=" ", by=lamps.officer)


# More time


def test_more_time_is_asked_for_once_after_reporting_in_and_decided(order, accepted, lamps, township_office):
    with pytest.raises(MoveRefused):
        dispatches.ask_extension(order, reason="需采购。", by=lamps.officer)
    dispatches.report_in(order, by=lamps.officer)
    dispatches.ask_extension(order, reason="需采购。", by=lamps.officer)
    assert "延期" in told(township_office)[-1]
    with pytest.raises(MoveRefused):
        dispatches.ask_extension(order, reason="再申请。", by=lamps.officer)
    dispatches.decide_extension(order, granted=True, by=township_office)
    assert days(order) == (D.REPORTED_IN, dt.date(2026, 3, 17), dt.date(2026, 4, 22))
    assert where(accepted)[1] == dt.date(2026, 4, 22)
    with pytest.raises(MoveRefused):
        dispatches.decide_extension(order, granted=False, by=township_office)
    dispatches.visit(order, on=dt.date(2026, 3, 10), by=lamps.officer)
    assert days(order)[1] == dt.date(2026, 4, 22)


def test_time_refused_leaves_the_day(order, lamps, township_office):
    dispatches.report_in(order, by=lamps.officer)
    dispatches.ask_extension(order, reason="需采购。", by=lamps.officer)
    dispatches.decide_extension(order, granted=False, by=township_office)
    assert days(order)[2] == dt.date(2026, 3, 31)
    assert "未同意延期" in told(lamps.officer)[-1]


def test_more_time_is_asked_for_before_the_day(order, lamps, on):
    dispatches.report_in(order, by=lamps.officer)
    on(2026, 3, 31)
    assert dispatches.why_not_extend(order) == ""
    on(2026, 4, 1)
    with pytest.raises(MoveRefused):
        dispatches.ask_extension(order, reason="需采购。", by=lamps.officer)
