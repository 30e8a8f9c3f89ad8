"""The printed forms of the office (D8.4): which there are, and who may print them.

Offices still sign and seal on paper. What a form says is read from the records, so that paper and portal cannot differ;
what is signed by pen is left empty. Like letters they speak the office's language whoever prints them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Assignment, Extension, KeyItem, Rating, Suggestion, Urging
from . import sheets


@dataclass(frozen=True)
class Form:
    """``permission`` is asked of the record; ``exists`` tells whether there is such a form of it."""

    label: str
    model: type[Model]
    permission: str
    compose: Callable
    exists: Callable = lambda record: True

    def may_print(self, user, record) -> bool:
        return self.exists(record) and user.has_perm(self.permission, record)


FORMS = {
    "sheet": Form(
        gettext_lazy("Suggestion of deputies"), Suggestion, "proposals.know_suggestion", sheets.sheet
    ),
    "assignment": Form(
        gettext_lazy("Notice of assignment"),
        Assignment,
        "proposals.view_assignment",
        sheets.assignment_notice,
    ),
    "return": Form(
        gettext_lazy("Request to hand a suggestion back"),
        Assignment,
        "proposals.view_assignment",
        sheets.return_request,
        exists=lambda part: any(change.move == "hand_back" for change in part.changes.all()),
    ),
    "extension": Form(
        gettext_lazy("Request for more time"),
        Extension,
        "proposals.view_extension",
        sheets.extension_request,
    ),
    "urging": Form(
        gettext_lazy("Notice that urges"), Urging, "proposals.view_assignment", sheets.urging_notice
    ),
    "opinion": Form(
        gettext_lazy("Opinion on how a suggestion was handled"),
        Rating,
        "proposals.view_rating",
        sheets.opinion_form,
    ),
    "plan": Form(
        gettext_lazy("Plan for supervising a key suggestion"),
        KeyItem,
        "proposals.follow_keyitem",
        sheets.plan,
    ),
}


@dataclass(frozen=True)
class Offer:
    """A form that can be printed: what it is, whose it is, and its address."""

    label: str
    whose: str
    url: str


def offered(user, suggestion: Suggestion) -> list[Offer]:
    """The forms of a suggestion this person may print, in a fixed number of queries."""
    return [
        Offer(FORMS[kind].label, str(whose), reverse("proposals:paper", args=[kind, record.pk]))
        for kind, record, whose in _candidates(user, suggestion)
        if FORMS[kind].may_print(user, record)
    ]


def _candidates(user, suggestion):
    """``(kind, record, whose)`` of every form there could be, part by part."""
    yield "sheet", suggestion, ""
    parts = suggestion.assignments.select_related("unit", "suggestion__committee")
    for part in parts.prefetch_related("changes", "extensions", "urgings"):
        yield "assignment", part, part.unit
        yield "return", part, part.unit
        for extension in part.extensions.all():
            yield "extension", extension, _of_day(part, timezone.localdate(extension.asked_at))
        for urging in part.urgings.all():
            yield "urging", urging, _of_day(part, urging.on)
    for rating in suggestion.ratings.visible_to(user).select_related("deputy", "suggestion__committee"):
        again = " · " + _("round %(n)s") % {"n": rating.round} if rating.round > 1 else ""
        yield "opinion", rating, f"{rating.deputy}{again}"


def _of_day(part, day):
    return f"{part.unit} · {date_format(day)}"
