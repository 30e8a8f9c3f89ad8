"""What units do in the browser, act by act, through the front door; and what they are refused."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from proposals.actions import assignments
from proposals.models import Consultation, Part, Progress
from proposals.states import AssignmentState, CommitmentState, SuggestionState

from .. import factories
from .conftest import fresh

pytestmark = pytest.mark.django_db
A, S = AssignmentState, SuggestionState
TALK = {
    "on": "2026-03-09",
    "way": "visit",
    "rank": "head",
    "people": "局长周文",
    "place": "李明代表单位",
    "said": "希望今年动工。",
}


def promise(desk, due_on=dt.date(2026, 9, 30), state=CommitmentState.TRACKING):
    """One promise of this unit, made in a letter that was signed."""
    letter = desk.part.replies.create(kind="reply", state="signed", signed_on=dt.date(2026, 3, 9))
    return letter.commitments.create(
        suggestion=desk.part.suggestion,
        assignment=desk.part,
        unit=desk.unit,
        text="完成路口拓宽",
        leader="周文",
        due_on=due_on,
        first_due_on=due_on,
        state=state,
    )


# The board


def headings(response):
    return {group.name: [line.act for line in group.lines] for group in response.context["groups"]}


def test_the_board_shows_each_part_once_with_its_one_next_act(desk, page):
    unit, day = desk.unit, dt.date
    lead = {"suggestion": factories.SuggestionFactory(registered=True), "unit": unit}
    make = factories.AssignmentFactory
    make(**lead, state=A.PENDING)
    make(unit=unit, state=A.HANDLING, due_on=day(2026, 3, 9))
    make(unit=unit, state=A.HANDLING, due_on=day(2026, 3, 17), part=Part.CO)
    make(unit=unit, state=A.RETURN_ASKED)
    written = make(unit=unit, state=A.HANDLING)
    written.replies.create(text="已列入计划。")
    promise(desk, due_on=day(2026, 3, 1))
    done = make(unit=unit, state=A.REPLIED, ended_on=day(2026, 3, 9))
    done.replies.create(state="signed", signed_on=day(2026, 3, 9))
    board = page(desk.officer, "unit")
    assert headings(board) == {
        "sign": ["签收"],
        "late": ["登记面商"],
        "week": ["撰写会办意见"],
        "handling": ["登记面商", "完成函件"],
        "back": ["查看"],
        "broken": ["报告进展"],
        "done": ["查看函件"],
    }
    assert "逾期 1 天" in board.content.decode()


def test_a_letter_waits_on_the_board_of_the_signer_and_not_of_the_officer(desk, page):
    desk.part.replies.create(state="review", written_by=desk.officer)
    desk.part.state = A.REVIEW
    desk.part.save()
    assert headings(page(desk.signer, "unit")) == {"letters": ["审阅签发答复"]}
    assert headings(page(desk.officer, "unit")) == {"handling": ["查看函件"]}


def test_the_government_office_sees_what_lies_with_units_of_the_government(desk, government_office, page, on):
    factories.AssignmentFactory(unit=desk.unit, state=A.RETURN_ASKED)
    factories.AssignmentFactory(unit=desk.unit, state=A.PENDING)
    court = factories.UnitFactory(name="市中级人民法院", kind="court")
    factories.AssignmentFactory(unit=court, state=A.PENDING)
    on(2026, 6, 9)
    assert headings(page(government_office, "unit")) == {
        "decide": ["决定"],
        "urge": ["催办", "催办", "催办"],
        "unsigned": ["催办"],
    }


def test_another_unit_sees_nothing_of_it(desk, other_desk, page):
    assert [
        line.suggestion
        for group in page(other_desk.officer, "unit").context["groups"]
        for line in group.lines
    ] == [other_desk.part.suggestion]
    for name in ("sign", "hand-back", "extend", "consult", "write", "second", "urge", "keep", "replace"):
        assert page(other_desk.officer, name, desk.part).status_code == 404, name


def test_who_works_at_no_unit_has_no_board(office, deputy_user, page):
    assert page(office, "unit").status_code == page(deputy_user, "unit").status_code == 404


@pytest.mark.parametrize("address", ["", "?list=handling"])
def test_the_board_asks_as_much_for_three_as_for_one(address, desk, sign_in, committed):
    client, counts = sign_in(desk.officer), []
    client.get(reverse("proposals:unit"))  # what a session asks once
    for more in (0, 2):
        for _one in range(more):
            factories.AssignmentFactory(unit=desk.unit, state=A.HANDLING)
        committed()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("proposals:unit") + address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_all_of_one_kind_are_paged(desk, page, sign_in):
    for _one in range(30):
        factories.AssignmentFactory(unit=desk.unit, state=A.PENDING)
    board = page(desk.officer, "unit")
    [sign, _handling] = board.context["groups"]
    assert (sign.count, len(sign.lines)) == (30, 10)
    listed = sign_in(desk.officer).get(reverse("proposals:unit") + "?list=sign")
    assert (len(listed.context["group"].lines), bool(listed.context["page"].after)) == (25, True)


# A unit and its part


def test_a_unit_signs_for_it_and_reads_how_its_date_is_counted(new_desk, page, post):
    told = page(new_desk.officer, "sign", new_desk.part).context["told"]
    assert "2026年6月8日" in told[1] and "3个月" in told[1]
    assert "2026年3月17日" in told[2]
    answer = post(new_desk.officer, "sign", new_desk.part)
    assert (answer.status_code, answer.url) == (302, reverse("proposals:unit"))
    part = fresh(new_desk.part)
    assert (part.state, part.suggestion.state) == (A.HANDLING, S.HANDLING)
    assert part.changes.get().by == new_desk.officer


def test_what_was_signed_for_is_not_signed_twice(desk, page, post):
    assert page(desk.officer, "sign", desk.part).context["why"]
    assert post(desk.officer, "sign", desk.part).status_code == 302
    assert not desk.part.changes.exists()


def test_a_unit_hands_it_back_with_a_reason_and_a_proposed_unit(new_desk, post):
    police = factories.UnitFactory(name="市公安局")
    missing = post(new_desk.officer, "hand-back", new_desk.part)
    assert set(missing.context["form"].errors) == {"note", "proposed_unit"}
    own = post(
        new_desk.officer, "hand-back", new_desk.part, note="非我局职责", proposed_unit=new_desk.unit.pk
    )
    assert set(own.context["form"].errors) == {"proposed_unit"}
    post(new_desk.officer, "hand-back", new_desk.part, note="属交管职责", proposed_unit=police.pk)
    part = fresh(new_desk.part)
    assert (part.state, part.proposed_unit) == (A.RETURN_ASKED, police)


def test_on_the_eighth_working_day_it_stays(new_desk, page, post, on):
    police = factories.UnitFactory(name="市公安局")
    on(2026, 3, 17)
    assert page(new_desk.officer, "hand-back", new_desk.part).context["why"] == ""
    on(2026, 3, 18)
    assert "2026年3月17日" in page(new_desk.officer, "hand-back", new_desk.part).context["why"]
    refused = post(new_desk.officer, "hand-back", new_desk.part, note="属交管职责", proposed_unit=police.pk)
    assert refused.status_code == 302 and "2026年3月17日" in refused.told[0]
    assert fresh(new_desk.part).state == A.PENDING


def test_more_time_is_asked_for_before_the_day_and_once(desk, page, post, on):
    told = page(desk.officer, "extend", desk.part).context["told"]
    assert "2026年9月7日" in told[1]  # 6 September is a Sunday
    post(desk.officer, "extend", desk.part, reason="涉及三个部门和年度预算。")
    extension = desk.part.extensions.get()
    assert (extension.due_after, extension.by) == (dt.date(2026, 9, 7), desk.officer)
    assert page(desk.officer, "extend", desk.part).context["why"]
    post(desk.officer, "extend", desk.part, reason="再延。")
    assert desk.part.extensions.count() == 1


def test_more_time_is_not_asked_for_after_the_day(desk, page, post, on):
    on(2026, 6, 9)
    assert "2026年6月8日" in page(desk.officer, "extend", desk.part).context["why"]
    refused = post(desk.officer, "extend", desk.part, reason="来不及。")
    assert "2026年6月8日" in refused.told[0]
    assert not desk.part.extensions.exists()


def test_a_talk_is_recorded_with_the_signers_who_were_heard(desk, page, post):
    lead = desk.part.suggestion.lead
    stranger = factories.MandateFactory().deputy
    form = page(desk.officer, "consult", desk.part).context["form"]
    assert list(form.fields["deputies"].queryset) == [lead]
    nobody = post(desk.officer, "consult", desk.part, **TALK, deputies=[stranger.pk])
    assert set(nobody.context["form"].errors) == {"deputies"}
    early = post(desk.officer, "consult", desk.part, **{**TALK, "on": "2026-03-01"}, deputies=[lead.pk])
    assert set(early.context["form"].errors) == {"on"}
    post(desk.officer, "consult", desk.part, **TALK, deputies=[lead.pk])
    talk = Consultation.objects.get()
    assert (talk.way, talk.people, list(talk.deputies.all())) == ("visit", "局长周文", [lead])


# The government office and who else urges


def test_the_government_office_keeps_or_replaces_what_was_handed_back(
    new_desk, government_office, page, post
):
    police = factories.UnitFactory(name="市公安局")
    court = factories.UnitFactory(name="市中级人民法院", kind="court")
    part = new_desk.part
    assignments.hand_back(part, by=new_desk.officer, proposed_unit=police, note="属交管职责")
    assert "属交管职责" in page(government_office, "keep", part).context["told"][0]
    post(government_office, "keep", part, note="请贵局办理")
    assert fresh(part).state == A.PENDING
    form = page(government_office, "replace", part).context["form"]
    assert court not in form.fields["unit"].queryset and police in form.fields["unit"].queryset
    answer = post(government_office, "replace", part, unit=police.pk, note="改由市公安局办理")
    assert answer.url == reverse("proposals:detail", args=[part.suggestion_id])
    assert [(one.unit.name, one.state) for one in part.suggestion.assignments.all()] == [
        ("市住建局", A.RELIEVED),
        ("市公安局", A.PENDING),
    ]
    assert page(new_desk.officer, "sign", part).status_code == 404, "it is no longer theirs"


def test_urging_has_its_days(desk, government_office, office, page, post):
    post(government_office, "urge", desk.part, words="请抓紧办理")
    assert desk.part.urgings.get().words == "请抓紧办理"
    assert "2026年3月10日" in page(office, "urge", desk.part).context["why"]
    post(office, "urge", desk.part)
    assert desk.part.urgings.count() == 1


def test_a_committee_urges_what_it_supervises_and_nothing_else(desk, committee_officer, page, post):
    assert page(committee_officer, "urge", desk.part).status_code == 404
    committee = desk.part.suggestion.committee
    mine = factories.MembershipFactory(role=Role.COMMITTEE, unit=committee.unit).user
    post(mine, "urge", desk.part)
    assert desk.part.urgings.get().by == mine


@pytest.mark.parametrize("name", ["sign", "hand-back", "extend", "consult", "write"])
def test_who_only_watches_does_not_act_for_the_unit(name, desk, office, government_office, page):
    assert {page(user, name, desk.part).status_code for user in (office, government_office)} == {403}


@pytest.mark.parametrize("name", ["keep", "replace", "urge"])
def test_a_unit_does_not_decide_about_itself(name, desk, page):
    assert page(desk.officer, name, desk.part).status_code == 403


# Promises


def test_progress_is_reported_with_pictures_and_a_later_day(desk, post, page):
    commitment = promise(desk)
    assert "2026年9月30日" in page(desk.officer, "progress", commitment).context["told"][1]
    earlier = post(desk.officer, "progress", commitment, text="设备未到", put_off_to="2026-09-01")
    assert set(earlier.context["form"].errors) == {"put_off_to"}
    post(
        desk.officer,
        "progress",
        commitment,
        text="设备未到",
        put_off_to="2026-10-31",
        pictures=[factories.picture(), factories.picture()],
    )
    commitment = fresh(commitment)
    assert (commitment.due_on, commitment.slips) == (dt.date(2026, 10, 31), 1)
    assert Progress.objects.get().pictures.count() == 2


def test_a_promise_is_reported_as_fulfilled_once(desk, post, page):
    commitment = promise(desk)
    post(desk.officer, "report", commitment, note="路口已拓宽。", pictures=[factories.picture()])
    assert fresh(commitment).state == CommitmentState.DONE
    assert page(desk.officer, "report", commitment).context["why"]
    post(desk.officer, "report", commitment, note="再报一次。")
    assert Progress.objects.count() == 1


def test_another_unit_reports_nothing_of_it(desk, other_desk, office, page):
    commitment = promise(desk)
    assert page(other_desk.officer, "report", commitment).status_code == 404
    assert page(office, "report", commitment).status_code == 403


# What a unit never reads


def test_a_unit_reads_neither_a_rating_nor_a_word_of_dissatisfaction(desk, page):
    suggestion = desk.part.suggestion
    suggestion.ratings.create(
        deputy=suggestion.lead,
        round=1,
        asked_on=dt.date(2026, 3, 9),
        until=dt.date(2026, 3, 24),
        attitude="dissatisfied",
        result="dissatisfied",
        solved="no",
        words="敷衍了事",
        rated_at=dt.datetime(2026, 3, 9, tzinfo=dt.UTC),
    )
    for name in ("unit", "consult", "write"):
        records = [] if name == "unit" else [desk.part]
        text = page(desk.officer, name, *records).content.decode()
        assert "敷衍" not in text and "不满意" not in text, name
