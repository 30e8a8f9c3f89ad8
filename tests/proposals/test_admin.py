"""Suggestions in the staff area, by the front door: each act of the office, bulk acts, what a committee sees."""

import datetime as dt
import io
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from common.clock import seed_holidays
from common.workflow import TOO_LATE
from notices.models import Notice
from proposals.actions import assignments, commitments, replies, review
from proposals.models import (
    Assignment,
    Commitment,
    KeyItem,
    MergeGroup,
    Part,
    Rating,
    ReplyClass,
    Suggestion,
    SupervisionStep,
    Topic,
    TopicClaim,
    Urging,
)
from proposals.seeds import seed_reply_classes

from .. import factories
from ..forms import form_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:proposals_suggestion_changelist")
PARTS = reverse("admin:proposals_assignment_changelist")


@pytest.fixture(autouse=True)
def spring():
    with time_machine.travel(dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC), tick=False) as clock:
        seed_holidays()
        yield clock


@pytest.fixture
def clerk(sign_in, office):
    return sign_in(office)


@pytest.fixture
def works():
    return factories.UnitFactory(name="市住建局")


def at(page, record, *verb):
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[record.pk, *verb])


def do(client, page, verb, record, /, **given):
    """Open the page of a move or an act, send it; the record afterwards, and what was told."""
    where = at(page, record, verb)
    assert client.get(where).status_code == 200
    answer = client.post(where, given, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    record.refresh_from_db()
    return [str(message) for message in answer.context["messages"]]


def refused(client, page, verb, record, /, **given):
    """The errors of a form that stays open."""
    answer = client.post(at(page, record, verb), given)
    assert answer.status_code == 200
    return answer.context["form"].errors


def bulk(client, where, verb, records, step=None, **given):
    data = {"action": verb, "_selected_action": [record.pk for record in records]} | given
    return client.post(where, data | ({"step": step} if step else {}), follow=True)


def listed(client, where, **filters):
    return list(client.get(where, filters).context["cl"].result_list)


def assigned(unit, on=dt.date(2026, 3, 6), **fields):
    suggestion = factories.SuggestionFactory(registered=True, **fields)
    (part,) = assignments.assign(suggestion, units=[(unit, Part.LEAD)], by=None, on=on)
    return suggestion, part


def replied(unit, letter="B", **fields):
    """Answered by its unit with one promise."""
    seed_reply_classes()
    by = factories.UserFactory()
    suggestion, part = assigned(unit, **fields)
    assignments.sign(part, by=by)
    assignments.consult(
        part,
        deputies=[suggestion.lead],
        by=by,
        on=dt.date(2026, 3, 9),
        way="visit",
        rank="head",
        people="周文",
        said="好。",
    )
    reply = replies.write(
        part,
        by=by,
        reply_class=ReplyClass.objects.get(scheme="N4", code=letter),
        adoption="adopted",
        document_no=f"余住建提〔2026〕{suggestion.pk}号",
        text="我局已列入计划。",
        contact_person="刘工",
        contact_phone="0790-6440000",
    )
    if letter == "B":
        replies.promise(reply, text="完成路口拓宽", leader="周文", due_on=dt.date(2026, 9, 30), by=by)
    replies.present(reply, by=by)
    replies.sign(reply, by=factories.UserFactory())
    suggestion.refresh_from_db()
    return suggestion


# Review and register


def test_a_suggestion_is_registered_with_number_category_and_committee(clerk, office):
    suggestion = factories.SuggestionFactory(submitted=True)
    law = factories.CategoryFactory(name="监察司法")
    do(clerk, "move", "register", suggestion, category=law.pk, note="")
    assert (suggestion.state, suggestion.number, suggestion.category) == ("registered", 1, law)
    assert suggestion.committee == law.committee
    assert suggestion.changes.get().by == office


def test_a_number_that_is_taken_is_told_beside_the_field(clerk):
    taken = factories.SuggestionFactory(registered=True, number=12)
    suggestion = factories.SuggestionFactory(submitted=True)
    errors = refused(
        clerk, "move", "register", suggestion, category=taken.category_id, number=12, committee="", note=""
    )
    assert list(errors) == ["number"]


def test_a_motion_of_a_session_is_registered_as_such(clerk):
    session = factories.SessionFactory()
    suggestion = factories.SuggestionFactory(submitted=True, session=session, origin="session")
    do(clerk, "move", "register", suggestion, category=suggestion.category_id, motion="on", note="")
    assert suggestion.origin == "motion"
    between = factories.SuggestionFactory(submitted=True)
    assert "motion" not in clerk.get(at("move", between, "register")).context["form"].fields


@pytest.mark.parametrize(
    ("verb", "given", "state"),
    [
        ("send_back", {"note": "请写明路段。"}, "returned"),
        ("reject", {"rejection": "no_content", "note": "没有具体内容。"}, "not_accepted"),
        ("refer", {"note": "请省人大代表提出。"}, "referred"),
    ],
)
def test_what_is_not_registered_gets_a_reason(clerk, verb, given, state):
    suggestion = factories.SuggestionFactory(submitted=True)
    assert "note" in refused(clerk, "move", verb, suggestion, **given | {"note": ""})
    do(clerk, "move", verb, suggestion, **given)
    assert (suggestion.state, suggestion.rejection) == (state, given.get("rejection", ""))


def test_nobody_changes_the_text_of_a_deputy(clerk, sign_in, superuser):
    suggestion = factories.SuggestionFactory(registered=True)
    for client in (clerk, sign_in(superuser)):
        page = client.get(at("change", suggestion))
        assert page.context["adminform"].form.fields == {}
        assert suggestion.facts in page.content.decode()
        assert client.post(at("change", suggestion), {"title": "另一个", "facts": "x"}).status_code == 403
    suggestion.refresh_from_db()
    assert suggestion.title == "关于改善南湖路交通拥堵的建议"


def test_drafts_are_not_found(clerk):
    draft = factories.SuggestionFactory()
    assert listed(clerk, LIST) == []
    assert clerk.get(at("change", draft)).status_code == 302


def test_what_only_its_author_does_has_no_button_even_for_a_superuser(sign_in, superuser):
    suggestion = factories.SuggestionFactory(submitted=True, state="returned")
    client = sign_in(superuser)
    assert client.get(at("change", suggestion)).context["moves"] == []
    assert client.post(at("move", suggestion, "submit")).status_code == 404


# Assign


def test_a_suggestion_is_assigned_to_a_lead_unit_with_co_units(clerk, works):
    suggestion, police = factories.SuggestionFactory(registered=True), factories.UnitFactory(name="市公安局")
    given = {"lead": works.pk, "co_units": [police.pk], "on": "2026-03-06", "note": "交办会上交办。"}
    do(clerk, "move", "assign", suggestion, **given)
    parts = [(part.unit, part.part, part.due_on) for part in suggestion.assignments.all()]
    assert parts == [(works, "lead", dt.date(2026, 6, 8)), (police, "co", dt.date(2026, 4, 7))]


@pytest.mark.parametrize(
    "given", [{}, {"separate": 1}, {"lead": 1, "separate": 2}, {"lead": 1, "on": "2026-04-01"}]
)
def test_units_in_parts_that_do_not_fit_are_told(clerk, given):
    units = [factories.UnitFactory().pk for _each in range(2)]
    suggestion = factories.SuggestionFactory(registered=True)
    named = {name: units[:n] if isinstance(n, int) else n for name, n in given.items()}
    assert refused(clerk, "move", "assign", suggestion, **{"on": "2026-03-06", "note": ""} | named)
    assert not suggestion.assignments.exists()


def test_of_two_clerks_who_assign_the_same_the_second_is_told(clerk, sign_in, works):
    suggestion = factories.SuggestionFactory(registered=True)
    colleague = sign_in(factories.MembershipFactory(role=Role.OFFICE).user)
    where = at("move", suggestion, "assign")
    given = {"lead": works.pk, "on": "2026-03-06", "note": ""}
    colleague.get(where)
    clerk.post(where, given)
    page = colleague.post(where, given | {"lead": factories.UnitFactory().pk}, follow=True)
    assert page.redirect_chain == [(at("change", suggestion), 302)]
    assert [str(message) for message in page.context["messages"]] == [str(TOO_LATE)]
    assert suggestion.assignments.get().unit == works


def test_the_likely_unit_is_named_with_its_reason_and_never_chosen(clerk, works):
    assigned(works, title="关于缓解胜利路交通拥堵的建议")
    police = factories.UnitFactory(name="市公安局")
    for _each in range(2):
        assigned(police, title="关于加强禁毒宣传的建议")
    suggestion = factories.SuggestionFactory(registered=True, title="关于缓解南湖路交通拥堵的建议")
    form = clerk.get(at("move", suggestion, "assign")).context["form"]
    assert "市住建局" in form.advice[0]
    assert "胜利路" in form.advice[0]
    assert "市公安局" in form.advice[1]
    assert form["lead"].value() is None


def test_a_dissolved_unit_is_neither_recommended_nor_accepted(clerk, works):
    assigned(works)
    works.dissolved_on = dt.date(2026, 3, 8)
    works.save()
    suggestion = factories.SuggestionFactory(registered=True)
    form = clerk.get(at("move", suggestion, "assign")).context["form"]
    assert "市住建局" not in " ".join(form.advice)
    assert refused(clerk, "move", "assign", suggestion, lead=works.pk, on="2026-03-09", note="")


def test_one_more_unit_gets_the_part_that_fits(clerk, works):
    suggestion, _part = assigned(works)
    more = factories.UnitFactory()
    do(clerk, "act", "add_unit", suggestion, unit=more.pk)
    assert suggestion.assignments.get(unit=more).part == "co"
    assert refused(clerk, "act", "add_unit", suggestion, unit=more.pk)


# Handed back, late, extended


def test_what_is_handed_back_is_kept_or_given_to_another(clerk, works):
    police = factories.UnitFactory(name="市公安局")
    _suggestion, part = assigned(works)
    assignments.hand_back(part, by=None, proposed_unit=police, note="属公安交管职责。")
    assert listed(clerk, PARTS, state__exact="return_asked") == [part]
    page = clerk.get(at("move", part, "replace"))
    assert "属公安交管职责。" in page.context["form"].advice[0]
    assert page.context["form"]["unit"].value() is None
    do(clerk, "move", "keep", part, note="三定方案明确由你局负责。")
    assert part.state == "pending"
    do(clerk, "move", "replace", part, unit=police.pk, note="改由市公安局主办。")
    assert part.state == "relieved"
    assert Assignment.objects.taking_part().get().unit == police


def test_a_unit_is_urged_and_not_again_on_the_next_day(clerk, works):
    _suggestion, part = assigned(works)
    do(clerk, "act", "urge", part, words="请抓紧办理。")
    assert Urging.objects.get().words == "请抓紧办理。"
    assert len(do(clerk, "act", "urge", part, words="")) == 1
    assert Urging.objects.count() == 1


def test_more_time_is_granted_with_the_date_explained_or_refused(clerk, office, works):
    _suggestion, part = assigned(works)
    assignments.sign(part, by=None)
    extension = assignments.ask_extension(part, reason="涉及跨区协调。", by=office)
    page = clerk.get(at("change", extension)).content.decode()
    assert "2026" in page
    advice = clerk.get(at("move", extension, "grant")).context["form"].advice
    assert "涉及跨区协调。" in advice[0]
    assert "6" in advice[1]
    do(clerk, "move", "grant", extension, note="")
    part.refresh_from_db()
    assert part.due_on == extension.due_after == dt.date(2026, 9, 7)
    _suggestion, other = assigned(factories.UnitFactory())
    assignments.sign(other, by=None)
    again = assignments.ask_extension(other, reason="太忙。", by=office)
    assert "note" in refused(clerk, "move", "refuse", again, note="")
    do(clerk, "move", "refuse", again, note="理由不足。")
    assert again.state == "refused"


def test_the_late_stand_first_by_how_long(sign_in, office, works, spring):
    _one, short = assigned(works, on=dt.date(2026, 3, 6))
    _two, long = assigned(factories.UnitFactory(), on=dt.date(2026, 2, 2))
    spring.move_to(dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC))
    clerk = sign_in(office)
    assert listed(clerk, PARTS, late="yes") == [long, short]
    assert listed(clerk, LIST, late="yes") == [long.suggestion, short.suggestion]


