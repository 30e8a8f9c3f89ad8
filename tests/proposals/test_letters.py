"""A unit's letters: written, promised in, signed, frozen, corrected; and how they look on paper."""

import datetime as dt
import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from proposals import letters
from proposals.actions import replies
from proposals.management.commands.letter_template import template
from proposals.models import Commitment, Part, Publication, Reply, ReplyClass, Suggestion
from proposals.states import AssignmentState, CommitmentState, ReplyState

from .. import factories
from .conftest import desk_of, fresh

pytestmark = pytest.mark.django_db
A, R = AssignmentState, ReplyState
NOBODY = AnonymousUser()


def words(code="B", **changed):
    """What an officer fills in."""
    return {
        "reply_class": ReplyClass.objects.get(scheme="N4", code=code).pk,
        "adoption": "adopted",
        "document_no": "余住建提〔2026〕1号",
        "text": "一、已将路口拓宽列入计划。\r\n\r\n  二、今年动工。",
        "contact_person": "刘工",
        "contact_phone": "0790-6440000",
        **changed,
    }


@pytest.fixture
def heard(desk):
    """The desk, after the deputy was visited."""
    talk = desk.part.consultations.create(
        on=dt.date(2026, 3, 9), way="visit", rank="head", people="局长周文", said="希望今年动工。"
    )
    talk.deputies.set([desk.part.suggestion.lead])
    return desk


@pytest.fixture
def written(heard, post):
    """A letter of class A on the desk."""
    post(heard.officer, "write", heard.part, **words("A"))
    return Reply.objects.get()


@pytest.fixture
def signed(heard, written):
    replies.present(written, by=heard.officer)
    replies.sign(written, by=heard.signer)
    return fresh(written)


def publish(suggestion, publication=Publication.FULL):
    Suggestion.objects.filter(pk=suggestion.pk).update(
        published_on=dt.date(2026, 3, 10), publication=publication, public_summary="摘要"
    )


# Written


def test_a_letter_is_written_promised_in_presented_and_signed(heard, page, post):
    desk = heard
    answer = post(desk.officer, "write", desk.part, **words("B"))
    letter = Reply.objects.get()
    assert answer.url == reverse("proposals:present", args=[letter.pk])
    assert (letter.kind, letter.written_by, letter.reply_class.code) == ("reply", desk.officer, "B")

    assert len(page(desk.officer, "present", letter).context["missing"]) == 1, "class B promises something"
    refused = post(desk.officer, "present", letter)
    assert refused.status_code == 200 and len(refused.context["form"].non_field_errors()) == 1

    late = post(desk.officer, "promise", letter, text="完成拓宽", leader="周文", due_on="2026-03-10")
    assert set(late.context["form"].errors) == {"due_on"}
    for text in ("完成拓宽", "写错的一条"):
        post(desk.officer, "promise", letter, text=text, leader="周文", due_on="2026-09-30")
    post(desk.officer, "promise-remove", Commitment.objects.get(text="写错的一条"))
    assert [str(one) for one in letter.commitments.all()] == ["完成拓宽"]

    assert page(desk.officer, "present", letter).context["missing"] == []
    post(desk.officer, "present", letter)
    assert (fresh(letter).state, fresh(desk.part).state) == (R.REVIEW, A.REVIEW)

    shown = page(desk.signer, "letter-sign", letter)
    assert shown.context["letter"].paragraphs == ["一、已将路口拓宽列入计划。", "二、今年动工。"]
    post(desk.signer, "letter-sign", letter)
    letter = fresh(letter)
    assert (letter.state, letter.signed_by, letter.signed_on) == (R.SIGNED, desk.signer, dt.date(2026, 3, 10))
    assert fresh(desk.part).state == A.REPLIED
    assert letter.commitments.get().state == CommitmentState.TRACKING


