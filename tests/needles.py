"""Looking for what must not be there: the whole database and every file, as somebody with a copy of them would."""

import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from common.sealing import sealed_fields


def tables() -> dict[str, str]:
    """``{table: all its rows as text}``, read past the models."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = "\n".join(map(str, cursor.fetchall()))
    return found


def opened() -> dict[str, str]:
    """What is sealed or coded in the database, as somebody with the keys reads it."""
    found = {"sessions": str([session.get_decoded() for session in Session.objects.all()])}
    for model in apps.get_models():
        if names := [field.name for field in sealed_fields(model)]:
            found[f"opened {model._meta.db_table}"] = str(list(model._base_manager.values(*names)))
    return found


def tables_with(*needles, places=tables) -> dict[str, list[str]]:
    """``{needle: tables}`` of those needles that stand somewhere in the database."""
    all_of_it = places()
    found = {
        needle: [name for name, text in all_of_it.items() if needle in text or _as_json(needle) in text]
        for needle in needles
    }
    return {needle: names for needle, names in found.items() if names}


def _as_json(needle):
    return json.dumps(needle)[1:-1].replace("\\", "\\\\")


def files_with(*needles) -> list[str]:
    """The stored files that hold one of the needles, in any of the spellings of a sheet."""
    coded = [needle.encode(spelling) for needle in needles for spelling in ("utf-8", "gb18030", "utf-16-le")]
    stored = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return [path.name for path in stored if any(needle in path.read_bytes() for needle in coded)]
