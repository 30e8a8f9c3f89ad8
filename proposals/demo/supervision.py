"""Suggestions on one matter are handled together, and some are supervised by paired leaders."""

import datetime as dt

from ..actions import keyitems, review
from ..models import Suggestion
from . import words


def build(chronicle):
    numbered = Suggestion.objects.exclude(number=None).exclude(assigned_on=None)
    year = chronicle.today.year
    for word in ("二次供水", "黑臭水体", "通组公路", "老年食堂"):
        chosen = list(numbered.filter(title__contains=word, year=year)[:3])
        if len(chosen) > 1:
            review.merge(chosen, matter=chosen[0].category.name + "：" + word, by=chronicle.office)
    for ago in (0, 1):
        for n, (title, *about) in enumerate(words.KEY_ITEMS):
            chosen = [
                one
                for word in about
                for one in numbered.filter(title__contains=word, year=year - ago).order_by(
                    "assigned_on", "pk"
                )[:2]
            ]
            if not chosen:
                continue
            begun = max(one.assigned_on for one in chosen)
            item = keyitems.choose(
                suggestions=chosen,
                by=chronicle.office,
                year=year - ago,
                title=title,
                committee=chosen[0].committee,
                chosen_on=begun,
                supervision_leader=f"市人大常委会副主任{chronicle.person()}",
                handling_leader=f"副市长{chronicle.person()}",
                plan="上半年开展专题调研，三季度现场督办，年底前听取办理情况汇报。",
            )
            _supervise(chronicle, item, begun, closes=ago or n == 4)


def _supervise(chronicle, item, begun, closes):
    for days, kind, text in (
        (20, "meeting", "召开督办座谈会，主办单位汇报方案，代表提出修改意见。"),
        (45, "visit", "实地查看施工现场，进度符合计划，个别路段围挡影响出行。"),
        (70, "finding", "资金到位率偏低，要求主办单位月底前提出解决办法。"),
    ):
        if chronicle.past(begun + dt.timedelta(days=days)):
            on = begun + dt.timedelta(days=days)
            keyitems.supervise(item, by=chronicle.office, kind=kind, on=on, text=text)
    if closes:
        keyitems.close(
            item,
            by=chronicle.office,
            report="督办期间召开会议一次、实地查看一次，所涉建议均已答复，代表评价满意。",
        )
