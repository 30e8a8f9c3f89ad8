"""What becomes of a citizen's opinion: reviewed, answered, joined, raised to the county, rated, filed, published (D3.4, D3.6)."""

from contextlib import nullcontext

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common import audit, clock, freshness
from common.text import as_kept, without_numbers
from common.workflow import MoveRefused, advance
from deputies.models import Deputy
from proposals.models import Verdict

from .. import deadlines, states
from ..models import Opinion, OpinionAnswer, OpinionRating, Residency, Station
from ..notifications import citizens, dispatches
from ..notifications import opinions as notifications

O = states.OpinionState  # noqa: E741 the letter of the noun
AGAIN = 1  # the round after which “dissatisfied” has it handled once more; after the next it goes to the county (D3.6)
WITH_WHOM = frozenset(
    {O.ACCEPTED, O.DISPATCHED, O.SOLVED, O.ESCALATED, O.RAISED}
)  # somebody has it and may report


@transaction.atomic
def release(opinion: Opinion, *, by, note: str = "") -> None:
    """Nothing speaks against the words it was held for: it waits for its review like any other."""
    _move(opinion, "release", by=by, note=note)


@transaction.atomic
def accept(opinion: Opinion, *, by, note: str = "", **fields) -> None:
    """Take it on; from now on an answer is owed. ``fields``: ``category``, ``subject``, and the ``deputy`` who answers it."""
    if deputy := fields.get("deputy"):
        _require_of_station(opinion, deputy)
    _require_clean(opinion, fields)
    _move(opinion, "accept", by=by, note=note, due_on=deadlines.answer(clock.today()), **fields)
    notifications.accepted(opinion)
    citizens.tell(opinion, "accepted")


@transaction.atomic
def refuse(opinion: Opinion, *, by, refusal: str, right_place: str, note: str) -> None:
    """It is not for deputies, for a coded reason of D3.3 and D3.6; the citizen is told where it belongs and why."""
    missing = {}
    if refusal not in Opinion.Refusal:
        missing["refusal"] = _("Choose one of the values offered.")
    if not right_place.strip():
        missing["right_place"] = _("Say where the citizen finds help: an office, a court, a phone number.")
    if not note.strip():
        missing["note"] = _("Please give the reason; the citizen reads it.")
    if missing:
        raise ValidationError(missing)
    _require_clean(opinion, {"right_place": right_place.strip()})
    today = clock.today()
    _move(
        opinion,
        "refuse",
        by=by,
        note=note,
        due_on=None,
        refusal=refusal,
        right_place=right_place.strip(),
        closed_on=today,
    )
    opinion.joined.update(closed_on=today)
    tell_citizens(opinion, "refused")


@transaction.atomic
def join(opinion: Opinion, *, other: Opinion, by, note: str = "") -> None:
    """Let it be dealt with together with ``other``, on the same matter and nearby; its citizen follows that one from now on.

    What was joined to it before follows too, so that a link never leads to a link.
    """
    for pk in sorted({opinion.pk, other.pk}):
        hold(pk)
    other.refresh_from_db()
    if why := why_not_join(opinion, other):
        raise ValidationError({"other": why})
    _move(opinion, "join", by=by, note=note, due_on=None, merged_into=other, closed_on=other.closed_on)
    opinion.joined.update(merged_into=other, closed_on=other.closed_on)
    audit.record("record.changed", by=by, about=other, fields=["joined"])
    citizens.tell(opinion, "merged")


@transaction.atomic
def answer(
    opinion: Opinion,
    *,
    by,
    text: str,
    solved: str,
    route: str | None = None,
    deputy: Deputy | None = None,
) -> OpinionAnswer:
    """The final answer of this round; the citizen rates it. ``deputy``: who answers, empty for the station or an office.

    Of two who answer at once the second is refused, and nothing of theirs is kept here.
    """
    if solved not in Opinion.Solved:
        raise ValidationError({"solved": _("Choose one of the values offered.")})
    route = route or _route(opinion, deputy)
    if route not in Opinion.Route:
        raise ValidationError({"route": _("Choose one of the values offered.")})
    today = clock.today()
    _move(
        opinion,
        "answer",
        by=by,
        due_on=deadlines.rating(today),
        solved=solved,
        route=route,
        answered_on=today,
    )
    final = _write(opinion, text, by=by, deputy=deputy, is_final=True)
    notifications.answered(opinion, by)
    tell_citizens(opinion, "answered")
    return final


