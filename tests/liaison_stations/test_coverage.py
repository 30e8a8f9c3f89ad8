"""Where nothing happens and what happens everywhere."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from liaison_stations import coverage
from liaison_stations.actions import matters
from liaison_stations.models import Opinion
from proposals.actions import topics
from proposals.models import Topic

from .. import factories

pytestmark = pytest.mark.django_db
LAMPS = "振兴路的路灯坏了一个多月，晚上老人过马路很不安全，希望尽快修好。"
BUSES = "十二路公交车班次太少，早上学生上学常常等半个小时。"


@pytest.fixture
def today():
    return timezone.localdate()


def town(code, name):
    return factories.AreaFactory(code=code, name=name, kind="town")


def test_an_area_lacks_what_was_not_done_for_ninety_days(today):
    busy, idle = town("360502100", "水北镇"), town("360502101", "下村镇")
    station, other = factories.StationFactory(area=busy), factories.StationFactory(area=idle)
    for where, days in ((station, 90), (other, 91)):
        day = today - dt.timedelta(days=days)
        factories.ReceptionFactory(station=where, day=day, held=True)
        factories.StationEventFactory(station=where, kind="visit", on=day)
        factories.OpinionFactory(station=where, state="answered", answered_on=day)
    rows = {row.area: row for row in coverage.areas(today)}
    assert rows[busy].lacks == []
    assert rows[idle].lacks == ["reception", "visit", "answer"]
    assert rows[idle].reception == today - dt.timedelta(days=91)
    assert next(iter(rows)) == idle  # what lacks most stands first


def test_an_announced_reception_is_none_yet_and_a_study_is_no_visit(today):
    area = town("360502100", "水北镇")
    station = factories.StationFactory(area=area)
    factories.ReceptionFactory(station=station, day=today, announced=True)
    factories.StationEventFactory(station=station, kind="study", on=today)
    [row] = coverage.areas(today, "360502100")
    assert row.lacks == ["reception", "visit", "answer"]


def test_a_silent_station_is_listed_with_its_last_sign_of_life(today, office, sign_in):
    silent, busy, closed = (factories.StationFactory(name=name) for name in ("静站", "忙站", "关站"))
    closed.state = "closed"
    closed.save()
    factories.ReceptionFactory(station=silent, day=today - dt.timedelta(days=120), held=True)
    factories.StationEventFactory(station=busy, on=today)
    factories.StationEventFactory(station=silent, kind="supervision", on=today)  # others came, it did nothing
    page = sign_in(office).get(reverse("stations:silent"))
    assert page.context["rows"] == [(silent, today - dt.timedelta(days=120))]


@pytest.mark.django_db(transaction=True)
def test_a_station_that_wakes_is_silent_no_more_at_once(today, office, township_office, sign_in):
    silent, other = (factories.StationFactory(name=name) for name in ("静站", "他站"))
    factories.StationFactory(area=town("360521100", "分宜镇"), name="分宜站")
    everywhere, here = sign_in(office), sign_in(township_office)

    def listed(client):
        return [station.name for station, _last in client.get(reverse("stations:silent")).context["rows"]]

    assert (listed(everywhere), listed(here)) == (["静站", "他站", "分宜站"], ["静站", "他站"])
    factories.ReceptionFactory(station=silent, day=today, held=True)
    assert (listed(everywhere), listed(here)) == (["他站", "分宜站"], ["他站"])
    factories.StationEventFactory(station=other, on=today)
    assert (listed(everywhere), listed(here)) == (["分宜站"], [])


def test_a_local_office_sees_its_own_areas_alone(today, yushui_office, sign_in):
    town("360502100", "水北镇")
    town("360521100", "分宜镇")
    factories.StationFactory(area=town("360521100", "分宜镇"), name="分宜站")
    client = sign_in(yushui_office)
    rows = client.get(reverse("stations:coverage")).context["rows"]
    assert [row.area.name for row in rows] == ["水北镇"]
    assert client.get(reverse("stations:silent")).context["rows"] == []


# Matters


def heard(text, count, **fields):
    return [factories.OpinionFactory(text=text + "谢谢" * n, **fields) for n in range(count)]


def test_a_matter_of_three_stations_is_found_and_one_of_two_is_not(today, office):
    lamps, buses = heard(LAMPS, 3), heard(BUSES, 2)
    [matter] = coverage.recurring(today, office)
    assert {opinion.pk for opinion in matter.opinions} == {opinion.pk for opinion in lamps}
    assert len(matter.stations) == 3
    assert not {opinion.pk for opinion in buses} & {opinion.pk for opinion in matter.opinions}


def test_three_opinions_of_one_station_are_no_recurring_matter(today, office):
    heard(LAMPS, 3, station=factories.StationFactory())
    assert coverage.recurring(today, office) == []


@pytest.mark.parametrize("fields", [{"state": "refused", "refusal": "advert"}, {"state": "held"}])
def test_what_is_held_or_refused_does_not_count(today, office, fields):
    heard(LAMPS, 3, **fields)
    assert coverage.recurring(today, office) == []


def test_a_matter_is_offered_once_and_leads_to_its_topic(office, sign_in):
    first = heard(LAMPS, 3)[0]
    client = sign_in(office)
    assert "3" in client.get(reverse("stations:matters")).content.decode()
    offer = reverse("stations:matter-offer", args=[first.pk])
    page = client.get(offer).content.decode()
    assert first.name not in page
    client.post(
        offer, {"title": "加强城区路灯维护", "background": "三个联络站的群众反映路灯损坏，电话13807901234。"}
    )
    topic = Topic.objects.get()
    assert (topic.source, topic.state, topic.proposed_by) == ("station", "offered", None)
    assert "13807901234" not in topic.background
    assert topic.opinions.count() == 3
    assert client.get(offer).status_code == 404
    assert client.get(reverse("stations:matters")).context["matters"] == []
    topics.enlist(topic, by=office)
    topic.refresh_from_db()
    assert topic.state == "listed"


def test_who_offers_second_is_told(office):
    first = heard(LAMPS, 3)
    matters.offer(first, by=office, title="加强城区路灯维护", background="路灯")
    with pytest.raises(Exception, match="已"):
        matters.offer(Opinion.objects.all(), by=office, title="路灯", background="路灯")


def test_the_city_managed_stations_show_what_was_done_for_them(office, sign_in, today):
    station = factories.StationFactory(is_city_managed=True, demonstration="province")
    factories.StationFactory()
    factories.StationPlanFactory(station=station, state="submitted")
    factories.StationEventFactory(station=station, kind="training", on=today)
    factories.StationEventFactory(station=station, kind="assessment", on=today, score=95)
    [row] = sign_in(office).get(reverse("stations:managed")).context["rows"]
    assert (row["station"], row["score"], [cell["number"] for cell in row["cells"]]) == (
        station,
        95,
        [1, 0, 1],
    )
    listed = sign_in(office).get(row["cells"][0]["url"]).context["page"].rows
    assert [event.kind for event in listed] == ["training"]
