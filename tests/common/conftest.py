import sqlite3
import threading

import pytest
from django.db import connection
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english():
    """The kernel's sentences in the language of the source; pages are asked for by a client, in its own."""
    with translation.override("en"):
        yield


@pytest.fixture
def in_threads(transactional_db, tmp_path, monkeypatch):
    """Run jobs at the same time, each on a connection of its own; the first failure is raised.

    SQLite in memory locks whole tables instead of queueing, so there the threads get a copy of the data in a file.
    """
    copy = tmp_path / "shared.sqlite3"

    def run(*jobs):
        if connection.vendor == "sqlite" and not copy.exists():
            shared = sqlite3.connect(copy)
            connection.ensure_connection()
            connection.connection.backup(shared)
            shared.close()
            monkeypatch.setitem(connection.settings_dict, "NAME", str(copy))
        failures = []

        def work(job):
            try:
                job()
            except Exception as failure:
                failures.append(failure)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=[job]) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        if failures:
            raise failures[0]

    return run
