"""What a password must be: 12 characters, or 8 of three kinds; nothing of this place (R-04).

GB/T 22239 身份鉴别 a asks for kinds of characters, ASVS 6.2.5 advises against; a long password needs none.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONG, SHORT, KINDS, LONGEST = 12, 8, 3, 128
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


class LengthAndClassesValidator:
    """At least 12 characters, or at least 8 with three of: lower case, upper case, digits, others."""

    def validate(self, password, user=None):
        kinds = sum(bool(re.search(kind, password)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d]"))
        if len(password) > LONGEST:
            raise ValidationError(_("At most 128 characters, please."), code="password_too_long")
        if len(password) < SHORT or (len(password) < LONG and kinds < KINDS):
            raise ValidationError(self.get_help_text(), code="password_too_weak")

    def get_help_text(self):
        return _(
            "Use at least 12 characters, or at least 8 with three of these: small letters, capitals, digits, other signs."
        )


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
