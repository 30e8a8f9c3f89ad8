"""What is done today, by the actions themselves: a draft, requests to co-sign, a promise that is doubted."""

import datetime as dt

from ..actions import commitments, suggestions
from ..models import Commitment
from ..states import CommitmentState
from . import matters

MATTERS = tuple(matters.MATTERS[n] for n in (20, 22, 18))  # of what is begun today


def build(chronicle):
    mine = next(mandate for mandate in chronicle.mandates if mandate.deputy.user_id).deputy
    another = chronicle.mandates[30].deputy

    def begin(deputy, matter, place):
        texts = {
            name: getattr(matter, name).format(place=place)
            for name in ("title", "facts", "reasons", "request")
        }
        category = chronicle.categories[matter.category]
        return suggestions.begin(deputy, by=deputy.user, category=category, **texts)

    draft, theirs, ours = MATTERS
    begin(mine, draft, "城北街道")
    until = chronicle.today + dt.timedelta(days=5)
    for deputy, matter, asked in ((another, theirs, mine), (mine, ours, another)):
        one = begin(deputy, matter, "城北街道")
        suggestions.invite(one, deputies=[asked], until=until, by=deputy.user)
    for promise in Commitment.objects.filter(state=CommitmentState.DONE).exclude(suggestion__lead=mine)[:2]:
        commitments.doubt(promise, by=chronicle.office, note="现场查看，尚有一处没有完工。")
