"""Reception days: made from rules, announced in time or late, changed, held, cancelled; who is told, what people see (D3.3)."""

import datetime as dt

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Role
from common import personal
from common.clock import seed_holidays
from common.workflow import MoveRefused
from liaison_stations.actions import receptions, stations
from liaison_stations.models import Attendance, Opinion, Reception, ReceptionRule
from liaison_stations.reminders import receptions as reminders
from liaison_stations.states import OpinionState, ReceptionState, StationState
from notices.models import Notice

from .. import factories
from .receiving import DAY, MORNING, WEEK_BEFORE, day_fields, guest, resident, room

pytestmark = pytest.mark.django_db
R = ReceptionState


@pytest.fixture
def clock():
    with time_machine.travel(WEEK_BEFORE, tick=False) as moving:
        seed_holidays()
        yield moving


@pytest.fixture
def here(clock):
    return room()


@pytest.fixture
def post(sign_in):
    """``post(user, "reception-hold", pk, …)``: the answer, with the messages it leaves."""

    def posted(user, page, pk, **data):
        address = reverse(f"stations:{page}", args=[pk])
        response = sign_in(user).post(address, data, headers={"referer": f"http://testserver{address}"})
        response.told = [str(message) for message in get_messages(response.wsgi_request)]
        return response

    return posted


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


# The days of a year


def rule_of(station, **fields):
    return ReceptionRule.objects.create(station=station, **fields)


def test_the_days_of_a_year_are_made_once(here, office):
    rule_of(here.station, day=15)
    made = receptions.make_year(here.station, year=2026, by=office)
    assert [reception.day.isoformat() for reception in made][:3] == ["2026-04-15", "2026-05-15", "2026-06-15"]
    # 15 March is a Sunday: Monday 16 March at nine is taken by the day that stands there already
    assert len(made) == 9
    assert made[0].notice_until == dt.date(2026, 4, 12)
    assert receptions.make_year(here.station, year=2026, by=office) == []
    moved = here.station.receptions.get(day="2026-08-17")
    assert moved.planned_on == dt.date(2026, 8, 15) and moved.is_moved


def test_days_of_a_year_are_not_made_again_when_moved_or_cancelled(here, office):
    rule_of(here.station, weekday=2)
    first, second, *rest = receptions.make_year(here.station, year=2026, by=office)
    receptions.change(
        first,
        by=office,
        day=first.day + dt.timedelta(days=1),
        begins=first.begins,
        ends=first.ends,
        place="",
        matters="",
        units=(),
    )
    receptions.cancel(second, by=office, note="汛期值守。")
    assert receptions.make_year(here.station, year=2026, by=office) == []
    assert len(receptions.make_year(here.station, year=2027, by=office)) > 48


def test_a_rule_entered_anew_does_not_double_its_days(here, office):
    rule = rule_of(here.station, day=20)
    made = receptions.make_year(here.station, year=2026, by=office)
    rule.delete()
    rule_of(here.station, day=20, begins=dt.time(14), ends=dt.time(16))
    assert receptions.make_year(here.station, year=2026, by=office) == []
    assert here.station.receptions.count() == len(made) + 1


@pytest.mark.parametrize("state", [StationState.CLOSED, StationState.MERGED])
def test_a_closed_station_receives_nobody(here, office, state):
    rule_of(here.station, day=15)
    here.station.state = state
    here.station.merged_into = factories.StationFactory() if state == StationState.MERGED else None
    here.station.save()
    for act in (
        lambda: receptions.make_year(here.station, year=2026, by=office),
        lambda: receptions.plan(here.station, day=DAY, begins=dt.time(9), ends=dt.time(11), by=office),
        lambda: receptions.announce(fresh(here.reception), by=office),
    ):
        with pytest.raises(ValidationError, match="关闭"):
            act()


@pytest.mark.parametrize("year", [2025, 2029])
def test_days_of_other_years_are_not_made(here, office, year):
    rule_of(here.station, day=15)
    with pytest.raises(ValidationError):
        receptions.make_year(here.station, year=year, by=office)


