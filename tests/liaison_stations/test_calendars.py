"""What the public reads of receptions: the calendar by month and area, the notice, the feeds to subscribe to."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from liaison_stations import calendars
from liaison_stations.actions import receptions
from liaison_stations.models import Reception

from .. import factories
from .receiving import DAY, WEEK_BEFORE, guest, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(WEEK_BEFORE, tick=False) as moving:
        yield moving


@pytest.fixture
def here(clock):
    return room(announced=True)


def lines_of(response):
    """The lines of a feed, put together again."""
    body = response.content.decode()
    assert body.endswith("\r\n") and "\n" not in body.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    return body.replace("\r\n ", "").split("\r\n")


def events(response):
    """``[{name: value}]`` of a feed."""
    found = []
    for line in lines_of(response):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, value)
    return found


# Pages


def test_the_calendar_shows_what_was_announced(here, client):
    factories.ReceptionFactory(station=here.station, day=DAY + dt.timedelta(days=1))  # planned only
    page = client.get(reverse("stations:calendar")).content.decode()
    assert "3月16日" in page and "李代表" in page and "3月17日" not in page
    assert (
        "还没有发布接待日" in client.get(reverse("stations:calendar"), {"month": "2026-04"}).content.decode()
    )


def test_the_calendar_of_an_area(here, client):
    other = room(
        announced=True, station=factories.StationFactory(name="分宜镇联络站", area=factories.FenyiFactory())
    )
    page = client.get(
        reverse("stations:calendar"), {"area": other.reception.station.area.code}
    ).content.decode()
    assert "分宜镇联络站" in page and str(here.station) not in page.split("<h2>")[1]
    assert str(here.station) in client.get(reverse("stations:calendar"), {"area": "360502"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"month": "2026-13"}, {"month": "x"}, {"area": "999999"}, {"month": "2099-01"}, {"area": "'"}]
)
def test_what_nobody_links_to_is_answered_and_not_kept(here, client, query):
    response = client.get(reverse("stations:calendar"), query)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]


def test_the_page_of_a_station(here, client):
    page = client.get(reverse("stations:calendar-of", args=[here.station.pk])).content.decode()
    assert "2026年3月16日" in page and "calendar.ics" in page
    assert client.get(reverse("stations:calendar-of", args=[here.station.pk + 99])).status_code == 404


def test_a_month_costs_the_same_however_many_receive(here, client, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("stations:calendar"), {"month": "2026-03"})
        return len(caught)

    queries()
    before = queries()
    for n in range(5):
        factories.ReceptionFactory(announced=True, station=here.station, day=DAY + dt.timedelta(days=n + 1))
    assert queries() == before


# The notice


def test_the_notice_says_what_it_must(here, client):
    unit = factories.UnitFactory(name="市住建局")
    here.reception.units.add(unit)
    Reception.objects.update(matters="物业管理")
    page = client.get(reverse("stations:notice", args=[here.reception.pk])).content.decode()
    for words in (
        "接待日公告",
        "2026年3月16日",
        "9:00—11:00",
        "振兴路49号",
        "李代表",
        "市住建局",
        "物业管理",
        "诉讼",
    ):
        assert words in page, words


def test_a_notice_is_public_once_published(here, client, sign_in):
    planned = factories.ReceptionFactory(station=here.station, day=DAY + dt.timedelta(days=1))
    address = reverse("stations:notice", args=[planned.pk])
    assert client.get(address).status_code == 404
    assert "尚未发布" in sign_in(here.staff).get(address).content.decode()
    assert sign_in(guest().user).get(address).status_code == 404
    receptions.cancel(planned, by=here.staff, note="汛期。")
    assert client.get(address).status_code == 404  # nobody had been told of it


def test_a_cancelled_one_stays_and_says_so(here, client):
    receptions.cancel(here.reception, by=here.staff, note="汛期。")
    page = client.get(reverse("stations:notice", args=[here.reception.pk])).content.decode()
    assert "已取消" in page and "汛期" not in page


# The feeds


def feeds(here):
    return {
        "city": reverse("stations:feed"),
        "area": reverse("stations:feed-of-area", args=[here.station.area.code]),
        "station": reverse("stations:feed-of", args=[here.station.pk]),
    }


def test_each_feed_has_the_reception(here, client):
    for address in feeds(here).values():
        response = client.get(address)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        [event] = events(response)
        assert event["DTSTART;TZID=Asia/Shanghai"] == "20260316T090000"
        assert event["DTEND;TZID=Asia/Shanghai"] == "20260316T110000"
        assert event["STATUS"] == "CONFIRMED"
        assert event["SUMMARY"] == f"人大代表接待群众：{here.station}"
        assert event["UID"] == f"reception-{here.reception.pk}@127.0.0.1"
        lines = lines_of(response)
        assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and lines[-2:] == ["END:VCALENDAR", ""]
        assert "TZID:Asia/Shanghai" in lines


def test_feeds_of_elsewhere_are_others(here, client):
    other = room(announced=True, station=factories.StationFactory(area=factories.FenyiFactory()))
    assert len(events(client.get(reverse("stations:feed")))) == 2
    [event] = events(client.get(reverse("stations:feed-of-area", args=[other.reception.station.area.code])))
    assert event["UID"].startswith(f"reception-{other.reception.pk}@")
    assert client.get(reverse("stations:feed-of-area", args=["999999"])).status_code == 404


def test_a_change_keeps_its_identity_and_a_cancelled_one_says_so(here, client):
    address = feeds(here)["station"]
    [before] = events(client.get(address))
    receptions.change(
        here.reception,
        by=here.staff,
        day=DAY,
        begins=dt.time(14),
        ends=dt.time(16),
        place="二楼",
        matters="",
        units=(),
    )
    [changed] = events(client.get(address))
    assert changed["UID"] == before["UID"] and changed["DTSTART;TZID=Asia/Shanghai"] == "20260316T140000"
    receptions.cancel(here.reception, by=here.staff, note="汛期。")
    [cancelled] = events(client.get(address))
    assert (cancelled["UID"], cancelled["STATUS"]) == (before["UID"], "CANCELLED")


def test_what_has_not_changed_is_not_sent_again(here, clock):
    client, address = Client(), feeds(here)["station"]
    first = client.get(address)
    clock.shift(dt.timedelta(hours=8))
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    receptions.cancel(here.reception, by=here.staff, note="汛期。")
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_what_is_planned_or_long_over_is_in_no_feed(here, client):
    factories.ReceptionFactory(station=here.station, day=DAY + dt.timedelta(days=3))
    factories.ReceptionFactory(held=True, station=here.station, day=DAY - dt.timedelta(days=200))
    held = factories.ReceptionFactory(held=True, station=here.station, day=DAY - dt.timedelta(days=20))
    uids = {event["UID"].split("@")[0] for event in events(client.get(feeds(here)["station"]))}
    assert uids == {f"reception-{here.reception.pk}", f"reception-{held.pk}"}


def test_text_cannot_break_a_feed(here, client):
    """Commas, semicolons, backslashes, line breaks and long text, as somebody may type them."""
    nasty = "物业,停车;电梯\\井\r\nEND:VCALENDAR\nSTATUS:CANCELLED " + "路灯" * 60
    Reception.objects.update(matters=nasty[:200])
    response = client.get(feeds(here)["station"])
    [event] = events(response)
    assert event["STATUS"] == "CONFIRMED"
    assert "物业\\,停车\\;电梯\\\\井\\nEND:VCALENDAR\\nSTATUS" in event["DESCRIPTION"]


@given(st.text())
def test_any_text_is_escaped_and_folded_back(text):
    line = f"X:{calendars._escaped(text)}"
    folded = calendars._folded(line)
    assert "\n" not in line and "\r" not in line
    assert folded.replace("\r\n ", "") == line
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one for one in plain if one == "\n" or (one >= " " and one != "\x7f"))
    read = line[2:].replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    assert read.replace("\0", "\\") == plain


def test_feeds_hold_no_visitor(here, client):
    factories.OpinionFactory(station=here.station, reception=here.reception, channel="reception")
    body = client.get(feeds(here)["city"]).content.decode()
    assert "李桂花" not in body and "路灯" not in body
