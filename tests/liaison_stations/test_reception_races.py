"""Two people at once with a reception: nothing is made twice, and whoever was too late is told."""

import pytest
import time_machine

from liaison_stations.actions import receptions
from liaison_stations.models import Reception, ReceptionRule
from liaison_stations.states import ReceptionState

from ..proposals.test_races import at_once
from .receiving import MORNING, room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def copies(record):
    return [type(record).objects.get(pk=record.pk) for _n in range(2)]


def test_two_who_make_the_same_year_make_it_once(office):
    here = room()
    ReceptionRule.objects.create(station=here.station, day=20)
    outcome = at_once(
        *(
            lambda station=station: receptions.make_year(station, year=2026, by=office)
            for station in copies(here.station)
        )
    )
    assert outcome == [None, None]
    assert here.station.receptions.exclude(pk=here.reception.pk).count() == 10


def test_a_deputy_who_presses_while_staff_press_came_once():
    here = room()
    ways = [("code", here.deputies[1].user), ("staff", here.staff)]
    outcome = at_once(
        *(
            lambda copy=copy, way=way, by=by: receptions.check_in(
                copy, deputy=here.deputies[1], way=way, by=by
            )
            for copy, (way, by) in zip(copies(here.reception), ways, strict=True)
        )
    )
    assert outcome == [None, None]
    assert here.reception.attendances.came().count() == 1


def test_of_two_who_announce_and_cancel_the_second_is_told():
    here = room()
    first, second = copies(here.reception)
    outcome = at_once(
        lambda: receptions.announce(first, by=here.staff),
        lambda: receptions.cancel(second, by=here.staff, note="汛期。"),
    )
    reception = Reception.objects.get(pk=here.reception.pk)
    # one after the other both may happen; then the reception ends as cancelled
    assert reception.state in (ReceptionState.ANNOUNCED, ReceptionState.CANCELLED)
    assert reception.changes.count() == 2 - sum(error is not None for error in outcome)


def test_who_changes_a_day_that_is_being_cancelled_undoes_nothing():
    here = room()
    first, second = copies(here.reception)
    fields = {"day": first.day, "begins": first.begins, "ends": first.ends, "matters": "", "units": ()}
    at_once(
        lambda: receptions.change(first, by=here.staff, place="二楼", **fields),
        lambda: receptions.cancel(second, by=here.staff, note="汛期。"),
    )
    assert Reception.objects.get(pk=here.reception.pk).state == ReceptionState.CANCELLED
