"""What is told on which day, to whom it climbs, and that nobody is told twice."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Role
from liaison_stations import reminders
from liaison_stations.states import DispatchState, OpinionState
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db
D, O = DispatchState, OpinionState  # noqa: E741 the letter of the noun
DUE = dt.date(2026, 3, 17)


def run():
    return reminders.remind(timezone.localtime())


def told(user):
    """Of opinions and orders; what the other parts of the app remind of has its own tests."""
    notices = Notice.objects.filter(recipient=user).exclude(kind="stations.plan")
    return list(notices.order_by("pk").values_list("subject", "kind"))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-2, ""),
        (-1, "warn"),
        (0, "due"),
        (1, "late-1"),
        (2, "late-1"),
        (3, "late-3"),
        (6, "late-5"),
        (7, "late-7"),
        (13, "late-7"),
        (14, "late-14"),
    ],
)
def test_where_a_day_stands(days, expected):
    assert reminders.opinions.stage(DUE, DUE + dt.timedelta(days=days)) == expected


def test_an_answer_that_is_owed_climbs_from_the_station_to_the_city(
    station, officer, township_office, yushui_office, office, on
):
    factories.OpinionFactory(station=station, accepted=True, due_on=DUE)
    people = {"station": officer, "township": township_office, "county": yushui_office, "city": office}
    seen = {}
    for day in range(15, 26):
        on(2026, 3, day)
        before = {name: len(told(person)) for name, person in people.items()}
        assert run()["opinions"] == sum(len(told(person)) for person in people.values()) - sum(
            before.values()
        )
        assert run()["opinions"] == 0, "nobody is told twice"
        news = [name for name, person in people.items() if len(told(person)) > before[name]]
        if news:
            seen[day] = news
    assert seen == {
        16: ["station"],
        17: ["station"],
        18: ["station"],
        20: ["station", "township"],
        22: ["station", "township", "county"],
        24: ["station", "township", "county", "city"],
    }
    subject, kind = told(office)[0]
    assert subject == "城南街道第一代表联络站，逾期7天：群众意见待答复"
    assert kind == "stations.opinion_late"


def test_the_deputy_it_is_addressed_to_is_told_too_and_the_text_is_in_no_notice(
    station, officer, resident, on
):
    factories.OpinionFactory(station=station, accepted=True, due_on=DUE, deputy=resident, subject="路灯不亮")
    on(2026, 3, 17)
    run()
    [(subject, kind)] = told(resident.user)
    assert subject == "城南街道第一代表联络站，今天到期：群众意见待答复"
    assert kind == "stations.opinion"


@pytest.mark.parametrize(
    ("state", "what"),
    [(O.HELD, "待受理"), (O.SUBMITTED, "待受理"), (O.ACCEPTED, "待答复"), (O.SOLVED, "待反馈")],
)
def test_each_step_is_called_by_its_name(state, what, station, officer, on):
    factories.OpinionFactory(station=station, state=state, due_on=DUE)
    on(2026, 3, 17)
    run()
    assert what in told(officer)[0][0]


def test_what_lies_with_the_county_is_the_county_s(station, officer, yushui_office, on):
    factories.OpinionFactory(station=station, state=O.ESCALATED, due_on=DUE)
    on(2026, 3, 17)
    run()
    assert (len(told(officer)), len(told(yushui_office))) == (0, 1)


def test_nobody_is_reminded_of_what_is_answered_joined_or_with_a_suggestion(station, officer, on):
    for state in (O.ANSWERED, O.CLOSED, O.REFUSED, O.RAISED, O.DISPATCHED):
        factories.OpinionFactory(
            station=station, state=state, due_on=DUE, answered_on=DUE, refusal="advert", closed_on=DUE
        )
    on(2026, 3, 30)
    assert run()["opinions"] == 0


def test_a_department_is_reminded_and_the_station_hears_when_it_is_late(
    station, officer, township_office, on
):
    opinion = factories.OpinionFactory(station=station, state=O.DISPATCHED, due_on=None)
    unit = factories.UnitFactory(name="市城管局")
    worker = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user
    factories.DispatchFactory(opinion=opinion, unit=unit, due_on=dt.date(2026, 3, 11))
    numbers = {}
    for day in (10, 11, 12, 14):
        on(2026, 3, day)
        run()
        numbers[day] = len(told(worker)), len(told(officer)), len(told(township_office))
    assert numbers == {10: (1, 0, 0), 11: (2, 0, 0), 12: (3, 1, 0), 14: (4, 2, 1)}
    assert told(worker)[-1] == ("城南街道第一代表联络站，逾期3天：派单待报到", "stations.dispatch_late")
    assert told(officer)[-1][0].startswith("市城管局：")


def test_a_request_for_more_time_that_waits_is_told_of_once_a_week(station, township_office, on):
    opinion = factories.OpinionFactory(station=station, state=O.DISPATCHED, due_on=None)
    order = factories.DispatchFactory(opinion=opinion, state=D.ON_SITE, due_on=dt.date(2026, 4, 30))
    order.extension_asked_at = timezone.now()
    order.save()
    for day, number in ((10, 0), (11, 1), (12, 1), (16, 1), (17, 0)):
        on(2026, 3, day)
        before = len(told(township_office))
        run()
        expected = before + (number if day in (11, 16) else 0)
        assert len(told(township_office)) == expected, day


def test_where_a_station_has_nobody_the_township_is_told(station, township_office, on):
    factories.OpinionFactory(station=station, accepted=True, due_on=DUE)
    on(2026, 3, 17)
    run()
    assert len(told(township_office)) == 1
