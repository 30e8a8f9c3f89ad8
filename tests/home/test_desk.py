"""The desk: each number counts the list that it opens; each role sees its own."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin import site
from django.urls import reverse

from deputies.models import Correction
from liaison_stations.models import Scheme, StarReview, StationPlan
from notices.models import Delivery
from tests.factories import (
    CorrectionFactory,
    DispatchFactory,
    FenyiFactory,
    MandateFactory,
    NoticeFactory,
    OpinionFactory,
    ReceptionFactory,
    StationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 5, 2, tzinfo=dt.UTC)  # a Thursday, ten o'clock in Xinyu


def lines(client):
    page = client.get(reverse("admin:index"))
    return [line for group in page.context["desk"] for line in group["lines"]]


@pytest.fixture
def busy():
    """A week in which something of every kind happened."""
    with time_machine.travel(NOW - dt.timedelta(days=9), tick=False):
        CorrectionFactory()
    with time_machine.travel(NOW - dt.timedelta(days=1), tick=False):
        CorrectionFactory(deputy=MandateFactory(area=FenyiFactory()).deputy)
        CorrectionFactory(state="accepted")
        Delivery.objects.create(notice=NoticeFactory(), channel="email", state="failed", next_try_at=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def at_stations():
    """Something of every kind that waits or is late at a station of Yushui, and two messages at one of Fenyi."""
    with time_machine.travel(NOW, tick=False):
        today = NOW.date()
        before, later = today - dt.timedelta(days=3), today + dt.timedelta(days=9)
        station = StationFactory()
        elsewhere = StationFactory(area=FenyiFactory())
        for state, due_on in (
            ("held", later),
            ("submitted", later),
            ("submitted", before),
            ("accepted", before),
            ("dispatched", later),
            ("solved", later),
            ("escalated", later),
            ("answered", later),
        ):
            fields = {"answered_on": before} if state == "answered" else {}
            opinion = OpinionFactory(station=station, state=state, due_on=due_on, **fields)
            if state == "dispatched":
                DispatchFactory(opinion=opinion, due_on=before)
        OpinionFactory(station=elsewhere, state="submitted", due_on=before)
        OpinionFactory(station=elsewhere, state="submitted", due_on=later)
        ReceptionFactory(station=station, day=later)
        ReceptionFactory(station=station, day=before, announced=True)
        ReceptionFactory(station=station, day=before - dt.timedelta(days=9), held=True)
        StationPlan.objects.create(station=station, year=2026, text="…", state="submitted")
        scheme = Scheme.objects.create(year=2026, name="…")
        for place, state in ((station, "county"), (elsewhere, "township"), (StationFactory(), "city")):
            StarReview.objects.create(scheme=scheme, station=place, old_stars=3, state=state)
        yield


@pytest.mark.parametrize("role", ["office", "yushui_office", "auditor", "superuser", "committee_officer"])
def test_every_number_is_the_length_of_the_list_it_opens(busy, at_stations, role, request, sign_in):
    client = sign_in(request.getfixturevalue(role))
    for line in lines(client):
        opened = client.get(line["url"])
        assert opened.status_code == 200, line
        assert opened.context["cl"].result_count == line["number"], line


def test_the_office_sees_what_waits_and_what_is_late(busy, sign_in, office):
    assert numbers_of_people(sign_in(office))[:3] == [2, 1, 1]


def test_a_local_office_counts_its_own_area_only(busy, sign_in, yushui_office):
    assert numbers_of_people(sign_in(yushui_office)) == [1, 1]


def numbers_of_people(client):
    """Of the lines that are no matter of suggestions or stations."""
    others = ("/proposals/", "/liaison_stations/")
    return [line["number"] for line in lines(client) if not any(part in line["url"] for part in others)]


def test_offices_see_what_waits_and_is_late_at_their_stations(at_stations, sign_in, office, yushui_office):
    def of_stations(user):
        return [line["number"] for line in lines(sign_in(user)) if "/liaison_stations/" in line["url"]]

    assert of_stations(yushui_office) == [1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1]
    assert of_stations(office) == [1, 4, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1]


def test_a_role_without_lines_is_told_so(sign_in):
    page = sign_in(UserFactory(is_staff=True)).get(reverse("admin:index"))
    assert page.context["desk"] == []


def test_the_desk_costs_the_same_however_much_waits(
    sign_in, office, busy, committed, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(office)
    committed()
    client.get(reverse("admin:index"))
    with django_assert_max_num_queries(8) as asked:
        client.get(reverse("admin:index"))
    few = len(asked)
    for _each in range(20):
        CorrectionFactory()
    assert Correction.objects.open().count() == 22
    committed()
    client.get(reverse("admin:index"))
    with django_assert_num_queries(few):
        client.get(reverse("admin:index"))


def test_the_menu_loses_no_screen(sign_in, superuser):
    page = sign_in(superuser).get(reverse("admin:index"))
    shown = {model["object_name"] for group in page.context["app_list"] for model in group["models"]}
    assert shown == {model.__name__ for model in site._registry}
    assert "more" not in {group["app_label"] for group in page.context["app_list"]}


def test_strangers_are_asked_to_sign_in_and_others_are_refused(client, sign_in, unit_officer):
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("admin:login"))
    assert client.get(reverse("admin:login"))["Location"].startswith(reverse("account_login"))
    assert sign_in(unit_officer).get(reverse("admin:index"), follow=True).status_code == 403
