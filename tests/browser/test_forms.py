"""A form is sent once, however often its button is pressed; and is not lost when the session has ended (WCAG 2.2.1)."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
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


@pytest.fixture
def sign_in_elsewhere(sign_in, live_server):
    """What signing in in another window of the same browser does to a page."""

    def signed_in(page, user):
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": sign_in(user).cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)  # signing in makes another

    return signed_in


def test_staff_are_warned_and_what_they_typed_outlives_the_session(visit, office, sign_in_elsewhere):
    page = visit(office)
    page.clock.install()
    fill_in(page)
    told = page.get_by_role("alert")
    page.clock.fast_forward("23:30")
    expect(told).to_have_count(0)
    page.clock.fast_forward("00:45")
    expect(told).to_contain_text("五分钟后")
    page.get_by_role("button", name="保持登录").click()
    expect(told).to_have_count(0)
    Session.objects.all().delete()
    page.clock.fast_forward("10:00")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(told).to_contain_text("您填写的内容仍在本页")
    expect(page.get_by_label("姓名")).to_have_value("欧阳清")
    assert not Deputy.objects.exists()
    sign_in_elsewhere(page, office)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/deputy/")
    assert Deputy.objects.get().name == "欧阳清"


def test_a_deputy_s_form_outlives_the_session_too(visit, deputy_user, sign_in_elsewhere):
    page = visit(deputy_user)
    page.clock.install()
    page.goto("/my/corrections/ask/")
    page.get_by_label("哪一项有误").select_option("工作单位及职务")
    page.get_by_label("应更正为").fill("第四中学校长")
    Session.objects.all().delete()
    page.clock.fast_forward("02:00:00")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("您填写的内容仍在本页")
    sign_in_elsewhere(page, deputy_user)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".card", has_text="第四中学校长")).to_contain_text("待办理")
