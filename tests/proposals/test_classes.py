"""The class both rates count, worked out from every letter and promise; and what ends with a suggestion."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from common import clock
from common.workflow import MoveRefused
from proposals.actions import assignments, classes, commitments, ratings, replies, review, suggestions
from proposals.models import Publication, ReplyClass
from proposals.states import AssignmentState, CommitmentState, ExtensionState, SuggestionState

from .. import factories
from .conftest import fresh

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def day(tenth_of_march):
    """The classes of letters are there, and it is March."""


def letter(part, code, **fields):
    """What this unit signed."""
    given = {"kind": "reply", "state": "signed", "signed_on": TODAY, "text": "答复。"}
    return part.replies.create(reply_class=ReplyClass.objects.get(scheme="N4", code=code), **given | fields)


def promise(reply, state=CommitmentState.DONE):
    return factories.CommitmentFactory(reply=reply, state=state, done_on=TODAY)


def separate(*codes):
    """A suggestion that so many units answered apart."""
    suggestion = factories.SuggestionFactory(registered=True, state=SuggestionState.REPLIED)
    parts = [
        factories.AssignmentFactory(suggestion=suggestion, part="separate", state="replied") for _ in codes
    ]
    return suggestion, [part and letter(part, code) for part, code in zip(parts, codes, strict=True) if code]


def class_of(suggestion):
    classes.recount(suggestion, by=None, reason="试算")
    suggestion.refresh_from_db()
    return suggestion.reply_class and suggestion.reply_class.code


def keep(one):
    commitments.verify(one, deputy=one.suggestion.lead, by=factories.UserFactory(), note="已看到。")


def test_none_counts_before_every_unit_has_answered():
    suggestion, _letters = separate("A", None)
    assert class_of(suggestion) is None


def test_of_several_units_the_least_good_counts():
    assert class_of(separate("A", "B")[0]) == "B"
    assert class_of(separate("C", "B", "A")[0]) == "C"


def test_a_kept_promise_of_one_unit_does_not_solve_what_another_answered():
    suggestion, (_no, planned) = separate("C", "B")
    keep(promise(planned))
    assert class_of(suggestion) == "C"


def test_a_class_that_rose_by_a_kept_promise_falls_by_no_older_letter():
    suggestion, (planned, other) = separate("B", "B")
    keep(promise(planned))
    assert class_of(suggestion) == "B"
    keep(promise(other))
    assert fresh(suggestion).reply_class.code == "A"
    letter(planned.assignment, "B", kind="correction", corrects=planned)  # a slip of the pen
    assert class_of(suggestion) == "A"


def test_what_the_office_found_stands_until_a_unit_answers_anew(office):
    suggestion, (solved,) = separate("A")
    class_of(suggestion)
    worse = ReplyClass.objects.get(scheme="N4", code="C")
    review.reclassify(suggestion, reply_class=worse, by=office, reason="现场没有动工。")
    letter(solved.assignment, "A", kind="correction", corrects=solved)
    assert class_of(suggestion) == "C"
    letter(solved.assignment, "B", round=2)
    classes.recount(suggestion, by=None, reason="第二轮", is_new_answer=True)
    assert fresh(suggestion).reply_class.code == "B"


def test_who_wrote_the_words_of_a_letter_does_not_sign_them():
    officer, signer, head = (factories.UserFactory() for _each in range(3))
    part = factories.AssignmentFactory(state=AssignmentState.HANDLING, suggestion__state="handling")
    written = replies.write(part, by=officer, text="初稿。")
    replies.write(part, by=signer, text="全部改写。")
    part.refresh_from_db()
    written.refresh_from_db()
    written.state = "review"
    written.save()
    for writer in (officer, signer):
        with pytest.raises(MoveRefused):
            replies.sign(written, by=writer)
    assert head.pk not in replies._writers(written)


def test_parts_and_requests_end_with_the_suggestion(office):
    suggestion = factories.SuggestionFactory(registered=True, state=SuggestionState.REPLIED, round=1)
    factories.AssignmentFactory(suggestion=suggestion, state="replied")
    silent = factories.AssignmentFactory(suggestion=suggestion, part="co", state="handling")
    asked = silent.extensions.create(
        reason="协调。", due_before=TODAY, due_after=TODAY + dt.timedelta(days=90)
    )
    ratings.settle(suggestion)
    assert (fresh(silent).state, fresh(asked).state) == (AssignmentState.CLOSED, ExtensionState.MOOT)


def test_who_promised_and_was_relieved_still_reports(sign_in):
    officer = factories.MembershipFactory(role="unit_officer", unit=factories.UnitFactory()).user
    unit = officer.memberships.get().unit
    part = factories.AssignmentFactory(unit=unit, state="relieved", suggestion__state="handling")
    one = promise(letter(part, "B"), CommitmentState.TRACKING)
    assert officer.has_perm("proposals.report_commitment", one)
    assert one in type(one).objects.visible_to(officer)


def test_who_is_suspended_acts_as_a_deputy_in_nothing(deputy_user):
    deputy_user.deputy.mandates.update(state="suspended")
    assert not deputy_user.has_perm("proposals.claim_topic")
    suggestion, (planned,) = separate("B")
    one = promise(planned)
    with pytest.raises(Exception, match="代表"):
        commitments.verify(one, deputy=deputy_user.deputy, by=deputy_user, note="已看到。")


def test_a_promise_is_not_put_off_to_a_day_that_has_passed():
    _suggestion, (planned,) = separate("B")
    one = promise(planned, CommitmentState.TRACKING)
    type(one).objects.filter(pk=one.pk).update(due_on=clock.today() - dt.timedelta(days=60))
    with pytest.raises(Exception, match="晚于今天"):
        commitments.report_progress(
            fresh(one), text="推迟。", by=None, put_off_to=clock.today() - dt.timedelta(days=30)
        )


def test_who_declined_to_co_sign_reads_no_further_once_it_is_sent(deputy_user):
    suggestion = factories.SuggestionFactory(state="cosigning")
    suggestion.cosignatures.create(deputy=deputy_user.deputy, asked_at=timezone.now(), state="declined")
    assert deputy_user.has_perm("proposals.view_suggestion", suggestion)
    suggestion.submitted_at = timezone.now()
    suggestion.state = SuggestionState.SUBMITTED
    suggestion.save()
    assert not deputy_user.has_perm("proposals.view_suggestion", suggestion)
    assert suggestion not in type(suggestion).objects.visible_to(deputy_user)


def test_who_is_asked_after_it_was_sent_back_reads_what_they_are_to_sign(deputy_user):
    suggestion = factories.SuggestionFactory(submitted=True, state="cosigning")  # sent once, and returned
    suggestion.cosignatures.create(deputy=deputy_user.deputy, asked_at=timezone.now())
    assert deputy_user.has_perm("proposals.view_suggestion", suggestion)
    assert suggestion in type(suggestion).objects.visible_to(deputy_user)


def test_no_page_of_the_public_shows_a_mobile_number_of_a_letter_or_a_report():
    number = "13812345678"
    suggestion, (planned,) = separate("B")
    planned.text = planned.correction_reason = f"请联系刘工{number}。"
    planned.save()
    one = promise(planned, CommitmentState.TRACKING)
    one.progress.create(text=f"工地电话{number}。")
    suggestion.publication, suggestion.published_on = Publication.FULL, TODAY
    suggestion.facts = f"联系人{number}"
    suggestion.save()
    for address in (suggestion.get_absolute_url(), one.get_absolute_url(), planned.get_absolute_url()):
        text = Client().get(address).content.decode()
        assert number not in text, address
    assert "138****5678" in Client().get(suggestion.get_absolute_url()).content.decode()


def test_an_opinion_of_a_co_unit_does_not_keep_the_deputy_from_withdrawing():
    suggestion = factories.SuggestionFactory(registered=True, state="handling")
    factories.AssignmentFactory(suggestion=suggestion, state="handling")
    co = factories.AssignmentFactory(suggestion=suggestion, part="co", state="replied")
    co.replies.create(kind="opinion", state="signed", signed_on=TODAY, text="无意见。")
    suggestions.withdraw(suggestion, by=None, note="已解决。")
    assert suggestion.state == SuggestionState.WITHDRAWN
    assert not assignments.Assignment.objects.filter(suggestion=suggestion).working().exists()
