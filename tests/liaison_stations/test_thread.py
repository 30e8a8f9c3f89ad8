"""The thread both ways: an opinion becomes a suggestion, and what becomes of that comes back to the citizen."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.workflow import MoveRefused
from liaison_stations.actions import opinions, raising
from liaison_stations.states import OpinionState
from liaison_stations.thread import thread_of
from notices.models import Notice
from proposals.actions import suggestions
from proposals.models import Suggestion
from proposals.seeds import seed_reply_classes
from proposals.states import SuggestionState

from .. import factories

pytestmark = pytest.mark.django_db
O, S = OpinionState, SuggestionState  # noqa: E741 the letter of the noun


def follow():
    return raising.follow(timezone.localtime())


@pytest.fixture
def escalated(station, yushui_office, resident):
    """With the county office, which has asked the deputy of the station."""
    opinion = factories.OpinionFactory(station=station, state=O.ESCALATED, subject="路灯不亮")
    raising.ask_deputy(opinion, deputy=resident, by=yushui_office)
    return opinion


@pytest.fixture
def raised(escalated, resident):
    raising.begin(escalated, by=resident.user)
    return escalated


def replied(opinion, code="A", text="已更换灯具，联系电话13907900000。"):
    """Its suggestion was answered by a department."""
    seed_reply_classes()
    suggestion = opinion.suggestion
    letter = factories.ReplyFactory(
        assignment=factories.AssignmentFactory(suggestion=suggestion, state="replied", unit__name="市城管局"),
        reply_class__code=code,
        text=text,
    )
    suggestion.reply_class = letter.reply_class
    suggestion.state, suggestion.submitted_at, suggestion.replied_on = (
        S.REPLIED,
        timezone.now(),
        letter.signed_on,
    )
    suggestion.save()
    return letter


def test_the_deputy_who_is_asked_is_told_without_a_word_of_the_text(escalated, resident):
    [subject] = Notice.objects.filter(recipient=resident.user).values_list("subject", flat=True)
    assert "提出代表建议" in subject and "路灯" not in subject


def test_only_city_deputies_in_office_of_the_station_or_county_are_asked(escalated, yushui_office):
    allowed = [factories.MandateFactory().deputy]
    refused = [
        factories.FenyiMandateFactory().deputy,
        factories.MandateFactory(level="county").deputy,
        factories.MandateFactory(suspended=True).deputy,
        factories.ResidencyFactory(
            station=escalated.station, deputy=factories.MandateFactory(ended=True).deputy
        ).deputy,
    ]
    for deputy in refused:
        with pytest.raises(ValidationError):
            raising.ask_deputy(escalated, deputy=deputy, by=yushui_office)
    for deputy in allowed:
        raising.ask_deputy(escalated, deputy=deputy, by=yushui_office)
    escalated.refresh_from_db()
    assert escalated.asked_deputy == allowed[-1]


def test_who_was_not_asked_makes_no_suggestion_of_it(escalated, resident, deputy_user, yushui_office):
    with pytest.raises(MoveRefused):
        raising.begin(escalated, by=deputy_user)
    opinions.send_down(escalated, by=yushui_office, note="请直接答复。")
    with pytest.raises(MoveRefused):
        raising.begin(escalated, by=resident.user)
    assert not Suggestion.objects.exists()


def test_who_is_asked_may_say_why_not_and_another_is_asked(escalated, resident, yushui_office):
    raising.decline(escalated, by=resident.user, note="已有同类建议在办理。")
    assert (escalated.state, escalated.asked_deputy) == (O.ESCALATED, None)
    assert Notice.objects.filter(recipient=yushui_office, subject__contains="代表不提建议").exists()
    for act in (raising.begin, lambda opinion, *, by: raising.decline(opinion, by=by, note="再说一次。")):
        with pytest.raises(MoveRefused):
            act(escalated, by=resident.user)
    other = factories.MandateFactory().deputy
    raising.ask_deputy(escalated, deputy=other, by=yushui_office)
    assert escalated.asked_deputy == other


def test_who_has_begun_a_suggestion_declines_no_more(raised, resident):
    with pytest.raises(MoveRefused):
        raising.decline(raised, by=resident.user, note="不提了。")
    raised.refresh_from_db()
    assert (raised.state, raised.asked_deputy) == (O.RAISED, resident)


def test_it_is_made_a_suggestion_of_once(raised, resident):
    with pytest.raises(MoveRefused):
        raising.begin(raised, by=resident.user)
    assert Suggestion.objects.count() == 1


def test_a_draft_that_was_deleted_comes_back_to_the_county(raised, resident, yushui_office):
    suggestions.discard(raised.suggestion, by=resident.user)
    assert follow()["dropped"] == 1
    raised.refresh_from_db()
    assert (raised.state, raised.due_on, raised.asked_deputy) == (O.ESCALATED, dt.date(2026, 3, 17), None)
    assert any("终止" in notice.subject for notice in Notice.objects.filter(recipient=yushui_office))
    assert follow()["dropped"] == 0


@pytest.mark.parametrize("state", [S.WITHDRAWN, S.NOT_ACCEPTED, S.REFERRED])
def test_a_suggestion_that_ended_without_a_reply_comes_back(state, raised):
    Suggestion.objects.update(state=state, rejection="other", submitted_at=timezone.now())
    follow()
    raised.refresh_from_db()
    assert (raised.state, raised.suggestion) == (O.ESCALATED, None)


def test_a_reply_becomes_the_answer_and_says_no_more_than_is_public(raised):
    replied(raised)
    assert follow()["replied"] == 1
    raised.refresh_from_db()
    assert (raised.state, raised.route, raised.solved) == (O.ANSWERED, "suggestion", "yes")
    assert raised.due_on == dt.date(2026, 3, 25)
    answer = raised.answers.get()
    assert (answer.is_final, answer.by) == (True, None)
    assert "市城管局" in answer.text and "已更换灯具" not in answer.text
    assert follow()["replied"] == 0


def test_a_published_reply_is_read_in_full_but_for_numbers(raised):
    replied(raised)
    Suggestion.objects.update(publication="full", published_on="2026-03-10")
    follow()
    text = raised.answers.get().text
    assert "已更换灯具" in text and "13907900000" not in text


@pytest.mark.parametrize(("code", "solved"), [("A", "yes"), ("B", "planned"), ("C", "explained")])
def test_the_class_says_whether_it_is_solved(code, solved, raised):
    replied(raised, code)
    follow()
    raised.refresh_from_db()
    assert raised.solved == solved


def test_the_citizen_is_told_once_that_what_was_promised_was_kept(raised, on):
    promise = factories.CommitmentFactory(reply=replied(raised, "B"))
    follow()
    assert follow()["kept"] == 0
    promise.state, promise.verified_on = "fulfilled", dt.date(2026, 9, 30)
    promise.verified_by = raised.suggestion.lead
    promise.save()
    on(2026, 10, 1)
    assert follow()["kept"] == 1
    last = raised.answers.last()
    assert not last.is_final and "2026年9月30日" in last.text
    assert follow()["kept"] == 0
    assert raised.answers.count() == 2


def test_an_answer_nobody_rated_is_filed_the_day_after(station, officer, on):
    opinion = factories.OpinionFactory(station=station, accepted=True)
    opinions.answer(opinion, by=officer, text="已更换。", solved="yes")
    on(2026, 3, 25)
    assert follow()["filed"] == 0
    on(2026, 3, 26)
    assert follow()["filed"] == 1
    opinion.refresh_from_db()
    assert (opinion.state, opinion.verdict, opinion.closed_on) == (O.CLOSED, "", dt.date(2026, 3, 26))


# Who sees how much of it


def test_a_draft_is_on_the_thread_of_its_author_only(raised, officer, resident):
    assert [knot.url for knot in thread_of(raised, officer)] == [""]
    assert [knot.url for knot in thread_of(raised, resident.user)] == [raised.suggestion.get_absolute_url()]


def test_the_whole_thread_reads_both_ways(raised, office, officer, sign_in):
    promise = factories.CommitmentFactory(reply=replied(raised, "B"))
    follow()
    read = sign_in(office).get(raised.get_absolute_url())
    assert [knot.kind for knot in read.context["thread"]] == ["代表建议", "承诺事项"]
    assert promise.get_absolute_url() in read.content.decode()
    back = sign_in(office).get(raised.suggestion.get_absolute_url()).content.decode()
    assert raised.get_absolute_url() in back


def test_the_public_reads_on_a_suggestion_only_opinions_that_were_published(raised, client):
    replied(raised)
    Suggestion.objects.update(publication="full", published_on="2026-03-10")
    address = raised.suggestion.get_absolute_url()
    assert "路灯不亮" not in client.get(address).content.decode().split("<h1>")[1].split("</h1>")[1][:400]
    follow()
    raised.refresh_from_db()
    raised.may_publish = True
    raised.save()
    opinions.publish(raised, by=None, public_text="路口那盏灯坏了。", public_answer="已更换。")
    assert "路口那盏灯坏了。" in client.get(address).content.decode()
