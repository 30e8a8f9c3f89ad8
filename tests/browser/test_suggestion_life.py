"""One suggestion from the phone of a deputy to the last promise seen on the spot, by everybody who has a part in it.

The rates before and after are worked out by hand in the comments.
"""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from common import clock
from proposals import rates
from proposals.models import Part, Suggestion
from proposals.seeds import seed_reply_classes
from proposals.states import AssignmentState, CommitmentState, SuggestionState

from .. import factories
from . import looks
from .hands import choose, press
from .looks import PHONE

pytestmark = pytest.mark.browser
TITLE = "关于改善南湖路交通拥堵的建议"


class Department:
    """A unit with an officer and a signer, each at a browser of their own."""

    def __init__(self, name, visit):
        self.unit = factories.UnitFactory(name=name)
        self.officer, self.signer = (
            visit(factories.MembershipFactory(role=role, unit=self.unit).user, PHONE)
            for role in (Role.UNIT_OFFICER, Role.UNIT_SIGNER)
        )


class Signer:
    """A sitting city deputy with a phone."""

    def __init__(self, name, visit):
        user = factories.UserFactory(name=name)
        self.deputy = factories.MandateFactory(deputy__name=name, deputy__user=user).deputy
        self.phone = visit(user, PHONE)


def go(page, name, record):
    page.goto(reverse(f"proposals:{name}", args=[record.pk]))


def shown():
    figures = rates.figures(Suggestion.objects.all())
    return {key: figures[key].shown for key in ("implementation", "kept", "satisfaction", "first", "solved")}


def rate(signer, suggestion, *, result, solved, words=""):
    phone = signer.phone
    phone.goto(reverse("proposals:mine"))
    rating = signer.deputy.ratings.waiting().get(suggestion=suggestion)
    go(phone, "rate", rating)
    for name, answer in (("attitude", "satisfied"), ("result", result), ("solved", solved)):
        phone.locator(f'input[name="{name}"][value="{answer}"]').check()
    phone.locator('textarea[name="words"]').fill(words)
    press(phone, "提交评价")
    expect(phone.get_by_text("感谢您的评价")).to_be_visible()


def consult(department, part, deputy):
    page = department.officer
    go(page, "consult", part)
    page.locator('input[name="way"][value="site"]').check()
    page.locator('input[name="rank"][value="head"]').check()
    page.locator('[name="people"]').fill("局长周文、科长刘工")
    page.locator(f'input[name="deputies"][value="{deputy.pk}"]').check()
    page.locator('[name="said"]').fill("希望今年动工。")
    press(page, "记录")
    expect(page.get_by_text("面商情况已记录")).to_be_visible()


def write_letter(department, part, text, *, code="", number=""):
    page = department.officer
    go(page, "write", part)
    if code:
        page.get_by_label(code, exact=False).first.check()
        page.locator('input[name="adoption"][value="adopted"]').check()
    page.locator('[name="document_no"]').fill(number)
    page.locator('[name="text"]').fill(text)
    page.locator('[name="contact_person"]').fill("刘工")
    page.locator('[name="contact_phone"]').fill("0790-6440000")
    press(page, "保存并继续")
    return part.replies.open().get()


def promise(department, letter, text, day):
    page = department.officer
    go(page, "promise", letter)
    page.locator('[name="text"]').fill(text)
    page.locator('[name="leader"]').fill("周文")
    page.locator('[name="due_on"]').fill(day.isoformat())
    press(page, "添加")


def sign_off(department, letter):
    page = department.officer
    go(page, "present", letter)
    press(page, "提交签发")
    page = department.signer
    page.goto(reverse("proposals:unit"))
    page.get_by_role("link", name="审阅签发答复").first.click()
    press(page, "签发答复")
    expect(page.get_by_text("已签发，函件已送出")).to_be_visible()


