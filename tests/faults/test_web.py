"""F1, F2: processes and the database go away while people write."""

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter

from ..processes import until

ROWS = """
    SELECT name,
           (SELECT count(*) FROM deputies_historicaldeputy line WHERE line.id = deputy.id),
           (SELECT count(*) FROM common_auditentry line
             WHERE line.model = 'deputies.deputy' AND line.object_pk = deputy.id AND line.kind = 'record.created'),
           (SELECT count(*) FROM common_sentform form WHERE form.object_pk = deputy.id)
    FROM deputies_deputy deputy
"""
OF_NOTHING = """
    SELECT (SELECT count(*) FROM deputies_historicaldeputy WHERE id NOT IN (SELECT id FROM deputies_deputy))
         + (SELECT count(*) FROM common_auditentry
             WHERE model = 'deputies.deputy' AND object_pk NOT IN (SELECT id FROM deputies_deputy))
         + (SELECT count(*) FROM common_sentform
             WHERE object_pk IS NULL OR object_pk NOT IN (SELECT id FROM deputies_deputy))
"""


def workers(master):
    found = subprocess.run(["pgrep", "-P", str(master.pid)], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def counted(storm, ask):
    """What a storm left in the database, against what it was told; ``ask`` answers a query."""
    rows = ask(ROWS)
    numbers = Counter(int(name.removeprefix("代表")) for name, *_lines in rows)
    return {
        "promised": len(storm.promised),
        "sent": len(storm.answers),
        "unanswered": storm.unanswered,
        "lost": storm.lost(numbers),
        "twice": sum(numbers.values()) - len(numbers),
        "half": sum(lines != [1, 1, 1] for _name, *lines in rows) + ask(OF_NOTHING)[0][0],
    }


def test_f1_web_processes_killed_while_they_write(portal, postgres, writers, report):
    site = portal(postgres.url)
    master = site.serve()
    chance = random.Random(1)
    back = []
    with writers(site) as people:
        assert until(lambda: len(people.promised) > 20)
        for _kill in range(10):
            os.kill(chance.choice(workers(master)), signal.SIGKILL)
            killed = time.monotonic()
            assert until(lambda: len(workers(master)) == 2 and site.ask("/healthz")[0] == 200, 10)
            back.append(time.monotonic() - killed)
            time.sleep(0.3)
    figures = report(
        kills=len(back),
        cut_off=people.number_of(0),
        back_after=round(max(back), 2),
        **counted(people, postgres.ask),
    )
    assert (figures["unanswered"], figures["half"]) == (0, 0)
    assert 0 < figures["cut_off"] <= 8 * figures["kills"], "at most everybody, once a kill"
    assert people.statuses() == {302, 0}
    assert figures["back_after"] < 2


def test_f2_the_database_crashes_and_comes_back(portal, postgres, writers, report):
    site = portal(postgres.url)
    master = site.serve()
    assert until(lambda: len(workers(master)) == 2)
    before = workers(master)
    with writers(site) as people:
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
        answered_503=people.number_of(503),
        slowest_503=round(max(seconds for status, _body, seconds in people.answers if status == 503), 2),
        back_after=round(back, 2),
        **counted(people, postgres.ask),
    )
    assert (figures["unanswered"], figures["half"]) == (0, 0)
    assert people.statuses() <= {302, 503}, "everybody is answered"
    assert figures["back_after"] < 5
    assert figures["slowest_503"] < 2
    assert workers(master) == before  # nobody had to restart
    said = "".join(body for status, body, *_rest in people.answers if status == 503)
    assert not re.search("Traceback|psycopg|OperationalError|127.0.0.1", said)
