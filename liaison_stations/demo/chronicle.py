"""The book the stations' stories are written into: whom they find in the portal, and how days count."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import Unit, User
from common import chronicle, clock, preferences
from deputies.demo import Roll
from deputies.models import Deputy
from proposals.demo.chronicle import OURS
from proposals.models import Category

from ..models import (
    Attendance,
    Dispatch,
    DispatchChange,
    Opinion,
    OpinionAnswer,
    OpinionChange,
    OpinionRating,
    Reception,
    ReceptionChange,
    ReviewScore,
    StarObjection,
    StarReview,
    StarReviewChange,
    StationChange,
    StationEvent,
    StationPlan,
    StationPlanChange,
)

DAYS = ("review_days", "reply_days", "report_in_days", "on_site_days", "transfer_days", "extended_days", "feedback_days")  # fmt: skip


@dataclass(frozen=True)
class Round:
    """The days of a yearly round of stars."""

    year: int
    opened: dt.date
    decided: dt.date
    published: dt.date
    final: dt.date


class Chronicle(chronicle.Chronicle):
    ORDER = (StationChange, Reception, Reception.units.through, ReceptionChange, Attendance, Opinion, OpinionChange, OpinionAnswer, OpinionRating, Dispatch, DispatchChange, StationPlan, StationPlanChange, StationEvent, StationEvent.deputies.through, StarReview, StarReviewChange, ReviewScore, StarObjection)  # fmt: skip

    def __init__(self, random):
        super().__init__(random)
        names = ("office", "county", "township", "unit")
        self.office, self.county, self.township, self.officer = (User.objects.get(username=n) for n in names)
        self.categories = {category.name: category for category in Category.objects.all()}
        self.units = {str(unit): unit for unit in Unit.objects.all()}
        self.names, self.codes, self.dues = Roll(random, {}), set(), {}
        self.days = {name: preferences.get(f"online.{name}") for name in DAYS}
        self.notice_days, self.rate_days = (
            clock.ONE_DAY * preferences.get(name) for name in ("station.notice_days", "online.rate_days")
        )
        self.last_round = self._last_round()

    def _last_round(self):
        """Of the year before, made final in January."""
        year = self.today.year - 1
        final = min(self.workday(dt.date(year + 1, 1, 12)), self.today - clock.ONE_DAY)
        published = clock.add_workdays(final, -6, self.calendar)
        decided = clock.add_workdays(published, -2, self.calendar)
        return Round(year, dt.date(year, 11, 3), decided, published, final)

    def objections_until(self, published):
        return clock.add_workdays(published, 5, self.calendar)

    def due(self, name, day):
        """So many working days later as the setting of this name says."""
        if (name, day) not in self.dues:
            self.dues[name, day] = clock.add_workdays(day, self.days[name], self.calendar)
        return self.dues[name, day]

    def after(self, day, first, last):
        """A working day between so many days later and so many."""
        return self.workday(day + clock.ONE_DAY * self.random.randint(first, last))

    def code(self):
        """Ten digits of a receipt that nobody else has."""
        while (code := str(self.random.randrange(1_000_000_000, 10_000_000_000))) in self.codes:
            pass
        self.codes.add(code)
        return code

    def person(self):
        return self.names.name(self.random.choice(Deputy.Sex.values))[0]

    def approver_of(self, place):
        """Who approves a plan where the city need not: of the streets and towns one township office signs in."""
        if place.station.area.name == "城北街道":
            return self.township
        return self.county if place.station.area.code.startswith("360502") else self.office

    def officer_of(self, unit):
        """Of the unit that signs in; of others the demonstration knows nobody."""
        return self.officer if str(unit) == OURS else None