# After the reply


def test_publication_keeps_to_the_wish_of_the_deputy(clerk, works):
    suggestion = replied(works, wish="summary")
    assert listed(clerk, LIST, publish="waits") == [suggestion]
    form = clerk.get(at("act", suggestion, "publish")).context["form"]
    assert [value for value, _label in form.fields["publication"].choices] == ["summary", "none"]
    assert refused(clerk, "act", "publish", suggestion, publication="full")
    assert "public_summary" in refused(clerk, "act", "publish", suggestion, publication="summary")
    do(clerk, "act", "publish", suggestion, publication="summary", public_summary="拟拓宽路口。")
    assert (suggestion.publication, suggestion.published_on) == ("summary", dt.date(2026, 3, 9))
    assert listed(clerk, LIST, publish="waits") == []


def test_a_check_changes_the_class_with_a_reason(clerk, works):
    suggestion = replied(works)
    a = ReplyClass.objects.get(scheme="N4", code="A")
    do(clerk, "act", "reclassify", suggestion, reply_class=a.pk, reason="现场查看已完工。")
    assert suggestion.reply_class == a


def test_a_concluded_one_is_handled_again_and_later_archived(clerk, works):
    suggestion = replied(works, letter="A")
    Rating.objects.update(
        rated_at="2026-03-09T02:00Z", attitude="satisfied", result="satisfied", solved="yes"
    )
    do(clerk, "move", "rehandle", suggestion, note="回头看发现未完工。")
    assert (suggestion.state, suggestion.round) == ("rehandling", 2)
    Suggestion.objects.update(state="concluded")
    do(clerk, "move", "archive", suggestion, note="")
    assert suggestion.state == "archived"


