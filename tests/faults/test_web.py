"""F1, F2: processes and the database go away while people write."""

import os
import random
import re
import signal
import subprocess
import time

from ..processes import until

PAIRS = """
    SELECT day.name::int, count(DISTINCT history.history_id)
    FROM common_holiday day LEFT JOIN common_historicalholiday history ON history.id = day.id
    GROUP BY day.id
"""
OF_NOTHING = "SELECT count(*) FROM common_historicalholiday WHERE id NOT IN (SELECT id FROM common_holiday)"


def workers(master):
    found = subprocess.run(["pgrep", "-P", str(master.pid)], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def counted(storm, postgres):
    """What a storm left in the database, against what it was told."""
    pairs = postgres.ask(PAIRS)
    numbers = [number for number, _lines in pairs]
    return {
        "promised": len(storm.promised),
        "lost": storm.lost(numbers),
        "twice": len(numbers) - len(set(numbers)),
        "half": sum(lines != 1 for _number, lines in pairs) + postgres.ask(OF_NOTHING)[0][0],
    }


NOTHING = {"lost": 0, "twice": 0, "half": 0}


def test_f1_web_processes_killed_while_they_write(portal, postgres, storm, report):
    site = portal(postgres.url)
    master = site.serve()
    chance = random.Random(1)
    back = []
    with storm(site) as people:
        assert until(lambda: len(people.promised) > 20)
        for _kill in range(10):
            os.kill(chance.choice(workers(master)), signal.SIGKILL)
            killed = time.monotonic()
            assert until(lambda: len(workers(master)) == 2 and site.ask("/healthz")[0] == 200, 10)
            back.append(time.monotonic() - killed)
            time.sleep(0.3)
    figures = report(
        kills=len(back),
        unanswered=sum(status == 0 for status, *_rest in people.answers.values()),
        back_after=round(max(back), 2),
        **counted(people, postgres),
    )
    assert figures | NOTHING == figures
    assert people.statuses() <= {201, 0}
    assert figures["back_after"] < 10


def test_f2_the_database_crashes_and_comes_back(portal, postgres, storm, report):
    site = portal(postgres.url)
    master = site.serve()
    before = workers(master)
    with storm(site) as people:
        assert until(lambda: len(people.promised) > 20)
        postgres.crash()
        down = time.monotonic()
        status, body, seconds = site.ask("/deputies/")
        while time.monotonic() - down < 3:
            assert site.ask("/healthz")[0] == 200
            assert site.ask("/readyz")[0] == 503
        assert (status, "系统暂时无法使用" in body) == (503, True)
        assert seconds < 1
        postgres.start()
        up = time.monotonic()
        assert until(lambda: site.ask("/deputies/")[0] == 200, 10)
        back = time.monotonic() - up
        written = len(people.promised)
        assert until(lambda: len(people.promised) > written + 20)
    figures = report(
        answered_503=sum(status == 503 for status, *_rest in people.answers.values()),
        slowest_503=round(max(s for status, _body, s, _at in people.answers.values() if status == 503), 2),
        back_after=round(back, 2),
        **counted(people, postgres),
    )
    assert figures | NOTHING == figures
    assert people.statuses() <= {201, 503, 0}
    assert figures["back_after"] < 10
    assert workers(master) == before  # nobody had to restart
    said = "".join(body for status, body, *_rest in people.answers.values() if status == 503)
    assert not re.search("Traceback|psycopg|OperationalError|127.0.0.1", said)
