"""评: every signer is asked by the congress, answers alone, and what they say moves the whole (D1.15)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit, clock, preferences
from common.workflow import MoveRefused, advance

from .. import notifications, states
from ..models import Rating, Solved, Suggestion, Verdict
from .parts import end_parts, hold, restart

S = states.SuggestionState
ANSWERS = {"attitude": Verdict, "result": Verdict, "solved": Solved}


def ask_signers(suggestion: Suggestion) -> None:
    """Ask each signer who still is a deputy for this round; where there is none left, nothing is rated."""
    today = clock.today()
    until = today + dt.timedelta(days=preferences.get("suggestion.feedback_days"))
    for deputy in suggestion.signers():
        if deputy.mandates.acting().exists():
            rating, _is_new = Rating.objects.get_or_create(
                suggestion=suggestion,
                deputy=deputy,
                round=suggestion.round,
                defaults={"asked_on": today, "until": until},
            )
            notifications.rating_asked(rating)
    settle(suggestion)


@transaction.atomic
def rate(rating: Rating, *, by, attitude: str, result: str, solved: str, words: str = "") -> None:
    """What a signer says of one round, once; ``ValidationError`` for an answer left out, or words that are missing."""
    if not _is_asked(rating, by):
        raise MoveRefused(rating.suggestion, _("Only who signed the suggestion and was asked may rate it."))
    _take(rating, by=by, attitude=attitude, result=result, solved=solved, words=words)


@transaction.atomic
def enter(
    suggestion: Suggestion, *, by, rating: Rating, attitude: str, result: str, solved: str, words: str = ""
) -> None:
    """What a signer answered and signed on paper (征询意见表, D8.4); who entered it stands beside it, the signer is told."""
    if rating.suggestion_id != suggestion.pk:
        raise MoveRefused(suggestion, _("Only who signed the suggestion and was asked may rate it."))
    _take(rating, by=by, entered_by=by, attitude=attitude, result=result, solved=solved, words=words)
    notifications.rating_entered(rating)


@transaction.atomic
def lapse(rating: Rating) -> None:
    """The time is up: not rated, and counted nowhere."""
    hold(rating.suggestion)
    if Rating.objects.waiting().filter(pk=rating.pk, until__lt=clock.today()).update(lapsed_on=clock.today()):
        settle(rating.suggestion)


@transaction.atomic
def rehandle(suggestion: Suggestion, *, by, note: str) -> None:
    """The office has it handled again, whatever was said; each answering unit gets a new month."""
    hold(suggestion)
    if suggestion.ratings.filter(round=suggestion.round).waiting().exists():
        raise MoveRefused(suggestion, _("Signers are still being asked; wait for their answers."))
    _again(suggestion, by=by, note=note)


def settle(suggestion: Suggestion, *, by=None) -> None:
    """When everybody asked in this round has answered or lapsed: write down the verdict, then conclude or go again.

    The least satisfied signer speaks for all. Call with the suggestion held.
    """
    suggestion.refresh_from_db()
    ratings = list(suggestion.ratings.filter(round=suggestion.round))
    if suggestion.state != S.REPLIED or any(r.rated_at is None and r.lapsed_on is None for r in ratings):
        return
    given = [rating for rating in ratings if rating.rated_at]
    _write_verdict(suggestion, given)
    if any(rating.is_dissatisfied for rating in given):
        if suggestion.round <= preferences.get("suggestion.rehandle_rounds"):
            _again(suggestion, by=None, note=_("A signer is not satisfied."))
            return
        notifications.still_dissatisfied(suggestion)
    advance(suggestion, "conclude", by=None, concluded_on=clock.today())
    end_parts(suggestion, by=None)
    notifications.concluded(suggestion)


def is_settled(suggestion: Suggestion, round: int) -> bool:
    """Whether units may see the sums of this round: all have answered, or their time is up."""
    return not suggestion.ratings.filter(round=round).waiting().exists()


def _take(rating, *, by, words, entered_by=None, **given):
    """Write down one answer and what follows from it."""
    unanswered = {
        name: _("Please answer this question.")
        for name, answers in ANSWERS.items()
        if given[name] not in answers
    }
    if unanswered:
        raise ValidationError(unanswered)
    words = words.strip()
    if Verdict.DISSATISFIED in (given["attitude"], given["result"]) and not words:
        raise ValidationError({"words": _("Please say what you are not satisfied with.")})
    hold(rating.suggestion)
    waiting = Rating.objects.waiting().filter(pk=rating.pk, until__gte=clock.today())
    if not waiting.update(**given, words=words, entered_by=entered_by, rated_at=timezone.now()):
        raise MoveRefused(rating.suggestion, _("This was rated already, or the time for it has passed."))
    rating.refresh_from_db()
    audit.record("suggestion.rated", by=by, about=rating)
    settle(rating.suggestion, by=by)


def _again(suggestion, *, by, note):
    advance(suggestion, "rehandle", by=by, note=note, round=suggestion.round + 1, concluded_on=None)
    parts = list(suggestion.assignments.answering().taking_part())
    for part in parts:
        restart(part, by=by)
        notifications.to_handle_again(part)
    due_on = max(part.due_on for part in parts)
    Suggestion.objects.filter(pk=suggestion.pk).update(due_on=due_on)
    suggestion.due_on = due_on


def _write_verdict(suggestion, given):
    """The least satisfied of ``given``; a round nobody rated leaves what the round before said."""
    if not given:
        return
    for column, name, answers in (
        ("verdict", "result", Verdict),
        ("attitude", "attitude", Verdict),
        ("solved", "solved", Solved),
    ):
        worst = max((getattr(rating, name) for rating in given), key=list(answers).index)
        setattr(suggestion, column, worst)
    if suggestion.round == 1:
        suggestion.first_verdict = suggestion.verdict
    suggestion.save(update_fields=["verdict", "attitude", "solved", "first_verdict"])


def _is_asked(rating, by):
    return rating.deputy.user_id is not None and rating.deputy.user_id == by.pk
