"""What stations keep about a person. That somebody belonged to a station and received citizens stays, under the neutral name.

A citizen without an account is known by the phone number alone: a name that anybody may have typed means nobody. That
there was a case, what became of it and when stays for the figures; of what was said and by whom nothing does.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.backends import canonical
from accounts.models import User
from common import clock
from common.personal import LABEL, Identity, Kept, register
from deputies.models import Deputy

from . import states
from .blanking import cleaner
from .models import (
    CODE_LENGTH,
    Attendance,
    Dispatch,
    DispatchChange,
    Opinion,
    OpinionAnswer,
    OpinionChange,
    OpinionPicture,
    OpinionRating,
    ReceptionChange,
    Residency,
)


def _of(model):
    return lambda person: model.objects.filter(deputy__in=person.of(Deputy))


def _own_steps(person):
    """Of receptions, those they took themselves, whose reasons are their own words."""
    return ReceptionChange.objects.filter(by__in=person.of(User))


def _find(text):
    """By a whole phone number, or the code of a receipt."""
    digits = "".join(text.split())
    code = Q(code=digits) if digits.isdecimal() and len(digits) == CODE_LENGTH else Q(pk__in=[])
    return Opinion.objects.filter(code | Q(phone=canonical(text))) if text else Opinion.objects.none()


def _same(person):
    """All cases with a number of this person's."""
    return Opinion.objects.filter(phone__in=person.numbers) if person.numbers else ()


def _caution(person):
    if any(opinion.state in states.UNANSWERED for opinion in person.of(Opinion)):
        return _("A case of this person is still being dealt with; nobody could be answered any more.")
    return ""


def _about(model, path="opinion"):
    """Rows of the person's own cases."""

    def rows(person):
        return model._base_manager.filter(**{f"{path}__in": [opinion.pk for opinion in person.of(Opinion)]})

    return rows


def _clean(name):
    """That text of a row without the citizen's name, address and numbers."""
    return lambda row: cleaner(row.opinion)(getattr(row, name))


NOTHING_SAID = dict.fromkeys(("name", "phone", "address", "pin", "subject", "found_words"), "") | {
    "text": LABEL,
    "may_publish": False,
    "published_on": None,
    "public_text": "",
    "public_answer": "",
    "is_story": False,
    "blanked_on": lambda opinion: clock.today(),
}
register(
    Identity(Opinion, find=_find, same=_same, caution=_caution, numbers=("phone",), means_by_name=False),
    Kept(OpinionPicture, _about(OpinionPicture)),
    Kept(OpinionRating, _about(OpinionRating), blank={"words": ""}),
    Kept(OpinionChange, _about(OpinionChange, "record"), blank={"note": ""}),
    Kept(OpinionAnswer, _about(OpinionAnswer), blank={"text": _clean("text")}),
    Kept(DispatchChange, _about(DispatchChange, "record__opinion"), blank={"note": ""}),
    Kept(
        Dispatch,
        _about(Dispatch),
        blank={name: _clean(name) for name in ("words", "result", "extension_reason")},
    ),
    Kept(Opinion, _about(Opinion, "pk"), blank=NOTHING_SAID, hidden=("search", "pin", "found_words")),
    Kept(ReceptionChange, _own_steps, blank={"note": ""}),
    Kept(Attendance, _of(Attendance), blank={}),
    Kept(Residency, _of(Residency), blank={"leads_at": ""}),
)
