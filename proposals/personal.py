"""What suggestions keep about a person. A suggestion that was filed is the congress's; drafts are nobody's but theirs.

Who put forward, co-signed, rated or was heard stays under the neutral name, so that no count changes; what they said in
their own words goes. Contact persons stand in letters by name only: the erasure of names and numbers finds them.
"""

from accounts.models import User
from common.personal import Kept, register
from deputies.models import Deputy

from .models import (
    CommitmentChange,
    Consultation,
    CoSignature,
    Rating,
    Suggestion,
    SuggestionChange,
    SuggestionFile,
    TopicClaim,
    TopicClaimChange,
)


def _of(model, path="deputy", **conditions):
    return lambda person: model.objects.filter(**{f"{path}__in": person.of(Deputy)}, **conditions)


def _own_steps(model):
    """Those they took themselves, whose reasons are their own words."""
    return lambda person: model.objects.filter(by__in=person.of(User))


register(
    Kept(SuggestionChange, _own_steps(SuggestionChange), blank={"note": ""}),
    Kept(CommitmentChange, _own_steps(CommitmentChange), blank={"note": ""}),
    Kept(TopicClaimChange, _own_steps(TopicClaimChange), blank={"note": ""}),
    Kept(TopicClaim, _of(TopicClaim), blank={}),
    Kept(Rating, _of(Rating), blank={"words": ""}),
    Kept(Consultation, _of(Consultation, "deputies"), blank={"said": ""}),
    Kept(CoSignature, _of(CoSignature), blank={}),
    Kept(SuggestionFile, _of(SuggestionFile, "suggestion__lead", suggestion__submitted_at=None)),
    Kept(Suggestion, _of(Suggestion, "lead", submitted_at=None), hidden=("search", "title_words")),
    Kept(
        Suggestion,
        _of(Suggestion, "lead", submitted_at__isnull=False),
        blank={"wish_reason": ""},
        hidden=("search", "title_words"),
    ),
)
