"""民意收集—部门报到: departments are ordered to a case, report in, are there, solve it or hand it back (D3.4)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Unit
from common import audit, clock, uploads
from common.workflow import MoveRefused, advance

from .. import deadlines, states
from ..models import Dispatch, Opinion
from ..notifications import dispatches as notifications
from ..notifications import opinions as to_handlers
from .opinions import hold, tell_citizens, unseen

D, O = states.DispatchState, states.OpinionState  # noqa: E741 the letter of the noun
MAX_PICTURES = 9


@transaction.atomic
def dispatch(opinion: Opinion, *, units, by, words: str = "") -> list[Dispatch]:
    """Order ``units`` to the case; each must report in, and the clock of each runs from today. Of two who dispatch at
    once the second is refused.
    """
    units = list(units)
    if not units:
        raise ValidationError({"units": _("Choose at least one department.")})
    if len({unit.pk for unit in units}) < len(units):
        raise ValidationError({"units": _("A department is named twice.")})
    hold(opinion.pk)
    with unseen(opinion):
        advance(opinion, "dispatch", by=by, due_on=deadlines.solve(clock.today()))
    orders = [_give(opinion, unit, words, by) for unit in units]
    tell_citizens(opinion, "dispatched")
    return orders


@transaction.atomic
def add_unit(opinion: Opinion, *, unit: Unit, by, words: str = "") -> Dispatch:
    """One more department while others work on it, as in the place of one that handed it back."""
    hold(opinion.pk)
    opinion.refresh_from_db()
    if opinion.state != O.DISPATCHED:
        raise MoveRefused(opinion, _("No department has it at the moment. Dispatch it anew."))
    order = _give(opinion, unit, words, by)
    follow_orders(opinion)
    return order


@transaction.atomic
def report_in(order: Dispatch, *, by, note: str = "") -> None:
    """The department is there: it takes the case and names the day from which it works."""
    hold(order.opinion_id)
    advance(
        order,
        "report_in",
        by=by,
        note=note,
        reported_at=timezone.now(),
        due_on=min(deadlines.on_site(order.sent_on), order.solve_by),
    )


@transaction.atomic
def visit(order: Dispatch, *, on: dt.date, by, note: str = "", pictures=()) -> None:
    """It was on the spot ``on`` that day; photos show what was found."""
    if not order.sent_on <= on <= clock.today():
        raise ValidationError({"on": _("The day lies between the order and today.")})
    hold(order.opinion_id)
    advance(order, "visit", by=by, note=note, on_site_on=on, due_on=order.solve_by)
    _keep(order, pictures, by)


@transaction.atomic
def solve(order: Dispatch, *, result: str, by, pictures=()) -> None:
    """The department has solved it and says how; when the last has, the station reports back to the citizen."""
    if not result.strip():
        raise ValidationError({"result": _("Say what was done; the station tells the citizen.")})
    hold(order.opinion_id)
    result, today = result.strip(), clock.today()
    order.result = result
    order.clean_fields(exclude=[column.name for column in Dispatch._meta.fields if column.name != "result"])
    advance(order, "solve", by=by, result=result, solved_on=today, due_on=None)
    _keep(order, pictures, by)
    follow_orders(order.opinion)


@transaction.atomic
def hand_back(order: Dispatch, *, note: str, by, proposed_unit: Unit | None = None) -> None:
    """It is not this department's, and why; perhaps whose it is."""
    if proposed_unit == order.unit:
        raise ValidationError({"proposed_unit": _("Propose another department.")})
    hold(order.opinion_id)
    advance(order, "hand_back", by=by, note=note, proposed_unit=proposed_unit, due_on=None)
    notifications.handed_back(order)
    follow_orders(order.opinion)


@transaction.atomic
def recall(order: Dispatch, *, by, note: str) -> None:
    """Whoever gave the order takes it back."""
    hold(order.opinion_id)
    advance(order, "recall", by=by, note=note, due_on=None)
    notifications.recalled(order)
    follow_orders(order.opinion)


