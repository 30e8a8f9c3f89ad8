"""A real browser against a live server. Whatever a page complains of while a test runs fails that test."""

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from home.management.commands.screenshots import CHROMIUM, launch

from .looks import DESK


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a process."""
    if CHROMIUM is None:
        pytest.fail("No Chromium is installed (apt install chromium).")
    # Playwright runs a loop in this thread, which Django takes for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture
def visit(browser, live_server, sign_in):
    """``visit(user, device, **options)``: a page of a browser of its own, in which that person has signed in."""
    contexts, complaints = [], []

    def opened(user=None, device=DESK, **options):
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **device | options
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user is not None and user.is_authenticated:
            name = settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": sign_in(user).cookies[name].value, "url": live_server.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_serious(message, page)))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: complaints.extend(_outside(request, live_server.url)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _serious(message, page):
    """Errors and warnings, a breach of the content security policy among them.

    The status of the page is no surprise, nor is a signal that the test itself took away.
    """
    own_status = message.location["url"] == page.url and message.text.startswith("Failed to load resource")
    no_signal = message.text.endswith("net::ERR_INTERNET_DISCONNECTED")
    if message.type in ("error", "warning") and not own_status and not no_signal:
        yield f"{page.url}: {message.text}"


def _outside(request, url):
    """Requests to other hosts than ours."""
    if urlsplit(request.url).netloc not in ("", urlsplit(url).netloc):
        yield f"asked elsewhere: {request.url}"
