"""What becomes of an opinion, worked out day by day; and what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from common.workflow import MoveRefused
from liaison_stations.actions import opinions
from liaison_stations.models import Opinion
from liaison_stations.states import OpinionState
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db
O = OpinionState  # noqa: E741 the letter of the noun
ANSWER = {"text": "已联系路灯所更换，今晚亮灯。", "solved": "yes"}


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


def rated(opinion, verdict, round=None):
    rating = opinion.ratings.create(round=round or opinion.round, verdict=verdict)
    opinions.after_rating(opinion, rating)
    opinion.refresh_from_db()


def answered(opinion, by):
    if opinion.state != O.ACCEPTED:
        opinions.accept(opinion, by=by)
    return opinions.answer(opinion, by=by, **ANSWER)


# Review


def test_what_is_accepted_is_to_be_answered_in_five_working_days(opinion, officer, resident):
    opinions.accept(opinion, by=officer, subject="路灯不亮", deputy=resident)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.subject, opinion.deputy) == (O.ACCEPTED, "路灯不亮", resident)
    assert opinion.due_on == dt.date(2026, 3, 17)
    [subject] = told(resident.user)
    assert "2026年3月17日" in subject and "路灯" not in subject and "李桂花" not in subject


def test_a_deputy_of_another_station_does_not_answer_for_this_one(opinion, officer):
    other = factories.ResidencyFactory(station=factories.StationFactory()).deputy
    with pytest.raises(ValidationError) as refused:
        opinions.accept(opinion, by=officer, deputy=other)
    assert set(refused.value.message_dict) == {"deputy"}
    opinion.refresh_from_db()
    assert opinion.state == O.SUBMITTED


def test_a_deputy_of_the_home_answers_for_its_points(opinion, officer):
    point = factories.StationFactory(parent=opinion.station)
    opinions.accept(opinion, by=officer, deputy=factories.ResidencyFactory(station=point).deputy)
    assert opinion.state == O.ACCEPTED


def test_a_subject_that_is_too_long_is_refused(opinion, officer):
    with pytest.raises(ValidationError) as refused:
        opinions.accept(opinion, by=officer, subject="灯" * 61)
    assert set(refused.value.message_dict) == {"subject"}


def test_what_was_held_is_let_go_or_accepted_at_once(station, officer):
    first, second = factories.OpinionFactory.create_batch(2, station=station, state=O.HELD)
    opinions.release(first, by=officer)
    opinions.accept(second, by=officer)
    assert (first.state, second.state) == (O.SUBMITTED, O.ACCEPTED)


@pytest.mark.parametrize("missing", ["refusal", "right_place", "note"])
def test_a_refusal_needs_a_reason_a_place_and_words(missing, opinion, officer):
    given = {"refusal": "lawsuit", "right_place": "渝水区人民法院", "note": "已在法院立案。"}
    with pytest.raises(ValidationError) as refused:
        opinions.refuse(opinion, by=officer, **given | {missing: "  "})
    assert set(refused.value.message_dict) == {missing}
    opinions.refuse(opinion, by=officer, **given)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.due_on, opinion.closed_on) == (O.REFUSED, None, dt.date(2026, 3, 10))
    assert opinion.changes.get().note == "已在法院立案。"


# Joining


def test_what_was_joined_shows_where_and_takes_along_what_was_joined_to_it(station, officer):
    first, second, third = factories.OpinionFactory.create_batch(3, station=station)
    opinions.join(first, other=second, by=officer)
    opinions.join(second, other=third, by=officer)
    assert set(third.joined.all()) == {first, second}
    assert set(Opinion.objects.filter(state=O.MERGED)) == {first, second}


def test_what_is_joined_ends_with_what_it_was_joined_to(station, officer, on):
    first, second = factories.OpinionFactory.create_batch(2, station=station)
    opinions.join(first, other=second, by=officer)
    answered(second, officer)
    on(2026, 4, 1)
    opinions.close(second, by=officer)
    assert set(Opinion.objects.values_list("closed_on", flat=True)) == {dt.date(2026, 4, 1)}


def test_an_opinion_is_not_joined_to_itself_to_a_joined_one_or_far_away(opinion, officer):
    far = factories.OpinionFactory(
        station=factories.StationFactory(area=factories.AreaFactory(code="360521101", name="双林镇"))
    )
    joined = factories.OpinionFactory(station=opinion.station)
    opinions.join(joined, other=factories.OpinionFactory(station=opinion.station), by=officer)
    refused = factories.OpinionFactory(station=opinion.station, state=O.REFUSED, refusal="advert")
    for other in (opinion, far, joined, refused):
        with pytest.raises(ValidationError) as wrong:
            opinions.join(opinion, other=other, by=officer)
        assert set(wrong.value.message_dict) == {"other"}
    opinion.refresh_from_db()
    assert opinion.state == O.SUBMITTED


def test_stations_of_one_tree_join_across_areas(opinion, officer):
    point = factories.StationFactory(
        parent=opinion.station, area=factories.AreaFactory(code="360502002", name="城北街道")
    )
    opinions.join(factories.OpinionFactory(station=point), other=opinion, by=officer)
    assert opinion.joined.count() == 1


# Answering


def test_an_answer_ends_the_round_and_waits_for_the_rating(opinion, officer):
    final = answered(opinion, officer)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.answered_on, opinion.due_on) == (
        O.ANSWERED,
        dt.date(2026, 3, 10),
        dt.date(2026, 3, 25),
    )
    assert (opinion.route, opinion.solved) == ("station", "yes")
    assert (final.round, final.is_final, final.by) == (1, True, officer)
    with pytest.raises(MoveRefused):
        opinions.answer(opinion, by=officer, **ANSWER)
    assert opinion.answers.count() == 1


@pytest.mark.parametrize(
    ("state", "by_deputy", "route"),
    [
        (O.ACCEPTED, False, "station"),
        (O.ACCEPTED, True, "deputy"),
        (O.SOLVED, False, "department"),
        (O.ESCALATED, False, "county"),
    ],
)
def test_how_it_was_dealt_with_follows_from_where_it_lay(state, by_deputy, route, station, officer, resident):
    opinion = factories.OpinionFactory(station=station, state=state)
    opinions.answer(opinion, by=officer, deputy=resident if by_deputy else None, **ANSWER)
    assert opinion.route == route


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "长" * 2001}, {"solved": ""}, {"solved": "maybe"}, {"route": "nowhere"}]
)
def test_half_an_answer_is_none(wrong, station, officer):
    opinion = factories.OpinionFactory(station=station, accepted=True)
    with pytest.raises(ValidationError) as refused:
        opinions.answer(opinion, by=officer, **ANSWER | wrong)
    assert set(refused.value.message_dict) == set(wrong)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.answers.count()) == (O.ACCEPTED, 0)


def test_a_word_on_the_way_leaves_the_answer_owed(opinion, officer):
    with pytest.raises(MoveRefused):
        opinions.say(opinion, by=officer, text="正在联系路灯所。")
    opinions.accept(opinion, by=officer)
    opinions.say(opinion, by=officer, text="正在联系路灯所。")
    answered(opinion, officer)
    assert list(opinion.answers.values_list("is_final", flat=True)) == [False, True]
    with pytest.raises(MoveRefused):
        opinions.say(opinion, by=officer, text="补充一句。")


# Rating


@pytest.mark.parametrize("verdict", ["satisfied", "basically"])
def test_a_good_rating_files_it(verdict, opinion, officer):
    answered(opinion, officer)
    rated(opinion, verdict)
    assert (opinion.state, opinion.verdict, opinion.due_on) == (O.CLOSED, verdict, None)
    assert opinion.closed_on == dt.date(2026, 3, 10)


def test_dissatisfied_is_handled_once_more_then_goes_to_the_county_then_is_filed(
    opinion, officer, yushui_office
):
    answered(opinion, officer)
    rated(opinion, "dissatisfied")
    assert (opinion.state, opinion.round, opinion.due_on) == (O.ACCEPTED, 2, dt.date(2026, 3, 17))
    assert any("不满意" in subject for subject in told(officer))
    answered(opinion, officer)
    rated(opinion, "dissatisfied")
    assert (opinion.state, opinion.round) == (O.ESCALATED, 3)
    assert len(told(yushui_office)) == 1
    answered_again = opinions.answer(opinion, by=yushui_office, **ANSWER)
    assert (answered_again.round, opinion.route) == (3, "county")
    rated(opinion, "dissatisfied")
    assert (opinion.state, opinion.verdict) == (O.CLOSED, "dissatisfied")


def test_nobody_files_it_while_the_citizen_can_rate(opinion, officer, on):
    answered(opinion, officer)
    on(2026, 3, 25)
    with pytest.raises(MoveRefused):
        opinions.close(opinion, by=officer)
    on(2026, 3, 26)
    opinions.close(opinion, by=officer)
    assert (opinion.state, opinion.closed_on) == (O.CLOSED, dt.date(2026, 3, 26))


# The county office


def test_raised_to_the_county_and_given_back(opinion, officer, yushui_office):
    opinions.accept(opinion, by=officer)
    opinions.escalate(opinion, by=officer, note="超出街道职权。")
    assert (opinion.state, opinion.due_on) == (O.ESCALATED, dt.date(2026, 3, 17))
    assert len(told(yushui_office)) == 1
    opinions.send_down(opinion, by=yushui_office, note="属街道职责，请直接答复。")
    opinion.refresh_from_db()
    assert opinion.state == O.ACCEPTED
    assert len(told(officer)) == 1


def test_where_no_county_office_works_the_city_s_hears_of_it(opinion, officer, office):
    opinions.accept(opinion, by=officer)
    opinions.escalate(opinion, by=officer, note="超出街道职权。")
    assert len(told(office)) == 1


def test_an_answered_one_that_is_raised_gets_a_round_of_its_own(opinion, officer, yushui_office):
    answered(opinion, officer)
    opinions.escalate(opinion, by=yushui_office, note="答复不实。")
    assert opinions.answer(opinion, by=yushui_office, **ANSWER).round == 2


# Publication


def test_published_in_other_words_without_numbers_or_the_name(station, office):
    opinion = factories.OpinionFactory(station=station, answered=True, may_publish=True)
    shown, kept = (opinion.pictures.create(file=factories.stored_picture()) for _n in range(2))
    opinions.publish(
        opinion,
        by=office,
        public_text="李桂花（13807901234）反映路灯坏了。",
        public_answer="已更换。",
        pictures=[shown],
        is_story=True,
    )
    opinion.refresh_from_db()
    assert opinion.public_text == "李**（138****1234）反映路灯坏了。"
    assert (opinion.published_on, opinion.is_story) == (dt.date(2026, 3, 10), True)
    assert list(opinion.pictures.filter(is_public=True)) == [shown]
    opinions.take_public_back(opinion, by=office, note="本人要求。")
    opinion.refresh_from_db()
    assert (opinion.published_on, opinion.public_text) == (None, "")
    assert not opinion.pictures.filter(is_public=True).exists()
    with pytest.raises(MoveRefused):
        opinions.take_public_back(opinion, by=office, note="再撤。")


def test_nothing_is_published_without_consent_or_before_the_answer(station, office):
    words = {"public_text": "路灯坏了。", "public_answer": "已更换。"}
    for fields in ({"answered": True}, {"accepted": True, "may_publish": True}):
        opinion = factories.OpinionFactory(station=station, **fields)
        with pytest.raises(MoveRefused):
            opinions.publish(opinion, by=office, **words)
        opinion.refresh_from_db()
        assert opinion.published_on is None
    opinion = factories.OpinionFactory(station=station, answered=True, may_publish=True)
    with pytest.raises(ValidationError) as refused:
        opinions.publish(opinion, by=office, **words | {"public_answer": " "})
    assert set(refused.value.message_dict) == {"public_answer"}
