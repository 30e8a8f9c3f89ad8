"""All the portal holds, in one file and back: rows and files, the same on either engine.

One way for SQLite and PostgreSQL, instead of each engine's own: every table is read in one snapshot, row by row in the
order of its key, and written as JSON lines. Values are taken as the database keeps them, so what is encrypted there stays
so. The text of a table is therefore the same wherever it is read, and its hash proves that a restored table equals the
saved one; a portal moves from SQLite to PostgreSQL by the same two commands. The schema is not in the file: it is that of
the same migrations, and no other version takes it.

The file is a zip: ``tables/<name>.jsonl``, ``media/<path>``, ``manifest.json`` with the hash of each of them, and
``seal``, by which the portal that made it (its ``SECRET_KEY``) knows that nobody changed the manifest since.
"""

import datetime as dt
import hashlib
import json
import os
import time
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from . import audit, jobs
from .backup_rows import BackupError, from_text_of, lines_of, next_key, set_next_key
from .models import Freshness, JobRun

FORMAT = 1
JOB = "common.backup"
CHUNK = 1024 * 1024  # bytes
NOT_DATA = {Freshness._meta.db_table}  # what tells running processes to look again says nothing elsewhere
MADE_BY_MIGRATE = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
}  # not what makes a place full


# Making one


def make(target: Path | None = None) -> dict:
    """Write everything into a new file only its owner can read; what was written.

    Files are copied after the rows: one that is deleted in between is missing, as its row soon would be.
    """
    start = time.monotonic()
    target = target or Path(settings.BACKUP_ROOT) / f"portal-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
    if target.exists():
        raise BackupError(f"There is a file {target} already.")
    if missing := _migrations() - {tuple(key) for key in MigrationRecorder(connection).applied_migrations()}:
        raise BackupError(
            f"The database is not of this version ({len(missing)} migrations wait): run migrate."
        )
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        try:
            manifest = _write(file)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            part.unlink()
            raise
    part.rename(target)
    audit.record("backup.made")
    return {"file": str(target), "bytes": target.stat().st_size, **_figures(manifest, start)}


def nightly(now: dt.datetime) -> dict:
    """The scheduled backup; the newest ``BACKUPS_KEPT`` stay."""
    made = make()
    folder = Path(settings.BACKUP_ROOT)
    for old in sorted(folder.glob("portal-*.zip"))[: -settings.BACKUPS_KEPT]:
        old.unlink()
    return {name: made[name] for name in ("bytes", "rows", "files", "seconds")}


def by_hand(target: Path | None) -> dict:
    """A backup somebody asked for; the ledger knows it like a scheduled one."""
    started = timezone.now()
    made = make(target)
    ended = timezone.now()
    JobRun.objects.create(
        job=JOB,
        period=f"{timezone.localtime(started):%Y-%m-%dT%H:%M:%S} by hand {started.timestamp()}",
        outcome=JobRun.Outcome.DONE,
        started_at=started,
        alive_at=ended,
        finished_at=ended,
    )
    return made


def since_last() -> float | None:
    """Hours since the newest backup was finished."""
    last = jobs.last_done(JOB)
    return last and (timezone.now() - last.finished_at) / dt.timedelta(hours=1)


