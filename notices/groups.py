"""What people can be told, in groups they choose channels for. Each app registers its own when it starts.

What the office tells by default is a setting per group, ``notices.<key>_by`` in ``config/office_settings.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


def everybody(user) -> bool:
    return True


@dataclass(frozen=True)
class Group:
    """Notices that belong together for whoever is told.

    ``kinds`` are those in it; the ``urgent`` ones wait neither for the morning nor for a daily letter. ``may_mute``:
    somebody may take it out of their notice centre. ``shared``: its notices are work of an office, so a group chat may be
    told too, once per key. ``concerns``: whom to offer the choice.
    """

    key: str
    label: str
    kinds: frozenset[str] = frozenset()
    urgent: frozenset[str] = frozenset()
    may_mute: bool = True
    shared: bool = False
    concerns: Callable = everybody


GENERAL = Group("general", _("Announcements"), may_mute=False)  # whatever belongs to no other group
GROUPS: dict[str, Group] = {GENERAL.key: GENERAL}


def register(group: Group) -> None:
    GROUPS[group.key] = group


def of(kind: str) -> Group:
    """The group of a kind of notice."""
    return next((group for group in GROUPS.values() if kind in group.kinds), GENERAL)


def is_urgent(kind: str) -> bool:
    return kind in of(kind).urgent


def shared() -> list[Group]:
    """Those a group chat may be told."""
    return [group for group in GROUPS.values() if group.shared]
