import datetime as dt
import json
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from common import health

from ..processes import environment

WITHOUT_DATABASE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
for address in ("/healthz", "/readyz", "/deputies/", "/accounts/login/"):
    answer = client.get(address)
    print(answer.status_code, answer.headers.get("Retry-After"), " ".join(answer.content.decode().split()))
"""


def test_a_process_tells_that_it_lives_without_asking_anybody(client):
    answer = client.get("/healthz")  # this test may not touch the database
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_portal_is_ready_once_it_ticks_and_is_backed_up(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["checks"]["last_tick"] == {"ok": False, "value": None, "limit": 300, "unit": "s"}
    call_command("tick")
    answer = client.get("/readyz")
    checks = answer.json()["checks"]
    checks.pop("disk_used")  # of the machine the tests run on
    assert [name for name, check in checks.items() if not check["ok"]] == []
    assert checks.keys() >= {"database", "cache", "last_tick", "last_backup", "oldest_letter"}


@pytest.mark.django_db(transaction=True)
def test_what_is_beyond_its_limit_is_named(client):
    call_command("tick")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["last_tick"]["ok"] is False
        assert answer.json()["checks"]["last_backup"]["ok"] is True


@pytest.mark.django_db
def test_the_fullest_disk_counts(settings, tmp_path):
    assert 0 < health.disk_used() < 100
    assert health.CHECKS["disk_used"].limit == 90


def test_a_check_that_breaks_is_unwell_and_tells_no_more(caplog):
    def broken():
        raise OSError("postgres://portal:secret@10.0.0.5")

    assert health.Check("x", broken, 1, "s").result() == {"ok": False, "value": None, "limit": 1, "unit": "s"}
    assert "secret" not in caplog.text


def test_while_the_database_is_away_people_read_a_page_of_ours(tmp_path):
    """In a process of its own, outside debug, whose database cannot be opened."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DATABASE],
        cwd=settings.BASE_DIR,
        env=environment(
            DATABASE_URL=f"sqlite:///{tmp_path}/none/portal.sqlite3",
            DEBUG="off",
            SECRET_KEY="x" * 60,
            FIELD_KEYS="x" * 60,
            ALLOWED_HOSTS="testserver",
            SECURE_SSL_REDIRECT="off",
        ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    alive, ready, deputies, sign_in = done.stdout.splitlines()
    assert alive == '200 None {"status": "ok"}'
    assert ready.startswith("503 ")
    told = json.loads(ready.removeprefix("503 None "))
    assert told["checks"]["database"]["ok"] is False
    assert set(told["checks"]) == {"database", "cache", "disk_used"}
    assert deputies.startswith("503 30 <!doctype html>")
    assert "系统暂时无法使用" in deputies
    assert sign_in.startswith("503 30 ")
    for secret in ("Traceback", "OperationalError", str(tmp_path)):
        assert secret not in done.stdout
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert "OperationalError from OperationalError" in {line.get("error") for line in lines}
    assert str(tmp_path) not in done.stderr