@transaction.atomic
def say(opinion: Opinion, *, by, text: str, deputy: Deputy | None = None) -> OpinionAnswer:
    """Tell the citizen how far it is; the answer itself is still owed."""
    hold(opinion.pk)
    opinion.refresh_from_db()
    if opinion.state not in WITH_WHOM:
        raise MoveRefused(opinion, _("Nobody is working on it at the moment."))
    return _write(opinion, text, by=by, deputy=deputy, is_final=False)


@transaction.atomic
def escalate(opinion: Opinion, *, by, note: str) -> None:
    """Raise it to the county office; orders that still run end. One that was answered gets a new round."""
    round = opinion.round + (opinion.state == O.ANSWERED)
    _move(opinion, "escalate", by=by, note=note, due_on=deadlines.answer(clock.today()), round=round)
    for order in opinion.dispatches.working().select_related("unit"):
        advance(order, "recall", by=by, note=note, due_on=None)
        dispatches.recalled(order)
    notifications.escalated(opinion)


@transaction.atomic
def send_down(opinion: Opinion, *, by, note: str) -> None:
    """The county office gives it back to the station, with a word on what to do."""
    _move(opinion, "send_down", by=by, note=note, due_on=deadlines.answer(clock.today()), asked_deputy=None)
    notifications.given_back(opinion)


@transaction.atomic
def close(opinion: Opinion, *, by, note: str = "") -> None:
    """File it: rated, or the time in which the citizen could rate is over."""
    if by is not None and opinion.state == O.ANSWERED and opinion.due_on and opinion.due_on >= clock.today():
        raise MoveRefused(opinion, _("The citizen can still rate the answer."))
    _close(opinion, by=by, note=note)


@transaction.atomic
def after_rating(opinion: Opinion, rating: OpinionRating) -> None:
    """What follows from a citizen's rating: handled once more, then to the county office; else it is filed (D3.4).

    Call in the transaction that wrote the rating.
    """
    verdict, day = rating.verdict, deadlines.answer(clock.today())
    if verdict != Verdict.DISSATISFIED or rating.round > AGAIN + 1:
        _close(opinion, by=None, verdict=verdict)
        return
    again = {"round": rating.round + 1, "verdict": verdict, "due_on": day}
    if rating.round == AGAIN:
        _move(opinion, "rehandle", by=None, **again)
        notifications.to_handle_again(opinion)
        return
    _move(opinion, "escalate", by=None, note=as_kept(_("The citizen is still not satisfied.")), **again)
    notifications.escalated(opinion)


@transaction.atomic
def publish(
    opinion: Opinion,
    *,
    by,
    public_text: str,
    public_answer: str,
    pictures=(),
    is_story: bool = False,
) -> None:
    """Put question and answer before the public, in words and pictures that staff chose, if the citizen agreed (PIPL 25).

    Mobile and identity numbers and the citizen's name are taken out. Publishing again replaces what was there.
    """
    hold(opinion.pk)
    opinion.refresh_from_db()
    if why := why_not_publish(opinion):
        raise MoveRefused(opinion, why)
    texts = {"public_text": public_text, "public_answer": public_answer}
    texts = {name: anonymous(opinion, text).strip() for name, text in texts.items()}
    if empty := [name for name, text in texts.items() if not text]:
        raise ValidationError({name: _("Write what the public reads.") for name in empty})
    for name, value in texts.items():
        setattr(opinion, name, value)
    opinion.published_on = opinion.published_on or clock.today()
    opinion.is_story = is_story
    opinion._history_user = by
    opinion.full_clean(exclude=["phone", "name", "address"], validate_constraints=False)
    opinion.save(update_fields=["public_text", "public_answer", "published_on", "is_story"])
    _show_pictures(opinion, [picture.pk for picture in pictures])
    audit.record("opinion.published", by=by, about=opinion)


@transaction.atomic
def take_public_back(opinion: Opinion, *, by, note: str) -> None:
    """Show the public nothing of it any more; ``note`` says why, in the log of the office."""
    hold(opinion.pk)
    opinion.refresh_from_db()
    if opinion.published_on is None:
        raise MoveRefused(opinion, _("It is not public."))
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason; it goes into the history.")})
    opinion.published_on, opinion.public_text, opinion.public_answer, opinion.is_story = None, "", "", False
    opinion._history_user, opinion._change_reason = by, note.strip()[:100]
    opinion.save(update_fields=["public_text", "public_answer", "published_on", "is_story"])
    _show_pictures(opinion, [])
    audit.record("opinion.unpublished", by=by, about=opinion)


