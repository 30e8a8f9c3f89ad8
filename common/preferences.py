"""Values that differ between places: rows staff edit, each with a type, a default, a source and a history (D11).

What exists is defined once in ``config/office_settings.py``; a row of :class:`common.models.Setting` stands only for a
value somebody changed. ``get`` asks the database once for all of them after each change (``common.freshness``).
"""

import functools
import re
from dataclasses import dataclass
from string import Formatter

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from simple_history.utils import update_change_reason

from . import audit, memory
from .models import Setting


@dataclass(frozen=True)
class Preference:
    """One value: ``kind`` is int, percent (whole per cent), bool, choice or text; ``source`` names its rule.

    ``pattern``: a text that names these fields in braces, as ``str.format`` reads them. ``statutory``: set by law, changed only by a superuser who says why. ``guarded``: what safety rests on, changed only
    by who has ``common.change_guarded_setting``. ``fixed``: shown, never changed here.
    """

    key: str
    kind: str
    default: object
    label: str
    source: str
    unit: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple = ()
    pattern: tuple[str, ...] = ()
    statutory: bool = False
    guarded: bool = False
    fixed: bool = False

    @property
    def group(self) -> str:
        return self.key.split(".")[0]

    def may_change(self, user) -> bool:
        if self.fixed or self.statutory:
            return user.is_superuser and not self.fixed
        return user.has_perm(f"common.change_{'guarded_' if self.guarded else ''}setting")

    @property
    def shown_source(self) -> str:
        """Where the default comes from: a law, a practice of a named place, or this portal's own proposal."""
        return _("proposed by this portal") if self.source == "inferred" else str(self.source)

    def clean(self, value):
        """``value`` in the right type; ``ValidationError`` with a sentence otherwise."""
        if self.kind in ("int", "percent"):
            given = str(value).strip()
            if not re.fullmatch(r"-?\d{1,9}", given):
                raise ValidationError(_("Enter a whole number."))
            number, low = int(given), self.low or 0
            high = 100 if self.kind == "percent" and self.high is None else self.high
            if number < low or (high is not None and number > high):
                upper = high if high is not None else "…"
                raise ValidationError(
                    _("Enter a number from %(low)s to %(high)s.") % {"low": low, "high": upper}
                )
            return number
        if self.kind == "bool":
            return value in (True, "true", "on", "1")
        if self.kind == "choice":
            if value not in dict(self.choices):
                raise ValidationError(_("Choose one of the values offered."))
            return value
        text = str(value).strip()
        if len(text) > 200:
            raise ValidationError(_("At most 200 characters, please."))
        if self.pattern:
            self._require_pattern(text)
        return text

    def _require_pattern(self, text):
        """It can be filled in, and numbers stay apart; only plain fields, nothing of what is behind them."""
        try:
            named = {
                name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None
            }
            text.format(**dict.fromkeys(self.pattern, 1))
        except (ValueError, IndexError, KeyError, AttributeError):
            named = set()
        if self.pattern[0] not in named or not named <= set(self.pattern):
            raise ValidationError(
                _("Write a pattern with %(first)s, for example %(example)s.")
                % {"first": f"{{{self.pattern[0]}}}", "example": self.default}
            )

    def shown(self, value) -> str:
        """The value as a person reads it."""
        if self.kind == "bool":
            return _("yes") if value else _("no")
        if self.kind == "choice":
            return str(dict(self.choices).get(value, value))
        if self.kind == "percent":
            return f"{value} %"
        return f"{value} {self.unit}".strip() or "—"


def definitions() -> dict[str, Preference]:
    """Every value there is, by key, in the order of their definition."""
    return _by_key(settings.OFFICE_SETTINGS)


@functools.cache
def _by_key(path) -> dict[str, Preference]:
    return {preference.key: preference for preference in import_string(path)}


def groups() -> dict[str, str]:
    """What stands above each group of values."""
    return import_string(settings.OFFICE_SETTING_GROUPS)


def get(key: str):
    """The value in force. ``KeyError`` for a key that is not defined: a misspelt key must not read as a default."""
    preference = definitions()[key]
    return _stored().get(key, preference.default)


def several(*keys) -> dict:
    """``{key: value in force}``, all of one moment."""
    known, stored = definitions(), _stored()
    return {key: stored.get(key, known[key].default) for key in keys}


def _stored() -> dict:
    return memory.kept("preferences", lambda: dict(Setting.objects.values_list("key", "value")))


@transaction.atomic
def change(key: str, value, *, by, note: str = "") -> Setting:
    """Set a value, or ``PermissionDenied``. A statutory one needs a note (``ValidationError``)."""
    preference, note = definitions()[key], note.strip()
    if not preference.may_change(by):
        raise PermissionDenied
    if preference.statutory and not note:
        raise ValidationError(
            {"note": _("This value is set by law. Say which change of the law requires another.")}
        )
    setting, _created = Setting.objects.update_or_create(
        key=key, defaults={"value": preference.clean(value), "note": note, "changed_by": by}
    )
    update_change_reason(setting, note[:100])
    audit.record("setting.changed", by=by, about=setting)
    return setting
