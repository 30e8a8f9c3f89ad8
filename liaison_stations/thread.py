"""The thread of one matter: opinion → suggestion → commitments → result, as far as a visitor may know each of them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from proposals.models import Commitment, Suggestion
from proposals.states import CommitmentState

from .models import Opinion

TONES = {CommitmentState.FULFILLED: "is-good", CommitmentState.FAILED: "is-late"}


@dataclass(frozen=True)
class Knot:
    """One thing on the thread. ``url`` is empty where this visitor may only know that it is there."""

    kind: str
    title: str
    url: str = ""
    state: str = ""
    tone: str = "is-info"
    note: str = ""


def thread_of(opinion: Opinion, user) -> list[Knot]:
    """What came of an opinion elsewhere, in the order it happened."""
    return [*_joined(opinion, user), *_suggestion(opinion, user)]


def _joined(opinion, user):
    if opinion.merged_into_id:
        other = opinion.merged_into
        may_see = user.has_perm("liaison_stations.view_opinion", other)
        url = other.get_absolute_url() if may_see else ""
        title = str(other) if may_see else _("another opinion on the same matter")
        yield Knot(_("Joined to"), title, url, other.get_state_display(), other.tone)
    for other in Opinion.objects.visible_to(user).filter(merged_into=opinion).order_by("pk"):
        yield Knot(_("Joined to it"), str(other), other.get_absolute_url())


def _suggestion(opinion, user):
    if opinion.suggestion_id is None:
        return
    suggestion = Suggestion.objects.visible_to(user).filter(pk=opinion.suggestion_id).for_lists().first()
    kind = _("Deputy's suggestion")
    if suggestion is None:
        yield Knot(kind, _("being prepared or not public"), note=_("made of what was said here"))
        return
    units = [part.unit for part in suggestion.assignments.taking_part().select_related("unit")]
    yield Knot(
        kind,
        f"{suggestion.label} {suggestion}".strip(),
        suggestion.get_absolute_url(),
        suggestion.get_state_display(),
        suggestion.tone,
        "、".join(str(unit) for unit in units),
    )
    promises = Commitment.objects.visible_to(user).filter(suggestion=suggestion).select_related("unit")
    for promise in promises.order_by("pk"):
        tone = TONES.get(promise.state, "is-info")
        yield Knot(
            _("Commitment"),
            str(promise),
            promise.get_absolute_url(),
            promise.get_state_display(),
            tone,
            str(promise.unit),
        )
