"""The topic lists of two years; of the first topics deputies took some."""

from ..actions import topics
from ..models import Topic
from . import words


def build(chronicle):
    year, random = chronicle.today.year, chronicle.random
    rows = [
        Topic(
            year=year - ago,
            number=number,
            title=title,
            background=background,
            category=chronicle.categories[category],
            source=random.choice(Topic.Source.values),
            contact_unit=chronicle.units[random.choice(("市住建局", "市农业农村局", "市教育局", "市民政局"))],
            is_open=not ago,
        )
        for ago in (1, 0)
        for number, (title, background, category) in enumerate(words.TOPICS[ago * 3 :], 1)
    ]
    for row in rows:
        row.save()
    rows = [row for row in rows if row.is_open]
    mine = next(mandate for mandate in chronicle.mandates if mandate.deputy.user_id).deputy
    for n, row in enumerate(rows[:8]):
        deputy = mine if n == 0 else chronicle.mandates[20 + n].deputy
        claim = topics.claim(row, deputy=deputy, by=deputy.user)
        if n % 3 == 0:
            topics.research(claim, by=deputy.user)
        elif n % 3 == 1:
            topics.release(claim, by=deputy.user, note="与本人今年的调研安排冲突")
    offered = [
        topics.offer(
            chronicle.units["市住建局"],
            by=chronicle.officer,
            year=year,
            title=title,
            background=background,
            category=chronicle.categories[category],
        )
        for title, background, category in words.OFFERED_TOPICS
    ]
    topics.decline(offered[-1], by=chronicle.office, note="已列入今年民生实事候选项目，不再列入选题。")
