"""What a process remembers, for as long as what it was made of has not changed (``freshness``).

``kept`` and ``kept_each`` for what is drawn once a change, ``packed`` for records that are read once a change, ``counted`` for
figures that say as of when they are.
"""

import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from django.utils import timezone

from . import freshness

MOST = 10_000  # things remembered
MOST_CHARACTERS = 6_000_000  # of what was drawn; Chinese ones take two bytes each
LONGEST = 60  # seconds; what is written past the portal, by a database tool, is seen by then
SELDOM = 1000  # what took long to make stays so many times as long, if that is longer
SLOW = 0.2  # seconds; what takes longer to count is counted no more often than RESTS allows, whatever changes
RESTS = 50  # times what the counting took, but never longer than LONGEST
PATIENCE = 10  # seconds a thread waits for another one that makes the same

_kept: dict = {}
_making: dict = {}  # locks of what threads are making
_room = SimpleNamespace(characters=0)  # taken by what was drawn


@dataclass(frozen=True)
class Kept:
    """Something that was made ``at`` a time, of what ``basis`` says; until when it holds, and rests whatever changes."""

    value: object
    at: datetime
    basis: freshness.Basis | None
    until: float
    rests_until: float = 0.0

    @classmethod
    def made(cls, make, reading):
        at, begin = timezone.now(), time.monotonic()
        with freshness.reading(**reading) as basis:
            value = make()
            made_of = basis()
        end = time.monotonic()
        took = end - begin
        rests = min(RESTS * took, LONGEST) if took > SLOW else 0
        return cls(value, at, made_of, end + max(LONGEST, SELDOM * took), end + rests)

    def holds(self, now: int | None) -> bool:
        return time.monotonic() < self.until and self.basis.holds(now)

    def rests(self) -> bool:
        return time.monotonic() < self.rests_until


def kept(key, make: Callable, **reading):
    """What ``make()`` gives, made once for as long as it holds; ``key`` has nothing in it that a visitor typed.

    ``make`` reads for itself whatever it gives; one that shows what this request has read before is not ``alone``. What shows
    or counts rows that no stranger may see yet ``shows_unseen`` (both: :func:`freshness.reading`).
    """
    return _kept_one(key, make, Kept.holds, reading).value


def packed(key, make: Callable, **reading):
    """The same for records, each time unpacked anew: what is read of them later, or of what hangs on them, is not kept."""
    return pickle.loads(kept(key, lambda: pickle.dumps(make()), **reading))  # noqa: S301 packed by this process


def counted(key, make: Callable, **reading) -> Kept:
    """The same for figures of a page that says as of when they are, with their ``value`` and ``at``.

    Where a portal has grown so large that counting takes long, they may be some seconds old, a minute at most.
    """
    return _kept_one(key, make, lambda one, now: one.holds(now) or one.rests(), reading)


def _kept_one(key, make, suffices, reading) -> Kept:
    if (now := freshness.moment()) is None:
        return Kept.made(make, reading)
    one = _kept.get(key)
    if one is None or not suffices(one, now):
        one = _made_by_one_thread(key, make, suffices, reading)
    if one.basis is not None:
        freshness.was_read(one.basis)
    return one


def _made_by_one_thread(key, make, suffices, reading) -> Kept:
    making = _making.setdefault(key, threading.Lock())
    is_first = making.acquire(blocking=False)
    if not is_first:  # somebody makes the very same at this moment
        is_first = making.acquire(timeout=PATIENCE)
    try:
        one = _kept.get(key)
        if one is None or not suffices(one, freshness.moment()):
            one = Kept.made(make, reading)
            if one.basis is not None:
                _keep({key: one})
        return one
    finally:
        if is_first:
            _making.pop(key, None)
            making.release()


def kept_each(keys, make: Callable, *, shows_unseen: bool = False) -> dict:
    """The same for several at once: ``make(keys)`` gives ``{key: value}`` of those that are not there."""
    if (now := freshness.moment()) is None:
        return make(keys)
    there = {key: _kept[key] for key in keys if key in _kept}
    there = {key: one for key, one in there.items() if one.holds(now)}
    for basis in {one.basis for one in there.values()}:
        freshness.was_read(basis)
    values = {key: one.value for key, one in there.items()}
    if missing := [key for key in keys if key not in values]:
        until = time.monotonic() + LONGEST
        with freshness.reading(shows_unseen=shows_unseen) as basis:
            made = make(missing)
            made_of = basis()
        if made_of is not None:
            _keep({key: Kept(value, None, made_of, until) for key, value in made.items()})
        values |= made
    return values


def _keep(made: dict) -> None:
    """Where it becomes too much, all is made anew: whoever reads every station must not fill the memory."""
    new, old = _characters(made.values()), _characters(filter(None, map(_kept.get, made)))
    _room.characters += new - old
    if len(_kept) > MOST or _room.characters > MOST_CHARACTERS:
        _kept.clear()
        _room.characters = new
    _kept.update(made)


def _characters(some) -> int:
    return sum(len(one.value) for one in some if isinstance(one.value, (str, bytes)))


def forget() -> None:
    """Know nothing, as a process that just began."""
    _kept.clear()
    _room.characters = 0
    freshness.forget()
