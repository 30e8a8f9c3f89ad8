"""What a password must be: 12 characters, or 8 of three kinds, of staff 12 of three kinds; nothing of this place (R-04).

GB/T 22239 身份鉴别 a asks for kinds of characters and a change from time to time, ASVS 6.2.5 and 6.2.10 advise against:
how many kinds and how many days are settings, and only who works in the staff area is asked to change theirs.
"""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from common import preferences

LONG, SHORT, LONGEST = 12, 8, 128
LOCAL_WORDS = (
    "xinyu",
    "renda",
    "daibiao",
    "jiangxi",
    "yushui",
    "fenyi",
    "congress",
    "真代实表",
    "新余",
    "人大",
    "代表",
)


def is_old(user) -> bool:
    """Whether somebody of the staff has had their password for longer than the office allows."""
    days = preferences.get("accounts.password_max_age_days")
    since = user.password_changed_at or user.date_joined
    return bool(user.is_staff and days and timezone.now() - since > dt.timedelta(days=days))


class LengthAndClassesValidator:
    """At least 12 characters, or at least 8 with so many of: lower case, upper case, digits, others; of staff both."""

    def validate(self, password, user=None):
        kinds = sum(bool(re.search(kind, password)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d]"))
        has_kinds = kinds >= preferences.get("accounts.password_classes")
        if len(password) > LONGEST:
            raise ValidationError(_("At most 128 characters, please."), code="password_too_long")
        if getattr(user, "is_staff", False):
            if len(password) < LONG or not has_kinds:
                raise ValidationError(self._of_staff(), code="password_too_weak")
        elif len(password) < SHORT or (len(password) < LONG and not has_kinds):
            raise ValidationError(self.get_help_text(), code="password_too_weak")

    def get_help_text(self):
        return _(
            "Use at least 12 characters, or at least 8 with %(number)s of these: small letters, capitals, digits, other signs. In the staff area both are needed."
        ) % {"number": preferences.get("accounts.password_classes")}

    @staticmethod
    def _of_staff():
        return _(
            "In the staff area a password has at least 12 characters with %(number)s of these: small letters, capitals, digits, other signs."
        ) % {"number": preferences.get("accounts.password_classes")}


class AnotherOneValidator:
    """Not the one that is to be changed."""

    def validate(self, password, user=None):
        if user and user.pk and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_unchanged")

    def get_help_text(self):
        return _("Choose another one than you have now.")


class LocalWordsValidator:
    """Not made of the words everybody here would try first: the place, the office, one's own name or phone, a year."""

    def validate(self, password, user=None):
        rest = password.lower()
        own = [getattr(user, name, "") or "" for name in ("username", "phone", "name")]
        for word in sorted((*LOCAL_WORDS, *own), key=len, reverse=True):
            if len(word) > 1:
                rest = rest.replace(word.lower(), "")
        rest = re.sub(r"(?:19|20)\d\d|123(?:4(?:5(?:6(?:78?9?)?)?)?)?", "", rest)
        if len(re.sub(r"[\W_]", "", rest)) < 4:
            raise ValidationError(self.get_help_text(), code="password_of_local_words")

    def get_help_text(self):
        return _(
            "Do not build it from your name or phone number, the name of this place or office, or a year."
        )
