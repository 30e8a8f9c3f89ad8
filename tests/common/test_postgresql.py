"""Kept connections to PostgreSQL: one that the server ended is replaced before anything is asked, and the looking asks nothing."""

import threading
import time

import psycopg
import pytest
from django.db import OperationalError, connection

from accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def server():
    """Another connection to the same database."""
    with psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": None}, autocommit=True
    ) as other:
        yield other


def in_a_thread_of_its_own(work):
    """With a connection of its own; what ``work`` gives."""
    given = []

    def run():
        try:
            given.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return given[0]


def begin_request():
    """As Django does for each request."""
    connection.close_if_unusable_or_obsolete()


def pid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_the_server_ended_is_replaced_before_it_is_asked(server):
    def work():
        first = pid()
        server.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        begin_request()
        return first, pid()

    first, second = in_a_thread_of_its_own(work)
    assert first != second


def test_a_connection_that_broke_in_the_middle_is_replaced_by_the_next_request(server):
    def work():
        server.execute("SELECT pg_terminate_backend(%s, 5000)", [pid()])
        with pytest.raises(OperationalError):
            User.objects.exists()
        begin_request()
        return User.objects.exists()

    assert in_a_thread_of_its_own(work) is False


def test_a_connection_that_holds_is_not_asked_whether_it_does(server):
    def work():
        asked = pid()
        begin_request()
        is_usable = connection.is_usable()
        [last] = server.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [asked]).fetchone()
        return is_usable, last

    assert in_a_thread_of_its_own(work) == (True, "SELECT pg_backend_pid()")


def test_what_the_server_says_unasked_is_no_reason_to_leave(server):
    def work():
        before = pid()
        with connection.cursor() as cursor:
            cursor.execute("LISTEN somebody")
        server.execute("NOTIFY somebody")
        time.sleep(0.1)
        begin_request()
        return before, connection.is_usable(), pid()

    before, is_usable, after = in_a_thread_of_its_own(work)
    assert is_usable
    assert before == after
