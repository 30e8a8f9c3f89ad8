"""The table by which suggestions are given to units (代表建议交办表, D8.2): what a row does.

A number that is not there yet is a suggestion handed in on paper: it is registered under its title, and assigned where
units stand. One that is there is compared; it is assigned if it waits for that, and nothing else of it is touched.
"""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import cells, clock, preferences
from common.imports import NEW, RowPlan, SheetKind, Write
from deputies.models import Session

from .. import assigning, notifications, states
from ..models import ANSWERING, Assignment, CoSignature, Part, Suggestion, SuggestionChange
from .known import known_to, place, suggestions_of
from .rows import Columns, Reader

S = states.SuggestionState


class AssignmentTable(Columns, SheetKind):
    """Suggestions of one session, or of one year between sessions, and the units that handle them."""

    key = "suggestions"
    label = gettext_lazy("Suggestions and their units")
    permission = "proposals.import_suggestion"
    names_others = True

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
        session, year = place(sheet.title, options)
        if session:
            Session.objects.select_for_update().get(pk=session.pk)
        list(suggestions_of(session, year).filter(state=S.REGISTERED).select_for_update().values_list("pk"))

    def prepare(self, sheet, options):
        return known_to(sheet, options)

    def plan_row(self, row, known):
        plan = RowPlan(row.number)
        said = Reader(plan, row.cells, known).said()
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
            _step(suggestion, "register", said.note),
            *(
                Write(CoSignature(), {"suggestion": suggestion, "deputy": deputy} | signed, shown=("deputy",))
                for deputy in said.cosigners
            ),
        ]
        if said.units:
            self._assign(plan, said, suggestion, values, put_forward, known)

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
            values = {}
            plan.writes = [Write(held, values)]
            self._assign(
                plan, said, held, values, held.submitted_at and timezone.localdate(held.submitted_at), known
            )
            return
        parts = {(a.unit_id, a.part) for a in held.assignments.all() if a.state in states.TAKING_PART}
        if parts != {(unit.pk, part) for unit, part in said.units}:
            plan.warnings.append(_("Other units handle it; change them on the suggestion's page."))
        elif said.due_on and held.assigned_on == said.assigned_on and said.due_on != held.due_on:
            plan.warnings.append(_("It is due on %(day)s here.") % {"day": date_format(held.due_on)})

    def _assign(self, plan, said, suggestion, values, put_forward, known):
        """Give it to the units as :func:`..actions.assignments.assign` does, with the day the table names."""
        if why := assigning.why_not_on(said.assigned_on, put_forward):
            plan.fail(self.ASSIGNED.label, why)
            return
        answer = self._answer_by(plan, said, known)
        opinion = assigning.clock_of(Part.CO, said.assigned_on, calendar=known.calendar)
        values |= {"state": S.ASSIGNED, "assigned_on": said.assigned_on, "due_on": answer["due_on"]}
        plan.writes.append(_step(suggestion, "assign", said.note))
        plan.writes += [
            Write(
                Assignment(),
                {"suggestion": suggestion, "unit": unit, "part": part}
                | (answer if part in ANSWERING else opinion),
                shown=("unit", "part", "due_on"),
            )
            for unit, part in said.units
        ]

    def _answer_by(self, plan, said, known):
        """The clock of the reply: as the table says, with a warning where neither period of the law gives that."""
        usual = assigning.clock_of(Part.LEAD, said.assigned_on, calendar=known.calendar)
        hard = preferences.get("suggestion.reply_months_complex")
        for months in (usual["months"], hard):
            day = assigning.due_in(said.assigned_on, months, known.calendar)
            if said.due_on in (None, day):
                return usual | {"months": months, "due_on": day}
        plan.warnings.append(
            _("The table says %(said)s; counted from the assignment it would be %(counted)s.")
            % {"said": date_format(said.due_on), "counted": date_format(usual["due_on"])}
        )
        return usual | {"due_on": said.due_on}


def _step(suggestion, move, note):
    """The line of the history that the move of this name leaves."""
    arrow = Suggestion.MOVES[move]
    (before,) = arrow.sources
    return Write(
        SuggestionChange(),
        {"record": suggestion, "move": move, "before": before, "after": arrow.target, "note": note},
        shown=(),
    )


def _morning(day):
    """Nine o'clock at the office, in the zone in which moments are stored."""
    zone = timezone.get_default_timezone()
    return dt.datetime.combine(day, dt.time(9), tzinfo=zone).astimezone(dt.UTC)
