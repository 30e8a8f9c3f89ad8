"""F6, F6b: no room left, for files and for the database."""

import os
import shutil
import sqlite3
import subprocess
import time

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from common import health
from common.models import StoredFile
from deputies.models import Correction

from .. import factories
from ..processes import until


@pytest.fixture
def small_disk(tmp_path):
    """Make a disk of so many kilobytes."""
    if os.geteuid() != 0:
        pytest.skip("Only root mounts a disk.")
    places = []

    def mounted(kilobytes):
        place = tmp_path / f"disk{len(places)}"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", place], check=True)
        places.append(place)
        return place

    yield mounted
    for place in places:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.django_db
def test_f6_no_room_for_files(small_disk, settings, sign_in, deputy_user, office, report):
    settings.MEDIA_ROOT = settings.BACKUP_ROOT = small_disk(256)
    (settings.MEDIA_ROOT / "filled").write_bytes(b"x" * 250 * 1024)
    client = sign_in(deputy_user)
    proof = factories.document()
    proof.write(b"x" * 100_000)
    proof.seek(0)
    answer = client.post(
        reverse("deputies:correction-ask"),
        {"field": "name", "wish": "李代表", "reason": "x", "evidence": proof},
    )
    left = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file() and path.name != "filled"]
    figures = report(
        status=answer.status_code,
        lost=0,
        twice=0,
        half=len(left) + StoredFile.objects.count() + Correction.objects.count(),
    )
    assert (figures["status"], figures["half"]) == (200, 0)
    assert answer.context["form"].errors
    assert client.get("/deputies/").status_code == 200
    assert health.CHECKS["disk_used"].result()["ok"] is False


@pytest.mark.django_db(transaction=True)
def test_f6_no_room_for_a_backup(small_disk, settings, deputy_user, report):
    settings.BACKUP_ROOT = small_disk(8)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup")
    left = [path.name for path in settings.BACKUP_ROOT.iterdir()]
    report(lost=0, twice=0, half=len(left))
    assert left == []


def test_f6b_no_room_for_the_database(small_disk, tmp_path, portal, storm, report):
    disk = small_disk(12_000)
    site = portal(f"sqlite:///{disk}/portal.sqlite3")
    site.serve()
    free = shutil.disk_usage(disk).free
    (disk / "filled").write_bytes(b"x" * (free - 200_000))
    with storm(site) as people:
        assert until(lambda: 503 in people.statuses(), 60)
        readable = site.ask("/deputies/")[0]
        subprocess.run(["mount", "-o", "remount,size=40000k", disk], check=True)
        room = time.monotonic()
        written = len(people.promised)
        assert until(lambda: len(people.promised) > written + 20)
        back = time.monotonic() - room
    with sqlite3.connect(f"file:{disk}/portal.sqlite3?mode=ro", uri=True) as database:
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        there = [int(name) for (name,) in database.execute("SELECT name FROM common_holiday")]
        lines = database.execute("SELECT count(*) FROM common_historicalholiday").fetchone()[0]
    database.close()
    figures = report(
        sound=sound,
        readable=readable,
        back_after=round(back, 2),
        promised=len(people.promised),
        lost=people.lost(there),
        twice=len(there) - len(set(there)),
        half=abs(lines - len(there)),
    )
    assert figures | {"sound": "ok", "readable": 200, "lost": 0, "twice": 0, "half": 0} == figures
    assert people.statuses() <= {201, 503, 0}
