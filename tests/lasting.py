"""What takes seconds to write is written once for all tests of a module."""

from django.db import connection, transaction


def written_for_a_module(blocker, write):
    """For a fixture of a module to ``yield from``: what ``write()`` wrote stays until its last test, and is gone after it."""
    with blocker.unblock(), transaction.atomic():
        given = write()
        connection.check_constraints()  # now, or PostgreSQL checks all of it again after each test
        yield given
        transaction.set_rollback(True)
