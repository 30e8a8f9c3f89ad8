"""The book the stories are written into: whom and what they find in the portal, and how days count."""

import datetime as dt

from accounts.demo import CITY
from accounts.models import Area, Unit, User
from common import chronicle, clock, preferences
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

ORDER = (Suggestion, SuggestionChange, CoSignature, Assignment, AssignmentChange, Extension, ExtensionChange, Consultation, Consultation.deputies.through, Urging, Reply, ReplyChange, ClassStep, Rating, Commitment, CommitmentChange, Progress)  # fmt: skip
OURS = "市住建局"  # the unit that signs in


class Chronicle(chronicle.Chronicle):
    ORDER = ORDER

    def __init__(self, random):
        super().__init__(random)
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
        self.dues = {}
        self.rating_days = dt.timedelta(days=preferences.get("suggestion.feedback_days"))

    def due(self, start, months):
        if (start, months) not in self.dues:
            self.dues[start, months] = clock.Deadline.in_months(start, months, calendar=self.calendar).due
        return self.dues[start, months]

    def people_of(self, unit):
        """Officer and signer of the unit that signs in; of others the demonstration knows nobody."""
        return (self.officer, self.signer) if str(unit) == OURS else (None, None)

    def person(self):
        return self.names.name(self.random.choice(Deputy.Sex.values))[0]
