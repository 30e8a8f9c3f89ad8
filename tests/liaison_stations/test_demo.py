"""The stations of the demonstration: at the scale the city tells of, each record where its history leads."""

from collections import Counter, defaultdict

import pytest
from django.db.models import prefetch_related_objects
from django.test import override_settings
from django.utils import timezone

from accounts.models import Area, User
from common import clock, preferences
from deputies.models import Deputy, Mandate
from home import demo
from liaison_stations import scoring, states
from liaison_stations.measures import MEASURES
from liaison_stations.models import (
    Attendance,
    Dispatch,
    HeldWord,
    Opinion,
    Reception,
    Rectification,
    Residency,
    StarRecord,
    StarReview,
    Station,
    StationEvent,
    StationPlan,
)
from proposals.models import Commitment

from ..lasting import written_for_a_module
from . import by_hand

QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The demonstration, built once for the tests of this module and taken back after them."""
    yield from written_for_a_module(django_db_blocker, QUICK(demo.build))


@pytest.fixture
def city(built, db):
    return Station.objects.all()


def states_of(model):
    return set(model.objects.values_list("state", flat=True))


def test_the_scale_is_that_of_the_city(city):
    told = Opinion.objects.filter(state__in=states.TOLD)
    assert city.count() == 149
    assert city.filter(stars=5).count() == 33
    assert told.filter(channel="online").count() == 1379
    assert told.filter(solved="yes").count() == 2236
    assert city.filter(demonstration="province", is_city_managed=True).count() == 8
    assert Counter(city.values_list("state", flat=True)) == {
        "running": 146,
        "rectifying": 1,
        "merged": 1,
        "closed": 1,
    }


def test_every_area_has_a_station_of_its_own_and_others_below_it(city):
    towns = Area.objects.filter(kind__in=["street", "town", "township"])
    for area in towns:
        top = city.get(name=f"{area}代表联络站")
        assert top.parent is None
        assert top.children.exists()
        assert all(below.area == area for below in top.children.all())
    assert set(city.values_list("kind", flat=True)) == {"home", "station", "point"}
    assert city.filter(parent__parent__isnull=False).exists()
    for station in city:
        station.full_clean(exclude=["pinyin"])
        assert 27.5 < station.latitude < 28.2
        assert 114.4 < station.longitude < 115.4


def test_every_deputy_belongs_to_the_station_the_roster_names(city):
    resident = set(Residency.objects.current().values_list("station__name", "deputy"))
    assert set(Mandate.objects.sitting().values_list("station_name", "deputy")) <= resident
    assert Residency.objects.public().values("deputy").distinct().count() == Deputy.objects.sitting().count()
    assert set(Residency.objects.leaders().values_list("leads_at", flat=True)) == {
        "city",
        "county",
        "township",
    }


def test_a_few_deputies_leave_messages_to_their_station(city):
    silent = Deputy.objects.filter(takes_messages=False)
    assert 0 < silent.count() < Deputy.objects.count() / 20
    assert not silent.exclude(user=None).exists()  # who signs in sees both


def test_last_years_round_is_final_and_its_moves_add_up(city):
    year = clock.today().year - 1
    moved = Counter(StarRecord.objects.of_year(year).values_list("old_stars", "new_stars", "move"))
    assert moved[4, 5, "promote"] == 7
    assert moved[5, 5, "keep"] == 33 - 7
    assert moved[4, 3, "demote"] == 1
    assert sum(number for (_old, new, _move), number in moved.items() if new == 5) == 33
    assert all(
        (old < new) == (move in ("promote", "first_award")) and (old > new) == (move in ("demote", "revoke"))
        for old, new, move in moved
    )
    for record in StarRecord.objects.of_year(year).select_related("review__scheme", "station"):
        assert record.station.stars == record.new_stars
        assert record.review.state == "final"
        assert record.review.scheme.star_for(record.score) == record.new_stars
        assert record.review.merge_into == record.station.merged_into
        assert record.reason
        before = StarRecord.objects.get(station=record.station, year=year - 1)
        assert before.new_stars == record.old_stars
    assert StarRecord.objects.filter(move="promote", new_stars=5, reward_amount__gt=0).count() == 7
    assert Rectification.objects.filter(outcome="failed", station__star_records__move="demote").exists()
    assert Rectification.objects.open().get().station.state == "rectifying"


def test_this_years_round_is_under_way(city):
    reviews = StarReview.objects.filter(scheme__year=clock.today().year)
    assert reviews.count() == city.open().count()
    assert set(reviews.values_list("state", flat=True)) == {"self", "township", "county", "city"}


@pytest.mark.parametrize("model", [Station, Reception, Opinion, Dispatch, StationPlan, StarReview])
def test_the_history_of_each_leads_to_where_it_stands(city, model):
    steps, history = defaultdict(list), model._meta.get_field("changes").related_model
    for change in history.objects.order_by("at", "pk"):
        move = model.MOVES[change.move]
        assert change.before in move.sources, change.move
        assert change.after == move.target
        assert change.at <= timezone.now()
        steps[change.record_id].append(change)
        assert change.note or not move.needs_note
    begins = {None, "running", "planned", "submitted", "held", "sent", "draft", "self"}
    for pk, state in model.objects.values_list("pk", "state"):
        told = steps[pk]
        assert [change.before for change in told[1:]] == [change.after for change in told[:-1]]
        assert (told[-1].after if told else state) == state
        assert (told[0].before if told else state) in begins


def test_there_are_records_in_every_state(city):
    assert states_of(Opinion) == set(states.OpinionState.values)
    assert states_of(Dispatch) == set(states.DispatchState.values)
    assert states_of(Reception) == set(states.ReceptionState.values)
    assert states_of(StationPlan) == set(states.PlanState.values)
    assert set(Opinion.objects.values_list("channel", flat=True)) == set(Opinion.Channel.values)
    assert set(Opinion.objects.filter(state__in=states.TOLD).values_list("route", flat=True)) == set(
        Opinion.Route.values
    )
    assert set(Opinion.objects.filter(state="refused").values_list("right_place", "refusal"))
    assert Opinion.objects.filter(round=2, state__in=states.TOLD).exists()
    assert Opinion.objects.filter(round=2, state="accepted").exists()


def test_opinions_say_what_is_due_when_and_what_came_of_them(city):
    today = clock.today()
    for one in Opinion.objects.select_related("merged_into").prefetch_related("answers", "dispatches"):
        assert (one.due_on is not None) == (one.state in states.UNANSWERED - {"raised"} | {"answered"})
        finals = [answer.round for answer in one.answers.all() if answer.is_final]
        assert len(finals) == len(set(finals))
        if one.state in states.TOLD:
            assert one.answered_on <= today
            assert one.solved
            assert one.round in finals
        working = [order for order in one.dispatches.all() if order.state in states.WORKING]
        assert bool(working) == (one.state == "dispatched")
        ended = one.merged_into if one.state == "merged" else one
        assert bool(one.closed_on) == (ended.state in states.ENDED)
        if one.published_on:
            assert one.may_publish
            assert one.answered_on <= one.published_on <= today
    assert Opinion.objects.late(today).exists()
    assert Dispatch.objects.late(today).exists()
    assert Opinion.objects.published().filter(is_story=True).count() > 20


def test_nothing_waits_for_the_clock_to_blank_it(city):
    kept_for = preferences.get("privacy.keep_opinion_days") * clock.ONE_DAY
    assert not Opinion.objects.to_blank(clock.today() - kept_for).exists()


def test_a_word_on_the_list_holds_a_message(city):
    words = set(HeldWord.objects.values_list("word", flat=True))
    for one in Opinion.objects.filter(state="held"):
        assert set(one.found_words.split("、")) <= words


def test_what_was_raised_hangs_on_a_suggestion_and_a_promise_was_kept(city):
    raised = Opinion.objects.exclude(suggestion=None).select_related("suggestion", "station__area")
    assert {one.state for one in raised} >= {"raised", "closed"}
    for one in raised:
        assert one.asked_deputy_id == one.suggestion.lead_id
        assert one.station.area.name in one.suggestion.title
        assert (one.state in states.TOLD) == bool(one.suggestion.replied_on)
    kept = raised.exclude(kept_told_on=None)
    assert kept
    assert Commitment.objects.filter(state="fulfilled", suggestion__in=kept.values("suggestion")).exists()


def test_receptions_follow_their_rules_and_what_was_held_was_announced(city):
    today = clock.today()
    for reception in Reception.objects.prefetch_related("attendances"):
        assert clock.is_workday(reception.day)
        if reception.state == "held":
            assert reception.day <= today
            assert any(attendance.came_at for attendance in reception.attendances.all())
        else:
            assert not any(attendance.came_at for attendance in reception.attendances.all())
    assert Reception.objects.to_come().filter(state="announced").exists()
    assert Reception.objects.to_come().filter(state="planned").exists()
    held = Reception.objects.held()
    late = [reception for reception in held if reception.was_late]
    assert 0 < len(late) < held.count() / 5
    assert set(Attendance.objects.came().values_list("way", flat=True)) == {"code", "staff"}


def test_stations_under_city_management_have_plans_the_city_approved_and_records_of_it(city):
    managed = city.filter(is_city_managed=True)
    plans = StationPlan.objects.filter(station__in=managed)
    assert {plan.state for plan in plans} == {"approved"}
    assert {plan.changes.first().by.username for plan in plans} == {"office"}
    assert {
        event.kind for event in StationEvent.objects.filter(station__in=managed)
    } >= StationEvent.OF_MANAGEMENT
    assert (
        not StationEvent.objects.filter(kind__in=StationEvent.OF_MANAGEMENT)
        .exclude(station__in=managed)
        .exists()
    )


def test_everybody_who_signs_in_finds_something_to_do(city):
    head, officer, deputy, unit, township = (
        User.objects.get(username=name)
        for name in ("station", "station-officer", "deputy", "unit", "township")
    )
    today = clock.today()
    theirs = Opinion.objects.handled_by(head)
    assert set(theirs.unanswered().values_list("state", flat=True)) >= {"submitted", "accepted", "dispatched"}
    assert theirs.late(today).exists()
    assert Opinion.objects.handled_by(officer).exists()
    assert set(theirs) <= set(Opinion.objects.handled_by(township))
    assert Opinion.objects.visible_to(deputy).filter(deputy=deputy.deputy, state="accepted").count() >= 3
    assert Opinion.objects.filter(asked_deputy=deputy.deputy, state="escalated").exists()
    orders = Dispatch.objects.visible_to(unit)
    assert set(orders.working().values_list("state", flat=True)) == {"sent", "reported_in", "on_site"}
    assert orders.late(today).exists()
    assert [order for order in orders if order.waits_for_extension]
    assert StarReview.objects.visible_to(head).filter(state="self").exists()


def test_the_points_of_every_station_are_those_counted_by_hand(city):
    stations, today, wrong = list(city), clock.today(), []
    for n in range(0, len(stations), 25):  # SQLite takes no more of their records at once
        prefetch_related_objects(stations[n : n + 25], *by_hand.RECORDS)
    for year in (today.year, today.year - 1):
        tallies = scoring.tallies(stations, year, today)
        for station in stations:
            told = {key: tally.points(by_hand.MOST[key]) for key, tally in tallies[station.pk].items()}
            counted = by_hand.points(station, year, today)
            wrong += [(str(station), year, key) for key in MEASURES if told[key] != counted[key]]
    assert wrong == []