def test_without_a_talk_no_letter_leaves_and_a_phone_call_is_remarked(desk, page, post):
    post(desk.officer, "write", desk.part, **words("A"))
    letter = Reply.objects.get()
    [lack] = page(desk.officer, "present", letter).context["missing"]
    assert "代表法" in lack
    post(desk.officer, "present", letter)
    assert fresh(letter).state == R.DRAFT
    desk.part.consultations.create(
        on=dt.date(2026, 3, 9), way="phone", rank="officer", people="刘工", said="。"
    )
    shown = page(desk.officer, "present", letter).context
    assert (shown["missing"], len(shown["remarks"])) == ([], 1)


def test_a_silent_co_unit_is_remarked_and_its_opinion_printed_once_it_is_there(heard, written, page, post):
    co = desk_of("市公安局", suggestion=heard.part.suggestion, part=Part.CO)
    [remark] = page(heard.officer, "present", written).context["remarks"]
    assert "市公安局" in remark
    post(co.officer, "write", co.part, text="可增设信号灯。")
    opinion = co.part.replies.get()
    assert opinion.kind == Reply.Kind.OPINION
    post(co.officer, "present", opinion)
    post(co.signer, "letter-sign", opinion)
    shown = page(heard.officer, "present", written).context
    assert shown["remarks"] == []
    assert shown["letter"].opinions == [{"heading": "市公安局会办意见：", "paragraphs": ["可增设信号灯。"]}]
    text = letters.compose(fresh(opinion))
    assert text.title == "关于新余市第十届人大第五次会议第012号建议的会办意见"
    assert text.addressee == "市住建局："


def test_who_wrote_a_letter_does_not_sign_it(heard, written, page, post):
    both = factories.MembershipFactory(role="unit_signer", unit=heard.unit, user=heard.officer).user
    replies.present(written, by=both)
    assert page(both, "letter-sign", written).context["why"]
    refused = post(both, "letter-sign", written)
    assert refused.status_code == 302 and refused.told == [page(both, "letter-sign", written).context["why"]]
    assert fresh(written).state == R.REVIEW


def test_an_officer_does_not_sign(heard, written, page):
    replies.present(written, by=heard.officer)
    for name in ("letter-sign", "letter-send-back"):
        assert page(heard.officer, name, written).status_code == 403


def test_the_signer_sends_it_back_with_a_reason_that_stands_on_the_desk(heard, written, page, post):
    replies.present(written, by=heard.officer)
    assert set(post(heard.signer, "letter-send-back", written).context["form"].errors) == {"note"}
    post(heard.signer, "letter-send-back", written, note="请写明动工日期")
    assert (fresh(written).state, fresh(heard.part).state) == (R.DRAFT, A.HANDLING)
    assert "请写明动工日期" in page(heard.officer, "present", written).content.decode()


def test_a_unit_does_not_reply_twice(heard, signed, page, post):
    assert page(heard.officer, "write", heard.part).context["why"]
    refused = post(heard.officer, "write", heard.part, **words("A"))
    assert refused.status_code == 302 and len(refused.told) == 1
    assert Reply.objects.count() == 1


def test_what_lies_with_the_signer_is_not_changed(heard, written, page, post):
    replies.present(written, by=heard.officer)
    assert page(heard.officer, "write", heard.part).url == written.get_absolute_url()
    assert post(heard.officer, "write", heard.part, **words("A", text="改过")).status_code == 302
    assert "改过" not in fresh(written).text
    for name in ("promise", "letter-file", "present"):
        assert page(heard.officer, name, written).context["why"], name


def test_enclosures_come_and_go_while_it_is_on_the_desk(heard, written, post):
    wrong = post(heard.officer, "letter-file", written, upload=factories.picture())
    assert wrong.context["form"].errors
    for name in ("规划图.pdf", "写错.pdf"):
        post(heard.officer, "letter-file", written, upload=factories.document(name))
    post(heard.officer, "letter-file-remove", written.files.last())
    assert [str(enclosure) for enclosure in written.files.all()] == ["规划图.pdf"]
    replies.present(written, by=heard.officer)
    post(heard.officer, "letter-file-remove", written.files.get())
    assert written.files.count() == 1


