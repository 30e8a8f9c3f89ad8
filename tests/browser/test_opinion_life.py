"""One opinion from the phone of a citizen to a deputy's suggestion and a kept promise, by everybody who has a part in it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Role
from liaison_stations.actions import raising
from liaison_stations.models import Opinion
from liaison_stations.states import OpinionState
from proposals.models import Suggestion
from proposals.seeds import seed_reply_classes

from .. import factories
from . import looks
from .hands import act, press
from .looks import PHONE
from .test_citizen import TEXT, fill, photo, quick  # noqa: F401 a fixture

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]
O = OpinionState  # noqa: E741 the letter of the noun


class Cast:
    """Who has a part in it, each at a browser of their own; the citizen has no account."""

    def __init__(self, visit):
        self.station = factories.StationFactory(name="城南街道代表联络站")
        user = factories.UserFactory(name="王芳")
        self.deputy = factories.MandateFactory(deputy__name="王芳", deputy__user=user).deputy
        factories.ResidencyFactory(station=self.station, deputy=self.deputy)
        self.unit = factories.UnitFactory(name="市城管局")
        worker = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=self.unit).user
        county = factories.MembershipFactory(role=Role.COUNTY_OFFICE, area=factories.YushuiFactory()).user
        self.citizen = visit(None, PHONE)
        self.staff = visit(factories.StationPostFactory(station=self.station).user, PHONE)
        self.worker, self.phone_of_deputy, self.county = (
            visit(worker, PHONE),
            visit(user, PHONE),
            visit(county),
        )


def fresh(record):
    record.refresh_from_db()
    return record


def leave(cast):
    page = cast.citizen
    page.goto(f"/stations/{cast.station.pk}/")  # what the QR code on the door says
    page.get_by_role("link", name="我要反映问题").click()
    fill(page)
    page.get_by_label("照片").set_input_files([photo("路灯1.png"), photo("路灯2.png")])
    press(page, "提交")
    page.wait_for_url("**/opinions/receipt/")
    return Opinion.objects.get()


def dispatch(cast, opinion):
    act(cast.staff, opinion, "派单到部门")
    cast.staff.get_by_label("要求报到的部门").select_option("市城管局")
    cast.staff.get_by_label("派单要求").fill("请到现场查看。")
    press(cast.staff, "派单到部门")
    expect(cast.staff.get_by_text("已派单")).to_be_visible()
    order = opinion.dispatches.latest("pk")
    worker = cast.worker
    worker.goto(reverse("stations:orders"))
    worker.get_by_role("link", name=f"报到 {opinion}").first.click()
    press(worker, "报到")
    expect(worker.get_by_text("已报到，请于")).to_be_visible()
    act(worker, order, "登记到现场")
    worker.get_by_label("照片").set_input_files([photo("现场.png")])
    press(worker, "登记到现场")
    expect(worker.get_by_text("已登记，应于")).to_be_visible()
    act(worker, order, "报告办结")
    worker.locator('[name="result"]').fill("已更换灯具两盏。")
    press(worker, "报告办结")
    expect(worker.get_by_text("已报办结")).to_be_visible()
    assert "李桂花" not in worker.content()


def answer(cast, opinion, text):
    act(cast.staff, opinion, "向群众反馈")
    expect(cast.staff.locator('[name="text"]')).to_have_value("市城管局：已更换灯具两盏。")
    cast.staff.locator('[name="text"]').fill(text)
    cast.staff.locator('input[name="solved"][value="yes"]').check()
    press(cast.staff, "向群众反馈")
    expect(cast.staff.get_by_text("已答复，群众可在")).to_be_visible()


def follow(cast, opinion):
    page = cast.citizen
    page.goto(reverse("stations:follow"))
    page.get_by_label("查询码").fill(opinion.shown_code)
    page.get_by_label("后四位").fill("1234")
    press(page, "查询")
    return page


def rate(cast, opinion, verdict):
    page = follow(cast, opinion)
    page.get_by_role("radio", name=verdict, exact=True).check()
    press(page, "提交评价")
    expect(page.get_by_text("感谢您的评价")).to_be_visible()


def test_from_a_phone_to_a_promise_that_was_kept(visit, quick):  # noqa: F811 the fixture
    seed_reply_classes()
    cast = Cast(visit)
    opinion = leave(cast)
    assert opinion.pictures.count() == 2

    cast.staff.goto(reverse("stations:opinions"))
    cast.staff.get_by_role("link", name=f"受理 {opinion}").first.click()
    press(cast.staff, "受理")
    expect(cast.staff.get_by_text("已受理，应于")).to_be_visible()
    for number, text in ((1, "灯具已更换。"), (2, "再次检修。")):
        dispatch(cast, opinion)
        answer(cast, opinion, text)
        expect(follow(cast, opinion).get_by_text(text).first).to_be_visible()
        rate(cast, opinion, "不满意")
        assert (fresh(opinion).round, opinion.state) == (number + 1, (O.ACCEPTED, O.ESCALATED)[number - 1])

    act(cast.county, opinion, "请市代表提出建议")
    cast.county.locator('[name="deputy"]').select_option("王芳")
    press(cast.county, "请市代表提出建议")
    expect(cast.county.get_by_text("已发出请求")).to_be_visible()
    act(cast.phone_of_deputy, opinion, "写成代表建议")
    press(cast.phone_of_deputy, "写成代表建议")
    cast.phone_of_deputy.wait_for_url("**/edit/")
    suggestion = Suggestion.objects.get()
    assert suggestion.facts == TEXT and fresh(opinion).state == O.RAISED

    part = factories.AssignmentFactory(suggestion=suggestion, unit=cast.unit, state="replied")
    letter = factories.ReplyFactory(assignment=part, reply_class__code="B", text="列入今年计划。")
    Suggestion.objects.update(
        state="replied",
        title="关于路口照明的建议",
        submitted_at=timezone.now(),
        replied_on=letter.signed_on,
        reply_class=letter.reply_class,
        publication="full",
        published_on=timezone.localdate(),
    )
    raising.follow(timezone.localtime())
    assert fresh(opinion).state == O.ANSWERED
    expect(follow(cast, opinion).get_by_text("列入今年计划").first).to_be_visible()
    rate(cast, opinion, "满意")
    promise = factories.CommitmentFactory(
        reply=letter,
        text="路口增设路灯",
        state="fulfilled",
        verified_by=cast.deputy,
        verified_on=timezone.localdate(),
    )
    assert raising.follow(timezone.localtime())["kept"] == 1

    staff = cast.staff
    staff.goto(opinion.get_absolute_url())
    expect(staff.get_by_role("link", name="关于路口照明的建议")).to_be_visible()
    expect(staff.get_by_role("link", name=promise.text)).to_be_visible()
    expect(follow(cast, opinion).get_by_text("已经兑现").first).to_be_visible()
    for page in (cast.staff, cast.citizen):
        assert looks.faults(page) == {}
    staff.goto(suggestion.get_absolute_url())
    expect(staff.get_by_role("link", name=str(opinion))).to_be_visible()


def test_pages_of_handling_have_no_faults(visit):
    cast = Cast(visit)
    make = factories.OpinionFactory
    waiting = make(station=cast.station)
    make(station=cast.station, accepted=True, due_on="2020-01-01", deputy=cast.deputy)
    out = make(station=cast.station, state=O.DISPATCHED)
    order = factories.DispatchFactory(opinion=out, unit=cast.unit)
    answered = make(station=cast.station, answered=True, may_publish=True)
    answered.pictures.create(file=factories.stored_picture())
    answered.answers.create(text="已更换灯具。")
    factories.ReceptionFactory(station=cast.station)
    pages = [
        (cast.staff, "/my/station/"),
        (cast.staff, "/my/opinions/"),
        (cast.staff, "/my/opinions/?list=all"),
        (cast.staff, waiting.get_absolute_url()),
        *((cast.staff, f"{waiting.get_absolute_url()}{verb}/") for verb in ("accept", "refuse", "join")),
        (cast.staff, f"{answered.get_absolute_url()}publish/"),
        (cast.staff, answered.get_absolute_url()),
        (cast.worker, "/my/unit/orders/"),
        (cast.worker, order.get_absolute_url()),
        (cast.worker, f"{order.get_absolute_url()}report-in/"),
        (cast.worker, f"{order.get_absolute_url()}hand-back/"),
        (cast.phone_of_deputy, "/my/opinions/"),
    ]
    for page, address in pages:
        page.goto(address)
        assert looks.faults(page) == {}, address
