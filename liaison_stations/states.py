"""When: the life of a station, of a reception, of a citizen's opinion (D3.4, D3.6), and of a yearly star review (D3.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.workflow import Move


class StationState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("station", "running")
    RECTIFYING = "rectifying", _("being put right")
    MERGED = "merged", pgettext_lazy("station", "merged")
    CLOSED = "closed", pgettext_lazy("station", "closed")


T = StationState
OPEN_STATIONS = frozenset({T.RUNNING, T.RECTIFYING})  # where citizens are received
STATION_MOVES = {
    "rectify": Move(frozenset({T.RUNNING}), T.RECTIFYING, _("Have it put right"), needs_note=True),
    "resume": Move(frozenset({T.RECTIFYING}), T.RUNNING, _("It runs well again"), needs_note=True),
    "merge": Move(OPEN_STATIONS, T.MERGED, _("Merge into another station"), needs_note=True),
    "close": Move(OPEN_STATIONS, T.CLOSED, pgettext_lazy("station", "Close"), needs_note=True),
    "reopen": Move(
        frozenset({T.CLOSED, T.MERGED}), T.RUNNING, pgettext_lazy("station", "Open again"), needs_note=True
    ),
}


class ReceptionState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("reception", "planned")
    ANNOUNCED = "announced", pgettext_lazy("reception", "announced")
    HELD = "held", pgettext_lazy("reception", "held")
    CANCELLED = "cancelled", pgettext_lazy("reception", "cancelled")


R = ReceptionState
TO_COME = frozenset({R.PLANNED, R.ANNOUNCED})
RECEPTION_MOVES = {
    "announce": Move(frozenset({R.PLANNED}), R.ANNOUNCED, _("Publish the notice")),
    "hold": Move(TO_COME, R.HELD, _("Close the reception")),
    "cancel": Move(TO_COME, R.CANCELLED, pgettext_lazy("reception", "Cancel"), needs_note=True),
}


class OpinionState(models.TextChoices):
    """One case, whatever channel it came by: the states of D3.4 and D3.6 in one life."""

    HELD = "held", _("held for review")
    SUBMITTED = "submitted", _("waiting for review")
    ACCEPTED = "accepted", pgettext_lazy("opinion", "accepted")
    DISPATCHED = "dispatched", _("with a department")
    SOLVED = "solved", _("solved, to be reported back")
    ESCALATED = "escalated", _("with the county office")
    RAISED = "raised", _("being made a suggestion")
    ANSWERED = "answered", pgettext_lazy("opinion", "answered")
    CLOSED = "closed", pgettext_lazy("opinion", "closed")
    REFUSED = "refused", pgettext_lazy("opinion", "not accepted")
    MERGED = "merged", pgettext_lazy("opinion", "joined to another")


O = OpinionState  # noqa: E741 the letter of the noun, as elsewhere
TO_REVIEW = frozenset({O.HELD, O.SUBMITTED})
WITH_STATION = frozenset({O.ACCEPTED, O.SOLVED})  # the station owes the citizen an answer
UNANSWERED = TO_REVIEW | {O.ACCEPTED, O.DISPATCHED, O.SOLVED, O.ESCALATED, O.RAISED}
TOLD = frozenset({O.ANSWERED, O.CLOSED})
ENDED = frozenset({O.CLOSED, O.REFUSED, O.MERGED})
OPINION_MOVES = {
    "release": Move(frozenset({O.HELD}), O.SUBMITTED, _("Nothing speaks against it")),
    "accept": Move(TO_REVIEW, O.ACCEPTED, pgettext_lazy("opinion", "Accept")),
    "refuse": Move(
        TO_REVIEW | {O.ACCEPTED}, O.REFUSED, pgettext_lazy("opinion", "Do not accept"), needs_note=True
    ),
    "join": Move(TO_REVIEW | {O.ACCEPTED}, O.MERGED, _("Join it to another")),
    "dispatch": Move(frozenset({O.ACCEPTED, O.ESCALATED}), O.DISPATCHED, _("Dispatch to a department")),
    "solve": Move(frozenset({O.DISPATCHED}), O.SOLVED, _("All departments have solved it"), automatic=True),
    "call_back": Move(
        frozenset({O.DISPATCHED}), O.ACCEPTED, _("The department handed it back"), automatic=True
    ),
    "answer": Move(
        frozenset({O.ACCEPTED, O.SOLVED, O.ESCALATED}), O.ANSWERED, pgettext_lazy("opinion", "Answer")
    ),
    "escalate": Move(
        frozenset({O.ACCEPTED, O.DISPATCHED, O.SOLVED, O.ANSWERED}),
        O.ESCALATED,
        _("Raise to the county office"),
        needs_note=True,
    ),
    "send_down": Move(
        frozenset({O.ESCALATED}), O.ACCEPTED, _("Give it back to the station"), needs_note=True
    ),
    "raise": Move(frozenset({O.ESCALATED}), O.RAISED, _("Make a suggestion of it")),
    "decline": Move(
        frozenset({O.ESCALATED}), O.ESCALATED, _("The deputy makes no suggestion of it"), needs_note=True
    ),
    "fall_back": Move(frozenset({O.RAISED}), O.ESCALATED, _("The suggestion was dropped"), automatic=True),
    "reply": Move(frozenset({O.RAISED}), O.ANSWERED, _("The suggestion was replied to"), automatic=True),
    "rehandle": Move(frozenset({O.ANSWERED}), O.ACCEPTED, _("Not satisfied: handled again"), automatic=True),
    "close": Move(frozenset({O.ANSWERED}), O.CLOSED, pgettext_lazy("opinion", "File")),
}


class DispatchState(models.TextChoices):
    """What a department does with an order (民意收集—部门报到, D3.4)."""

    SENT = "sent", _("to report in")
    REPORTED_IN = "reported_in", _("reported in")
    ON_SITE = "on_site", _("looked at on the spot")
    SOLVED = "solved", pgettext_lazy("dispatch", "solved")
    RETURNED = "returned", _("handed back by the department")
    RECALLED = "recalled", pgettext_lazy("dispatch", "recalled")


D = DispatchState
WORKING = frozenset({D.SENT, D.REPORTED_IN, D.ON_SITE})
DISPATCH_MOVES = {
    "report_in": Move(frozenset({D.SENT}), D.REPORTED_IN, _("Report in")),
    "visit": Move(frozenset({D.REPORTED_IN}), D.ON_SITE, _("We were on the spot")),
    "solve": Move(frozenset({D.REPORTED_IN, D.ON_SITE}), D.SOLVED, _("Report it as solved")),
    "hand_back": Move(
        frozenset({D.SENT, D.REPORTED_IN}),
        D.RETURNED,
        pgettext_lazy("dispatch", "Hand it back"),
        needs_note=True,
    ),
    "recall": Move(WORKING, D.RECALLED, pgettext_lazy("dispatch", "Recall"), needs_note=True),
}


class PlanState(models.TextChoices):
    """A station's yearly plan; of a station under city-level management (提级管理) the city approves it (D3.5)."""

    DRAFT = "draft", pgettext_lazy("plan", "draft")
    SUBMITTED = "submitted", pgettext_lazy("plan", "to be approved")
    RETURNED = "returned", pgettext_lazy("plan", "to be revised")
    APPROVED = "approved", pgettext_lazy("plan", "approved and public")


