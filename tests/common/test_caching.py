import contextlib
import re
import socket
import threading
import time

import pytest
from django.conf import settings as portal
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from common import caching

from .. import factories


@pytest.fixture
def dead_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]  # bound and not listening: nobody else gets it, nobody answers


@pytest.fixture
def silent_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        yield listening.getsockname()[1]


@pytest.fixture(params=["dead", "silent"])
def away(request, settings):
    """The portal with a Redis that refuses or never answers."""
    use(settings, request.getfixturevalue(f"{request.param}_port"))


def use(settings, port):
    settings.CACHES = {
        "default": {
            "BACKEND": "common.caching.RedisOrMemoryCache",
            "LOCATION": f"redis://127.0.0.1:{port}/{database()}",
            "OPTIONS": {"socket_connect_timeout": 0.4, "socket_timeout": 0.4},
        }
    }


def database():
    return re.sub(r".*/", "", portal.REDIS_URL) or 0


def test_without_an_answer_the_memory_of_the_process_does_it(away):
    start = time.monotonic()
    assert cache.get("a", "nothing") == "nothing"
    cache.set("a", 1)
    assert cache.incr("a", 4) == 5
    assert (cache.add("a", 7), cache.add("b", 7)) == (False, True)
    cache.set_many({"c": [1], "d": None}, 60)
    assert cache.get_many(["a", "b", "c", "x"]) == {"a": 5, "b": 7, "c": [1]}
    assert ("d" in cache, cache.touch("x"), cache.delete("b")) == (True, False, True)
    assert cache.get_or_set("e", lambda: "made") == "made"
    with pytest.raises(ValueError, match="missing"):
        cache.incr("missing")
    cache.delete_many(["a", "c"])
    cache.clear()
    assert cache.get("d") is None
    assert time.monotonic() - start < 1


@pytest.mark.django_db
def test_what_counts_in_the_cache_costs_at_most_a_second_more_and_is_no_error(away, client):
    def seconds(name):
        start = time.monotonic()
        tried = client.post(reverse("account_login"), {"login": name, "password": "x"})
        assert tried.status_code == 200
        return time.monotonic() - start

    seconds("compiles the templates")
    usual = seconds("nobody")
    circuit = cache.circuit
    circuit.ask_from = 0  # the next call asks
    assert seconds("nobody2") < usual + 1
    assert circuit.ask_from > time.monotonic(), "it did ask, in vain"
    assert seconds("nobody3") < usual + 0.3  # nobody asks for a while


@pytest.mark.django_db
def test_people_sign_in_and_stay_signed_in(away, client):
    user = factories.UserFactory()
    client.post(reverse("account_login"), {"login": user.username, "password": factories.PASSWORD})
    assert client.get(reverse("home:my")).status_code == 200


@pytest.mark.django_db
def test_limits_go_on_limiting(away, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/5m/ip"}
    answers = [
        Client().post(reverse("account_login"), {"login": f"nobody{n}", "password": "x"}).status_code
        for n in range(5)
    ]
    assert answers == [200, 200, 200, 429, 429]


def test_of_many_threads_one_asks_again(away, monkeypatch):
    monkeypatch.setattr(caching, "PAUSE", 30)
    cache.get("a")
    circuit = cache.circuit
    circuit.ask_from = 0
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(circuit.may_ask())) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert answers.count(True) == 1


@pytest.mark.worker
def test_when_redis_comes_back_it_is_used_again(settings, monkeypatch, caplog, broken_redis):
    monkeypatch.setattr(caching, "PAUSE", 0.1)
    use(settings, broken_redis.port)
    cache.set("kept", "in Redis")
    broken_redis.silent()
    assert cache.get("kept") is None
    cache.set("kept", "in memory")
    assert cache.get("kept") == "in memory"
    broken_redis.whole()
    time.sleep(0.2)
    assert cache.get("kept") == "in Redis"
    broken_redis.silent()
    assert cache.get("kept") is None  # what the first outage left is not believed in the second
    assert caplog.text.count("Redis is back") == 1
    caches["default"].close()


@pytest.fixture
def broken_redis():
    """The Redis of the tests behind a door that can be shut."""
    door = Door(6379 if ":" not in portal.REDIS_URL[8:] else int(re.search(r":(\d+)/", portal.REDIS_URL)[1]))
    yield door
    door.close()


class Door:
    """Hands bytes on to a port until it is told to keep silent."""

    def __init__(self, target):
        self.target, self.open = target, True
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.sockets = [self.listening]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                caller, _address = self.listening.accept()
            except OSError:
                return
            answering = socket.create_connection(("127.0.0.1", self.target))
            self.sockets += [caller, answering]
            for source, sink in ((caller, answering), (answering, caller)):
                threading.Thread(target=self.hand_on, args=(source, sink), daemon=True).start()

    def hand_on(self, source, sink):
        try:
            while data := source.recv(65536):
                if self.open:
                    sink.sendall(data)
        except OSError:
            pass

    def silent(self):
        self.open = False

    def whole(self):
        self.open = True

    def close(self):
        for each in self.sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
