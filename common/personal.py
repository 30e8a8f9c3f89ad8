"""Everything the portal keeps about one person: handed over (PIPL 45), or erased (PIPL 47).

Each app registers in its ``personal.py`` which records stand for a person (:class:`Identity`) and which rows are about
one (:class:`Kept`), highest floor first. Rows are deleted, or stay with neutral values where the law wants it known that
there was somebody. Histories, files and imported sheets follow by themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from . import audit, imports, uploads
from .fields import BigramField, BlindIndexField, EncryptedField, EncryptedJSONField
from .models import AuditEntry, ImportBatch, ImportedRow, StoredFile
from .text import in_office_language, masked

LABEL = object()  # among the values of ``Kept.blank``: the neutral name
BATCH = 500


@dataclass(frozen=True)
class Identity:
    """A kind of record that stands for a person.

    ``find`` gives those that a name, user name or number means; ``same`` records of any kind that stand for the same
    person as some that are known; ``caution`` what to think of before erasing. ``numbers`` are the fields that mean
    this person in whatever text they stand. So does the name, unless strangers typed it without anybody looking: then
    ``means_by_name`` is false, for any word may stand there.
    """

    model: type[models.Model]
    find: Callable[[str], Iterable]
    same: Callable[[Person], Iterable] = lambda person: ()
    caution: Callable[[Person], str] = lambda person: ""
    name: str = "name"
    numbers: tuple = ()
    means_by_name: bool = True


@dataclass(frozen=True)
class Kept:
    """Rows about a person. ``blank`` are the values they stay with when the person is erased; without it they go.

    ``hidden`` fields are in no export: secrets, or what follows from others. Nor are rows that are somebody else's to
    read (``told``).
    """

    model: type[models.Model]
    of: Callable[[Person], models.QuerySet]
    blank: dict | None = None
    hidden: tuple = ()
    told: bool = True


IDENTITIES: list[Identity] = []
KEPT: list[Kept] = []


def register(*entries) -> None:
    for entry in entries:
        (IDENTITIES if isinstance(entry, Identity) else KEPT).append(entry)


@dataclass
class Person:
    """A human being, as the records that stand for them."""

    records: list[models.Model] = field(default_factory=list)

    def __str__(self):
        known_by = " ".join(masked(number) for number in sorted(self.numbers))
        return f"{self.address} {self.records[0]} {known_by}".strip()

    def of(self, model) -> list:
        return [record for record in self.records if isinstance(record, model)]

    @property
    def address(self) -> str:
        """What names this person and nobody else on a command line: ``deputy:12``."""
        return f"{self.records[0]._meta.model_name}:{self.records[0].pk}"

    @property
    def label(self) -> str:
        """The neutral name that stays, different for each person."""
        first = self.records[0]
        return _("Erased %(number)s") % {"number": f"{first._meta.model_name[0].upper()}{first.pk}"}

    @property
    def cautions(self) -> list[str]:
        return [text for text in (identity.caution(self) for identity in IDENTITIES) if text]

    @property
    def names(self) -> set[str]:
        return self._values(lambda identity: [identity.name] if identity.means_by_name else [])

    @property
    def numbers(self) -> set[str]:
        return self._values(lambda identity: identity.numbers)

    def _values(self, fields_of):
        found = set()
        for identity in IDENTITIES:
            for name in fields_of(identity):
                for record in self.of(
                    identity.model
                ):  # a history may leave out what is kept in one place only
                    found |= {getattr(version, name, "") for version in (record, *record.history.all())}
        return found - {"", None}


def find(text: str) -> list[Person]:
    """Everybody whom a name, user name, phone number or ``deputy:12`` means."""
    people = []
    for identity in IDENTITIES:
        kind, _colon, number = text.partition(":")
        if kind == identity.model._meta.model_name and number.isdecimal():
            records = identity.model._base_manager.filter(pk=number)
        else:
            records = identity.find(text)
        for record in records:
            if not any(record in person.records for person in people):
                people.append(_with_all_records(record))
    return people


def _with_all_records(record) -> Person:
    person = Person([record])
    while more := [r for identity in IDENTITIES for r in identity.same(person) if r not in person.records]:
        person.records.append(more[0])
    known = sorted(
        IDENTITIES, key=lambda identity: not identity.means_by_name
    )  # who is known by name comes first
    person.records.sort(key=lambda r: [identity.model for identity in known].index(type(r)))
    return person


def rows(person: Person):
    """``(kept, row)`` of everything about a person."""
    for kept in KEPT:
        for row in kept.of(person):
            yield kept, row


def files(person: Person) -> list[StoredFile]:
    """What was uploaded about a person."""
    keys = {
        getattr(version, column.attname)
        for _kept, row in rows(person)
        for column in row._meta.concrete_fields
        if column.related_model is StoredFile
        for version in (row, *_versions(row))
    }
    return list(StoredFile.objects.filter(pk__in=keys - {None}).order_by("pk"))


def export(person: Person, *, by=None) -> tuple[dict, dict[str, bytes]]:
    """``(what is kept, by table; the files by name)``: a copy for the person themselves."""
    told: dict = {}
    for kept, row in rows(person):
        if not kept.told:
            continue
        told.setdefault(kept.model._meta.label, []).append(_described(row, kept.hidden))
        for version in _versions(row):
            told.setdefault(version._meta.label, []).append(_described(version, kept.hidden))
    bodies = {f"{stored.pk}-{stored.name}": uploads.read(stored) for stored in files(person)}
    audit.record("person.exported", by=by, about=person.records[0])
    return json.loads(json.dumps(told, cls=DjangoJSONEncoder)), bodies


def _described(row, hidden) -> dict:
    told = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.name if column.is_relation else column.attname, None)
        if column.name in ("history_user", *hidden) or isinstance(column, BlindIndexField):
            continue
        if isinstance(value, models.Model):
            value = str(value)
        told[column.name] = dict(column.flatchoices).get(value, value) if column.choices else value
    return told


def _versions(row):
    return row.history.all() if hasattr(row, "history") else ()


@dataclass
class Erased:
    """What an erasure did: ``rows`` by table, ``files`` by number, and ``mentions`` that stay because others bear the name."""

    rows: Counter
    files: int
    sheets: list[str]
    mentions: list[tuple[str, int, str]]


@transaction.atomic
@in_office_language
def erase(person: Person, *, by=None) -> Erased:
    """Take a person out of the portal; that somebody held a mandate or pressed a button stays under a neutral name.

    Where the name stands in other texts it becomes the neutral one, unless somebody else has it too: those places are
    returned. The audit log names nobody and stays as it is.
    """
    names, numbers, uploaded = person.names, person.numbers, files(person)
    found = list(rows(person))
    done = Counter(row._meta.verbose_name for _kept, row in found)
    _forget_imports(found)
    sheets = _forget_sheets(names, numbers)
    for kept, row in found:
        history = getattr(type(row), "history", None)
        key = row.pk
        if kept.blank is None:
            row.delete()
        else:
            for name, value in kept.blank.items():
                setattr(row, name, _value(value, person, row))
            row.skip_history_when_saving = True
            row.save()
        if history is not None:
            history.filter(**{type(row)._meta.pk.attname: key}).delete()
    for stored in uploaded:
        uploads.delete(stored)
    _end_sessions(names | numbers)
    touched = {(kept.model, row.pk) for kept, row in found if kept.blank is not None}
    for word in numbers:
        touched |= _replace(word, "…")
    mentions = []
    for name in sorted(names, key=len, reverse=True):
        if _is_anybody_s(name):
            mentions += [(str(column), pk, text) for column, pk, text in _mentions(name)]
        else:
            touched |= _replace(name, person.label)
    _index_anew(touched)
    transaction.on_commit(cache.clear)
    audit.record("person.erased", by=by, about=person.records[0])
    return Erased(done, len(uploaded), sheets, mentions)


def _value(value, person, row):
    if value is LABEL:
        return person.label
    return value(row) if callable(value) else value


def _forget_imports(found) -> None:
    """What was written of these rows from sheets."""
    keys: dict = {}
    for _kept, row in found:
        if isinstance(row.pk, int):
            keys.setdefault(row._meta.label, set()).add(row.pk)
    for label, some in keys.items():
        ImportedRow.objects.filter(model=label, object_pk__in=some).delete()


def _forget_sheets(names, numbers) -> list[str]:
    """Drop the originals that name the person; what they did to others stays known."""
    forgotten = []
    for batch in ImportBatch.objects.exclude(file=""):
        if imports.names_person(batch, names, numbers):
            forgotten.append(batch.file_name)
            imports.forget_original(batch)
    return forgotten


def _end_sessions(words) -> None:
    """Sessions in whose data one of these stands, as in a message not yet shown; whoever has them signs in again."""
    for session in Session.objects.all().iterator(chunk_size=BATCH):
        text = json.dumps(session.get_decoded(), ensure_ascii=False, default=str)
        if any(word in text for word in words):
            session.delete()


def _is_anybody_s(name) -> bool:
    """Whether somebody who is still there has this name, or one it is part of."""
    return any(_bears(identity, name) for identity in IDENTITIES)


def _bears(identity, name) -> bool:
    rows = identity.model._base_manager
    if isinstance(rows.model._meta.get_field(identity.name), EncryptedField):
        names = rows.exclude(**{identity.name: ""}).values_list(identity.name, flat=True)
        return any(name in other for other in names.iterator(chunk_size=BATCH))
    return rows.filter(**{f"{identity.name}__contains": name}).exists()


JSON = models.JSONField, EncryptedJSONField


def _columns():
    """Every column of text that people write in. The audit log holds none and is sealed."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or model in (AuditEntry, Session):
            continue
        for column in model._meta.concrete_fields:
            if (
                isinstance(column, models.CharField | models.TextField | models.JSONField)
                and not column.choices
            ):
                yield column


