"""Leading officials in stations, by level and year."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from liaison_stations import leaders
from liaison_stations.models import Attendance, StationEvent

from .. import factories

pytestmark = pytest.mark.django_db
FIGURES, LIST = reverse("stations:leaders"), reverse("stations:leader-list")


def leader(level="city", **fields):
    return factories.ResidencyFactory(leads_at=level, **fields)


def came(residency, day=dt.date(2026, 3, 10), at=None):
    reception = factories.ReceptionFactory(station=at or residency.station, held=True, day=day)
    Attendance.objects.create(
        reception=reception, deputy=residency.deputy, came_at=timezone.now(), way="staff"
    )


def took_part(residency, on="2026-03-11"):
    event = StationEvent.objects.create(station=residency.station, kind="study", on=on, title="学习")
    event.deputies.add(residency.deputy)


def counted(user, year=2026):
    return [(line.level, line.number, line.entered, line.percent) for line in leaders.lines(user, year)]


def test_levels_are_counted_by_year(office):
    came(leader())
    took_part(leader())
    expected = leader()
    factories.ReceptionFactory(station=expected.station, announced=True, day=dt.date(2026, 3, 12)).attendances.create(deputy=expected.deputy)  # fmt: skip
    came(leader("county"), day=dt.date(2025, 12, 30))
    came(factories.ResidencyFactory())  # no leading official
    leader("township", until="2026-01-01")  # not there on one day of the year
    leader("township", since="2027-01-01")
    assert counted(office) == [("city", 3, 2, 66), ("county", 1, 0, 0), ("", 4, 2, 50)]
    assert counted(office, 2025) == [
        ("city", 3, 0, 0),
        ("county", 1, 1, 100),
        ("township", 1, 0, 0),
        ("", 5, 1, 20),
    ]
    assert counted(office, 2019) == []


def test_who_leads_at_two_stations_is_one_person(office):
    first = leader()
    second = leader(deputy=first.deputy, station=factories.StationFactory())
    came(second)
    came(second, day=dt.date(2026, 4, 10))
    took_part(first)
    assert counted(office) == [("city", 1, 1, 100), ("", 1, 1, 100)]
    [deputy] = leaders.listed(office, 2026, "city", "entered")
    assert (deputy, leaders.entries([deputy], 2026)) == (first.deputy, {deputy.pk: 3})


def test_each_number_opens_the_list_it_counts(office, sign_in):
    came(leader())
    leader()
    leader("county")
    client = sign_in(office)
    for row in client.get(FIGURES, {"year": 2026}).context["rows"]:
        for cell in row["cells"]:
            page = client.get(cell["url"]).context["page"]
            assert len(page.rows) == cell["number"], cell


def test_a_local_office_counts_its_own_stations(yushui_office, sign_in):
    leader(station=factories.StationFactory(area=factories.AreaFactory(code="360502001")))
    leader(station=factories.StationFactory(area=factories.FenyiFactory()))
    page = sign_in(yushui_office).get(FIGURES, {"year": 2026})
    assert [row["line"].number for row in page.context["rows"]] == [1, 1]


def test_who_is_neither_staff_nor_leader_reads_none(deputy_user, sign_in):
    for url in (FIGURES, LIST):
        assert sign_in(deputy_user).get(url).status_code == 403


@pytest.mark.parametrize("query", ["year=x", "level=moon", "which=none", "year=9999&level=city"])
def test_an_address_that_is_none_shows_the_whole(query, office, sign_in):
    for url in (FIGURES, LIST):
        assert sign_in(office).get(f"{url}?{query}").status_code == 200


def test_the_queries_do_not_grow_with_the_leaders(office, sign_in):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            sign_in(office).get(url)
        return len(captured)

    came(leader())
    few = queries(FIGURES), queries(LIST)
    for level in ("city", "city", "city"):
        came(leader(level))
    assert (queries(FIGURES), queries(LIST)) == few
