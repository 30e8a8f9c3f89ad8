"""Suggestions of this and past years that resemble a title. They are shown, and never put together by themselves."""

import re

from .models import Suggestion

CANDIDATES = 2000  # newest first; so many share a pair of characters with any title
SHOWN = 5
LEAST_LIKENESS = 55  # of 100
LEAST_TITLE = 3  # characters that say something
FRAME = re.compile(
    r"^(关于|有关)?(进一步)?(?P<matter>.*?)(的?(若干)?(几点)?(建议|意见|批评|提案|议案))?$", re.DOTALL
)


def matter_of(title: str) -> str:
    """What a title says without the words that stand in every title: 关于改善南湖路交通的建议 → 改善南湖路交通."""
    return FRAME.match(title.strip())["matter"]


def similar_to(title: str, *, user, but=None) -> list[Suggestion]:
    """The most alike of those ``user`` may see, most alike first; ``but`` is the one that is being written."""
    from rapidfuzz import fuzz, process  # only processes that receive suggestions carry it

    matter = matter_of(title)
    if len(matter) < LEAST_TITLE:
        return []
    rows = Suggestion.objects.visible_to(user).filter(title_words__some_words=matter).exclude(pk=but)
    titles = dict(rows.order_by("-pk").values_list("pk", "title")[:CANDIDATES])
    alike = process.extract(
        title, titles, scorer=fuzz.WRatio, processor=matter_of, score_cutoff=LEAST_LIKENESS, limit=SHOWN
    )
    keys = [pk for _title, _likeness, pk in alike]
    found = Suggestion.objects.for_lists().in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]
