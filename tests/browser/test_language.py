import pytest
from playwright.sync_api import expect

from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_a_visitor_changes_the_language_and_stays_where_they_were(visit, db, javascript):
    page = visit(device=PHONE, java_script_enabled=javascript)
    page.goto("/deputies/groups/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Groups and committees")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="中文").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="小组和专工委")).to_be_visible()
