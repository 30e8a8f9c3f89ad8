"""A letter through a real Celery worker, where a Redis is there to hand it over (REDIS_URL)."""

import datetime as dt
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notices import actions, tasks
from notices.models import Delivery

from .. import factories

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def database_url():
    """The address of the database of the tests, for another process."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


@pytest.fixture
def letters(tmp_path):
    """Where the worker's letters arrive; it works until the end of the test."""
    box = tmp_path / "letters"
    box.mkdir()
    told = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": f"filemail:///{box}",
        "WEBHOOK_LOOPBACK": "on",
    }
    with (tmp_path / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "config",
                "worker",
                "--pool",
                "solo",
                "--loglevel",
                "info",
            ],
            cwd=settings.BASE_DIR,
            env=os.environ | told,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        yield box
        worker.terminate()
        worker.wait(timeout=20)


def wait_for(delivery, state, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        delivery.refresh_from_db()
        if delivery.state == state:
            return True
        time.sleep(0.1)
    return False


def test_a_worker_delivers_what_was_told(letters):
    ming = factories.UserFactory(name="李明", email="ming@example.cn")
    told = actions.tell(ming, kind="test.told", subject="请看一件事", key="test:1")
    assert wait_for(told.deliveries.get(), Delivery.State.SENT)
    (letter,) = letters.iterdir()
    assert "ming@example.cn" in letter.read_text()


def test_what_waited_while_the_broker_was_away_goes_out_with_the_next_round(letters):
    notice = factories.NoticeFactory(recipient__email="ming@example.cn")
    waiting = Delivery.objects.create(
        notice=notice, channel=Delivery.Channel.EMAIL, key="email.1", next_try_at=notice.created_at
    )
    tasks.deliver_waiting.delay()
    assert wait_for(waiting, Delivery.State.SENT)


def test_a_worker_tells_a_group_chat(letters, service):
    webhook = factories.WebhookFactory(url=service.url)
    actions.tell(
        factories.UserFactory(), kind="deputies.correction_asked", subject="更正", key="correction-asked:1"
    )
    assert wait_for(webhook.deliveries.get(), Delivery.State.SENT)
    assert len(service.messages) == 1


def test_a_worker_writes_daily_letters(letters):
    ming = factories.UserFactory(name="李明", email="ming@example.cn")
    actions.choose(ming, ways={}, is_daily=True)
    for number in (1, 2):
        actions.tell(ming, kind="test.told", subject="请看一件事", key=f"test:{number}")
    tasks.reconcile_digests(timezone.now() + dt.timedelta(days=1))
    assert wait_for(Delivery.objects.get(channel="daily"), Delivery.State.SENT)
    assert len(list(letters.iterdir())) == 1
