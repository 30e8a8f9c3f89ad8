"""What a deputy does with suggestions, by the front door: writes, asks, sends, answers, rates, verifies, takes topics."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from proposals.actions import review, suggestions, topics
from proposals.likeness import matter_of, similar_to
from proposals.models import Commitment, CoSignature, Rating, Reply, Suggestion
from proposals.states import (
    AssignmentState,
    ClaimState,
    CommitmentState,
    CoSignatureState,
    ReplyState,
    SuggestionState,
)
from proposals.views.mine import FEW

from .. import factories

pytestmark = pytest.mark.django_db
MINE, NEW = reverse("proposals:mine"), reverse("proposals:new")
S = SuggestionState


def to(name, record):
    return reverse(f"proposals:{name}", args=[record.pk])


def text_of(page):
    return page.content.decode()


@pytest.fixture
def author(deputy_user):
    return deputy_user.deputy


@pytest.fixture
def client(deputy_user, sign_in):
    return sign_in(deputy_user)


@pytest.fixture
def draft(author):
    return factories.SuggestionFactory(lead=author)


@pytest.fixture
def another(sign_in):
    """Another sitting deputy who signs in; ``another.client``."""
    user = factories.UserFactory(name="王代表")
    deputy = factories.MandateFactory(deputy__user=user, deputy__name="王代表").deputy
    deputy.client = sign_in(user)
    return deputy


@pytest.fixture
def end_mandate(author):
    def end():
        author.mandates.update(state="ended", state_since=dt.date(2026, 1, 1))

    return end


def filled(suggestion, **changes):
    """What the browser sends of the filing form."""
    fields = ("title", "facts", "reasons", "request", "wish", "wish_reason")
    sent = {name: getattr(suggestion, name) for name in fields}
    return sent | {"category": suggestion.category_id or "", "version": suggestion.text_version} | changes


def asked(suggestion, deputy, **fields):
    suggestions.invite(
        suggestion, deputies=[deputy], until=timezone.localdate() + dt.timedelta(days=7), by=None
    )
    row = suggestion.cosignatures.get(deputy=deputy)
    CoSignature.objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


def rating_of(deputy, **fields):
    suggestion = factories.SuggestionFactory(lead=deputy, registered=True, state=S.REPLIED)
    factories.AssignmentFactory(suggestion=suggestion, state=AssignmentState.REPLIED)
    day = timezone.localdate()
    return Rating.objects.create(
        **{"suggestion": suggestion, "deputy": deputy, "round": 1, "asked_on": day, "until": day} | fields
    )


def promise_to(deputy, **fields):
    part = factories.AssignmentFactory(
        suggestion=factories.SuggestionFactory(lead=deputy, registered=True, state=S.REPLIED),
        state=AssignmentState.REPLIED,
    )
    reply = Reply.objects.create(assignment=part, state=ReplyState.SIGNED, signed_on=part.due_on)
    promise = {
        "suggestion": part.suggestion,
        "assignment": part,
        "reply": reply,
        "unit": part.unit,
        "text": "完成路口拓宽",
        "leader": "周文",
        "due_on": dt.date(2026, 9, 30),
        "first_due_on": dt.date(2026, 9, 30),
        "state": CommitmentState.DONE,
        "done_on": dt.date(2026, 9, 1),
    }
    return Commitment.objects.create(**promise | fields)


# What is mine


def test_the_list_says_of_each_line_how_it_stands_and_what_is_next(client, author, another):
    asked(factories.SuggestionFactory(lead=another, title="关于增设公交站的建议"), author)
    rating_of(author)
    promise_to(author)
    topics.claim(factories.TopicFactory(title="老旧小区加装电梯"), deputy=author, by=author.user)
    factories.SuggestionFactory(lead=author, title="")
    page = text_of(client.get(MINE))
    for words in (
        "关于增设公交站的建议",
        "请您附议，请阅读全文后答复",
        "请您评价办理情况",
        "完成路口拓宽",
        "老旧小区加装电梯",
        "撰写建议",
        "未命名的建议",
        "草稿",
    ):
        assert words in page, words


def test_an_empty_list_says_what_will_stand_there(client):
    assert 'class="empty"' in text_of(client.get(MINE))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("unsent", lambda author, another: factories.SuggestionFactory(lead=author)),
        ("ratings", lambda author, another: rating_of(author)),
        ("cosignatures", lambda author, another: asked(factories.SuggestionFactory(lead=another), author)),
        ("commitments", lambda author, another: promise_to(author)),
    ],
)
def test_of_many_a_few_stand_there_and_a_page_has_all(name, make, client, author, another):
    for _each in range(7):
        make(author, another)
    page = BeautifulSoup(client.get(MINE).content, "html.parser")
    heading = "unsent" if name == "unsent" else "waiting"
    assert len(page.select(f"section[aria-labelledby={heading}] li")) == FEW
    [more] = [link["href"] for link in page.select("section p.links a") if link["href"].startswith("?list=")]
    assert more == f"?list={name}"
    everything = BeautifulSoup(client.get(f"{MINE}{more}").content, "html.parser")
    assert len(everything.select("main ul.rows li")) == 7


def test_a_list_that_is_none_is_the_page_itself(client):
    assert "我的建议" in text_of(client.get(f"{MINE}?list=unknown"))


def test_what_one_leads_and_what_one_cosigns_stand_in_one_order(client, author, another):
    expected = []
    for number in range(9):
        lead = another if number % 3 else author
        suggestion = factories.SuggestionFactory(lead=lead, registered=True)
        if number % 3 == 2:
            agreed = {"state": CoSignatureState.AGREED, "text_version": suggestion.text_version}
            suggestion.cosignatures.create(deputy=author, asked_at=timezone.now(), **agreed)
        if number % 3 != 1:
            expected.insert(0, suggestion)
    assert client.get(MINE).context["page"].rows == expected


@pytest.mark.parametrize("page", ["proposals:mine", "home:my"])
def test_the_pages_of_a_deputy_take_a_fixed_number_of_queries(page, client, author, another, committed):
    def rows(n):
        for _ in range(n):
            asked(factories.SuggestionFactory(lead=another), author)
            asked(factories.SuggestionFactory(lead=author), another)
            rating_of(author)
            promise_to(author)
            topics.claim(factories.TopicFactory(), deputy=author, by=author.user)
            factories.SuggestionFactory(
                lead=author, registered=True, session=factories.SessionFactory(), origin="session"
            )

    def queries():
        committed()
        client.get(reverse(page))
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert client.get(reverse(page)).status_code == 200
        return len(taken)

    rows(1)
    one = queries()
    rows(2)
    assert queries() == one


def test_what_waits_is_counted_where_somebody_signs_in(client, author, another):
    assert "没有需要您处理的事项" in text_of(client.get(reverse("home:my")))
    asked(factories.SuggestionFactory(lead=another), author)
    rating_of(author)
    assert "有2件事项等待您处理" in text_of(client.get(reverse("home:my")))


def test_who_is_no_deputy_has_no_such_pages(sign_in, office):
    for address in (MINE, NEW, reverse("proposals:similar")):
        assert sign_in(office).get(address).status_code == 404


# The text


def test_a_suggestion_is_begun_written_and_sent(client, author, office):
    begun = client.post(NEW)
    draft = author.suggestions.get()
    assert begun["Location"] == to("edit", draft)
    category = factories.CategoryFactory()
    sent = filled(
        factories.SuggestionFactory.build(lead=author, category=None),
        category=category.pk,
        send="1",
        wish="none",
        wish_reason="涉及企业秘密",
    )
    saved = client.post(to("edit", draft), sent)
    assert saved["Location"] == to("submit", draft)
    page = text_of(client.get(to("submit", draft)))
    assert "闭会期间" in page
    assert "涉及企业秘密" in page
    assert client.post(to("submit", draft))["Location"] == MINE
    draft.refresh_from_db()
    assert (draft.state, draft.origin, draft.category, draft.wish) == (
        S.SUBMITTED,
        "between",
        category,
        "none",
    )
    assert [notice.recipient for notice in Notice.objects.all()] == [office]


def test_pressing_twice_begins_one(client, author):
    client.post(NEW)
    client.post(NEW)
    assert author.suggestions.count() == 1
    author.suggestions.update(title="关于南湖路的建议")
    client.post(NEW)
    assert author.suggestions.count() == 2


def test_a_read_page_begins_nothing(client, author):
    assert client.get(NEW).status_code == 200
    assert not author.suggestions.exists()


def test_a_suggestion_of_a_session_says_so_before_it_is_sent(client, draft):
    today = timezone.localdate()
    factories.SessionFactory(starts_on=today, ends_on=today)
    assert "第五次会议" in text_of(client.get(to("submit", draft)))


def test_an_emptied_title_is_kept_as_a_draft_and_never_sent(client, draft):
    assert client.post(to("edit", draft), filled(draft, title="  ")).status_code == 302
    draft.refresh_from_db()
    assert draft.title == ""
    page = client.post(to("submit", draft))
    assert f'href="{to("edit", draft)}#id_title"' in text_of(page)
    assert "<button" not in text_of(page).split('aria-label="提交方式"')[1].split("</aside>")[0]
    draft.refresh_from_db()
    assert draft.state == S.DRAFT


@pytest.mark.parametrize(("length", "is_saved"), [(20_000, True), (20_001, False)])
def test_a_text_of_twenty_thousand_characters_is_taken_lines_and_all(length, is_saved, client, draft):
    """A browser sends a line break as two characters and counts it as one."""
    text = "一行\n" * 5000 + "长" * (length - 15_000)
    page = client.post(to("edit", draft), filled(draft, facts=text.replace("\n", "\r\n")))
    draft.refresh_from_db()
    assert (page.status_code == 302) == is_saved
    assert (draft.facts == text) == is_saved
    if not is_saved:
        assert page.context["form"]["facts"].value() == text.replace("\n", "\r\n"), (
            "what was typed is still there"
        )


def test_of_two_windows_the_second_sees_what_the_first_wrote_before_it_replaces_it(client, draft):
    client.post(to("edit", draft), filled(draft, facts="第一个窗口写的。"))
    late = filled(draft, facts="第二个窗口写的。")
    page = client.post(to("edit", draft), late)
    assert "第一个窗口写的。" in text_of(page)
    assert page.context["form"]["facts"].value() == "第二个窗口写的。"
    draft.refresh_from_db()
    assert draft.facts == "第一个窗口写的。"
    client.post(to("edit", draft), late | {"version": page.context["form"]["version"].value()})
    draft.refresh_from_db()
    assert draft.facts == "第二个窗口写的。"


def test_what_was_sent_in_another_window_is_not_changed_any_more(client, draft):
    suggestions.submit(draft, by=draft.lead.user)
    for name in ("edit", "invite", "submit"):
        assert client.get(to(name, draft))["Location"] == draft.get_absolute_url()
    assert client.post(to("edit", draft), filled(draft, facts="别的"))["Location"] == draft.get_absolute_url()
    assert client.post(to("autosave", draft), filled(draft, facts="别的")).status_code == 409
    draft.refresh_from_db()
    assert draft.facts != "别的"


def test_a_text_is_saved_while_it_is_written(client, draft):
    answer = client.post(to("autosave", draft), filled(draft, facts="写到一半"))
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert "已于" in answer.json()["words"]
    draft.refresh_from_db()
    assert draft.facts == "写到一半"
    assert client.post(to("autosave", draft), filled(draft, version=1, facts="另一个窗口")).status_code == 409
    draft.refresh_from_db()
    again = client.post(to("autosave", draft), filled(draft, version=1))
    assert (again.status_code, again.json()["version"]) == (200, 2), "the answer to the first was lost"
    late = client.post(to("autosave", draft), filled(draft, title="长" * 101))
    assert late.status_code == 400
    assert late.json()["words"].startswith("标题")
    assert not Suggestion.history.filter(id=draft.pk, history_type="~").exists(), (
        "only what others read is kept"
    )


def test_what_others_read_is_kept_in_the_history(client, draft, author, another):
    asked(draft, another)
    client.post(to("edit", draft), filled(draft, facts="附议之后改过。"))
    draft.refresh_from_db()
    suggestions.submit(draft, by=author.user)
    review.send_back(draft, by=None, note="请写明路段。")
    draft.refresh_from_db()
    client.post(to("autosave", draft), filled(draft, facts="退回之后"))
    draft.refresh_from_db()
    client.post(to("autosave", draft), filled(draft, facts="退回之后又改。"))
    draft.refresh_from_db()
    suggestions.submit(draft, by=author.user)
    kept = Suggestion.history.filter(id=draft.pk).order_by("history_id").values_list("facts", flat=True)
    first = factories.SuggestionFactory.build(lead=author, category=None).facts
    assert list(dict.fromkeys(kept)) == [first, "附议之后改过。", "退回之后又改。"]


def test_while_others_read_it_a_text_is_saved_by_the_button_only(client, draft, another):
    asked(draft, another)
    assert "data-autosave" not in text_of(client.get(to("edit", draft)))
    assert client.post(to("autosave", draft), filled(draft, facts="别的")).status_code == 409


def test_a_returned_one_shows_why_and_its_co_signers_are_asked_when_they_can_answer(
    client, author, another, office
):
    draft = factories.SuggestionFactory(lead=author)
    row = asked(draft, another)
    suggestions.agree(row, by=another.user, version=draft.text_version)
    suggestions.submit(draft, by=author.user)
    review.send_back(draft, by=office, note="请写明具体路段。")
    Notice.objects.all().delete()
    assert "请写明具体路段。" in text_of(client.get(to("edit", draft)))
    client.post(to("edit", draft), filled(draft, facts="南湖路（胜利路口至学校段）拥堵。"))
    row.refresh_from_db()
    assert row.state == CoSignatureState.ASKED
    assert not Notice.objects.exists(), "they could not answer yet"
    client.post(to("invite", draft), {"until": timezone.localdate().isoformat()})
    [notice] = Notice.objects.all()
    assert (notice.recipient, notice.link) == (another.user, to("cosign", row))
    assert "再次征求您的意见" in text_of(another.client.get(to("cosign", row)))


def test_enclosures_are_added_and_removed_and_no_word_is_lost(client, draft):
    page = client.post(
        to("file-add", draft),
        filled(
            draft,
            facts="边写边加附件。",
            pictures=[factories.picture("一.png"), factories.picture("二.png")],
            documents=[factories.document()],
        ),
    )
    assert page["Location"] == f"{to('edit', draft)}#enclosures"
    names = [str(enclosure.file) for enclosure in draft.files.select_related("file")]
    assert names == ["一.jpg", "二.jpg", "proof.pdf"]
    draft.refresh_from_db()
    assert draft.facts == "边写边加附件。"
    client.post(to("file-remove", draft.files.first()), filled(draft, facts="边写边删附件。"))
    draft.refresh_from_db()
    assert (draft.files.count(), draft.facts) == (2, "边写边删附件。")


def test_a_file_that_is_none_is_told_beside_the_field_and_the_text_is_still_there(client, draft):
    bad = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
    page = client.post(to("edit", draft), filled(draft, facts="新写的。", pictures=[bad]))
    assert page.context["form"].errors["pictures"]
    assert page.context["form"]["facts"].value() == "新写的。"
    bad = SimpleUploadedFile("x.pdf", b"no document", "application/pdf")
    page = client.post(to("edit", draft), filled(draft, facts="新写的。", documents=[bad]))
    draft.refresh_from_db()
    assert page.context["form"].errors["documents"]
    assert (draft.facts, page.context["form"]["version"].value()) == ("新写的。", draft.text_version)


def test_a_tenth_enclosure_is_refused_and_the_text_saved(client, draft):
    files = [factories.document(f"{n}.pdf") for n in range(10)]
    page = client.post(to("edit", draft), filled(draft, facts="附件太多。", documents=files))
    draft.refresh_from_db()
    assert page.context["form"].errors["documents"]
    assert (draft.files.count(), draft.facts) == (9, "附件太多。")
    assert "id_documents" not in text_of(client.get(to("edit", draft)))


def test_a_draft_is_deleted_after_asking(client, draft):
    draft.files.create(file=factories.stored_document())
    assert client.get(to("discard", draft)).status_code == 200
    assert Suggestion.objects.exists()
    assert client.post(to("discard", draft))["Location"] == MINE
    assert not Suggestion.objects.exists()


def test_a_suggestion_is_withdrawn_with_a_reason(client, draft):
    suggestions.submit(draft, by=draft.lead.user)
    assert client.post(to("withdraw", draft), {"note": " "}).status_code == 200
    client.post(to("withdraw", draft), {"note": "已另行解决。"})
    draft.refresh_from_db()
    assert draft.state == S.WITHDRAWN
    assert "button" not in text_of(client.get(to("withdraw", draft))).split("<h1>")[1].split("</main>")[0]


DOORS = ("edit", "autosave", "file-add", "discard", "invite", "submit", "withdraw")


@pytest.mark.parametrize("name", DOORS)
def test_others_do_not_find_a_draft_and_may_not_touch_what_they_see(name, draft, another):
    assert another.client.post(to(name, draft), filled(draft)).status_code == 404
    asked(draft, another)
    assert another.client.post(to(name, draft), filled(draft)).status_code == 403


def test_others_do_not_remove_an_enclosure(draft, another):
    enclosure = draft.files.create(file=factories.stored_document())
    assert another.client.post(to("file-remove", enclosure), filled(draft)).status_code == 404
    assert draft.files.exists()


def test_whose_mandate_ended_reads_on_and_puts_forward_nothing(client, draft, author, another, end_mandate):
    row = asked(factories.SuggestionFactory(lead=another), author)
    topic = factories.TopicFactory()
    end_mandate()
    page = text_of(client.get(MINE))
    assert draft.title in page
    assert f'action="{NEW}"' not in page
    for address in (
        NEW,
        to("invite", draft),
        to("submit", draft),
        to("cosign", row),
        to("topic-claim", topic),
    ):
        assert client.post(address, {"answer": "agree", "version": 1}).status_code == 403, address
    draft.refresh_from_db()
    assert draft.state == S.DRAFT


@pytest.mark.parametrize("name", ["edit", "submit", "invite"])
def test_the_pages_of_filing_take_a_fixed_number_of_queries(name, client, author, draft, committed):
    def rows(n):
        for _ in range(n):
            suggestions.invite(
                draft, deputies=[factories.MandateFactory(deputy__name="陈一").deputy], until=None, by=None
            )
            factories.MandateFactory(deputy__name="陈二")
            draft.files.create(file=factories.stored_picture())
            factories.CategoryFactory(name=f"类别{draft.files.count()}")
            factories.SuggestionFactory(lead=author)

    client.get(to(name, draft))

    def queries():
        committed()
        client.get(to(name, draft))
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"{to(name, draft)}?q=陈").status_code == 200
        return len(taken)

    rows(1)
    one = queries()
    rows(2)
    assert queries() == one


# Similar ones


@pytest.mark.parametrize(
    ("title", "matter"),
    [
        ("关于改善南湖路交通拥堵的建议", "改善南湖路交通拥堵"),
        ("关于进一步规范网约车管理的意见", "规范网约车管理"),
        ("改善南湖路交通", "改善南湖路交通"),
        ("建议", ""),
        ("", ""),
        ("一\n二", "一\n二"),
    ],
)
def test_of_a_title_only_the_matter_counts(title, matter):
    assert matter_of(title) == matter


def test_similar_ones_are_shown_most_alike_first_and_only_those_one_may_see(
    client, author, deputy_user, another
):
    public = {"registered": True, "published_on": dt.date(2026, 1, 1), "lead": another}
    alike = factories.SuggestionFactory(title="关于解决南湖路交通拥堵问题的建议", **public)
    less = factories.SuggestionFactory(title="关于改善学校周边交通拥堵的建议", **public, year=2024)
    factories.SuggestionFactory(title="关于改善农村饮水的建议", **public)
    factories.SuggestionFactory(title="关于改善南湖路交通拥堵的建议", lead=another)  # somebody's draft
    mine = factories.SuggestionFactory(title="关于改善南湖路交通拥堵状况的建议", lead=author)
    title = "关于改善南湖路交通拥堵的建议"
    assert similar_to(title, user=deputy_user) == [mine, alike, less]
    assert similar_to(title, user=deputy_user, but=mine.pk) == [alike, less]
    html = client.get(reverse("proposals:similar"), {"title": title, "but": mine.pk}).json()["html"]
    assert html.index(alike.title) < html.index(less.title)
    assert mine.title not in html
    assert "相似建议" in text_of(client.get(to("submit", mine)))


@pytest.mark.parametrize("title", ["", "路", "%", "关于的建议", "\x00", "x" * 5000])
def test_what_says_nothing_has_nothing_similar(title, client, draft):
    assert (
        "card" not in client.get(reverse("proposals:similar"), {"title": title, "but": title}).json()["html"]
    )


# Co-signers


def test_co_signers_are_found_asked_and_answer_for_themselves(client, draft, author, another):
    factories.MandateFactory(deputy__name="王离任", ended=True)
    found = client.get(to("invite", draft), {"q": "wang"}).context["found"]
    assert [card["name"] for _pk, card in found] == ["王代表"]
    day = timezone.localdate() + dt.timedelta(days=3)
    client.post(to("invite", draft), {"deputies": [another.pk], "until": day.isoformat()})
    row = draft.cosignatures.get()
    draft.refresh_from_db()
    assert (draft.state, draft.cosign_until, row.state) == (S.COSIGNING, day, CoSignatureState.ASKED)
    assert not client.get(to("invite", draft), {"q": "wang"}).context["found"], "nobody is asked twice"
    assert draft.request in text_of(another.client.get(to("cosign", row)))
    another.client.post(to("cosign", row), {"answer": "agree", "version": draft.text_version})
    row.refresh_from_db()
    assert row.state == CoSignatureState.AGREED
    assert "王代表" in text_of(client.get(to("submit", draft)))
    another.client.post(to("cosign", row), {"answer": "decline"})
    row.refresh_from_db()
    assert row.state == CoSignatureState.DECLINED


def test_a_yes_holds_for_the_text_that_was_read(client, draft, another):
    row = asked(draft, another)
    page = another.client.get(to("cosign", row))
    assert 'name="version" value="1"' in text_of(page)
    client.post(to("edit", draft), filled(draft, request="建议市公安局增设信号灯，限期三个月完成。"))
    referer = {"HTTP_REFERER": f"http://testserver{to('cosign', row)}"}
    answer = another.client.post(to("cosign", row), {"answer": "agree", "version": 1}, **referer)
    assert "限期三个月" in text_of(another.client.get(answer["Location"]))
    row.refresh_from_db()
    assert row.state == CoSignatureState.ASKED


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1"])
def test_a_version_that_is_none_is_no_yes(version, draft, another):
    row = asked(draft, another)
    another.client.post(to("cosign", row), {"answer": "agree", "version": version})
    row.refresh_from_db()
    assert row.state == CoSignatureState.ASKED


def test_nobody_else_answers_for_who_was_asked(client, draft, another, superuser, sign_in):
    row = asked(draft, another)
    for other in (client, sign_in(superuser)):
        assert other.post(to("cosign", row), {"answer": "agree", "version": 1}).status_code == 404


@pytest.mark.parametrize(
    ("until", "chosen", "field"),
    [
        ("", True, "until"),
        ("2020-01-01", True, "until"),
        ("x", True, "until"),
        ("2099-01-01", False, "deputies"),
    ],
)
def test_an_invitation_that_cannot_be_says_why(until, chosen, field, client, draft, another):
    page = client.post(to("invite", draft), {"until": until, "deputies": [another.pk] if chosen else []})
    assert set(page.context["form"].errors) == {field}
    draft.refresh_from_db()
    assert draft.state == S.DRAFT


def test_who_is_no_deputy_any_more_is_not_asked(client, draft):
    ended = factories.MandateFactory(ended=True).deputy
    page = client.post(to("invite", draft), {"until": "2099-01-01", "deputies": [ended.pk]})
    assert page.context["form"].errors["deputies"]


def test_before_others_read_it_a_text_is_complete(client, author, another):
    draft = factories.SuggestionFactory(lead=author, request="")
    page = client.post(
        to("invite", draft), {"deputies": [another.pk], "until": timezone.localdate().isoformat()}
    )
    assert f'href="{to("edit", draft)}#id_request"' in text_of(page)
    assert not draft.cosignatures.exists()


# Ratings and promises


def test_a_rating_has_no_default_and_needs_words_when_dissatisfied(client, author):
    rating = rating_of(author)
    assert "checked" not in text_of(client.get(to("rate", rating)))
    assert set(client.post(to("rate", rating), {"words": ""}).context["form"].errors) == {
        "attitude",
        "result",
        "solved",
    }
    said = {"attitude": "satisfied", "result": "dissatisfied", "solved": "no"}
    assert set(client.post(to("rate", rating), said).context["form"].errors) == {"words"}
    assert client.post(to("rate", rating), said | {"words": "没有答复时间。"})["Location"] == MINE
    page = text_of(client.get(to("rate", rating)))
    assert "没有答复时间。" in page
    assert "<form" not in page.split("<h1>")[1].split("</main>")[0]


def test_a_rating_whose_time_is_over_says_so(client, author):
    rating = rating_of(author, until=timezone.localdate() - dt.timedelta(days=1))
    page = text_of(client.get(to("rate", rating)))
    assert "<form" not in page.split("<h1>")[1].split("</main>")[0]
    client.post(to("rate", rating), {"attitude": "satisfied", "result": "satisfied", "solved": "yes"})
    rating.refresh_from_db()
    assert rating.rated_at is None


def test_nobody_rates_for_another(author, another, superuser, sign_in):
    rating = rating_of(author)
    assert another.client.get(to("rate", rating)).status_code == 404
    assert sign_in(superuser).get(to("rate", rating)).status_code == 404


@pytest.mark.parametrize(
    ("verb", "state"), [("verify", CommitmentState.FULFILLED), ("doubt", CommitmentState.TRACKING)]
)
def test_a_promise_is_seen_on_the_spot_with_pictures(verb, state, client, author):
    promise = promise_to(author)
    assert client.post(to(verb, promise), {"note": " "}).context["form"].errors["note"]
    saw = {"note": "路口已拓宽一半。", "pictures": [factories.picture(), factories.picture()]}
    assert client.post(to(verb, promise), saw)["Location"] == MINE
    promise.refresh_from_db()
    progress = promise.progress.get()
    assert (promise.state, progress.text, progress.pictures.count()) == (state, "路口已拓宽一半。", 2)
    assert (promise.verified_by == author) == (verb == "verify")
    assert "<form" not in text_of(client.get(to(verb, promise))).split("<h1>")[1].split("</main>")[0]


def test_only_signers_verify_a_promise(author, another):
    promise = promise_to(author)
    assert another.client.get(to("verify", promise)).status_code == 404
    Suggestion.objects.update(published_on=dt.date(2026, 7, 1))
    assert another.client.get(to("verify", promise)).status_code == 403


def test_whose_mandate_ended_verifies_nothing_and_is_told(client, author, end_mandate):
    promise = promise_to(author)
    end_mandate()
    assert client.post(to("verify", promise), {"note": "已完成。"}).context["form"].non_field_errors()
    promise.refresh_from_db()
    assert promise.state == CommitmentState.DONE


# Topics


def test_a_topic_is_taken_for_a_group_researched_and_written(client, author):
    group = factories.DeputyGroupFactory()
    author.mandates.update(group=group)
    topic = factories.TopicFactory(category=factories.CategoryFactory())
    assert "本人领题" in text_of(client.get(to("topic-claim", topic)))
    client.post(to("topic-claim", topic), {"group": group.pk})
    claim = author.topic_claims.get()
    assert claim.group == group
    client.post(to("claim-research", claim))
    claim.refresh_from_db()
    assert claim.state == ClaimState.RESEARCHING
    for _twice in range(2):
        begun = client.post(f"{NEW}?claim={claim.pk}")
    draft = author.suggestions.get()
    assert begun["Location"] == to("edit", draft)
    claim.refresh_from_db()
    assert (claim.state, claim.suggestion, draft.category) == (ClaimState.FILED, draft, topic.category)
    client.post(to("discard", draft))
    claim.refresh_from_db()
    assert (claim.state, claim.suggestion) == (ClaimState.RESEARCHING, None)
    client.post(to("claim-release", claim))
    claim.refresh_from_db()
    assert claim.state == ClaimState.RELEASED


def test_a_topic_is_not_taken_for_a_group_one_does_not_belong_to(client, author):
    group = factories.DeputyGroupFactory()
    page = client.post(to("topic-claim", factories.TopicFactory()), {"group": group.pk})
    assert page.context["form"].errors["group"]
    assert not author.topic_claims.exists()


def test_what_another_has_taken_is_theirs(client, another):
    claim = topics.claim(factories.TopicFactory(), deputy=another, by=another.user)
    for address in (to("claim-research", claim), to("claim-release", claim), f"{NEW}?claim={claim.pk}"):
        assert client.post(address).status_code == 404
    assert client.get(f"{NEW}?claim={'9' * 30}").status_code == 404


def test_who_is_no_deputy_takes_no_topic(office, sign_in):
    assert sign_in(office).post(to("topic-claim", factories.TopicFactory())).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_what_is_remembered_for_strangers_outlives_the_saving_of_drafts(deputy_user, makings):
    suggestion = factories.SuggestionFactory(lead=deputy_user.deputy)
    makings(Suggestion)
    suggestions.write(suggestion, by=deputy_user, version=1, facts="另一段情况。")
    suggestions.begin(deputy_user.deputy, by=deputy_user)
    assert makings(Suggestion) == 1
    Suggestion.objects.update(published_on="2026-06-12")
    assert makings(Suggestion) == 2