def test_a_withdrawal_on_paper_ends_the_handling(clerk, works):
    suggestion, part = assigned(works)
    assert "note" in refused(clerk, "act", "withdraw", suggestion, note="")
    do(clerk, "act", "withdraw", suggestion, note="问题已解决，书面申请存2026-3卷。")
    part.refresh_from_db()
    assert (suggestion.state, part.state) == ("withdrawn", "closed")


def test_category_committee_and_what_is_handled_together_can_change(clerk):
    one, other, third = (factories.SuggestionFactory(registered=True) for _each in range(3))
    law = factories.CategoryFactory(name="监察司法")
    do(clerk, "act", "classify", one, category=law.pk, committee="")
    assert (one.category, one.committee) == (law, law.committee)
    do(clerk, "act", "merge", one, matter="南湖路拥堵", others=[other.pk])
    other.refresh_from_db()
    assert one.merge_group == other.merge_group == MergeGroup.objects.get()
    assert refused(clerk, "act", "merge", third, matter="又一次", others=[other.pk])
    do(clerk, "act", "unmerge", one)
    assert not MergeGroup.objects.exists()


def test_a_promise_is_verified_by_the_deputy_who_looked(clerk, office, works):
    suggestion = replied(works)
    promise = Commitment.objects.get()
    commitments.report(promise, by=office, note="已完成。")
    do(clerk, "move", "doubt", promise, note="路灯未亮。")
    assert promise.state == "tracking"
    commitments.report(promise, by=office, note="已修复。")
    do(clerk, "move", "verify", promise, deputy=suggestion.lead_id, note="现场查看属实。")
    assert (promise.state, promise.verified_by) == ("fulfilled", suggestion.lead)


