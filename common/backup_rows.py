"""Rows as the lines of a backup: the same text on every engine, and which key of a table comes next."""

import base64
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db import connection, models


class BackupError(Exception):
    """Why there is no backup, or why a file is not restored: one sentence for whoever runs the command."""


def lines_of(model) -> Iterator[bytes]:
    """Each row as one line, in the order of the key, the same on every engine."""
    quote, key = connection.ops.quote_name, model._meta.pk
    table = quote(
        model._meta.db_table
    )  # before each column: SQLite takes a lone name it does not know for a text
    columns = ", ".join(f"{table}.{quote(field.column)}" for field in model._meta.local_concrete_fields)
    order = f"{table}.{quote(key.column)}"
    if connection.vendor == "postgresql" and _kind(key) in ("CharField", "TextField"):
        order += ' COLLATE "C"'  # as SQLite sorts, whatever the language of the database
    to_text = [_to_text(field) for field in model._meta.local_concrete_fields]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY {order}")  # noqa: S608
        while rows := cursor.fetchmany(2000):
            for row in rows:
                values = [convert(value) for convert, value in zip(to_text, row, strict=True)]
                yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _kind(field) -> str:
    while field.remote_field:
        field = field.target_field
    return field.get_internal_type()


def _to_text(field):
    """From what the driver gives to what JSON takes."""
    expression = field.get_col(field.model._meta.db_table)
    converters = connection.ops.get_db_converters(expression)
    is_json = _kind(field) == "JSONField"

    def convert(value):
        for converter in converters:
            value = converter(value, expression, connection)
        if value is None or isinstance(value, bool | int | float):
            return value
        if is_json:  # a string that holds JSON: null in it is not NULL
            return json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True)
        if isinstance(value, str):
            return value
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC).isoformat()
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        if isinstance(value, Decimal | UUID):
            return str(value)
        if isinstance(value, bytes | memoryview):
            return base64.b64encode(value).decode()
        raise BackupError(f"Nothing knows how to save a {type(value).__name__} ({field}).")

    return convert


def from_text_of(field):
    """From the text to what the driver takes, where that is something else."""
    ops, kind = connection.ops, _kind(field)
    if kind == "DateTimeField":
        return lambda text: ops.adapt_datetimefield_value(dt.datetime.fromisoformat(text))
    if kind == "UUIDField" and not connection.features.has_native_uuid_field:
        return lambda text: UUID(text).hex
    if kind == "BinaryField":
        return base64.b64decode
    return None


# The next key of a table: a key of a deleted row is not given away again


def next_key(model) -> int | None:
    with connection.cursor() as cursor:
        sequence = _sequence(cursor, model)
        if sequence is None:
            return None
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 a sequence's name
            last, is_called = cursor.fetchone()
            return last + is_called
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [sequence])
        row = cursor.fetchone()
        return row[0] + 1 if row else 1


def set_next_key(cursor, model, number) -> None:
    sequence = _sequence(cursor, model)
    if sequence is None:
        return
    if connection.vendor == "postgresql":
        cursor.execute("SELECT setval(%s, %s, false)", [sequence, number])
        return
    cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [sequence])
    if number > 1:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [sequence, number - 1])


def _sequence(cursor, model) -> str | None:
    """The name under which the engine counts the keys of a table."""
    if not isinstance(model._meta.pk, models.AutoField):
        return None
    if connection.vendor != "postgresql":
        return model._meta.db_table
    quote = connection.ops.quote_name
    cursor.execute(
        "SELECT pg_get_serial_sequence(%s, %s)", [quote(model._meta.db_table), model._meta.pk.column]
    )
    return cursor.fetchone()[0]
