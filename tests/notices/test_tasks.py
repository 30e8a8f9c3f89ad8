import datetime as dt
import os
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings as portal
from django.utils import translation

from config.celery import app
from notices import actions, tasks
from notices.models import Delivery

from .. import factories

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


@pytest.fixture
def delivery(clock):
    """A letter to 李明 that waits."""
    ming = factories.UserFactory(name="李明", email="ming@example.cn")
    notice = actions.tell(
        ming, kind="test.told", subject="请看一件事", key="test:1", body="<b>正文</b> & 说明", link="/my/"
    )
    return notice.deliveries.get()


@pytest.fixture
def dead_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


def test_a_letter_says_who_is_meant_what_it_is_and_where_to_go(delivery, mailoutbox, settings):
    settings.SITE_URL = "https://portal.example"
    with translation.override("en"):  # the letter is in the portal's language, whoever caused it
        tasks.deliver(delivery.pk)
    (letter,) = mailoutbox
    assert letter.subject == "请看一件事"
    assert letter.to == ["ming@example.cn"]
    *lines, last = [line for line in letter.body.splitlines() if line]
    assert lines == [
        "李明，您好：",
        "请看一件事",
        "<b>正文</b> & 说明",
        "https://portal.example/my/",
        "真代实表",
    ]
    assert last.endswith(" https://portal.example/notices/preferences/")


def test_two_workers_send_one_letter(delivery, mailoutbox):
    tasks.deliver(delivery.pk)
    tasks.deliver(delivery.pk)
    assert len(mailoutbox) == 1
    assert fresh(delivery).state == Delivery.State.SENT


def test_a_dead_server_loses_nothing_and_is_tried_ever_more_rarely(delivery, dead_mail_server, clock):
    waited = []
    for _attempt in range(4):
        tasks.deliver_waiting()
        letter = fresh(delivery)
        assert (letter.state, letter.last_error) == (Delivery.State.WAITING, "unreachable")
        wait = letter.next_try_at - dt.datetime.now(dt.UTC)
        waited.append(wait.total_seconds() / 60)
        clock.shift(wait - dt.timedelta(seconds=1))
        assert tasks.deliver_waiting() == 0
        clock.shift(1)
    assert waited == [1, 5, 30, 120]
    tasks.deliver_waiting()
    assert (fresh(delivery).state, fresh(delivery).attempts) == (Delivery.State.FAILED, 5)
    assert tasks.deliver_waiting() == 0
    assert list(Delivery.objects.failed()) == [delivery]
    assert delivery.notice.recipient.notices.count() == 1


def test_a_letter_to_nobody_is_tried_once(delivery, mailoutbox):
    delivery.notice.recipient.email = ""
    delivery.notice.recipient.save()
    tasks.deliver(delivery.pk)
    assert (fresh(delivery).state, fresh(delivery).last_error) == (Delivery.State.FAILED, "no_address")
    assert mailoutbox == []


def test_a_worker_killed_while_sending_has_its_letter_tried_again(delivery, mailoutbox, clock):
    claimed = Delivery.objects.filter(pk=delivery.pk).due(MORNING)
    claimed.update(next_try_at=MORNING + tasks.LEASE)  # what a worker did before it was killed
    assert tasks.deliver_waiting() == 0
    clock.shift(tasks.LEASE)
    assert tasks.deliver_waiting() == 1
    assert len(mailoutbox) == 1


def test_the_address_is_in_no_error_that_staff_read(delivery, settings, caplog):
    settings.EMAIL_BACKEND = "tests.notices.backends.Refusing"
    tasks.deliver(delivery.pk)
    assert fresh(delivery).last_error == "mailbox"
    assert "ming@example.cn" not in caplog.text


def test_what_beat_does_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in portal.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_a_broker_that_is_down_costs_next_to_nothing():
    """In a process of its own, which knows no other broker: the first try is quick, the next ones are spared."""
    code = (
        "import os, time; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; import django; django.setup();"
        "from notices.tasks import soon; soon(1); start = time.monotonic(); soon(1);"
        "began = time.monotonic(); [soon(n) for n in range(100)]; print(time.monotonic() - began)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=portal.BASE_DIR,
        env=os.environ | {"REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1
    assert done.stderr.count("The broker does not answer") == 1