def test_from_the_phone_to_the_last_promise(visit, office):
    seed_reply_classes()
    category = factories.CategoryFactory()
    lead, second, third = (Signer(name, visit) for name in ("李明", "王芳", "赵强"))
    works, police, water = (Department(name, visit) for name in ("市住建局", "市公安局", "市水利局"))
    desk = visit(office)

    # 提: filed on a phone
    phone = lead.phone
    phone.goto(reverse("proposals:mine"))
    press(phone, "新建建议")
    phone.locator('[name="title"]').fill(TITLE)
    phone.locator('[name="facts"]').fill("南湖路早晚高峰拥堵严重。")
    phone.locator('[name="reasons"]').fill("道路狭窄，缺少停车泊位。")
    phone.locator('[name="request"]').fill("建议市住建局拓宽路口，市公安局增设信号灯。")
    phone.locator('[name="category"]').select_option(str(category.pk))
    expect(phone.locator("[data-status]")).to_contain_text("保存")
    press(phone, "保存草稿")
    expect(phone.get_by_text("已保存")).to_be_visible()
    suggestion = Suggestion.objects.get()
    assert (suggestion.title, suggestion.state) == (TITLE, SuggestionState.DRAFT)

    # co-signed by two, each with their own yes
    for signer in (second, third):
        go(phone, "invite", suggestion)
        phone.locator("#q").fill(signer.deputy.name)
        phone.locator(f'input[name="deputies"][value="{signer.deputy.pk}"]').check()
        press(phone, "征求意见")
    agree(second, suggestion)
    agree(third, suggestion)
    send(phone, suggestion)

    # returned once, revised, asked again, filed again
    desk.goto(reverse("admin:proposals_suggestion_change", args=[suggestion.pk]))
    desk.locator(".actions").get_by_role("link", name="退回修改", exact=True).click()
    desk.locator('[name="note"]').fill("请写明具体路段。")
    press(desk, "退回修改")
    go(phone, "edit", suggestion)
    expect(phone.get_by_text("请写明具体路段。")).to_be_visible()
    phone.locator('[name="facts"]').fill("南湖路（胜利路口至学校段）早晚高峰拥堵严重。")
    press(phone, "保存草稿")
    expect(phone.get_by_text("已保存")).to_be_visible()
    go(phone, "invite", suggestion)
    press(phone, "征求意见")
    agree(second, suggestion)
    agree(third, suggestion)
    send(phone, suggestion)

    # registered, and assigned to a lead unit and a co-unit; nothing is replied yet, so the rate is 0 of 1
    desk.goto(reverse("admin:proposals_suggestion_change", args=[suggestion.pk]))
    desk.locator(".actions").get_by_role("link", name="登记", exact=True).click()
    press(desk, "登记")
    desk.locator(".actions").get_by_role("link", name="交办", exact=True).click()
    choose(desk, "lead", works.unit.name)
    choose(desk, "co_units", water.unit.name)
    press(desk, "交办")
    expect(desk.get_by_text("已办理")).to_be_visible()
    first = suggestion.assignments.get(part=Part.LEAD)
    handed = suggestion.assignments.get(part=Part.CO)
    assert shown() == {
        "implementation": "0.0%",
        "kept": "0.0%",
        "satisfaction": "—",
        "first": "—",
        "solved": "—",
    }

    # signed for; one hands it back and the office gives it to another
    go(works.officer, "sign", first)
    press(works.officer, "签收")
    go(water.officer, "hand-back", handed)
    water.officer.locator('[name="proposed_unit"]').select_option(str(police.unit.pk))
    water.officer.locator('[name="note"]').fill("属公安交管职责。")
    press(water.officer, "申请退回")
    desk.goto(reverse("admin:proposals_assignment_change", args=[handed.pk]))
    desk.locator(".actions").get_by_role("link", name="改交其他单位").click()
    choose(desk, "unit", police.unit.name)
    desk.locator('[name="note"]').fill("改由市公安局会办。")
    press(desk, "改交其他单位")
    expect(desk.get_by_text("已办理")).to_be_visible()
    given = suggestion.assignments.get(unit=police.unit)
    assert (given.part, given.state) == (Part.CO, AssignmentState.PENDING)
    go(police.officer, "sign", given)
    press(police.officer, "签收")

    # 办: an opinion, the talk, a reply of class B with two promises
    sign_off(police, write_letter(police, given, "可在学校门口增设信号灯。"))
    consult(works, first, lead.deputy)
    letter = write_letter(works, first, "我局已将路口拓宽列入计划。", code="B", number="余住建提〔2026〕1号")
    soon = clock.today() + dt.timedelta(days=60)
    promise(works, letter, "完成路口拓宽", soon)
    promise(works, letter, "增设信号灯", soon)
    sign_off(works, letter)

    # 评: one is not satisfied: the least satisfied signer speaks, so 0 of 1; B counts as implemented, so 1 of 1
    rate(lead, suggestion, result="satisfied", solved="partly")
    rate(second, suggestion, result="satisfied", solved="partly")
    rate(third, suggestion, result="dissatisfied", solved="no", words="没有说明何时动工。")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.round) == (SuggestionState.REHANDLING, 2)
    assert shown() == {
        "implementation": "100.0%",
        "kept": "0.0%",
        "satisfaction": "0.0%",
        "first": "0.0%",
        "solved": "0.0%",
    }
    go(works.officer, "detail", suggestion)
    expect(works.officer.get_by_text("不满意 1")).to_be_visible()
    expect(works.officer.get_by_text("没有说明何时动工")).to_have_count(0)

    # handled again, and all are satisfied; the first rating stays what it was
    first.refresh_from_db()
    consult(works, first, third.deputy)
    letter = write_letter(works, first, "路口拓宽下月动工。", code="B", number="余住建提〔2026〕9号")
    sign_off(works, letter)
    for signer in (lead, second, third):
        rate(signer, suggestion, result="satisfied", solved="partly")
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.CONCLUDED

    # both promises are reported and seen on the spot, so the class is A now
    for commitment in suggestion.commitments.all():
        go(works.officer, "report", commitment)
        works.officer.locator('[name="note"]').fill("已完工，可到现场查看。")
        press(works.officer, "报告兑现")
        go(third.phone, "verify", commitment)
        third.phone.locator('[name="note"]').fill("现场查看属实。")
        press(third.phone, "经现场核实，已兑现")
    assert set(suggestion.commitments.values_list("state", flat=True)) == {CommitmentState.FULFILLED}
    suggestion.refresh_from_db()
    assert suggestion.reply_class.code == "A"
    assert shown() == {
        "implementation": "100.0%",
        "kept": "100.0%",
        "satisfaction": "100.0%",
        "first": "0.0%",
        "solved": "0.0%",
    }
    go(phone, "detail", suggestion)
    expect(phone.get_by_text("答复类别 B → A")).to_be_visible()
    assert looks.faults(phone) == {}


def agree(signer, suggestion):
    phone = signer.phone
    go(phone, "cosign", suggestion.cosignatures.get(deputy=signer.deputy))
    press(phone, "已阅读，同意附议")
    expect(phone.get_by_text("您已附议这件建议")).to_be_visible()


def send(phone, suggestion):
    go(phone, "submit", suggestion)
    press(phone, "提交")
    expect(phone.get_by_text("已提交代表工委")).to_be_visible()
