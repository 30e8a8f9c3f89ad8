"""A form is sent once, however often its button is pressed."""

import pytest
from playwright.sync_api import expect

from deputies.models import Deputy

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


def fill_in(page):
    page.goto("/admin/deputies/deputy/add/")
    page.get_by_label("姓名").fill("欧阳清")
    page.get_by_label("性别").select_option("女")


def test_a_double_click_makes_one_deputy(visit, office):
    page = visit(office)
    fill_in(page)
    page.get_by_role("button", name="保存", exact=True).dblclick(delay=40)  # ms, as a hand does it
    expect(page.get_by_role("link", name="欧阳清").first).to_be_visible()
    assert Deputy.objects.count() == 1


def test_a_button_can_be_pressed_again_after_going_back(visit, office):
    page = visit(office)
    fill_in(page)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/deputy/")
    page.go_back()
    page.get_by_label("姓名").fill("司马明")
    page.get_by_label("性别").select_option("女")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/deputy/")
    assert Deputy.objects.count() == 2
