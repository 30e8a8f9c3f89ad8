"""A station that receives on 16 March 2026, a Monday: who works there, who belongs to it, and the days around."""

import datetime as dt
from dataclasses import dataclass, field

from accounts.models import User
from deputies.models import Deputy
from liaison_stations.models import Reception, Station

from .. import factories

DAY = dt.date(2026, 3, 16)
MORNING = dt.datetime(2026, 3, 16, 1, 30, tzinfo=dt.UTC)  # 9:30 at the office
WEEK_BEFORE = dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC)


@dataclass
class Room:
    """Where a reception takes place."""

    station: Station
    staff: User
    reception: Reception
    deputies: list[Deputy] = field(default_factory=list)


def room(**fields) -> Room:
    """A planned reception with two deputies who belong to the station; the first is expected."""
    station = fields.pop("station", None) or factories.StationFactory()
    staff = factories.StationPostFactory(station=station, user__name="联络员小陈").user
    deputies = [resident(station, name) for name in ("李代表", "王代表")]
    reception = factories.ReceptionFactory(station=station, **({"day": DAY} | fields))
    reception.attendances.create(deputy=deputies[0])
    return Room(station, staff, reception, deputies)


def resident(station, name, **fields) -> Deputy:
    user = factories.UserFactory(name=name)
    mandate = factories.MandateFactory(deputy__user=user, deputy__name=name)
    factories.ResidencyFactory(station=station, deputy=mandate.deputy, **fields)
    return mandate.deputy


def guest() -> Deputy:
    """A deputy who belongs to another station."""
    return resident(factories.StationFactory(), "赵代表")


def day_fields(**changes):
    """What the form of a day sends."""
    return {"day": "2026-03-20", "begins": "14:30", "ends": "16:30", "place": "", "matters": ""} | changes
