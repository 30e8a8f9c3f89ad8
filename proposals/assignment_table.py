"""The table by which suggestions are given to units (代表建议交办表, D8.2): what its columns are and what a row means.

A number that is not there yet is a suggestion handed in on paper: it is registered under its title, and assigned where
units stand. One that is there is compared; it is assigned if it waits for that, and nothing else of it is touched.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import partial

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from common import cells, clock, preferences
from common.imports import NEW, RowPlan, SheetKind, Write
from common.sheets import Column, SheetError
from common.text import half_width
from deputies.models import Committee, Mandate, Session, Term

from . import notifications, states
from .models import Assignment, Category, CoSignature, Part, Suggestion, SuggestionChange

S = states.SuggestionState
SESSION = re.compile(r"第([一二三四五六七八九十\d]+)届.*?第([一二三四五六七八九十\d]+)次会议")
BETWEEN = re.compile(r"(\d{4})年.*闭会")
ASSIGNED = re.compile(r"交办(?:时间|日期)[:：]\s*([\d年月日.\-/]+)")
NUMBER = re.compile(r"\D*(?:20\d\d)?\D*?0*([1-9]\d{0,3})\D?")  # 第3号, 004, 闭〔2026〕005号, B20250006
LOCAL, COURT, PARTY = r"政府$|管委会$|管理委员会$|[街镇乡]道?$", r"法院$|检察院$", r"^中共|^市委"


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
    values: dict  # of the settings that count dates
    calendar: clock.WorkCalendar = field(default_factory=clock.WorkCalendar)
    missing: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)  # number: row


@dataclass
class Said:
    """What a row says, understood."""

    number: int | None
    title: str
    lead: Mandate | None
    cosigners: list
    category: Category | None
    committee: Committee | None
    submitted_on: dt.date | None
    assigned_on: dt.date | None
    units: list  # (unit, part)
    due_on: dt.date | None
    note: str


class AssignmentTable(SheetKind):
    """Suggestions of one session, or of one year between sessions, and the units that handle them."""

    key = "suggestions"
    label = gettext_lazy("Suggestions and their units")
    permission = "proposals.import_suggestion"
    names_others = True
    NUMBER = Column("number", ("建议编号", "编号", "案号", "建议号"), required=True)
    TITLE = Column("title", ("建议标题", "标题", "题目", "案由", "建议名称"), required=True)
    LEAD = Column("lead", ("领衔代表", "提出代表", "领衔人", "代表姓名"), required=True)
    COSIGNERS = Column("cosigners", ("附议代表", "联名代表", "附议人"))
    DELEGATION = Column("delegation", ("代表团", "建议代表团"))
    CATEGORY = Column("category", ("内容分类", "分类", "类别"))
    SUBMITTED = Column("submitted", ("提出时间", "提出日期"))
    LEAD_UNIT = Column("lead_unit", ("主办单位", "承办单位", "牵头单位"))
    CO_UNITS = Column("co_units", ("会(协)办单位", "协办单位", "配合单位"))
    SEPARATE = Column("separate", ("分办单位",))
    COMMITTEE = Column("committee", ("督办专工委", "督办委员会", "对口联系专委会"))
    KEY = Column("is_key", ("是否重点", "重点"))
    ASSIGNED = Column("assigned", ("交办日期", "交办时间"))
    DUE = Column("due", ("答复期限", "要求结办日期", "办理期限"))
    REMARK = Column("remark", ("备注",))
    columns = (NUMBER, TITLE, LEAD, COSIGNERS, DELEGATION, CATEGORY, SUBMITTED, LEAD_UNIT, CO_UNITS, SEPARATE, COMMITTEE, KEY, ASSIGNED, DUE, REMARK)  # fmt: skip

    def option_fields(self):
        sessions = Session.objects.filter(term__level="city").select_related("term__area")
        return {
            "session": forms.ChoiceField(
                label=_("put forward at the session"),
                required=False,
                choices=[("", _("as the title of the table says"))]
                + [(f"{one.term.number}-{one.number}", str(one)) for one in sessions],
            ),
            "year": forms.IntegerField(
                label=_("or between sessions, in the year"), required=False, min_value=1950, max_value=2100
            ),
        }

    def hold(self, sheet, options):
        """Nobody registers or assigns one of this session meanwhile."""
        session, year = _place(sheet.title, options)
        if session:
            Session.objects.select_for_update().get(pk=session.pk)
        list(_of(session, year).filter(state=S.REGISTERED).select_for_update().values_list("pk"))

    def prepare(self, sheet, options):
        session, year = _place(sheet.title, options)
        term = (
            session.term if session else Term.objects.filter(level="city", starts_on__year__lte=year).first()
        )
        people = {}
        for mandate in Mandate.objects.filter(term=term).select_related("deputy", "delegation"):
            people.setdefault(mandate.deputy.name, []).append(mandate)
        stored = _of(session, year).select_related("lead", "category", "committee")
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
            waiting={(one.lead_id, one.title) for one in stored.filter(state=S.SUBMITTED)},
            assigned_on=cells.day(told[1]) if told else None,
            create_missing=bool(options.get("create_missing")),
            values=preferences.several(
                "suggestion.reply_months",
                "suggestion.reply_months_complex",
                "suggestion.co_unit_opinion_months",
                "suggestion.holiday_rollover",
            ),
        )

    def plan_row(self, row, known):
        plan = RowPlan(row.number)
        said = self._understand(plan, row.cells, known)
        plan.title = " ".join(filter(None, (str(said.number or ""), said.title)))
        held = known.suggestions.get(said.number)
        if held:
            self._compare(plan, said, held, known)
        elif not plan.errors:
            self._enter(plan, said, known)
        if cells.yes(row.cells.get("is_key")) and not plan.errors:
            plan.warnings.append(
                _("Key suggestions are entered as a key item, with the leaders who supervise it.")
            )
        return plan

    def written(self, row, *, by):
        """Tell the signers and units, as whoever registers and assigns on the page does."""
        for write in row.writes:
            if isinstance(write.record, Suggestion) and row.status == NEW:
                notifications.decided(write.record)
            elif isinstance(write.record, Assignment):
                notifications.assigned(write.record)

    # What a row says

    def _understand(self, plan, given, known):
        assigned_on = self._day(plan, given, self.ASSIGNED, known) or known.assigned_on
        lead = self._deputy(plan, self.LEAD, *cells.name(given.get("lead")), known, given)
        said = Said(
            number=self._number(plan, given, known),
            title=cells.text(given.get("title")),
            lead=lead,
            cosigners=self._cosigners(plan, given, known, lead),
            category=known.categories.get(cells.text(given.get("category"))),
            committee=self._committee(plan, given, assigned_on, known),
            submitted_on=self._day(plan, given, self.SUBMITTED, known),
            assigned_on=assigned_on,
            units=self._units(plan, given, assigned_on, known),
            due_on=self._due(plan, given, assigned_on),
            note=" ".join(filter(None, (_("imported"), cells.text(given.get("remark"))))),
        )
        if not said.title:
            plan.fail(self.TITLE.label, _("The title is missing."))
        if cells.text(given.get("category")) and not said.category:
            plan.fail(
                self.CATEGORY.label,
                _("“%(name)s” is no category. Correct it, or enter the category first.")
                % {"name": cells.text(given["category"])},
            )
        if assigned_on and assigned_on > clock.today():
            plan.fail(self.ASSIGNED.label, _("This day is still to come."))
        if assigned_on and said.submitted_on and assigned_on < said.submitted_on:
            plan.fail(self.ASSIGNED.label, _("It was assigned before it was put forward."))
        return said

    def _number(self, plan, given, known):
        found = NUMBER.fullmatch(cells.serial(given.get("number")))
        if not found:
            plan.fail(
                self.NUMBER.label, _("“%(value)s” is no number.") % {"value": cells.text(given.get("number"))}
            )
            return None
        number = int(found[1])
        if known.rows.setdefault(number, plan.number) != plan.number:
            plan.fail(self.NUMBER.label, _("Row %(row)s has the same number.") % {"row": known.rows[number]})
        return number

    def _day(self, plan, given, column, known):
        return plan.take(partial(cells.day, default_year=known.year), given, column)

    def _due(self, plan, given, assigned_on):
        year = assigned_on.year if assigned_on else None
        day, words = cells.deadline(given.get("due"), year)
        if day and assigned_on and day < assigned_on and str(day.year) not in words:
            day = clock.add_months(day, 12)  # assigned in November, due in February
        if words and day is None:
            plan.fail(self.DUE.label, _("“%(value)s” is no date. Write it as 2025-09-02.") % {"value": words})
        elif day and assigned_on and day < assigned_on:
            plan.fail(self.DUE.label, _("It was due before it was assigned."))
        return day

    def _deputy(self, plan, column, name, remark, known, given=None):
        """The mandate a name means. Of several, what stands in brackets tells, of the lead the delegation too."""
        if not name:
            plan.fail(column.label, _("The name is missing."))
            return None
        found = known.people.get(name, [])
        telling = remark or (cells.text(given.get("delegation")) if given else "")
        if len(found) > 1 and telling:
            found = [m for m in found if telling in (m.card_no, str(m.delegation or ""))]
        if len(found) == 1:
            return found[0]
        if name in known.people:
            reason = _("Several deputies are called so. Write which one: %(names)s.")
        else:
            reason = _("No deputy of this congress is called %(name)s.")
        told = "、".join(
            f"{name}（{m.card_no or m.delegation}）" for m in found or known.people.get(name, ())
        )
        plan.fail(column.label, reason % {"name": name, "names": told})
        return None

    def _cosigners(self, plan, given, known, lead):
        """Who signed the paper beside the lead, each once."""
        found = [
            self._deputy(plan, self.COSIGNERS, name, remark, known)
            for name, remark in cells.people(given.get("cosigners"))
        ]
        return list(dict.fromkeys(m.deputy for m in found if m and not (lead and m.deputy == lead.deputy)))

    def _units(self, plan, given, day, known):
        """``(unit, part)`` of everybody named; a unit has one part, the first."""
        first, others = cells.units(given.get("lead_unit"))
        named = [(self.LEAD_UNIT, Part.LEAD, first)] if first else []
        named += [(self.LEAD_UNIT, Part.CO, name) for name in others]
        for column, part in ((self.CO_UNITS, Part.CO), (self.SEPARATE, Part.SEPARATE)):
            first, others = cells.units(given.get(column.field))
            named += [(column, part, name) for name in (first, *others) if name]
        parts, held = [part for _column, part, _name in named], {}
        if Part.SEPARATE in parts and len(set(parts)) + (len(parts) == 1) > 1:
            plan.fail(
                self.SEPARATE.label,
                _("Name one lead unit, with co-handling units or without; or at least two separate units."),
            )
        elif Part.CO in parts and Part.LEAD not in parts:
            plan.fail(self.LEAD_UNIT.label, _("Co-handling units need a lead unit."))
        for column, part, name in named:
            unit = self._unit(plan, column, name, day, known, Unit.Kind.DEPARTMENT)
            if unit is None:
                continue
            if unit.name in held:
                plan.warnings.append(_("%(unit)s is named twice; it has one part.") % {"unit": unit})
            held.setdefault(unit.name, (unit, part))
        if held and not day:
            plan.fail(self.ASSIGNED.label, _("The day of the assignment is missing."))
        return list(held.values())

    def _unit(self, plan, column, name, day, known, kind):
        """The unit called so on ``day``; an unknown one is an error, or made when that is wanted."""
        day = day or clock.today()
        found = {
            unit
            for unit, since, until in known.units.get(name, ())
            if (since is None or since <= day) and (until is None or day < until)
        }
        if len(found) > 1:
            plan.fail(
                column.label, _("Several units are called %(name)s; give the full name.") % {"name": name}
            )
        elif found:
            (unit,) = found
            if not unit.dissolved_on or day < unit.dissolved_on:
                return unit
            plan.fail(
                column.label, _("Dissolved: %(names)s. Choose the unit that took over.") % {"names": unit}
            )
        else:
            made = known.missing.setdefault((Unit, name), Unit(name=name, kind=_kind(name, kind)))
            if known.create_missing:
                plan.check(Write(made, {"name": name}))
                return made
            plan.fail(
                column.label,
                _("“%(name)s” is not known. Correct it, or let the import make it.") % {"name": name},
            )
        return None

    def _committee(self, plan, given, day, known):
        name = cells.text(given.get("committee"))
        unit = name and self._unit(plan, self.COMMITTEE, name, day, known, Unit.Kind.COMMITTEE)
        if not unit:
            return None
        if unit.pk and hasattr(unit, "committee"):
            return unit.committee
        if unit.pk:
            plan.fail(self.COMMITTEE.label, _("%(unit)s is no committee.") % {"unit": unit})
            return None
        kind = Committee.Kind.WORKING if "工作" in name else Committee.Kind.SPECIAL
        return known.missing.setdefault((Committee, name), Committee(unit=unit, kind=kind))

    # What it does

    def _enter(self, plan, said, known):
        """A suggestion handed in on paper. Who signed the paper has agreed."""
        if (said.lead.deputy_id, said.title) in known.waiting:
            plan.fail(
                self.NUMBER.label,
                _("It waits for review under this title; register it with this number first."),
            )
            return
        if said.category is None:
            plan.fail(self.CATEGORY.label, _("The category is missing."))
            return
        committee = said.committee or said.category.committee
        if committee is None:
            plan.fail(
                self.COMMITTEE.label, _("Choose the committee that supervises; the category names none.")
            )
            return
        put_forward = (
            said.submitted_on
            or (known.session and known.session.starts_on)
            or said.assigned_on
            or clock.today()
        )
        at = _morning(put_forward)
        suggestion = Suggestion()
        values = {
            "number": said.number,
            "title": said.title,
            "lead": said.lead.deputy,
            "delegation": said.lead.delegation,
            "origin": Suggestion.Origin.SESSION if known.session else Suggestion.Origin.BETWEEN,
            "session": known.session,
            "year": known.year,
            "category": said.category,
            "committee": committee,
            "wish": "",
            "submitted_at": at,
            "registered_at": timezone.now(),
            "state": S.REGISTERED,
        }
        signed = {
            "state": states.CoSignatureState.AGREED,
            "text_version": 1,
            "asked_at": at,
            "answered_at": at,
        }
        plan.writes = [
            Write(suggestion, values),
            _step(suggestion, "register", S.SUBMITTED, said.note),
            *(
                Write(CoSignature(), {"suggestion": suggestion, "deputy": deputy} | signed, shown=("deputy",))
                for deputy in said.cosigners
            ),
        ]
        if said.units:
            self._assign(plan, said, suggestion, values, known)

    def _compare(self, plan, said, held, known):
        if said.lead and held.lead != said.lead.deputy:
            plan.fail(
                self.NUMBER.label,
                _("No. %(number)s is “%(title)s” by %(name)s.")
                % {"number": held.number, "title": held, "name": held.lead},
            )
        if plan.errors:
            return
        signed = {
            row.deputy_id for row in held.cosignatures.all() if row.state == states.CoSignatureState.AGREED
        }
        for column, differs in (
            (self.TITLE, held.title != said.title),
            (self.CATEGORY, said.category and held.category != said.category),
            (self.COMMITTEE, said.committee and held.committee != said.committee),
            (self.COSIGNERS, said.cosigners and {deputy.pk for deputy in said.cosigners} != signed),
        ):
            if differs:
                plan.warnings.append(
                    _("%(column)s: different here; change it on the suggestion's page.")
                    % {"column": column.label}
                )
        if not said.units:
            return
        if held.state == S.REGISTERED:
            values = {"state": S.REGISTERED}
            plan.writes = [Write(held, values)]
            self._assign(plan, said, held, values, known)
            return
        parts = {(a.unit_id, a.part) for a in held.assignments.all() if a.state in states.TAKING_PART}
        if parts != {(unit.pk, part) for unit, part in said.units}:
            plan.warnings.append(_("Other units handle it; change them on the suggestion's page."))
        elif said.due_on and held.assigned_on == said.assigned_on and said.due_on != held.due_on:
            plan.warnings.append(_("It is due on %(day)s here.") % {"day": date_format(held.due_on)})

    def _assign(self, plan, said, suggestion, values, known):
        """Give it to the units as :func:`.actions.assignments.assign` does, with the day the table names."""
        answer, months = self._answer_by(plan, said, known)
        opinion_months = known.values["suggestion.co_unit_opinion_months"]
        opinion = _counted(said.assigned_on, opinion_months, known)
        values |= {"state": S.ASSIGNED, "assigned_on": said.assigned_on, "due_on": answer}
        plan.writes.append(_step(suggestion, "assign", S.REGISTERED, said.note))
        for unit, part in said.units:
            clock_of_part = (
                {"months": opinion_months, "due_on": opinion}
                if part == Part.CO
                else {"months": months, "due_on": answer}
            )
            plan.writes.append(
                Write(
                    Assignment(),
                    {"suggestion": suggestion, "unit": unit, "part": part, "assigned_on": said.assigned_on}
                    | clock_of_part,
                    shown=("unit", "part", "due_on"),
                )
            )

    def _answer_by(self, plan, said, known):
        """``(day, months)`` of the reply: as the table says, with a warning where neither period of the law gives that."""
        usual, hard = (
            known.values[f"suggestion.{name}"] for name in ("reply_months", "reply_months_complex")
        )
        counted = {months: _counted(said.assigned_on, months, known) for months in (usual, hard)}
        for months, day in counted.items():
            if said.due_on in (None, day):
                return day, months
        plan.warnings.append(
            _("The table says %(said)s; counted from the assignment it would be %(counted)s.")
            % {"said": date_format(said.due_on), "counted": date_format(counted[usual])}
        )
        return said.due_on, usual


def _place(title, options):
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


def _of(session, year):
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


def _kind(name, kind):
    """What a unit nobody entered yet is, by its name."""
    if kind == Unit.Kind.DEPARTMENT:
        for other, words in ((Unit.Kind.LOCAL, LOCAL), (Unit.Kind.COURT, COURT), (Unit.Kind.PARTY, PARTY)):
            if re.search(words, name):
                return other
    return kind


def _counted(start, months, known):
    roll = known.values["suggestion.holiday_rollover"]
    return clock.Deadline.in_months(start, months, roll=roll, calendar=known.calendar).due


def _step(suggestion, move, before, note):
    """The line of the history that the move of this name leaves."""
    after = Suggestion.MOVES[move].target
    return Write(
        SuggestionChange(),
        {"record": suggestion, "move": move, "before": before, "after": after, "note": note},
        shown=(),
    )


def _morning(day):
    """Nine o'clock at the office, in the zone in which moments are stored."""
    zone = timezone.get_default_timezone()
    return dt.datetime.combine(day, dt.time(9), tzinfo=zone).astimezone(dt.UTC)
