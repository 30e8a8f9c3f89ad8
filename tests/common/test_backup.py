import datetime as dt
import json
import os
import stat
import threading
import zipfile
from collections import Counter

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from common import audit, backup, health, jobs
from common.audit_models import AuditEntry
from common.models import ImportBatch, ImportedRow, JobRun
from notices.models import Notice

from .. import factories
from ..processes import empty_database, manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full():
    """A portal with something of every kind: pictures, dates, JSON, odd letters, a key that was given away before."""
    factories.MandateFactory(deputy__name='欧阳\n"娜"\t\' 𬭚😀', deputy__photo=factories.stored_picture())
    factories.CorrectionFactory(evidence=factories.stored_document())
    batch = ImportBatch.objects.create(
        kind="roster", file_name="a.xlsx", options={"b": [1.5, None], "a": "é"}
    )
    ImportedRow.objects.create(batch=batch, row=1, model="x", object_pk=2**40, before=None, after={})
    default_storage.save("private/空 名.bin", ContentFile(bytes(range(256)) * 5000))
    factories.NoticeFactory()
    factories.UserFactory().delete()


@pytest.fixture
def saved(full, tmp_path):
    path = tmp_path / "saved.zip"
    backup.make(path)
    return path


def manifest_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def rewritten(path, change=None, members=(), seal=True):
    """The same backup after somebody changed its manifest or added members."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            if name not in ("manifest.json", "seal"):
                new.writestr(name, old.read(name))
        manifest = json.loads(old.read("manifest.json"))
        if change:
            change(manifest)
        text = json.dumps(manifest).encode()
        new.writestr("manifest.json", text)
        new.writestr("seal", backup._seal(text) if seal else old.read("seal"))
        for name, body in members:
            new.writestr(name, body)
    return other


ENGINES = ["sqlite"] if connection.vendor == "sqlite" else ["postgresql", "sqlite"]


@pytest.mark.tells_fault("F16")
@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_place_becomes_equal_table_by_table_and_file_by_file(
    saved, engine, tmp_path, settings, report
):
    with empty_database(tmp_path, engine) as url:
        there = {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path / "there")}
        done = manage("restore", str(saved), **there)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["equal"] is True

        # the same by a way that shares nothing with ours; the audit log tells of either
        own = ("common.freshness", "common.auditentry", "common.audithead")
        everything = ("dumpdata", "--all", *(f"--exclude={model}" for model in own))
        here, other = (
            Counter(json.dumps(row, sort_keys=True) for row in json.loads(each.stdout))
            for each in (manage(*everything), manage(*everything, **there))
        )
        assert here.total() > 20

        again = manage("backup", "--to", str(tmp_path / "again.zip"), **there)
        assert again.returncode == 0, again.stderr
        before, after = manifest_of(saved), manifest_of(tmp_path / "again.zip")
        for manifest in (before, after):
            del manifest["tables"]["common_auditentry"], manifest["tables"]["common_audithead"]
        assert (before["tables"], before["media"]) == (after["tables"], after["media"])
        assert len(before["media"]) == 4
    files, restored = (
        Counter(
            (path.relative_to(root).as_posix(), path.read_bytes())
            for path in root.rglob("*")
            if path.is_file()
        )
        for root in (settings.MEDIA_ROOT, tmp_path / "there")
    )
    report(
        lost=(here - other).total() + (files - restored).total(),
        twice=(other - here).total() + (restored - files).total(),
        rows=here.total(),
        files=files.total(),
    )
    for name in before["media"]:
        assert stat.S_IMODE((tmp_path / "there" / name).stat().st_mode) == 0o640


def test_the_audit_log_comes_back_as_it_was_and_tells_of_the_backup(full, tmp_path):
    audit.record("record.created")
    backup.make(tmp_path / "first.zip")
    backup.make(tmp_path / "second.zip")
    with empty_database(tmp_path, "sqlite") as url:
        there = {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path / "there")}
        manage("restore", str(tmp_path / "second.zip"), **there)
        lines = [json.loads(line) for line in manage("audit_export", **there).stdout.splitlines()]
        assert [line["kind"] for line in lines] == ["record.created", "backup.made", "backup.restored"]
        assert manage("audit_verify", **there).returncode == 0
    assert [row.kind for row in AuditEntry.objects.order_by("seq")] == [
        "record.created",
        "backup.made",
        "backup.made",
    ]


def test_a_key_that_was_given_away_is_not_given_again(saved, tmp_path):
    newest = User.objects.order_by("pk").last().pk
    assert manifest_of(saved)["tables"]["accounts_user"]["next"] == newest + 2


def test_only_its_owner_reads_a_backup_and_none_is_overwritten(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    before = saved.read_bytes()
    with pytest.raises(CommandError, match="already"):
        call_command("backup", "--to", saved)
    assert saved.read_bytes() == before


def test_what_is_restored_is_of_one_moment_while_others_write(tmp_path):
    stop, written = threading.Event(), threading.Event()

    def write():
        while not stop.is_set():
            with transaction.atomic():
                factories.NoticeFactory(recipient=factories.UserFactory())
            written.set()
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    [writer.start() for writer in writers]
    try:
        written.wait(10)
        for number in range(5):
            backup.make(tmp_path / f"{number}.zip")
    finally:
        stop.set()
        [writer.join() for writer in writers]
    counts = [
        (tables["accounts_user"]["rows"], tables["notices_notice"]["rows"])
        for tables in (manifest_of(tmp_path / f"{number}.zip")["tables"] for number in range(5))
    ]
    assert all(users == notices for users, notices in counts)
    assert counts[0] < counts[-1]  # they did write meanwhile


def test_a_place_in_which_only_the_tables_were_made_is_empty(saved, tmp_path):
    with empty_database(tmp_path, connection.vendor) as url:
        there = {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path / "there")}
        assert manage("migrate", "-v0", **there).returncode == 0
        done = manage("restore", str(saved), **there)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["equal"] is True


def test_a_place_that_is_not_empty_stays_as_it_is(saved):
    users = list(User.objects.values())
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", saved)
    assert list(User.objects.values()) == users


def test_files_that_are_there_are_not_mixed_with_others(saved, tmp_path):
    with empty_database(tmp_path, connection.vendor) as url:
        done = manage("restore", str(saved), DATABASE_URL=url)
    assert done.returncode == 1
    assert "There are files already" in done.stderr


@pytest.mark.tells_fault("F16")
def test_a_truncated_file_is_refused(saved, report):
    size, rows, taken = saved.stat().st_size, User.objects.count(), 0
    parts = (0.999, 0.9, 0.3, 0)
    for part in parts:
        os.truncate(saved, int(size * part))
        try:
            call_command("restore", saved)
            taken += 1
        except CommandError as refusal:
            assert "no whole backup" in str(refusal)
    report(
        lost=max(rows - User.objects.count(), 0),
        twice=taken + max(User.objects.count() - rows, 0),
        refused=len(parts) - taken,
    )


def test_a_changed_byte_anywhere_is_found(saved):
    whole = saved.read_bytes()
    refused = 0
    for place in range(100, len(whole), len(whole) // 40):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(CommandError) as refusal:
            call_command("restore", saved)
        refused += "not empty" not in str(refusal.value)
    assert refused >= 39  # the time noted beside a member carries nothing


def other_version(manifest):
    manifest["version"] = "9.9.9"
    manifest["migrations"].append(["deputies", "9999_from_the_future"])


def other_format(manifest):
    manifest["format"] = 2


def other_hash(manifest):
    manifest["tables"]["accounts_user"]["sha256"] = "0" * 64


def other_place(manifest):
    manifest["media"]["../../outside"] = {"sha256": "", "bytes": 0}


FOREIGN = [
    (other_version, [], "9.9.9"),
    (other_format, [], "version"),
    (other_hash, [], "accounts_user.jsonl was changed"),
    (other_place, [("media/../../outside", b"")], "outside the folder"),
    (None, [("media/more", b"")], "does not hold what its manifest lists"),
    (lambda manifest: manifest.pop("tables"), [], "damaged"),
]


def test_a_foreign_or_dressed_up_file_is_refused(saved):
    for change, members, reason in FOREIGN:
        with pytest.raises(CommandError, match=reason):
            call_command("restore", rewritten(saved, change, members))


def test_a_manifest_written_anew_lacks_the_seal(saved):
    changed = rewritten(saved, lambda manifest: manifest.update(made_at="2020-01-01"), seal=False)
    with pytest.raises(CommandError, match="The seal does not fit"):
        call_command("restore", changed)


def test_a_file_made_under_another_key_is_taken_only_if_that_is_said(saved, settings):
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(CommandError, match="The seal does not fit"):
        call_command("restore", saved)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", saved, "--other-key")


def test_a_table_nobody_knows_is_not_silently_left_out(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id integer)")
    try:
        with pytest.raises(CommandError, match="forgotten"):
            call_command("backup", "--to", tmp_path / "a.zip")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE forgotten")
    assert list(tmp_path.glob("a.zip*")) == []


def test_every_night_one_is_made_and_the_newest_are_kept(full, settings, tmp_path):
    settings.BACKUP_ROOT, settings.BACKUPS_KEPT = tmp_path / "backups", 2
    jobs.tick()
    for day in (1, 2, 3):
        with time_machine.travel(timezone.now() + dt.timedelta(days=day)):
            jobs.tick()
            jobs.tick()
    assert len(list(settings.BACKUP_ROOT.iterdir())) == 2
    assert JobRun.objects.filter(job=backup.JOB, outcome=JobRun.Outcome.DONE).count() == 4
    assert stat.S_IMODE(settings.BACKUP_ROOT.stat().st_mode) == 0o700


def test_the_age_of_the_last_backup_is_known(saved, settings, tmp_path, capsys):
    check = health.CHECKS["last_backup"]
    assert check.result()["ok"] is False
    call_command("backup", "--to", tmp_path / "b.zip")
    assert json.loads(capsys.readouterr().out)["files"] == 4
    assert check.result()["ok"] is True
    with time_machine.travel(timezone.now() + dt.timedelta(hours=27)):
        assert check.result()["ok"] is False


def test_a_backup_that_breaks_off_leaves_no_file(full, tmp_path, monkeypatch):
    def broken(name):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "open", broken)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", "--to", tmp_path / "a.zip")
    assert list(tmp_path.glob("a.zip*")) == []
    assert Notice.objects.count() == 1