def test_staff_see_the_days_before_they_are_made(here, sign_in):
    rule_of(here.station, day=15)
    address = reverse("stations:reception-year", args=[here.station.pk])
    client = sign_in(here.staff)
    shown = client.get(address, {"year": 2026}).content.decode()
    assert "将生成9天" in shown and "2026年8月17日" in shown
    assert here.station.receptions.count() == 1
    assert client.post(address, {"year": 2026}).status_code == 302
    assert here.station.receptions.count() == 10


def test_a_station_without_a_rule_is_told_so(here, sign_in):
    address = reverse("stations:reception-year", args=[here.station.pk])
    assert "还没有录入接待日" in sign_in(here.staff).get(address, {"year": 2026}).content.decode()


# Single days


def test_a_single_day_is_planned(here, post):
    unit = factories.UnitFactory(name="市住建局")
    post(here.staff, "reception-plan", here.station.pk, **day_fields(units=[unit.pk], matters="物业管理"))
    planned = Reception.objects.get(day="2026-03-20")
    assert (planned.begins, planned.notice_until) == (dt.time(14, 30), dt.date(2026, 3, 17))
    assert planned.units.get() == unit and planned.planned_on is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2026-03-08"}, "这一天已经过去"),
        ({"day": "2026-03-16", "begins": "09:00", "ends": "10:00"}, "已经安排了接待"),
        ({"ends": "14:00"}, "结束"),
        ({"day": "三月"}, "日期"),
        ({"place": "站" * 201}, "200"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(here, post, changes, words):
    response = post(here.staff, "reception-plan", here.station.pk, **day_fields(**changes))
    assert response.status_code == 200 and words in response.content.decode()
    assert Reception.objects.count() == 1


# Deputies


def test_only_deputies_of_the_station_are_chosen(here, post):
    stranger = guest()
    chosen = [here.deputies[1].pk, stranger.pk]
    assert post(here.staff, "reception-assign", here.reception.pk, deputies=chosen).status_code == 200
    with pytest.raises(ValidationError):
        receptions.assign(here.reception, deputies=[stranger], by=here.staff)
    assert [row.deputy for row in here.reception.attendances.all()] == [here.deputies[0]]


def test_who_is_chosen_and_who_is_freed_is_told(here, post):
    post(here.staff, "reception-assign", here.reception.pk, deputies=[here.deputies[1].pk])
    assert "请于" in told(here.deputies[1].user)[0]
    assert "不用参加" in told(here.deputies[0].user)[0]
    post(here.staff, "reception-assign", here.reception.pk, deputies=[here.deputies[1].pk])
    assert len(told(here.deputies[1].user)) == 1  # nothing changed


def test_who_has_left_the_station_by_that_day_is_not_offered(here, post):
    gone = resident(here.station, "孙代表", until=DAY)
    with pytest.raises(ValidationError):
        receptions.assign(here.reception, deputies=[gone], by=here.staff)


# The notice


@pytest.mark.parametrize(("day", "is_late"), [(13, False), (14, True)])
def test_a_notice_is_in_time_or_late_for_ever(here, post, clock, day, is_late):
    """Three days before the sixteenth is the thirteenth."""
    clock.move_to(dt.datetime(2026, 3, day, 10, tzinfo=dt.UTC))
    post(here.staff, "reception-announce", here.reception.pk)
    announced = fresh(here.reception)
    assert (announced.state, announced.was_late) == (R.ANNOUNCED, is_late)
    assert (announced in Reception.objects.with_late_notice()) is is_late


def test_the_notice_reaches_deputies_and_departments(here, post):
    unit = factories.UnitFactory(name="市住建局")
    officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user
    here.reception.units.add(unit)
    post(here.staff, "reception-announce", here.reception.pk)
    assert "接待日公告已发布" in told(here.deputies[0].user)[0]
    notice = Notice.objects.get(recipient=officer)
    assert notice.link == reverse("stations:notice", args=[here.reception.pk])
    assert told(here.deputies[1].user) == []  # not expected


def test_a_notice_names_deputies(here, post):
    here.reception.attendances.all().delete()
    response = post(here.staff, "reception-announce", here.reception.pk)
    assert "请先安排接待代表" in response.content.decode()
    assert fresh(here.reception).state == R.PLANNED


def test_no_notice_of_a_day_that_has_passed(here, post, clock):
    clock.move_to(MORNING + dt.timedelta(days=1))
    response = post(here.staff, "reception-announce", here.reception.pk)
    assert "接待日已过" in response.told[0]


def test_a_change_after_the_notice_is_told_anew(here, post, clock):
    post(here.staff, "reception-announce", here.reception.pk)
    clock.shift(dt.timedelta(days=5))  # the 14th
    fields = day_fields(day="2026-03-16", begins="09:00", ends="11:00", place="二楼会议室")
    post(here.staff, "reception-change", here.reception.pk, **fields)
    assert fresh(here.reception).was_late is False  # the day is the one that was announced
    post(here.staff, "reception-change", here.reception.pk, **fields)  # nothing more changes
    assert len([words for words in told(here.deputies[0].user) if "变动" in words]) == 1
    post(here.staff, "reception-change", here.reception.pk, **(fields | {"day": "2026-03-15"}))
    moved = fresh(here.reception)
    assert moved.notice_until == dt.date(2026, 3, 12) and moved.was_late  # known since the 14th only
    assert len([words for words in told(here.deputies[0].user) if "变动" in words]) == 2


def test_before_the_notice_nobody_is_told_of_a_change(here, post):
    post(here.staff, "reception-change", here.reception.pk, **day_fields())
    assert fresh(here.reception).day == dt.date(2026, 3, 20)
    assert told(here.deputies[0].user) == []


# Held and cancelled


def test_a_reception_is_closed_with_who_came(here, post, clock):
    clock.move_to(MORNING)
    post(here.staff, "reception-hold", here.reception.pk, came=[here.deputies[1].pk], summary="谈了路灯。")
    held = fresh(here.reception)
    assert (held.state, held.summary) == (R.HELD, "谈了路灯。")
    came = held.attendances.came().get()
    assert (came.deputy, came.way, came.by) == (here.deputies[1], Attendance.Way.STAFF, here.staff)


def test_a_reception_to_which_nobody_came_was_none(here, post, clock):
    clock.move_to(MORNING)
    response = post(here.staff, "reception-hold", here.reception.pk, summary="无人到场。")
    assert "请取消这次接待" in response.content.decode()
    assert fresh(here.reception).state == R.ANNOUNCED or fresh(here.reception).state == R.PLANNED


def test_a_reception_is_not_closed_before_its_day(here, post):
    response = post(here.staff, "reception-hold", here.reception.pk, came=[here.deputies[0].pk], summary="好")
    assert response.told == ["还没到接待日。"]


def test_a_cancelled_one_says_why(here, post):
    post(here.staff, "reception-announce", here.reception.pk)
    assert post(here.staff, "reception-cancel", here.reception.pk).status_code == 200  # a reason is needed
    post(here.staff, "reception-cancel", here.reception.pk, note="台风红色预警。")
    assert fresh(here.reception).state == R.CANCELLED
    notice = Notice.objects.filter(recipient=here.deputies[0].user).latest("pk")
    assert "取消" in notice.subject and notice.body == "台风红色预警。"
    response = post(here.staff, "reception-change", here.reception.pk, **day_fields())
    assert response.told == ["这次接待已经结束，不能再改。"]


def test_of_two_who_act_at_once_one_is_told(here):
    first, second = fresh(here.reception), fresh(here.reception)
    receptions.cancel(first, by=here.staff, note="汛期。")
    with pytest.raises(MoveRefused):
        receptions.announce(second, by=here.staff)


# Pages


def test_who_sees_the_day_and_who_may_act(here, sign_in, cast):
    address = reverse("stations:reception", args=[here.reception.pk])
    change = reverse("stations:reception-change", args=[here.reception.pk])
    outsider = guest()
    for user, sees, may in [
        (here.staff, 200, 200),
        (here.deputies[0].user, 200, 403),  # expected
        (here.deputies[1].user, 200, 403),  # belongs to the station
        (outsider.user, 404, 404),
        (cast["office"], 200, 200),
        (cast["leader"], 200, 403),
        (cast["county_office"], 200, 200),
        (cast["unit_officer"], 404, 404),
    ]:
        client = sign_in(user)
        assert (client.get(address).status_code, client.get(change).status_code) == (sees, may), user


def test_visitors_are_masked_on_the_page(here, sign_in, clock):
    clock.move_to(MORNING)
    factories.OpinionFactory(station=here.station, reception=here.reception, channel="reception")
    page = sign_in(here.staff).get(reverse("stations:reception", args=[here.reception.pk])).content.decode()
    assert "李**" in page and "李桂花" not in page and "13807901234" not in page


def test_a_deputy_finds_their_receptions(here, sign_in):
    client = sign_in(here.deputies[0].user)
    page = client.get(reverse("stations:my-receptions")).content.decode()
    assert "请您接待" in page and reverse("stations:reception", args=[here.reception.pk]) in page
    assert sign_in(here.staff).get(reverse("stations:my-receptions")).status_code == 404


def test_pages_of_a_busy_year_cost_the_same(here, sign_in, django_assert_max_num_queries, office):
    rule_of(here.station, weekday=2)
    client = sign_in(here.staff)
    address = reverse("stations:receptions-of", args=[here.station.pk])
    client.get(address)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    before = queries()
    receptions.make_year(here.station, year=2026, by=office)
    assert queries() == before


# Visitors


def visitor_fields(**changes):
    category = factories.CategoryFactory()
    return {
        "name": "李桂花",
        "phone": "",
        "people": "1",
        "category": category.pk,
        "text": "路灯坏了。",
    } | changes


def test_a_visitor_is_recorded_in_one_form(here, post, clock):
    clock.move_to(MORNING)
    response = post(
        here.staff, "visitor", here.reception.pk, **visitor_fields(phone="１３８ 0790 1234", people="3")
    )
    case = Opinion.objects.get()
    assert (case.phone, case.people, case.channel, case.by) == ("13807901234", 3, "reception", here.staff)
    assert (case.reception, case.station, case.may_publish) == (here.reception, here.station, False)
    assert case.state == OpinionState.ACCEPTED  # a person heard it: nothing to review
    assert response["Location"] == reverse("stations:visitor-receipt", args=[here.reception.pk, case.pk])


def test_what_is_answered_on_the_spot_is_answered(here, post, clock):
    clock.move_to(MORNING)
    receptions.check_in(here.reception, deputy=here.deputies[0], way="staff", by=here.staff)
    fields = visitor_fields(answer="已当场联系城管，今天修好。", solved="yes", may_publish="on")
    post(here.deputies[0].user, "visitor", here.reception.pk, **fields)
    case = Opinion.objects.get()
    assert (case.state, case.route, case.solved) == (OpinionState.ANSWERED, "on_the_spot", "yes")
    answer = case.answers.get()
    assert (answer.text, answer.deputy) == ("已当场联系城管，今天修好。", here.deputies[0])
    assert case.may_publish and case.published_on is None  # what the public reads is decided afterwards


def test_an_answer_says_what_it_amounts_to(here, post, clock):
    clock.move_to(MORNING)
    response = post(here.staff, "visitor", here.reception.pk, **visitor_fields(answer="已解释。"))
    assert "请选答复结果" in response.content.decode() and not Opinion.objects.exists()


def test_the_receipt_is_for_who_wrote_it_and_who_works_there(here, post, sign_in, clock):
    clock.move_to(MORNING)
    address = post(here.staff, "visitor", here.reception.pk, **visitor_fields())["Location"]
    case = Opinion.objects.get()
    page = sign_in(here.staff).get(address).content.decode()
    assert case.shown_code in page and case.pin in page and "登记下一位" in page
    assert sign_in(here.deputies[0].user).get(address).status_code == 404
    assert sign_in(guest().user).get(address).status_code == 404


def test_a_visitor_sent_twice_is_one(here, post, clock):
    clock.move_to(MORNING)
    key = "9b2ce6c0-5a8f-4a5e-9c89-1f27d6a40d11"
    fields = visitor_fields(_key=key)
    first, second = (post(here.staff, "visitor", here.reception.pk, **fields)["Location"] for _n in range(2))
    assert first == second and Opinion.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"text": ""},
        {"category": ""},
        {"people": "0"},
        {"people": "1000"},
        {"phone": "12345"},
        {"text": "长" * 2001},
    ],
)
def test_a_visitor_that_is_not_whole_is_refused(here, post, clock, changes):
    clock.move_to(MORNING)
    response = post(here.staff, "visitor", here.reception.pk, **visitor_fields(**changes))
    assert response.status_code == 200 and response.context["form"].errors
    assert not Opinion.objects.exists()