def _mentions(word):
    """``(column, key, text)`` of every row in which ``word`` stands."""
    for column in _columns():
        values = column.model._base_manager.exclude(**{f"{column.name}__isnull": True})
        if not isinstance(column, EncryptedField | models.JSONField):
            values = values.filter(**{f"{column.name}__contains": word})
        for pk, value in values.values_list("pk", column.name).iterator(chunk_size=BATCH):
            text = json.dumps(value, ensure_ascii=False) if isinstance(column, JSON) else value
            if word in text:
                yield column, pk, text


def _replace(word, by) -> set:
    """``{(model, key)}`` of the rows in which it stood."""
    touched = set()
    for column, pk, text in list(_mentions(word)):
        touched.add((column.model, pk))
        value = text.replace(word, by)
        value = json.loads(value) if isinstance(column, JSON) else value[: column.max_length]
        column.model._base_manager.filter(pk=pk).update(**{column.name: value})
    return touched


def _index_anew(touched) -> None:
    """Make what is searched by follow texts and names: a name left in pairs of characters would still be found."""
    for model, pk in touched:
        columns = [column for column in model._meta.concrete_fields if isinstance(column, BigramField)]
        if columns and (row := model._base_manager.filter(pk=pk).first()):
            values = {column.name: column.pre_save(row, add=False) for column in columns}
            model._base_manager.filter(pk=pk).update(**values)
