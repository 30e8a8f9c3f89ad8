"""One suggestion from the draft to the last verified promise, by the calendar; the rates worked out by hand."""

import datetime as dt

import pytest
import time_machine

from accounts.models import Role
from common.clock import seed_holidays
from deputies.models import Deputy
from notices.models import Notice
from proposals import rates, reminders
from proposals.actions import assignments, commitments, ratings, replies, review, suggestions
from proposals.models import Meaning, Part, ReplyClass, Suggestion
from proposals.seeds import seed_reply_classes
from proposals.states import AssignmentState, SuggestionState

from .. import factories

pytestmark = pytest.mark.django_db


class Unit:
    """A department with an officer and a signer."""

    def __init__(self, name):
        self.unit = factories.UnitFactory(name=name)
        self.officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=self.unit).user
        self.signer = factories.MembershipFactory(role=Role.UNIT_SIGNER, unit=self.unit).user


def deputy(name):
    return factories.MandateFactory(deputy__name=name, deputy__user=factories.UserFactory(name=name)).deputy


def shown():
    return {key: figure.shown for key, figure in rates.figures(Suggestion.objects.all()).items()}


@pytest.fixture
def on(request):
    """``on(2026, 3, 6)`` moves the clock to that morning."""
    travellers = []

    def travel(*day):
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(dt.datetime(*day, 1, tzinfo=dt.UTC), tick=False)
        traveller.start()
        travellers.append(traveller)
        return dt.date(*day)

    yield travel
    while travellers:
        travellers.pop().stop()


def test_from_the_draft_to_the_last_promise(on, office):
    on(2026, 1, 13)
    seed_holidays()
    seed_reply_classes()
    session = factories.SessionFactory()
    lead, second, third = deputy("李明"), deputy("王芳"), deputy("赵强")
    works, police, water = Unit("市住建局"), Unit("市公安局"), Unit("市水利局")
    b, a = (ReplyClass.objects.get(scheme="N4", code=code) for code in "BA")

    # 提: written, co-signed by two of three, sent, returned once, sent again
    text = {
        "title": "关于改善南湖路交通拥堵的建议",
        "facts": "南湖路早晚高峰拥堵严重。",
        "reasons": "道路狭窄，缺少停车泊位。",
        "request": "建议市住建局拓宽路口，市公安局增设信号灯。",
        "category": factories.CategoryFactory(),
    }
    suggestion = suggestions.begin(lead, by=lead.user, **text)
    suggestions.invite(suggestion, deputies=[second, third], until=dt.date(2026, 1, 14), by=lead.user)
    row = suggestion.cosignatures.get(deputy=second)
    suggestions.agree(row, by=second.user, version=1)
    suggestions.submit(suggestion, by=lead.user)
    assert (suggestion.session, suggestion.origin) == (session, "session")
    assert [one.name for one in suggestion.signers()] == ["李明", "王芳"]
    review.send_back(suggestion, by=office, note="请写明具体路段。")
    suggestion = suggestions.write(
        suggestion, by=lead.user, version=1, facts="南湖路（胜利路口至学校段）早晚高峰拥堵严重。"
    )
    assert [one.name for one in suggestion.signers()] == ["李明"], "another text asks again"
    suggestions.invite(suggestion, deputies=[], until=dt.date(2026, 1, 14), by=lead.user)
    for one in (second, third):
        suggestions.agree(suggestion.cosignatures.get(deputy=one), by=one.user, version=2)
    suggestions.submit(suggestion, by=lead.user)
    review.register(suggestion, by=office)
    assert suggestion.label == "第001号"
    assert shown()["implementation"] == "—"

    # 交办: two units, one hands it back and another takes its part
    on(2026, 3, 6)
    first, other = assignments.assign(
        suggestion, units=[(works.unit, Part.LEAD), (water.unit, Part.CO)], by=office
    )
    assert (first.due_on, other.due_on) == (dt.date(2026, 6, 8), dt.date(2026, 4, 7))
    assert suggestion.due_on == dt.date(2026, 6, 8)
    assignments.sign(first, by=works.officer)
    assert suggestion.state == SuggestionState.HANDLING
    on(2026, 3, 10)
    assignments.hand_back(other, by=water.officer, proposed_unit=police.unit, note="属公安交管职责。")
    other = assignments.replace(other, unit=police.unit, by=office, note="改由市公安局会办。")
    assert (other.part, other.assigned_on, other.due_on) == (
        Part.CO,
        dt.date(2026, 3, 10),
        dt.date(2026, 4, 10),
    )
    assignments.sign(other, by=police.officer)

    # 办: the opinion, the talk, the reply of class B with two promises
    on(2026, 4, 2)
    opinion = replies.write(other, by=police.officer, text="可在学校门口增设信号灯。")
    replies.present(opinion, by=police.officer)
    replies.sign(opinion, by=police.signer)
    on(2026, 5, 20)
    talk = {"way": "site", "rank": "head", "people": "局长周文", "said": "希望今年动工。"}
    assignments.consult(first, deputies=[lead], by=works.officer, on=dt.date(2026, 5, 20), **talk)
    reply = replies.write(
        first,
        by=works.officer,
        reply_class=b,
        adoption="adopted",
        document_no="余住建提〔2026〕1号",
        text="我局已将路口拓宽列入计划。",
        contact_person="刘工",
        contact_phone="0790-6440000",
    )
    widen, lights = (
        replies.promise(reply, text=what, leader="周文", due_on=day, by=works.officer)
        for what, day in (("完成路口拓宽", dt.date(2026, 9, 30)), ("增设信号灯", dt.date(2026, 8, 31)))
    )
    replies.present(reply, by=works.officer)
    replies.sign(reply, by=works.signer)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.meaning) == (SuggestionState.REPLIED, Meaning.PLANNED)
    assert (suggestion.in_time, suggestion.met) == (True, True)

    # 评: one is not satisfied, so it is handled again within a month
    for one in suggestion.ratings.all():
        satisfied = one.deputy != third
        ratings.rate(
            one,
            by=one.deputy.user,
            attitude="satisfied",
            result="satisfied" if satisfied else "dissatisfied",
            solved="partly",
            words="" if satisfied else "没有说明何时动工。",
        )
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.round, suggestion.due_on) == (
        SuggestionState.REHANDLING,
        2,
        dt.date(2026, 6, 22),
    )
    assert shown() == {
        "implementation": "100.0%",
        "kept": "0.0%",
        "satisfaction": "0.0%",
        "satisfied": "0.0%",
        "first": "0.0%",
        "attitude": "100.0%",
        "solved": "0.0%",
        "answered": "100.0%",
        "reply": "100.0%",
        "contact": "100.0%",
    }
    on(2026, 6, 10)
    first.refresh_from_db()
    assignments.consult(first, deputies=[third], by=works.officer, on=dt.date(2026, 6, 10), **talk)
    again = replies.write(
        first,
        by=works.officer,
        reply_class=b,
        adoption="adopted",
        document_no="余住建提〔2026〕9号",
        text="路口拓宽7月1日动工，9月底完成。",
        contact_person="刘工",
        contact_phone="0790-6440000",
    )
    replies.present(again, by=works.officer)
    replies.sign(again, by=works.signer)
    on(2026, 6, 12)
    for one in suggestion.ratings.filter(round=2):
        ratings.rate(one, by=one.deputy.user, attitude="satisfied", result="satisfied", solved="partly")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.concluded_on) == (SuggestionState.CONCLUDED, dt.date(2026, 6, 12))
    assert (suggestion.first_verdict, suggestion.verdict) == ("dissatisfied", "satisfied")

    # promises: one slips, both are kept and seen, so the class is A now
    on(2026, 8, 20)
    lights.refresh_from_db()
    commitments.report_progress(
        lights, text="设备未到货。", put_off_to=dt.date(2026, 9, 15), by=works.officer
    )
    on(2026, 9, 10)
    for one in (lights, widen):
        one.refresh_from_db()
        commitments.report(one, by=works.officer, note="已完成。")
        commitments.verify(one, deputy=third, by=third.user, note="现场查看属实。")
    lights.refresh_from_db()
    suggestion.refresh_from_db()
    assert (lights.slips, lights.first_due_on) == (1, dt.date(2026, 8, 31))
    assert suggestion.reply_class == a
    assert [str(step) for step in suggestion.class_steps.all()] == ["— → B", "B → A"]
    assert shown() == {
        "implementation": "100.0%",
        "kept": "100.0%",
        "satisfaction": "100.0%",
        "satisfied": "100.0%",
        "first": "0.0%",
        "attitude": "100.0%",
        "solved": "0.0%",
        "answered": "100.0%",
        "reply": "100.0%",
        "contact": "100.0%",
    }
    [by_unit] = rates.table(Suggestion.objects.all(), "unit")
    assert (by_unit["key"], by_unit["figures"]["kept"].total) == (works.unit.pk, 1)


