"""The points of a station worked out the long way: every record of its year read, and counted one by one (D3.5).

It shares no query and no formula with the portal; working days are those of the calendar.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from common import clock
from deputies.models import Mandate
from liaison_stations.models import Residency

MOST = {
    "posts": 3, "placed": 3, "plan": 4, "receptions": 10, "entries": 6, "notices": 4, "study": 4, "special": 8,
    "exchange": 2, "reports": 6, "register": 4, "in_time": 4, "closing": 8, "satisfaction": 4,
    "reception_forms": 2, "activity_ledger": 2, "opinion_ledger": 2, "deputy_files": 2, "publicity": 4, "online": 3,
}  # fmt: skip
RECORDS = (  # what is read of a station, for who reads those of many
    "events__deputies",
    "receptions__attendances",
    "opinions__changes",
    "opinions__answers",
    "residencies__deputy__mandates",
    "posts",
    "plans",
)
ACTIVITIES = ("study", "exchange", "special", "report", "briefing", "visit")
WORTH = {"county": 1, "city": 2, "province": 4, "nation": 8}  # halves of a point of four
SITTING = ("active", "suspended")


def points(station, year: int, today: dt.date) -> dict[str, Decimal]:
    """``{measure: points}``."""
    return {name: of(*pair, MOST[name]) for name, pair in counts(station, year, today).items()}


def of(done, wanted, most) -> Decimal:
    share = min(Decimal(done) / wanted, Decimal(1)) if wanted else Decimal(1)
    return (most * share).quantize(Decimal("0.1"), ROUND_HALF_UP)


def counts(station, year: int, today: dt.date) -> dict[str, tuple[int, int]]:
    """``{measure: (done, wanted)}``."""
    last = min(today, dt.date(year, 12, 31))
    events = [event for event in station.events.all() if event.on.year == year and event.on <= last]
    receptions = [row for row in station.receptions.all() if row.day.year == year and row.day <= last]
    opinions = [row for row in station.opinions.all() if dt.date(year, 1, 1) <= day_of(row.came_at) <= last]
    return (
        of_organisation(station, year, last)
        | of_receptions(receptions, today)
        | of_deputies(station, receptions, events, last)
        | of_events(events)
        | of_opinions(opinions, today)
    )


def day_of(moment):
    return clock.timezone.localtime(moment).date()


def holds(row, day):
    return (row.since is None or row.since <= day) and (row.until is None or row.until > day)


def of_organisation(station, year, last):
    duties = {post.duty for post in station.posts.all() if holds(post, last)}
    here = {
        mandate.deputy_id
        for mandate in Mandate.objects.filter(area=station.area_id)
        if mandate.state in SITTING
    }
    placed = {row.deputy_id for row in Residency.objects.filter(deputy__in=here) if holds(row, last)}
    plans = [plan for plan in station.plans.all() if plan.year == year and plan.state == "approved"]
    return {
        "posts": (len(duties & {"head", "officer"}), 2),
        "placed": (len(placed), len(here)),
        "plan": (sum(2 if plan.rota else 1 for plan in plans), 2),
    }


def of_receptions(receptions, today):
    planned = [row for row in receptions if row.day < today or row.state in ("held", "cancelled")]
    held = [row for row in receptions if row.state == "held"]
    to_announce = [
        row
        for row in receptions
        if row.announced_at or (row.notice_until and row.notice_until < today and row.state != "cancelled")
    ]
    in_time = [
        row for row in to_announce if row.announced_at and day_of(row.announced_at) <= row.notice_until
    ]
    filled = [row for row in held if row.summary and any(one.came_at for one in row.attendances.all())]
    return {
        "receptions": (len(held), len(planned) or 1),
        "notices": (len(in_time), len(to_announce) or 1),
        "reception_forms": (len(filled), len(held) or 1),
    }


def of_deputies(station, receptions, events, last):
    came = [one.deputy_id for row in receptions for one in row.attendances.all() if one.came_at]
    came += [deputy.pk for event in events if event.kind in ACTIVITIES for deputy in event.deputies.all()]
    residents = {
        row.deputy_id
        for row in station.residencies.all()
        if holds(row, last) and any(mandate.state in SITTING for mandate in row.deputy.mandates.all())
    }
    return {
        "entries": (sum(came.count(pk) >= 2 for pk in residents), len(residents) or 1),
        "deputy_files": (sum(pk in came for pk in residents), len(residents) or 1),
    }


def of_events(events):
    def number(kind):
        return sum(event.kind == kind for event in events)

    written = [event for event in events if event.text and (day_of(event.at) - event.on).days <= 31]
    adopted = sum(WORTH.get(event.level, 0) for event in events if event.kind == "publicity")
    return {
        "study": (number("study"), 2),
        "special": (number("special"), 4),
        "exchange": (number("exchange"), 1),
        "reports": (number("report"), 1),
        "activity_ledger": (len(written), len(events) or 1),
        "publicity": (adopted, 8),
    }


def of_opinions(opinions, today):
    told = [row for row in opinions if row.state in ("answered", "closed")]
    late = [
        row
        for row in opinions
        if row.state in ("held", "submitted", "accepted", "dispatched", "solved")
        and row.due_on
        and row.due_on < today
    ]
    rated = [row for row in opinions if row.verdict]
    complete = [
        row
        for row in told
        if row.category_id and row.route and any(one.is_final for one in row.answers.all())
    ]
    taken_on = [row for row in opinions if row.state not in ("held", "submitted", "refused", "merged")]
    filed = [row for row in taken_on if row.category_id and row.subject]
    in_time = [told_in_time for row in opinions if (told_in_time := handled_in_time(row, today)) is not None]
    online = [told_in_time for row in opinions if (told_in_time := answered_in_time(row, today)) is not None]
    return {
        "register": (len(complete), len(told)),
        "closing": (len(told), len(told) + len(late)),
        "satisfaction": (sum(row.verdict in ("satisfied", "basically") for row in rated), len(rated)),
        "opinion_ledger": (len(filed), len(taken_on)),
        "in_time": (sum(in_time), len(in_time)),
        "online": (sum(online), len(online)),
    }


@cache
def later(day, number):
    return clock.add_workdays(day, number)


def first(opinion, *moves):
    days = [day_of(step.at) for step in opinion.changes.all() if step.move in moves]
    return min(days, default=None)


def kept(done, by, today):
    """Done by a day; ``None`` while it is neither done nor late."""
    return done <= by if done else (None if today <= by else False)


def handled_in_time(opinion, today):
    """Reviewed in one working day, then answered or passed on in five."""
    reviewed = first(opinion, "accept", "refuse", "join") or opinion.answered_on
    passed = first(opinion, "dispatch", "answer", "escalate") or opinion.answered_on
    told = kept(reviewed, later(day_of(opinion.came_at), 1), today)
    if not told or opinion.state in ("refused", "merged"):
        return told
    return kept(passed, later(reviewed, 5), today)


def answered_in_time(opinion, today):
    """Of an online message: six working days, and where a department was sent fifteen and three more."""
    if opinion.channel != "online" or opinion.state in ("merged", "escalated", "raised"):
        return None
    days = 1 + 5 + (15 + 3 if first(opinion, "dispatch") else 0)
    told = first(opinion, "answer", "reply", "refuse") or opinion.answered_on
    return kept(told, later(day_of(opinion.came_at), days), today)
