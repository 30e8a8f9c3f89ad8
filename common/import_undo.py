"""A whole file of records is taken back: what it made goes, what it changed is as it was; or nothing, and the reason why."""

from collections.abc import Callable
from functools import partial

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import audit
from .imports import one_at_a_time, stored
from .models import ImportBatch, ImportedRow
from .text import as_kept

TAKEN_BACK = gettext_lazy("%(file)s taken back")
UNDONE: list[Callable] = []  # what follows when a file is taken back


def when_undone(follow: Callable) -> None:
    """Call ``follow(records)`` with what a file had made, before it is deleted, in the transaction that takes it back."""
    UNDONE.append(follow)


@transaction.atomic
def undo(batch: ImportBatch, *, by) -> int:
    """Take a whole file back: the number of records. ``ValidationError`` names what was changed or used since."""
    one_at_a_time(batch.kind)
    undone = ImportBatch.objects.confirmed().filter(pk=batch.pk, undone_at=None)
    if not undone.update(undone_at=timezone.now(), undone_by=by):
        raise ValidationError(_("This file has been taken back already."))
    rows = list(batch.rows.order_by("-pk"))
    records = _records_of(rows)
    for row in rows:
        record = records.get((row.model, row.object_pk))
        if record is None or stored(record, map(partial(_name, record), row.after)) != row.after:
            raise ValidationError(
                _("“%(record)s” was changed since; the file cannot be taken back as a whole.")
                % {"record": record or row.model}
            )
        for at, value in (row.before or {}).items():
            setattr(record, at, record._meta.get_field(_name(record, at)).to_python(value))
    made = {(row.model, row.object_pk): row.pk for row in rows if row.before is None}
    if used := _first_used(rows, made):
        raise ValidationError(
            _("“%(record)s” is in use by now; the file cannot be taken back as a whole.")
            % {"record": records[used]}
        )
    for record in records.values():
        record._history_user = by
        record._change_reason = as_kept(TAKEN_BACK, file=batch.file_name[:60])
    let_go = [records[key] for key in made]
    for follow in UNDONE:
        follow(let_go)
    _delete(let_go)  # first: what is restored may need a number they took
    for key, record in records.items():
        if key not in made:
            record.save()
    audit.record("import.undone", by=by, about=batch, sheet=batch.kind, records=len(rows))
    return len(rows)


def _records_of(rows) -> dict:
    """``{(model, key): record}`` of those that are still there, in the order of ``rows``."""
    keys: dict = {}
    for row in rows:
        keys.setdefault(row.model, set()).add(row.object_pk)
    found = {label: apps.get_model(label)._base_manager.in_bulk(pks) for label, pks in keys.items()}
    return {
        (row.model, row.object_pk): found[row.model][row.object_pk]
        for row in rows
        if row.object_pk in found[row.model]
    }


def _first_used(rows, made) -> tuple | None:
    """The first of the records ``made`` that anything points at that is not taken back before it.

    Also what would be deleted with it counts; its history does not. Each relation is asked once per 500 records.
    """
    let_go = {(row.model, row.object_pk, at): row.pk for row in rows if row.before for at in row.before}
    for label in dict.fromkeys(label for label, _pk in made):
        pks = [pk for other, pk in made if other == label]
        for relation in _pointing_at(apps.get_model(label)):
            model, at = relation.related_model, relation.field.attname
            for start in range(0, len(pks), 500):
                pointing = model._base_manager.filter(
                    **{f"{relation.field.name}__in": pks[start : start + 500]}
                )
                for pk, target in pointing.values_list("pk", at):
                    own = (model._meta.label, pk)
                    back = max(made.get(own, 0), let_go.get((*own, at), 0))
                    if back <= made[label, target]:
                        return label, target
    return None


def _pointing_at(model) -> list:
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.is_relation
        and relation.auto_created
        and not relation.concrete
        and relation.on_delete is not models.DO_NOTHING
    ]


def _delete(records) -> None:
    """Delete records nothing points at, each with its line of history, without looking once more for what does."""
    collector = Collector(using=router.db_for_write(ImportedRow))
    for model in {type(record) for record in records}:
        collector.collect([r for r in records if type(r) is model], collect_related=False)
    collector.delete()


def _name(model, attname) -> str:
    return next(column.name for column in model._meta.concrete_fields if column.attname == attname)
