"""An opinion becomes a deputy's suggestion, and what becomes of that comes back to the citizen (D3.3, D3.4).

``proposals`` knows nothing of stations, so the clock asks what happened there: :func:`follow`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import audit, clock, freshness
from common.text import as_kept, in_office_language, without_numbers
from common.workflow import MoveRefused, advance
from deputies.models import Deputy, Mandate
from proposals.actions import suggestions
from proposals.models import Commitment, Meaning, Publication, Reply, Suggestion
from proposals.rules import deputy_of
from proposals.states import OPEN_COMMITMENTS, CommitmentState, SuggestionState

from .. import deadlines, states
from ..models import TEXT_LIMIT, Opinion, OpinionAnswer
from ..notifications import opinions as notifications
from .opinions import anonymous, close, hold, tell_citizens, unseen

O = states.OpinionState  # noqa: E741 the letter of the noun
S = SuggestionState
DROPPED = frozenset({S.NOT_ACCEPTED, S.REFERRED, S.WITHDRAWN})
REPLIED = frozenset({S.REPLIED, S.CONCLUDED, S.ARCHIVED})
SOLVED = {Meaning.SOLVED: Opinion.Solved.YES, Meaning.PLANNED: Opinion.Solved.PLANNED}  # else explained


def who_may_be_asked(opinion: Opinion) -> QuerySet[Deputy]:
    """City deputies in office who belong to its station, or were elected or work in its county."""
    mandates = Mandate.objects.acting().filter(deputy=OuterRef("pk"), level="city")
    county = Exists(mandates.filter(area__code__startswith=opinion.area.code[:6]))
    residents = opinion.station.residencies.public().values("deputy")
    return Deputy.objects.filter(county | (Q(pk__in=residents) & Exists(mandates)))


@transaction.atomic
def ask_deputy(opinion: Opinion, *, deputy: Deputy, by) -> None:
    """Ask a city deputy to make a suggestion of it; another one can be asked until somebody has begun."""
    if not who_may_be_asked(opinion).filter(pk=deputy.pk).exists():
        raise ValidationError(
            {"deputy": _("Only a city deputy in office of this station or county can be asked.")}
        )
    waiting = Opinion.objects.filter(pk=opinion.pk, state=O.ESCALATED)
    with unseen(opinion):
        if not waiting.update(asked_deputy=deputy):
            raise MoveRefused(opinion, _("It does not lie with the county office any more."))
    opinion.asked_deputy = deputy
    audit.record("record.changed", by=by, about=opinion, fields=["asked_deputy"])
    notifications.deputy_asked(opinion)


@transaction.atomic
def begin(opinion: Opinion, *, by) -> Suggestion:
    """The deputy who was asked begins the suggestion: a draft with what was said, without the citizen's name or numbers."""
    deputy = _asked(opinion, by)
    about = opinion.subject or (opinion.category and str(opinion.category)) or str(opinion.station)
    suggestion = suggestions.begin(
        deputy,
        by=by,
        title=as_kept(_("Suggestion about %(about)s"), about=anonymous(opinion, about)),
        facts=anonymous(opinion, opinion.text),
        category=opinion.category,
    )
    with unseen(opinion):
        advance(opinion, "raise", by=by, due_on=None, suggestion=suggestion)
    notifications.raised(opinion)
    tell_citizens(opinion, "raised")
    return suggestion


@transaction.atomic
def decline(opinion: Opinion, *, by, note: str) -> None:
    """The deputy who was asked says why there will be no suggestion of theirs; the county office goes on with it."""
    _asked(opinion, by)
    with unseen(opinion):
        advance(opinion, "decline", by=by, note=note, asked_deputy=None)
    notifications.declined(opinion)


def _asked(opinion, by) -> Deputy:
    """The deputy who is asked at this moment, if that is who acts; nobody else is asked until the transaction ends."""
    deputy = deputy_of(by)
    hold(opinion.pk)
    opinion.refresh_from_db()
    if deputy is None or opinion.asked_deputy_id != deputy.pk:
        raise MoveRefused(opinion, _("Another deputy is asked to make a suggestion of it."))
    return deputy


# What the clock does


