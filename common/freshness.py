"""What has changed, table by table, in whatever process: what was made of tables that did not change still holds.

Every statement is looked at on its way to the database. Those that write tell that a table has changed, so nobody has to
say so, and nobody can forget it: staff, imports, bulk updates, errands and commands alike. After the commit its row of
:class:`common.models.Freshness` gets a new token. Those that read tell of which tables something is made
(:func:`reading`). A process reads the tokens at most once a second: what it changed itself shows at once, what another one
changed within that second, and at once to whoever is told that it was done.

Of rows that no stranger may see yet, :func:`unseen` says that writing them changes nothing for strangers.
"""

import functools
import logging
import re
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

from django.apps import apps
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import Error, connection, transaction

from .models import Freshness

logger = logging.getLogger(__name__)

SECONDS = 1  # so long another process' change may stay unseen
# One statement, no transaction of its own: outside a transaction SQLite is still in the midst of the statement that wrote,
# and beginning another would undo it
UPSERT = (
    "INSERT INTO common_freshness (changed_table, token) VALUES {rows} "
    "ON CONFLICT (changed_table) DO UPDATE SET token = EXCLUDED.token"
)
TOLD = f"{CookieStorage.cookie_name}="
# sessions change at every step of somebody, counts of guesses at every sign-in; the last is what this module writes itself
UNTOLD = {
    "axes.AccessAttempt",
    "axes.AccessAttemptExpiration",
    "common.Freshness",
    "sessions.Session",
    "usersessions.UserSession",
}
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)

# What the threads of this process know: ``moment`` grows with each change they hear of, ``changed`` tells the moment of a
# table's last one; what was made before ``floor`` holds no longer.
_known = SimpleNamespace(tokens=None, moment=0, floor=0, changed={}, ask_at=0.0)
_asking, _hearing = threading.Lock(), threading.Lock()


class _Thread(threading.local):
    """Of this thread: the moment at which its request began and which tables were read since, ``None`` outside a request;
    which tables it has written and not told of yet; whether what it writes is seen by nobody.
    """

    since: int | None = None
    read: set | None = None
    written: frozenset = frozenset()
    writes_unseen = False


_here = _Thread()


def moment() -> int | None:
    """A number that stays equal while nothing changes. ``None``: remember nothing, for it is not known or not committed."""
    if _here.written and connection.in_atomic_block:
        return None
    if time.monotonic() >= _known.ask_at and _asking.acquire(blocking=False):
        try:
            _ask()
        finally:
            _asking.release()
    return None if _known.tokens is None else _known.moment


def _ask():
    _known.ask_at = time.monotonic() + SECONDS  # before they are read: a change meanwhile asks again
    try:
        _compare(dict(Freshness.objects.values_list("changed_table", "token")))
    except Error as error:
        logger.warning("Whether public pages changed is not known: %s", type(error).__name__)


def _compare(tokens):
    if _known.tokens is None:
        with _hearing:
            _known.moment += 1
            _known.floor = _known.moment
    else:
        _heard_of({table for table, token in tokens.items() if _known.tokens.get(table) != token})
    _known.tokens = tokens


def _heard_of(tables):
    if tables:
        with _hearing:
            _known.changed |= dict.fromkeys(tables, _known.moment + 1)
            _known.moment += 1


@dataclass(frozen=True)
class Basis:
    """Of which tables something was made, and at which moment the first of them was read."""

    moment: int
    tables: frozenset

    def holds(self, now: int | None) -> bool:
        """Whether it does at the :func:`moment` that is ``now``."""
        if now is None or self.moment < _known.floor:
            return False
        return now == self.moment or all(_known.changed.get(table, 0) <= self.moment for table in self.tables)


def begin_request(environ=None, **kwargs) -> None:
    """From now on this thread notes what it reads. What it was told of last is good enough, so it asks nothing here.

    But whoever is about to read that something was done, mostly by themselves a moment ago and in whatever process, sees it.
    """
    if environ and TOLD in environ.get("HTTP_COOKIE", ""):
        with _asking:
            _ask()
    is_known = _known.tokens is not None
    _here.since, _here.read = (_known.moment, set()) if is_known else (None, None)


