import datetime as dt
import random
import threading
import time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from common import jobs
from common.models import JobRun

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*moment):
    return dt.datetime(*moment, tzinfo=SHANGHAI)


@pytest.fixture
def asked(monkeypatch):
    """Two jobs, one each minute and one at three in the morning, and the moments for which they were asked."""
    moments = {"minutely": [], "nightly": []}
    table = {}
    monkeypatch.setattr(jobs, "JOBS", table)
    jobs.register("nightly", moments["nightly"].append, at=dt.time(3))
    jobs.register("minutely", moments["minutely"].append, every=dt.timedelta(minutes=1))
    return moments


@pytest.fixture
def clock():
    with time_machine.travel(at(2026, 3, 2, 9, 0, 30), tick=False) as moving:
        yield moving


def periods(job):
    return list(JobRun.objects.filter(job=job).order_by("pk").values_list("period", flat=True))


def test_a_job_runs_once_a_period_however_often_it_is_asked(asked, clock):
    assert [run.job for run in jobs.tick()] == ["minutely", "nightly"]
    assert jobs.tick() == []
    clock.shift(30)
    assert [run.job for run in jobs.tick()] == ["minutely"]
    assert periods("minutely") == ["2026-03-02T09:00:00", "2026-03-02T09:01:00"]
    assert periods("nightly") == ["2026-03-02T03:00:00"]


def test_a_nightly_job_falls_due_at_its_hour_in_local_time(asked, clock):
    clock.move_to(at(2026, 6, 30, 2, 59))
    jobs.tick()
    clock.move_to(at(2026, 6, 30, 3, 0))
    jobs.tick()
    assert periods("nightly") == ["2026-06-29T03:00:00", "2026-06-30T03:00:00"]


def test_after_weeks_without_a_tick_a_job_runs_once_and_the_missed_are_counted(asked, clock):
    jobs.tick()
    clock.move_to(at(2026, 3, 30, 9, 0))
    (run,) = [run for run in jobs.tick() if run.job == "nightly"]
    assert run.counts == {"missed": 27}
    assert asked["nightly"] == [at(2026, 3, 2, 9, 0, 30), at(2026, 3, 30, 9, 0)]
    assert jobs.tick() == []


def test_a_clock_that_was_wrong_for_a_while_costs_no_run(asked, clock):
    clock.move_to(at(2026, 3, 3, 9, 0))  # a day ahead
    jobs.tick()
    clock.move_to(at(2026, 3, 2, 9, 0))
    jobs.tick()
    clock.move_to(at(2026, 3, 3, 3, 0))
    jobs.tick()
    assert [moment.day for moment in asked["nightly"]] == [3, 2, 3]


def test_a_failure_is_told_kept_from_the_others_and_tried_again(asked, clock, monkeypatch, caplog):
    def fail(now):
        raise ValueError("13800138000")

    jobs.register("nightly", fail, at=dt.time(3))
    with pytest.raises(CommandError, match="Failed: nightly"):
        call_command("tick")
    run = JobRun.objects.get(job="nightly")
    assert (run.outcome, run.error, run.attempts) == (JobRun.Outcome.FAILED, "ValueError", 1)
    assert len(asked["minutely"]) == 1
    assert jobs.tick() == []  # not at once
    clock.shift(jobs.TRY_AGAIN + dt.timedelta(seconds=1))
    jobs.register("nightly", lambda now: {"letters": 2}, at=dt.time(3))
    jobs.tick()
    run.refresh_from_db()
    assert (run.outcome, run.error, run.attempts) == (JobRun.Outcome.DONE, "", 2)
    assert run.counts == {"letters": 2}


def test_the_ledger_is_told_from_the_shell(asked, clock, capsys):
    jobs.register("nightly", lambda now: {"letters": 2}, at=dt.time(3))
    jobs.tick()
    jobs.register("weekly", print, every=dt.timedelta(days=7))
    call_command("jobs")
    assert [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()] == [
        "nightly next 03-03 03:00:00 last 2026-03-02 09:00:30 done letters=2",
        "minutely next 03-02 09:01:00 last 2026-03-02 09:00:30 done",
        "weekly next 03-09 00:00:00 last never",
    ]


def test_a_run_whose_process_was_killed_belongs_to_the_next_that_asks(asked, clock):
    now = timezone.now()
    lost = JobRun.objects.create(job="nightly", period="2026-03-02T03:00:00", started_at=now, alive_at=now)
    jobs.tick()
    assert asked["nightly"] == []  # perhaps it is still at it
    clock.shift(jobs.DEAD + dt.timedelta(seconds=1))
    jobs.tick()
    lost.refresh_from_db()
    assert (len(asked["nightly"]), lost.outcome, lost.attempts) == (1, JobRun.Outcome.DONE, 2)


