"""A suggestion's page: who reads what, and what each is offered next."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from proposals.models import Part, Rating, ReplyClass, Suggestion
from proposals.seeds import seed_reply_classes
from proposals.states import AssignmentState, CommitmentState, ReplyState, SuggestionState

from .. import factories

pytestmark = pytest.mark.django_db
REASON, OPINION, WORDS, DRAFT = "请写明具体路段", "会办单位的内部看法", "局长态度生硬", "还没有签发的答复"


@pytest.fixture
def suggestion(deputy_user):
    """Concluded after a reply of class B: with notes, an opinion, words of a rating and a letter that is not signed."""
    seed_reply_classes()
    lead = deputy_user.deputy
    suggestion = factories.SuggestionFactory(
        registered=True,
        lead=lead,
        state=SuggestionState.CONCLUDED,
        assigned_on=dt.date(2026, 3, 6),
        publication="full",
        published_on=dt.date(2026, 6, 12),
    )
    suggestion.changes.create(move="send_back", before="submitted", after="returned", note=REASON)
    add_part(suggestion)
    co = factories.AssignmentFactory(suggestion=suggestion, part=Part.CO, state=AssignmentState.REPLIED)
    co.replies.create(kind="opinion", text=OPINION, state=ReplyState.SIGNED, signed_on=dt.date(2026, 4, 2))
    Rating.objects.create(
        suggestion=suggestion,
        deputy=lead,
        round=1,
        asked_on=dt.date(2026, 5, 20),
        until=dt.date(2026, 6, 4),
        attitude="dissatisfied",
        result="satisfied",
        solved="yes",
        words=WORDS,
        rated_at=timezone.now(),
    )
    return suggestion


def add_part(suggestion, part=Part.SEPARATE):
    """A unit with a signed reply that promises something, and a letter in work."""
    row = factories.AssignmentFactory(suggestion=suggestion, part=part, state=AssignmentState.REPLIED)
    b = ReplyClass.objects.get(scheme="N4", code="B")
    signed = row.replies.create(
        text="路口将拓宽。", reply_class=b, state=ReplyState.SIGNED, signed_on=dt.date(2026, 5, 20)
    )
    row.replies.create(text=DRAFT)
    row.commitments.create(
        suggestion=suggestion,
        reply=signed,
        unit=row.unit,
        text="完成路口拓宽",
        due_on=dt.date(2026, 9, 30),
        first_due_on=dt.date(2026, 9, 30),
        state=CommitmentState.TRACKING,
    )
    row.changes.create(move="sign", before="pending", after="handling", note="签收备注")
    return row


def seen(client, suggestion):
    answer = client.get(suggestion.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def offered(client, suggestion):
    page = BeautifulSoup(seen(client, suggestion), "html.parser")
    return [link.get_text(strip=True) for link in page.select(".acts a")]


def member(role, unit):
    return factories.MembershipFactory(role=role, unit=unit).user


def test_who_reads_what(suggestion, sign_in, stranger, office, deputy_user):
    unit = suggestion.assignments.get(part=Part.SEPARATE).unit
    readers = {
        "stranger": stranger,
        "unit": member(Role.UNIT_OFFICER, unit),
        "author": deputy_user,
        "office": office,
    }
    needles = {"reason": REASON, "opinion": OPINION, "words": WORDS, "draft": DRAFT, "own note": "签收备注"}
    read = {
        reader: {name for name, needle in needles.items() if needle in seen(sign_in(user), suggestion)}
        for reader, user in readers.items()
    }
    assert read == {
        "stranger": set(),
        "unit": {"opinion", "own note"},
        "author": {"reason", "opinion", "own note"},
        "office": {"reason", "opinion", "own note"},
    }


def test_a_summary_shows_neither_text_nor_letters(suggestion, sign_in, stranger):
    Suggestion.objects.update(publication="summary", public_summary="路口今年拓宽。")
    page = seen(sign_in(stranger), suggestion)
    assert "路口今年拓宽。" in page
    assert suggestion.facts not in page and "路口将拓宽。" not in page


def test_the_thread_counts_what_was_promised_and_kept(suggestion, client):
    reply = suggestion.assignments.get(part=Part.SEPARATE).replies.get(state=ReplyState.SIGNED)
    verified = {"verified_on": dt.date(2026, 9, 28), "verified_by": suggestion.lead}
    factories.CommitmentFactory(reply=reply, state=CommitmentState.FULFILLED, **verified)
    page = BeautifulSoup(seen(client, suggestion), "html.parser")
    assert page.find(class_="thread").get_text(strip=True) == "承诺事项2项，已兑现并核实1项"


def test_what_is_not_published_is_not_found(suggestion, sign_in, stranger, unit_officer):
    Suggestion.objects.update(published_on=None)
    for user in (stranger, unit_officer):
        assert sign_in(user).get(suggestion.get_absolute_url()).status_code == 404


def test_sums_wait_until_everybody_has_answered(suggestion, sign_in):
    unit = member(Role.UNIT_OFFICER, suggestion.assignments.get(part=Part.SEPARATE).unit)
    assert "满意 1 · 基本满意 0 · 不满意 0" in seen(sign_in(unit), suggestion)
    other = factories.MandateFactory().deputy
    Rating.objects.create(
        suggestion=suggestion,
        deputy=other,
        round=1,
        asked_on=dt.date(2026, 5, 20),
        until=dt.date(2026, 6, 4),
    )
    page = seen(sign_in(unit), suggestion)
    assert "满意 1" not in page and "正在征询" in page


@pytest.mark.parametrize(
    ("state", "who", "acts"),
    [
        ("draft", "author", ["继续填写", "邀请附议", "提交", "删除草稿"]),
        ("submitted", "author", ["撤回"]),
        ("concluded", "author", []),
        ("submitted", "office", ["在工作后台打开"]),
    ],
)
def test_each_is_offered_what_they_can_do(state, who, acts, sign_in, office, deputy_user):
    suggestion = factories.SuggestionFactory(
        lead=deputy_user.deputy, state=state, submitted_at=None if state == "draft" else timezone.now()
    )
    assert offered(sign_in({"author": deputy_user, "office": office}[who]), suggestion) == acts


@pytest.mark.parametrize(
    ("state", "officer", "signer"),
    [
        (AssignmentState.PENDING, ["签收", "申请退回"], ["签收", "申请退回"]),
        (
            AssignmentState.HANDLING,
            ["登记面商", "撰写答复", "申请延期", "申请退回"],
            ["登记面商", "撰写答复", "申请延期", "申请退回"],
        ),
        (AssignmentState.REVIEW, [], ["审阅签发答复"]),
        (AssignmentState.REPLIED, [], []),
    ],
)
def test_a_unit_is_offered_its_next_act(state, officer, signer, sign_in):
    today = timezone.localdate()
    days = {"assigned_on": today, "due_on": today + dt.timedelta(days=90)}
    part = factories.AssignmentFactory(state=state, suggestion__state=SuggestionState.HANDLING, **days)
    if state == AssignmentState.REVIEW:
        part.replies.create(text="答复", state=ReplyState.REVIEW)
    for role, acts in ((Role.UNIT_OFFICER, officer), (Role.UNIT_SIGNER, signer)):
        assert offered(sign_in(member(role, part.unit)), part.suggestion) == acts


def test_the_page_takes_as_many_queries_for_three_units_as_for_one(suggestion, sign_in, office):
    client = sign_in(office)
    seen(client, suggestion)
    with CaptureQueriesContext(
        connection,
    ) as one:
        seen(client, suggestion)
    for _n in range(2):
        add_part(suggestion)
        deputy = factories.MandateFactory().deputy
        suggestion.cosignatures.create(
            deputy=deputy, asked_at=timezone.now(), state="agreed", text_version=suggestion.text_version
        )
    with CaptureQueriesContext(connection) as three:
        seen(client, suggestion)
    assert len(three) == len(one)


def test_the_address_of_the_page_is_the_suggestions_own(suggestion):
    assert suggestion.get_absolute_url() == reverse("proposals:detail", args=[suggestion.pk])