def test_a_deputy_records_visitors_once_checked_in(here, post, clock):
    clock.move_to(MORNING)
    deputy = here.deputies[0]
    assert post(deputy.user, "visitor", here.reception.pk, **visitor_fields()).status_code == 403
    receptions.check_in(here.reception, deputy=deputy, way="staff", by=here.staff)
    assert post(deputy.user, "visitor", here.reception.pk, **visitor_fields()).status_code == 302
    assert Opinion.objects.get().by == deputy.user


@pytest.mark.parametrize("state", [R.CANCELLED, R.PLANNED])
def test_no_visitor_before_the_day_or_when_cancelled(here, post, clock, state):
    if state == R.CANCELLED:
        receptions.cancel(here.reception, by=here.staff, note="汛期。")
        clock.move_to(MORNING)
    post(here.staff, "visitor", here.reception.pk, **visitor_fields())
    assert not Opinion.objects.exists()


def test_the_form_to_print_is_a_look_at_a_phone_number(here, post, sign_in, clock, office):
    from common.audit_models import AuditEntry

    clock.move_to(MORNING)
    post(here.staff, "visitor", here.reception.pk, **visitor_fields(phone="13807901234"))
    case = Opinion.objects.get()
    address = reverse("stations:visitor-form", args=[here.reception.pk, case.pk])
    page = sign_in(here.staff).get(address).content.decode()
    assert "接待登记表" in page and "13807901234" in page and "李桂花" in page
    assert AuditEntry.objects.get(kind="phone.seen").object_pk == case.pk