def test_a_promise_that_is_not_kept_can_be_taken_up_again(clerk, works):
    replied(works)
    promise = Commitment.objects.get()
    do(clerk, "move", "fail", promise, note="规划调整。")
    do(clerk, "move", "resume", promise, note="资金已落实。")
    assert promise.state == "tracking"


# Many at once


def test_several_are_registered_after_a_look_and_what_cannot_is_told(clerk):
    one, other = (factories.SuggestionFactory(submitted=True) for _each in range(2))
    done = factories.SuggestionFactory(registered=True, number=7)
    preview = bulk(clerk, LIST, "register", [one, other, done])
    outcomes = {outcome.record: outcome for outcome in preview.context["outcomes"]}
    assert ("008" in outcomes[one].text, "009" in outcomes[other].text) == (True, True)
    assert not outcomes[done].is_done
    assert done.get_state_display() in outcomes[done].text
    assert Suggestion.objects.filter(state="submitted").count() == 2, "nothing of the look stays"
    review.send_back(one, by=None, note="同事退回。")
    page = bulk(clerk, LIST, "register", [one, other, done], step="confirm")
    other.refresh_from_db()
    one.refresh_from_db()
    assert (one.state, other.state, other.number) == ("returned", "registered", 8)
    assert len(page.context["messages"]) == 3


