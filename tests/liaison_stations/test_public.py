"""What everybody reads of stations."""

import datetime as dt
import logging

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from liaison_stations import nearby
from liaison_stations.models import ReceptionRule, StarRecord, Station, StationPlan

from .. import factories

pytestmark = pytest.mark.django_db
LIST, NEAR = reverse("stations:list"), reverse("stations:near")
XINYU = (27.8178, 114.9173)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-10 01:00:00Z", tick=False):
        yield


def station(name="城南街道代表联络站", **fields):
    return factories.StationFactory(name=name, **fields)


def names(query="", client=None):
    return [row.name for row in (client or Client()).get(f"{LIST}{query}").context["page"].rows]


def text_of(page):
    return page.content.decode()


# The list


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["甲站", "乙站"]),
        ("?area=360502", ["甲站"]),
        ("?area=360521", ["乙站"]),
        ("?stars=5", ["乙站"]),
        ("?q=振兴", ["甲站"]),
        ("?q=乙站&stars=5", ["乙站"]),
        ("?q=乙站&stars=4", []),
        ("?area=999999", ["甲站", "乙站"]),
        ("?stars=1", ["甲站", "乙站"]),
    ],
)
def test_the_list_is_filtered(query, found):
    station("甲站")
    station("乙站", area=factories.FenyiFactory(), stars=5, address="分宜镇府前路6号")
    station("丙站", closed=True)
    assert names(query) == found


def test_counties_and_townships_are_counted():
    factories.YushuiFactory()
    station("甲站")
    station("乙站")
    station("丙站", area=factories.FenyiFactory())
    station("丁站", closed=True)
    yushui, fenyi = Client().get(LIST).context["counties"]
    assert (yushui.name, yushui.number, [(p.name, p.number) for p in yushui.inside]) == (
        "渝水区",
        2,
        [("城南街道", 2)],
    )
    assert (fenyi.name, fenyi.number, fenyi.inside) == ("分宜县", 1, ())


def test_the_list_goes_on_from_the_last_station_seen():
    made = [station(f"第{number}站").name for number in range(30)]
    first = Client().get(LIST).context["page"]
    second = Client().get(f"{LIST}{first.after}").context
    assert [row.name for row in first.rows] + [row.name for row in second["page"].rows] == made
    assert second["counties"] == ()


@pytest.mark.parametrize("name", ["q", "area", "stars", "after", "before"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "9" * 30, "-1", "x" * 5000, "[]"])
def test_no_value_in_the_address_breaks_the_list(name, value):
    station()
    assert Client().get(f"{LIST}?{name}={value}").status_code == 200


def test_a_page_of_stations_takes_the_same_queries_for_one_and_many():
    def queries(url):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            Client().get(url)
        return len(captured)

    first = station(demonstration="city")
    fill(first)
    few = queries(LIST), queries(first.get_absolute_url())
    for _more in range(3):
        station(f"另一站{_more}")
        fill(first)
    assert (queries(LIST), queries(first.get_absolute_url())) == few


def fill(at):
    """A deputy, a reception they are expected at, a post, a point, a star and an answer more."""
    residency = factories.ResidencyFactory(station=at)
    day = dt.date(2026, 3, 12) + dt.timedelta(days=at.receptions.count())
    reception = factories.ReceptionFactory(station=at, announced=True, day=day)
    reception.attendances.create(deputy=residency.deputy)
    factories.StationPostFactory(station=at)
    factories.StationFactory(parent=at, kind="point", name=f"点{Station.objects.count()}")
    StarRecord.objects.create(station=at, year=2025, new_stars=4, published_on="2026-01-05")
    answered(at)


def answered(at, **fields):
    return factories.OpinionFactory(
        station=at,
        answered=True,
        may_publish=True,
        published_on="2026-03-01",
        public_text="路灯坏了一个多月",
        public_answer="已经修好",
        **fields,
    )


# Near me


def test_the_nearest_come_first_and_nothing_far():
    for name, north, east in (("远", 0.05, 0), ("近", 0.001, 0.001), ("天边", 1, 1)):
        station(name, latitude=XINYU[0] + north, longitude=XINYU[1] + east)
    station("关", latitude=XINYU[0], longitude=XINYU[1], closed=True)
    station("无")
    found = nearby.nearest(*XINYU)
    assert [str(row) for row, _way in found] == ["近", "远"]
    assert [round(way, 2) for _row, way in found] == [0.15, 5.56]