# What is kept about people


def test_a_deputy_and_who_ran_it_are_handed_over_and_erased(here, clock):
    clock.move_to(MORNING)
    receptions.check_in(here.reception, deputy=here.deputies[0], way="staff", by=here.staff)
    receptions.cancel(here.reception, by=here.staff, note="汛期值守。")
    [deputy], [staff] = personal.find("李代表"), personal.find("联络员小陈")
    assert len(personal.export(deputy)[0]["liaison_stations.Attendance"]) == 1
    assert personal.export(staff)[0]["liaison_stations.ReceptionChange"][0]["note"] == "汛期值守。"
    personal.erase(staff)
    assert here.reception.changes.get().note == ""
    assert here.reception.attendances.came().count() == 1


# Reminders


def reminded(moment):
    return reminders.remind(moment)


def at(day, hour=1):
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)


def test_a_notice_is_reminded_of_and_the_township_hears(here, clock, township_office):
    for day, by_then in [(10, (0, 0)), (11, (1, 0)), (12, (1, 0)), (13, (2, 1)), (14, (3, 2)), (15, (3, 2))]:
        clock.move_to(at(day))
        reminded(at(day))
        reminded(at(day))  # a second run the same day tells nobody again
        notices = [len([w for w in told(user) if "公告" in w]) for user in (here.staff, township_office)]
        assert tuple(notices) == by_then, day


