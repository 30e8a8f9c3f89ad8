"""From a table somebody sent to records: planned row by row, shown, confirmed in one transaction, taken back whole.

Each app registers its kinds of sheet (:class:`SheetKind`); the admin and ``manage.py import_sheet`` are two doors to the
functions here. Nothing is written before :func:`confirm`, and a bad row never keeps the others out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from . import audit, ciphers, preferences, sheets
from .cells import CellError, text
from .cells import name as name_in
from .cells import names as names_in
from .fields import EncryptedField
from .models import ImportBatch, ImportedRow, StateChange
from .sheet_writing import write_xlsx
from .text import as_kept

NEW, CHANGED, UNCHANGED, ERROR = "new", "changed", "unchanged", "error"
STATUS_LABELS = {
    NEW: pgettext_lazy("row", "new"),
    CHANGED: pgettext_lazy("row", "changed"),
    UNCHANGED: pgettext_lazy("row", "unchanged"),
    ERROR: pgettext_lazy("row", "with errors"),
}
NOTHING = "—"  # what an empty value looks like
KEPT_PREVIEW = dt.timedelta(days=1)
IMPORTED = gettext_lazy("imported from %(file)s")


@dataclass
class Write:
    """One record to write: a new or a stored instance, and the values its columns shall have.

    ``shown`` are the columns a preview names, where not all of them tell a clerk something.
    """

    record: models.Model
    values: dict
    shown: tuple | None = None

    @property
    def is_new(self) -> bool:
        return self.record.pk is None

    def differences(self) -> dict:
        """``{column: (old, new)}`` of what would change."""
        if self.is_new:
            return {name: (None, value) for name, value in self.values.items()}
        held = {name: getattr(self.record, name) for name in self.values}
        return {name: (held[name], value) for name, value in self.values.items() if held[name] != value}


@dataclass
class RowPlan:
    """What one row would do: ``errors`` are ``(heading, reason)``; with any, nothing of the row is written."""

    number: int
    title: str = ""
    writes: list[Write] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    cells: dict = field(default_factory=dict)
    status: str = ""

    def settle(self) -> None:
        """Decide what the row amounts to, while nothing of it is written."""
        for write in self.writes:
            self.check(write)
        if self.errors:
            self.status = ERROR
        elif self.writes and self.writes[0].is_new:
            self.status = NEW
        elif any(write.is_new or write.differences() for write in self.writes):
            self.status = CHANGED
        else:
            self.status = UNCHANGED

    def changes(self) -> list[tuple[str, object, object]]:
        """``(label, old, new)`` of every column that would change."""
        shown = [
            (write, name, *map(_shown, (write.record,) * 2, (name,) * 2, pair))
            for write in self.writes
            for name, pair in write.differences().items()
            if write.shown is None or name in write.shown
        ]
        return [
            (write.record._meta.get_field(name).verbose_name, old, new)
            for write, name, old, new in shown
            if not (write.is_new and new == NOTHING)
        ]

    def check(self, write: Write) -> None:
        """Make what a column cannot hold an error of this row; otherwise it would be the end of the import."""
        for name, value in write.values.items():
            column = write.record._meta.get_field(name)
            if not column.is_relation:
                try:
                    column.run_validators(value)
                except ValidationError as error:
                    self.fail(column.verbose_name, " ".join(error.messages))

    def fail(self, heading: str, reason) -> None:
        self.errors.append((str(heading), str(reason)))

    def take(self, convert, cells, column: sheets.Column, default=None):
        """The converted cell of ``column``; an unreadable one becomes an error of this row."""
        try:
            return convert(cells.get(column.field))
        except CellError as error:
            self.fail(column.label, error)
            return default


def _shown(record, name, value):
    if value in ("", None):
        return NOTHING
    if isinstance(value, models.Model):  # without a key it cannot be looked up, nor has it a name yet
        return str(value) or NOTHING
    choices = dict(record._meta.get_field(name).flatchoices)
    return choices.get(value, value)


@dataclass
class Plan:
    """What a file would do. ``missing`` are records it names and the portal does not know."""

    rows: list[RowPlan]
    warnings: list[str]
    missing: list[models.Model] = field(default_factory=list)

    @property
    def counts(self) -> dict:
        counted = Counter(row.status for row in self.rows)
        return {status: counted[status] for status in (NEW, CHANGED, UNCHANGED, ERROR)}

    def report(self) -> dict:
        """The JSON object that ``import_sheet`` prints."""
        counts = self.counts
        return {
            "created": counts[NEW],
            "updated": counts[CHANGED],
            "unchanged": counts[UNCHANGED],
            "warnings": self.warnings
            + [
                _("row %(row)s: %(text)s") % {"row": r.number, "text": w}
                for r in self.rows
                for w in r.warnings
            ],
            "errors": [
                {"row": row.number, "field": heading, "reason": reason}
                for row in self.rows
                for heading, reason in row.errors
            ],
        }


class SheetKind(ABC):
    """A kind of sheet; a subclass says what its columns are and what a row means."""

    key = ""
    label = ""
    permission = ""
    columns: tuple = ()
    names_others = False  # whether rows name records that could be made on the way

    def option_fields(self) -> dict:
        """Form fields for what the sheet itself does not tell; their values are the ``options`` of ``prepare``."""
        return {}

    def read(self, data: bytes) -> sheets.Sheet:
        return sheets.read(data, self.columns)

    def hold(self, sheet: sheets.Sheet, options: dict) -> None:  # noqa: B027 a kind may leave it out
        """Let nobody change what rows are compared with until the transaction that writes them ends."""

    @abstractmethod
    def prepare(self, sheet: sheets.Sheet, options: dict):
        """Everything rows are compared with, read at once; ``SheetError`` if the sheet belongs nowhere."""

    @abstractmethod
    def plan_row(self, row: sheets.Row, known) -> RowPlan:
        """What ``row`` would do, compared with what ``prepare`` returned."""

    def written(self, row: RowPlan, *, by) -> None:  # noqa: B027 likewise
        """Tell whom it concerns what a row did, in the transaction that wrote it."""


KINDS: dict[str, SheetKind] = {}


def register(kind: SheetKind) -> None:
    KINDS[kind.key] = kind


def plan(kind: SheetKind, data: bytes, options: dict, *, hold: bool = False) -> Plan:
    """What ``data`` would do now. Writes nothing; ``SheetError`` if the file as a whole cannot be used."""
    sheet = kind.read(data)
    if hold:
        kind.hold(sheet, options)
    known = kind.prepare(sheet, options)
    rows = [kind.plan_row(row, known) for row in sheet.rows]
    for row, source in zip(rows, sheet.rows, strict=True):
        row.cells = source.cells
        row.settle()
    warnings = sheet.warnings + list(getattr(known, "warnings", []))
    return Plan(rows, warnings, list(getattr(known, "missing", {}).values()))


def preview(kind: SheetKind, data: bytes, file_name: str, options: dict, *, by) -> ImportBatch:
    """Keep a file until it is confirmed; one nobody confirmed is forgotten after a day."""
    plan(kind, data, options)  # a file that cannot be used is refused here, before it is kept
    batch = ImportBatch(
        kind=kind.key,
        file_name=file_name[-255:],
        options=options,
        by=by,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    batch.file.save(batch.sha256, ContentFile(ciphers.seal_bytes(data)), save=True)
    return batch


def planned(batch: ImportBatch, *, hold: bool = False) -> Plan:
    """What a kept file would do now."""
    with batch.file.open("rb") as kept:
        return plan(KINDS[batch.kind], ciphers.unseal_bytes(kept.read()), batch.options, hold=hold)


def choose(batch: ImportBatch, **options) -> None:
    """Change the options of a file that waits to be confirmed."""
    batch.options |= options
    ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(options=batch.options)


def discard(batch: ImportBatch) -> bool:
    """Forget a file that was never confirmed; whether it was there to be forgotten."""
    name, storage = batch.file.name, batch.file.storage
    deleted, _rows = ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).delete()
    if deleted:
        transaction.on_commit(lambda: storage.delete(name))
    return bool(deleted)


def discard_abandoned(now) -> dict:
    """Forget every file that waited for its confirmation for too long."""
    return {"files": sum(map(discard, ImportBatch.objects.abandoned(now - KEPT_PREVIEW)))}


@transaction.atomic
def confirm(batch: ImportBatch, *, by) -> Plan | None:
    """Plan anew against what is stored now and write every good row; ``None`` if it was confirmed before."""
    one_at_a_time(batch.kind)
    confirmed = ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    if not confirmed:
        return None
    batch.refresh_from_db()
    found = planned(batch, hold=True)
    batch.counts = found.counts
    batch.save(update_fields=["counts"])
    log = []
    if batch.options.get("create_missing"):
        for record in found.missing:
            log.append(_write(Write(record, {}), 0, batch, by))
    for row in found.rows:
        if row.status in (NEW, CHANGED):
            log += [
                _write(write, row.number, batch, by)
                for write in row.writes
                if write.is_new or write.differences()
            ]
            KINDS[batch.kind].written(row, by=by)
    ImportedRow.objects.bulk_create(log, batch_size=500)
    audit.record("import.confirmed", by=by, about=batch, sheet=batch.kind, **found.counts)
    return found


def one_at_a_time(kind: str) -> None:
    """Wait for whoever writes a file of this kind, or two people would both find its records missing."""
    ImportBatch.objects.select_for_update().filter(kind=kind).order_by("pk").first()


def _write(write: Write, number: int, batch: ImportBatch, by) -> ImportedRow:
    record, is_new = write.record, write.is_new
    before = None if is_new else stored(record, write.differences())
    for name, value in write.values.items():
        setattr(record, name, value)
    if is_new and isinstance(record, StateChange):
        record.by = by
    record._history_user = by
    record._change_reason = as_kept(IMPORTED, file=batch.file_name[:60])
    for relation in record._meta.concrete_fields:  # a record made on the way has its key only now
        if relation.is_relation and relation.is_cached(record):
            setattr(record, relation.name, getattr(record, relation.name))
    record.save()
    after = stored(record, write.values if is_new else before)
    return ImportedRow(
        batch=batch, row=number, model=record._meta.label, object_pk=record.pk, before=before, after=after
    )


def stored(record, names) -> dict:
    """Column values as JSON keeps them, relations by key."""
    values = {}
    for name in names:
        column = record._meta.get_field(name)
        values[column.attname] = getattr(record, column.attname)
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def forget_original(batch: ImportBatch) -> None:
    """Let go of the bytes of a file. What it did stays known; a preview goes altogether."""
    if batch.confirmed_at is None:
        return discard(batch)
    name, storage = batch.file.name, batch.file.storage
    batch.file = ""
    batch.save(update_fields=["file"])
    transaction.on_commit(lambda: storage.delete(name))
    return None


@transaction.atomic
def forget_originals(now) -> dict:
    """Let go of files, and of what each of their rows wrote, that are kept longer than the office wants."""
    before = now - dt.timedelta(days=preferences.get("privacy.keep_import_days"))
    old = list(ImportBatch.objects.confirmed().filter(confirmed_at__lt=before).exclude(file=""))
    for batch in old:
        forget_original(batch)
    ImportedRow.objects.filter(batch__in=old).delete()
    return {"files": len(old)}


def names_person(batch: ImportBatch, names, numbers) -> bool:
    """Whether somebody of one of these names, or one of these numbers, stands in a kept file."""
    kind = KINDS.get(batch.kind)
    with batch.file.open("rb") as kept:
        body = ciphers.unseal_bytes(kept.read())
    try:
        rows = kind.read(body).rows if kind else None
    except sheets.SheetError:
        rows = None
    if rows is None:  # nobody can read it, so nobody can tell
        return True
    cells = [text(cell) for row in rows for cell in row.cells.values()]
    return any(
        names & {name_in(cell)[0], *names_in(cell)} or any(number in cell for number in numbers)
        for cell in cells
    )


def log_of(batch: ImportBatch, limit: int = 200) -> list[dict]:
    """What the first ``limit`` writes of a file did, as a person reads it: ``row``, ``label``, ``is_new``, ``changes``.

    Sealed values are masked; in full they stood in the preview, for the office alone.
    """
    rows = list(batch.rows.all()[:limit])
    wanted: dict = {}  # related model: keys that occur, so that each is asked for once
    for row in rows:
        for column, pair in row.pairs():
            if column.is_relation:
                wanted.setdefault(column.related_model, set()).update(pair)
    related = {model: model._base_manager.in_bulk(keys - {None}) for model, keys in wanted.items()}

    def shown(column, value):
        if value in ("", None):
            return NOTHING
        if column.is_relation:
            return str(related[column.related_model].get(value, value))
        if isinstance(column, EncryptedField):
            return column.mask(value)
        return str(dict(column.flatchoices).get(value, value))

    return [
        {
            "row": row.row,
            "label": apps.get_model(row.model)._meta.verbose_name,
            "is_new": row.before is None,
            "changes": [
                (column.verbose_name, shown(column, old), shown(column, new))
                for column, (old, new) in row.pairs()
                if old != new and not (row.before is None and new in ("", None))
            ],
        }
        for row in rows
    ]


def error_sheet(kind: SheetKind, planned: Plan) -> bytes:
    """The bad rows as .xlsx with the reason in a last column, to be mended and sent again."""
    rows = [
        [
            *(text(row.cells.get(column.field)) for column in kind.columns),
            "；".join(f"{h}：{r}" for h, r in row.errors),
        ]
        for row in planned.rows
        if row.errors
    ]
    return write_xlsx(str(kind.label), [*(column.label for column in kind.columns), _("Reason")], rows)


def template_sheet(kind: SheetKind) -> bytes:
    """An empty .xlsx with the headings of a kind."""
    return write_xlsx(str(kind.label), [column.label for column in kind.columns], [])