@in_office_language
def follow(now) -> dict:
    """What became of suggestions made of opinions, and ratings nobody gave; each in a transaction of its own."""
    raised = Opinion.objects.filter(state=O.RAISED).select_related("suggestion")
    dropped = list(raised.filter(Q(suggestion=None) | Q(suggestion__state__in=DROPPED)))
    replied = list(raised.filter(suggestion__state__in=REPLIED))
    promises = Commitment.objects.filter(suggestion=OuterRef("suggestion"))
    kept = Opinion.objects.filter(
        Exists(promises.filter(state=CommitmentState.FULFILLED)),
        ~Exists(promises.filter(state__in=OPEN_COMMITMENTS)),
        suggestion__isnull=False,
        state__in=states.TOLD,
        kept_told_on=None,
    )
    unrated = Opinion.objects.filter(state=O.ANSWERED, due_on__lt=now.date())
    return {
        "dropped": _each(dropped, _fall_back),
        "replied": _each(replied, _reply),
        "kept": _each(list(kept), _tell_kept),
        "filed": _each(list(unrated.iterator(chunk_size=500)), lambda opinion: close(opinion, by=None)),
    }


def _each(opinions, act) -> int:
    """How many of them it was done to; what somebody has moved meanwhile is left to them."""
    done = 0
    for opinion in opinions:
        try:
            with transaction.atomic():
                act(opinion)
            done += 1
        except MoveRefused:
            continue
    return done


def _fall_back(opinion):
    suggestion = opinion.suggestion
    note = f"{suggestion}：{suggestion.get_state_display()}" if suggestion else _("The draft was deleted.")
    day = deadlines.answer(clock.today())
    with unseen(opinion):
        advance(opinion, "fall_back", by=None, note=note, due_on=day, suggestion=None, asked_deputy=None)
    notifications.fell_back(opinion)


def _reply(opinion):
    suggestion, today = opinion.suggestion, clock.today()
    meaning = suggestion.reply_class and suggestion.reply_class.meaning
    with unseen(opinion):
        advance(
            opinion,
            "reply",
            by=None,
            due_on=deadlines.rating(today),
            answered_on=today,
            route=Opinion.Route.SUGGESTION,
            solved=SOLVED.get(meaning, Opinion.Solved.EXPLAINED),
        )
    _say(opinion, _what_was_replied(suggestion), is_final=True)
    notifications.answered(opinion, None)
    tell_citizens(opinion, "answered")


def _what_was_replied(suggestion) -> str:
    """The letters, in full once the suggestion is public with them: until then who replied, when, and with what result."""
    lines = [_("A deputy made a suggestion of what you said. The departments have replied:")]
    letters = Reply.objects.signed().filter(assignment__suggestion=suggestion, round=suggestion.round)
    for letter in letters.exclude(kind=Reply.Kind.OPINION).select_related("assignment__unit", "reply_class"):
        result = letter.reply_class.get_meaning_display() if letter.reply_class else ""
        words = {"unit": letter.assignment.unit, "day": date_format(letter.signed_on), "result": result}
        lines.append(
            _("%(unit)s, %(day)s: %(result)s") % words if result else f"{words['unit']}，{words['day']}"
        )
        if suggestion.publication == Publication.FULL and suggestion.published_on:
            lines.append(without_numbers(letter.text))
    if suggestion.publication == Publication.SUMMARY and suggestion.published_on:
        lines.append(without_numbers(suggestion.public_summary))
    return "\n".join(lines)


def _tell_kept(opinion):
    today = clock.today()
    with unseen(opinion):
        if not Opinion.objects.filter(pk=opinion.pk, kept_told_on=None).update(kept_told_on=today):
            return
    last = (
        opinion.suggestion.commitments.filter(state=CommitmentState.FULFILLED)
        .order_by("-verified_on")
        .first()
    )
    words = _("What was promised about it has been done; a deputy saw it on the spot on %(day)s.")
    _say(opinion, words % {"day": date_format(last.verified_on or today)}, is_final=False)
    tell_citizens(opinion, "kept")


def _say(opinion, text, *, is_final):
    """An answer that the system writes: nobody's, out of what others did."""
    text = text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"
    with freshness.unseen():
        row = OpinionAnswer.objects.create(
            opinion=opinion, text=text, round=opinion.round, is_final=is_final, by=None
        )
    audit.record("record.created", about=row)
