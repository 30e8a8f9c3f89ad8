"""The league table: places, highlights and gaps worked out by hand; who reads it."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from liaison_stations import league
from liaison_stations.models import StationEvent
from liaison_stations.seeds import new_scheme

from .. import factories
from .test_scoring import event

pytestmark = pytest.mark.django_db
LEAGUE = reverse("stations:league")
TODAY = dt.date(2026, 12, 31)
Kind = StationEvent.Kind


@pytest.fixture(autouse=True)
def at_the_end_of_2026():
    with time_machine.travel(dt.datetime(2026, 12, 31, 1, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def scheme(db):
    return new_scheme(2026, by=None)


@pytest.fixture
def stations(scheme):
    """28 points for what was not asked of them; the first with two studies and an item the nation adopted, the second with
    a report, the third with nothing, like the fourth of another county.
    """
    first, second, third = (factories.StationFactory(name=f"第{n}站", display_order=n) for n in range(1, 4))
    other = factories.StationFactory(
        name="分宜站", kind="home", area=factories.FenyiFactory(), display_order=4
    )
    for month in (2, 3):
        event(first, Kind.STUDY, 2026, month, 1)
    event(first, Kind.PUBLICITY, 2026, 4, 1, level="nation")
    event(second, Kind.REPORT, 2026, 5, 1)
    factories.StationFactory(closed=True)
    return first, second, third, other


def rows(**where):
    return [(row.name, row.place, row.points) for row in league.table(2026, TODAY, **where).rows]


def test_the_best_come_first_and_the_same_points_share_a_place(stations):
    assert rows() == [
        ("第1站", 1, Decimal("38.0")),  # 28 + 4 + 4 + 2 of the ledger
        ("第2站", 2, Decimal("36.0")),  # 28 + 6 + 2
        ("第3站", 3, Decimal("28.0")),
        ("分宜站", 3, Decimal("28.0")),
    ]
    table = league.table(2026, TODAY)
    assert (table.most, table.average) == (Decimal("85.0"), Decimal("32.5"))


def test_a_county_and_a_kind_are_compared_among_themselves(stations):
    assert rows(county="360521") == [("分宜站", 1, Decimal("28.0"))]
    assert [name for name, _place, _points in rows(kind="station")] == ["第1站", "第2站", "第3站"]
    assert rows(county="360502", kind="home") == []


def test_highlights_are_above_the_average_and_gaps_below_the_best(stations):
    first, second, third, _other = league.table(2026, TODAY).rows
    # activities 4, 6, 0, 0: average 2.5; publicity 4, 0, 0, 0: average 1; ledgers 4, 4, 2, 2: average 3
    assert first.highlights == (("宣传信息", Decimal("3.0")), ("活动开展", Decimal("1.5")))
    assert first.gaps == (("活动开展", Decimal("2.0")),)
    assert second.highlights == (("活动开展", Decimal("3.5")), ("台账档案", Decimal("1.0")))
    assert second.gaps == (("宣传信息", Decimal("4.0")),)
    assert third.gaps_told == "活动开展 −6.0、宣传信息 −4.0"


def test_without_a_sheet_there_is_no_table(db):
    assert league.table(2026, TODAY) is None


def test_more_stations_cost_no_more_queries(stations, committed, django_assert_num_queries):
    committed()
    league.table(2026, TODAY)
    with django_assert_num_queries(11):
        league.table(2026, TODAY)
    factories.StationFactory(name="第5站")
    committed()
    league.table(2026, TODAY)
    with django_assert_num_queries(11):
        league.table(2026, TODAY)


def test_the_page_prints_its_method_and_keeps_what_is_chosen(stations, sign_in, deputy_user, office):
    response = sign_in(deputy_user).get(LEAGUE, {"county": "360502", "kind": "station", "year": "2026"})
    soup = BeautifulSoup(response.content, "html.parser")
    text = soup.select_one("main").get_text()
    assert len(soup.select("tbody tr")) == 3
    assert "只计《2026年度代表联络站星级评定标准》中由记录自动计算的 85.0 分" in text
    assert soup.select_one("#id_county option[selected]")["value"] == "360502"
    assert not soup.select(f'a[href="{reverse("stations:gap", args=[stations[0].pk])}"]')
    clerk = BeautifulSoup(sign_in(office).get(LEAGUE).content, "html.parser")
    assert clerk.select(f'a[href="{reverse("stations:gap", args=[stations[0].pk])}"]')


@pytest.mark.parametrize(
    "query", ["year=1900", "county=x", "kind=%00", "page=99", "page=-1", "page=a", "year=²"]
)
def test_a_bad_choice_shows_all(stations, sign_in, office, query):
    response = sign_in(office).get(f"{LEAGUE}?{query}")
    assert response.status_code == 200
    assert len(response.context["rows"]) == 4


def test_long_tables_go_on_over_pages(stations, sign_in, office, monkeypatch):
    monkeypatch.setattr("liaison_stations.views.league.ROWS", 3)
    client = sign_in(office)
    first = client.get(LEAGUE)
    assert (len(first.context["rows"]), first.context["page"].after) == (3, "?page=2")
    last = client.get(f"{LEAGUE}{first.context['page'].after}")
    assert (len(last.context["rows"]), last.context["page"].before) == (1, "?page=1")


def test_units_and_strangers_do_not_read_it(stations, client, sign_in, unit_officer):
    assert client.get(LEAGUE).status_code == 302
    assert sign_in(unit_officer).get(LEAGUE).status_code == 403
