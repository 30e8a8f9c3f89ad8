"""The portal in other processes, on the database of the tests or one of its own."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


def database_url(name=None):
    """The address of the tests' database, or of another on the same server."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{name or held['NAME']}"
    return (
        f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{name or held['NAME']}"
    )


@contextmanager
def empty_database(folder, vendor):
    """The address of a database without tables, gone afterwards."""
    if vendor == "sqlite":
        yield f"sqlite:///{folder / 'other.sqlite3'}"
        return
    name = f"{connection.settings_dict['NAME']}_other"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield database_url(name)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def environment(**given):
    """What another process is told: this database, these files, no proxy of ours between."""
    told = {
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "BACKUP_ROOT": str(settings.BACKUP_ROOT),
    }
    return os.environ | told | given


def manage(*arguments, **given):
    """``manage.py`` with these arguments; the finished process with what it printed."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(**given),
        capture_output=True,
        text=True,
        timeout=300,
    )


def until(happens, seconds=30) -> bool:
    """Whether something comes true within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.1)
    return False
