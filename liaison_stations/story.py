"""What happened to an opinion and to the orders given for it, newest first, as this visitor may know it.

Who handles it reads who and why of every step, a department of its own orders; its deputy reads what was done and when.
"""

from django.utils.translation import gettext as _

from proposals.story import Event

from .models import DispatchChange


def story(opinion, *, reads_notes: bool, units=frozenset()) -> list[Event]:
    """``units`` are the keys of the departments this visitor works at."""
    steps = opinion.changes.select_related("by")
    orders = DispatchChange.objects.filter(record__opinion=opinion).select_related("record__unit", "by")
    events = [_event(change, change.label, reads_notes) for change in steps]
    for change in orders:
        unit = change.record.unit
        title = _("%(unit)s: %(what)s") % {"unit": unit, "what": change.label}
        events.append(_event(change, title, reads_notes or unit.pk in units))
    return _newest_first(events)


def story_of_order(order) -> list[Event]:
    """The steps of one order; its department and who handles the opinion read who and why."""
    return _newest_first(
        _event(change, change.label, reads_notes=True) for change in order.changes.select_related("by")
    )


def _newest_first(events):
    return sorted(events, key=lambda event: event.at, reverse=True)


def _event(change, title, reads_notes):
    move = change._meta.get_field("record").related_model.MOVES[change.move]
    return Event(
        change.at,
        str(title),
        change.note if reads_notes else "",
        str(change.by or "") if reads_notes else "",
        is_quiet=move.automatic,
    )