def test_several_are_assigned_to_the_same_units(clerk, works, django_capture_on_commit_callbacks):
    rows = [factories.SuggestionFactory(registered=True) for _each in range(2)]
    asked = bulk(clerk, LIST, "assign", rows)
    assert asked.context["outcomes"] is None
    wrong = bulk(clerk, LIST, "assign", rows, step="preview", on="2027-01-01", lead=works.pk)
    assert wrong.context["form"].errors
    given = {"on": "2026-03-06", "lead": works.pk}
    preview = bulk(clerk, LIST, "assign", rows, step="preview", **given)
    assert [outcome.is_done for outcome in preview.context["outcomes"]] == [True, True]
    assert not Assignment.objects.exists()
    bulk(clerk, LIST, "assign", rows, step="confirm", **given)
    assert Assignment.objects.filter(unit=works, part="lead").count() == 2


def test_several_late_units_are_urged(clerk, office, works):
    _one, part = assigned(works)
    _two, urged = assigned(factories.UnitFactory())
    assignments.urge(urged, by=office)
    preview = bulk(clerk, PARTS, "urge", [part, urged], step="preview", words="请抓紧。")
    assert {o.record: o.is_done for o in preview.context["outcomes"]} == {part: True, urged: False}
    assert Urging.objects.count() == 1
    bulk(clerk, PARTS, "urge", [part, urged], step="confirm", words="请抓紧。")
    assert part.urgings.get().words == "请抓紧。"


def test_the_concluded_of_a_year_are_archived_and_those_with_promises_stay(clerk, works):
    promised, done = replied(works), replied(factories.UnitFactory(), letter="A")
    Suggestion.objects.update(state="concluded")
    bulk(clerk, f"{LIST}?year=2026&state=concluded", "archive", [promised, done], step="confirm")
    promised.refresh_from_db()
    done.refresh_from_db()
    assert (promised.state, done.state) == ("concluded", "archived")


def test_several_are_published_where_the_wish_is_full(clerk, works):
    full, summary = replied(works), replied(factories.UnitFactory(), wish="summary")
    bulk(clerk, LIST, "publish", [full, summary], step="confirm")
    assert list(Suggestion.objects.public()) == [full]


# A committee


@pytest.fixture
def own(committee_officer):
    """A suggestion that the officer's committee supervises."""
    unit = committee_officer.memberships.get().unit
    return factories.SuggestionFactory(registered=True, committee=unit.committee)


def test_a_committee_sees_and_urges_its_own_alone(sign_in, committee_officer, own, works):
    (part,) = assignments.assign(own, units=[(works, Part.LEAD)], by=None)
    other, foreign = assigned(factories.UnitFactory(), category=factories.CategoryFactory(name="监察司法"))
    client = sign_in(committee_officer)
    assert (listed(client, LIST), listed(client, PARTS)) == ([own], [part])
    assert client.get(at("change", other)).status_code == 302
    assert client.post(at("act", foreign, "urge")).status_code == 404
    do(client, "act", "urge", part, words="")
    page = client.get(at("change", own))
    assert (page.context["moves"], page.context["acts"]) == ([], [])
    assert client.post(at("act", own, "classify")).status_code == 403
    assert client.get(PARTS).context["action_form"].fields["action"].choices[1:] != []
    assert client.get(LIST).context["action_form"] is None


def test_ratings_with_their_words_are_for_the_office_and_the_supervising_committee(
    clerk, sign_in, committee_officer, works
):
    suggestion = replied(works)
    rating = suggestion.ratings.get()
    Rating.objects.update(
        rated_at="2026-03-09T02:00Z", attitude="satisfied", result="dissatisfied", words="没动工。"
    )
    where = reverse("admin:proposals_rating_changelist")
    assert "没动工。" in clerk.get(at("change", suggestion)).content.decode()
    assert listed(clerk, where) == [rating]
    assert listed(sign_in(committee_officer), where) == []


# Key items, topics


