"""Signing in with a phone in one hand, with a keyboard alone, and without JavaScript."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from .. import factories
from . import looks
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


@pytest.fixture
def ming(db):
    user = factories.UserFactory(name="李明", username="li.ming", phone="13800001234")
    factories.MandateFactory(deputy__user=user, deputy__name="李明")
    return user


def sign_in_by_form(page, login, password=factories.PASSWORD):
    page.goto("/")
    page.get_by_role("link", name="登录").click()
    page.get_by_label("手机号或用户名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_a_deputy_signs_in_on_a_phone_and_out_again(visit, ming, javascript):
    page = visit(device=PHONE, java_script_enabled=javascript)
    sign_in_by_form(page, ming.phone)
    expect(page.get_by_role("heading", name="李明")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("link", name="登录")).to_be_visible()


def test_a_wrong_password_is_told_where_it_was_typed(visit, ming):
    page = visit(device=PHONE)
    sign_in_by_form(page, ming.phone, "not-it")
    expect(page.get_by_role("alert")).to_be_visible()
    assert looks.faults(page) == {}


def test_the_sign_in_page_is_walked_through_with_the_keyboard_alone(visit, ming):
    page = visit()
    page.goto("/accounts/login/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    walk = []
    for _stop in range(4):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
        walk.append(focused.get_attribute("name") or focused.inner_text())
    assert walk == ["login", "password", "登录", "忘记密码"]
    page.get_by_label("手机号或用户名").focus()
    page.keyboard.type(ming.username)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="李明")).to_be_visible()


def test_a_second_factor_is_set_up_and_used_on_pages_without_faults(visit, ming):
    page = visit(device=PHONE)
    sign_in_by_form(page, ming.phone)
    page.get_by_role("link", name="两步验证").click()
    page.get_by_role("link", name="设置验证器").click()
    page.get_by_label("密码").fill(factories.PASSWORD)  # asked once more before such a step
    page.get_by_role("button", name="确认").click()
    assert looks.faults(page) == {}
    key = page.locator("main .code").inner_text()
    page.get_by_label("验证码").fill(format_hotp_value(hotp_value(key, int(time.time()) // 30)))
    page.get_by_role("button", name="启用").click()
    page.goto("/accounts/2fa/recovery-codes/")
    assert looks.faults(page) == {}
    code = page.locator(".codes li").first.inner_text()
    for address in (
        "/accounts/2fa/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/generate/",
    ):
        page.goto(address)
        assert looks.faults(page) == {}, address

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="退出").click()
    sign_in_by_form(page, ming.phone)
    expect(page.get_by_role("heading", name="两步验证")).to_be_visible()
    assert looks.faults(page) == {}
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="李明")).to_be_visible()
