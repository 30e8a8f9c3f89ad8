"""Chinese text: how a name is spelt in one way, how it is sorted, and how two characters of it are found."""

import functools
import re
import unicodedata

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language

MIDDLE_DOTS = dict.fromkeys(map(ord, "•・．‧∙⋅･●"), "·")  # D8.3: one dot, U+00B7, in minority names
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None)


def half_width(text: str) -> str:
    """Full-width digits, letters and brackets made narrow (NFKC), for codes and phones; never for free text."""
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).strip()


def personal_name(text: str) -> str:
    """A name as it is stored: no padding between Han characters, one middle dot."""
    text = text.translate(INVISIBLE).translate(MIDDLE_DOTS)
    if re.search(r"[A-Za-z]", text):
        return " ".join(text.split())
    return "".join(text.split())


def masked(number: str) -> str:
    """``138****1234``: enough to recognise a phone number one knows, not enough to call it (R-02)."""
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****" if number else ""


MOBILE = re.compile(r"(?<!\d)[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXxＸｘ](?!\d)")


def without_numbers(text: str) -> str:
    """Free text with mobile numbers masked and identity numbers taken out."""
    return MOBILE.sub(lambda found: masked(re.sub(r"\D", "", found[0])), IDENTITY.sub("****", text))


def veiled(text: str) -> str:
    """``新余****``: the town an address lies in, no more."""
    return f"{text[:2]}****" if text else ""


def as_kept(text, **names) -> str:
    """A lazy ``text`` for a row that others will read: in the office's language, whichever the actor's is."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text) % names if names else str(text)


def ordinal(number: int) -> str:
    """The number of a congress or session below 100 as papers write it: 第十届 in Chinese, 10 elsewhere."""
    if not (get_language() or "").startswith("zh") or not 0 < number < 100:
        return str(number)
    digits = " 一二三四五六七八九"
    tens, units = divmod(number, 10)
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[units]}".strip()


def bigrams(*texts: str) -> str:
    """Every pair of neighbouring characters, each once, with a space on both sides: `` 交通 通拥 拥堵 ``.

    Stored beside the text so that a word of two characters is found through an index on PostgreSQL (a trigram index
    cannot) and by the same query on SQLite. Letters are lower-cased; anything else separates.
    """
    pairs = []
    for text in texts:
        for word in re.findall(r"\w+", half_width(text or "").lower()):
            pairs += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
    return f" {' '.join(dict.fromkeys(pairs))} " if pairs else ""


def paragraphs(text: str) -> list[str]:
    """The lines that say something, as a paper prints them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def in_office_language(function):
    """What the function writes is in the office's language, whatever the one of the person whose act calls it.

    Not ``override`` as a decorator: that keeps the language to return to in itself, where calls inside each other and
    threads beside each other overwrite it.
    """

    @functools.wraps(function)
    def written(*args, **kwargs):
        with translation.override(settings.LANGUAGE_CODE):
            return function(*args, **kwargs)

    return written
