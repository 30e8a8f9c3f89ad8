"""What waits for a deputy: to be answered, rated, verified, revised. Asked by the deputy's own page and by ``home``."""

from common import clock
from common.paging import capped_counts

from . import states
from .models import Commitment, CoSignature, Rating, Suggestion


def waiting_for(deputy) -> dict:
    """``{what: queryset}``, what has a day until which it must be done first."""
    signed = Suggestion.objects.of_deputy(deputy).values("pk")
    today = clock.today()
    return {
        "ratings": Rating.objects.waiting().filter(deputy=deputy, until__gte=today),
        "cosignatures": CoSignature.objects.waiting(today).filter(deputy=deputy),
        "returned": Suggestion.objects.filter(lead=deputy, state=states.SuggestionState.RETURNED),
        "commitments": Commitment.objects.filter(suggestion__in=signed, state=states.CommitmentState.DONE),
    }


def number_waiting(deputy) -> int:
    """How many things wait; one query."""
    return sum(number for number, _more in capped_counts(*waiting_for(deputy).values()))
