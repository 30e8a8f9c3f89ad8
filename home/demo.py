"""The demonstration: a city of invented people, the same every time, marked as a sample on every page."""

from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

import accounts.demo
import deputies.demo
import liaison_stations.demo
import notices.demo
import proposals.demo
from accounts.models import User
from common import preferences
from deputies.models import Term

from . import seeds

SEED = "zhendai-shibiao"
PARTS = (
    accounts.demo,
    deputies.demo,
    notices.demo,
    proposals.demo,
    liaison_stations.demo,
)  # lowest floor first; later apps add their module
SIGN_INS = [
    accounts.demo.SUPERUSER,
    *accounts.demo.SIGN_INS,
    *((name,) for name in (*deputies.demo.SIGN_INS, *liaison_stations.demo.SIGN_INS)),
]


def is_empty() -> bool:
    """Whether nobody has entered anything yet but reference data."""
    return not (User.objects.exists() or Term.objects.exists())


@transaction.atomic
def build(scale: int = 1, suggestions: int | None = None) -> None:
    """Build all of it or nothing. ``scale`` multiplies the deputies, their stations and opinions, ``suggestions`` theirs, for load tests.

    Each part draws from a generator of its own, so that a new part leaves the others as they are.
    """
    seeds.seed()
    for part in PARTS:
        times = suggestions or scale if part is proposals.demo else scale
        part.build(Random(f"{SEED}:{part.__name__}"), times)  # noqa: S311 chance, not a secret
    superuser = User.objects.get(username=accounts.demo.SUPERUSER[0])
    preferences.change("portal.sample", True, by=superuser)


def sign_ins() -> list[tuple[str, User]]:
    """``(what they are, account)`` of the demonstration's accounts that are there, in the order of their floors."""
    names = [name for name, *_rest in SIGN_INS]
    found = User.objects.filter(username__in=names, is_active=True).select_related("deputy")
    return [(_role(user), user) for user in sorted(found, key=lambda user: names.index(user.username))]


def _role(user) -> str:
    """“city deputies' office”, “district or county office · 渝水区”: from what is stored, so that it cannot err."""
    if user.is_superuser:
        return _("superuser")
    held = [
        " · ".join(map(str, filter(None, [membership.get_role_display(), membership.unit, membership.area])))
        for membership in user.memberships.current().select_related("unit", "area")
    ]
    if hasattr(user, "deputy"):
        held += [
            " · ".join(
                [_("%(level)s deputy") % {"level": mandate.get_level_display()}, mandate.term.area.name]
            )
            for mandate in user.deputy.mandates.sitting().for_pages()
        ]
    held += [
        f"{post.get_duty_display()} · {post.station}" for post in user.station_posts.select_related("station")
    ]
    return "、".join(held)