def test_a_signed_letter_is_corrected_by_another_one(heard, signed, page, post):
    post(heard.officer, "letter-correct", signed, correction_reason="日期写错")
    again = Reply.objects.get(kind="correction")
    assert (again.corrects, again.text) == (signed, signed.text)
    post(
        heard.officer,
        "write",
        heard.part,
        **words("A", text="二〇二七年动工。", correction_reason="日期写错"),
    )
    post(heard.officer, "present", again)
    post(heard.signer, "letter-sign", again)
    assert fresh(again).state == R.SIGNED
    assert "2026年3月10日" in letters.compose(fresh(again)).correction
    assert list(page(heard.officer, "letter", signed).context["corrections"]) == [again]
    assert fresh(signed).text != fresh(again).text


def test_after_a_promise_was_kept_the_unit_replies_once_more(heard, signed, page, post):
    assert page(heard.officer, "second", heard.part).context["why"]
    signed.commitments.create(
        suggestion=signed.suggestion,
        assignment=heard.part,
        unit=heard.unit,
        text="完成拓宽",
        leader="周文",
        due_on=dt.date(2026, 3, 9),
        first_due_on=dt.date(2026, 3, 9),
        state=CommitmentState.FULFILLED,
        verified_by=signed.suggestion.lead,
        verified_on=dt.date(2026, 3, 10),
    )
    post(heard.officer, "second", heard.part)
    second = Reply.objects.get(kind="second")
    form = page(heard.officer, "write", heard.part).context["form"]
    assert list(form.fields) == ["document_no", "text", "contact_person", "contact_phone"]
    assert letters.compose(second).title.endswith("建议的再次答复")


# Read


def test_a_letter_is_for_those_who_take_part_until_it_is_published_in_full(
    heard, signed, other_desk, office, government_office, deputy_user, page
):
    lead = signed.suggestion.lead.user
    readers = [heard.officer, heard.signer, lead, office, government_office]
    strangers = [other_desk.officer, deputy_user, NOBODY]
    for name in ("letter", "letter-word"):
        assert {page(user, name, signed).status_code for user in readers} == {200}
        assert {page(user, name, signed).status_code for user in strangers} == {404}
    publish(signed.suggestion, Publication.SUMMARY)
    assert page(NOBODY, "letter", signed).status_code == 404
    publish(signed.suggestion)
    assert {page(user, "letter", signed).status_code for user in strangers} == {200}


def test_in_work_it_is_the_unit_s_own(heard, written, office, government_office, page):
    users = [office, government_office, written.suggestion.lead.user, NOBODY]
    assert {page(user, "letter", written).status_code for user in users} == {404}
    assert page(heard.signer, "letter", written).status_code == 200


def test_the_public_reads_the_office_phone_and_no_mobile(heard, signed, page):
    Reply.objects.update(text="请致电13807901234。", contact_phone="13907905678")
    publish(signed.suggestion)
    shown = page(NOBODY, "letter", signed).context["letter"]
    assert shown.paragraphs == ["请致电138****1234。"]
    assert "139****5678" in shown.contact
    assert "13907905678" in page(heard.officer, "letter", signed).context["letter"].contact


def test_an_opinion_is_not_the_public_s(heard, page):
    co = desk_of("市公安局", suggestion=heard.part.suggestion, part=Part.CO)
    opinion = co.part.replies.create(
        kind="opinion", state="signed", signed_on=dt.date(2026, 3, 9), text="可行。"
    )
    publish(heard.part.suggestion)
    assert page(NOBODY, "letter", opinion).status_code == 404
    assert page(heard.officer, "letter", opinion).status_code == 200, "the lead unit reads it"


def test_a_letter_keeps_the_name_its_unit_had(heard, signed, written):
    heard.unit.name = "市住房和城乡建设局"
    heard.unit.save()
    assert letters.compose(Reply.objects.get()).unit == "市住建局"
    another = desk_of("市水利局", suggestion=factories.SuggestionFactory(registered=True))
    draft = another.part.replies.create(text="。")
    another.unit.name = "市水务局"
    another.unit.save()
    assert letters.compose(fresh(draft)).unit == "市水务局"