def test_a_key_item_is_chosen_supervised_and_closed_with_a_report(clerk, office):
    rows = [factories.SuggestionFactory(registered=True) for _each in range(2)]
    given = {
        "year": 2026,
        "title": "南湖片区交通治理",
        "suggestions": [row.pk for row in rows],
        "chosen_on": "2026-03-02",
        "supervision_leader": "张副主任",
        "handling_leader": "王副市长",
        "plan": "",
    }
    new = reverse("admin:proposals_keyitem_add")
    assert clerk.post(new, given | {"suggestions": []}).context["form"].errors
    clerk.post(new, given)
    item = KeyItem.objects.get()
    assert list(item.suggestions.all()) == rows[::-1]
    assert set(listed(clerk, LIST, key="yes")) == set(rows)
    url = at("change", item)
    assert clerk.post(url, form_of(clerk.get(url)) | {"plan": "六月现场视察。"}).status_code == 302
    assert "on" in refused(clerk, "act", "supervise", item, kind="visit", on="2027-01-01", text="看现场")
    pressed_twice = {"kind": "visit", "on": "2026-03-05", "text": "看现场", "_key": str(uuid.uuid4())}
    do(clerk, "act", "supervise", item, **pressed_twice)
    do(clerk, "act", "supervise", item, **pressed_twice)
    assert 'name="_key"' in clerk.get(at("act", item, "supervise")).content.decode()
    assert SupervisionStep.objects.get().by == office
    do(clerk, "move", "close", item, report="已办成。", note="")
    assert (item.state, item.plan, item.report) == ("closed", "六月现场视察。", "已办成。")


def test_a_topic_shows_who_took_it_and_the_office_takes_it_back(clerk):
    topic = factories.TopicFactory()
    claim = TopicClaim.objects.create(topic=topic, deputy=factories.MandateFactory().deputy)
    page = clerk.get(at("change", topic))
    assert list(page.context["claims"]) == [claim]
    assert listed(clerk, reverse("admin:proposals_topic_changelist"), year=2026)[0].claim_count == 1
    do(clerk, "move", "release", claim, note="本人申请退领。")
    assert claim.state == "released"


def test_what_came_on_paper_is_published_as_the_deputy_answers_when_asked(clerk):
    paper = factories.SuggestionFactory(registered=True, state="concluded", wish="")
    assert "wish" in refused(clerk, "act", "publish", paper, publication="full")
    assert "publication" in refused(
        clerk, "act", "publish", paper, publication="full", wish="summary", public_summary="摘要"
    )
    do(clerk, "act", "publish", paper, publication="summary", wish="summary", public_summary="路口已改造。")
    assert (paper.wish, paper.publication) == ("summary", "summary")


def test_a_topic_a_unit_offers_is_put_on_the_list_or_not(clerk, unit_officer, deputy_user, sign_in):
    unit = unit_officer.memberships.get().unit
    page, where = sign_in(unit_officer), reverse("proposals:unit-topics")
    given = {"title": "农村客运班线空心化", "background": "六条线路停运。", "contact": "张科 0790-6440000"}
    assert page.post(where, given | {"background": ""}).context["form"].errors["background"]
    page.post(where, given)
    page.post(where, given)  # a second press
    page.post(where, given | {"title": "公交站台无障碍改造"})
    offered, other = unit.topics_proposed.order_by("pk")
    assert (offered.state, offered.number, offered.source) == ("offered", None, "department")
    deputy = sign_in(deputy_user)
    assert deputy.get(offered.get_absolute_url()).status_code == 404
    assert deputy.post(reverse("proposals:topic-claim", args=[offered.pk])).status_code == 404
    factories.TopicFactory(year=offered.year, number=7)
    assert "number" in refused(clerk, "move", "enlist", offered, number="7", note="")
    do(clerk, "move", "enlist", offered, number="", note="")
    do(clerk, "move", "decline", other, note="已列入市级规划。")
    assert (offered.state, offered.number, other.state) == ("listed", 8, "declined")
    told = page.get(where).content.decode()
    assert "已列入市级规划。" in told
    assert "农村客运班线空心化" in deputy.get(reverse("proposals:topics")).content.decode()
    assert deputy.get(offered.get_absolute_url()).context["may_claim"]
    assert deputy.get(other.get_absolute_url()).status_code == 404
    assert Notice.objects.filter(recipient=unit_officer, kind="proposals.to_unit").count() == 2


