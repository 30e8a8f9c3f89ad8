"""Who works at a station, who answers for it, and the day it is."""

import pytest

from common.clock import seed_holidays

from .. import factories


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
