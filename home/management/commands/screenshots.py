"""The pictures of the README, taken anew; from a demonstration of their own, on a fixed day."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from PIL import Image

from accounts.demo import PASSWORD

FOLDER = settings.BASE_DIR / "docs" / "screenshots"
MOMENT = "2026-03-05T09:00+08:00"
MANAGE = """
import sys, time_machine
from django.core.management import execute_from_command_line
time_machine.travel(sys.argv.pop(1)).start()
execute_from_command_line(sys.argv)
"""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
# file, kind of screen, who looks, page
PICTURES = [("start-phone.png", PHONE, None, "/"), ("desk.png", DESK, "office", "/admin/")]
COLOURS = 128  # suffice for text on paper, and halve the files


class Command(BaseCommand):
    help = "Take the pictures of the README anew, from sample data of their own; the portal's data stay untouched."

    def handle(self, **options):
        if CHROMIUM is None:
            raise CommandError(_("No Chromium is installed. On Debian: apt install chromium"))
        from playwright.sync_api import sync_playwright  # is there only where one develops

        with (
            TemporaryDirectory() as place,
            demonstration(Path(place)) as url,
            sync_playwright() as playwright,
        ):
            for path in take(launch(playwright), url, FOLDER):
                self.stdout.write(f"{path.name}  {path.stat().st_size // 1024} KB")


@contextmanager
def demonstration(place):
    """The address of a server with sample data that live in this folder, for as long as the pictures take."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DEBUG": "on",
        "DATABASE_URL": f"sqlite:///{place / 'portal.sqlite3'}",
        "MEDIA_ROOT": str(place / "media"),
        "REDIS_URL": "",
    }
    manage = [sys.executable, "-c", MANAGE, MOMENT]
    how = {"cwd": settings.BASE_DIR, "env": environment, "stdout": subprocess.DEVNULL}
    subprocess.run([*manage, "migrate"], check=True, **how)  # noqa: S603 our own commands
    subprocess.run([*manage, "demo"], check=True, **how)  # noqa: S603
    serve = [*manage, "runserver", "--noreload", "--skip-checks", str(port)]
    server = subprocess.Popen(serve, stderr=subprocess.DEVNULL, **how)  # noqa: S603
    try:
        yield wait_for(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait()


def wait_for(url):
    """The address, once something answers there."""
    for _second in range(30):
        try:
            urlopen(url).close()  # noqa: S310 our own server
        except URLError:
            time.sleep(1)
        else:
            return url
    raise CommandError(_("The server did not start."))


def launch(playwright):
    """The browser that is installed here."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def take(browser, url, folder):
    """Take each picture of the portal at this address; yields the files."""
    for name, device, login, address in PICTURES:
        context = browser.new_context(base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", **device)
        page = context.new_page()
        if login:
            page.goto("/accounts/login/")
            page.fill("[name=login]", login)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/admin/")
        page.goto(address)
        path = folder / name
        page.screenshot(path=path)
        context.close()
        Image.open(path).quantize(COLOURS).save(path, optimize=True)
        yield path
