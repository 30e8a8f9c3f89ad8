"""Whatever people do with a suggestion, in whatever order: what is refused changes nothing, and what was counted stays true.

Chance presses the buttons (R-30); after each press the suggestion is looked at with eyes of its own, not with those of
the actions.
"""

import datetime as dt
import os
import random

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.clock import seed_holidays
from common.models import AuditEntry
from common.workflow import MoveRefused
from notices.models import Notice
from proposals import reminders, states
from proposals.actions import assignments, commitments, ratings, replies, review, suggestions
from proposals.models import (
    Assignment,
    Commitment,
    CoSignature,
    Extension,
    Meaning,
    Part,
    Rating,
    Reply,
    ReplyClass,
    Solved,
    Suggestion,
    Verdict,
)
from proposals.seeds import seed_reply_classes

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.same_everywhere]
A, C, R, S = states.AssignmentState, states.CommitmentState, states.ReplyState, states.SuggestionState
RECORDS = (Suggestion, CoSignature, Assignment, Extension, Reply, Commitment, Rating)
LIVES = int(os.environ.get("LIVES", "6"))  # LIVES=400 takes half an hour, for who changes the actions
DONE_ROUNDS = (S.REPLIED, S.CONCLUDED, S.ARCHIVED)


ACTS = []


def act(is_in_turn):
    """A button; ``is_in_turn(life)`` tells when it leads somewhere. Out of turn it is pressed as well, now and then."""

    def registered(function):
        ACTS.append((is_in_turn, function))
        return function

    return registered


def in_states(*some):
    return lambda life: life.suggestion.state in some


def has(queryset_of):
    return lambda life: queryset_of(life).exists()


def parts_in(*some):
    return has(lambda life: life.suggestion.assignments.filter(state__in=some))


def letters_in(state):
    return has(lambda life: Reply.objects.filter(state=state))


def promises_in(*some):
    return has(lambda life: Commitment.objects.filter(state__in=some))


