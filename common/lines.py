"""Rows of a list that look the same to whoever may see them, so each is drawn once a change, for all who read."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.translation import get_language

from . import clock, memory


def lines(rows, template: str, found) -> list[str]:
    """The lines of these rows, in their order; ``found`` are all of them, with everything that ``template`` prints.

    The template knows one of them by the name of its model. The rows themselves need their keys only; where one was
    deleted a moment ago its line is empty.
    """
    name = found.model._meta.model_name

    def draw(keys):
        return {one.pk: render_to_string(template, {name: one}) for one in found.filter(pk__in=keys)}

    made = drawn(template, [row.pk for row in rows], draw)
    return [made.get(row.pk, "") for row in rows]


def drawn(name: str, keys, draw: Callable) -> dict:
    """``{key: line}``, where ``draw(keys)`` makes those that are not there.

    A line may tell how many days are left, so it is one of its day, and of its language.
    """
    today, language = clock.today(), get_language()

    def make(missing):
        made = draw([key[-1] for key in missing])
        return {key: made[key[-1]] for key in missing if key[-1] in made}

    kept = memory.kept_each([("line", name, language, today, key) for key in keys], make)
    return {key[-1]: line for key, line in kept.items()}
