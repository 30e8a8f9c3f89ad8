"""The book the stories are written into: whom and what they find in the portal, how days count, and the rows."""

import datetime as dt
from collections import defaultdict
from contextlib import contextmanager

from django.utils import timezone

from accounts.demo import CITY
from accounts.models import Area, Unit, User
from common import clock, preferences
from deputies.demo import TOWNS, Roll
from deputies.models import Deputy, Mandate

from ..models import (
    Assignment,
    AssignmentChange,
    Category,
    ClassStep,
    Commitment,
    CommitmentChange,
    Consultation,
    CoSignature,
    Extension,
    ExtensionChange,
    Progress,
    Rating,
    Reply,
    ReplyChange,
    ReplyClass,
    Suggestion,
    SuggestionChange,
    Urging,
)

CHANGES = {
    Suggestion: SuggestionChange,
    Assignment: AssignmentChange,
    Extension: ExtensionChange,
    Reply: ReplyChange,
    Commitment: CommitmentChange,
}
ORDER = (Suggestion, SuggestionChange, CoSignature, Assignment, AssignmentChange, Extension, ExtensionChange, Consultation, Consultation.deputies.through, Urging, Reply, ReplyChange, ClassStep, Rating, Commitment, CommitmentChange, Progress)  # fmt: skip
TOLD_MOMENTS = (Suggestion, SuggestionChange, AssignmentChange, ExtensionChange, ReplyChange, CommitmentChange, Extension, Consultation, Reply, ClassStep, Progress)  # fmt: skip
OURS = "市住建局"  # the unit that signs in


class Chronicle:
    """Holds the rows of stories until :meth:`store` writes them all at once."""

    def __init__(self, random):
        self.random, self.today, self.now = random, clock.today(), timezone.now()
        self.zone = timezone.get_default_timezone()
        self.office = User.objects.get(username="office")
        self.officer, self.signer = (User.objects.get(username=name) for name in ("unit", "signer"))
        self.mandates = list(
            Mandate.objects.sitting()
            .filter(term__area__code=CITY)
            .select_related("deputy__user", "delegation", "area")
            .order_by("pk")
        )
        self.places = [str(a) for a in Area.objects.inside(CITY).filter(kind__in=TOWNS).order_by("code")]
        self.categories = {c.name: c for c in Category.objects.select_related("committee")}
        self.units = {str(unit): unit for unit in Unit.objects.all()}
        self.classes = {c.code: c for c in ReplyClass.objects.in_force()}
        self.names = Roll(random, {})
        self.calendar, self.dues = clock.WorkCalendar(), {}
        self.rating_days = dt.timedelta(days=preferences.get("suggestion.feedback_days"))
        self.rows = defaultdict(list)
        self.seconds = 0

    # Rows

    def store(self):
        with _told_moments():
            for model in ORDER:
                model.objects.bulk_create(self.rows.pop(model, ()), batch_size=500)

    def add(self, row):
        self.rows[type(row)].append(row)
        return row

    def step(self, record, move, day, by=None, note=""):
        """The move of this name, and the line it leaves in the history."""
        arrow = record.MOVES[move]
        if record.state not in arrow.sources:
            raise ValueError(f"{move} from {record.state}")
        change = CHANGES[type(record)](
            record=record, move=move, before=record.state, after=arrow.target, by=by, note=note
        )
        change.at = self.at(day)
        self.add(change)
        record.state = arrow.target

    def at(self, day):
        """A moment of office hours, later than the one before on the same day, never one to come."""
        self.seconds = (self.seconds + 7) % 25_000
        moment = dt.datetime.combine(day, dt.time(9), tzinfo=self.zone) + dt.timedelta(seconds=self.seconds)
        return min(moment, self.now)

    def past(self, day):
        return day is not None and day <= self.today

    def due(self, start, months):
        if (start, months) not in self.dues:
            self.dues[start, months] = clock.Deadline.in_months(start, months, calendar=self.calendar).due
        return self.dues[start, months]

    def workday(self, day):
        return clock.roll_forward(day, self.calendar)

    def chance(self, share):
        return self.random.random() < share

    def people_of(self, unit):
        """Officer and signer of the unit that signs in; of others the demonstration knows nobody."""
        return (self.officer, self.signer) if str(unit) == OURS else (None, None)

    def person(self):
        return self.names.name(self.random.choice(Deputy.Sex.values))[0]


@contextmanager
def _told_moments():
    """Let rows keep the moments their stories tell, where the database would write now."""
    told = [
        f for model in TOLD_MOMENTS for f in model._meta.concrete_fields if getattr(f, "auto_now_add", False)
    ]
    for column in told:
        column.auto_now_add = False
    try:
        yield
    finally:
        for column in told:
            column.auto_now_add = True
