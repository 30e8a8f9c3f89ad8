"""Errands and jobs in real Celery workers, which are killed on the way (REDIS_URL)."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from common import logs
from common.models import JobRun
from common.tasks import tick

from ..processes import environment, until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def diary(tmp_path):
    """What the slow job wrote down; a list of its words, without the process."""

    class Diary:
        path = tmp_path / "diary"

        @property
        def lines(self):
            return self.path.read_text().split("\n")[:-1] if self.path.exists() else []

        @property
        def words(self):
            return [line.split()[0] for line in self.lines]

    return Diary()


@pytest.fixture
def start(tmp_path, diary):
    """Start a worker, in a process group of its own, whose slow job takes so many seconds."""
    workers = []

    def started(seconds, **given):
        with (tmp_path / f"worker{len(workers)}.log").open("w") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.errands", "worker", "--concurrency", "2"],
                cwd=settings.BASE_DIR,
                env=environment(DIARY=str(diary.path), SECONDS=str(seconds), **given),
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        workers.append(worker)
        return worker

    yield started
    for worker in workers:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def test_the_work_of_a_killed_worker_is_back_within_a_minute(start, diary):
    first = start(seconds=600)
    tick.delay()
    assert until(lambda: diary.words == ["began"])
    os.killpg(first.pid, signal.SIGKILL)
    killed = time.monotonic()
    start(seconds=0)
    assert until(lambda: diary.words == ["began", "began", "ended"], 60)
    assert time.monotonic() - killed < 60
    assert until(lambda: JobRun.objects.filter(job="slow", outcome=JobRun.Outcome.DONE, attempts=2).exists())
    others = JobRun.objects.exclude(job="slow").exclude(job__startswith="notices.")
    assert set(others.values_list("outcome", "attempts")) == {("done", 1)}


def test_an_errand_whose_process_was_killed_is_handed_out_again_at_once(start, diary):
    start(seconds=600)
    tick.delay()
    assert until(lambda: diary.words == ["began"])
    JobRun.objects.filter(job="slow").update(outcome=JobRun.Outcome.FAILED, alive_at="2020-01-01T00:00Z")
    os.kill(int(diary.lines[0].split()[1]), signal.SIGKILL)
    assert until(lambda: diary.words == ["began", "began"], 10)


def test_a_worker_writes_for_machines_and_keeps_the_number_of_the_request(start, diary, tmp_path):
    outside_debug = {"DEBUG": "off", "SECRET_KEY": "x" * 60, "FIELD_KEYS": "x" * 60, "ALLOWED_HOSTS": "x"}
    start(seconds=0, **outside_debug)
    token = logs.request_id.set("number-of-the-request")
    tick.delay()
    logs.request_id.reset(token)
    assert until(lambda: JobRun.objects.filter(job="slow", outcome=JobRun.Outcome.DONE).exists())
    assert until(lambda: "number-of-the-request" in (tmp_path / "worker0.log").read_text())
    written = (tmp_path / "worker0.log").read_text().splitlines()
    lines = [
        json.loads(line) for line in written if line.startswith("{")
    ]  # where root runs it, Celery warns first
    assert len(lines) > 3
    (told,) = [line for line in lines if line["message"] == "task"]
    assert (told["request"], told["task"]) == ("number-of-the-request", "common.tasks.tick")
