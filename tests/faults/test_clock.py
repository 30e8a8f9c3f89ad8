"""F5, F7: everybody asks at once what is due, for the first time in weeks; the clock is wrong."""

import datetime as dt
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from common import jobs

from .. import factories


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
def test_f5_eight_processes_ask_at_once_what_is_due(engine, request, portal, tmp_path, report):
    on_sqlite = engine == "sqlite"
    database = f"sqlite:///{tmp_path}/a.sqlite3" if on_sqlite else request.getfixturevalue("postgres").url
    site = portal(database)

    def tick(_number):
        command = [sys.executable, "manage.py", "tick"]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=site.told, capture_output=True, text=True)

    with ThreadPoolExecutor(8) as processes:
        asked = list(processes.map(tick, range(8)))
    assert [done.stderr for done in asked if done.returncode] == []
    nightly = {job.name for job in jobs.JOBS.values() if job.every == jobs.DAY}
    ran = [line.split()[0] for done in asked for line in done.stdout.splitlines()]
    runs = [name for name in ran if name in nightly]
    again = [line.split()[0] for line in site.manage("tick").splitlines()]
    figures = report(
        engine=engine,
        lost=len(nightly - set(runs)),
        twice=len(runs) - len(set(runs)) + len(nightly.intersection(again)),
    )
    assert (figures["lost"], figures["twice"]) == (0, 0)


@pytest.mark.django_db
def test_f7_the_clock_jumps(client, report):
    user = factories.UserFactory(is_staff=True)
    sign_in = {"login": user.username, "password": factories.PASSWORD}
    answers = []
    with time_machine.travel("2026-03-02 09:00+08:00", tick=False) as clock:
        for jump in (dt.timedelta(0), dt.timedelta(days=-2), dt.timedelta(days=4), dt.timedelta(minutes=40)):
            clock.shift(jump)
            answers.append(client.get("/my/").status_code)
            client.post(reverse("account_login"), sign_in)
            answers.append(client.get("/my/").status_code)
    report(answers=answers, lost=0, twice=0)
    assert answers == [302, 200, 200, 200, 302, 200, 302, 200]
