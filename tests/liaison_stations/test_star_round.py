"""The yearly round: scores worked out by hand, one rises with a reward, one falls after its period, one is merged."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document

from common.audit_models import AuditEntry
from common.workflow import MoveRefused
from liaison_stations import deciding, sheets
from liaison_stations.actions import rectifications, stars
from liaison_stations.models import (
    Rectification,
    Scheme,
    StarRecord,
    StarReview,
    StationEvent,
    StationPlan,
)
from liaison_stations.reminders import stars as reminders
from liaison_stations.seeds import new_scheme
from notices.models import Notice

from .. import factories
from .test_scoring import at, event

pytestmark = pytest.mark.django_db
Kind = StationEvent.Kind
OPENED, PUBLISHED, LAST, FINAL = (2027, 1, 4), (2027, 1, 11), (2027, 1, 18), (2027, 1, 19)


@pytest.fixture(autouse=True)
def in_january(on):
    on(*OPENED)


@pytest.fixture
def scheme(office):
    made = new_scheme(2026, by=office)
    made.rewards.create(stars=5, move="promote", amount=8000)
    made.rewards.create(stars=5, move="keep", amount=3000)
    return made


def working(name, number_of_stars, *without):
    """A station that did all of 2026 that is counted, 85 points, but for the kinds of activities left out."""
    station = factories.StationFactory(name=name, stars=number_of_stars)
    for duty in ("head", "officer"):
        factories.StationPostFactory(station=station, duty=duty)
    StationPlan.objects.create(station=station, year=2026, text="计划", rota="轮值", state="approved")
    resident = factories.ResidencyFactory(station=station)
    for month in (3, 9):
        reception = factories.ReceptionFactory(
            station=station, day=dt.date(2026, month, 15), held=True, summary="接待两人。"
        )
        reception.attendances.create(deputy=resident.deputy, came_at=at(2026, month, 15), way="staff")
    kinds = {Kind.STUDY: 2, Kind.SPECIAL: 4, Kind.EXCHANGE: 1, Kind.REPORT: 1}
    for kind, number in kinds.items():
        for n in range(0 if kind in without else number):
            event(station, kind, 2026, 4 + n, 1)
    if Kind.PUBLICITY not in without:
        event(station, Kind.PUBLICITY, 2026, 8, 1, level="nation")
    return station


@pytest.fixture
def rising():
    """Four stars: 81 counted."""
    return working("城南街道代表联络站", 4, Kind.PUBLICITY)


@pytest.fixture
def falling():
    """Four stars: 67 counted."""
    return working("袁河街道代表联络站", 4, Kind.SPECIAL, Kind.REPORT, Kind.PUBLICITY)


@pytest.fixture
def silent():
    """No stars, as in the year before; nothing was done: 28 counted, for nothing was asked of it."""
    station = factories.StationFactory(name="仰天岗代表联络点", stars=0)
    StarRecord.objects.create(station=station, year=2025, new_stars=0, old_stars=3, move="revoke")
    return station


def reviews_of(scheme, *stations, by):
    stars.open_round(scheme, by=by)
    return [StarReview.objects.get(station=station) for station in stations]


def given(review, evidence, bonus=0, veto=False):
    """Points of the five lines of hardware, at most three each, and of a line of bonus."""
    lines, left = {}, Decimal(evidence)
    for criterion in review.scheme.criteria.filter(source="evidence"):
        lines[criterion.pk] = {"points": min(left, Decimal(3)), "note": "见照片", "file": None}
        left -= lines[criterion.pk]["points"]
    if bonus:
        criterion = review.scheme.criteria.filter(source="bonus").first()
        lines[criterion.pk] = {"points": Decimal(bonus), "note": "省级简报", "file": None}
    if veto:
        lines[review.scheme.criteria.filter(source="veto").first().pk] = {"points": Decimal(1)}
    return lines


def checked(review, evidence, bonus=0, *, by):
    """Through station, township and county."""
    stars.score(review, by=by, lines=given(review, evidence, bonus))
    stars.review(review, by=by)
    stars.check(review, by=by)
    return review


def made_final(on, review, *, by, **decision):
    stars.decide(review, by=by, **decision)
    on(*PUBLISHED)
    stars.publish(review, by=by)
    on(*FINAL)
    return stars.finish(review, by=by)


# The three that the round is about


def test_one_rises_from_four_to_five_with_its_reward(on, scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    checked(review, 13, 2, by=office)
    assert review.score == Decimal("96.0")  # 81 counted, 13 of hardware, 2 of bonus
    record = made_final(on, review, by=office)
    rising.refresh_from_db()
    assert rising.stars == 5
    assert (record.old_stars, record.new_stars, record.move) == (4, 5, "promote")
    assert (record.score, record.reward_amount, record.year) == (Decimal("96.0"), 8000, 2026)
    assert record.reason == "得 96.0 分（含加分 2.0 分）。90 分以上为五星级。"
    assert (record.decided_by, record.decided_on, record.published_on) == (
        office,
        dt.date(*OPENED),
        dt.date(*PUBLISHED),
    )


def test_one_falls_from_four_to_three_when_its_period_has_ended(on, scheme, office, falling):
    [review] = reviews_of(scheme, falling, by=office)
    checked(review, 10, by=office)
    assert review.score == Decimal("77.0")
    record = made_final(on, review, by=office)
    falling.refresh_from_db()
    assert (falling.stars, falling.state) == (4, "rectifying")
    assert (record.move, record.new_stars) == ("keep", 4)
    notice = falling.rectifications.get()
    assert (notice.issued_on, notice.until) == (dt.date(*FINAL), dt.date(2027, 4, 19))
    assert "专题活动：0.0 分（满分 8.0 分）" in notice.faults
    on(2027, 4, 19)
    with pytest.raises(ValidationError) as refused:
        rectifications.settle(notice, by=office, outcome="failed", findings="仍未开展专题活动。")
    assert refused.value.message_dict == {"outcome": ["整改期限到2027年4月19日为止。"]}
    on(2027, 4, 20)
    fallen = rectifications.settle(notice, by=office, outcome="failed", findings="仍未开展专题活动。")
    falling.refresh_from_db()
    assert (falling.stars, falling.state) == (3, "running")
    assert (fallen.old_stars, fallen.new_stars, fallen.move, fallen.year) == (4, 3, "demote", 2026)
    assert (fallen.score, fallen.decided_on, fallen.reward_amount) == (
        Decimal("77.0"),
        dt.date(2027, 4, 20),
        None,
    )
    assert fallen.reason.endswith("仍未开展专题活动。")


def test_one_is_merged_after_two_years_below_three_stars(on, scheme, office, silent, rising):
    [review] = reviews_of(scheme, silent, by=office)
    checked(review, 5, by=office)
    assert review.score == Decimal("33.0")
    assert stars.proposed(review).may_merge
    with pytest.raises(ValidationError) as refused:
        stars.decide(review, by=office)
    assert "into" in refused.value.message_dict
    record = made_final(on, review, by=office, into=rising)
    silent.refresh_from_db()
    assert (silent.state, silent.merged_into) == ("merged", rising)
    assert (record.move, record.new_stars) == ("merge", 0)


def test_a_station_that_put_things_right_keeps_its_stars(on, scheme, office, falling):
    [review] = reviews_of(scheme, falling, by=office)
    checked(review, 10, by=office)
    made_final(on, review, by=office, faults="接待少。")
    notice = falling.rectifications.get()
    assert notice.faults == "接待少。"
    assert rectifications.settle(notice, by=office, outcome="improved", findings="已补齐。") is None
    falling.refresh_from_db()
    assert (falling.stars, falling.state, falling.star_records.count()) == (4, "running", 1)
    with pytest.raises(MoveRefused):
        rectifications.settle(notice, by=office, outcome="improved", findings="再查。")


def test_a_notice_that_ended_before_the_round_lets_a_station_fall_in_it(on, scheme, office, falling):
    falling.rectifications.create(
        issued_on=dt.date(2026, 9, 1), until=dt.date(2026, 12, 1), faults="接待少。"
    )
    [review] = reviews_of(scheme, falling, by=office)
    checked(review, 10, by=office)
    record = made_final(on, review, by=office)
    assert (record.move, record.new_stars) == ("demote", 3)
    assert falling.rectifications.get().outcome == "failed"


# The rules


@pytest.mark.parametrize(
    ("held", "evidence", "bonus", "new", "move"),
    [
        (5, 15, 0, 5, "keep"),  # 96
        (4, 15, 0, 5, "promote"),
        (3, 15, 0, 4, "promote"),  # a step a year
        (0, 15, 0, 3, "first_award"),
        (4, 8, 0, 4, "keep"),  # 89
        (4, 8, 1, 5, "promote"),  # 90 with bonus
        (5, 8, 0, 5, "keep"),  # 89: kept, with a notice
    ],
)
def test_what_points_do_to_stars(scheme, office, rising, held, evidence, bonus, new, move):
    rising.stars = held
    rising.save()
    [review] = reviews_of(scheme, rising, by=office)
    stars.decide(checked(review, evidence, bonus, by=office), by=office)
    assert (review.new_stars, review.move) == (new, move)
    assert bool(review.faults) == (held == 5 and evidence == 8)


def test_bonus_lifts_by_one_star_at_most(scheme):
    assert sheets.worth(sheets.Total(Decimal(69), Decimal(10), ()), scheme) == 3
    scheme.max_bonus = 30
    assert sheets.worth(sheets.Total(Decimal(69), Decimal(30), ()), scheme) == 3
    assert sheets.worth(sheets.Total(Decimal(70), Decimal(30), ()), scheme) == 4


def test_bonus_is_capped_by_the_sheet(scheme, office, rising):
    scheme.max_bonus = 1
    scheme.save()
    [review] = reviews_of(scheme, rising, by=office)
    assert checked(review, 13, 4, by=office).score == Decimal("95.0")


def test_a_veto_takes_the_stars_at_once(on, scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    stars.score(review, by=office, lines=given(review, 15))
    stars.review(review, by=office)
    stars.check(review, by=office, lines=given(review, 15, veto=True), note="接待登记表系补造。")
    assert review.has_veto
    record = made_final(on, review, by=office)
    assert (record.move, record.new_stars) == ("revoke", 0)
    assert "台账弄虚作假" in record.reason


def test_who_had_stars_once_is_promoted_and_not_awarded_for_the_first_time(scheme, office, rising):
    rising.stars = 0
    rising.save()
    StarRecord.objects.create(station=rising, year=2024, new_stars=3)
    [review] = reviews_of(scheme, rising, by=office)
    stars.decide(checked(review, 15, by=office), by=office)
    assert (review.new_stars, review.move) == (3, "promote")


def test_a_quota_goes_in_order_of_score_and_holders_come_first(scheme, office):
    stations = [working(f"第{n}站", held) for n, held in enumerate((4, 4, 5, 3))]
    scheme.quota_five = 50
    scheme.save()
    low, high, holder, three = reviews_of(scheme, *stations, by=office)
    checked(low, 5, by=office)  # 90
    with pytest.raises(ValidationError, match="还有 3 个站点未核查"):
        stars.decide(low, by=office)
    checked(high, 6, by=office)  # 91
    checked(holder, 5, by=office)
    checked(three, 15, by=office)  # 100, and yet one step
    for review in (low, high, holder, three):
        stars.decide(review, by=office)
    assert [review.new_stars for review in (low, high, holder, three)] == [4, 5, 5, 4]
    assert "按得分排第 3" in low.reason
    assert deciding.places_of_five(scheme) == 2


def test_at_equal_scores_the_register_decides(scheme, office):
    stations = [working(f"第{n}站", 4) for n in range(2)]
    stations[0].display_order, stations[1].display_order = 2, 1
    for station in stations:
        station.save()
    scheme.quota_five = 50
    scheme.save()
    second, first = reviews_of(scheme, *stations, by=office)
    for review in (second, first):
        checked(review, 5, by=office)
    for review in (second, first):
        stars.decide(review, by=office)
    assert (second.new_stars, first.new_stars) == (4, 5)


# Bad order


def test_a_round_is_opened_once_with_a_sheet_of_a_hundred_points(scheme, office, rising):
    factories.StationFactory(closed=True)
    assert stars.open_round(scheme, by=office) == 1
    with pytest.raises(ValidationError, match="已经启动"):
        stars.open_round(scheme, by=office)
    other = new_scheme(2025, by=office)
    other.criteria.filter(measure="study").update(points=5)
    with pytest.raises(ValidationError, match="共 101.0 分"):
        stars.open_round(other, by=office)
    with pytest.raises(ValidationError, match="2028年还没有开始"):
        stars.open_round(new_scheme(2028, by=office), by=office)


def test_what_comes_too_early_or_twice_is_refused_in_words(on, scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    for act in (stars.review, stars.check, stars.decide, stars.publish, stars.finish, stars.spot_check):
        with pytest.raises(MoveRefused):
            act(review, by=office)
    with pytest.raises(MoveRefused):
        stars.object_to(review, by=office, text="得分偏低。")
    stale = StarReview.objects.get(pk=review.pk)
    checked(review, 13, by=office)
    with pytest.raises(MoveRefused):
        stars.score(stale, by=office, lines=given(review, 15))
    stars.decide(review, by=office)
    on(*PUBLISHED)
    stars.publish(review, by=office)
    on(*LAST)
    with pytest.raises(MoveRefused, match="异议受理到2027年1月18日为止"):
        stars.finish(review, by=office)


def test_an_objection_is_answered_before_stars_are_final(on, scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    stars.decide(checked(review, 8, by=office), by=office)
    on(*PUBLISHED)
    stars.publish(review, by=office)
    staff = rising.posts.first().user
    objection = stars.object_to(review, by=staff, text="信息采用未计入。")
    on(*FINAL)
    with pytest.raises(MoveRefused, match="异议受理已于2027年1月18日截止"):
        stars.object_to(review, by=staff, text="再提。")
    with pytest.raises(MoveRefused, match="还有异议没有答复"):
        stars.finish(review, by=office)
    with pytest.raises(ValidationError):
        stars.answer(objection, by=office, text=" ")
    stars.answer(objection, by=office, text="已核实，不计入。")
    with pytest.raises(MoveRefused, match="已经答复"):
        stars.answer(objection, by=office, text="再答。")
    assert Notice.objects.filter(recipient=staff, subject__contains="异议已答复").exists()
    stars.finish(review, by=office)
    assert review.state == "final"


def test_a_decision_may_be_taken_anew_after_an_objection(on, scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    stars.decide(checked(review, 8, by=office), by=office)
    on(*PUBLISHED)
    stars.publish(review, by=office)
    stars.revise(review, by=office, note="信息采用应计入。")
    event(rising, Kind.PUBLICITY, 2026, 8, 1, level="nation")
    stars.decide(review, by=office)
    assert (review.score, review.new_stars) == (Decimal("93.0"), 5)
    assert review.published_on is None


def test_stars_that_changed_meanwhile_are_decided_anew(on, scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    stars.decide(checked(review, 13, by=office), by=office)
    on(*PUBLISHED)
    stars.publish(review, by=office)
    rising.stars = 3
    rising.save()
    on(*FINAL)
    with pytest.raises(MoveRefused, match="请重新评定"):
        stars.finish(review, by=office)


def test_of_a_station_that_was_closed_nothing_is_decided(scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    checked(review, 13, by=office)
    rising.state = "closed"
    rising.save()
    with pytest.raises(MoveRefused, match="不再运行"):
        stars.decide(review, by=office)


def test_points_need_evidence_a_limit_and_who_changes_them_a_reason(scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    lines = given(review, 15)
    first, second, *_rest = lines
    lines[first] = {"points": Decimal(3), "note": "", "file": None}
    lines[second]["points"] = Decimal("3.1")
    lines[scheme.criteria.filter(source="veto").first().pk] = {"points": Decimal(1)}
    with pytest.raises(ValidationError) as refused:
        stars.score(review, by=office, lines=lines)
    told = refused.value.message_dict
    assert told[f"points_{first}"] == ["请说明依据，或附上材料。"]
    assert told[f"points_{second}"] == ["请填 0 至 3.0 分。"]
    assert len(told) == 3
    with pytest.raises(ValidationError, match="没有的填 0"):
        stars.score(review, by=office, lines={})
    assert not review.scores.exists()
    stars.score(review, by=office, lines=given(review, 15))
    with pytest.raises(ValidationError) as refused:
        stars.review(review, by=office, lines=given(review, 12))
    assert refused.value.message_dict == {"note": ["您改了分数，请说明原因。"]}
    stars.review(review, by=office, lines=given(review, 12), note="设备不全。")
    assert review.score == Decimal("93.0")


def test_sent_back_the_station_scores_anew(scheme, office, rising):
    [review] = reviews_of(scheme, rising, by=office)
    stars.score(review, by=office, lines=given(review, 15))
    stars.review(review, by=office, lines=given(review, 12), note="设备不全。")
    stars.send_back(review, by=office, note="请补照片。")
    assert (review.state, review.score) == ("self", None)
    stars.score(review, by=office, lines=given(review, 13))
    assert review.score == Decimal("94.0")
    staff = rising.posts.first().user
    assert Notice.objects.filter(recipient=staff, subject__startswith="请重新自评").count() == 1


def test_a_notice_is_issued_once_at_a_time(office, rising):
    rectifications.issue(rising, faults="接待少。", by=office)
    with pytest.raises(ValidationError, match="在期限内"):
        rectifications.issue(rising, faults="接待少。", by=office)
    with pytest.raises(ValidationError):
        rectifications.issue(factories.StationFactory(closed=True), faults="接待少。", by=office)


def test_every_step_is_told_and_recorded(on, scheme, office, rising, yushui_office, township_office):
    staff = rising.posts.first().user
    [review] = reviews_of(scheme, rising, by=office)
    made_final(on, checked(review, 13, by=office), by=office)
    told = {
        user: list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))
        for user in (staff, township_office, yushui_office)
    }
    assert [len(told[user]) for user in told] == [3, 3, 3]
    assert told[staff][0] == "2026年度星级评定：城南街道代表联络站，待站点自评"
    assert told[staff][-1] == "城南街道代表联络站2026年度评为五星级（升星）"
    moves = list(review.changes.order_by("pk").values_list("move", flat=True))
    assert moves == ["score", "review", "check", "decide", "publish", "finish"]
    assert AuditEntry.objects.filter(kind="record.created", model="liaison_stations.starrecord").count() == 1
    assert rising.history.first().stars == 5


# Pages


def page(client, name, *args, **query):
    response = client.get(reverse(f"stations:{name}", args=args), query)
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser")


def fields_of(response):
    """What a browser would send back of the form of a page."""
    values = {field.html_name: field.value() for field in response.context["form"]}
    return {name: value for name, value in values.items() if value not in (None, False)}


def send(client, name, pk, **changes):
    address = reverse(f"stations:{name}", args=[pk])
    return client.post(address, fields_of(client.get(address)) | changes)


def test_the_round_goes_through_its_pages(
    on, scheme, office, rising, sign_in, yushui_office, township_office, mailoutbox
):
    [review] = reviews_of(scheme, rising, by=office)
    staff = sign_in(rising.posts.first().user)
    points = {
        f"{field}_{criterion.pk}": value
        for criterion in scheme.criteria.filter(source="evidence")
        for field, value in (("points", "3"), ("note", "见照片"))
    }
    first = scheme.criteria.filter(source="evidence").first()
    answer = send(staff, "star-score", review.pk, **points | {f"points_{first.pk}": "4"})
    assert answer.status_code == 200
    assert "3" in answer.context["form"].errors[f"points_{first.pk}"][0]
    points[f"file_{first.pk}"] = factories.document("照片.pdf")
    assert send(staff, "star-score", review.pk, **points).status_code == 302
    assert "已由他人办理" in page(staff, "star-score", review.pk).select_one(".empty").get_text()
    township, county, clerk = sign_in(township_office), sign_in(yushui_office), sign_in(office)
    assert "自评" in page(township, "review", review.pk).select_one(".actions a").get_text()
    changed = {f"points_{first.pk}": "1.5", "note": "牌子未挂。"}
    assert send(township, "star-review", review.pk, **changed).status_code == 302
    assert send(county, "star-check", review.pk).status_code == 302
    assert send(clerk, "star-spot", review.pk, note="已到现场。").status_code == 302
    review.refresh_from_db()
    assert (review.state, review.score, review.is_spot_checked) == ("city", Decimal("94.5"), True)
    change = reverse("admin:liaison_stations_starreview_change", args=[review.pk])
    for verb, day in (("decide", OPENED), ("publish", PUBLISHED), ("finish", FINAL)):
        on(*day)
        clerk = sign_in(office)
        address = reverse("admin:liaison_stations_starreview_move", args=[review.pk, verb])
        assert clerk.post(address, {"note": ""} | fields_of(clerk.get(address))).status_code == 302, verb
    rising.refresh_from_db()
    assert rising.stars == 5
    assert clerk.get(change).status_code == 200
    soup = page(sign_in(rising.posts.first().user), "review", review.pk)
    assert "8000.00" in soup.select_one("main").get_text()
    assert page(clerk, "reviews", year="2026", state="final").select("tbody tr")


def test_the_public_reads_what_is_published_and_until_when(on, scheme, office, rising, silent, client):
    address = reverse("stations:stars", args=[2026])
    [review, other] = reviews_of(scheme, rising, silent, by=office)
    assert client.get(address).status_code == 404
    stars.decide(checked(review, 13, by=office), by=office)
    checked(other, 5, by=office)
    on(*PUBLISHED)
    stars.publish(review, by=office)
    text = client.get(address).content.decode()
    assert "公示到2027年1月18日" in text
    assert rising.name in text
    assert silent.name not in text
    on(*FINAL)
    stars.finish(review, by=office)
    assert "星级已确定" in client.get(address).content.decode()
    assert client.get(reverse("stations:stars", args=[1999])).status_code == 404


def test_the_list_to_be_praised_is_a_word_file(on, scheme, office, rising, falling, sign_in, leader):
    clerk, address = sign_in(office), reverse("stations:praise", args=[2026])
    assert clerk.get(address).status_code == 404
    review, low = reviews_of(scheme, rising, falling, by=office)
    checked(low, 10, by=office)
    stars.decide(low, by=office)
    made_final(on, checked(review, 13, by=office), by=office)
    response = sign_in(office).get(address)
    document = Document(BytesIO(b"".join(response.streaming_content)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1:] == [["1", "城南街道", rising.name, "五星级", "四星级", "升星", "94.0", "8,000.00"]]
    assert "升星 1 个" in " ".join(paragraph.text for paragraph in document.paragraphs)
    assert sign_in(leader).get(address).status_code == 200
    assert sign_in(rising.posts.first().user).get(address).status_code == 403


def test_the_sheet_of_ratings_is_saved_as_offices_keep_it(scheme, office, rising, sign_in):
    [review] = reviews_of(scheme, rising, by=office)
    stars.decide(checked(review, 13, 2, by=office), by=office)
    address = reverse("admin:liaison_stations_starreview_export")
    response = sign_in(office).post(address, {"format": "0", "resource": "0"})
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.rows]
    heading = next(row for row in rows if "站点" in row)
    assert heading == [
        "站点", "阵地建设", "组织管理", "接待群众", "活动开展", "意见办理", "台账档案", "宣传信息", "数字应用", "加分",
        "总分", "上年星级", "拟定星级", "变动(升/保/降/撤)", "县区意见", "市意见",
    ]  # fmt: skip
    [told] = [row for row in rows if row[0] == rising.name]
    assert [float(value) for value in told[1:11]] == [13, 10, 20, 20, 20, 8, 0, 3, 2, 96]
    assert told[11:14] == ["四星级", "五星级", "升"]


def test_a_file_of_evidence_is_for_who_may_see_the_review(scheme, office, rising, sign_in, deputy_user):
    [review] = reviews_of(scheme, rising, by=office)
    criterion = scheme.criteria.filter(source="evidence").first()
    row = review.scores.create(criterion=criterion, evidence=factories.stored_document())
    address = reverse("stations:star-evidence", args=[row.pk])
    response = sign_in(rising.posts.first().user).get(address)
    assert response.status_code == 200
    response.getvalue()
    assert sign_in(deputy_user).get(address).status_code == 404


# The staff area


def test_a_sheet_is_changed_until_its_round_is_opened(scheme, office, rising, sign_in):
    clerk = sign_in(office)
    change = reverse("admin:liaison_stations_scheme_change", args=[scheme.pk])
    assert "criteria-0-points" in clerk.get(change).content.decode()
    act = reverse("admin:liaison_stations_scheme_act", args=[scheme.pk, "open"])
    assert clerk.post(act).status_code == 302
    assert Scheme.objects.get(pk=scheme.pk).opened_on == dt.date(*OPENED)
    after = clerk.get(change).content.decode()
    assert "criteria-0-points" not in after
    assert 'name="line_five"' not in after
    assert clerk.post(act).status_code == 302  # says that it is too late
    assert StarReview.objects.count() == 1


def test_a_new_sheet_is_made_for_a_year_that_has_none(scheme, office, sign_in):
    clerk, add = sign_in(office), reverse("admin:liaison_stations_scheme_add")
    assert "已有" in clerk.post(add, {"year": "2026"}).content.decode()
    assert clerk.post(add, {"year": "2027"}).status_code == 302
    assert Scheme.objects.get(year=2027).rewards.count() == 2


def test_many_are_published_at_once_after_a_preview(on, scheme, office, rising, falling, sign_in):
    clerk, listed = sign_in(office), reverse("admin:liaison_stations_starreview_changelist")
    both = reviews_of(scheme, rising, falling, by=office)
    stars.decide(checked(both[0], 13, by=office), by=office)
    checked(both[1], 10, by=office)
    chosen = {"action": "publish", "_selected_action": [one.pk for one in both]}
    preview = clerk.post(listed, chosen).content.decode()
    assert "2027年1月11日" in preview
    assert StarReview.objects.filter(state="published").count() == 0
    clerk.post(listed, chosen | {"step": "confirm"})
    assert list(StarReview.objects.order_by("pk").values_list("state", flat=True)) == ["published", "city"]


def test_a_notice_is_issued_and_settled_in_the_staff_area(on, office, falling, sign_in):
    clerk = sign_in(office)
    sent = {"station": falling.pk, "months": "3", "faults": "接待少。"}
    assert clerk.post(reverse("admin:liaison_stations_rectification_add"), sent).status_code == 302
    notice = Rectification.objects.get()
    on(2027, 4, 5)
    act = reverse("admin:liaison_stations_rectification_act", args=[notice.pk, "settle"])
    assert sign_in(office).post(act, {"outcome": "failed", "findings": "未改。"}).status_code == 302
    falling.refresh_from_db()
    assert (falling.stars, falling.star_records.get().year) == (3, 2027)


# Reminders


def test_each_step_is_reminded_of_to_whom_it_waits_for(
    on, scheme, office, rising, falling, yushui_office, township_office
):
    staff = falling.posts.first().user
    review, other = reviews_of(scheme, rising, falling, by=office)
    stars.score(review, by=office, lines=given(review, 13))
    day = on(2027, 1, 11)
    now = dt.datetime.combine(day, dt.time(8))
    told = reminders.remind(now)  # both who work at the station, and the township's office
    assert told == {"star_steps": 3, "star_objections": 0, "star_notices": 0}
    assert sum(reminders.remind(now).values()) == 0  # told once
    assert Notice.objects.filter(recipient=staff, subject__startswith="尚未自评").count() == 1
    stars.review(review, by=office)
    stars.check(review, by=office)
    stars.decide(review, by=office)
    stars.publish(review, by=office)
    assert reminders.running_out(dt.date(2027, 1, 14)) == 0
    assert reminders.running_out(dt.date(2027, 1, 15)) == 4  # Friday; objections until Monday
    assert reminders.to_finish(dt.date(2027, 1, 18)) == 0
    assert reminders.to_finish(dt.date(2027, 1, 19)) == 1
    assert other.state == "self"


def test_the_end_of_a_notice_is_told_before_and_who_checks_after(on, office, falling, yushui_office):
    notice = rectifications.issue(falling, faults="接待少。", by=office)
    assert notice.until == dt.date(2027, 4, 4)
    told = {day: reminders.ending(dt.date(2027, *day)) for day in ((3, 20), (3, 21), (3, 22), (4, 1), (4, 5))}
    assert told == {(3, 20): 0, (3, 21): 3, (3, 22): 0, (4, 1): 3, (4, 5): 2}