def test_at_most_twenty_are_shown_in_one_query(django_assert_num_queries):
    for number in range(25):
        station(f"第{number}站", latitude=XINYU[0] + number / 1000, longitude=XINYU[1])
    with django_assert_num_queries(1):
        found = nearby.nearest(*XINYU)
    assert [str(row) for row, _way in found] == [f"第{number}站" for number in range(20)]


def test_a_position_is_answered_and_neither_stored_nor_logged(caplog):
    station(latitude=XINYU[0], longitude=XINYU[1])
    caplog.set_level(logging.DEBUG)
    page = Client().post(NEAR, {"latitude": "27.8178123", "longitude": "114.9173456"})
    assert [str(row) for row, _way in page.context["found"]] == ["城南街道代表联络站"]
    assert "no-store" in page["Cache-Control"]
    assert "27.81781" not in caplog.text.replace("params", "")
    assert "27.81781" not in str(page.cookies)


@pytest.mark.parametrize(
    "sent",
    [{}, {"latitude": "nan", "longitude": "1"}, {"latitude": "91", "longitude": "0"}, {"latitude": "这里", "longitude": "x"}, {"latitude": "1e400", "longitude": "inf"}],
)  # fmt: skip
def test_a_position_that_is_none_shows_the_areas(sent):
    station()
    page = Client().post(NEAR, sent)
    assert page.status_code == 200
    assert page.context["found"] is None
    assert page.context["counties"]


@pytest.mark.parametrize("place", [(90, 0), (-90, 180), (0, 0)])
def test_the_ends_of_the_earth_are_no_error(place):
    station(latitude=XINYU[0], longitude=XINYU[1])
    assert nearby.nearest(*place) == []


# A station's page


def test_a_page_says_who_is_there_and_when():
    at = station(address="城南街道振兴路49号", opening_hours="工作日 9:00—17:00", phone="0790-6441234")
    factories.StationPostFactory(station=at, name="孔燕", phone="13807905678")
    factories.StationPostFactory(station=at, name="前任", until="2026-01-01")
    resident = factories.ResidencyFactory(station=at).deputy
    former = factories.ResidencyFactory(station=at, until="2026-01-01").deputy
    ended = factories.ResidencyFactory(station=at, deputy=factories.MandateFactory(ended=True).deputy).deputy
    factories.ReceptionFactory(station=at, day=dt.date(2026, 3, 11))  # planned, told nobody yet
    reception = factories.ReceptionFactory(station=at, announced=True, day=dt.date(2026, 3, 20))
    reception.attendances.create(deputy=resident)
    factories.ReceptionFactory(station=at, held=True, day=dt.date(2026, 3, 1))
    page = Client().get(at.get_absolute_url())
    text = text_of(page)
    assert page.context["reception"] == reception
    assert [card["name"] for card in page.context["cards"]] == [resident.name]
    for words in ("振兴路49号", "工作日 9:00—17:00", "0790-6441234", "孔燕", "2026年3月20日"):
        assert words in text
    for words in ("13807905678", "前任", former.name, ended.name):
        assert words not in text


def test_stars_stand_with_their_history_and_reasons():
    at = station(stars=5)
    StarRecord.objects.create(
        station=at,
        year=2025,
        old_stars=4,
        new_stars=5,
        move="promote",
        reason="全年接待24次，群众满意度高",
        decided_on="2026-01-05",
        published_on="2026-01-12",
    )
    StarRecord.objects.create(station=at, year=2026, new_stars=3, reason="还在评议")
    text = text_of(Client().get(at.get_absolute_url()))
    assert "全年接待24次" in text
    assert "2026年1月5日" in text
    assert "★★★★★" in text
    assert "还在评议" not in text


def test_answers_are_shown_in_the_words_put_before_the_public():
    at = station()
    answered(at)
    factories.OpinionFactory(station=at, answered=True, text="不公开的话")
    text = text_of(Client().get(at.get_absolute_url()))
    assert "路灯坏了一个多月" in text
    assert "已经修好" in text
    assert "不公开的话" not in text
    assert "李桂花" not in text


