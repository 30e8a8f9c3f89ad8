"""The suggestions of the demonstration: two years before today, in every state, each with the history it would have.

Days are counted from today, so that everybody who signs in finds something to do whenever it is built. A
:class:`~.stories.Story` says on which day what happened; :func:`.handling.tell` writes by a :class:`~.chronicle.Chronicle`
what the actions would have written by then, by the same table of moves, but in bulk. What is of today (drafts, requests)
is done by the actions themselves.
"""

from deputies.models import Committee

from ..models import Category
from . import handling, sign_ins, stories, supervision, today, topics
from .chronicle import Chronicle

SUGGESTIONS = 500
CHUNK = 2000  # stories written at a time
CATEGORIES = {
    "财政经济": "财政经济委员会",
    "农业农村": "农业与农村委员会",
    "城建环资": "环境与资源保护委员会",
    "教科文卫": "教育科学文化卫生委员会",
    "监察司法": "监察和司法委员会",
    "社会建设": "社会建设委员会",
    "其他": "代表工作委员会",
}


def build(random, scale: int) -> None:
    committees = {
        committee.unit.short_name: committee for committee in Committee.objects.select_related("unit")
    }
    for category in Category.objects.all():
        category.committee = committees[CATEGORIES[category.name]]
        category.save()
    chronicle = Chronicle(random)
    told = stories.make(
        chronicle, SUGGESTIONS * scale - len(today.MATTERS), first=sign_ins.stories(chronicle)
    )
    for start in range(0, len(told), CHUNK):
        for story in told[start : start + CHUNK]:
            handling.tell(chronicle, story)
        chronicle.store()
    topics.build(chronicle)
    supervision.build(chronicle)
    today.build(chronicle)
