"""Points worked out by hand: what a station did in 2026, and what each measure makes of it."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from common import preferences
from liaison_stations import scoring
from liaison_stations.measures import MEASURES
from liaison_stations.measuring import Tally
from liaison_stations.models import Criterion, Scheme, StationEvent, StationPlan
from liaison_stations.seeds import new_scheme, scheme_of, seed_star_sheet
from liaison_stations.states import OpinionState, ReceptionState
from proposals.models import Category

from .. import factories

pytestmark = pytest.mark.django_db
O, R = OpinionState, ReceptionState  # noqa: E741 the letter of the noun
LAST = dt.date(2026, 12, 31)
Kind = StationEvent.Kind


def at(*day, hour=9):
    return dt.datetime(*day, hour, tzinfo=timezone.get_default_timezone())


def event(station, kind, *day, text="学习了新修改的代表法。", entered=None, deputies=(), **fields):
    made = StationEvent.objects.create(
        station=station, kind=kind, on=dt.date(*day), title="活动", text=text, **fields
    )
    StationEvent.objects.filter(pk=made.pk).update(at=entered or at(*day))
    made.deputies.set(deputies)
    return made


def came(reception, *residencies):
    for residency in residencies:
        reception.attendances.create(deputy=residency.deputy, came_at=at(2026, 3, 15), way="staff")


def opinion(station, steps, *came_on, answer="", **fields):
    """With its steps: ``{"accept": (2026, 3, 3)}``."""
    made = factories.OpinionFactory(station=station, came_at=at(*came_on), **fields)
    for move, day in steps.items():
        step = made.changes.create(move=move, before="", after="")
        made.changes.filter(pk=step.pk).update(at=at(*day))
    if answer:
        made.answers.create(text=answer)
    return made


@pytest.fixture
def station():
    """Everything of 2026 that the tests below count."""
    station = factories.StationFactory()
    for n in range(2):
        factories.StationPostFactory(station=station, duty="head", name=f"站长{n}")
    StationPlan.objects.create(station=station, year=2026, text="计划", state="approved")
    of_street = [factories.YushuiStreetMandateFactory().deputy for _n in range(4)]
    often, mixed, once = (
        factories.ResidencyFactory(station=station, deputy=deputy) for deputy in of_street[:3]
    )
    factories.ResidencyFactory(station=station, until=dt.date(2026, 6, 1))  # left in summer
    receptions(station, often, mixed, once)
    events(station, mixed.deputy)
    opinions(station)
    return station


def receptions(station, often, mixed, once):
    """Twelve planned: nine held, one of them announced late and four with their form; one cancelled; two never closed."""
    for month in range(1, 10):
        reception = factories.ReceptionFactory(
            station=station,
            day=dt.date(2026, month, 15),
            held=True,
            summary="接待群众两人。" if month < 6 else "",
        )
        if month == 9:
            reception.announced_at = at(2026, 9, 13)
            reception.save()
        if month < 5:
            came(reception, *{1: [often], 2: [often, once], 3: [mixed], 4: [often]}[month])
    factories.ReceptionFactory(station=station, day=dt.date(2026, 10, 15), state=R.CANCELLED)
    for day in (15, 20):
        factories.ReceptionFactory(station=station, day=dt.date(2026, 11, day), announced=True)
    factories.ReceptionFactory(station=station, day=dt.date(2025, 12, 15), held=True)  # of another year


def events(station, deputy):
    event(station, Kind.STUDY, 2026, 2, 1, deputies=[deputy])
    for month in (3, 4, 5):
        event(station, Kind.SPECIAL, 2026, month, 1)
    event(station, Kind.EXCHANGE, 2026, 6, 1, text="")
    event(station, Kind.EXCHANGE, 2026, 7, 1, entered=at(2026, 8, 2))  # 32 days later
    event(station, Kind.PUBLICITY, 2026, 8, 1, level="county")
    event(station, Kind.PUBLICITY, 2026, 8, 2, level="city")
    event(station, Kind.PUBLICITY, 2026, 8, 3)  # adopted nowhere
    event(station, Kind.REPORT, 2025, 8, 1)


def opinions(station):
    kind = Category.objects.create(name="城建环资")
    answered = {"state": O.ANSWERED, "answered_on": dt.date(2026, 3, 10), "route": "station"}
    in_time = {"accept": (2026, 3, 3), "answer": (2026, 3, 10)}
    opinion(
        station,
        in_time,
        2026,
        3,
        2,
        answer="已修好。",
        category=kind,
        subject="路灯",
        verdict="satisfied",
        **answered,
    )
    late = {"accept": (2026, 3, 4), "answer": (2026, 3, 6)}
    opinion(station, late, 2026, 3, 2, verdict="dissatisfied", **answered)
    passed_late = {"accept": (2026, 3, 2), "dispatch": (2026, 3, 10)}
    dispatched = {"state": O.DISPATCHED, "due_on": dt.date(2026, 3, 31), "channel": "reception"}
    opinion(station, passed_late, 2026, 3, 2, category=kind, subject="积水", **dispatched)
    refused = {"state": O.REFUSED, "refusal": "lawsuit", "due_on": None}
    opinion(station, {"refuse": (2026, 3, 3)}, 2026, 3, 2, **refused)
    opinion(station, {}, 2026, 12, 31)  # came on the last day
    raised = {"accept": (2026, 3, 3), "escalate": (2026, 3, 4), "raise": (2026, 3, 5)}
    opinion(station, raised, 2026, 3, 2, state=O.RAISED, category=kind, due_on=None)
    opinion(station, in_time, 2025, 3, 2, **answered)


BY_HAND = {
    "posts": (1, 2, "1.5"),  # of 3: two heads are one half
    "placed": (3, 4, "2.3"),  # of 3: 2.25
    "plan": (1, 2, "2.0"),  # of 4: no rota
    "receptions": (9, 12, "7.5"),  # of 10
    "entries": (2, 3, "4.0"),  # of 6
    "notices": (10, 11, "3.6"),  # of 4: 3.636; the cancelled one was never announced
    "study": (1, 2, "2.0"),
    "special": (3, 4, "6.0"),
    "exchange": (2, 1, "2.0"),
    "reports": (0, 1, "0.0"),
    "register": (1, 2, "2.0"),
    "in_time": (3, 5, "2.4"),  # the first, the refused and the raised one
    "closing": (2, 3, "5.3"),  # of 8: 5.333; the dispatched one is late
    "satisfaction": (1, 2, "2.0"),
    "reception_forms": (4, 9, "0.9"),  # of 2: 0.888; that of May says nobody came
    "activity_ledger": (7, 9, "1.6"),  # of 2: 1.555; one without words, one too late
    "opinion_ledger": (2, 4, "1.0"),
    "deputy_files": (3, 3, "2.0"),
    "publicity": (3, 8, "1.5"),  # a county's half and a city's whole point of 4
    "online": (3, 3, "3.0"),  # two answered, one refused
}


def test_every_measure_is_worked_out_by_hand(station):
    new_scheme(2026, by=None)
    tallies = scoring.tallies([station], 2026, LAST)[station.pk]
    found = {
        criterion.measure: tallies[criterion.measure]
        for criterion in Criterion.objects.filter(source=Criterion.Source.COMPUTED)
    }
    points = {
        criterion.measure: found[criterion.measure].points(criterion.points)
        for criterion in Criterion.objects.filter(source=Criterion.Source.COMPUTED)
    }
    assert {key: (tally.done, tally.wanted) for key, tally in found.items()} == {
        key: (done, wanted) for key, (done, wanted, _points) in BY_HAND.items()
    }
    assert points == {key: Decimal(told) for key, (_done, _wanted, told) in BY_HAND.items()}
    assert sum(points.values()) == Decimal("52.6")


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_opens_the_very_records_it_counts(station, key):
    done, wanted, _points = BY_HAND[key]
    rows = list(scoring.records(MEASURES[key], station, 2026, LAST))
    counted = [row for row in rows if row.is_counted]
    if key in ("posts", "plan", "publicity"):  # counted with weights, or once a duty
        assert {"posts": 2, "plan": 1, "publicity": 2}[key] == len(counted) == len(rows)
    else:
        assert len(counted) == done
        assert len(rows) == (done if MEASURES[key].wanted else wanted)


def test_up_to_a_day_only_what_was_due_then_is_wanted(station):
    tallies = scoring.tallies([station], 2026, dt.date(2026, 3, 15))[station.pk]
    assert (tallies["receptions"].done, tallies["receptions"].wanted) == (3, 3)
    assert (tallies["entries"].done, tallies["entries"].wanted) == (
        2,
        4,
    )  # who leaves in summer is still there


def test_a_reception_of_the_day_itself_is_wanted_when_it_is_over():
    station = factories.StationFactory()
    reception = factories.ReceptionFactory(station=station, announced=True, day=dt.date(2026, 3, 15))
    assert scoring.tallies([station], 2026, reception.day)[station.pk]["receptions"] == Tally(0, 1)  # owed
    assert list(scoring.records(MEASURES["receptions"], station, 2026, reception.day)) == []
    reception.state = R.HELD
    reception.save()
    assert scoring.tallies([station], 2026, reception.day)[station.pk]["receptions"] == Tally(1, 1)


def test_where_nothing_was_wanted_nothing_is_missing_but_a_silent_station_earns_nothing_for_silence():
    station = factories.StationFactory()
    shares = {key: tally.share for key, tally in scoring.tallies([station], 2026, LAST)[station.pk].items()}
    full = {"placed", "register", "in_time", "closing", "satisfaction", "opinion_ledger", "online"}
    assert shares == {key: int(key in full) for key in MEASURES}


def test_what_the_office_sets_to_nothing_is_not_wanted(office, superuser):
    station = factories.StationFactory()
    preferences.change("station.report_min", 0, by=superuser)
    assert scoring.tallies([station], 2026, LAST)[station.pk]["reports"].share == 1


def test_points_are_rounded_half_up():
    assert Tally(1, 4).points(Decimal("1")) == Decimal("0.3")  # 0.25
    assert Tally(9, 8).points(Decimal("4")) == Decimal("4.0")
    assert Tally(1, 3).points(Decimal("10")) == Decimal("3.3")


def test_any_number_of_stations_costs_the_same_queries(station, committed, django_assert_num_queries):
    others = [factories.StationFactory() for _n in range(3)]
    for other in others:
        factories.ReceptionFactory(station=other, held=True, day=dt.date(2026, 2, 1))
        opinion(other, {"accept": (2026, 3, 3)}, 2026, 3, 2, state=O.ACCEPTED)
    committed()
    scoring.tallies([station], 2026, LAST)
    with django_assert_num_queries(10):
        scoring.tallies([station], 2026, LAST)
    with django_assert_num_queries(10):
        scoring.tallies([station, *others], 2026, LAST)


def test_a_message_that_lies_too_long_is_late_before_anybody_looked_at_it():
    station = factories.StationFactory()
    opinion(station, {}, 2026, 3, 2)
    days = {
        day: scoring.tallies([station], 2026, dt.date(2026, 3, day))[station.pk] for day in (3, 4, 10, 11)
    }
    assert [(days[day]["in_time"].done, days[day]["in_time"].wanted) for day in days] == [
        (0, 0),
        (0, 1),
        (0, 1),
        (0, 1),
    ]
    assert [days[day]["online"].wanted for day in days] == [0, 0, 0, 1]


# The sheet


def test_the_default_sheet_has_a_hundred_points_ten_of_bonus_and_three_vetoes(office):
    scheme = new_scheme(2026, by=office)
    points = {}
    for criterion in scheme.criteria.all():
        points[criterion.source] = points.get(criterion.source, 0) + criterion.points
    assert points["computed"] + points["evidence"] == 100
    assert (points["bonus"], scheme.max_bonus) == (10, 10)
    assert scheme.criteria.filter(source="veto").count() == 3
    assert set(scheme.criteria.exclude(measure="").values_list("measure", flat=True)) == set(MEASURES)
    assert (scheme.line_five, scheme.line_four, scheme.line_three, scheme.quota_five) == (90, 80, 70, None)


def test_a_new_sheet_takes_lines_from_the_settings_and_criteria_from_the_year_before(office, superuser):
    old = new_scheme(2025, by=office)
    old.criteria.filter(measure="study").update(points=5)
    old.rewards.create(stars=5, move="promote", amount=8000)
    preferences.change("station.five_star_line", 92, by=superuser)
    preferences.change("station.five_star_quota", 20, by=superuser)
    new = new_scheme(2026, by=office)
    assert (new.line_five, new.quota_five) == (92, 20)
    assert new.criteria.get(measure="study").points == 5
    assert new.rewards.get().amount == 8000
    assert old.criteria.count() == new.criteria.count()


def test_the_sheet_of_a_year_without_one_is_the_latest_before_it(office):
    assert scheme_of(2026) is None
    old = new_scheme(2024, by=office)
    new_scheme(2027, by=office)
    assert scheme_of(2026) == old


@time_machine.travel("2026-05-01", tick=False)
def test_the_sheet_is_seeded_once():
    assert (seed_star_sheet(), seed_star_sheet()) == (1, 0)
    Scheme.objects.get(year=2026).delete()
    assert seed_star_sheet() == 0
