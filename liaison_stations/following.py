"""What a citizen reads of their own case: where it stands, what happened, what came of it, in words of people, not of an office.

Names of staff, other citizens and notes of steps are not in it, but for the reason why it was not accepted.
"""

from dataclasses import dataclass, field

from django.core import signing
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from . import deadlines, states
from .actions.citizens import may_rate
from .models import Opinion

O, D = states.OpinionState, states.DispatchState  # noqa: E741 the letter of the noun
SALT, TOKEN_SECONDS = "stations.rate", 3600

STANDS = {  # state: title, what it means
    O.HELD: (
        gettext_lazy("Being looked at first"),
        gettext_lazy(
            "In your message stand words that staff look at before anybody else. Nothing is dropped for it."
        ),
    ),
    O.SUBMITTED: (
        pgettext_lazy("citizen", "Received"),
        gettext_lazy("The station looks at it and tells you whether it can deal with it."),
    ),
    O.ACCEPTED: (
        pgettext_lazy("citizen", "Accepted"),
        gettext_lazy("The station deals with it and answers you."),
    ),
    O.DISPATCHED: (
        pgettext_lazy("citizen", "With a department"),
        gettext_lazy("A department must report in, look at it and solve it."),
    ),
    O.SOLVED: (
        gettext_lazy("Dealt with by the department"),
        gettext_lazy("The station checks the result and answers you."),
    ),
    O.ESCALATED: (
        gettext_lazy("With the county's congress office"),
        gettext_lazy("It could not be settled at the station, so the county's office deals with it."),
    ),
    O.RAISED: (
        gettext_lazy("Being made a deputy's suggestion"),
        gettext_lazy("A deputy puts it to the government, which must reply."),
    ),
    O.ANSWERED: (
        pgettext_lazy("citizen", "Answered"),
        gettext_lazy("Please read the answer and say whether you are satisfied."),
    ),
    O.CLOSED: (pgettext_lazy("citizen", "Closed"), gettext_lazy("It has been filed.")),
    O.REFUSED: (gettext_lazy("Not a matter for deputies"), ""),
    O.MERGED: (
        gettext_lazy("Joined to another message on the same matter"),
        gettext_lazy("Both are dealt with together; what came of it stands below."),
    ),
}
DUE = {  # by when what is due
    O.HELD: gettext_lazy("looked at by"),
    O.SUBMITTED: gettext_lazy("looked at by"),
    O.ACCEPTED: gettext_lazy("answered by"),
    O.DISPATCHED: gettext_lazy("next step of the department by"),
    O.SOLVED: gettext_lazy("answered by"),
    O.ESCALATED: gettext_lazy("dealt with by"),
}
HAPPENED = {  # move: what the citizen reads of it; other moves are the office's own affair
    "accept": pgettext_lazy("citizen", "accepted"),
    "refuse": pgettext_lazy("citizen", "not accepted"),
    "join": pgettext_lazy("citizen", "joined to another message"),
    "dispatch": pgettext_lazy("citizen", "handed to a department"),
    "call_back": pgettext_lazy("citizen", "another department is looked for"),
    "solve": pgettext_lazy("citizen", "the department reported it as dealt with"),
    "escalate": pgettext_lazy("citizen", "raised to the county's congress office"),
    "send_down": pgettext_lazy("citizen", "given back to the station"),
    "raise": pgettext_lazy("citizen", "taken up by a deputy for a suggestion"),
    "fall_back": pgettext_lazy("citizen", "back with the county's congress office"),
    "reply": pgettext_lazy("citizen", "the suggestion was replied to"),
    "answer": pgettext_lazy("citizen", "answered"),
    "rehandle": pgettext_lazy("citizen", "dealt with once more"),
    "close": pgettext_lazy("citizen", "closed"),
}
STAGES = [  # the line of marks at the top
    (pgettext_lazy("citizen", "received"), states.TO_REVIEW),
    (pgettext_lazy("citizen", "accepted"), {O.ACCEPTED}),
    (pgettext_lazy("citizen", "dealt with"), {O.DISPATCHED, O.SOLVED, O.ESCALATED, O.RAISED}),
    (pgettext_lazy("citizen", "answered"), {O.ANSWERED}),
    (pgettext_lazy("citizen", "closed"), {O.CLOSED}),
]


@dataclass
class Followed:
    """One case as its citizen sees it. ``joined_to`` is what it was joined to, itself seen so far as others may."""

    opinion: Opinion
    title: str
    words: str
    due_words: str
    steps: list
    events: list
    answers: list
    dispatches: list
    ratings: list
    joined_to: "Followed | None" = None
    refused_because: str = ""
    suggestion: object = None
    kept: list = field(default_factory=list)
    rate_until: object = None
    token: str = ""


def follow(opinion: Opinion) -> Followed:
    """Everything the page of a case shows, in a fixed number of questions to the database."""
    followed = _begun(opinion)
    changes = list(opinion.changes.order_by("pk"))
    followed.events = [{"at": opinion.came_at, "words": pgettext("citizen", "received")}, *_events(changes)]
    followed.refused_because = next((change.note for change in changes if change.move == "refuse"), "")
    followed.dispatches = list(
        opinion.dispatches.exclude(state__in=[D.RETURNED, D.RECALLED]).select_related("unit").order_by("pk")
    )
    followed.ratings = list(opinion.ratings.all())
    if opinion.merged_into:
        followed.joined_to = _begun(opinion.merged_into)
    if suggestion := opinion.suggestion:
        followed.suggestion = suggestion
        followed.kept = list(suggestion.commitments.kept_last())
    if may_rate(opinion):
        followed.rate_until = deadlines.rating(opinion.answered_on)
        followed.token = signing.dumps([opinion.pk, opinion.round], salt=SALT)
    return followed


def read_token(token: str) -> tuple[int, int] | None:
    """``(opinion, round)`` of the form that rates; ``None`` where it is none of ours, or an hour old."""
    try:
        opinion, round_ = signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return opinion, round_


def _begun(opinion):
    title, words = STANDS[opinion.state]
    due_words = DUE.get(opinion.state, "") if opinion.due_on else ""
    answers = list(opinion.answers.select_related("deputy"))
    return Followed(opinion, title, words, due_words, _steps(opinion), [], answers, [], [])


def _events(changes):
    for change in changes:
        if change.move in HAPPENED:
            yield {"at": change.at, "words": HAPPENED[change.move]}


def _steps(opinion):
    """``{label, is_done, is_here}`` of the line of marks; a case that ended otherwise has none."""
    here = next((n for n, (_label, those) in enumerate(STAGES) if opinion.state in those), None)
    if here is None:
        return []
    return [
        {"label": label, "is_done": n < here, "is_here": n == here}
        for n, (label, _those) in enumerate(STAGES)
    ]
