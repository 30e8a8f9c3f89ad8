"""Sealing what lies in the database and in files: anew when the key changes, for the first time in a migration.

Safe while the portal is used, and to run twice: a value is written only over the very one it was made from.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from . import ciphers
from .fields import EncryptedField

ELSEWHERE: list[Callable[[], int]] = []  # each seals anew what an app seals in a library's table


def sealed_fields(model) -> list[EncryptedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]


def seal_rows(model) -> int:
    """Seal with the first key what another sealed, or nobody yet; the number of values."""
    done = 0
    for field in sealed_fields(model):
        for pk, kept in _kept(model, field).exclude(kept__startswith=ciphers.prefix()):
            text = _plain(kept)
            done += _write(model, field, pk, kept, ciphers.seal(text), ciphers.index(text))
    return done


def unseal_rows(model) -> int:
    """Lay open what is sealed, as it was before; the way back of a migration."""
    done = 0
    for field in sealed_fields(model):
        for pk, kept in _kept(model, field):
            done += _write(model, field, pk, kept, _plain(kept), None)
    return done


def seal_file(name: str) -> bool:
    """Seal a stored file with the first key; whether it was not."""
    body = _read(name)
    if body.startswith(ciphers.prefix().encode()):
        return False
    _replace(name, ciphers.seal_bytes(_plain_bytes(body)))
    return True


def unseal_file(name: str) -> None:
    _replace(name, _plain_bytes(_read(name)))


def _kept(model, field):
    """``(key, what the database holds)`` of the rows where ``field`` is not empty, in one piece."""
    rows = model._base_manager.annotate(kept=Cast(field.name, TextField())).filter(kept__gt="")
    return rows.order_by("pk").values_list("pk", "kept")


def _write(model, field, pk, kept, value, index) -> int:
    columns = {field.name: Value(value, TextField())}
    if finder := field.index_of(model):
        columns[finder.name] = index
    return _kept(model, field).filter(pk=pk, kept=kept).update(**columns)


def _plain(kept: str) -> str:
    return ciphers.unseal(kept) if ciphers.is_sealed(kept) else kept


def _plain_bytes(body: bytes) -> bytes:
    return ciphers.unseal_bytes(body) if ciphers.is_sealed(body[:40].decode("latin-1")) else body


def _read(name: str) -> bytes:
    return Path(default_storage.path(name)).read_bytes()


def _replace(name: str, body: bytes) -> None:
    """In one step, so that a crash leaves the former file or the new one."""
    path = Path(default_storage.path(name))
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, new)
    new.replace(path)
