"""F3, F4: Redis goes away or falls silent while people are told things; workers are killed while they tell them."""

import os
import signal
import socket
import time
from collections import Counter

import pytest

from ..processes import until


def letters(site):
    """How many letters each person got, and under how many numbers."""
    lines = [line.split() for line in site.letters.read_text().splitlines()]
    return Counter(to for to, _number in lines), {
        to: len({n for t, n in lines if t == to}) for to, _n in lines
    }


def everybody(people):
    return {f"told{number}@example.cn" for number in people.promised}


def test_f3_redis_goes_away_and_comes_back_empty(portal, postgres, redis, storm, report):
    site = portal(postgres.url, redis.url)
    site.serve()
    site.work()
    with storm(site, "tell") as people:
        assert until(lambda: len(people.promised) > 30)
        redis.stop()
        without = len(people.promised)
        pages = []
        stopped = time.monotonic()
        while time.monotonic() - stopped < 5:
            pages.append(site.ask("/"))
        assert until(lambda: len(people.promised) > without + 30)
        redis.start()
        back = time.monotonic()
        after = len(people.promised)
        assert until(lambda: len(people.promised) > after + 30)
    site.manage("tick")  # what beat does
    assert until(lambda: letters(site)[0].keys() >= everybody(people), 60)
    done = time.monotonic() - back
    time.sleep(3)
    sent, _numbers = letters(site)
    figures = report(
        told=len(people.promised),
        lost=len(everybody(people) - sent.keys()),
        twice=sum(count > 1 for count in sent.values()),
        pages_failed=sum(status != 200 for status, *_rest in pages),
        slowest_page=round(max(seconds for *_rest, seconds in pages), 2),
        all_delivered_after=round(done, 1),
    )
    assert figures | {"lost": 0, "twice": 0, "pages_failed": 0} == figures
    assert people.statuses() == {201}
    assert figures["slowest_page"] < 1
    assert figures["all_delivered_after"] < 60


def test_f3b_redis_accepts_and_never_answers(portal, postgres, report):
    with socket.create_server(("127.0.0.1", 0), backlog=500) as silent:
        site = portal(postgres.url, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        site.serve()
        asked = [site.ask("/") for _ in range(20)]
        asked += [site.ask(f"/tell/{number}/", "POST") for number in range(20)]
        time.sleep(11)  # somebody asks again
        asked += [site.ask("/") for _ in range(20)]
    site.told["REDIS_URL"] = ""  # the office gives up on Redis
    site.manage("tick")
    sent, _numbers = letters(site)
    figures = report(
        slowest=round(max(seconds for *_rest, seconds in asked), 2),
        failed=sum(status not in (200, 201) for status, *_rest in asked),
        lost=20 - len(sent),
        twice=sum(count > 1 for count in sent.values()),
    )
    assert figures | {"failed": 0, "lost": 0, "twice": 0} == figures
    assert figures["slowest"] <= 1.2


@pytest.fixture
def stuck(portal, postgres, redis, tmp_path):
    """A portal with a worker that is in the middle of a letter."""
    site = portal(postgres.url, redis.url, STUCK=str(tmp_path / "stuck"))
    site.serve()
    site.worker, site.stuck = site.work(), tmp_path / "stuck"
    assert site.ask("/tell/1/", "POST")[0] == 201
    assert until(lambda: site.stuck.exists() and site.stuck.read_text())
    return site


def told_once(site, report, killed):
    sent, _numbers = letters(site)
    figures = report(
        again_after=round(time.monotonic() - killed), lost=1 - len(sent), twice=sent["told1@example.cn"] - 1
    )
    assert (figures["lost"], figures["twice"]) == (0, 0)
    assert figures["again_after"] < 60


def test_f4a_a_process_of_the_worker_is_killed(stuck, report):
    os.kill(int(stuck.stuck.read_text()), signal.SIGKILL)
    killed = time.monotonic()
    assert until(lambda: stuck.manage("tick") and letters(stuck)[0], 100)
    told_once(stuck, report, killed)


def test_f4b_the_whole_worker_is_killed_and_another_comes(stuck, report):
    """Without a single tick: the broker hands on what was not done."""
    os.killpg(stuck.worker.pid, signal.SIGKILL)
    killed = time.monotonic()
    stuck.work()
    assert until(lambda: letters(stuck)[0], 100)
    time.sleep(3)
    told_once(stuck, report, killed)


def test_f4d_a_worker_dies_after_a_letter_left_and_before_it_wrote_that_down(
    portal, postgres, redis, tmp_path, report
):
    site = portal(postgres.url, redis.url, DIES=str(tmp_path / "dead"))
    site.serve()
    site.work()
    assert site.ask("/tell/1/", "POST")[0] == 201
    assert until(lambda: (tmp_path / "dead").exists())
    killed = time.monotonic()
    assert until(lambda: site.manage("tick") and len(site.letters.read_text().splitlines()) == 2, 100)
    sent, numbers = letters(site)
    figures = report(
        again_after=round(time.monotonic() - killed),
        calls=sent["told1@example.cn"],
        different_numbers=numbers["told1@example.cn"],
        lost=0,
        twice=numbers["told1@example.cn"] - 1,  # who takes letters knows the same one by its number
    )
    assert (figures["calls"], figures["different_numbers"]) == (2, 1)
    assert figures["again_after"] < 60
