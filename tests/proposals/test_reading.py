"""What the public reads of suggestions, and that nothing else reaches it."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from common import uploads
from proposals.actions import review
from proposals.models import Publication, Suggestion
from proposals.states import CommitmentState, ReplyState, SuggestionState

from .. import factories

pytestmark = pytest.mark.django_db
LIST = reverse("proposals:list")
REGISTER = reverse("proposals:commitments")
SECRET = "针尖巷"


@pytest.fixture(autouse=True)
def in_june_2026():
    with time_machine.travel(dt.datetime(2026, 6, 20, 1, tzinfo=dt.UTC), tick=False):
        yield


def titles(query="", client=None, **asked):
    page = (client or Client()).get(f"{LIST}{query}", asked).context["page"]
    return [suggestion.title for suggestion in page.rows]


def published(title="关于南湖路的建议", **fields):
    return factories.SuggestionFactory(published=True, title=title, **fields)


# The list


def test_the_list_shows_what_was_published_newest_first():
    published("关于甲的建议")
    published("关于乙的建议", published_on=dt.date(2026, 6, 1))
    factories.SuggestionFactory(replied=True, title="关于丙的建议")
    assert titles() == ["关于乙的建议", "关于甲的建议"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?year=2025", ["关于乙的建议"]),
        ("?result=solved", ["关于乙的建议"]),
        ("?state=concluded", ["关于乙的建议"]),
        ("?state=concluded&year=2026", []),
        ("?state=draft", ["关于甲的建议", "关于乙的建议"]),
        ("?year=1066", ["关于甲的建议", "关于乙的建议"]),
        ("?scope=all", ["关于甲的建议", "关于乙的建议"]),
    ],
)
def test_the_list_is_filtered(query, found):
    published("关于乙的建议", year=2025, meaning="solved", state=SuggestionState.CONCLUDED)
    published("关于甲的建议")
    factories.SuggestionFactory(replied=True, title="关于丙的建议")
    assert titles(query) == found


def test_the_list_is_filtered_by_category():
    other = factories.CategoryFactory(name="农业农村")
    published("关于乙的建议", category=other)
    published("关于甲的建议")
    assert titles(f"?category={other.pk}") == ["关于乙的建议"]


@pytest.mark.parametrize("name", ["q", "year", "category", "result", "state", "scope", "after", "before"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "9" * 30, "-1", "x" * 5000, "[]"])
def test_no_value_in_the_address_breaks_the_list(name, value):
    published()
    for page in (LIST, REGISTER, reverse("proposals:key-items")):
        assert Client().get(f"{page}?{name}={value}").status_code == 200


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("南湖", True),
        ("拥堵", True),
        ("第7号", True),
        ("7", True),
        ("8", False),
        ("王芳", True),
        ("电梯", False),
    ],
)
def test_a_suggestion_is_found_by_words_number_and_lead(typed, found):
    lead = factories.MandateFactory(deputy__name="王芳").deputy
    published(number=7, lead=lead)
    assert bool(titles(q=typed)) is found


def test_a_card_tells_number_lead_units_state_class_and_what_the_signers_say():
    suggestion = published(verdict="satisfied")
    factories.AssignmentFactory(suggestion=suggestion, unit__name="市住建局", state="replied")
    page = Client().get(LIST).content.decode()
    for told in (
        suggestion.label,
        str(suggestion.lead),
        "市住建局",
        "B ",
        str(suggestion.get_verdict_display()),
    ):
        assert told in page


def test_who_signs_in_may_ask_for_all_they_may_see(sign_in, deputy_user):
    published("关于甲的建议")
    factories.SuggestionFactory(title="关于乙的建议", lead=deputy_user.deputy)
    factories.SuggestionFactory(submitted=True, title="关于丙的建议")
    client = sign_in(deputy_user)
    assert titles(client=client) == ["关于甲的建议"]
    assert titles("?scope=all", client=client) == ["关于乙的建议", "关于甲的建议"]


def test_a_long_list_is_read_forth_and_back_without_gap_or_repeat():
    for n in range(60):
        published(published_on=dt.date(2026, 5, 1 + n % 20))
    client, query, pages = Client(), "?state=replied", []
    while query:
        page = client.get(LIST + query).context["page"]
        pages.append(page)
        query = page.after
    assert len({row.pk for page in pages for row in page.rows}) == 60
    assert client.get(LIST + pages[2].before).context["page"].rows == pages[1].rows


# What does not reach a stranger


@pytest.fixture
def needle():
    """A suggestion published as a summary, with what is not public in every place of it; and one not published at all."""
    suggestion = published(
        "关于公开标题的建议",
        facts=f"{SECRET}一号路面塌陷",
        reasons=f"{SECRET}二号",
        request=f"{SECRET}三号",
        wish_reason=f"{SECRET}四号",
        publication=Publication.SUMMARY,
        public_summary="摘要可读。",
    )
    part = factories.AssignmentFactory(suggestion=suggestion, state="replied")
    reply = factories.ReplyFactory(assignment=part, text=f"{SECRET}五号", contact_phone="0790-7654321")
    commitment = factories.CommitmentFactory(reply=reply)
    progress = commitment.progress.create(text=f"{SECRET}六号")
    progress.pictures.add(factories.stored_picture())
    reply.files.create(file=factories.stored_document())
    suggestion.files.create(file=factories.stored_document())
    hidden = factories.SuggestionFactory(replied=True, title=f"关于{SECRET}的建议")
    factories.CommitmentFactory(reply__assignment__suggestion=hidden, text=f"{SECRET}七号")
    factories.CommitmentFactory(reply=reply, text=f"{SECRET}八号", state=CommitmentState.PROPOSED)
    item = factories.KeyItemFactory(plan=f"{SECRET}九号")
    item.suggestions.set([suggestion, hidden])
    item.steps.create(kind="visit", on=dt.date(2026, 5, 1), text=f"{SECRET}十号")
    return suggestion


def addresses_of(needle):
    commitment = needle.commitments.first()
    return [
        "/",
        LIST,
        f"{LIST}?q=公开",
        REGISTER,
        f"{REGISTER}?unit={commitment.unit_id}",
        commitment.get_absolute_url(),
        needle.get_absolute_url(),
        reverse("proposals:key-items"),
        needle.key_items.get().get_absolute_url(),
    ]


def test_no_public_page_shows_a_phone_or_unpublished_text(needle):
    for address in addresses_of(needle):
        page = Client().get(address)
        assert page.status_code == 200, address
        text = page.content.decode()
        assert [word for word in (SECRET, "0790-7654321") if word in text] == [], address


def test_nobody_finds_out_by_searching_what_they_may_not_read(needle, sign_in, deputy_user):
    author = needle.lead
    author.user = factories.UserFactory()
    author.save()
    for client in (Client(), sign_in(deputy_user)):
        for scope in ("", "&scope=all"):
            assert titles(f"?q={SECRET}{scope}", client=client) == []
            assert titles(f"?q=公开标题{scope}", client=client) == [needle.title]
    assert titles(f"?q={SECRET}&scope=all", client=sign_in(author.user)) == [needle.title]


def test_files_of_what_is_published_as_a_summary_are_for_those_who_take_part(
    needle, sign_in, office, deputy_user
):
    unit_officer = factories.MembershipFactory(
        role=Role.UNIT_OFFICER, unit=needle.assignments.get().unit
    ).user
    progress = needle.commitments.first().progress.get()
    files = [
        reverse("proposals:file", args=[needle.files.get().pk]),
        reverse("proposals:reply-file", args=[needle.assignments.get().replies.get().files.get().pk]),
        reverse("proposals:progress-picture", args=[progress.pk, progress.pictures.get().pk, "small"]),
    ]
    for address in files:
        for client in (Client(), sign_in(deputy_user)):
            assert client.get(address).status_code == 404, address
        for user in (office, unit_officer):
            answer = sign_in(user).get(address)
            assert answer.status_code == 200, address
            assert answer["Cache-Control"] == "private, no-store"
            answer.getvalue()
    Suggestion.objects.filter(pk=needle.pk).update(publication=Publication.FULL)
    for address in files:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        answer.getvalue()


@pytest.mark.parametrize("kind", ["opinion", "correction"])
def test_an_enclosure_of_what_a_co_unit_wrote_is_no_stranger_s(kind, sign_in, office):
    part = factories.AssignmentFactory(suggestion__published=True, part="co", state="handling")
    for state, readers in ((ReplyState.DRAFT, 404), (ReplyState.SIGNED, 200)):
        letter = factories.ReplyFactory(assignment=part, state=state, kind=kind)
        enclosure = letter.files.create(file=factories.stored_document())
        address = reverse("proposals:reply-file", args=[enclosure.pk])
        assert Client().get(address).status_code == 404
        assert sign_in(office).get(address).status_code == readers


def test_a_picture_of_another_promise_is_not_answered_under_this_one(needle):
    Suggestion.objects.filter(pk=needle.pk).update(publication=Publication.FULL)
    progress = needle.commitments.first().progress.get()
    other = uploads.store_picture(factories.picture(), by=None)
    address = reverse("proposals:progress-picture", args=[progress.pk, other.pk, "small"])
    assert Client().get(address).status_code == 404


# The register of commitments


def texts(query="", client=None):
    return [row.text for row in (client or Client()).get(f"{REGISTER}{query}").context["page"].rows]


@pytest.fixture
def register():
    made = {}
    for text, fields in {
        "跟踪": {},
        "逾期": {"due_on": dt.date(2026, 6, 1)},
        "待核": {"state": CommitmentState.DONE},
        "兑现": {
            "state": CommitmentState.FULFILLED,
            "verified_by": factories.DeputyFactory(name="王芳"),
            "verified_on": dt.date(2026, 6, 5),
        },
        "落空": {"state": CommitmentState.FAILED, "due_on": dt.date(2025, 6, 5)},
    }.items():
        made[text] = factories.CommitmentFactory(text=text, **fields)
    hidden = factories.SuggestionFactory(replied=True)
    made["未公开"] = factories.CommitmentFactory(text="未公开", reply__assignment__suggestion=hidden)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"跟踪", "逾期", "待核", "兑现", "落空"}),
        ("?state=open", {"跟踪", "逾期", "待核"}),
        ("?state=late", {"逾期"}),
        ("?state=done", {"待核"}),
        ("?state=kept", {"兑现"}),
        ("?state=failed", {"落空"}),
        ("?year=2025", {"落空"}),
        ("?year=2025&state=kept", set()),
    ],
)
def test_the_register_is_filtered(query, found, register):
    assert set(texts(query)) == found


def test_the_register_is_filtered_by_unit_and_committee(register):
    one = register["待核"]
    assert texts(f"?unit={one.unit_id}") == ["待核"]
    assert set(texts(f"?committee={one.suggestion.committee_id}")) == {"跟踪", "逾期", "待核", "兑现", "落空"}


@pytest.mark.parametrize("query", ["", "?year=2026", "?state=done", "?year=2025&state=late"])
def test_each_counter_is_the_number_of_the_list_it_opens(query, register, sign_in, office):
    for client in (Client(), sign_in(office)):
        for counter in client.get(REGISTER + query).context["counters"]:
            page = client.get(REGISTER + counter["url"])
            assert len(page.context["page"].rows) == page.context["number"] == counter["number"], counter


def test_staff_read_what_is_not_published_too(register, sign_in, office):
    assert "未公开" in texts(client=sign_in(office))
    assert Client().get(register["未公开"].get_absolute_url()).status_code == 404
    assert sign_in(office).get(register["未公开"].get_absolute_url()).status_code == 200


def test_a_promise_is_told_with_its_progress_and_who_saw_it(register):
    one = register["兑现"]
    report = one.progress.create(text="路口已经拓宽。")
    report.pictures.add(factories.stored_picture())
    page = Client().get(one.get_absolute_url()).content.decode()
    for told in ("路口已经拓宽。", "王芳", "周文", one.unit.name, one.suggestion.title, "/pictures/"):
        assert told in page


# Key suggestions


def test_the_public_reads_who_leads_and_the_report_and_others_how_it_goes(sign_in, deputy_user, cast):
    item = factories.KeyItemFactory(plan="先看现场。", report="已经解决。", state="closed")
    suggestion = published()
    item.suggestions.add(suggestion)
    item.steps.create(kind="visit", on=dt.date(2026, 5, 1), text="到现场查看。")
    follow = {
        role: "到现场查看。" in sign_in(user).get(item.get_absolute_url()).content.decode()
        for role, user in cast.items()
    }
    assert {role for role, follows in follow.items() if not follows} == {
        "stranger",
        "unit_officer",
        "system_admin",
        "security_admin",
        "auditor",
    }
    factories.AssignmentFactory(suggestion=suggestion, unit=cast["unit_officer"].memberships.get().unit)
    assert "先看现场。" in sign_in(cast["unit_officer"]).get(item.get_absolute_url()).content.decode()
    page = Client().get(item.get_absolute_url()).content.decode()
    for told in ("王副主任", "李副市长", "已经解决。", suggestion.title):
        assert told in page
    assert "先看现场。" not in page


def test_key_suggestions_of_the_newest_year_are_shown_first():
    factories.KeyItemFactory(year=2025, title="去年的")
    factories.KeyItemFactory(title="今年的")
    shown = {q: Client().get(reverse("proposals:key-items") + q).content.decode() for q in ("", "?year=2025")}
    assert ("今年的" in shown[""], "去年的" in shown[""]) == (True, False)
    assert ("今年的" in shown["?year=2025"], "去年的" in shown["?year=2025"]) == (False, True)


# Topics


def test_topics_are_for_deputies_and_the_congress_s_staff(cast, sign_in):
    topic = factories.TopicFactory()
    answers = {
        role: (
            sign_in(user).get(reverse("proposals:topics")).status_code,
            sign_in(user).get(topic.get_absolute_url()).status_code,
        )
        for role, user in cast.items()
        if role != "stranger"
    }
    closed = {"unit_officer", "government_office", "system_admin", "security_admin", "auditor"}
    assert {role for role, answer in answers.items() if answer == (403, 404)} == closed
    assert {answer for role, answer in answers.items() if role not in closed} == {(200, 200)}


def test_a_topic_tells_how_many_took_it_and_whether_one_may(sign_in, deputy_user):
    topic = factories.TopicFactory(max_claims=2)
    client = sign_in(deputy_user)

    def told():
        context = client.get(topic.get_absolute_url()).context
        return context["may_claim"], len(context["claims"])

    assert told() == (True, 0)
    topic.claims.create(deputy=factories.MandateFactory().deputy)
    assert told() == (True, 1)
    mine = topic.claims.create(deputy=deputy_user.deputy)
    assert told() == (False, 2)
    mine.state = "released"
    mine.save()
    assert told() == (True, 1)
    topic.claims.create(deputy=factories.MandateFactory().deputy)
    assert told() == (False, 2)


def test_topics_are_found_by_two_characters_and_year(sign_in, deputy_user):
    factories.TopicFactory(title="老旧小区加装电梯")
    factories.TopicFactory(title="农村饮水", year=2025)
    client = sign_in(deputy_user)

    def found(query):
        return [topic.title for topic in client.get(reverse("proposals:topics") + query).context["page"].rows]

    assert found("") == found("?q=电梯") == ["老旧小区加装电梯"]
    assert found("?year=2025") == ["农村饮水"]
    assert found("?q=饮水") == []


# The start page


def test_the_start_page_tells_what_was_solved_lately(register, committed):
    committed()
    hidden = factories.SuggestionFactory(replied=True, title="关于丙的建议")
    newest = published("关于丁的建议", published_on=dt.date(2026, 6, 19))
    page = Client().get("/").content.decode()
    assert newest.get_absolute_url() in page
    assert [text for text in ("兑现", "跟踪", "落空", hidden.title) if f">{text}<" in page] == ["兑现"]


def test_the_start_page_says_nothing_while_nothing_is_solved():
    assert Client().get("/").context["solved"] == {"promises": [], "stories": [], "suggestions": []}


# Speed


def few(address, client, committed):
    committed()
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["stranger", "deputy", "office", "unit_officer"])
@pytest.mark.parametrize(
    "name", ["list", "commitments", "key-items", "topics", "key-item", "commitment", "topic"]
)
def test_pages_take_as_many_queries_for_three_rows_as_for_one(name, who, cast, sign_in, committed):
    if name.startswith("topic") and who in ("stranger", "unit_officer"):
        return
    item, topic = factories.KeyItemFactory(), factories.TopicFactory()
    reply = factories.ReplyFactory()
    promise = factories.CommitmentFactory(reply=reply)
    records = {"key-item": item, "topic": topic, "commitment": promise}
    address = records[name].get_absolute_url() if name in records else reverse(f"proposals:{name}")

    def one_more():
        commitment = factories.CommitmentFactory()
        factories.AssignmentFactory(suggestion=commitment.suggestion, part="co")
        item.suggestions.add(commitment.suggestion)
        item.steps.create(kind="visit", on=dt.date(2026, 5, 1), text="到现场查看。")
        factories.KeyItemFactory()
        factories.TopicFactory().claims.create(deputy=commitment.suggestion.lead)
        topic.claims.create(deputy=commitment.suggestion.lead)
        promise.progress.create(text="进展").pictures.add(factories.stored_picture())

    client = sign_in(cast[who])
    one_more()
    first = few(address, client, committed)
    one_more()
    one_more()
    assert few(address, client, committed) == first


# The early cache


@pytest.mark.django_db(transaction=True)
def test_what_is_published_shows_at_once_and_what_is_taken_back_is_gone(settings, office):
    settings.PAGE_CACHE_SECONDS = 60
    visitor = Client()
    suggestion = factories.SuggestionFactory(replied=True)
    commitment = factories.CommitmentFactory(reply__assignment__suggestion=suggestion)
    addresses = [LIST, REGISTER]

    def shown():
        return [
            text in visitor.get(address).content.decode()
            for address, text in zip(addresses, (suggestion.title, commitment.text), strict=True)
        ]

    for address in addresses:
        visitor.get(address)
        assert not visitor.get(address).templates, "kept"
    assert shown() == [False, False]
    review.publish(suggestion, by=office, publication="full")
    assert shown() == [True, True]
    assert visitor.get(commitment.get_absolute_url()).status_code == 200
    review.publish(suggestion, by=office, publication="none", publication_reason="涉及隐私")
    assert shown() == [False, False]
    assert visitor.get(commitment.get_absolute_url()).status_code == 404
