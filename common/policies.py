"""What people are told about their data and what they agree to, in versions (PIPL 13, 17, 30).

A version is never changed: a consent names the one that was read. Until an office writes its own, the texts in
``data/policies`` hold as version 1.
"""

import datetime as dt
import re
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from . import audit, preferences
from .models import PolicyText

DEFAULTS = Path(__file__).parent / "data" / "policies"


def in_force(kind: str, day: dt.date | None = None) -> PolicyText:
    """The version that holds on ``day``, today by default."""
    return PolicyText.objects.in_force(kind, day or timezone.localdate()) or _default(kind)


@transaction.atomic
def publish(kind: str, *, text: str, text_en: str, valid_from: dt.date, by) -> PolicyText:
    """Write the next version; it holds from ``valid_from`` on."""
    newest = PolicyText.objects.select_for_update().filter(kind=kind).first()
    policy = PolicyText.objects.create(
        kind=kind,
        version=(newest.version if newest else 1) + 1,
        text=text,
        text_en=text_en,
        valid_from=valid_from,
        by=by,
    )
    audit.record("policy.published", by=by, about=policy, version=policy.version)
    return policy


def words(policy: PolicyText) -> str:
    """The text in the reader's language, with the names and terms of this portal put in."""
    text = policy.text_en if get_language() == "en" and policy.text_en else policy.text
    organisation = preferences.get("portal.organisation")
    for name, value in {
        "organisation": organisation,
        "contact": preferences.get("portal.contact") or organisation,
        "office": preferences.get("portal.office"),
        "import_days": preferences.get("privacy.keep_import_days"),
        "opinion_days": preferences.get("privacy.keep_opinion_days"),
    }.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def paragraphs(policy: PolicyText) -> list[tuple[str, bool]]:
    """``(paragraph, whether it is a heading)``: a heading is one short line that ends as no sentence does."""
    parts = re.split(r"\n\s*\n", words(policy).replace("\r", "").strip())
    return [(part, re.fullmatch(r".{1,60}[^。．.；;：:！!]", part) is not None) for part in parts]


def _default(kind):
    text, text_en = ((DEFAULTS / f"{kind}.{language}.txt").read_text("utf-8") for language in ("zh", "en"))
    return PolicyText(kind=kind, version=1, text=text, text_en=text_en)
