"""Who works at a station, who answers for it, and the day it is."""

import datetime as dt

import pytest
import time_machine

from common.clock import seed_holidays

from .. import factories


@pytest.fixture
def on():
    """``on(2026, 3, 10)`` moves the clock to that morning."""
    travellers = []

    def travel(*day):
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(dt.datetime(*day, 1, tzinfo=dt.UTC), tick=False)
        traveller.start()
        travellers.append(traveller)
        return dt.date(*day)

    yield travel
    while travellers:
        travellers.pop().stop()


@pytest.fixture
def tuesday(on, db):
    """10 March 2026; no day off for weeks."""
    seed_holidays()
    return on(2026, 3, 10)


@pytest.fixture
def station(tuesday):
    return factories.StationFactory(name="城南街道第一代表联络站")


@pytest.fixture
def officer(station):
    """The liaison officer of the station."""
    return factories.StationPostFactory(station=station, user__name="联络员小吴").user


@pytest.fixture
def opinion(station):
    """An online message of 李桂花 that waits for its review."""
    return factories.OpinionFactory(station=station)


@pytest.fixture
def resident(station):
    """A city deputy of the station who signs in."""
    deputy = factories.MandateFactory(
        deputy__name="李明", deputy__user=factories.UserFactory(name="李明")
    ).deputy
    return factories.ResidencyFactory(station=station, deputy=deputy).deputy
