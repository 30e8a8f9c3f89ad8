"""How long something remembered in this process holds: until anything it may show has changed, in whatever process.

Every statement that writes is looked at on its way to the database, so nobody has to say that something changed, and
nobody can forget it: staff, imports, bulk updates, errands and commands alike. After the commit the row of
:class:`common.models.Freshness` gets a new token. A process reads the token at most once a second: what it changed
itself shows at once, what another one changed within that second.

Tables that no public page reads are named in ``settings.NEVER_PUBLIC``; a table nobody thought of counts as public. Of
a public table's rows that no stranger may see yet, :func:`unseen` says that writing them changes nothing public.
"""

import functools
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from simple_history.models import HistoricalChanges

from .logs import is_ours
from .models import Freshness

logger = logging.getLogger(__name__)

SECONDS = 1  # so long another process' change may stay unseen
MOST = 10_000  # things remembered
MOST_CHARACTERS = 6_000_000  # of what was drawn; Chinese ones take two bytes each
LONGEST = 60  # seconds; what is written past the portal, by a database tool, is seen by then
SELDOM = 1000  # what took long to make stays so many times as long, if that is longer
SLOW = 0.2  # seconds; what takes longer to count is counted no more often than RESTS allows, whatever changes
RESTS = 50  # times what the counting took, but never longer than LONGEST
PATIENCE = 10  # seconds a thread waits for another one that makes the same
# One statement, no transaction of its own: outside a transaction SQLite is still in the midst of the statement that wrote,
# and beginning another would undo it
UPSERT = (
    "INSERT INTO common_freshness (id, token) VALUES (1, %s) "
    "ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token"
)
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


_known = SimpleNamespace(token=None, ask_at=0.0, characters=0)  # what the threads of this process know
_asking = threading.Lock()
_kept: dict = {}
_making: dict = {}  # locks of what threads are making


def token():
    """What stays equal while nothing public changes. ``None``: remember nothing, for it is not known or not committed."""
    if connection.in_atomic_block and getattr(connection, "has_public_change", False):
        return None
    if time.monotonic() >= _known.ask_at and _asking.acquire(blocking=False):
        try:
            _known.ask_at = time.monotonic() + SECONDS  # before it is read: a change meanwhile asks again
            _known.token = Freshness.objects.values_list("token", flat=True).first() or "never changed"
        except DatabaseError as error:
            logger.warning("Whether public pages changed is not known: %s", type(error).__name__)
        finally:
            _asking.release()
    return _known.token


@dataclass(frozen=True)
class Kept:
    """Something that was made ``at`` a time, when ``of`` was the token; until when it holds, and rests whatever changes."""

    value: object
    at: datetime
    of: str
    until: float
    rests_until: float = 0.0

    @classmethod
    def made(cls, make, of):
        at, begin = timezone.now(), time.monotonic()
        value = make()
        end = time.monotonic()
        took = end - begin
        rests = min(RESTS * took, LONGEST) if took > SLOW else 0
        return cls(value, at, of, end + max(LONGEST, SELDOM * took), end + rests)

    def holds(self, of) -> bool:
        return self.of == of and time.monotonic() < self.until

    def rests(self) -> bool:
        return time.monotonic() < self.rests_until


def kept(key, make: Callable):
    """What ``make()`` gives, made once for as long as it holds; ``key`` has nothing in it that a visitor typed."""
    return _kept_one(key, make, Kept.holds).value


def counted(key, make: Callable) -> Kept:
    """The same for figures of a page that says as of when they are, with their ``value`` and ``at``.

    Where a portal has grown so large that counting takes long, they may be some seconds old, a minute at most.
    """
    return _kept_one(key, make, lambda one, of: one.holds(of) or one.rests())


def _kept_one(key, make, suffices) -> Kept:
    of = token()
    if of is None:
        return Kept.made(make, of)
    one = _kept.get(key)
    if one is not None and suffices(one, of):
        return one
    making = _making.setdefault(key, threading.Lock())
    is_first = making.acquire(blocking=False)
    if not is_first:  # somebody makes the very same at this moment
        if one is not None and one.of == of:
            return one
        is_first = making.acquire(timeout=PATIENCE)
    try:
        one = _kept.get(key)
        if one is None or not suffices(one, of):
            one = Kept.made(make, of)
            _keep({key: one})
        return one
    finally:
        if is_first:
            _making.pop(key, None)
            making.release()


def kept_each(keys, make: Callable) -> dict:
    """The same for several at once: ``make(keys)`` gives ``{key: value}`` of those that are not there."""
    of = token()
    if of is None:
        return make(keys)
    there = {key: _kept[key] for key in keys if key in _kept}
    values = {key: one.value for key, one in there.items() if one.holds(of)}
    if missing := [key for key in keys if key not in values]:
        until = time.monotonic() + LONGEST
        made = make(missing)
        _keep({key: Kept(value, None, of, until) for key, value in made.items()})
        values |= made
    return values


def _keep(made: dict) -> None:
    """Where it becomes too much, all is made anew: whoever reads every station must not fill the memory."""
    new, old = _characters(made.values()), _characters(filter(None, map(_kept.get, made)))
    _known.characters += new - old
    if len(_kept) > MOST or _known.characters > MOST_CHARACTERS:
        _kept.clear()
        _known.characters = new
    _kept.update(made)


def _characters(some) -> int:
    return sum(len(one.value) for one in some if isinstance(one.value, str))


def forget() -> None:
    """Know nothing, as a process that just began."""
    _known.token, _known.ask_at, _known.characters = None, 0.0, 0
    _kept.clear()


def begin_watching(connection, **kwargs) -> None:
    """Look at what a new connection writes from now on."""
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


@contextmanager
def unseen():
    """What is written inside is seen by no stranger, so what is remembered for them stays: a draft is saved often."""
    before = getattr(connection, "writes_unseen", False)
    connection.writes_unseen = True
    try:
        yield
    finally:
        connection.writes_unseen = before


def watch(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    writes_unseen = getattr(context["connection"], "writes_unseen", False)
    if isinstance(sql, str) and not sql.startswith("SELECT") and not writes_unseen:
        written = WRITES.match(sql)
        if written and written[1] in public_tables():
            _mark(context["connection"], context["cursor"], sql)
    return result


def _mark(connection, cursor, sql):
    connection.has_public_change = True
    if connection.in_atomic_block or "RETURNING" not in sql:
        transaction.on_commit(changed, robust=True)
        return
    close = (
        cursor.close
    )  # a statement outside a transaction is done in SQLite when what it returns has been read

    def closed():
        close()
        changed()

    cursor.close = closed


@functools.cache
def public_tables() -> frozenset:
    """Our own tables without histories and without those of ``settings.NEVER_PUBLIC``."""
    never = {name.lower() for name in settings.NEVER_PUBLIC}
    models = [m for m in apps.get_models(include_auto_created=True) if is_ours(m.__module__.split(".")[0])]
    silent = [
        m
        for m in models
        if issubclass(m, HistoricalChanges) or {m._meta.app_label, m._meta.label_lower} & never
    ]
    return frozenset({m._meta.db_table for m in models} - {m._meta.db_table for m in silent})


def changed() -> None:
    """Let every process know that something public has changed. Once for all that a transaction changed."""
    if not connection.has_public_change:
        return
    connection.has_public_change = False
    try:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [uuid.uuid4().hex])
    except DatabaseError as error:
        logger.error("Public pages may be old for a minute: %s", type(error).__name__)
    _known.ask_at = 0.0