class Life:
    """One suggestion of two deputies, with an office and three units; days pass in between."""

    def __init__(self, draw):
        self.draw = draw
        self.now = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()
        seed_holidays()
        seed_reply_classes()
        self.office = factories.MembershipFactory().user
        self.units = [factories.UnitFactory(name=name) for name in ("市住建局", "市公安局", "市水利局")]
        self.officer, self.signer = factories.UserFactory(), factories.UserFactory()
        self.lead, self.second = (
            factories.MandateFactory(deputy__user=factories.UserFactory()).deputy for _n in range(2)
        )
        category = factories.CategoryFactory(committee=factories.CommitteeFactory())
        self.suggestion = factories.SuggestionFactory(lead=self.lead, state=S.DRAFT, category=category)
        until = dt.date(2026, 12, 1)
        suggestions.invite(self.suggestion, deputies=[self.second], until=until, by=self.lead.user)
        self.given, self.signed = {}, {}

    def live(self, steps):
        for _step in range(steps):
            offered = [do for is_in_turn, do in ACTS if is_in_turn(self)]
            if self.one_in(6) or not offered:
                offered = [do for _is_in_turn, do in ACTS]
            self.any_of(offered)(self)
            self.suggestion.refresh_from_db()
            for look in LOOKS:
                look(self)

    def attempt(self, do, *args, **kwargs):
        """Do it; what is refused, in a sentence, leaves everything as it was."""
        before = self.everything()
        try:
            do(*args, **kwargs)
        except (MoveRefused, ValidationError) as refusal:
            assert str(refusal)
            assert self.everything() == before, do.__name__
        self.suggestion.refresh_from_db()

    def everything(self):
        rows = {model: list(model.objects.order_by("pk").values()) for model in RECORDS}
        return rows, AuditEntry.objects.count(), Notice.objects.count()

    # Choices

    def any_of(self, choices):
        return choices[self.draw(len(choices))]

    def one_in(self, number):
        return self.draw(number) == 0

    def one(self, queryset):
        """Some record, or ``None``; the newest as often as all others together."""
        rows = list(queryset.order_by("-pk"))
        return rows and (rows[0] if self.one_in(2) else self.any_of(rows)) or None

    def part(self, *some):
        parts = self.suggestion.assignments.all()
        return self.one(parts.filter(state__in=some)) or self.one(parts)

    def letter(self, state):
        return self.one(Reply.objects.filter(state=state)) or self.one(Reply.objects.all())

    def promise(self, *some):
        return self.one(Commitment.objects.filter(state__in=some)) or self.one(Commitment.objects.all())

    # What people press

    @act(lambda life: True)
    def days_pass_and_the_portal_reminds(self):
        self.clock.stop()
        self.now += dt.timedelta(days=self.any_of((1, 1, 4, 8, 16, 40)))
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()
        reminders.remind(self.now)
        before = self.everything()
        reminders.remind(self.now)
        assert self.everything() == before, "reminding twice tells nothing twice"

    @act(in_states(S.COSIGNING))
    def the_second_deputy_answers(self):
        row = self.suggestion.cosignatures.get()
        if self.one_in(4):
            self.attempt(suggestions.decline, row, by=self.second.user)
        else:
            self.attempt(suggestions.agree, row, by=self.second.user, version=self.suggestion.text_version)

    @act(in_states(S.COSIGNING, S.RETURNED))
    def its_author_sends_it(self):
        self.attempt(suggestions.submit, self.suggestion, by=self.lead.user)

    @act(in_states(S.REGISTERED, S.HANDLING))
    def its_author_takes_it_back(self):
        if self.one_in(30):  # or most lives would end here
            self.attempt(suggestions.withdraw, self.suggestion, by=self.lead.user, note="已经解决。")

    @act(in_states(S.SUBMITTED))
    def the_office_reviews(self):
        if self.one_in(4):
            self.attempt(review.send_back, self.suggestion, by=self.office, note="请写明路段。")
        elif self.one_in(20):
            said = {"rejection": "no_content", "note": "没有具体内容。"}
            self.attempt(review.reject, self.suggestion, by=self.office, **said)
        else:
            self.attempt(review.register, self.suggestion, by=self.office)

    @act(in_states(S.REGISTERED))
    def the_office_assigns(self):
        ways = ([Part.LEAD], [Part.LEAD, Part.CO], [Part.SEPARATE] * 2, [Part.CO])
        units = list(zip(self.units, self.any_of(ways), strict=False))
        self.attempt(assignments.assign, self.suggestion, units=units, by=self.office)

    @act(lambda life: life.suggestion.state in states.WITH_UNITS and life.one_in(10))
    def another_unit_is_added(self):
        unit, part = self.any_of(self.units), self.any_of(list(Part))
        self.attempt(assignments.add_unit, self.suggestion, unit=unit, part=part, by=self.office)

    @act(parts_in(A.PENDING))
    def a_unit_signs_for_it(self):
        if part := self.part(A.PENDING):
            self.attempt(assignments.sign, part, by=self.officer)

    @act(lambda life: parts_in(A.PENDING, A.HANDLING)(life) and life.one_in(5))
    def a_unit_hands_it_back(self):
        if part := self.part(A.PENDING, A.HANDLING):
            said = {"proposed_unit": self.any_of(self.units), "note": "不属我单位职责。"}
            self.attempt(assignments.hand_back, part, by=self.officer, **said)

    @act(parts_in(A.RETURN_ASKED))
    def what_was_handed_back_is_decided(self):
        if part := self.part(A.RETURN_ASKED):
            if self.one_in(2):
                self.attempt(assignments.keep, part, by=self.office, note="仍由你单位办理。")
            else:
                said = {"unit": self.any_of(self.units), "note": "改由他单位办理。"}
                self.attempt(assignments.replace, part, by=self.office, **said)

    @act(lambda life: parts_in(A.HANDLING)(life) and life.one_in(4))
    def a_unit_asks_for_more_time(self):
        if part := self.part(A.HANDLING):
            self.attempt(assignments.ask_extension, part, by=self.officer, reason="须跨区协调。")

    @act(has(lambda life: Extension.objects.filter(state="waiting")))
    def more_time_is_decided(self):
        if extension := self.one(Extension.objects.all()):
            decide = self.any_of((assignments.grant, assignments.refuse))
            self.attempt(decide, extension, by=self.office, note="见请示。")

    @act(lambda life: parts_in(A.HANDLING)(life) and life.one_in(6))
    def a_unit_is_urged(self):
        if part := self.part(A.HANDLING):
            self.attempt(assignments.urge, part, by=self.office)

    @act(parts_in(A.HANDLING))
    def a_unit_hears_the_deputy(self):
        if part := self.part(A.HANDLING):
            said = {"on": self.now.date(), "rank": "head", "people": "局长周文", "said": "请尽快。"}
            way = self.any_of(("visit", "phone"))
            self.attempt(assignments.consult, part, deputies=[self.lead], by=self.officer, way=way, **said)

    @act(parts_in(A.HANDLING))
    def a_unit_writes(self):
        part = self.part(A.HANDLING)
        if part is None:
            return
        said = {"text": "已列入计划。"}
        if part.answers:
            said |= {
                "reply_class": ReplyClass.objects.in_force().get(code=self.any_of("ABBBCD")),
                "adoption": "adopted",
                "document_no": "余住建提〔2026〕1号",
                "contact_person": "刘工",
                "contact_phone": "0790-6440000",
            }
        self.attempt(replies.write, part, by=self.officer, **said)
        letter = part.replies.open().first()
        for n in range(self.draw(3) if letter and part.answers else 0):
            due = self.now.date() + dt.timedelta(days=30 + n)
            said = {"text": "拓宽路口", "leader": "周文", "due_on": due}
            self.attempt(replies.promise, letter, by=self.officer, **said)
        if letter:
            self.attempt(replies.present, letter, by=self.officer)

    @act(letters_in(R.DRAFT))
    def a_letter_goes_to_the_signer(self):
        if letter := self.letter(R.DRAFT):
            self.attempt(replies.present, letter, by=self.officer)

    @act(letters_in(R.REVIEW))
    def a_letter_is_signed_or_sent_back(self):
        if letter := self.letter(R.REVIEW):
            if self.one_in(4):
                self.attempt(replies.send_back, letter, by=self.signer, note="请补充。")
            else:
                by = self.officer if self.one_in(5) else self.signer  # who wrote it does not sign it
                self.attempt(replies.sign, letter, by=by)

    @act(lambda life: letters_in(R.SIGNED)(life) and life.one_in(6))
    def a_unit_writes_once_more(self):
        if letter := self.letter(R.SIGNED):
            if self.one_in(2):
                self.attempt(replies.correct, letter, by=self.officer, correction_reason="日期有误。")
            else:
                self.attempt(replies.write_second, letter.assignment, by=self.officer, text="已经完成。")

    @act(has(lambda life: Rating.objects.waiting()))
    def somebody_rates(self):
        rating = self.one(Rating.objects.waiting()) or self.one(Rating.objects.all())
        if rating is None:
            return
        verdict = [Verdict.SATISFIED, Verdict.BASICALLY, Verdict.BASICALLY, Verdict.DISSATISFIED]
        said = {
            "attitude": self.any_of(verdict),
            "result": self.any_of(verdict),
            "solved": self.any_of(list(Solved)),
            "words": self.any_of(("", "没有动工。")),
        }
        if self.one_in(3):
            self.attempt(ratings.enter, self.suggestion, rating=rating, by=self.office, **said)
        else:
            by = self.officer if self.one_in(5) else rating.deputy.user
            self.attempt(ratings.rate, rating, by=by, **said)

    @act(lambda life: life.suggestion.state in states.ANSWERED and life.one_in(5))
    def the_office_looks_again(self):
        acts = (
            (ratings.rehandle, {"note": "请再办。"}),
            (review.publish, {"publication": "full"}),
            (review.archive, {}),
            (
                review.reclassify,
                {"reply_class": self.any_of(ReplyClass.objects.in_force()), "reason": "抽查。"},
            ),
        )
        do, said = self.any_of(acts)
        self.attempt(do, self.suggestion, by=self.office, **said)

    @act(promises_in(C.TRACKING))
    def a_unit_reports_on_a_promise(self):
        if promise := self.promise(C.TRACKING):
            if self.one_in(3):
                later = promise.due_on + dt.timedelta(days=20)
                said = {"text": "雨季停工。", "put_off_to": later}
                self.attempt(commitments.report_progress, promise, by=self.officer, **said)
            else:
                self.attempt(commitments.report, promise, by=self.officer, note="已经完成。")

    @act(promises_in(C.DONE))
    def a_deputy_looks_on_the_spot(self):
        if promise := self.promise(C.DONE):
            if self.one_in(4):
                self.attempt(commitments.doubt, promise, by=self.lead.user, note="还没有。")
            else:
                said = {"deputy": self.lead, "note": "已现场核实。"}
                self.attempt(commitments.verify, promise, by=self.lead.user, **said)

    @act(lambda life: promises_in(C.TRACKING, C.FAILED)(life) and life.one_in(8))
    def a_promise_fails_or_is_taken_up_again(self):
        if promise := self.promise(C.TRACKING, C.FAILED):
            do = commitments.resume if promise.state == C.FAILED else commitments.fail
            self.attempt(do, promise, by=self.office, note="见说明。")


