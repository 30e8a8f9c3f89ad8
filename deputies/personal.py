"""What deputies' records keep about a person. That somebody held a mandate stays, under a neutral name."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.backends import canonical
from accounts.models import User
from common.personal import LABEL, Identity, Kept, register
from notices.models import Notice

from .models import Consent, Correction, CorrectionChange, Deputy, Mandate, MandateChange


def _find(text):
    return Deputy.objects.filter(Q(name=text) | Q(phone=canonical(text)))


def _same(person):
    """The deputy of an account, and the account of a deputy."""
    accounts = [deputy.user for deputy in person.of(Deputy) if deputy.user]
    return [*accounts, *Deputy.objects.filter(user__in=person.of(User))]


def _caution(person):
    if Mandate.objects.sitting().filter(deputy__in=person.of(Deputy)).exists():
        return _("This person holds a mandate; while they do, the law requires the entries of the roster.")
    return ""


def _of(model, path="deputy"):
    return lambda person: model.objects.filter(**{f"{path}__in": person.of(Deputy)})


def _told_to_others(person):
    corrections = _of(Correction)(person)
    return Notice.objects.filter(key__in=[f"correction-asked:{correction.pk}" for correction in corrections])


NOBODY = {
    "user": None,
    "name": LABEL,
    "ethnicity": "",
    "birth_year": None,
    "birth_month": None,
    "photo": None,
} | dict.fromkeys(
    (
        "pinyin",
        "native_place",
        "party",
        "education",
        "degree",
        "post",
        "category",
        "phone",
        "landline",
        "address",
        "introduction",
    ),
    "",
)
register(
    Identity(Deputy, find=_find, same=_same, caution=_caution, numbers=("phone",)),
    Kept(Notice, _told_to_others, told=False),
    Kept(CorrectionChange, _of(CorrectionChange, "record__deputy")),
    Kept(Correction, _of(Correction)),
    Kept(Consent, _of(Consent)),
    Kept(MandateChange, _of(MandateChange, "record__deputy"), blank={"note": ""}),
    Kept(Mandate, _of(Mandate), blank={"card_no": "", "station_name": ""}),
    Kept(
        Deputy,
        lambda person: Deputy.objects.filter(pk__in=[deputy.pk for deputy in person.of(Deputy)]),
        blank=NOBODY,
        hidden=("letters", "initials", "search"),
    ),
)
