"""What the rows of the table are compared with: the place they belong to, and everything the portal knows of it."""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import Unit
from common import cells, clock
from common.sheets import SheetError
from common.text import half_width
from deputies.models import Mandate, Session, Term

from ..models import Category, Suggestion
from ..states import SuggestionState

SESSION = re.compile(r"第([一二三四五六七八九十\d]+)届.*?第([一二三四五六七八九十\d]+)次会议")
BETWEEN = re.compile(r"(\d{4})年.*闭会")
ASSIGNED = re.compile(r"交办(?:时间|日期)[:：]\s*([\d年月日.\-/]+)")


@dataclass
class Known:
    """Everything rows are compared with."""

    session: Session | None
    year: int
    people: dict  # name: mandates of the term
    units: dict  # name: (unit, since, until)
    categories: dict
    suggestions: dict  # number: the suggestion that has it
    waiting: set  # (lead, title) of those that have no number yet
    assigned_on: dt.date | None  # as the title says
    create_missing: bool
    calendar: clock.WorkCalendar = field(default_factory=clock.WorkCalendar)
    missing: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)  # number: row


def known_to(sheet, options) -> Known:
    """Everything the rows of ``sheet`` are compared with."""
    session, year = place(sheet.title, options)
    term = session.term if session else Term.objects.filter(level="city", starts_on__year__lte=year).first()
    people = {}
    for mandate in Mandate.objects.filter(term=term).select_related("deputy", "delegation"):
        people.setdefault(mandate.deputy.name, []).append(mandate)
    stored = suggestions_of(session, year).select_related("lead", "category", "committee")
    told = ASSIGNED.search(half_width(sheet.title))
    return Known(
        session=session,
        year=year,
        people=people,
        units=_units_by_name(),
        categories={category.name: category for category in Category.objects.all()},
        suggestions={
            one.number: one
            for one in stored.exclude(number=None).prefetch_related("assignments__unit", "cosignatures")
        },
        waiting={(one.lead_id, one.title) for one in stored.filter(state=SuggestionState.SUBMITTED)},
        assigned_on=cells.day(told[1]) if told else None,
        create_missing=bool(options.get("create_missing")),
    )


def place(title, options):
    """``(session, year)`` that the choice, else the title tells; between sessions there is only a year."""
    year, chosen = options.get("year"), options.get("session")
    between = BETWEEN.search(half_width(title))
    if not chosen and (year or between):
        return None, int(year or between[1])
    found = re.fullmatch(r"(\d+)-(\d+)", chosen) if chosen else SESSION.search(half_width(title))
    if not found:
        raise SheetError(
            _("The title names no session. Choose the session, or the year for suggestions between sessions.")
        )
    term, number = (int(re.sub(r"\D", "", cells.han_numbers(words)) or 0) for words in found.groups())
    session = Session.objects.filter(term__level="city", term__number=term, number=number).select_related(
        "term"
    )
    if not session:
        raise SheetError(_("This session is not entered yet. Enter it first, then send the file again."))
    return session[0], session[0].starts_on.year


def suggestions_of(session, year):
    """The suggestions of one session, or of one year between sessions."""
    if session:
        return Suggestion.objects.filter(session=session)
    return Suggestion.objects.filter(session=None, year=year)


def _units_by_name():
    """``{name: [(unit, since, until)]}`` by full name, short name and dated other names."""
    found = {}
    for unit in Unit.objects.select_related("committee").prefetch_related("aliases"):
        names = {(unit.name, None, None), (unit.short_name, None, None)}
        names |= {(alias.name, alias.since, alias.until) for alias in unit.aliases.all()}
        for name, since, until in names:
            found.setdefault(name, []).append((unit, since, until))
    return found
