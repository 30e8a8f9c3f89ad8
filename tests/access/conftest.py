"""Who may what is asked of pages as they are in production, where they remember what others read before."""

import pytest
from django.db import connection

from common import freshness

A_ROW = 1  # savepoints open while a row of a table is asked, see urls.rolled_back


@pytest.fixture(autouse=True)
def remembers(monkeypatch):
    """What a test wrote counts as committed, but for what a request has not committed yet."""
    known = freshness.moment

    def moment():
        if freshness._here.written and len(connection.savepoint_ids) <= A_ROW:
            written, freshness._here.written = freshness._here.written, frozenset()
            freshness._heard_of(written)
        return known()

    monkeypatch.setattr(freshness, "moment", moment)
