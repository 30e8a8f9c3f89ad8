"""What staff, deputies and departments do in the browser, act by act, and what each of them reads."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from common.audit_models import AuditEntry
from liaison_stations.actions import dispatches, opinions
from liaison_stations.models import Opinion
from liaison_stations.states import DispatchState, OpinionState
from proposals.models import Suggestion

from .. import factories

pytestmark = pytest.mark.django_db
D, O = DispatchState, OpinionState  # noqa: E741 the letter of the noun
PHONE, MASKED = "13807901234", "138****1234"


@pytest.fixture
def page(sign_in):
    """``page(user, "opinion-accept", record)``: the answer to reading that page."""
    return lambda user, name, *records: sign_in(user).get(
        reverse(f"stations:{name}", args=[record.pk for record in records])
    )


@pytest.fixture
def post(sign_in):
    """``post(user, "opinion-accept", record, …)``: what the page answers, and the messages it leaves."""

    def posted(user, name, record, **data):
        response = sign_in(user).post(reverse(f"stations:{name}", args=[record.pk]), data)
        response.told = [str(message) for message in get_messages(response.wsgi_request)]
        return response

    return posted


@pytest.fixture
def department(tuesday):
    unit = factories.UnitFactory(name="市城管局")
    unit.officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=unit).user
    return unit


@pytest.fixture
def order(station, department):
    opinion = factories.OpinionFactory(station=station, state=O.DISPATCHED, address="城南街道平安路8号")
    return factories.DispatchFactory(opinion=opinion, unit=department, words="请到现场查看。")


def labels(response):
    return [act.label for act in response.context["acts"]]


def text(response):
    return response.content.decode()


def state(record):
    record.refresh_from_db()
    return record.state


# What each reads


def test_staff_read_the_name_and_a_masked_phone(opinion, officer, page):
    read = text(page(officer, "opinion", opinion))
    assert "李桂花" in read and MASKED in read and PHONE not in read


def test_the_whole_number_is_shown_on_a_click_that_is_recorded(opinion, officer, post):
    answer = post(officer, "opinion-phone", opinion)
    assert PHONE in text(answer)
    assert "no-store" in answer["Cache-Control"]
    [row] = AuditEntry.objects.filter(kind="phone.seen")
    assert (row.actor, row.object_pk, row.label) == (officer.pk, opinion.pk, "")


def test_a_deputy_reads_the_name_and_never_the_whole_number(opinion, officer, resident, page, post):
    opinions.accept(opinion, by=officer, deputy=resident)
    read = text(page(resident.user, "opinion", opinion))
    assert "李桂花" in read and MASKED in read
    assert post(resident.user, "opinion-phone", opinion).status_code == 403
    assert not AuditEntry.objects.filter(kind="phone.seen").exists()


def test_what_is_held_for_review_no_deputy_reads(station, resident, page):
    held = factories.OpinionFactory(station=station, state=O.HELD, deputy=resident)
    assert page(resident.user, "opinion", held).status_code == 404


def test_a_department_reads_the_case_without_the_name(order, department, page):
    for read in (
        page(department.officer, "dispatch", order),
        page(department.officer, "opinion", order.opinion),
    ):
        assert "路灯" in text(read)
        for hidden in ("李桂花", PHONE, "平安路", order.opinion.code):
            assert hidden not in text(read)


def test_a_department_reads_no_order_of_another(order, page):
    other = factories.DispatchFactory(opinion=order.opinion, words="只给公安局的话。")
    officer = factories.MembershipFactory(role=Role.UNIT_OFFICER, unit=other.unit).user
    assert page(officer, "dispatch", order).status_code == 404
    assert "请到现场查看" not in text(page(officer, "opinion", order.opinion))


def test_a_station_reads_nothing_of_another(opinion, page):
    stranger = factories.StationPostFactory().user
    for name in ("opinion", "opinion-accept", "opinion-answer", "opinion-dispatch"):
        assert page(stranger, name, opinion).status_code == 404, name


def test_photos_are_for_who_may_read_the_opinion(opinion, officer, sign_in, department):
    picture = opinion.pictures.create(file=factories.stored_picture())
    address = reverse("stations:opinion-picture", args=[picture.pk, "small"])
    assert b"".join(sign_in(officer).get(address).streaming_content).startswith(b"\xff\xd8")
    assert sign_in(department.officer).get(address).status_code == 404


def test_a_deputy_sees_what_departments_show_without_their_orders(order, resident, page, sign_in):
    picture = order.pictures.create(file=factories.stored_picture())
    read = text(page(resident.user, "opinion", order.opinion))
    address = reverse("stations:order-picture", args=[picture.pk, "small"])
    assert address in read and order.get_absolute_url() not in read
    assert b"".join(sign_in(resident.user).get(address).streaming_content)


def test_script_in_every_field_is_text(station, officer, page):
    script = "<script>alert(1)</script>"
    opinion = factories.OpinionFactory(
        station=station, subject=script, text=script, name=script, address=script
    )
    assert script not in text(page(officer, "opinion", opinion))


def test_the_page_asks_as_much_for_three_of_everything_as_for_one(order, officer, sign_in, committed):
    client, counts = sign_in(officer), []
    client.get(order.opinion.get_absolute_url())
    for more in (1, 2):
        for _one in range(more):
            one = factories.DispatchFactory(opinion=order.opinion)
            one.pictures.create(file=factories.stored_picture())
            order.opinion.pictures.create(file=factories.stored_picture())
            order.opinion.answers.create(text="正在办理。", is_final=False)
        committed()
        with CaptureQueriesContext(connection) as queries:
            client.get(order.opinion.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


# What each is offered


def test_what_is_offered_follows_from_where_it_lies(station, officer, yushui_office, page):
    def offered(user, state):
        opinion = factories.OpinionFactory(station=station, state=state)
        return labels(page(user, "opinion", opinion))

    assert offered(officer, O.SUBMITTED) == ["受理", "并入其他意见", "不予受理"]
    assert offered(officer, O.ACCEPTED)[:2] == ["答复群众", "派单到部门"]
    assert offered(officer, O.DISPATCHED)[:2] == ["增派部门", "告知群众进展"]
    assert offered(officer, O.SOLVED)[0] == "向群众反馈"
    assert offered(officer, O.ESCALATED) == ["告知群众进展"]
    assert offered(yushui_office, O.ESCALATED)[:3] == ["答复群众", "派单到部门", "请市代表提出建议"]


def test_a_deputy_is_offered_an_answer_where_it_is_addressed_to_them_or_to_nobody(station, resident, page):
    other = factories.ResidencyFactory(station=station).deputy
    for deputy, expected in ((resident, 200), (None, 200), (other, 404)):
        opinion = factories.OpinionFactory(station=station, accepted=True, deputy=deputy)
        answer = page(resident.user, "opinion", opinion)
        assert answer.status_code == expected
        if expected == 200:
            assert labels(answer) == ["答复群众", "告知群众进展"]


# Acts


def test_accepted_with_subject_and_deputy(opinion, officer, resident, post):
    answer = post(officer, "opinion-accept", opinion, subject="路灯不亮", deputy=resident.pk)
    assert answer.status_code == 302 and "2026年3月17日" in answer.told[0]
    assert (state(opinion), opinion.deputy, opinion.subject) == (O.ACCEPTED, resident, "路灯不亮")


def test_refused_with_all_three(opinion, officer, post):
    missing = post(officer, "opinion-refuse", opinion)
    assert set(missing.context["form"].errors) == {"refusal", "right_place", "note"}
    post(officer, "opinion-refuse", opinion, refusal="petition", right_place="区信访局", note="属信访事项。")
    assert (state(opinion), opinion.refusal) == (O.REFUSED, "petition")


def test_joined_to_one_that_is_alike_or_by_its_code(station, opinion, officer, page, post):
    alike = factories.OpinionFactory(station=station, text="路口路灯一个多月不亮，晚上老人过马路不安全。")
    factories.OpinionFactory(station=station, text="菜市场垃圾没人清运，味道很大。")
    offered = page(officer, "opinion-join", opinion).context["form"].fields["other"].choices
    assert offered[0][0] == alike.pk
    wrong = post(officer, "opinion-join", opinion, code="1234567890")
    assert set(wrong.context["form"].errors) == {"code"}
    assert post(officer, "opinion-join", opinion).context["form"].non_field_errors()
    post(officer, "opinion-join", opinion, code=f"{alike.code[:3]} {alike.code[3:]}")
    assert (state(opinion), opinion.merged_into) == (O.MERGED, alike)
    assert alike.get_absolute_url() in text(page(officer, "opinion", opinion))
    assert opinion.get_absolute_url() in text(page(officer, "opinion", alike))


def test_dispatched_reported_in_visited_solved_and_answered(opinion, officer, department, page, post, on):
    post(officer, "opinion-accept", opinion)
    post(officer, "opinion-dispatch", opinion, unit_0=department.pk, words="请到现场查看。")
    order = opinion.dispatches.get()
    worker = department.officer
    assert labels(page(worker, "dispatch", order)) == ["报到", "退回派单"]
    post(worker, "dispatch-report-in", order)
    post(
        worker, "dispatch-visit", order, on="2026-03-10", note="灯具损坏两盏。", pictures=factories.picture()
    )
    assert order.pictures.count() == 1
    assert text(page(worker, "dispatch", order)).count("灯具损坏两盏") == 1
    post(worker, "dispatch-solve", order, result="已更换灯具两盏。")
    assert (state(order), state(opinion)) == (D.SOLVED, O.SOLVED)
    form = page(officer, "opinion-answer", opinion).context["form"]
    assert form.initial["text"] == "市城管局：已更换灯具两盏。"
    post(officer, "opinion-answer", opinion, text="已更换，今晚亮灯。", solved="yes")
    assert (state(opinion), opinion.route) == (O.ANSWERED, "department")


def test_an_answer_of_a_deputy_is_the_deputy_s(station, resident, officer, post):
    opinion = factories.OpinionFactory(station=station, accepted=True)
    post(resident.user, "opinion-say", opinion, text="我明天去看。")
    post(resident.user, "opinion-answer", opinion, text="已协调解决。", solved="yes")
    assert [answer.deputy for answer in opinion.answers.all()] == [resident, resident]
    assert (state(opinion), opinion.route) == (O.ANSWERED, "deputy")


def test_of_two_who_answer_the_second_keeps_the_text_and_is_told(station, officer, post, page):
    opinion = factories.OpinionFactory(station=station, accepted=True)
    opinions.answer(opinion, by=officer, text="先到的答复。", solved="yes")
    late = post(officer, "opinion-answer", opinion, text="后到的一大段答复。", solved="yes")
    assert late.status_code == 200
    assert "后到的一大段答复。" in text(late) and late.context["form"].non_field_errors()
    assert opinion.answers.get().text == "先到的答复。"
    assert page(officer, "opinion-answer", opinion).context["why"]


def test_a_form_sent_twice_answers_once(station, officer, post):
    opinion = factories.OpinionFactory(station=station, accepted=True)
    given = {"text": "正在联系。", "_key": "3b241101-e2bb-4255-8caf-4136c566a962"}
    for _time in range(2):
        assert post(officer, "opinion-say", opinion, **given).status_code == 302
    assert opinion.answers.count() == 1


def test_the_county_asks_a_deputy_who_makes_a_suggestion_of_it(
    station, officer, resident, yushui_office, post, page
):
    opinion = factories.OpinionFactory(
        station=station, accepted=True, subject="路灯不亮", text="李桂花（13807901234）反映路灯坏了。"
    )
    post(officer, "opinion-escalate", opinion, note="超出街道职权。")
    elsewhere = factories.FenyiMandateFactory().deputy
    wrong = post(yushui_office, "opinion-ask-deputy", opinion, deputy=elsewhere.pk)
    assert set(wrong.context["form"].errors) == {"deputy"}
    post(yushui_office, "opinion-ask-deputy", opinion, deputy=resident.pk)
    assert labels(page(resident.user, "opinion", opinion))[0] == "写成代表建议"
    answer = post(resident.user, "opinion-raise", opinion)
    suggestion = Suggestion.objects.get()
    assert answer.url == reverse("proposals:edit", args=[suggestion.pk])
    assert (suggestion.title, suggestion.lead) == ("关于路灯不亮的建议", resident)
    assert suggestion.facts == "李**（138****1234）反映路灯坏了。"
    assert (state(opinion), opinion.suggestion) == (O.RAISED, suggestion)


def test_a_deputy_of_elsewhere_who_declines_comes_back_to_the_own_list(station, yushui_office, post, page):
    opinion = factories.OpinionFactory(station=station, state=O.ESCALATED, subject="路灯不亮")
    user = factories.UserFactory()
    asked = factories.MandateFactory(deputy__user=user).deputy
    post(yushui_office, "opinion-ask-deputy", opinion, deputy=asked.pk)
    assert labels(page(user, "opinion", opinion))[:2] == ["写成代表建议", "不提代表建议"]
    assert set(post(user, "opinion-decline", opinion, note="").context["form"].errors) == {"note"}
    answer = post(user, "opinion-decline", opinion, note="已有同类建议在办理。")
    assert answer.url == reverse("stations:opinions")
    story = page(yushui_office, "opinion", opinion).text
    assert "代表不提建议" in story and "已有同类建议在办理。" in story


def test_published_with_what_was_chosen_and_taken_back(station, officer, post, page):
    opinion = factories.OpinionFactory(station=station, answered=True, may_publish=True)
    picture = opinion.pictures.create(file=factories.stored_picture())
    form = page(officer, "opinion-publish", opinion).context["form"]
    assert "路灯" in form.initial["public_text"]
    given = {
        "public_text": "路灯坏了。",
        "public_answer": "已更换。",
        "pictures": [picture.pk],
        "is_story": "on",
    }
    post(officer, "opinion-publish", opinion, **given)
    assert list(Opinion.objects.published()) == [opinion]
    post(officer, "opinion-take-back", opinion, note="本人要求。")
    assert not Opinion.objects.published().exists()


def test_nobody_publishes_without_consent(station, officer, page):
    opinion = factories.OpinionFactory(station=station, answered=True)
    assert "公开" not in labels(page(officer, "opinion", opinion))
    assert page(officer, "opinion-publish", opinion).context["why"]


def test_who_gave_an_order_decides_about_time_and_recalls(
    order, officer, township_office, department, post, page
):
    dispatches.report_in(order, by=department.officer)
    post(department.officer, "dispatch-extend", order, reason="需采购灯具。")
    assert labels(page(township_office, "dispatch", order)) == ["决定延期", "撤回派单"]
    assert post(officer, "dispatch-decide-extension", order, granted="yes").status_code == 403
    post(township_office, "dispatch-decide-extension", order, granted="yes")
    order.refresh_from_db()
    assert (order.extension_granted, order.solve_by) == (True, dt.date(2026, 4, 22))
    post(officer, "dispatch-recall", order, note="已由社区解决。")
    assert (state(order), state(order.opinion)) == (D.RECALLED, O.ACCEPTED)
