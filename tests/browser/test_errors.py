"""Refusals are pages too: each looks like the portal and says what to do."""

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from .. import factories
from . import looks
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


def test_pages_of_refusal_have_no_faults(visit, deputy_user, sign_in):
    page = visit(deputy_user, PHONE)
    for address, status in [("/no-such-page/", 404), ("/admin/", 403)]:
        assert page.goto(address).status == status
        expect(page.get_by_role("link", name="回到首页")).to_be_visible()
        assert looks.faults(page) == {}, address


def test_somebody_who_is_locked_out_is_told_on_a_page_without_faults(visit, db):
    factories.UserFactory(username="li.ming")
    page = visit(device=PHONE)
    for _try in range(6):
        page.goto("/accounts/login/")
        page.get_by_label("手机号或用户名").fill("li.ming")
        page.get_by_label("密码").fill("not-it")
        page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="尝试次数过多")).to_be_visible()
    assert looks.faults(page) == {}


def test_the_page_of_a_broken_server_stands_without_it(visit):
    """It is drawn without context and without the names of hashed files."""
    page = visit(device=PHONE)
    body = render_to_string("500.html")
    page.route("**/broken/", lambda route: route.fulfill(status=500, body=body, content_type="text/html"))
    page.goto("/broken/")
    assert looks.faults(page) == {}
    serif = page.get_by_role("heading").evaluate("heading => getComputedStyle(heading).fontFamily")
    assert "Serif" in serif