@pytest.mark.tells_fault("F5b")
def test_reminders_after_weeks_of_silence_tell_once_what_holds_today(on, report):
    on(2026, 3, 6)
    unit = Unit("市住建局")
    part = factories.AssignmentFactory(unit=unit.unit, state=AssignmentState.PENDING)
    Suggestion.objects.update(state=SuggestionState.ASSIGNED)
    leader = factories.MembershipFactory(role=Role.LEADER).user
    told = []
    for day in (dt.date(2026, 3, 6), dt.date(2026, 6, 15), dt.date(2026, 6, 15), dt.date(2026, 6, 16)):
        on(day.year, day.month, day.day)
        reminders.remind(dt.datetime.combine(day, dt.time(7)))
        told.append(
            (
                Notice.objects.filter(recipient=unit.officer, key__startswith="remind-due").count(),
                Notice.objects.filter(recipient=leader).count(),
            )
        )
    expected = [(0, 0), (1, 1), (1, 1), (1, 1)]
    pairs = [pair for days in zip(expected, told, strict=True) for pair in zip(*days, strict=True)]
    report(
        lost=sum(max(due - found, 0) for due, found in pairs),
        twice=sum(max(found - due, 0) for due, found in pairs),
    )
    assert part.suggestion.title in Notice.objects.filter(recipient=leader).get().subject


def test_a_deputy_whose_name_changed_is_found_by_the_new_one():
    suggestion = factories.SuggestionFactory(registered=True)
    assert list(Suggestion.objects.matching("拥堵")) == [suggestion]
    assert list(Suggestion.objects.matching(f"第{suggestion.number}号")) == [suggestion]
    assert list(Suggestion.objects.matching(suggestion.label)) == [suggestion]
    assert not Suggestion.objects.matching("闭〔2020〕001号")
    assert not Suggestion.objects.matching("电梯")
    assert Deputy.objects.count() == 1
