"""Letting go of who it was (R-19): some time after a case was closed its name, number and address are taken out of it.

What was asked and answered, the days and the ratings stay, so that no figure changes. What was published stays published: it
never named anybody. The job asks for what is not blanked yet, so it may run late, twice, or be stopped in the midst.
"""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from common import audit, clock, preferences
from common.fields import BigramField
from common.text import without_numbers

from .models import Dispatch, DispatchChange, Opinion, OpinionAnswer, OpinionChange, OpinionRating
from .notifications import citizens

BATCH = 200  # cases in one transaction
# free text about a case, where a name or number may stand: in the rows themselves and in their earlier versions
TEXTS = {
    Opinion: ("subject", "text", "right_place", "public_text", "public_answer"),
    OpinionAnswer: ("text",),
    Dispatch: ("words", "result", "extension_reason"),
}
NOTES = {OpinionChange: "record", DispatchChange: "record__opinion"}


def blank_old(now: dt.datetime) -> dict:
    """Blank what was closed longer ago than the office keeps it; how many cases that was."""
    before = clock.today() - clock.ONE_DAY * preferences.get("privacy.keep_opinion_days")
    done = 0
    while batch := list(Opinion.objects.to_blank(before)[:BATCH]):
        with transaction.atomic():
            for opinion in batch:
                blank(opinion)
            audit.record("opinion.blanked", about=Opinion, number=len(batch))
        done += len(batch)
    return {"blanked": done}


def blank(opinion: Opinion) -> None:
    """Take out of one case who it was."""
    clean = cleaner(opinion)
    for model, columns in TEXTS.items():
        for row in _rows(model, opinion):
            _clean(row, columns, clean)
    OpinionRating.objects.filter(opinion=opinion).update(words="")
    for model, path in NOTES.items():
        model.objects.filter(**{path: opinion}).update(note="")
    opinion.pictures.update(is_public=False)
    citizens.forget(opinion)
    Opinion.objects.filter(pk=opinion.pk).update(
        name="", phone="", phone_index=None, address="", pin="", blanked_on=clock.today()
    )


def cleaner(opinion: Opinion) -> Callable[[str], str]:
    """What takes this citizen's name and address, and anybody's number, out of a text."""

    def clean(text):
        for word in (opinion.name, opinion.address):
            if len(word) > 1:
                text = text.replace(word, "…")
        return without_numbers(text)

    return clean


def _rows(model, opinion):
    path = "pk" if model is Opinion else "opinion"
    return model._base_manager.filter(**{path: opinion.pk})


def _clean(row, columns, clean) -> None:
    """The row and its earlier versions, past their histories: a version that told what was taken out would keep it."""
    versions = [row, *(row.history.all() if hasattr(row, "history") else ())]
    for version in versions:
        fields = {column.name: column for column in version._meta.concrete_fields}
        kept = [
            name for name in (*columns, "history_change_reason") if name in fields and getattr(version, name)
        ]
        changed = {name: clean(getattr(version, name)) for name in kept}
        changed = {name: text for name, text in changed.items() if text != getattr(version, name)}
        for name, text in changed.items():
            setattr(version, name, text)
        if changed:
            found_by = {
                n: f.pre_save(version, add=False) for n, f in fields.items() if isinstance(f, BigramField)
            }
            type(version)._base_manager.filter(pk=version.pk).update(**changed, **found_by)
