"""A hall of people who sign in at once, and somebody who reads meanwhile."""

import http.client
import os
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode

from .load import ask

PEOPLE, SECONDS, PASSWORD = 32, 16, "Hall-of-the-Congress-27"
RETYPING = 3  # seconds
PASSWORDS = """
import timeit, django
django.setup()
from django.contrib.auth.hashers import make_password
print(timeit.timeit(lambda: make_password("Hall-of-the-Congress-27"), number=8) / 8)
"""


def hash_seconds(place) -> float:
    """How long one password takes where every core looks at one and does nothing else."""
    cores = range(os.cpu_count())
    with ThreadPoolExecutor(len(cores)) as pool:
        told = pool.map(
            lambda core: place.run("-c", PASSWORDS, DJANGO_SETTINGS_MODULE="config.settings"), cores
        )
        return statistics.mean(map(float, told))


def hall(server, people, hash_seconds) -> dict:
    """How many get in where nobody reads, and how long a reader of the start page waits while they do.

    ``hash_seconds()`` is asked before and after, for a machine's speed changes. ``of_possible`` is the passwords looked at
    over what the cores could do if they did nothing else; the people run on the same cores. ``of_processor`` is what of the
    workers' processor time the looking at passwords was.
    """
    ask(server.port, "/", seconds=0.5)
    quiet = ask(server.port, "/", seconds=3, connections=1)
    first, before = hash_seconds(), server.cpu()
    waits, statuses, _nothing = crowd(server.port, people)
    used = None if before is None else server.cpu() - before
    one = (first + hash_seconds()) / 2
    reading = partial(ask, server.port, "/", seconds=SECONDS - 2, connections=1)
    _waits, beside, crowded = crowd(server.port, people, meanwhile=reading)
    per_second = len(waits) / SECONDS
    return {
        "hall": f"{len(people)} people signing in, again and again",
        "reader_p99_ms": {"quiet": round(quiet["p99"], 1), "crowded": round(crowded["p99"], 1)},
        "reader_p50_ms": {"quiet": round(quiet["p50"], 1), "crowded": round(crowded["p50"], 1)},
        "ratio_p99": round(crowded["p99"] / quiet["p99"], 1),
        "passwords_per_second": round(per_second, 1),
        "hash_ms": round(one * 1000),
        "of_possible": round(per_second * one / os.cpu_count(), 2),
        "of_processor": round(statuses[302] * one / used, 2) if used else None,
        "wait_s": {"median": round(sorted(waits)[len(waits) // 2], 1), "max": round(max(waits), 1)},
        "answers_beside_the_reader": {str(status): number for status, number in sorted(beside.items())},
    }


def crowd(port, people, meanwhile=lambda: None):
    """They sign in again and again; the seconds each waited who got in in time, the statuses, what ``meanwhile`` gave."""
    over, statuses, waits = time.monotonic() + SECONDS, Counter(), []

    def person(name):
        while time.monotonic() < over:
            begin = time.monotonic()
            status = sign_in(port, name)
            statuses[status] += 1
            if status == 503:
                time.sleep(RETYPING)
            elif time.monotonic() < over:
                waits.append(time.monotonic() - begin)

    threads = [threading.Thread(target=person, args=(name,)) for name in people]
    for one in threads:
        one.start()
    time.sleep(1)
    given = meanwhile()
    for one in threads:
        one.join()
    return waits, statuses, given


def sign_in(port, name) -> int:
    """The status of one attempt, the form fetched first as a browser does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/accounts/login/")
    form = connection.getresponse()
    page, cookie = form.read().decode(), form.headers["Set-Cookie"].split(";")[0]
    secret = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    body = urlencode({"csrfmiddlewaretoken": secret, "login": name, "password": PASSWORD})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/accounts/login/", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status
