"""F5, F7: everybody asks at once what is due, for the first time in weeks; the clock is wrong."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from common import jobs
from notices import actions
from notices.models import Notice
from proposals.models import Part
from proposals.states import AssignmentState

from .. import factories
from ..processes import until

WARN, COMMITTEE_AFTER, LEADER_AFTER = 15, 4, 7  # days (D1.19)


@pytest.fixture(params=["postgresql", "sqlite"])
def site(request, portal, tmp_path):
    """A portal on either engine."""
    on_sqlite = request.param == "sqlite"
    return portal(f"sqlite:///{tmp_path}/a.sqlite3" if on_sqlite else request.getfixturevalue("postgres").url)


def test_f5_eight_processes_ask_at_once_which_jobs_are_due(site, report):
    with ThreadPoolExecutor(8) as processes:
        asked = list(processes.map(lambda _number: site.manage("tick"), range(8)))
    nightly = {job.name for job in jobs.JOBS.values() if job.every == jobs.DAY}
    ran = [line.split()[:2] for printed in asked for line in printed.splitlines()]
    runs = [name for name, outcome in ran if name in nightly and outcome == "done"]
    again = [line.split()[0] for line in site.manage("tick").splitlines()]
    report(
        lost=len(nightly - set(runs)),
        twice=len(runs) - len(set(runs)) + len(nightly.intersection(again)),
        jobs=len(nightly),
    )


def stage(due, today, warn):
    """What D1.19 calls the day: fifteen days before, the day itself, then every third day after it."""
    late = (today - due).days
    if late > 0:
        return f"late-{max(day for day in range(1, late + 1, 3))}"
    return "due" if late == 0 else "warn" if late >= -warn else ""


def to_be_told(facts, today):
    """Who is told what on that day, by the rule alone: ``{(address, key)}``."""
    told = set()
    for part in facts["parts"]:
        assigned, due = (dt.date.fromisoformat(part[name]) for name in ("assigned", "due"))
        late, people, lead = (today - due).days, part["people"], part["is_lead"]
        if stage(due, today, WARN):
            above = [facts["committee"]] * (lead and late >= COMMITTEE_AFTER)
            above += [facts["leader"]] * (lead and late >= LEADER_AFTER)
            key = f"remind-due:{part['pk']}:1:{due}:{stage(due, today, WARN)}"
            told |= {(person, key) for person in people + above}
        if part["is_pending"] and assigned < today:
            key = f"remind-sign:{part['pk']}:{stage(assigned, today, 0)}"
            told |= {(person, key) for person in people}
        if lead and not part["is_pending"] and late <= 0 and (today - assigned) * 2 >= due - assigned:
            told |= {(person, f"remind-consult:{part['pk']}:1") for person in people}
    return told


def test_f5_eight_processes_remind_at_once_after_weeks_of_silence(site, tmp_path, report):
    """What was told before the silence is not told again; of all the stages nobody was there for, only today's."""
    before, today, start = dt.date(2026, 6, 1), dt.date(2026, 7, 6), tmp_path / "start"
    facts = site.run(f"overdue(dt.date({today:%Y, %-m, %-d}))")
    site.run(f"remind(dt.date({before:%Y, %-m, %-d}))")
    asked = f"remind(dt.date({today:%Y, %-m, %-d}), Path({str(start)!r}))"
    with ThreadPoolExecutor(8) as processes:
        running = [processes.submit(site.run, asked) for _process in range(8)]
        assert until(lambda: len(list(tmp_path.glob("ready-*"))) == 8, 120)
        start.touch()
        [each.result() for each in running]
    expected = Counter(to_be_told(facts, before) | to_be_told(facts, today))
    found = Counter(map(tuple, site.run("told()")))
    letters = Counter(line.split()[0] for line in site.letters.read_text().splitlines())
    due_letters = Counter(person for person, _key in expected)
    report(
        lost=(expected - found).total() + (due_letters - letters).total(),
        twice=(found - expected).total() + (letters - due_letters).total(),
        parts=len(facts["parts"]),
        notices=found.total(),
        letters=letters.total(),
    )
    assert found.total() > 200


@pytest.mark.django_db(transaction=True)
def test_f7_the_clock_jumps(client, report):
    """Two days back, four ahead, forty minutes: people sign in again, and are told once what they would be told anyway."""
    staff = factories.UserFactory(is_staff=True)
    sign_in = {"login": staff.username, "password": factories.PASSWORD}
    daily = factories.UserFactory(email="daily@example.cn")
    actions.choose(daily, ways={}, is_daily=True)
    officer = factories.MembershipFactory(
        role=Role.UNIT_OFFICER, unit=factories.UnitFactory(), user__email="officer@example.cn"
    )
    part = factories.AssignmentFactory(
        suggestion__assigned=True,
        unit=officer.unit,
        part=Part.CO,
        state=AssignmentState.HANDLING,
        assigned_on=dt.date(2026, 2, 6),
        due_on=dt.date(2026, 3, 3),
    )
    due = f"remind-due:{part.pk}:1:2026-03-03"
    answers = []
    with time_machine.travel("2026-03-01 20:00+08:00", tick=False) as clock:
        actions.tell(daily, kind="test.told", subject="第一件", key="told:1")
        clock.move_to("2026-03-02 09:00+08:00")
        for jump in (dt.timedelta(0), dt.timedelta(days=-2), dt.timedelta(days=4), dt.timedelta(minutes=40)):
            clock.shift(jump)
            for _moment in range(2):
                jobs.tick()
                clock.shift(dt.timedelta(seconds=15))
            actions.tell(daily, kind="test.told", subject="第二件", key="told:2")
            answers.append(client.get("/my/").status_code)
            client.post(reverse("account_login"), sign_in)
            answers.append(client.get("/my/").status_code)
        clock.shift(dt.timedelta(seconds=15))
        jobs.tick()
    notices = Counter(
        [(officer.user.pk, f"{due}:warn"), (officer.user.pk, f"{due}:late-1")]
        + [(daily.pk, "told:1"), (daily.pk, "told:2")]
    )
    letters = Counter({officer.user.email: 2, daily.email: 2})
    told = Counter(Notice.objects.values_list("recipient", "key"))
    sent = Counter(letter.to[0] for letter in mail.outbox)
    report(
        lost=(notices - told).total() + (letters - sent).total(),
        twice=(told - notices).total() + (sent - letters).total(),
        notices=told.total(),
        letters=sent.total(),
        answers=answers,
    )
    assert answers == [302, 200, 200, 200, 302, 200, 302, 200]
