"""The gap view: points worked out by hand, what is missing, what threatens, and the very records behind."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from liaison_stations import gaps, sheets
from liaison_stations.measuring import Tally
from liaison_stations.models import StarReview, StationEvent, StationPlan
from liaison_stations.seeds import new_scheme
from proposals.models import Category

from .. import factories
from .test_scoring import at, came, event, opinion

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 1)
Kind = StationEvent.Kind


@pytest.fixture(autouse=True)
def in_july_2026():
    with time_machine.travel(dt.datetime(2026, 7, 1, 1, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def scheme(db):
    return new_scheme(2026, by=None)


@pytest.fixture
def station(scheme):
    """Four stars. Held five of six receptions, announced four of them in time; one study, two special activities; one
    opinion answered, two late.
    """
    station = factories.StationFactory(stars=4)
    for duty in ("head", "officer"):
        factories.StationPostFactory(station=station, duty=duty)
    StationPlan.objects.create(station=station, year=2026, text="计划", rota="按月轮值", state="approved")
    often, once = (factories.ResidencyFactory(station=station) for _n in range(2))
    for month in range(1, 7):
        reception = factories.ReceptionFactory(
            station=station,
            day=dt.date(2026, month, 15),
            summary="接待群众两人。",
            **({"announced": True} if month == 6 else {"held": True}),
        )
        if month == 5:
            reception.announced_at = at(2026, 5, 14)
            reception.save()
        if month < 6:
            came(reception, often)
    came(station.receptions.get(day=dt.date(2026, 1, 15)), once)
    for month in range(7, 13):
        planned = factories.ReceptionFactory(station=station, day=dt.date(2026, month, 15))
        planned.attendances.create(deputy=once.deputy)
    event(station, Kind.STUDY, 2026, 2, 1)
    for month in (3, 4):
        event(station, Kind.SPECIAL, 2026, month, 1)
    event(station, Kind.EXCHANGE, 2026, 5, 1)
    kind = Category.objects.create(name="城建环资")
    steps = {"accept": (2026, 6, 2), "answer": (2026, 6, 3)}
    answered = {
        "state": "closed",
        "answered_on": dt.date(2026, 6, 3),
        "route": "station",
        "verdict": "satisfied",
    }
    opinion(station, steps, 2026, 6, 1, answer="已修好。", category=kind, subject="路灯", **answered)
    for n in range(2):
        accepted = {"accept": (2026, 6, 2)}
        late = {"state": "accepted", "due_on": dt.date(2026, 6, 9), "subject": f"积水{n}", "category": kind}
        opinion(station, accepted, 2026, 6, 1, **late)
    return station


def points(lines):
    return {line.criterion.measure or line.criterion.name: line.points for line in lines if line.tally}


NOW = {
    "posts": "3.0",
    "placed": "3.0",
    "plan": "4.0",
    "receptions": "8.3",  # 5 of 6 × 10
    "entries": "3.0",  # 1 of 2 × 6
    "notices": "3.3",  # 5 of 6 × 4 = 3.333
    "study": "2.0",  # 1 of 2
    "special": "4.0",  # 2 of 4 × 8
    "exchange": "2.0",
    "reports": "0.0",  # of 6
    "register": "4.0",
    "in_time": "1.3",  # 1 of 3 × 4
    "closing": "2.7",  # 1 of 3 × 8
    "satisfaction": "4.0",
    "reception_forms": "2.0",
    "activity_ledger": "2.0",
    "opinion_ledger": "2.0",
    "deputy_files": "2.0",
    "publicity": "0.0",
    "online": "1.0",  # 1 of 3 × 3
}
AT_THE_END = NOW | {
    "receptions": "9.2",  # 11 of 12
    "notices": "3.7",  # 11 of 12 × 4 = 3.666
    "entries": "6.0",  # who came once is expected six times more
    "study": "2.0",  # 1 in 182 days of 365: 2.005, so two
    "special": "8.0",
}
AT_THE_END["study"] = "4.0"


def test_points_now_and_at_the_end_of_the_year_are_worked_out_by_hand(station):
    gap = gaps.gap(station, TODAY)
    assert points(gap.lines) == {key: Decimal(told) for key, told in NOW.items()}
    assert points(gap.projected_lines) == {key: Decimal(told) for key, told in AT_THE_END.items()}
    assert (gap.now.score, gap.projected.score) == (Decimal("68.6"), Decimal("78.9"))  # with 15 assumed
    assert gap.is_assumed
    assert (gap.target, gap.line, gap.missing) == (5, 90, Decimal("21.4"))


def test_what_is_missing_is_the_fewest_things_by_points_each(station):
    gap = gaps.gap(station, TODAY)
    found = [(item.line.criterion.measure, item.number, item.gain) for item in gap.items]
    # six for one report, three for one deputy, 2.667 for each late answer, two for a special activity or a study,
    # then half a point for items adopted
    assert found == [
        ("entries", 1, Decimal("3.0")),
        ("study", 1, Decimal("2.0")),
        ("special", 2, Decimal("4.0")),
        ("reports", 1, Decimal("6.0")),
        ("closing", 2, Decimal("5.3")),
        ("publicity", 3, Decimal("1.5")),
    ]
    assert gap.reaches
    assert gap.reached == Decimal("90.4")


def test_where_the_line_is_out_of_reach_all_that_can_be_done_is_told(station, scheme):
    scheme.criteria.filter(name="设备").update(points=3)
    review = StarReview.objects.create(scheme=scheme, station=station, old_stars=4)
    for criterion in scheme.criteria.filter(source="evidence"):
        review.scores.create(criterion=criterion, self_points=0)
    gap = gaps.gap(station, TODAY)
    assert gap.now.score == Decimal("53.6")
    assert not gap.reaches
    assert gap.reached < 90
    assert not gap.is_assumed


def test_what_the_review_of_last_year_gave_holds_until_this_year_s(station, scheme):
    last = new_scheme(2025, by=None)
    review = StarReview.objects.create(scheme=last, station=station, old_stars=4)
    review.scores.create(
        criterion=last.criteria.get(name="功能区"), self_points=3, city_points=Decimal("1.5")
    )
    assert gaps.gap(station, TODAY).now.score == Decimal("67.1")


def test_a_year_without_a_sheet_is_rated_by_the_latest_before_it(station, scheme):
    scheme.year = 2025
    scheme.save()
    gap = gaps.gap(station, TODAY)
    assert (gap.year, gap.now.score) == (2026, Decimal("68.6"))


def test_without_any_sheet_there_is_no_gap():
    assert gaps.gap(factories.StationFactory(), TODAY) is None


def test_what_threatens_is_said_in_sentences(station, scheme, office):
    station.rectifications.create(
        issued_on=dt.date(2026, 6, 1), until=dt.date(2026, 9, 1), faults="接待未按计划开展。"
    )
    review = StarReview.objects.create(scheme=scheme, station=station, old_stars=4)
    review.scores.create(criterion=scheme.criteria.filter(source="veto").first(), county_points=1)
    assert gaps.gap(station, TODAY).threats == [
        "整改通知的期限到2026年9月1日，须在此之前整改到位。",
        "一票否决：台账弄虚作假。有此情形当年不评星。",
        "按目前情况，到年底 78.9 分，距保持现有星级（80 分）还差 1.1 分。",
        "现有 2 件意见逾期。",
    ]


def test_a_ratio_never_grows_beyond_all(scheme):
    line = sheets.Line(scheme.criteria.get(measure="receptions"), Tally(0, 1, is_owed=True))
    assert gaps._more(line, 2) == Tally(2, 2)
    missed = sheets.Line(scheme.criteria.get(measure="receptions"), Tally(0, 1))
    assert gaps._more(missed, 2) == Tally(2, 3)


def test_a_gap_costs_the_same_queries_whatever_the_station_did(station, committed, django_assert_num_queries):
    committed()
    gaps.gap(station, TODAY)
    with django_assert_num_queries(18):
        gaps.gap(station, TODAY)
    event(station, Kind.STUDY, 2026, 6, 1)
    factories.ReceptionFactory(station=station, day=dt.date(2026, 8, 20))
    committed()
    gaps.gap(station, TODAY)
    with django_assert_num_queries(18):
        gaps.gap(station, TODAY)


# Pages


def page(client, name, *args):
    response = client.get(reverse(f"stations:{name}", args=args))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_staff_of_the_station_read_what_is_missing(sign_in, station):
    staff = station.posts.get(duty="officer").user
    soup = page(sign_in(staff), "gap", station.pk)
    text = " ".join(soup.select_one("main").get_text().split())
    assert "68.6" in text
    assert "1 次向选民述职" in text
    assert "答复 2 件逾期意见" in text
    assert len(soup.select("h1")) == 1
    links = [a["href"] for a in soup.select("table a")]
    assert reverse("stations:points", args=[station.pk, "receptions"]) in links


def test_a_point_opens_the_records_it_counts_with_its_formula(sign_in, station):
    staff = station.posts.get(duty="officer").user
    soup = page(sign_in(staff), "points", station.pk, "special")
    text = soup.select_one("main").get_text()
    assert "当年专题活动次数 ÷ 4" in text
    assert "4.0" in text
    assert len(soup.select("tbody tr")) == 2


def test_an_opinion_one_may_not_read_is_told_without_its_words(sign_in, leader, station):
    soup = page(sign_in(leader), "points", station.pk, "closing")
    assert len(soup.select("tbody tr")) == 3
    assert "积水" not in soup.select_one("main").get_text()


def test_strangers_know_nothing_of_a_gap(sign_in, deputy_user, station):
    address = reverse("stations:gap", args=[station.pk])
    assert sign_in(deputy_user).get(address).status_code == 404
    other = factories.StationPostFactory().user
    assert sign_in(other).get(address).status_code == 404
    assert sign_in(other).get(reverse("stations:points", args=[station.pk, "study"])).status_code == 404


def test_a_measure_or_a_year_that_is_none_is_not_found(sign_in, office, station):
    client = sign_in(office)
    assert client.get(reverse("stations:points", args=[station.pk, "coffee"])).status_code == 404
    address = reverse("stations:points", args=[station.pk, "study"])
    for year in ("abc", "0", "99999", "-1"):
        assert client.get(address, {"year": year}).status_code == 404, year
    assert client.get(address, {"year": "2025"}).status_code == 200
