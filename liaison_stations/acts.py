"""What this visitor can do next with an opinion or an order: each act a link, in the order of what waits most.

The pages they lead to ask ``rules.py`` and the actions once more; this only decides what is offered.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common import clock
from proposals.acts import Act

from . import states
from .actions.dispatches import why_not_extend
from .actions.opinions import WITH_WHOM
from .models import Dispatch, Opinion

O, D = states.OpinionState, states.DispatchState  # noqa: E741 the letter of the noun


@dataclass(frozen=True)
class Offer:
    """``is_open`` says when, ``verb`` of ``rules.py`` who; ``page`` is the address, ``hint`` what to know before."""

    verb: str
    page: str
    label: str
    is_open: Callable
    hint: str = ""


def _in(*wanted):
    return lambda record: record.state in wanted


def _while(move):
    return lambda opinion: opinion.state in opinion.MOVES[move].sources


def _can_be_filed(opinion):
    return opinion.state == O.ANSWERED and (opinion.due_on is None or opinion.due_on < clock.today())


OF_OPINION = [
    Offer("raise", "raise", gettext_lazy("Make a suggestion of it"), _while("raise")),
    Offer("decline", "decline", gettext_lazy("Make no suggestion of it"), _while("decline")),
    Offer(
        "accept",
        "accept",
        pgettext_lazy("opinion", "Accept"),
        _while("accept"),
        gettext_lazy("An answer is owed from then on."),
    ),
    Offer(
        "answer", "answer", gettext_lazy("Report back to the citizen"), _in(O.SOLVED)
    ),  # the same page under the word that fits
    Offer("answer", "answer", pgettext_lazy("opinion", "Answer"), _in(O.ACCEPTED, O.ESCALATED)),
    Offer("dispatch", "dispatch", gettext_lazy("Dispatch to a department"), _while("dispatch")),
    Offer("ask_deputy", "ask-deputy", gettext_lazy("Ask a city deputy to suggest it"), _in(O.ESCALATED)),
    Offer("release", "release", gettext_lazy("Nothing speaks against it"), _while("release")),
    Offer("dispatch", "add-unit", gettext_lazy("Add a department"), _in(O.DISPATCHED)),
    Offer("say", "say", gettext_lazy("Tell the citizen how far it is"), _in(*WITH_WHOM)),
    Offer("send_down", "send-down", gettext_lazy("Give it back to the station"), _while("send_down")),
    Offer("escalate", "escalate", gettext_lazy("Raise to the county office"), _while("escalate")),
    Offer("join", "join", gettext_lazy("Join it to another"), _while("join")),
    Offer("refuse", "refuse", pgettext_lazy("opinion", "Do not accept"), _while("refuse")),
    Offer(
        "publish",
        "publish",
        pgettext_lazy("opinion", "Publish"),
        lambda opinion: opinion.state in states.TOLD and opinion.may_publish and opinion.published_on is None,
        gettext_lazy("The citizen agreed."),
    ),
    Offer(
        "publish",
        "publish",
        gettext_lazy("Change what the public reads"),
        lambda opinion: opinion.published_on is not None,
    ),
    Offer(
        "publish",
        "take-back",
        gettext_lazy("Take it back from the public"),
        lambda opinion: opinion.published_on is not None,
    ),
    Offer("close", "close", pgettext_lazy("opinion", "File"), _can_be_filed),
]
OF_ORDER = [
    Offer(
        "report_in",
        "report-in",
        gettext_lazy("Report in"),
        _while("report_in"),
        gettext_lazy("Your department takes the case."),
    ),
    Offer("visit", "visit", gettext_lazy("We were on the spot"), _while("visit")),
    Offer("solve", "solve", gettext_lazy("Report it as solved"), _while("solve")),
    Offer("extend", "extend", gettext_lazy("Ask for more time"), lambda order: not why_not_extend(order)),
    Offer("hand_back", "hand-back", pgettext_lazy("dispatch", "Hand it back"), _while("hand_back")),
    Offer(
        "decide_extension",
        "decide-extension",
        gettext_lazy("Decide on more time"),
        lambda order: order.waits_for_extension and order.state in states.WORKING,
    ),
    Offer("recall", "recall", pgettext_lazy("dispatch", "Recall"), _while("recall")),
]


def acts(user, opinion: Opinion) -> list[Act]:
    offered = _open_to(user, opinion, OF_OPINION, "opinion")
    if user.is_staff and user.has_perm("liaison_stations.view_opinion"):
        change = reverse("admin:liaison_stations_opinion_change", args=[opinion.pk])
        offered.append(Act(_("Open in the staff area"), change))
    return offered


def acts_on_order(user, order: Dispatch) -> list[Act]:
    return _open_to(user, order, OF_ORDER, "dispatch")


def next_act(opinion: Opinion):
    """``(word, page)`` of the one thing its handlers do next; ``None`` where they wait for somebody else."""
    for offer in OF_OPINION:
        if offer.verb in ("accept", "answer") and offer.is_open(opinion):
            return offer.label, f"stations:opinion-{offer.page}"
    return None


def next_act_on_order(order: Dispatch):
    """``(word, page)`` of the one thing its department does next."""
    for offer in OF_ORDER[:3]:
        if offer.is_open(order):
            return offer.label, f"stations:dispatch-{offer.page}"
    return None


def _open_to(user, record, offers, noun):
    return [
        Act(str(offer.label), reverse(f"stations:{noun}-{offer.page}", args=[record.pk]), str(offer.hint))
        for offer in offers
        if offer.is_open(record) and user.has_perm(f"liaison_stations.{offer.verb}_{noun}", record)
    ]