def test_an_opinion_signed_after_the_letter_does_not_change_it(heard, signed, on):
    on(2026, 3, 11)
    co = desk_of("市公安局", suggestion=heard.part.suggestion, part=Part.CO)
    opinion = replies.write(co.part, by=co.officer, text="可行。")
    replies.present(opinion, by=co.officer)
    replies.sign(opinion, by=co.signer)
    assert letters.compose(signed).opinions == []


def test_a_letter_asks_as_much_with_three_promises_as_with_one(heard, signed, sign_in, committed):
    client, counts = sign_in(heard.officer), []
    client.get(signed.get_absolute_url())  # what a session asks once
    for more in (1, 2):
        for _one in range(more):
            signed.commitments.create(
                suggestion=signed.suggestion,
                assignment=heard.part,
                unit=heard.unit,
                text="完成拓宽",
                leader="周文",
                due_on=dt.date(2026, 9, 30),
                first_due_on=dt.date(2026, 9, 30),
                state=CommitmentState.TRACKING,
            )
        committed()
        with CaptureQueriesContext(connection) as queries:
            client.get(signed.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Paper


def paragraphs(body):
    return [paragraph.text for paragraph in Document(io.BytesIO(body)).paragraphs]


def test_the_word_file_has_the_parts_of_the_paper_in_their_order(heard, post, page):
    suggestion = heard.part.suggestion
    second = factories.MandateFactory(deputy__name="王芳").deputy
    suggestion.cosignatures.create(
        deputy=second, state="agreed", text_version=1, asked_at=dt.datetime(2026, 1, 13, tzinfo=dt.UTC)
    )
    co = desk_of("市公安局", suggestion=suggestion, part=Part.CO)
    opinion = replies.write(co.part, by=co.officer, text="可增设信号灯。")
    replies.present(opinion, by=co.officer)
    replies.sign(opinion, by=co.signer)
    post(heard.officer, "write", heard.part, **words("B", text="宽 < 20 米 & “拓宽”。\x0b第二段\x07。"))
    letter = heard.part.replies.get()
    post(heard.officer, "promise", letter, text="完成拓宽", leader="周文", due_on="2026-09-30")
    post(heard.officer, "letter-file", letter, upload=factories.document("规划图.pdf"))
    replies.present(letter, by=heard.officer)
    replies.sign(letter, by=heard.signer)

    answer = page(heard.officer, "letter-word", letter)
    title = "关于新余市第十届人大第五次会议第012号建议的答复"
    assert answer.filename == f"{title}.docx"
    assert paragraphs(b"".join(answer.streaming_content)) == [
        "B",
        title,
        "余住建提〔2026〕1号",
        "李明、王芳代表：",
        "您提出的《关于改善南湖路交通拥堵的建议》收悉。经研究办理，现答复如下：",
        "宽 < 20 米 & “拓宽”。",
        "第二段。",
        "市公安局会办意见：",
        "可增设信号灯。",
        "承诺事项：",
        "1. 完成拓宽（责任人：周文；2026年9月30日前完成）",
        "感谢您对我们工作的关心和支持，欢迎继续提出宝贵意见。",
        "附件：",
        "1. 规划图.pdf",
        "市住建局",
        "2026年3月10日",
        "（联系人：刘工，联系电话：0790-6440000）",
    ]


def test_a_suggestion_between_sessions_has_its_own_title(heard, written):
    Suggestion.objects.update(origin="between", session=None)
    assert letters.compose(fresh(written)).title == "关于市人大闭会期间闭〔2026〕012号建议的答复"


def test_a_letter_is_chinese_whatever_the_reader_s_language(heard, written, sign_in):
    client = sign_in(heard.officer)
    client.cookies.load({"django_language": "en"})
    shown = client.get(written.get_absolute_url())
    assert shown.context["letter"].closing.startswith("感谢您")
    assert "As a Word file" in shown.content.decode()


def test_the_template_is_the_one_the_command_writes():
    kept = Document(letters.TEMPLATE)
    assert kept.element.xml == template().element.xml
    assert kept.styles["Normal"].font.name == "仿宋"