def test_deputies_are_reminded_on_the_eve(here, clock):
    clock.move_to(at(15))
    reminded(at(15))
    assert "明天" in told(here.deputies[0].user)[0]
    assert told(here.deputies[1].user) == []


def test_a_day_that_nobody_closed_climbs(here, clock, township_office, yushui_office):
    for day, by_then in [(17, (1, 0, 0)), (19, (1, 0, 0)), (20, (2, 1, 0)), (24, (3, 2, 1))]:
        clock.move_to(at(day))
        reminded(at(day))
        notices = [
            len([w for w in told(u) if "已过" in w]) for u in (here.staff, township_office, yushui_office)
        ]
        assert tuple(notices) == by_then, day
    assert (
        reminded(dt.datetime(2026, 9, 1, 1, tzinfo=dt.UTC))["unclosed"] == 0
    )  # long ago: a matter of the score


def test_who_was_expected_hears_that_the_station_closed(here, office):
    stations.close(here.station, by=office, note="并入街道代表之家。")
    assert fresh(here.reception).state == R.CANCELLED
    assert "取消" in told(here.deputies[0].user)[0]


def test_held_cancelled_and_closed_stations_are_left_alone(here, clock):
    here.station.state = StationState.CLOSED
    here.station.save()
    for day in (13, 15, 17):
        assert set(reminded(at(day)).values()) == {0}