TOPICS = """序号,选题,领域,背景说明,提供单位,联系人
1,老旧小区加装电梯,城乡建设,群众反映集中。,市住建局,李科 0790-6440001
,农村客运班线,城乡建设,,,
3,某事,无此领域,,,
"""


def test_the_topic_list_comes_as_a_table_and_goes_as_one(clerk):
    factories.CategoryFactory(name="城乡建设")
    factories.UnitFactory(name="市住房和城乡建设局", short_name="市住建局")
    where = reverse("admin:proposals_topic_import")
    sheet = SimpleUploadedFile("选题清单.csv", TOPICS.encode())
    preview = clerk.post(where, {"import_file": sheet, "year": "2026"}, follow=True)
    clerk.post(preview.context["urls"]["confirm"])
    rows = Topic.objects.order_by("number").values_list(
        "number", "title", "proposed_by__short_name", "source"
    )
    assert list(rows) == [
        (1, "老旧小区加装电梯", "市住建局", "department"),
        (4, "农村客运班线", None, "office"),
    ]
    claim = TopicClaim.objects.create(topic=Topic.objects.first(), deputy=factories.MandateFactory().deputy)
    sent = clerk.post(reverse("admin:proposals_topic_export"), {"format": "0", "resource": "0"})
    cells = list(load_workbook(io.BytesIO(sent.content)).active.iter_rows(values_only=True))
    assert [row[7] for row in cells if row[1] == "老旧小区加装电梯"] == [claim.deputy.name]
    again = SimpleUploadedFile("选题清单.xlsx", sent.content)
    preview = clerk.post(where, {"import_file": again, "year": "2026"}, follow=True)
    assert [tab[::2] for tab in preview.context["tabs"]] == [("unchanged", 2)]


# Lists


def test_lists_are_found_by_number_words_and_deputy(clerk, works):
    suggestion, part = assigned(works, number=12)
    factories.SuggestionFactory(
        registered=True, number=13, title="关于禁毒的建议", facts="x", request="y", reasons=""
    )
    for word in ("12", "第012号", "拥堵", suggestion.lead.name):
        assert suggestion in listed(clerk, LIST, q=word), word
    assert listed(clerk, LIST, q="拥堵") == [suggestion]
    assert listed(clerk, PARTS, q="12") == [part]
    assert listed(clerk, LIST, unit=works.pk) == [suggestion]
    assert listed(clerk, LIST, unit="x", year="x") != []


@pytest.mark.parametrize("screen", ["suggestion", "assignment", "commitment", "rating", "extension"])
def test_a_list_costs_the_same_for_three_rows(clerk, office, committed, screen):
    where = reverse(f"admin:proposals_{screen}_changelist")

    def one_more():
        suggestion = replied(factories.UnitFactory())
        _other, part = assigned(factories.UnitFactory())
        assignments.sign(part, by=None)
        assignments.ask_extension(part, reason="协调。", by=office)
        return suggestion

    def cost():
        committed()
        clerk.get(where)
        with CaptureQueriesContext(connection) as counted:
            assert clerk.get(where).context["cl"].result_count
        return len(counted)

    one_more()
    few = cost()
    for _each in range(2):
        one_more()
    assert cost() == few


def test_the_desk_counts_the_lists_it_opens(sign_in, office, works, spring):
    factories.SuggestionFactory(submitted=True)
    factories.SuggestionFactory(registered=True)
    _suggestion, back = assigned(works)
    assignments.hand_back(back, by=None, proposed_unit=factories.UnitFactory(), note="不属于。")
    _suggestion, slow = assigned(factories.UnitFactory())
    assignments.sign(slow, by=None)
    assignments.ask_extension(slow, reason="协调。", by=office)
    replied(factories.UnitFactory())
    spring.move_to(dt.datetime(2026, 12, 1, 2, tzinfo=dt.UTC))
    clerk = sign_in(office)
    desk = clerk.get(reverse("admin:index")).context["desk"]
    lines = [line for group in desk for line in group["lines"] if "/proposals/" in line["url"]]
    assert [line["number"] for line in lines] == [1, 1, 1, 1, 1, 2, 1]
    for line in lines:
        assert clerk.get(line["url"]).context["cl"].result_count == line["number"], line
