"""What happens to an opinion, step by step, as the actions would do it; and what is said on the way."""

import datetime as dt

from accounts.demo import phone
from common import clock
from proposals.models import Verdict

from ..models import Dispatch, Opinion, OpinionAnswer, OpinionRating
from ..states import OpinionState
from . import matters

CITIZEN_PHONE = 100_000  # the n-th invented number; those below are deputies' and stations'
Channel, Route, Solved = Opinion.Channel, Opinion.Route, Opinion.Solved
TOLD = {Solved.YES: "done", Solved.PLANNED: "planned", Solved.EXPLAINED: "explained"}


class Life:
    """One opinion at a place. Each method is a step on a day; what is due then follows from the step."""

    def __init__(self, chronicle, place, matter, channel, came, *, deputy=None, reception=None, text=""):
        random, chance = chronicle.random, chronicle.chance
        self.chronicle, self.place, self.matter = chronicle, place, matter
        self.words = {"place": place.station.area, "hamlet": random.choice(place.hamlets)}
        chronicle.seconds = random.randrange(20_000)
        number = random.randrange(60_000)
        named = channel == Channel.ONLINE or chance(0.8)
        reached = channel == Channel.ONLINE or chance(0.6)
        self.one = chronicle.add(
            Opinion(
                code=chronicle.code(),
                pin=f"{number % 10_000:04}",
                channel=channel,
                station=place.station,
                area_id=place.station.area_id,
                deputy=deputy,
                reception=reception,
                category=chronicle.categories[matter.category] if matter else None,
                subject=matter.subject.format(**self.words) if matter else "",
                text=text.format(**self.words) or self.said(),
                name=chronicle.person() if named else "",
                phone=phone(CITIZEN_PHONE + number) if reached else "",
                address=f"{self.words['hamlet']}{random.randint(1, 120)}号" if named and chance(0.5) else "",
                people=random.choice((1, 1, 1, 1, 2, 3)) if channel == Channel.RECEPTION else 1,
                may_publish=chance(0.75),
                came_at=chronicle.at(came),
                by=None if channel == Channel.ONLINE else place.by,
                due_on=chronicle.due("review_days", came),
            )
        )
        self.day = came

    def said(self):
        choice = self.chronicle.random.choice
        parts = choice(matters.OPENINGS), choice(self.matter.texts), choice(matters.CLOSINGS)
        return "".join(parts).format(**self.words)

    def told(self, solved):
        return getattr(self.matter, TOLD[solved]).format(**self.words)

    def step(self, move, day, by=None, note=""):
        self.day = day
        return self.chronicle.step(self.one, move, day, by, note)

    def hold(self):
        """It has a word on the list, so it is looked at before anybody else reads it."""
        self.one.state = OpinionState.HELD
        self.one.found_words = "、".join(word for word in matters.HELD_WORDS if word in self.one.text)

    def accept(self, day):
        self.step("accept", day, self.place.by)
        self.one.due_on = self.chronicle.due("reply_days", day)

    def refuse(self, day, reason, right_place):
        self.step("refuse", day, self.place.by, right_place)
        self.one.refusal, self.one.right_place, self.one.due_on = reason, right_place, None
        self.one.closed_on = day

    def join(self, day, other):
        self.step("join", day, self.place.by)
        self.one.merged_into, self.one.due_on, self.one.closed_on = other, None, other.closed_on

    def dispatch(self, day, unit, sent=None):
        """An order to a department; ``sent`` where the opinion is with one already."""
        if sent is None:
            self.step("dispatch", day, self.place.by)
        solve_by = self.chronicle.due("transfer_days", day)
        self.one.due_on = solve_by
        return self.chronicle.add(
            Dispatch(
                opinion=self.one,
                unit=unit,
                round=self.one.round,
                words=self.chronicle.random.choice(matters.ORDERS),
                sent_at=self.chronicle.at(day),
                by=self.place.by,
                due_on=self.chronicle.due("report_in_days", day),
                solve_by=solve_by,
            )
        )

    def _officer(self, order):
        return self.chronicle.officer_of(order.unit)

    def report_in(self, order, day):
        order.reported_at = self.chronicle.step(order, "report_in", day, self._officer(order))
        order.due_on = self.chronicle.due("on_site_days", order.sent_at.date())
        if self.chronicle.chance(0.3):
            self.say(order.reported_at, self.chronicle.random.choice(matters.ON_THE_WAY), by=self.place.by)

    def say(self, moment, text, by=None):
        """How far it is; the answer itself is still owed, or was given before."""
        self.chronicle.add(
            OpinionAnswer(opinion=self.one, text=text, round=self.one.round, is_final=False, by=by, at=moment)
        )

    def visit(self, order, day):
        self.chronicle.step(order, "visit", day, self._officer(order))
        order.on_site_on, order.due_on = day, order.solve_by

    def ask_for_time(self, order, day, granted=None):
        order.extension_asked_at = self.chronicle.at(day)
        order.extension_reason = self.chronicle.random.choice(matters.EXTENSIONS)
        order.extension_granted = granted
        if granted:
            order.solve_by = self.chronicle.due("extended_days", order.sent_at.date())
            order.due_on = self.one.due_on = order.solve_by

    def hand_back(self, order, day, other):
        """It goes back to the station, which sends it elsewhere."""
        order.proposed_unit, order.due_on = other, None
        note = self.chronicle.random.choice(matters.HANDED_BACK).format(unit=other)
        self.chronicle.step(order, "hand_back", day, self._officer(order), note)
        self.step("call_back", day)
        self.one.due_on = self.chronicle.due("reply_days", day)

    def recall(self, order, day):
        self.chronicle.step(order, "recall", day, self.place.by, matters.RECALLED)
        order.due_on = None

    def solve(self, order, day, solved=Solved.YES):
        result = self.told(solved)
        self.chronicle.step(order, "solve", day, self._officer(order), result)
        order.solved_on, order.result, order.due_on = day, result, None
        self.step("solve", day)
        self.one.due_on = self.chronicle.due("feedback_days", day)

    def escalate(self, day, deputy=None):
        self.step("escalate", day, self.place.by, self.chronicle.random.choice(matters.ESCALATED[:2]))
        self.one.due_on, self.one.asked_deputy = self.chronicle.due("reply_days", day), deputy

    def propose(self, day, suggestion):
        """The deputy who was asked makes a suggestion of it."""
        self.step("raise", day, suggestion.lead.user)
        self.one.suggestion, self.one.due_on = suggestion, None

    def answer(self, day, solved, route, deputy=None, text="", move="answer"):
        random, one = self.chronicle.random, self.one
        if not text:
            said = matters.DEPUTY_ANSWERS if deputy else matters.ANSWER_OPENINGS
            text = random.choice(said) + self.told(solved) + random.choice(matters.ANSWER_CLOSINGS)
        by = None  # where the clock brings what a suggestion was replied
        if move == "answer":
            by = deputy.user if deputy and deputy.user else self.place.by
        moment = self.step(move, day, by)
        self.chronicle.add(
            OpinionAnswer(opinion=one, text=text, round=one.round, deputy=deputy, by=by, at=moment)
        )
        one.solved, one.route, one.answered_on = solved, route, day
        one.due_on = day + self.chronicle.rate_days
        self.text = text

    def keep(self, day):
        """What was promised about it has been done, and the citizen was told."""
        self.one.kept_told_on = day
        self.say(self.chronicle.at(day), matters.KEPT.format(day=f"{day:%Y年%-m月%-d日}"))

    def rate(self, day, verdict):
        words = {
            Verdict.SATISFIED: matters.SATISFIED,
            Verdict.BASICALLY: matters.BASICALLY,
            Verdict.DISSATISFIED: matters.DISSATISFIED,
        }[verdict]
        self.chronicle.add(
            OpinionRating(
                opinion=self.one,
                round=self.one.round,
                verdict=verdict,
                words=self.chronicle.random.choice(words),
                at=self.chronicle.at(day),
            )
        )
        self.one.verdict = verdict

    def rehandle(self, day):
        self.step("rehandle", day, note=matters.REHANDLED)
        self.one.round, self.one.due_on = 2, self.chronicle.due("reply_days", day)

    def escalate_again(self, day):
        """Not satisfied twice: with the county office, without anybody's doing."""
        self.step("escalate", day, note=matters.ESCALATED[2])
        self.one.round, self.one.due_on = 3, self.chronicle.due("reply_days", day)

    def close(self, day):
        self.step("close", day)
        self.one.closed_on, self.one.due_on = day, None

    def publish(self, day):
        """Before the public, where the citizen agreed; of what was solved some are told as stories."""
        one, chance = self.one, self.chronicle.chance
        if one.may_publish and day <= self.chronicle.today:
            one.published_on, one.public_text, one.public_answer = day, one.text, self.text
            one.is_story = one.solved == Solved.YES and chance(0.06)


def finish(life, chronicle):
    """After an answer: rated within days, or filed when nobody did; once in a while handled again."""
    random, today = chronicle.random, chronicle.today
    answered = life.one.answered_on
    lapsed = answered + chronicle.rate_days + clock.ONE_DAY
    rated = answered + clock.ONE_DAY * random.randint(0, 13)
    if chronicle.chance(0.25) or rated > today:
        if lapsed <= today:
            life.close(lapsed)
        return
    again = life.one.round == 1 and rated + dt.timedelta(days=20) <= today and chronicle.chance(0.05)
    if again:
        life.rate(rated, Verdict.DISSATISFIED)
        life.rehandle(rated)
        life.answer(min(chronicle.after(rated, 3, 7), today), life.one.solved, life.one.route)
        finish(life, chronicle)
    else:
        life.rate(rated, Verdict.SATISFIED if chronicle.chance(0.8) else Verdict.BASICALLY)
        life.close(rated)
