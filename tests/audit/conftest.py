import pytest
from django.db import connection

from common import audit, audit_chain


@pytest.fixture
def tamper(db):
    """Change the log as somebody would who holds the database, past the guard that PostgreSQL has."""

    def run(sql, *values):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ALTER TABLE common_auditentry DISABLE TRIGGER USER")
            cursor.execute(sql, values)

    return run


@pytest.fixture
def rows(office):
    """Six sealed rows, numbers 1 to 6."""
    made = [audit.record("record.changed", by=office, about=office, fields=["name"]) for _each in range(6)]
    audit_chain.seal()
    for row in made:
        row.refresh_from_db()
    return made