def end_request(**kwargs) -> None:
    _here.since = _here.read = None


def basis_so_far() -> Basis | None:
    """Of what this request has read until now. ``None`` outside a request, and while nothing may be remembered."""
    if _here.read is None or moment() is None:
        return None
    return Basis(_here.since, frozenset(_here.read))


@contextmanager
def reading(*, alone: bool = True, shows_unseen: bool = False):
    """Yields a function that gives the :class:`Basis` of what is made inside, or ``None`` while nothing may be remembered.

    ``alone``: whatever it shows is read inside. Otherwise it may show what the request has read before, too; outside a
    request nobody knows what that is, so it holds while nothing changes at all. ``shows_unseen``: it shows what was written
    :func:`unseen`, too.
    """
    began = moment()
    if _here.since is not None and began is not None:
        began = _here.since
    outer, _here.read = _here.read, set()

    def basis():
        if began is None or moment() is None:
            return None
        before = set() if alone else set(tables() if outer is None else outer)
        if shows_unseen:
            _here.read |= set(map(_unseen, _here.read))
            before |= set(map(_unseen, before))
        return Basis(began, frozenset(_here.read | before))

    try:
        yield basis
    finally:
        if outer is not None:
            outer |= _here.read
        _here.read = outer


def was_read(basis: Basis) -> None:
    """What was made of these tables is shown in what is being made."""
    if _here.read is not None:
        _here.read |= basis.tables


def forget() -> None:
    """Know nothing, as a process that just began."""
    _known.tokens, _known.ask_at = None, 0.0


def begin_watching(connection, **kwargs) -> None:
    """Look at what a new connection reads and writes from now on."""
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


@contextmanager
def unseen():
    """What is written inside is seen by no stranger, so what is remembered for all stays: a draft is saved often.

    What staff see of such rows, too, says so (:func:`reading`).
    """
    before, _here.writes_unseen = _here.writes_unseen, True
    try:
        yield
    finally:
        _here.writes_unseen = before


def watch(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    written = WRITES.match(sql) if isinstance(sql, str) and not sql.startswith("SELECT") else None
    if written is None:
        if _here.read is not None:
            _here.read |= tables_in(sql) if isinstance(sql, str) else tables()
    elif written[1] in tables():
        _here.written |= {_unseen(written[1]) if _here.writes_unseen else written[1]}
        _tell_later(context["connection"], context["cursor"], sql)
    return result


def _unseen(table: str) -> str:
    """By which name it is told that rows of a table have changed which no stranger sees."""
    return f"{table} unseen"


@functools.lru_cache(maxsize=300)
def tables_in(sql: str) -> frozenset:
    """The tables a question names."""
    return tables().intersection(re.findall(r"\w+", sql))


def _tell_later(connection, cursor, sql):
    if connection.in_atomic_block or "RETURNING" not in sql:
        transaction.on_commit(changed, robust=True)
        return
    close = cursor.close  # outside a transaction SQLite has written when what is returned has been read

    def closed():
        close()
        changed()

    cursor.close = closed


@functools.cache
def tables() -> frozenset:
    """Whatever is stored, but for ``UNTOLD``."""
    models = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models if model._meta.label not in UNTOLD)


def changed() -> None:
    """Let every process know which tables have changed. Once for all that a transaction changed."""
    tables, _here.written = sorted(_here.written), frozenset()
    if not tables:
        return
    tokens = dict.fromkeys(tables, uuid.uuid4().hex)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                UPSERT.format(rows=", ".join(["(%s, %s)"] * len(tokens))),
                [value for row in tokens.items() for value in row],
            )
    except Error as error:
        if _may_be_told():
            logger.error("Public pages may be old for a minute: %s", type(error).__name__)
    _heard_of(tokens)
    if _known.tokens is not None:
        _known.tokens = _known.tokens | tokens


def _may_be_told() -> bool:
    """Not while the tables of an empty database are made: nobody remembers anything of it."""
    try:
        return Freshness._meta.db_table in connection.introspection.table_names()
    except Error:
        return True
