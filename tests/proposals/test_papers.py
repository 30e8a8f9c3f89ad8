"""The forms an office still prints, signs and seals: what stands on them, and the rating that comes back on one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Notice
from proposals.actions import assignments
from proposals.models import Part
from proposals.states import AssignmentState, SuggestionState

from .. import factories
from .conftest import desk_of, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(sign_in):
    """``printed(user, "assignment", record)``: the text of that form."""

    def text(user, kind, record):
        answer = sign_in(user).get(reverse("proposals:paper", args=[kind, record.pk]))
        assert answer.status_code == 200
        return answer.content.decode()

    return text


def test_the_notice_of_assignment_tells_the_part_the_others_and_the_counted_day(desk, printed):
    factories.AssignmentFactory(
        suggestion=desk.part.suggestion, unit=factories.UnitFactory(name="市水利局"), part=Part.CO
    )
    told = printed(desk.officer, "assignment", desk.part)
    assert "代表建议交办通知单" in told and "市住建局：" in told and "第012号" in told
    assert "市水利局（会办单位）" in told
    assert "2026年6月8日" in told and "3个月" in told  # the day, and how it came about
    assert "2026年3月17日" in told  # seven working days to hand it back


def test_a_co_unit_is_asked_for_an_opinion_not_for_a_reply(desk, printed):
    co = desk_of("市水利局", suggestion=desk.part.suggestion, part=Part.CO)
    told = printed(co.officer, "assignment", co.part)
    assert "会办意见" in told and "面听取代表意见" not in told


def test_the_form_by_which_it_was_handed_back_tells_why_and_what_was_decided(new_desk, printed, office):
    other = factories.UnitFactory(name="市水利局")
    assignments.hand_back(new_desk.part, by=new_desk.officer, note="属于河道管理。", proposed_unit=other)
    told = printed(new_desk.officer, "return", new_desk.part)
    assert "属于河道管理。" in told and "市水利局" in told and "处理结果" not in told
    assignments.keep(fresh(new_desk.part), by=office, note="市住建局牵头更合适。")
    assert "市住建局牵头更合适。" in printed(new_desk.officer, "return", new_desk.part)


def test_the_form_that_asks_for_more_time_tells_both_days(desk, printed, office):
    extension = assignments.ask_extension(desk.part, reason="须跨区协调。", by=desk.officer)
    told = printed(desk.officer, "extension", extension)
    assert "须跨区协调。" in told and "2026年6月8日" in told and "2026年9月7日" in told
    assignments.grant(extension, by=office)
    assert "同意延期（2026年3月10日）" in printed(desk.officer, "extension", extension)


def test_the_notice_that_urges_tells_whether_it_is_late(desk, printed, office, on):
    on(2026, 5, 20)
    urging = assignments.urge(desk.part, by=office, words="请说明进度。")
    assert "请说明进度。" in printed(desk.officer, "urging", urging)
    assert "逾期" not in printed(desk.officer, "urging", urging)
    on(2026, 6, 10)
    assert "现已逾期" in printed(desk.officer, "urging", assignments.urge(desk.part, by=office))


def test_the_sheet_of_a_suggestion_bears_its_signers_and_text(desk, printed):
    suggestion = desk.part.suggestion
    suggestion.facts, suggestion.request = "路口拥堵。\n早晚尤甚。", "请拓宽路口。"
    suggestion.save()
    suggestion.cosignatures.create(
        deputy=factories.DeputyFactory(name="王芳"),
        state="agreed",
        text_version=suggestion.text_version,
        asked_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )
    told = printed(desk.officer, "sheet", suggestion)
    for words in ("李明", "王芳", "早晚尤甚。", "请拓宽路口。", "第012号"):
        assert words in told


def test_a_plan_tells_leaders_steps_and_what_it_bundles(desk, printed, office):
    item = factories.KeyItemFactory(plan="每季度督办一次。", supervision_leader="副主任甲")
    item.suggestions.add(desk.part.suggestion)
    item.steps.create(kind="visit", on=dt.date(2026, 3, 9), text="已现场查看。")
    told = printed(office, "plan", item)
    for words in ("重点督办建议督办方案", "副主任甲", "每季度督办一次。", "已现场查看。", "第012号"):
        assert words in told


def test_the_list_of_commitments_keeps_the_filters_of_the_register(desk, sign_in):
    kept = factories.CommitmentFactory(assignment=desk.part, text="完成路口拓宽", state="tracking")
    other = factories.CommitmentFactory(text="安装路灯", state="tracking")
    client = sign_in(desk.officer)
    url = reverse("proposals:promises-paper")
    told = client.get(f"{url}?unit={desk.unit.pk}").content.decode()
    assert kept.text in told and other.text not in told
    assert kept.text not in client.get(f"{url}?unit={desk.unit.pk}&state=kept").content.decode()


def test_the_page_of_forms_offers_what_there_is_to_whom_it_concerns(desk, office, sign_in):
    suggestion = desk.part.suggestion
    url = reverse("proposals:papers", args=[suggestion.pk])

    def offered(user):
        return [(offer.label, offer.whose) for offer in sign_in(user).get(url).context["offers"]]

    assert offered(desk.officer) == [("代表建议", ""), ("代表建议交办通知单", "市住建局")]
    assignments.ask_extension(desk.part, reason="须跨区协调。", by=desk.officer)
    rating(suggestion)
    assert [label for label, _whose in offered(office)] == [
        "代表建议",
        "代表建议交办通知单",
        "代表建议延期答复申请单",
        "代表建议办理情况征询意见表",
    ]
    assert len(offered(desk.officer)) == 3  # what signers say is never the unit's
    assert [label for label, _whose in offered(suggestion.lead.user)] == [
        "代表建议",
        "代表建议办理情况征询意见表",
    ]


def test_the_page_of_forms_asks_the_same_for_one_unit_and_for_three(desk, office, sign_in):
    client, url = sign_in(office), reverse("proposals:papers", args=[desk.part.suggestion_id])
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for name in ("市水利局", "市教育局"):
        part = factories.AssignmentFactory(
            suggestion=desk.part.suggestion, unit=factories.UnitFactory(name=name), part=Part.CO
        )
        part.urgings.create(on=dt.date(2026, 3, 9))
        rating(desk.part.suggestion, factories.DeputyFactory())
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


# The answer that comes back on paper


def rating(suggestion, deputy=None):
    days = {"asked_on": dt.date(2026, 3, 9), "until": dt.date(2026, 3, 24)}
    return suggestion.ratings.create(deputy=deputy or suggestion.lead, round=1, **days)


@pytest.fixture
def replied(desk):
    """The suggestion, answered, whose one signer is asked."""
    desk.part.state, desk.part.ended_on = AssignmentState.REPLIED, dt.date(2026, 3, 9)
    desk.part.save()
    suggestion = desk.part.suggestion
    suggestion.state = SuggestionState.REPLIED
    suggestion.save()
    rating(suggestion)
    return suggestion


def enter(client, suggestion, **answers):
    url = reverse("admin:proposals_suggestion_act", args=[suggestion.pk, "enter_rating"])
    given = {"attitude": "satisfied", "result": "satisfied", "solved": "yes"}
    return client.post(url, {"rating": suggestion.ratings.get().pk} | given | answers)


def test_the_form_for_a_signer_has_empty_boxes_until_it_is_answered(replied, printed, office):
    told = printed(office, "opinion", replied.ratings.get())
    assert "李明代表：" in told and "□ 满意" in told and "☑" not in told
    replied.ratings.update(
        attitude="satisfied", result="basically", solved="yes", rated_at=dt.datetime.now(dt.UTC)
    )
    told = printed(office, "opinion", replied.ratings.get())
    assert "☑ 满意" in told and "☑ 基本满意" in told


def test_what_a_signer_ticked_on_paper_is_entered_by_the_office_and_counts(replied, office, sign_in):
    assert enter(sign_in(office), replied, words="很好。").status_code == 302
    given = replied.ratings.get()
    assert (given.result, given.words, given.entered_by) == ("satisfied", "很好。", office)
    suggestion = fresh(replied)
    assert (suggestion.state, suggestion.verdict) == (SuggestionState.CONCLUDED, "satisfied")
    notice = Notice.objects.get(key=f"rating-entered:{given.pk}")
    assert notice.recipient == replied.lead.user  # nobody answers for a deputy unnoticed
    page = sign_in(replied.lead.user).get(reverse("proposals:rate", args=[given.pk]))
    assert "根据您签名的征询意见表录入" in page.content.decode()


def test_a_paper_that_says_dissatisfied_without_a_word_is_not_entered(replied, office, sign_in):
    answer = enter(sign_in(office), replied, result="dissatisfied")
    assert answer.status_code == 200 and "不满意" in answer.content.decode()
    assert replied.ratings.get().rated_at is None


def test_a_rating_given_already_is_not_entered_over(replied, office, sign_in):
    client = sign_in(office)
    enter(client, replied)
    enter(client, replied, result="dissatisfied", words="不对。")
    assert replied.ratings.get().result == "satisfied"


def test_a_rating_of_another_suggestion_cannot_be_entered_here(replied, office, sign_in):
    other = factories.SuggestionFactory(registered=True, state="replied")
    rating(other)
    strange = other.ratings.get()
    answer = enter(sign_in(office), replied, rating=strange.pk)
    assert answer.status_code == 200 and fresh(strange).rated_at is None