@transaction.atomic
def ask_extension(order: Dispatch, *, reason: str, by) -> None:
    """Ask for thirty days instead of fifteen: in time, in words, once (D3.4)."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why more time is needed.")})
    hold(order.opinion_id)
    order.refresh_from_db()
    if why := why_not_extend(order):
        raise MoveRefused(order, why)
    order.extension_asked_at, order.extension_reason = timezone.now(), reason.strip()
    _save(order, by, "extension_asked_at", "extension_reason")
    notifications.extension_asked(order)


@transaction.atomic
def decide_extension(order: Dispatch, *, granted: bool, by) -> None:
    """Grant it, and the last day moves once, counted from the order; or not, and it stays."""
    hold(order.opinion_id)
    order.refresh_from_db()
    if not order.waits_for_extension or order.state not in states.WORKING:
        raise MoveRefused(order, _("Nothing is asked for any more."))
    order.extension_granted = granted
    if granted:
        if order.state == D.ON_SITE:
            order.due_on = deadlines.solve_extended(order.sent_on)
        order.solve_by = deadlines.solve_extended(order.sent_on)
    _save(order, by, "extension_granted", "solve_by", "due_on")
    notifications.extension_decided(order)
    follow_orders(order.opinion)


# Why an act is closed, for its page and for the act itself; empty while it is open


def why_not_extend(order: Dispatch) -> str:
    if order.state not in (D.REPORTED_IN, D.ON_SITE):
        return _("Report in first; then ask for more time.")
    if order.extension_asked_at:
        return _("More time has been asked for already.")
    if clock.today() > order.solve_by:
        return _("It was to be solved by %(day)s; more time is asked for before that day.") % {
            "day": date_format(order.solve_by)
        }
    return ""


# Shared by actions


def follow_orders(opinion: Opinion) -> None:
    """Let the opinion stand where its orders stand: due with the last of them, solved when none is left.

    Call with the opinion held (:func:`.opinions.hold`), so that of two departments that finish at once the second moves it.
    """
    opinion.refresh_from_db()
    if opinion.state != O.DISPATCHED:
        return
    orders = list(opinion.dispatches.filter(round=opinion.round))
    today, running = clock.today(), [order.solve_by for order in orders if order.state in states.WORKING]
    with unseen(opinion):
        if running:
            opinion.due_on = max(running)
            Opinion.objects.filter(pk=opinion.pk).update(due_on=opinion.due_on)
        elif any(order.state == D.SOLVED for order in orders):
            advance(opinion, "solve", by=None, due_on=deadlines.feedback(today))
            to_handlers.solved(opinion)
            tell_citizens(opinion, "solved")
        else:
            advance(opinion, "call_back", by=None, due_on=deadlines.answer(today))
            to_handlers.came_back(opinion)


def _give(opinion, unit, words, by) -> Dispatch:
    today = clock.today()
    if not Unit.objects.current(today).filter(pk=unit.pk).exists():
        raise ValidationError(_("%(unit)s does not exist any more.") % {"unit": unit})
    order = Dispatch(
        opinion=opinion,
        unit=unit,
        round=opinion.round,
        words=words.strip(),
        sent_at=timezone.now(),
        by=by,
        due_on=deadlines.report_in(today),
        solve_by=deadlines.solve(today),
    )
    order._history_user = by
    order.full_clean(exclude=["opinion", "unit", "by"], validate_constraints=False)
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        raise ValidationError(_("%(unit)s has it already.") % {"unit": unit}) from error
    audit.record("record.created", by=by, about=order)
    notifications.sent(order)
    return order


def _save(order, by, *names):
    order._history_user = by
    order.save(update_fields=names)
    audit.record("record.changed", by=by, about=order, fields=list(names))


def _keep(order, pictures, by):
    pictures = list(pictures)
    if order.pictures.count() + len(pictures) > MAX_PICTURES:
        raise ValidationError({"pictures": _("At most %(n)s pictures, please.") % {"n": MAX_PICTURES}})
    for file in uploads.store_pictures(pictures, by=by):
        order.pictures.create(file=file)
