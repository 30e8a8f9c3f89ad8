"""What waits for a deputy: to be answered, rated, verified, revised. Asked by the deputy's own page and by ``home``."""

from itertools import chain

from django.db.models import F

from common import clock
from common.paging import capped_counts

from . import states
from .models import Commitment, CoSignature, Rating, Suggestion

MOST = 99  # that are counted


def waiting_for(deputy) -> dict:
    """``{what: [queryset, …]}``, those of one kind with no row in common."""
    today = clock.today()
    done = Commitment.objects.filter(state=states.CommitmentState.DONE)
    return {
        "ratings": [Rating.objects.waiting().filter(deputy=deputy, until__gte=today)],
        "cosignatures": [CoSignature.objects.waiting(today).filter(deputy=deputy)],
        "returned": [Suggestion.objects.filter(lead=deputy, state=states.SuggestionState.RETURNED)],
        "commitments": [
            done.filter(suggestion__lead=deputy),
            done.filter(
                suggestion__cosignatures__deputy=deputy,
                suggestion__cosignatures__state=states.CoSignatureState.AGREED,
                suggestion__cosignatures__text_version=F("suggestion__text_version"),
            ).exclude(suggestion__lead=deputy),
        ],
    }


def number_waiting(deputy) -> tuple[int, bool]:
    """``(number, more)`` of the things that wait, counted no further than 99; one query."""
    counts = capped_counts(*chain(*waiting_for(deputy).values()), up_to=MOST)
    number = sum(count for count, _more in counts)
    return min(number, MOST), number > MOST
