"""What waits on the boards: for who handles opinions, for deputies, for departments, for who runs stations."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from liaison_stations.actions import opinions as acts
from liaison_stations.states import DispatchState, OpinionState

from .. import factories

pytestmark = pytest.mark.django_db
D, O = DispatchState, OpinionState  # noqa: E741 the letter of the noun
YESTERDAY, SOON = dt.date(2026, 3, 9), dt.date(2026, 3, 12)


@pytest.fixture
def board(sign_in):
    return lambda user, name="opinions", **query: sign_in(user).get(reverse(f"stations:{name}"), query)


def counts(response):
    return {group.name: group.count for group in response.context["groups"] if group.count}


def first_acts(response):
    return {
        group.name: [line.act for line in group.lines] for group in response.context["groups"] if group.lines
    }


@pytest.fixture
def opinions(station):
    make = factories.OpinionFactory
    make(station=station, due_on=YESTERDAY)
    make(station=station, due_on=SOON, state=O.HELD)
    make(station=station, due_on=SOON, accepted=True)
    make(station=station, due_on=SOON, state=O.SOLVED)
    make(station=station, due_on=SOON, state=O.DISPATCHED)
    make(station=station, due_on=SOON, state=O.ESCALATED)
    make(station=station, answered=True)
    make(station=factories.StationFactory(), due_on=YESTERDAY)


def test_each_opinion_stands_where_it_lies_with_its_one_next_act(opinions, officer, board):
    read = board(officer)
    assert counts(read) == {
        "late": 1,
        "review": 1,
        "answer": 2,
        "county": 1,
        "departments": 1,
        "answered": 1,
        "all": 7,
    }
    acts = first_acts(read)
    assert acts["late"] == acts["review"] == ["受理"]
    assert acts["answer"] == ["答复群众", "向群众反馈"]
    assert "all" not in acts
    assert "逾期 1 天" in read.content.decode()


def test_lists_are_narrowed_and_paged(station, officer, board):
    for n in range(30):
        factories.OpinionFactory(station=station, due_on=SOON, text=f"第{n}件路灯的事")
    special = factories.OpinionFactory(station=station, due_on=SOON, text="河道漂浮物", channel="reception")
    read = board(officer, list="review")
    assert (len(read.context["lines"]), bool(read.context["page"].after)) == (25, True)
    for query in (
        {"q": "河道"},
        {"q": special.code},
        {"channel": "reception"},
        {"station": "城南", "q": "河道"},
    ):
        found = board(officer, list="review", **query).context["lines"]
        assert [line.opinion for line in found] == [special], query
    nothing = board(officer, list="review", q="飞机场")
    assert nothing.status_code == 200 and not nothing.context["lines"]
    assert board(officer, list="review", channel="nonsense").status_code == 200
    assert board(officer, list="nonsense").status_code == 200


def test_a_deputy_finds_what_is_addressed_to_them_or_to_nobody_at_their_stations(station, resident, board):
    make = factories.OpinionFactory
    make(station=station, due_on=SOON, accepted=True, deputy=resident)
    make(station=station, due_on=SOON, accepted=True)
    make(
        station=station, due_on=SOON, accepted=True, deputy=factories.ResidencyFactory(station=station).deputy
    )
    make(station=station, due_on=SOON, state=O.HELD, deputy=resident)
    make(
        station=station,
        due_on=SOON,
        state=O.ESCALATED,
        asked_deputy=resident,
        deputy=factories.DeputyFactory(),
    )
    assert counts(board(resident.user)) == {"asked": 1, "mine": 1, "station": 1}


def test_departments_find_their_orders_and_nobody_else_s(station, board):
    unit = factories.UnitFactory(name="市城管局")
    worker = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user
    make = factories.DispatchFactory
    make(unit=unit, due_on=YESTERDAY)
    make(unit=unit, due_on=SOON)
    make(unit=unit, due_on=SOON, state=D.REPORTED_IN)
    make(unit=unit, due_on=SOON, state=D.ON_SITE)
    make(unit=unit, due_on=None, state=D.SOLVED, solved_on=YESTERDAY)
    make(due_on=SOON)
    read = board(worker, "orders")
    assert counts(read) == {"late": 1, "sent": 1, "on_site": 1, "solve": 1, "ended": 1}
    assert first_acts(read)["on_site"] == ["登记到现场"]
    assert board(worker, "orders", list="sent").context["page"].count == 1


@pytest.mark.django_db(transaction=True)
def test_a_board_shows_at_once_what_was_done(station, officer, board, on):
    assert counts(board(officer)) == {}
    opinion = factories.OpinionFactory(station=station, due_on=SOON)
    assert counts(board(officer)) == {"review": 1, "all": 1}
    assert "受理" in board(officer).content.decode()
    acts.accept(opinion, by=officer)
    assert counts(board(officer)) == {"answer": 1, "all": 1}
    assert "答复群众" in board(officer).content.decode()
    on(2026, 4, 13)
    assert counts(board(officer)) == {"late": 1, "all": 1}
    acts.answer(opinion, by=officer, text="路灯已修好。", solved="yes")
    assert counts(board(officer)) == {"answered": 1, "all": 1}
    assert "答复群众" not in board(officer).content.decode()
    officer.station_posts.all().delete()
    assert board(officer).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_each_finds_their_own_board(opinions, station, officer, township_office, board):
    other = factories.StationPostFactory(user__name="联络员小钱").user
    for _time in range(2):
        assert [counts(board(user)).get("all") for user in (officer, other, township_office)] == [7, None, 8]


def test_who_has_no_part_in_it_has_no_board(leader, unit_officer, deputy_user, board):
    assert board(leader).status_code == board(unit_officer).status_code == 404
    assert board(deputy_user, "orders").status_code == 404
    assert board(leader, "board").status_code == board(deputy_user, "board").status_code == 403


def test_the_day_of_a_station(opinions, station, officer, board, committed):
    reception = factories.ReceptionFactory(station=station, day=SOON)
    factories.ReceptionFactory(station=factories.StationFactory(), day=SOON)
    point = factories.StationFactory(parent=station)
    read = board(officer, "board")
    assert list(read.context["receptions"]) == [reception]
    assert {row[0]: row[1:] for row in read.context["stations"]} == {station: (6, 1), point: (0, 0)}
    assert reverse("stations:gap", args=[station.pk]) in read.content.decode()


def test_a_township_has_the_stations_of_its_area(township_office, station, board):
    far = factories.StationFactory(area=factories.AreaFactory(code="360521101", name="双林镇"))
    read = board(township_office, "board")
    assert [row[0] for row in read.context["stations"]] == [station]
    assert far.name not in read.content.decode()


def test_station_staff_come_to_their_board_after_signing_in(officer, sign_in):
    assert sign_in(officer).get(reverse("home:landing")).url == reverse("stations:board")


@pytest.mark.parametrize("name", ["opinions", "board"])
def test_a_board_asks_as_much_for_five_as_for_one(name, station, officer, sign_in, committed):
    client, numbers = sign_in(officer), []
    client.get(reverse(f"stations:{name}"))
    for more in (1, 4):
        for _one in range(more):
            factories.OpinionFactory(station=station, due_on=SOON)
            factories.OpinionFactory(station=station, due_on=SOON, accepted=True)
            factories.ReceptionFactory(station=station, day=SOON + dt.timedelta(days=len(numbers) * 9 + _one))
            factories.StationFactory(parent=station)
        committed()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"stations:{name}"))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
