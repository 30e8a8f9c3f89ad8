"""A roster goes in through the browser: chosen, looked at, saved, taken back."""

import pytest
from playwright.sync_api import expect

from deputies.models import Deputy

from .. import factories
from . import looks
from .rosters import roster

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


def name_file(page, body):
    page.goto("/admin/deputies/deputy/")
    page.get_by_role("link", name="导入", exact=True).click()
    sent = {"name": "代表名册.csv", "mimeType": "text/csv", "buffer": body}
    page.get_by_label("文件").set_input_files(sent)
    page.get_by_role("button", name="读取文件").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_a_roster_is_looked_at_saved_and_taken_back(visit, office, javascript):
    known = factories.MandateFactory(card_no="XY10-001", deputy__name="李四", deputy__post="教师").deputy
    page = visit(office, java_script_enabled=javascript)
    name_file(
        page, roster(("XY10-001", "李四", "校长"), ("XY10-501", "欧阳清", "医生"), ("XY10-502", "", "农民"))
    )

    expect(page.get_by_role("navigation", name="按结果查看").get_by_role("link")).to_have_text(
        ["新增 1", "更新 1", "有误 1"]
    )
    page.get_by_role("link", name="更新 1").click()
    expect(page.get_by_role("row", name="李四")).to_contain_text("教师 → 校长")
    assert list(Deputy.objects.all()) == [known]

    page.get_by_role("button", name="确认导入2条").click()
    expect(page.get_by_text("新增1条，更新1条")).to_be_visible()
    assert set(Deputy.objects.values_list("name", "post")) == {("李四", "校长"), ("欧阳清", "医生")}

    page.get_by_role("button", name="撤销整批导入").click()
    expect(page.get_by_text("已撤销导入")).to_be_visible()
    assert list(Deputy.objects.values_list("name", "post")) == [("李四", "教师")]


def test_pages_on_the_way_have_no_faults(visit, office):
    factories.MandateFactory()
    page = visit(office)
    name_file(page, b"")
    assert looks.faults(page) == {}
    name_file(
        page,
        roster(("XY10-501", "欧阳清", "医生"), ("XY10-502", "", "农民")).replace(
            "渝水区".encode("gb18030"), "袁州区".encode("gb18030")
        ),
    )
    assert looks.faults(page) == {}
    page.get_by_label("导入时一并新建").check()
    page.get_by_role("button", name="更新预览").click()
    assert looks.faults(page) == {}