# The staff area


def test_notices_that_are_late_are_a_filter(here, sign_in, office, clock):
    clock.move_to(at(15))
    client, address = sign_in(office), reverse("admin:liaison_stations_reception_changelist")
    for value, number in [("due", 1), ("overdue", 1), ("late", 0)]:
        assert len(client.get(address, {"notice": value}).context["cl"].result_list) == number, value
    receptions.announce(here.reception, by=office)
    for value, number in [("due", 0), ("overdue", 0), ("late", 1)]:
        assert len(client.get(address, {"notice": value}).context["cl"].result_list) == number, value
    assert len(client.get(address, {"county": "360502"}).context["cl"].result_list) == 1
    assert len(client.get(address, {"month": "2026-04"}).context["cl"].result_list) == 0


def test_a_county_sees_its_own(here, sign_in, yushui_office):
    factories.ReceptionFactory(station=factories.StationFactory(area=factories.FenyiFactory()), day=DAY)
    address = reverse("admin:liaison_stations_reception_changelist")
    assert len(sign_in(yushui_office).get(address).context["cl"].result_list) == 1


def test_notices_are_published_many_at_once(here, sign_in, office):
    nobody = factories.ReceptionFactory(station=here.station, day=DAY + dt.timedelta(days=1))
    client, address = sign_in(office), reverse("admin:liaison_stations_reception_changelist")
    data = {"action": "announce", "_selected_action": [here.reception.pk, nobody.pk]}
    preview = client.post(address, data).content.decode()
    assert "已按时发布" in preview and "请先安排接待代表" in preview
    assert fresh(here.reception).state == R.PLANNED
    client.post(address, data | {"step": "confirm"})
    assert [fresh(one).state for one in (here.reception, nobody)] == [R.ANNOUNCED, R.PLANNED]


def test_the_days_of_a_year_are_made_for_many_stations(here, sign_in, yushui_office):
    rule_of(here.station, day=15)
    bare = factories.StationFactory()
    client, address = sign_in(yushui_office), reverse("admin:liaison_stations_station_changelist")
    data = {"action": "make_year", "_selected_action": [here.station.pk, bare.pk]}
    assert "年" in client.post(address, data).content.decode()  # asks for which
    preview = client.post(address, data | {"step": "form", "year": "2026"}).content.decode()
    assert "9天：每月15日 9:00—11:00" in preview and "还没有录入接待日" in preview
    assert here.station.receptions.count() == 1
    client.post(address, data | {"step": "confirm", "year": "2026"})
    assert (here.station.receptions.count(), bare.receptions.count()) == (10, 0)


def test_acts_of_the_staff_area_do_the_same(here, sign_in, township_office, clock):
    def send(page, verb, **data):
        client = sign_in(township_office)
        address = reverse(f"admin:liaison_stations_reception_{page}", args=[here.reception.pk, verb])
        assert client.get(address).status_code == 200
        return client.post(address, data)

    send("act", "assign", deputies=[deputy.pk for deputy in here.deputies])
    send("act", "change", **day_fields(day="2026-03-16", begins="09:00", ends="11:00"))
    send("move", "announce", note="")
    assert fresh(here.reception).state == R.ANNOUNCED
    clock.move_to(MORNING)
    send("act", "came", deputy=here.deputies[0].pk)
    send("move", "hold", came=[], summary="谈了路灯。")
    assert fresh(here.reception).state == R.HELD


def test_the_ledger_masks_phones(here, sign_in, office, yushui_office):
    factories.OpinionFactory(station=here.station, reception=here.reception, channel="reception")
    address = reverse("admin:liaison_stations_reception_export")
    file = sign_in(office).post(address, {"format": 1}).content.decode("utf-8-sig")
    assert "李桂花" in file and "138****1234" in file and "13807901234" not in file
    assert sign_in(yushui_office).get(address).status_code == 200