def _write(file) -> dict:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _snapshot():
        manifest = {
            "format": FORMAT,
            "version": _version(),
            "engine": connection.vendor,
            "made_at": timezone.now().isoformat(),
            "migrations": sorted(map(list, _migrations())),
            "tables": {},
            "media": {},
        }
        for model in _models():
            rows = _Counted(lines_of(model))
            told = _add(archive, f"tables/{model._meta.db_table}.jsonl", rows)
            manifest["tables"][model._meta.db_table] = told | {"rows": rows.number, "next": next_key(model)}
        for name in _media():
            try:
                with default_storage.open(name) as kept:
                    told = _add(archive, f"media/{name}", kept.chunks(CHUNK), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue
            manifest["media"][name] = told
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        archive.writestr("manifest.json", text)
        archive.writestr("seal", _seal(text))
    return manifest


def _add(archive, name, chunks, compression=zipfile.ZIP_DEFLATED) -> dict:
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.compress_type = compression
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {"sha256": digest.hexdigest(), "bytes": size}


class _Counted:
    def __init__(self, things):
        self.things, self.number = things, 0

    def __iter__(self):
        for thing in self.things:
            self.number += 1
            yield thing


# Putting it back


def restore(source: Path, *, other_key: bool = False) -> dict:
    """Fill an empty portal from a file, all of it or nothing; what was restored and found equal.

    ``other_key`` takes a file that was made under another ``SECRET_KEY``, whose seal says nothing here.
    """
    start = time.monotonic()
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(f"{source} is no whole backup: {error}") from error
    with archive:
        manifest = _checked(archive, other_key)
        _refuse_unless_empty()
        call_command("migrate", interactive=False, verbosity=0)
        written = []
        try:
            with transaction.atomic():
                _fill_tables(archive, manifest["tables"])
                for name, told in manifest["media"].items():
                    written.append(name)
                    with archive.open(f"media/{name}") as member:
                        saved = default_storage.save(name, File(member))
                    if saved != name or _hash_of_file(name) != told["sha256"]:
                        raise BackupError(f"The file {name} does not come out as it went in.")
        except BaseException:
            for name in written:
                default_storage.delete(name)
            raise
    return {"file": str(source), **_figures(manifest, start)}


def _checked(archive, other_key) -> dict:
    """The manifest, once every byte of the file is what it was when it was made."""
    try:
        text = archive.read("manifest.json")
        if not other_key and not constant_time_compare(archive.read("seal").decode(), _seal(text)):
            raise BackupError(
                "The seal does not fit: the file was changed, or made under another SECRET_KEY."
            )
        manifest = json.loads(text)
        if manifest["format"] != FORMAT or set(map(tuple, manifest["migrations"])) != _migrations():
            raise BackupError(
                f"The file is of version {manifest['version']} with other tables than this one, {_version()}. "
                "Install that version, restore, then upgrade."
            )
        expected = {f"tables/{name}.jsonl": told for name, told in manifest["tables"].items()}
        expected |= {f"media/{name}": told for name, told in manifest["media"].items()}
        if set(archive.namelist()) != expected.keys() | {"manifest.json", "seal"}:
            raise BackupError("The file does not hold what its manifest lists.")
        if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in expected):
            raise BackupError("The file names a place outside the folder of the media.")
        for name, told in expected.items():
            with archive.open(name) as member:
                if hashlib.file_digest(member, "sha256").hexdigest() != told["sha256"]:
                    raise BackupError(f"{name} was changed.")
    except (KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise BackupError(f"The file is damaged: {error}") from error
    return manifest


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names()) - MADE_BY_MIGRATE - NOT_DATA):
            if _has_rows(cursor, table):
                raise BackupError(
                    f"The database is not empty (table {table}). A backup goes into an empty one only."
                )
    if any(_media()):
        raise BackupError("There are files already. A backup goes where there are none.")


def _has_rows(cursor, table) -> bool:
    cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 a table's name
    return cursor.fetchone() is not None


def _fill_tables(archive, tables) -> None:
    known = {model._meta.db_table: model for model in _models()}
    if tables.keys() != known.keys():
        raise BackupError("The file does not hold the tables of this version.")
    with connection.cursor() as cursor:
        for name in filter(partial(_has_rows, cursor), tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 what migrate put there
        for name, told in tables.items():
            with archive.open(f"tables/{name}.jsonl") as lines:
                _insert(cursor, known[name], lines)
            set_next_key(cursor, known[name], told["next"])
    connection.check_constraints()
    for name, told in tables.items():
        digest = hashlib.sha256()
        for line in lines_of(known[name]):
            digest.update(line)
        if digest.hexdigest() != told["sha256"] or next_key(known[name]) != told["next"]:
            raise BackupError(f"The table {name} does not come out as it went in.")


def _insert(cursor, model, lines) -> None:
    fields = model._meta.local_concrete_fields
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})"
    from_text = [from_text_of(field) for field in fields]
    rows = (
        [
            value if value is None or convert is None else convert(value)
            for convert, value in zip(from_text, json.loads(line), strict=True)
        ]
        for line in lines
    )
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        sql = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 names of tables
        while batch := list(islice(rows, 1000)):
            cursor.executemany(sql, batch)


# What there is


def _models() -> list:
    """A model for each table there is, by name. ``BackupError`` if a table has none: it would be left out."""
    models_there = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    models_there["django_migrations"] = MigrationRecorder.Migration
    if strange := set(connection.introspection.table_names()) - models_there.keys():
        raise BackupError(f"Nothing knows how to save the table {', '.join(sorted(strange))}.")
    return [models_there[name] for name in sorted(models_there.keys() - NOT_DATA)]


def _media(folder: str = "") -> Iterator[str]:
    """The name of every file kept."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from sorted(str(PurePosixPath(folder, file)) for file in files)
    for inner in sorted(folders):
        yield from _media(str(PurePosixPath(folder, inner)))


def _migrations() -> set:
    return set(MigrationLoader(None).disk_migrations)


def _version() -> str:
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def _seal(text: bytes) -> str:
    return salted_hmac(JOB, text, algorithm="sha256").hexdigest()


def _hash_of_file(name) -> str:
    with default_storage.open(name) as kept:
        return hashlib.file_digest(kept, "sha256").hexdigest()


def _figures(manifest, start) -> dict:
    return {
        "tables": len(manifest["tables"]),
        "rows": sum(told["rows"] for told in manifest["tables"].values()),
        "files": len(manifest["media"]),
        "seconds": round(time.monotonic() - start, 1),
    }


# One moment


@contextmanager
def _snapshot():
    """Everything read inside is of one moment, however long it takes; nobody who writes has to wait."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield
        else:
            cursor.execute("BEGIN DEFERRED")  # atomic() would take SQLite's only place to write
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