def test_the_first_act_of_a_page_is_to_say_something():
    at = station()
    text = text_of(Client().get(at.get_absolute_url()))
    for name in ("leave", "calendar-of"):
        assert reverse(f"stations:{name}", args=[at.pk]) in text
    quiet = station("不收留言的站", takes_messages=False)
    text = text_of(Client().get(quiet.get_absolute_url()))
    assert reverse("stations:leave", args=[quiet.pk]) not in text
    closed = station("旧站", closed=True, state_since="2026-01-06")
    assert reverse("stations:leave", args=[closed.pk]) not in text_of(Client().get(closed.get_absolute_url()))


def test_of_many_deputies_all_are_there_and_a_dozen_at_once():
    at = station()
    for _more in range(14):
        factories.ResidencyFactory(station=at)
    text = text_of(Client().get(at.get_absolute_url()))
    assert text.count('class="person"') == 14
    assert "其余2名" in text


@pytest.mark.parametrize(("state", "is_shown"), [("approved", True), ("submitted", False)])
def test_a_plan_is_public_when_it_is_approved(state, is_shown):
    at = station()
    StationPlan.objects.create(station=at, year=2026, text="每月15日接待", state=state)
    assert ("每月15日接待" in text_of(Client().get(at.get_absolute_url()))) == is_shown


def test_a_merged_station_leads_on_and_a_closed_one_to_its_area():
    into = station("城北街道代表联络站")
    merged = station("老站", state="merged", merged_into=into, state_since="2026-01-05")
    page = text_of(Client().get(merged.get_absolute_url()))
    assert into.get_absolute_url() in page
    assert "2026年1月5日" in page
    closed = station("旧站", closed=True, state_since="2026-01-06")
    page = text_of(Client().get(closed.get_absolute_url()))
    assert f"{LIST}?area=360502001" in page
    assert "旧站" not in text_of(Client().get(LIST))


def test_parent_and_points_lead_to_each_other():
    home = station("城南代表之家", kind="home")
    point = station("张家村代表联络点", kind="point", parent=home)
    station("关了的点", kind="point", parent=home, closed=True)
    assert point.get_absolute_url() in text_of(Client().get(home.get_absolute_url()))
    assert "关了的点" not in text_of(Client().get(home.get_absolute_url()))
    assert home.get_absolute_url() in text_of(Client().get(point.get_absolute_url()))


def test_a_page_is_given_to_strangers_as_ready_bytes_until_something_changes(settings, committed):
    settings.PAGE_CACHE_SECONDS = 60
    at, client = station(), Client()
    committed()
    for url in (LIST, f"{LIST}?area=360502001", at.get_absolute_url()):
        first = client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).content == first.content
        assert len(captured) == 0, url


# The poster


def test_a_poster_carries_the_code_of_its_page(settings):
    settings.SITE_URL = "https://rd.example.cn"
    at = station(stars=4)
    ReceptionRule.objects.create(station=at, day=15)
    factories.StationPostFactory(station=at, name="孔燕", phone="13807905678")
    page = Client().get(reverse("stations:poster", args=[at.pk]))
    text = text_of(page)
    assert f"https://rd.example.cn{at.get_absolute_url()}" in text
    assert '<svg viewBox="0 0' in text
    assert "style=" not in text
    assert "孔燕" in text
    assert "13807905678" not in text


def test_the_name_of_a_station_stays_text_in_its_code():
    at = station("<script>alert(1)</script>站")
    text = text_of(Client().get(reverse("stations:poster", args=[at.pk])))
    assert "<script>alert" not in text


# A deputy's page


def test_a_deputys_page_leads_to_their_stations():
    residency = factories.ResidencyFactory(station=station())
    deputy = residency.deputy
    factories.ResidencyFactory(station=station("前站"), deputy=deputy, until="2026-01-01")
    factories.ResidencyFactory(station=station("关站", closed=True), deputy=deputy)
    text = text_of(Client().get(deputy.get_absolute_url()))
    assert residency.station.get_absolute_url() in text
    assert "前站" not in text
    assert "关站" not in text


def test_the_main_pages_lead_to_stations():
    text = text_of(Client().get(reverse("home:start")))
    assert text.count(f'href="{LIST}"') == 2


def test_today_is_not_over_before_its_evening():
    at = station()
    reception = factories.ReceptionFactory(station=at, announced=True, day=timezone.localdate())
    assert Client().get(at.get_absolute_url()).context["reception"] == reception