# What stays true

LOOKS = []


def look(function):
    LOOKS.append(function)
    return function


@look
def every_step_begins_where_the_last_one_ended(life):
    for record in (life.suggestion, *(row for model in (Assignment, Reply, Commitment, Extension) for row in model.objects.all())):  # fmt: skip
        steps = list(record.changes.order_by("pk").values_list("before", "after"))
        for (_before, after), (before, _after) in zip(steps, steps[1:], strict=False):
            assert before == after, (record, steps)
        assert not steps or steps[-1][1] == record.state, (record, steps)


@look
def the_whole_stands_where_its_units_stand(life):
    state, parts = life.suggestion.state, list(life.suggestion.assignments.taking_part())
    answering = [part for part in parts if part.answers]
    if state in states.WITH_UNITS:
        assert life.suggestion.due_on == max(part.due_on for part in answering)
        assert any(part.state != A.REPLIED for part in answering)
    if state in DONE_ROUNDS:
        assert {part.state for part in answering} == {A.REPLIED}
        assert {part.round for part in answering} == {life.suggestion.round}
    if state == S.HANDLING:
        assert not {part.state for part in answering} & {A.PENDING, A.RETURN_ASKED}
    if state in (S.CONCLUDED, S.ARCHIVED, S.WITHDRAWN):
        assert not life.suggestion.assignments.working().exists()
    named = [part.part for part in parts]
    if parts and state != S.WITHDRAWN:
        assert named.count(Part.LEAD) == 1 or named.count(Part.SEPARATE) >= 2
        assert not (Part.LEAD in named and Part.SEPARATE in named)
        assert len({part.unit_id for part in parts}) == len(parts)


