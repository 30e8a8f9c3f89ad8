"""A cache that may go away. Redis while it answers; this process' own memory while it does not.

A call that fails costs at most the time-out of the connection. After it nobody asks Redis for ``PAUSE`` seconds, then
one call tries again. Counters (limits of sign-in) go on counting in memory: per process, hence a little looser, but they
hold. What another process wrote meanwhile is not seen, so nothing whose truth matters may live in a cache alone.
"""

import logging
import threading
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE = 10  # seconds


class Circuit:
    """Whether one Redis is worth asking; shared by the threads of a process."""

    def __init__(self):
        self.lock = threading.Lock()
        self.is_open = False
        self.ask_from = 0.0

    def may_ask(self) -> bool:
        """Whether to try. While Redis is away one caller in ``PAUSE`` seconds is let through."""
        if not self.is_open:
            return True
        with self.lock:
            now = time.monotonic()
            if now < self.ask_from:
                return False
            self.ask_from = now + PAUSE
            return True

    def failed(self) -> bool:
        """Remember that Redis is away; whether that is news."""
        with self.lock:
            self.ask_from = time.monotonic() + PAUSE
            was_open, self.is_open = self.is_open, True
            return not was_open

    def answered(self) -> None:
        if self.is_open:
            self.is_open = False
            logger.warning("Redis is back")


circuits: dict[str, Circuit] = {}


class RedisOrMemoryCache(RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self.memory = LocMemCache(f"instead of {server}", params | {"OPTIONS": {"MAX_ENTRIES": 10_000}})
        self.circuit = circuits.setdefault(server, Circuit())

    def ping(self) -> None:
        """Ask Redis itself, whatever the circuit says; ``RedisError`` if it does not answer."""
        self._cache.get_client().ping()


def _either(name):
    def operation(self, *args, **kwargs):
        if self.circuit.may_ask():
            try:
                answer = getattr(RedisCache, name)(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                if self.circuit.failed():
                    self.memory.clear()  # what an earlier outage left is old by now
                    logger.error("Redis does not answer (%s); the cache is in memory", type(error).__name__)
            else:
                self.circuit.answered()
                return answer
        return getattr(self.memory, name)(*args, **kwargs)

    operation.__name__ = name
    return operation


for name in [
    "get",
    "add",
    "set",
    "touch",
    "delete",
    "incr",
    "has_key",
    "get_many",
    "set_many",
    "delete_many",
    "clear",
]:
    setattr(RedisOrMemoryCache, name, _either(name))