def test_another_day_is_asked_about_without_being_used_up(asked, clock, capsys):
    call_command("tick", "--on", "2026-03-05")
    assert asked["nightly"] == [at(2026, 3, 5, 23, 59)]
    assert capsys.readouterr().out.split() == ["minutely", "done", "nightly", "done"]
    clock.move_to(at(2026, 3, 5, 9, 0))
    jobs.tick()
    assert [moment.hour for moment in asked["nightly"]] == [23, 9]


def test_housekeeping_knows_only_the_day_it_is(asked, clock):
    jobs.register("nightly", asked["nightly"].append, housekeeping=True)
    jobs.tick(dt.date(2026, 3, 5))
    assert asked["nightly"] == []


def test_the_ledger_forgets_but_never_the_newest_run(asked, clock):
    jobs.tick()
    clock.move_to(at(2026, 3, 2, 9, 1))
    jobs.tick()
    clock.shift(dt.timedelta(days=3))
    assert jobs.forget(timezone.now()) == {"runs": 1}
    assert periods("minutely") == ["2026-03-02T09:01:00"]
    assert periods("nightly") == ["2026-03-02T03:00:00"]
    jobs.tick()
    clock.shift(dt.timedelta(days=401))
    jobs.forget(timezone.now())
    assert periods("nightly") == ["2026-03-05T03:00:00"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_ask_at_once_one_does_the_work(asked, monkeypatch):
    start, errors = threading.Barrier(8), []

    def ask():
        try:
            start.wait()
            jobs.tick()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with time_machine.travel(at(2026, 3, 2, 9, 0, 30), tick=False):
        threads = [threading.Thread(target=ask) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert errors == []
    assert {job: len(moments) for job, moments in asked.items()} == {"minutely": 1, "nightly": 1}


@pytest.mark.django_db(transaction=True)
def test_a_long_run_shows_that_it_lives(asked, monkeypatch):
    monkeypatch.setattr(jobs, "BEAT", 0.05)
    seen = []

    def slow(now):
        for _ in range(100):
            time.sleep(0.05)
            seen.append(JobRun.objects.get(job="nightly").alive_at)
            if len(set(seen)) == 3:
                return

    jobs.register("nightly", slow)
    jobs.tick()
    assert len(set(seen)) == 3


@pytest.mark.django_db(transaction=True)
def test_every_job_of_the_portal_can_run_twice():
    runs = jobs.tick()
    assert {run.job: run.error for run in runs} == dict.fromkeys(jobs.JOBS, "")
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert {run.job: run.error for run in jobs.tick()} == dict.fromkeys(jobs.JOBS, "")


@pytest.mark.django_db(transaction=True)
def test_the_office_reads_of_every_job_and_count_in_its_own_words():
    assert [name for name, job in jobs.JOBS.items() if not job.label] == []
    counted = {count for run in jobs.tick() for count in run.counts}
    assert counted > {"rows", "letters"}
    assert counted - jobs.COUNTS.keys() == set()


def test_a_year_of_outages_costs_nothing_but_time(monkeypatch, clock, caplog):
    """Against an oracle: each thing is done once, at the first chance after it fell due that did not fail itself."""
    chance = random.Random(7)
    day, start = dt.timedelta(days=1), at(2026, 1, 1, 0, 5)
    due = [start + chance.random() * 360 * day for _ in range(300)]
    outages = [(begin, begin + chance.random() * 14 * day) for begin in chance.sample(due, 20)]
    chances, done = [], []

    def reconcile(now):
        works = chance.random() > 0.1
        chances.append((now, works))
        for number, moment in enumerate(due):
            if moment <= now and number not in dict(done):
                done.append((number, now))
                if not works:
                    break  # something was done, then it broke
        if not works:
            raise OSError

    monkeypatch.setattr(jobs, "JOBS", {})
    jobs.register("remind", reconcile, every=dt.timedelta(hours=1))
    for number in range(380 * 2):
        moment = start + number * dt.timedelta(hours=12)
        if not any(begin <= moment < end for begin, end in outages):
            clock.move_to(moment)
            jobs.tick()
    assert sorted(number for number, _at in done) == list(range(300))
    for number, moment in done:
        assert moment <= next(asked for asked, works in chances if works and asked >= due[number])
    assert sum(not works for _asked, works in chances) > 10
