"""Bad input and two people at once: what each gets as an answer, and that nothing is done by half."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Role, UnitAlias
from common.clock import seed_holidays
from common.workflow import MoveRefused
from notices.models import Notice
from proposals import reminders
from proposals.actions import (
    assignments,
    commitments,
    keyitems,
    ratings,
    replies,
    review,
    suggestions,
    topics,
)
from proposals.models import Meaning, Part, Rating, ReplyClass, Suggestion
from proposals.seeds import seed_reply_classes
from proposals.states import AssignmentState, CommitmentState, ReplyState, SuggestionState

from .. import factories

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 6, 4, tzinfo=dt.UTC)
LETTER = {
    "adoption": "adopted",
    "document_no": "余住建提〔2026〕1号",
    "text": "已列入计划。",
    "contact_person": "刘工",
    "contact_phone": "0790-6440000",
}


@pytest.fixture(autouse=True)
def march():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def part():
    """A lead part that the unit has signed for, with an officer and a signer who wrote nothing yet."""
    seed_reply_classes()
    unit = factories.UnitFactory(name="市住建局")
    part = factories.AssignmentFactory(unit=unit, state=AssignmentState.HANDLING)
    part.suggestion.state, part.suggestion.assigned_on = SuggestionState.HANDLING, part.assigned_on
    part.suggestion.save()
    part.officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user
    part.signer = factories.MembershipFactory(role=Role.UNIT_SIGNER, unit=unit).user
    return part


def consulted(part, **fields):
    talk = {
        "on": part.assigned_on,
        "way": "visit",
        "rank": "head",
        "people": "局长周文",
        "said": "望早日动工。",
    }
    return assignments.consult(part, deputies=[part.suggestion.lead], by=part.officer, **(talk | fields))


def letter_of(part, code="A", **fields):
    one = ReplyClass.objects.get(scheme="N4", code=code)
    return replies.write(part, by=part.officer, reply_class=one, **(LETTER | fields))


def signed(part, **fields):
    consulted(part)
    letter = letter_of(part, **fields)
    replies.present(letter, by=part.officer)
    replies.sign(letter, by=part.signer)
    return letter


def at_once(*acts):
    """Do all of them in threads that start together; the exceptions, ``None`` for each that went well."""
    barrier, outcome = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        try:
            barrier.wait(10)
            act()
        except Exception as error:  # noqa: BLE001 handed to the test
            outcome[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


# Assigning


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_assign_the_same_item_the_second_is_told(office):
    suggestion = factories.SuggestionFactory(registered=True)
    units = factories.UnitFactory.create_batch(2)
    copies = [Suggestion.objects.get(pk=suggestion.pk) for _unit in units]

    def assign(copy, unit):
        return lambda: assignments.assign(copy, units=[(unit, Part.LEAD)], by=office)

    outcome = at_once(*(assign(copy, unit) for copy, unit in zip(copies, units, strict=True)))
    assert sorted(type(error) for error in outcome if error) == [MoveRefused]
    assert suggestion.assignments.count() == 1
    assert suggestion.changes.filter(move="assign").count() == 1


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [Part.CO],
        [Part.LEAD, Part.LEAD],
        [Part.SEPARATE],
        [Part.LEAD, Part.SEPARATE],
        [Part.SEPARATE, Part.SEPARATE, Part.CO],
        ["chief"],
    ],
)
def test_a_combination_of_parts_that_the_rules_do_not_know_is_refused(wanted, office):
    suggestion = factories.SuggestionFactory(registered=True)
    units = [(factories.UnitFactory(), part) for part in wanted]
    with pytest.raises(ValidationError):
        assignments.assign(suggestion, units=units, by=office)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.assignments.count()) == (SuggestionState.REGISTERED, 0)


def test_a_unit_named_twice_or_dissolved_is_refused(office):
    suggestion = factories.SuggestionFactory(registered=True)
    unit = factories.UnitFactory()
    with pytest.raises(ValidationError):
        assignments.assign(suggestion, units=[(unit, Part.LEAD), (unit, Part.CO)], by=office)
    gone = factories.UnitFactory(dissolved_on=dt.date(2026, 1, 1))
    with pytest.raises(ValidationError):
        assignments.assign(suggestion, units=[(gone, Part.LEAD)], by=office)
    assert not suggestion.assignments.exists()


def test_a_day_without_holidays_is_counted_from_monday_to_friday_and_says_so(office):
    suggestion = factories.SuggestionFactory(registered=True)
    on = dt.date(2031, 3, 7)
    [part] = assignments.assign(suggestion, units=[(factories.UnitFactory(), Part.LEAD)], by=office, on=on)
    assert part.due_on == dt.date(2031, 6, 9), "7 June 2031 is a Saturday"
    assert "2031" in part.deadline.explain()


def test_a_unit_renamed_meanwhile_keeps_its_work_and_is_found_by_both_names(part):
    unit = part.unit
    UnitAlias.objects.create(unit=unit, name=unit.name, until=dt.date(2026, 4, 1))
    unit.name = "市住房和城乡建设局"
    unit.save()
    part.refresh_from_db()
    assert str(part.unit) == "市住房和城乡建设局"
    assert list(type(unit).objects.named("市住建局", dt.date(2026, 3, 31))) == [unit]
    assert not Suggestion.objects.of_units([factories.UnitFactory()])
    assert list(Suggestion.objects.of_units([unit])) == [part.suggestion]


# Handing back, more time


def test_a_unit_hands_back_within_seven_working_days_and_not_later(march, part):
    seed_holidays()
    other = factories.UnitFactory()
    assert part.return_until == dt.date(2026, 3, 17)
    march.move_to(dt.datetime(2026, 3, 18, 4, tzinfo=dt.UTC))
    with pytest.raises(MoveRefused):
        assignments.hand_back(part, by=part.officer, proposed_unit=other, note="不属职责范围。")
    march.move_to(dt.datetime(2026, 3, 17, 4, tzinfo=dt.UTC))
    with pytest.raises(ValidationError):
        assignments.hand_back(part, by=part.officer, proposed_unit=part.unit, note="不属职责范围。")
    with pytest.raises(MoveRefused):
        assignments.hand_back(part, by=part.officer, proposed_unit=other, note="  ")
    assignments.hand_back(part, by=part.officer, proposed_unit=other, note="不属职责范围。")
    part.suggestion.refresh_from_db()
    assert part.suggestion.state == SuggestionState.ASSIGNED


def test_the_new_holder_has_a_clock_of_its_own(march, part, office):
    march.move_to(dt.datetime(2026, 3, 12, 4, tzinfo=dt.UTC))
    assignments.hand_back(part, by=part.officer, proposed_unit=factories.UnitFactory(), note="不属职责。")
    given = assignments.replace(part, unit=factories.UnitFactory(), by=office, note="改交。")
    assert (given.assigned_on, given.due_on) == (dt.date(2026, 3, 12), dt.date(2026, 6, 12))
    assert part.ended_on == dt.date(2026, 3, 12)
    given.suggestion.refresh_from_db()
    assert given.suggestion.due_on == given.due_on


def test_more_time_is_asked_for_once_and_before_the_day(march, part, office):
    march.move_to(dt.datetime(2026, 6, 9, 4, tzinfo=dt.UTC))
    with pytest.raises(MoveRefused):
        assignments.ask_extension(part, reason="涉及面广。", by=part.officer)
    march.move_to(dt.datetime(2026, 6, 8, 4, tzinfo=dt.UTC))
    extension = assignments.ask_extension(part, reason="涉及面广。", by=part.officer)
    with pytest.raises(MoveRefused):
        assignments.ask_extension(part, reason="再次申请。", by=part.officer)
    assignments.grant(extension, by=office)
    part.refresh_from_db()
    part.suggestion.refresh_from_db()
    assert (part.months, part.due_on, part.suggestion.due_on) == (6, dt.date(2026, 9, 7), dt.date(2026, 9, 7))
    with pytest.raises(MoveRefused):
        assignments.ask_extension(part, reason="再次申请。", by=part.officer)


def test_a_refused_request_for_more_time_changes_nothing(part, office):
    extension = assignments.ask_extension(part, reason="涉及面广。", by=part.officer)
    assignments.refuse(extension, by=office, note="可以按期办结。")
    part.refresh_from_db()
    assert (part.months, part.due_on) == (3, dt.date(2026, 6, 8))


def test_urging_has_a_limit(march, part, office):
    assignments.urge(part, by=office, words="请抓紧办理。")
    march.move_to(NOON + dt.timedelta(days=2))
    with pytest.raises(MoveRefused):
        assignments.urge(part, by=office)
    march.move_to(NOON + dt.timedelta(days=3))
    assignments.urge(part, by=office)
    assert part.urgings.count() == 2


# Replies


def test_a_reply_needs_the_deputy_to_have_been_heard(part):
    letter = letter_of(part)
    with pytest.raises(ValidationError) as refused:
        replies.present(letter, by=part.officer)
    assert len(refused.value.messages) == 1
    letter.refresh_from_db()
    part.refresh_from_db()
    assert (letter.state, part.state) == (ReplyState.DRAFT, AssignmentState.HANDLING)
    consulted(part, way="phone")
    assert len(replies.remarks(letter)) == 1
    replies.present(letter, by=part.officer)


def test_a_consultation_names_a_signer_and_a_day_between_assignment_and_today(part):
    other = factories.MandateFactory().deputy
    with pytest.raises(ValidationError):
        assignments.consult(
            part,
            deputies=[other],
            by=part.officer,
            on=part.assigned_on,
            way="visit",
            rank="head",
            people="周文",
            said="好",
        )
    for day in (dt.date(2026, 3, 5), dt.date(2026, 3, 7)):
        with pytest.raises(ValidationError):
            consulted(part, on=day)
    assert not part.consultations.exists()


def test_class_b_promises_something(part):
    consulted(part)
    letter = letter_of(part, "B")
    with pytest.raises(ValidationError):
        replies.present(letter, by=part.officer)
    replies.promise(letter, text="完成拓宽", leader="周文", due_on=dt.date(2026, 9, 30), by=part.officer)
    replies.present(letter, by=part.officer)


def test_who_wrote_a_letter_does_not_sign_it(part):
    consulted(part)
    letter = letter_of(part)
    replies.present(letter, by=part.officer)
    with pytest.raises(MoveRefused):
        replies.sign(letter, by=part.officer)


def test_a_unit_replies_once_and_what_is_signed_is_frozen(part):
    letter = signed(part)
    part.refresh_from_db()
    for again in (
        lambda: letter_of(part),
        lambda: replies.sign(letter, by=part.signer),
        lambda: replies.present(letter, by=part.officer),
    ):
        with pytest.raises(MoveRefused):
            again()
    with pytest.raises(ValidationError):
        replies.correct(letter, by=part.officer, correction_reason=" ")
    fixed = replies.correct(letter, by=part.officer, correction_reason="日期有误。", text="更正后的答复。")
    replies.present(fixed, by=part.officer)
    replies.sign(fixed, by=part.signer)
    letter.refresh_from_db()
    assert (letter.text, fixed.corrects) == (LETTER["text"], letter)


@pytest.mark.django_db(transaction=True)
def test_of_two_units_that_reply_at_once_the_second_moves_the_whole(part):
    other_unit = factories.UnitFactory()
    part.part = Part.SEPARATE
    part.save()
    other = factories.AssignmentFactory(
        suggestion=part.suggestion, unit=other_unit, part=Part.SEPARATE, state=AssignmentState.HANDLING
    )
    other.officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=other_unit).user
    other.signer = factories.MembershipFactory(role=Role.UNIT_SIGNER, unit=other_unit).user
    ready = []
    for one, code in ((part, "A"), (other, "C")):
        consulted(one)
        letter = letter_of(one, code)
        replies.present(letter, by=one.officer)
        ready.append((type(letter).objects.get(pk=letter.pk), one.signer))
    outcome = at_once(*((lambda letter=letter, by=by: replies.sign(letter, by=by)) for letter, by in ready))
    assert outcome == [None, None]
    suggestion = Suggestion.objects.get(pk=part.suggestion_id)
    assert (suggestion.state, suggestion.meaning) == (SuggestionState.REPLIED, Meaning.LATER)
    assert suggestion.changes.filter(move="answer").count() == 1


# Ratings


def test_only_who_signed_and_was_asked_rates_and_only_once(part):
    lead = part.suggestion.lead
    lead.user = factories.UserFactory()
    lead.save()
    signed(part)
    rating = Rating.objects.get()
    given = {"attitude": "satisfied", "result": "satisfied", "solved": "yes"}
    for stranger in (part.officer, factories.UserFactory()):
        with pytest.raises(MoveRefused):
            ratings.rate(rating, by=stranger, **given)
    with pytest.raises(ValidationError):
        ratings.rate(rating, by=lead.user, **(given | {"solved": ""}))
    with pytest.raises(ValidationError):
        ratings.rate(rating, by=lead.user, **(given | {"attitude": "dissatisfied"}))
    assert not Rating.objects.given()
    ratings.rate(rating, by=lead.user, **given)
    with pytest.raises(MoveRefused):
        ratings.rate(rating, by=lead.user, **given)


def test_a_rating_that_lapsed_counts_nowhere_and_concludes(march, part):
    part.suggestion.lead.user = factories.UserFactory()
    part.suggestion.lead.save()
    signed(part)
    march.move_to(NOON + dt.timedelta(days=16))
    reminders.remind(timezone.localtime())
    part.suggestion.refresh_from_db()
    assert (part.suggestion.state, part.suggestion.verdict) == (SuggestionState.CONCLUDED, "")
    assert Rating.objects.get().lapsed_on == dt.date(2026, 3, 22)


def test_a_deputy_whose_mandate_ended_is_not_asked(part):
    part.suggestion.lead.mandates.update(state="ended")
    signed(part)
    part.suggestion.refresh_from_db()
    assert (part.suggestion.state, Rating.objects.count()) == (SuggestionState.CONCLUDED, 0)


def test_who_is_still_dissatisfied_after_the_last_round_is_heard_by_the_committee(part, office):
    lead = part.suggestion.lead
    lead.user = factories.UserFactory()
    lead.save()
    officer = factories.MembershipFactory(role=Role.COMMITTEE, unit=part.suggestion.committee.unit).user
    for round in (1, 2):
        signed(part)
        rating = Rating.objects.get(round=round)
        ratings.rate(
            rating, by=lead.user, attitude="satisfied", result="dissatisfied", solved="no", words="没有落实。"
        )
        part.refresh_from_db()
    part.suggestion.refresh_from_db()
    assert (part.suggestion.state, part.suggestion.verdict) == (SuggestionState.CONCLUDED, "dissatisfied")
    assert Notice.objects.filter(recipient=officer, key__startswith="still-dissatisfied").count() == 1
    unit_notices = Notice.objects.filter(recipient__in=(part.officer, part.signer))
    assert not [notice for notice in unit_notices if "没有落实" in notice.subject + notice.body]
    ratings.rehandle(part.suggestion, by=office, note="代表仍不满意。")
    part.refresh_from_db()
    assert (part.state, part.round) == (AssignmentState.HANDLING, 3)


# Text, co-signers, numbers


def draft(**fields):
    suggestion = factories.SuggestionFactory(**fields)
    suggestion.lead.user = factories.UserFactory()
    suggestion.lead.save()
    return suggestion


def test_a_text_of_twenty_thousand_characters_fits_and_one_more_does_not():
    suggestion = draft()
    long = "字" * 20_000
    suggestion = suggestions.write(suggestion, by=suggestion.lead.user, version=1, facts=long)
    with pytest.raises(ValidationError):
        suggestions.write(suggestion, by=suggestion.lead.user, version=2, facts=long + "字")
    suggestion.refresh_from_db()
    assert len(suggestion.facts) == 20_000


def test_an_emptied_title_is_kept_as_a_draft_and_not_sent():
    suggestion = draft()
    suggestion = suggestions.write(suggestion, by=suggestion.lead.user, version=1, title="")
    with pytest.raises(ValidationError):
        suggestions.submit(suggestion, by=suggestion.lead.user)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.submitted_at) == (SuggestionState.DRAFT, None)


def test_an_old_window_overwrites_nothing():
    suggestion = draft()
    suggestions.write(suggestion, by=suggestion.lead.user, version=1, facts="新窗口写的。")
    with pytest.raises(ValidationError):
        suggestions.write(suggestion, by=suggestion.lead.user, version=1, facts="旧窗口写的。")
    suggestion.refresh_from_db()
    assert suggestion.facts == "新窗口写的。"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("facts", "请联系我：13979001234。"),
        ("facts", "身份证号36050219800101123X。"),
        ("reasons", "见机密★文件。"),
        ("request", ""),
    ],
)
def test_what_must_not_be_sent_is_not(field, text):
    suggestion = draft(**{field: text})
    with pytest.raises(ValidationError):
        suggestions.submit(suggestion, by=suggestion.lead.user)


def test_a_co_signer_answers_for_the_text_they_read_and_in_time(march):
    suggestion = draft()
    other = factories.MandateFactory(deputy__user=factories.UserFactory()).deputy
    suggestions.invite(suggestion, deputies=[other], until=dt.date(2026, 3, 8), by=suggestion.lead.user)
    row = suggestion.cosignatures.get()
    suggestions.write(suggestion, by=suggestion.lead.user, version=1, facts="改过的情况。")
    row.refresh_from_db()
    with pytest.raises(MoveRefused):
        suggestions.agree(row, by=other.user, version=1)
    march.move_to(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC))
    with pytest.raises(MoveRefused):
        suggestions.agree(row, by=other.user, version=2)
    assert not suggestion.cosignatures.agreed()


def test_who_is_no_longer_a_deputy_cannot_be_asked_to_co_sign():
    suggestion = draft()
    former = factories.MandateFactory(ended=True).deputy
    with pytest.raises(ValidationError):
        suggestions.invite(suggestion, deputies=[former], until=None, by=suggestion.lead.user)
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.DRAFT


def test_numbers_of_a_session_and_of_a_year_count_apart_and_none_is_given_twice(office):
    session = factories.SessionFactory()
    first, second = (
        factories.SuggestionFactory(submitted=True, origin="session", session=session) for _n in "ab"
    )
    between = factories.SuggestionFactory(submitted=True)
    for suggestion in (first, second, between):
        review.register(suggestion, by=office)
    assert [one.label for one in (first, second, between)] == ["第001号", "第002号", "闭〔2026〕001号"]
    third = factories.SuggestionFactory(submitted=True, origin="session", session=session)
    with pytest.raises(ValidationError):
        review.register(third, by=office, number=2)
    third.refresh_from_db()
    assert third.state == SuggestionState.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_of_two_registered_at_once_each_gets_a_number(office):
    session = factories.SessionFactory()
    both = [factories.SuggestionFactory(submitted=True, origin="session", session=session) for _n in "ab"]
    outcome = at_once(*((lambda one=one: review.register(one, by=office)) for one in both))
    assert outcome == [None, None]
    assert sorted(Suggestion.objects.values_list("number", flat=True)) == [1, 2]


def test_withdrawing_ends_the_work_at_once_and_is_refused_after_a_reply(part, office):
    suggestion = factories.SuggestionFactory(registered=True)
    [other] = assignments.assign(suggestion, units=[(factories.UnitFactory(), Part.LEAD)], by=office)
    suggestions.withdraw(suggestion, by=office, note="问题已解决。")
    other.refresh_from_db()
    assert (suggestion.state, other.state) == (SuggestionState.WITHDRAWN, AssignmentState.CLOSED)
    signed(part)
    with pytest.raises(MoveRefused):
        suggestions.withdraw(part.suggestion, by=office, note="不想办了。")


def test_nothing_is_published_beyond_the_deputys_wish(part, office):
    part.suggestion.wish = "summary"
    part.suggestion.save()
    signed(part)
    part.suggestion.refresh_from_db()
    with pytest.raises(ValidationError):
        review.publish(part.suggestion, by=office, publication="full")
    with pytest.raises(ValidationError):
        review.publish(part.suggestion, by=office, publication="summary")
    review.publish(part.suggestion, by=office, publication="summary", public_summary="路口将拓宽。")
    assert list(Suggestion.objects.public()) == [part.suggestion]
    review.publish(part.suggestion, by=office, publication="none", publication_reason="代表要求。")
    assert not Suggestion.objects.public()


# Promises, key items, topics


@pytest.fixture
def promise(part):
    consulted(part)
    letter = letter_of(part, "B")
    made = replies.promise(
        letter, text="完成拓宽", leader="周文", due_on=dt.date(2026, 9, 30), by=part.officer
    )
    replies.present(letter, by=part.officer)
    replies.sign(letter, by=part.signer)
    made.refresh_from_db()
    return made


def test_a_promise_slips_only_forward_and_is_counted(part, promise):
    with pytest.raises(ValidationError):
        commitments.report_progress(promise, text="提前。", put_off_to=dt.date(2026, 9, 30), by=part.officer)
    commitments.report_progress(promise, text="雨季。", put_off_to=dt.date(2026, 10, 31), by=part.officer)
    assert (promise.slips, promise.due_on, promise.first_due_on) == (
        1,
        dt.date(2026, 10, 31),
        dt.date(2026, 9, 30),
    )


def test_only_a_sitting_deputy_verifies_and_a_doubt_reopens(part, promise):
    commitments.report(promise, by=part.officer, note="已完工。")
    former = factories.MandateFactory(ended=True).deputy
    with pytest.raises(ValidationError):
        commitments.verify(promise, deputy=former, by=part.officer, note="看过。")
    commitments.doubt(promise, by=part.officer, note="路灯未装。")
    assert (promise.state, promise.done_on) == (CommitmentState.TRACKING, None)
    part.suggestion.refresh_from_db()
    assert part.suggestion.meaning == Meaning.PLANNED


def test_what_still_has_a_promise_open_is_not_archived(part, promise, office):
    suggestion = part.suggestion
    Suggestion.objects.filter(pk=suggestion.pk).update(state=SuggestionState.CONCLUDED)
    suggestion.refresh_from_db()
    with pytest.raises(MoveRefused):
        review.archive(suggestion, by=office)


def test_key_items_have_a_limit_a_year_and_bundle_registered_suggestions(office):
    fields = {
        "year": 2026,
        "chosen_on": dt.date(2026, 3, 5),
        "supervision_leader": "常委会副主任",
        "handling_leader": "副市长",
    }
    with pytest.raises(ValidationError):
        keyitems.choose(title="城区交通", suggestions=[factories.SuggestionFactory()], by=office, **fields)
    two = [factories.SuggestionFactory(registered=True) for _n in "ab"]
    for number in range(10):
        item = keyitems.choose(title=f"城区交通之{number}", suggestions=two, by=office, **fields)
    with pytest.raises(ValidationError):
        keyitems.choose(title="城区交通之十一", suggestions=two, by=office, **fields)
    with pytest.raises(ValidationError):
        keyitems.close(item, by=office, report=" ")
    keyitems.supervise(item, by=office, kind="visit", on=dt.date(2026, 3, 6), text="现场查看。")
    keyitems.close(item, by=office, report="已全部落实。")
    with pytest.raises(MoveRefused):
        keyitems.supervise(item, by=office, kind="visit", on=dt.date(2026, 3, 6), text="再次查看。")


def test_a_topic_is_taken_as_often_as_it_may_be_and_once_by_each():
    topic = factories.TopicFactory(max_claims=2)
    one, two, three = (factories.MandateFactory(deputy__user=factories.UserFactory()).deputy for _n in "abc")
    claim = topics.claim(topic, deputy=one, by=one.user)
    with pytest.raises(MoveRefused):
        topics.claim(topic, deputy=one, by=one.user)
    topics.claim(topic, deputy=two, by=two.user)
    with pytest.raises(MoveRefused):
        topics.claim(topic, deputy=three, by=three.user)
    topics.release(claim, by=one.user)
    topics.claim(topic, deputy=three, by=three.user)
    written = suggestions.begin(two, by=two.user, claim=topic.claims.get(deputy=two), title=topic.title)
    assert topic.claims.get(deputy=two).suggestion == written


def test_a_refused_act_leaves_nothing_half_done(office):
    suggestion = factories.SuggestionFactory(registered=True)
    with pytest.raises(RuntimeError), transaction.atomic():
        assignments.assign(suggestion, units=[(factories.UnitFactory(), Part.LEAD)], by=office)
        raise RuntimeError
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.assignments.count()) == (SuggestionState.REGISTERED, 0)
