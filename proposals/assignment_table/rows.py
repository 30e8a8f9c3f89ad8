"""What a row of the table says; whatever of it cannot be is told by its column."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from accounts.models import Unit
from common import cells, clock
from common.imports import RowPlan, Write
from common.sheets import Column
from deputies.models import Committee, Mandate

from .. import assigning
from ..models import Category, Part
from .known import Known

NUMBER = re.compile(r"\D*(?:20\d\d)?\D*?0*([1-9]\d{0,3})\D?")  # 第3号, 004, 闭〔2026〕005号, B20250006
LOCAL, COURT, PARTY = r"政府$|管委会$|管理委员会$|[街镇乡]道?$", r"法院$|检察院$", r"^中共|^市委"


class Columns:
    """The headings of the table (D8.2)."""

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


class Reader:
    """One row and what it is compared with; whatever is wrong with it becomes an error of ``plan``."""

    def __init__(self, plan: RowPlan, given: dict, known: Known):
        self.plan, self.given, self.known = plan, given, known

    def said(self) -> Said:
        assigned_on = self._day(Columns.ASSIGNED) or self.known.assigned_on
        lead = self._deputy(
            Columns.LEAD, *cells.name(self.given.get("lead")), cells.text(self.given.get("delegation"))
        )
        said = Said(
            number=self._number(),
            title=cells.text(self.given.get("title")),
            lead=lead,
            cosigners=self._cosigners(lead),
            category=self.known.categories.get(cells.text(self.given.get("category"))),
            committee=self._committee(assigned_on),
            submitted_on=self._day(Columns.SUBMITTED),
            assigned_on=assigned_on,
            units=self._units(assigned_on),
            due_on=self._due(assigned_on),
            note=" ".join(filter(None, (_("imported"), cells.text(self.given.get("remark"))))),
        )
        if not said.title:
            self.plan.fail(Columns.TITLE.label, _("The title is missing."))
        if cells.text(self.given.get("category")) and not said.category:
            self.plan.fail(
                Columns.CATEGORY.label,
                _("“%(name)s” is no category. Correct it, or enter the category first.")
                % {"name": cells.text(self.given["category"])},
            )
        if assigned_on:
            for why in (
                assigning.why_not_yet(assigned_on),
                assigning.why_not_on(assigned_on, said.submitted_on),
            ):
                if why:
                    self.plan.fail(Columns.ASSIGNED.label, why)
        return said

    def _number(self):
        found = NUMBER.fullmatch(cells.serial(self.given.get("number")))
        if not found:
            self.plan.fail(
                Columns.NUMBER.label,
                _("“%(value)s” is no number.") % {"value": cells.text(self.given.get("number"))},
            )
            return None
        number = int(found[1])
        if self.known.rows.setdefault(number, self.plan.number) != self.plan.number:
            self.plan.fail(
                Columns.NUMBER.label, _("Row %(row)s has the same number.") % {"row": self.known.rows[number]}
            )
        return number

    def _day(self, column):
        return self.plan.take(partial(cells.day, default_year=self.known.year), self.given, column)

    def _due(self, assigned_on):
        year = assigned_on.year if assigned_on else None
        day, words = cells.deadline(self.given.get("due"), year)
        if day and assigned_on and day < assigned_on and str(day.year) not in words:
            day = clock.add_months(day, 12)  # assigned in November, due in February
        if words and day is None:
            self.plan.fail(
                Columns.DUE.label, _("“%(value)s” is no date. Write it as 2025-09-02.") % {"value": words}
            )
        elif day and assigned_on and day < assigned_on:
            self.plan.fail(Columns.DUE.label, _("It was due before it was assigned."))
        return day

    def _deputy(self, column, name, remark, delegation=""):
        """The mandate a name means. Of several, what stands in brackets tells, of the lead the delegation too."""
        if not name:
            self.plan.fail(column.label, _("The name is missing."))
            return None
        found = self.known.people.get(name, [])
        telling = remark or delegation
        if len(found) > 1 and telling:
            found = [m for m in found if telling in (m.card_no, str(m.delegation or ""))]
        if len(found) == 1:
            return found[0]
        if name in self.known.people:
            reason = _("Several deputies are called so. Write which one: %(names)s.")
        else:
            reason = _("No deputy of this congress is called %(name)s.")
        told = "、".join(
            f"{name}（{m.card_no or m.delegation}）" for m in found or self.known.people.get(name, ())
        )
        self.plan.fail(column.label, reason % {"name": name, "names": told})
        return None

    def _cosigners(self, lead):
        """Who signed the paper beside the lead, each once."""
        found = [
            self._deputy(Columns.COSIGNERS, name, remark)
            for name, remark in cells.people(self.given.get("cosigners"))
        ]
        return list(dict.fromkeys(m.deputy for m in found if m and not (lead and m.deputy == lead.deputy)))

    def _units(self, day):
        """``(unit, part)`` of everybody named; a unit has one part, the first."""
        first, others = cells.units(self.given.get("lead_unit"))
        named = [(Columns.LEAD_UNIT, Part.LEAD, first)] if first else []
        named += [(Columns.LEAD_UNIT, Part.CO, name) for name in others]
        for column, part in ((Columns.CO_UNITS, Part.CO), (Columns.SEPARATE, Part.SEPARATE)):
            first, others = cells.units(self.given.get(column.field))
            named += [(column, part, name) for name in (first, *others) if name]
        held = {}
        for column, part, name in named:
            unit = self._unit(column, name, day, Unit.Kind.DEPARTMENT)
            if unit and unit.name in held:
                self.plan.warnings.append(_("%(unit)s is named twice; it has one part.") % {"unit": unit})
            held.setdefault(unit.name if unit else (column, name), (unit, part))
        parts = [part for _unit, part in held.values()]
        if parts and (why := assigning.why_not_together(parts)):
            column = Columns.SEPARATE if Part.SEPARATE in parts else Columns.LEAD_UNIT
            self.plan.fail(column.label, why)
        if held and not day:
            self.plan.fail(Columns.ASSIGNED.label, _("The day of the assignment is missing."))
        return [(unit, part) for unit, part in held.values() if unit]

    def _unit(self, column, name, day, kind):
        """The unit called so on ``day``; an unknown one is an error, or made when that is wanted."""
        day = day or clock.today()
        found = {
            unit
            for unit, since, until in self.known.units.get(name, ())
            if (since is None or since <= day) and (until is None or day < until)
        }
        if len(found) > 1:
            self.plan.fail(
                column.label, _("Several units are called %(name)s; give the full name.") % {"name": name}
            )
        elif found:
            (unit,) = found
            why = assigning.why_not_current([unit], day)
            if not why:
                return unit
            self.plan.fail(column.label, why)
        else:
            made = self.known.missing.setdefault((Unit, name), Unit(name=name, kind=_kind(name, kind)))
            if self.known.create_missing:
                self.plan.check(Write(made, {"name": name}))
                return made
            self.plan.fail(
                column.label,
                _("“%(name)s” is not known. Correct it, or let the import make it.") % {"name": name},
            )
        return None

    def _committee(self, day):
        name = cells.text(self.given.get("committee"))
        unit = name and self._unit(Columns.COMMITTEE, name, day, Unit.Kind.COMMITTEE)
        if not unit:
            return None
        if unit.pk and hasattr(unit, "committee"):
            return unit.committee
        if unit.pk:
            self.plan.fail(Columns.COMMITTEE.label, _("%(unit)s is no committee.") % {"unit": unit})
            return None
        kind = Committee.Kind.WORKING if "工作" in name else Committee.Kind.SPECIAL
        return self.known.missing.setdefault((Committee, name), Committee(unit=unit, kind=kind))


def _kind(name, kind):
    """What a unit nobody entered yet is, by its name."""
    if kind == Unit.Kind.DEPARTMENT:
        for other, words in ((Unit.Kind.LOCAL, LOCAL), (Unit.Kind.COURT, COURT), (Unit.Kind.PARTY, PARTY)):
            if re.search(words, name):
                return other
    return kind
