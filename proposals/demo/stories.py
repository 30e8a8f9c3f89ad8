"""Who put forward what, and what happened to it: lives as they mostly are."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from accounts.demo import CITY
from deputies.models import Mandate, Session

from ..models import Publication, Verdict
from .matters import MATTERS, Matter

YEARS = dt.timedelta(days=730)


@dataclass
class Story:
    """Who put forward what, and on which day what happened; what is still to come has a day after today, or none."""

    matter: Matter
    place: str
    mandate: Mandate
    submitted: dt.date
    session: Session | None = None
    cosigners: list = field(default_factory=list)
    ending: str = ""  # send_back, reject, refer, withdraw
    registered: dt.date | None = None
    assigned: dt.date | None = None
    separate: bool = False
    signed: dt.date | None = None
    handed_back: dt.date | None = None
    opinion: dt.date | None = None
    consulted: dt.date | None = None
    way: str = "visit"
    extended: dt.date | None = None
    presented: dt.date | None = None
    replied: dt.date | None = None
    letter: str = "A"
    rated: dt.date | None = None
    verdicts: tuple = ("satisfied", "satisfied")  # of the first and the second round
    again: dt.date | None = None
    rated_again: dt.date | None = None
    publication: str = ""
    published: dt.date | None = None
    promise_days: int = 0  # after the reply
    fate: str = "kept"  # of the promise: kept, slipped, late, failed, forgotten, reported
    number: int = 0


def make(chronicle, total, *, first):
    """``total`` stories after and with those of ``first``: seven of ten at the last two sessions, the others on the days of
    two years; numbered in their order.
    """
    random, today = chronicle.random, chronicle.today
    sessions = list(Session.objects.filter(term__area__code=CITY, ends_on__lt=today)[:2])
    stories = list(first)
    while len(stories) < total:
        n = len(stories)
        if n % 10 < 7:
            session = sessions[n % len(sessions)]
            day = session.starts_on + dt.timedelta(days=random.randrange(3))
        else:
            session, day = None, chronicle.workday(today - YEARS * random.random() ** 2)  # more of late
        stories.append(_by_chance(chronicle, n, session, min(day, today)))
    numbers = defaultdict(int)
    for story in sorted(stories, key=lambda story: story.submitted):
        if story.registered and story.ending not in ("send_back", "reject", "refer"):
            place = story.session or story.submitted.year
            numbers[place] += 1
            story.number = numbers[place]
    return stories


def _by_chance(chronicle, n, session, day):
    """A life as most are: three months, a talk, a reply, a rating; some go other ways."""
    random, chance = chronicle.random, chronicle.chance
    matter, place = (
        MATTERS[n % len(MATTERS)],
        chronicle.places[n * 7 // 3 % len(chronicle.places)],
    )
    mandate = random.choice(chronicle.mandates)

    def after(start, first, last):
        return chronicle.workday(start + dt.timedelta(days=random.randint(first, last)))

    registered = after(day, 1, 3)
    if session:  # given to the units together, seven weeks after the session
        assigned = chronicle.workday(session.ends_on + dt.timedelta(days=50))
    else:
        assigned = after(registered, 1, 5)
    signed = after(assigned, 1, 5)
    consulted = after(signed, 15, 50)
    slow, hard = chance(0.07), chance(0.06)
    replied = after(consulted, 5, 30) if not (slow or hard) else after(assigned, 95, 170)
    rated = after(replied, 1, 13) if chance(0.9) else None
    again = after(rated or replied, 14, 28)
    return Story(
        matter=matter,
        place=place,
        mandate=mandate,
        submitted=day,
        session=session,
        cosigners=_some(random, chronicle.mandates, mandate, random.choice((0, 0, 1, 1, 2, 3, 5))),
        ending=random.choices(("", "send_back", "reject", "refer", "withdraw"), (90, 1, 4, 2, 3))[0],
        registered=registered,
        assigned=assigned,
        separate=chance(0.06),
        signed=signed,
        handed_back=after(assigned, 2, 6) if chance(0.06) else None,
        opinion=after(signed, 10, 22),
        consulted=consulted,
        way=random.choices(("visit", "meeting", "site", "phone", "writing"), (30, 30, 25, 13, 2))[0],
        extended=after(assigned, 50, 80) if hard else None,
        replied=replied,
        letter=random.choices("ABCD", (46, 36, 14, 4))[0],
        rated=rated,
        verdicts=(
            random.choices(Verdict.values, (68, 23, 9))[0],
            random.choices(Verdict.values, (50, 38, 12))[0],
        ),
        again=again,
        rated_again=after(again, 1, 12) if chance(0.9) else None,
        publication=random.choices(Publication.values, (75, 17, 8))[0],
        published=after(replied, 6, 27),
        promise_days=random.choice((60, 90, 120, 150, 200)),
        fate=random.choices(
            ("kept", "slipped", "late", "failed", "forgotten", "reported"), (50, 18, 10, 6, 8, 8)
        )[0],
    )


def _some(random, mandates, but, number):
    """So many deputies beside one."""
    chosen = [mandate.deputy for mandate in random.sample(mandates, number + 1) if mandate != but]
    return chosen[:number]
