"""F6, F6b: no room left, for files and for the database."""

import json
import os
import shutil
import sqlite3
import subprocess
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from common import health
from common.models import StoredFile
from deputies.models import Correction

from .. import factories
from ..processes import empty_database, manage, until
from .test_web import counted


class Disk:
    """A disk of so many kilobytes."""

    def __init__(self, place, kilobytes):
        self.place = place
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", place], check=True)

    def fill(self, but):
        """Leave so many bytes."""
        self.filled.write_bytes(b"x" * (shutil.disk_usage(self.place).free - but))

    def empty(self):
        self.filled.unlink()

    @property
    def filled(self):
        return self.place / "filled"

    def files(self):
        return [path for path in self.place.rglob("*") if path.is_file() and path != self.filled]


@pytest.fixture
def small_disk(tmp_path):
    """``small_disk(kilobytes)``."""
    if os.geteuid() != 0:
        pytest.skip("Only root mounts a disk.")
    disks = []

    def mounted(kilobytes):
        disks.append(Disk(tmp_path / f"disk{len(disks)}", kilobytes))
        return disks[-1]

    yield mounted
    for disk in disks:
        subprocess.run(["umount", "-l", disk.place], check=True)


PROOF = b"%PDF-1.4 proof" + b"x" * 100_000


def wish(field, value):
    """A deputy's form with a document of a hundred kilobytes."""
    proof = factories.document()
    proof.write(PROOF)
    proof.seek(0)
    return {"field": field, "new_value": value, "reason": "x", "evidence": proof}


def is_readable(client, field, value):
    correction = Correction.objects.filter(field=field).first()
    if correction is None or value not in client.get(reverse("home:my")).content.decode():
        return False
    page = client.get(reverse("deputies:correction-evidence", args=[correction.pk]))
    return page.status_code == 200 and b"".join(page.streaming_content) == PROOF


@pytest.mark.django_db
def test_f6_no_room_for_files(small_disk, settings, sign_in, deputy_user, office, report):
    disk = small_disk(1000)
    settings.MEDIA_ROOT = settings.BACKUP_ROOT = disk.place
    client, ask = sign_in(deputy_user), reverse("deputies:correction-ask")
    client.post(ask, wish("post", "校长"))
    disk.fill(but=50_000)
    refused = client.post(ask, wish("name", "李新"))
    half = len(disk.files()) + StoredFile.objects.count() + Correction.objects.count() - 3
    readers = client.get("/deputies/").status_code
    alarm = health.CHECKS["disk_used"].result()
    lost = not is_readable(client, "post", "校长")
    disk.empty()
    for _again in range(2):
        client.post(ask, wish("name", "李新"))
    report(
        lost=lost + sum(not is_readable(client, *done) for done in [("post", "校长"), ("name", "李新")]),
        twice=Correction.objects.count() + StoredFile.objects.count() + len(disk.files()) - 6,
        half=half,
        status=refused.status_code,
    )
    assert (refused.status_code, half, readers, alarm["ok"]) == (200, 0, 200, False)
    assert "空间" in str(refused.context["form"].errors)


@pytest.mark.django_db(transaction=True)
def test_f6_no_room_for_a_backup(small_disk, settings, deputy_user, tmp_path, report):
    """The one before stays whole, and the next one after there is room brings everything back."""
    disk = small_disk(4000)
    settings.BACKUP_ROOT = disk.place
    call_command("backup", "--to", disk.place / "before.zip")
    before = (disk.place / "before.zip").read_bytes()
    disk.fill(but=8_000)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", "--to", disk.place / "after.zip")
    half = len(disk.files()) - 1
    disk.empty()
    call_command("backup", "--to", disk.place / "after.zip")
    with empty_database(tmp_path, connection.vendor) as url:
        there = {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path / "there")}
        done = manage("restore", str(disk.place / "after.zip"), **there)
        name = "deputies.deputy"
        here, restored = (
            json.loads(manage("dumpdata", name, **where).stdout or "[]") for where in ({}, there)
        )
    report(
        lost=((disk.place / "before.zip").read_bytes() != before)
        + sum(row not in restored for row in here)
        + (not here),
        twice=len(disk.files()) - 2 + len(restored) - len(here),
        half=half,
    )
    assert (done.returncode, half) == (0, 0)


def test_f6b_no_room_for_the_database(small_disk, portal, writers, report):
    disk = small_disk(16_000)
    site = portal(f"sqlite:///{disk.place}/portal.sqlite3")
    site.serve()
    people = writers(site)
    disk.fill(but=200_000)

    def ask(query):
        with sqlite3.connect(f"file:{disk.place}/portal.sqlite3?mode=ro", uri=True) as database:
            rows = database.execute(query).fetchall()
        database.close()
        return rows

    with people:
        assert until(lambda: 503 in people.statuses(), 60)
        signing_in = site.ask_to_sign_in({})
        readable = site.ask("/deputies/")[0]
        subprocess.run(["mount", "-o", "remount,size=60000k", disk.place], check=True)
        room = time.monotonic()
        written = len(people.promised)
        assert until(lambda: len(people.promised) > written + 20)
        back = time.monotonic() - room
    figures = report(
        sound=ask("PRAGMA integrity_check")[0][0],
        readable=readable,
        back_after=round(back, 2),
        answered_503=people.number_of(503),
        **counted(people, ask),
    )
    assert (figures["sound"], figures["readable"]) == ("ok", 200)
    assert (figures["unanswered"], figures["half"]) == (0, 0)
    assert people.statuses() | {signing_in} <= {302, 503}
    assert figures["back_after"] < 5
