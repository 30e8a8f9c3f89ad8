"""What a portal of before knew about its door is in the one log after."""

import json

import pytest
from django.db import connection

from ..processes import empty_database, manage

pytestmark = pytest.mark.django_db(transaction=True)

ADD = """
from django.db import connection
with connection.cursor() as cursor:
    for result in ("ok", "failed", "locked", "out"):
        cursor.execute(
            "INSERT INTO accounts_signin (at, login, address, device, result) VALUES (%s, '', %s, 'Firefox', %s)",
            ["2026-03-02 01:02:03+00:00", "192.0.2.7", result],
        )
"""


def test_lines_of_the_former_sign_in_log_become_rows_that_can_be_proved(tmp_path):
    with empty_database(tmp_path, connection.vendor) as url:
        there = {"DATABASE_URL": url}
        assert manage("migrate", "accounts", "0003", **there).returncode == 0
        assert manage("shell", "-v0", "-c", ADD, **there).returncode == 0
        done = manage("migrate", **there)
        assert done.returncode == 0, done.stderr
        rows = [json.loads(line) for line in manage("audit_export", **there).stdout.splitlines()]
    assert [(row["kind"], row["result"]) for row in rows] == [
        ("sign_in.done", "ok"),
        ("sign_in.failed", "failed"),
        ("sign_in.locked", "refused"),
        ("sign_in.ended", "ok"),
    ]
    assert {(row["at"], row["address"], row["detail"]["device"]) for row in rows} == {
        ("2026-03-02T01:02:03.000000+00:00", "192.0.2.7", "Firefox")
    }