@look
def what_the_rates_count_is_what_was_said(life):
    rated = [
        list(life.suggestion.ratings.filter(round=round).given())
        for round in range(1, life.suggestion.round + 1)
        if not life.suggestion.ratings.filter(round=round).waiting().exists()
    ]
    order = {"result": list(Verdict), "attitude": list(Verdict), "solved": list(Solved)}
    settled = [given for given in rated if given]
    for column, name in (("verdict", "result"), ("attitude", "attitude"), ("solved", "solved")):
        worst = max((getattr(one, name) for one in settled[-1]), key=order[name].index) if settled else ""
        assert getattr(life.suggestion, column) == worst
    assert bool(life.suggestion.meaning) == (life.suggestion.reply_class is not None)


@look
def what_was_said_stays_said(life):
    for rating in Rating.objects.given():
        said = (rating.attitude, rating.result, rating.solved, rating.words)
        assert life.given.setdefault(rating.pk, said) == said
        assert rating.lapsed_on is None
    for letter in Reply.objects.signed():
        said = (letter.text, letter.reply_class_id, letter.document_no, letter.signed_on)
        assert life.signed.setdefault(letter.pk, said) == said
        assert letter.signed_by_id != letter.written_by_id


@look
def what_is_owed_is_owed_by_somebody_who_works_on_it(life):
    waiting = Extension.objects.filter(state=states.ExtensionState.WAITING)
    assert not waiting.exclude(assignment__state__in=states.WORKING).exists()
    for promise in Commitment.objects.all():
        is_signed = promise.reply.state == R.SIGNED
        assert (promise.state == C.PROPOSED) == (not is_signed), promise
        assert promise.slips == promise.progress.exclude(put_off_to=None).count()
    last = life.suggestion.class_steps.last()
    if life.suggestion.meaning == Meaning.SOLVED and last and not last.is_check:
        letters = Reply.objects.signed().exclude(reply_class=None).order_by("-pk")
        parts = life.suggestion.assignments.answering().taking_part()
        answers = {part: letters.filter(assignment=part).first() for part in parts}
        if (
            None not in answers.values()
        ):  # a unit that came later has not answered; until then the class stands
            planned = [
                part for part, letter in answers.items() if letter.reply_class.meaning != Meaning.SOLVED
            ]
            tracked = Commitment.objects.filter(assignment__in=planned).promised()
            assert not tracked.exclude(state=C.FULFILLED).exists()


@settings(
    max_examples=LIVES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32))
def test_no_order_of_acts_breaks_a_suggestion(seed):
    chance = random.Random(seed)
    with transaction.atomic():
        life = Life(chance.randrange)
        try:
            life.live(45)
        finally:
            life.clock.stop()
            transaction.set_rollback(True)
