"""Plans of the year and what took place: from the page where a station writes them to the public."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from common import clock, preferences
from common.workflow import MoveRefused
from liaison_stations.actions import events, plans
from liaison_stations.models import StationEvent, StationPlan
from liaison_stations.reminders import plans as reminders
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db
TEXT = "每月15日接待群众，全年学习两次、专题活动四次。"


@pytest.fixture
def station():
    return factories.StationFactory(name="城南街道代表联络站")


@pytest.fixture
def staff(station):
    """Who works at the station and signs in."""
    return factories.StationPostFactory(station=station).user


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


def year():
    return clock.today().year


def test_a_station_writes_hands_in_and_the_township_approves_its_plan(
    station, staff, township_office, sign_in
):
    page = reverse("stations:plan", args=[station.pk, year()])
    edit = reverse("stations:plan-edit", args=[station.pk, year()])
    client = sign_in(staff)
    assert "写计划" in client.get(page).content.decode()
    client.post(edit, {"text": TEXT, "rota": "一月：李代表", "file": factories.document("计划.pdf")})
    plan = StationPlan.objects.get()
    assert (plan.text, plan.rota, plan.file.name, plan.state) == (TEXT, "一月：李代表", "计划.pdf", "draft")
    client.post(reverse("stations:plan-act", args=[plan.pk, "submit"]))
    assert told(township_office) == [f"待批准：{plan}"]
    sign_in(township_office).post(reverse("stations:plan-act", args=[plan.pk, "approve"]))
    plan.refresh_from_db()
    assert (plan.state, plan.approved_on) == ("approved", clock.today())
    assert told(staff) == [f"{plan}：已批准并公开"]
    assert Client().get(reverse("stations:plan-file", args=[plan.pk])).status_code == 200


def test_the_plan_of_a_city_managed_station_is_approved_by_the_city_alone(
    station, staff, township_office, office, sign_in
):
    station.is_city_managed = True
    station.save()
    plan = plans.write(station, year(), by=staff, text=TEXT)
    plans.submit(plan, by=staff)
    assert (told(township_office), told(office)) == ([], [f"待批准：{plan}"])
    approve = reverse("stations:plan-act", args=[plan.pk, "approve"])
    assert sign_in(township_office).post(approve).status_code == 403
    assert sign_in(office).post(approve).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_a_plan_that_is_sent_back_says_why_and_is_handed_in_again(station, staff, office):
    plan = plans.write(station, year(), by=staff, text=TEXT)
    plans.submit(plan, by=staff)
    with pytest.raises(MoveRefused):
        plans.write(station, year(), by=staff, text="换一份")
    plans.send_back(plan, by=office, note="请补充轮值安排。")
    assert Notice.objects.get(recipient=staff).body == "请补充轮值安排。"
    plans.write(station, year(), by=staff, text=TEXT, rota="一月：李代表")
    plan.refresh_from_db()
    plans.submit(plan, by=staff)
    assert [change.move for change in plan.changes.all()] == ["submit", "send_back", "submit"]


def test_a_plan_that_a_colleague_changed_is_not_overwritten(station, staff, sign_in):
    plan = plans.write(station, year(), by=staff, text=TEXT)
    seen = plans.fingerprint(plan)
    plans.write(station, year(), by=staff, text="同事改过的计划")
    edit = reverse("stations:plan-edit", args=[station.pk, year()])
    page = sign_in(staff).post(edit, {"text": "我写的计划", "seen": seen}).content.decode()
    assert "同事" in page
    assert "我写的计划" in page
    plan.refresh_from_db()
    assert plan.text == "同事改过的计划"


@pytest.mark.parametrize("years", [-1, 2])
def test_neither_the_past_nor_a_far_year_is_planned(station, staff, years, sign_in):
    edit = reverse("stations:plan-edit", args=[station.pk, year() + years])
    page = sign_in(staff).post(edit, {"text": TEXT}).content.decode()
    assert "只能制定今年和明年的计划" in page
    assert not StationPlan.objects.exists()


def test_a_closed_station_plans_nothing(station, staff, sign_in):
    station.state = "closed"
    station.save()
    page = sign_in(staff).post(reverse("stations:plan-edit", args=[station.pk, year()]), {"text": TEXT})
    assert "已关闭" in page.content.decode()
    assert not StationPlan.objects.exists()


def test_staff_of_a_home_work_with_the_points_below_it_and_with_no_other(station, staff, sign_in):
    point = factories.StationFactory(parent=station, kind="point")
    elsewhere = factories.StationFactory()
    client = sign_in(staff)
    assert client.get(reverse("stations:plan", args=[point.pk, year()])).status_code == 200
    assert client.get(reverse("stations:plan", args=[elsewhere.pk, year()])).status_code == 404


# Reminders


def test_a_plan_that_is_not_there_is_reminded_of_in_stages(station, staff):
    month, day = map(int, preferences.get("station.plan_due").split("-"))
    due = dt.datetime(2026, month, day, 7, tzinfo=dt.UTC)
    counts = []
    for days in (-20, -10, -9, 0, 1, 8, 8, 200):
        with time_machine.travel(due + dt.timedelta(days=days), tick=False):
            counts.append(reminders.remind(due + dt.timedelta(days=days))["plans"])
    assert counts == [0, 1, 0, 1, 1, 1, 0, 0]
    assert told(staff)[0] == "城南街道代表联络站2026年度计划应于2026年3月31日前提交"


def test_a_plan_that_was_handed_in_is_not_reminded_of_but_its_approvers_are(station, staff, township_office):
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), tick=False):
        plans.submit(plans.write(station, 2026, by=staff, text=TEXT), by=staff)
    now = dt.datetime(2026, 3, 6, 9, tzinfo=dt.UTC)
    with time_machine.travel(now, tick=False):
        assert reminders.remind(now) == {"plans": 0, "approve": 1}
        assert reminders.remind(now) == {"plans": 0, "approve": 0}
    assert [subject[:3] for subject in told(township_office)] == ["待批准", "仍待批"]


# Events


def record(client, station, kind="study", **given):
    given = {
        "on": clock.today().isoformat(),
        "title": "学习代表法",
        "people": "12",
        "is_public": "on",
    } | given
    return client.post(reverse("stations:event-new", args=[station.pk, kind]), given)


def test_an_event_with_its_deputies_and_photos_is_public_when_it_should_be(station, staff, sign_in):
    deputy = factories.ResidencyFactory(station=station).deputy
    client = sign_in(staff)
    record(client, station, deputies=[deputy.pk], pictures=[factories.picture(), factories.picture()])
    event = StationEvent.objects.get()
    assert (list(event.deputies.all()), event.pictures.count(), event.people) == ([deputy], 2, 12)
    page = Client().get(reverse("stations:events", args=[station.pk])).content.decode()
    assert "学习代表法" in page
    assert page.count("<img") == 2
    client.post(
        reverse("stations:event-edit", args=[event.pk]),
        {"on": event.on, "title": "学习代表法", "people": "15", "deputies": [deputy.pk]},
    )
    event.refresh_from_db()
    assert (event.people, event.is_public) == (15, False)
    picture = event.pictures.first()
    assert "学习代表法" not in Client().get(reverse("stations:events", args=[station.pk])).content.decode()
    assert Client().get(reverse("stations:event-picture", args=[picture.pk, "small"])).status_code == 404
    client.post(reverse("stations:event-picture-remove", args=[picture.pk]))
    assert event.pictures.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on": "2099-01-01"}, "这一天还没有到"),
        ({"on": "2020-01-01"}, "已超过一年"),
        ({"title": ""}, "请填写"),
        ({"people": "-1"}, "0"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(station, staff, sign_in, given, words):
    page = record(sign_in(staff), station, **given).content.decode()
    assert words in page
    assert not StationEvent.objects.exists()


def test_a_file_that_is_no_photo_is_refused_and_nothing_is_kept(station, staff, sign_in):
    page = record(sign_in(staff), station, pictures=[factories.document()]).content.decode()
    assert "无法识别这张图片" in page
    assert not StationEvent.objects.exists()


def test_what_offices_do_for_a_station_its_staff_does_not_record(station, staff, township_office, sign_in):
    client = sign_in(staff)
    assert client.get(reverse("stations:event-new", args=[station.pk, "assessment"])).status_code == 404
    answer = record(sign_in(township_office), station, "assessment", title="年中考核", score="92", people="3")
    assert answer.status_code == 302
    event = StationEvent.objects.get()
    assert event.score == 92
    assert client.get(reverse("stations:event-edit", args=[event.pk])).status_code == 403


def test_a_form_sent_twice_records_once(station, staff, sign_in):
    key = "0b7de1c4-9fd4-4a35-8a52-1d1b3f4f3f10"
    for _time in range(2):
        record(sign_in(staff), station, _key=key)
    assert StationEvent.objects.count() == 1


def test_lists_take_as_many_queries_for_many_events(station, staff, sign_in, django_assert_num_queries):
    def queries():
        client = sign_in(staff)
        client.get("/my/")
        with django_assert_num_queries(12, exact=False) as counted:
            client.get(reverse("stations:events-of", args=[station.pk]))
        return len(counted)

    deputy = factories.ResidencyFactory(station=station).deputy
    events.record(station, by=staff, kind="study", on=clock.today(), title="一", deputies=[deputy])
    few = queries()
    for number in range(5):
        events.record(station, by=staff, kind="study", on=clock.today(), title=str(number), deputies=[deputy])
    assert queries() == few
