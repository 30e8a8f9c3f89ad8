"""Looking for a deputy, as anybody does who comes to the portal."""

import pytest
from playwright.sync_api import expect

from .. import factories
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


@pytest.fixture
def three(db):
    """Two of the district, one of the county."""
    factories.MandateFactory(deputy__name="欧阳清风")
    factories.MandateFactory(deputy__name="李四")
    factories.FenyiMandateFactory(deputy__name="王清风")


def names(page):
    return page.locator(".people b").all_inner_texts()


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
@pytest.mark.parametrize(
    ("typed", "found"),
    [("清风", ["欧阳清风", "王清风"]), ("ouyang", ["欧阳清风"]), ("ls", ["李四"]), ("无此人", [])],
)
def test_a_deputy_is_found_by_two_characters_pinyin_and_initials(visit, three, typed, found, javascript):
    page = visit(device=PHONE, java_script_enabled=javascript)
    page.goto("/")
    page.get_by_role("searchbox", name="姓名、拼音或首字母").fill(typed)
    page.get_by_role("search").first.get_by_role("button", name="查找").click()
    expect(page.get_by_role("heading", name="人大代表")).to_be_visible()
    assert names(page) == found


def test_an_area_of_the_start_page_opens_its_deputies(visit, three):
    page = visit(device=PHONE)
    page.goto("/")
    page.get_by_role("link", name="分宜县").click()
    assert names(page) == ["王清风"]


def test_a_filter_takes_effect_when_it_is_chosen(visit, three):
    page = visit(device=PHONE)
    page.goto("/deputies/")
    page.get_by_label("代表团").tap()
    with page.expect_navigation():
        page.get_by_label("代表团").select_option("分宜县")
    assert names(page) == ["王清风"]


def test_a_filter_chosen_with_the_keyboard_waits_for_the_button(visit, three):
    page = visit()
    page.goto("/deputies/")
    page.get_by_label("代表团").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)  # longer than a submission would take to leave the page
    assert len(names(page)) == 3
    page.get_by_role("button", name="查找").press("Enter")
    expect(page.locator(".people b")).to_have_count(1)
