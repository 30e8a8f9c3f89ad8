"""What holds whenever units are given a suggestion, on its page or by a table: who fits together, since when, until when.

Each ``why_not_…`` returns the sentence that refuses it, empty where nothing does; who asks says where it stands.
"""

import datetime as dt

from django.utils.translation import gettext as _

from common import clock, preferences

from .models import ANSWERING, Part


def why_not_together(parts) -> str:
    """One lead and any co-units, or two or more separate ones (D1.2)."""
    parts = list(parts)
    if not set(parts) <= set(Part):
        return _("Choose one of the values offered.")
    if parts and set(parts) == {Part.CO}:
        return _("Co-handling units need a lead unit.")
    has_lead = parts.count(Part.LEAD) == 1 and Part.SEPARATE not in parts
    is_separate = len(parts) > 1 and set(parts) == {Part.SEPARATE}
    if has_lead or is_separate:
        return ""
    return _("Name one lead unit, with co-handling units or without; or at least two separate units.")


def why_not_current(units, on: dt.date) -> str:
    """None that is dissolved on that day."""
    gone = [str(unit) for unit in units if unit.dissolved_on and unit.dissolved_on <= on]
    if not gone:
        return ""
    return _("Dissolved: %(names)s. Choose the unit that took over.") % {"names": "、".join(gone)}


def why_not_yet(on: dt.date) -> str:
    """Whoever types the day of an assignment names one that has come."""
    return _("This day has not come yet.") if on > clock.today() else ""


def why_not_on(on: dt.date, put_forward: dt.date | None) -> str:
    """A clock starts when the suggestion is there."""
    return _("It was assigned before it was put forward.") if put_forward and on < put_forward else ""


def months_of(part: str, round: int = 1) -> int:
    """Three of a first reply, one of an opinion and of handling again (D1.7, D1.15)."""
    if part not in ANSWERING:
        return preferences.get("suggestion.co_unit_opinion_months")
    return preferences.get("suggestion.reply_months" if round == 1 else "suggestion.rehandle_months")


def due_in(start: dt.date, months: int, calendar: clock.WorkCalendar | None = None) -> dt.date:
    """The day on which ``months`` counted from ``start`` are over, as the settings count them (D1.9)."""
    roll = preferences.get("suggestion.holiday_rollover")
    return clock.Deadline.in_months(start, months, roll=roll, calendar=calendar).due


def clock_of(part: str, on: dt.date, *, round: int = 1, calendar: clock.WorkCalendar | None = None) -> dict:
    """The clock of a part that starts ``on``, as columns of an :class:`Assignment`."""
    months = months_of(part, round)
    return {"assigned_on": on, "months": months, "due_on": due_in(on, months, calendar)}
