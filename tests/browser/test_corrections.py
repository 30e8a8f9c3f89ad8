"""A deputy says what is wrong, the office decides: two people, two browsers."""

import pytest
from playwright.sync_api import expect

from .. import factories
from . import looks
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_a_deputy_asks_for_a_correction_and_the_office_accepts_it(visit, deputy_user, office, javascript):
    phone = visit(deputy_user, PHONE, java_script_enabled=javascript)
    phone.goto("/my/")
    phone.get_by_role("link", name="申请更正").click()
    phone.get_by_label("哪一项有误").select_option("工作单位及职务")
    phone.get_by_label("应更正为").fill("第四中学校长")
    document = factories.document("任命通知.pdf")
    phone.get_by_label("佐证材料").set_input_files(
        {"name": document.name, "mimeType": document.content_type, "buffer": document.read()}
    )
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator(".card", has_text="第四中学校长")).to_contain_text("待办理")

    desk = visit(office, java_script_enabled=javascript)
    desk.goto("/admin/")
    desk.get_by_role("link", name="1 更正申请").click()
    desk.get_by_role("link", name="李代表").click()
    desk.get_by_role("link", name="同意更正").click()
    desk.get_by_role("button", name="同意更正").click()
    expect(desk.get_by_text("已办理：同意更正")).to_be_visible()

    phone.get_by_role("link", name="通知").first.click()
    expect(phone.get_by_role("heading", name="工作单位及职务")).to_be_visible()
    phone.get_by_role("link", name="我的").click()
    expect(phone.get_by_text("第四中学校长").first).to_be_visible()
    deputy_user.deputy.refresh_from_db()
    assert deputy_user.deputy.post == "第四中学校长"


def test_a_form_with_a_mistake_says_so_on_top_and_beside_the_field(visit, deputy_user):
    page = visit(deputy_user, PHONE)
    page.goto("/my/corrections/ask/")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("应更正为")).to_be_focused()
    assert looks.faults(page) == {}
