"""F3, F4: Redis goes away or falls silent while people are told things; workers are killed while they tell them."""

import os
import signal
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..processes import until

EXPECTED = ["readyz 503", "sign-in 200"]  # the page of health says what is wrong, nothing else is


def letters(site):
    """How many letters each person got, and under how many numbers."""
    lines = [line.split() for line in site.letters.read_text().splitlines()]
    return Counter(to for to, _number in lines), {
        to: len({n for t, n in lines if t == to}) for to, _n in lines
    }


def everybody(people):
    return {f"told{number}@example.cn" for number in people.promised}


def ask_what_uses_the_cache(site, times):
    """Eight people at once sign in under wrong names and ask how the portal is: ``[(what, status, seconds), …]``.

    Each try is counted by name and by address, in the cache; the page of health asks Redis itself.
    """
    cookies = {}
    for _page in range(8):  # compiled in either process
        site.ask("/accounts/login/", cookies=cookies)

    def ask(number):
        form = {"login": f"nobody{number}", "password": "x", "csrfmiddlewaretoken": cookies["csrftoken"]}
        status, body, seconds = site.ask("/accounts/login/", "POST", form, dict(cookies))
        assert status != 200 or "nobody" in body
        health, _body, asked = site.ask("/readyz")
        return [("sign-in", status, seconds), ("readyz", health, asked)]

    with ThreadPoolExecutor(8) as people:
        return [answer for both in people.map(ask, times) for answer in both]


def slowest(answers):
    return max(seconds for *_rest, seconds in answers)


def statuses(answers):
    return sorted({f"{what} {status}" for what, status, _seconds in answers})


@pytest.fixture
def quick():
    """Passwords cost nothing and everybody gets a place: what is measured is the cache."""
    return {"QUICK_PASSWORDS": "on"}


def test_f3_redis_goes_away_and_comes_back_empty(portal, postgres, redis, tellers, quick, report):
    site = portal(postgres.url, redis.url, **quick)
    site.serve()
    site.work()
    with tellers(site) as people:
        assert until(lambda: len(people.promised) > 30)
        before = ask_what_uses_the_cache(site, range(24))
        redis.stop()
        without = len(people.promised)
        during = ask_what_uses_the_cache(site, range(24, 48))
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
        lost=len(everybody(people) - sent.keys()),
        twice=sum(sent.values()) - len(sent),
        told=len(people.promised),
        unanswered=people.unanswered,
        statuses=statuses(during),
        slowest_with_redis=round(slowest(before), 2),
        slowest_without=round(slowest(during), 2),
        all_delivered_after=round(done, 1),
    )
    assert people.statuses() == {201}
    assert figures["unanswered"] == 0
    assert figures["statuses"] == EXPECTED
    assert figures["slowest_without"] <= figures["slowest_with_redis"] + 1
    assert figures["all_delivered_after"] < 60


def test_f3b_redis_accepts_and_never_answers(portal, postgres, redis, quick, report):
    site = portal(postgres.url, redis.url, **quick)
    web = site.serve()
    before = ask_what_uses_the_cache(site, range(24))
    os.killpg(web.pid, signal.SIGTERM)
    web.wait()
    with socket.create_server(("127.0.0.1", 0), backlog=500) as silent:
        site.told["REDIS_URL"] = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        site.serve()
        during = ask_what_uses_the_cache(site, range(24, 48))
        told = [site.ask(f"/tell/{number}/", "POST") for number in range(20)]
        time.sleep(11)  # somebody asks again
        during += ask_what_uses_the_cache(site, range(48, 72))
    site.told["REDIS_URL"] = ""  # the office gives up on Redis
    site.manage("tick")
    sent, _numbers = letters(site)
    promised = {f"told{number}@example.cn" for number, answer in enumerate(told) if answer[0] == 201}
    figures = report(
        lost=len(promised - sent.keys()),
        twice=sum(sent.values()) - len(sent),
        told=len(promised),
        statuses=statuses(during),
        slowest_with_redis=round(slowest(before), 2),
        slowest_with_a_silent_one=round(slowest(during), 2),
        slowest_telling=round(max(seconds for *_rest, seconds in told), 2),
    )
    assert figures["told"] == 20
    assert figures["statuses"] == EXPECTED
    assert figures["slowest_with_a_silent_one"] <= figures["slowest_with_redis"] + 1
    assert figures["slowest_telling"] <= 1.2


@pytest.fixture
def stuck(portal, postgres, redis, tmp_path):
    """``stuck()``: a portal with a worker that is in the middle of a letter."""

    def in_the_middle(**given):
        site = portal(postgres.url, redis.url, STUCK=str(tmp_path / "stuck"), **given)
        site.serve()
        site.worker, site.stuck = site.work(), tmp_path / "stuck"
        assert site.ask("/tell/1/", "POST")[0] == 201
        assert until(lambda: site.stuck.exists() and site.stuck.read_text())
        return site

    return in_the_middle


def told_once(site, report, killed):
    """The letter came, once, within a minute."""
    again = time.monotonic() - killed
    time.sleep(3)
    sent, _numbers = letters(site)
    report(lost=1 - len(sent), twice=sum(sent.values()) - len(sent), again_after=round(again))
    assert again < 60


def test_f4a_a_process_of_the_worker_is_killed(stuck, report):
    site = stuck()
    os.kill(int(site.stuck.read_text()), signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: site.manage("tick") and letters(site)[0], 100)
    told_once(site, report, killed)


def test_f4b_the_whole_worker_is_killed_and_another_comes(stuck, report):
    """Without a single tick: the broker hands on what was not done."""
    site = stuck()
    os.killpg(site.worker.pid, signal.SIGKILL)
    killed = time.monotonic()
    site.work()
    until(lambda: letters(site)[0], 100)
    told_once(site, report, killed)


def test_f4c_the_whole_worker_is_killed_and_the_broker_hands_on_nothing_for_an_hour(stuck, redis, report):
    """Another worker comes and beat asks what is due: the broker still holds the errand of the dead one."""
    site = stuck(VISIBILITY_TIMEOUT="3600")
    os.killpg(site.worker.pid, signal.SIGKILL)
    killed = time.monotonic()
    site.work()
    site.beat()
    until(lambda: letters(site)[0], 100)
    assert redis.ask("zcard", "unacked_index") != "0", "what was in the dead worker's hands is still there"
    told_once(site, report, killed)


def test_f4d_a_worker_dies_after_a_letter_left_and_before_it_wrote_that_down(
    portal, postgres, redis, tmp_path, report
):
    site = portal(postgres.url, redis.url, DIES=str(tmp_path / "dead"))
    site.serve()
    site.work()
    assert site.ask("/tell/1/", "POST")[0] == 201
    assert until(lambda: (tmp_path / "dead").exists())
    killed = time.monotonic()
    until(lambda: site.manage("tick") and len(site.letters.read_text().splitlines()) > 1, 100)
    again = time.monotonic() - killed
    time.sleep(3)
    sent, numbers = letters(site)
    states = postgres.ask("SELECT state, count(*) FROM notices_delivery GROUP BY state")
    report(
        lost=sum(number for state, number in states if state != "sent") + 1 - len(sent),
        twice=sum(numbers.values()) - len(sent),  # who takes letters knows the same one by its number
        calls=sum(sent.values()),
        again_after=round(again),
    )
    assert sent["told1@example.cn"] == 2
    assert again < 60