# Shared by actions


def hold(pk) -> None:
    """Nobody else moves this opinion or its orders until this transaction ends."""
    Opinion.objects.select_for_update().only("pk").get(pk=pk)


def why_not_join(opinion: Opinion, other: Opinion) -> str:
    """Why one cannot be joined to another; empty while it can. ``other`` lies with the same stations, or in the same area."""
    if other.pk == opinion.pk:
        return _("An opinion cannot be joined to itself.")
    if other.state == O.MERGED:
        return _("It has been joined to another itself; choose that one.")
    if other.state in (O.HELD, O.REFUSED):
        return _("What was not accepted takes no other along.")
    same_area = other.area_id == opinion.area_id
    if not same_area and _root(other.station) != _root(opinion.station):
        return _("Only opinions of the same stations or the same street, town or township are joined.")
    return ""


def why_not_publish(opinion: Opinion) -> str:
    if opinion.state not in states.TOLD:
        return _("It is published together with the answer, which is not there yet.")
    return "" if opinion.may_publish else _("The citizen did not agree to publication.")


def deputies_of(opinion: Opinion) -> QuerySet[Deputy]:
    """Who may answer it: deputies of its station or another of the same tree, and whom the citizen named."""
    root = _root(opinion.station)
    tree = Station.objects.filter(Q(pk=root) | Q(parent=root) | Q(parent__parent=root))
    residents = Residency.objects.public().filter(station__in=tree).values("deputy")
    return Deputy.objects.filter(Q(pk__in=residents) | Q(pk=opinion.deputy_id))


def anonymous(opinion: Opinion, text: str) -> str:
    """``text`` without mobile and identity numbers, and with the citizen's name as others may know it."""
    if len(opinion.name) > 1:
        text = text.replace(opinion.name, opinion.veiled_name)
    return without_numbers(text)


def unseen(opinion: Opinion):
    """Where what happens to an opinion concerns no page of the public, its pages are not made anew."""
    return nullcontext() if opinion.published_on else freshness.unseen()


def _move(opinion, name, *, by, note="", **fields):
    with unseen(opinion):
        advance(opinion, name, by=by, note=note, **fields)


def _close(opinion, *, by, note="", **fields):
    today = clock.today()
    _move(opinion, "close", by=by, note=note, due_on=None, closed_on=today, **fields)
    opinion.joined.update(closed_on=today)


def _write(opinion, text, *, by, deputy, is_final) -> OpinionAnswer:
    row = OpinionAnswer(
        opinion=opinion, text=text.strip(), round=opinion.round, is_final=is_final, deputy=deputy, by=by
    )
    row.full_clean(exclude=["opinion", "deputy", "by"], validate_constraints=False)
    with unseen(opinion):
        row.save()
    audit.record("record.created", by=by, about=row)
    return row


def _route(opinion, deputy):
    """How it was dealt with, where nobody says so."""
    if opinion.state == O.SOLVED:
        return Opinion.Route.DEPARTMENT
    if opinion.state == O.ESCALATED:
        return Opinion.Route.COUNTY
    return Opinion.Route.DEPUTY if deputy else Opinion.Route.STATION


def _require_of_station(opinion, deputy):
    if not deputies_of(opinion).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("%(name)s does not belong to this station.") % {"name": deputy}})


def _require_clean(opinion, fields):
    """``ValidationError`` for a column that would not take its value."""
    fresh = Opinion(**fields)
    fresh.clean_fields(exclude=[column.name for column in Opinion._meta.fields if column.name not in fields])


def _root(station) -> int:
    """The home that a station or point belongs to."""
    for _level in range(2):
        if station.parent_id is None:
            break
        station = station.parent
    return station.pk


def _show_pictures(opinion, shown):
    opinion.pictures.filter(pk__in=shown).update(is_public=True)
    opinion.pictures.exclude(pk__in=shown).update(is_public=False)


def tell_citizens(opinion, stage):
    """Whose opinion it is, and those whose opinions were joined to it."""
    for one in (opinion, *opinion.joined.all()):
        citizens.tell(one, stage)