P = PlanState
PLAN_MOVES = {
    "submit": Move(frozenset({P.DRAFT, P.RETURNED}), P.SUBMITTED, pgettext_lazy("plan", "Submit")),
    "send_back": Move(frozenset({P.SUBMITTED}), P.RETURNED, _("Return for revision"), needs_note=True),
    "approve": Move(frozenset({P.SUBMITTED}), P.APPROVED, pgettext_lazy("plan", "Approve")),
    "reopen": Move(
        frozenset({P.APPROVED}), P.DRAFT, pgettext_lazy("plan", "Change it once more"), needs_note=True
    ),
}


class ReviewState(models.TextChoices):
    """Where a station stands in the yearly round: self-score, town, county, city, decision, publicity (D3.5)."""

    SELF = "self", _("to be scored by the station")
    TOWNSHIP = "township", _("to be reviewed by the township")
    COUNTY = "county", _("to be checked by the county")
    CITY = "city", _("to be spot-checked by the city")
    DECIDED = "decided", pgettext_lazy("review", "decided, not published")
    PUBLISHED = "published", _("published for objections")
    FINAL = "final", pgettext_lazy("review", "final")


V = ReviewState
SCORING = frozenset({V.SELF, V.TOWNSHIP, V.COUNTY, V.CITY})
REVIEW_MOVES = {
    "score": Move(frozenset({V.SELF}), V.TOWNSHIP, _("Hand in the self-score")),
    "review": Move(frozenset({V.TOWNSHIP}), V.COUNTY, _("Reviewed by the township")),
    "check": Move(frozenset({V.COUNTY}), V.CITY, _("Checked by the county")),
    "send_back": Move(
        frozenset({V.TOWNSHIP, V.COUNTY, V.CITY}), V.SELF, _("Back to the station"), needs_note=True
    ),
    "decide": Move(frozenset({V.CITY}), V.DECIDED, pgettext_lazy("review", "Decide")),
    "revise": Move(
        frozenset({V.DECIDED, V.PUBLISHED}), V.CITY, pgettext_lazy("review", "Decide anew"), needs_note=True
    ),
    "publish": Move(frozenset({V.DECIDED}), V.PUBLISHED, _("Publish for objections")),
    "finish": Move(frozenset({V.PUBLISHED}), V.FINAL, _("Make it final")),
}
