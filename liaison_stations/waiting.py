"""What waits for whom among opinions and orders: the boards, the start of a deputy's day and ``home`` ask here."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.rules import is_local_office, is_office, units_of
from common import clock
from proposals.rules import HANDLERS, deputy_of

from . import states
from .models import Dispatch, Opinion, posts_of, stations_of

O, D = states.OpinionState, states.DispatchState  # noqa: E741 the letter of the noun
DUE, NEWEST = ("due_on", "pk"), ("-came_at", "-pk")


@dataclass
class Group:
    """One heading of a board and what stands under it."""

    name: str
    heading: str
    rows: QuerySet
    order: tuple = DUE
    count: int = 0
    more: bool = False
    lines: list = field(default_factory=list)


def handles_opinions(user) -> bool:
    """Whether somebody reviews and answers as station staff or an office."""
    return bool(user.is_superuser or posts_of(user) or is_local_office(user) or is_office(user))


def to_handle(user) -> list[Group]:
    """What this person reviews, dispatches and answers, the most urgent first."""
    today = clock.today()
    mine = Opinion.objects.handled_by(user)
    in_time = mine.filter(due_on__gte=today)
    return [
        Group("late", pgettext("board", "Late"), mine.late(today)),
        Group("review", _("To review"), in_time.filter(state__in=states.TO_REVIEW)),
        Group("answer", _("To answer"), in_time.filter(state__in=states.WITH_STATION)),
        Group("county", _("With the county office"), in_time.filter(state=O.ESCALATED)),
        Group("departments", _("With departments"), in_time.filter(state=O.DISPATCHED)),
        Group("raised", _("Being made a suggestion"), mine.filter(state=O.RAISED), NEWEST),
        Group("answered", _("Answered, to be rated"), mine.filter(state=O.ANSWERED), NEWEST),
        Group("all", _("All opinions"), mine, NEWEST),
    ]


def of_deputy(user) -> list[Group]:
    """What is addressed to this deputy or to their stations."""
    deputy = deputy_of(user)
    if deputy is None:
        return []
    known = Opinion.objects.visible_to(user)
    mine = known.filter(deputy=deputy)
    at_stations = known.filter(deputy=None, station__in=stations_of(deputy).values("pk"))
    asked = known.filter(asked_deputy=deputy, state=O.ESCALATED)
    elsewhere = states.UNANSWERED - states.WITH_STATION
    return [
        Group("asked", _("You are asked to make a suggestion of it"), asked),
        Group("mine", _("To me, to be answered"), mine.filter(state__in=states.WITH_STATION)),
        Group(
            "station", _("At my stations, to be answered"), at_stations.filter(state__in=states.WITH_STATION)
        ),
        Group("handled", _("To me, being handled"), mine.filter(state__in=elsewhere), NEWEST),
        Group("told", _("To me, answered"), mine.filter(state__in=states.TOLD), NEWEST),
    ]


def orders_of(user) -> list[Group]:
    """What departments of this person were ordered to, the most urgent first."""
    units = units_of(user, *HANDLERS)
    if not units:
        return []
    today = clock.today()
    own = Dispatch.objects.of_units(units)
    in_time = own.filter(due_on__gte=today)
    ended = own.filter(state__in=(D.SOLVED, D.RETURNED, D.RECALLED))
    return [
        Group("late", pgettext("board", "Late"), own.late(today)),
        Group("sent", _("To report in"), in_time.filter(state=D.SENT)),
        Group("on_site", _("To be on the spot"), in_time.filter(state=D.REPORTED_IN)),
        Group("solve", _("To be solved"), in_time.filter(state=D.ON_SITE)),
        Group("ended", pgettext("board", "Done"), ended, ("-pk",)),
    ]
