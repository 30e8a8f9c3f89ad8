"""Sheets about areas and the calendar."""

import json
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import cells
from common.imports import RowPlan, SheetKind, Write
from common.models import Holiday
from common.sheets import Column, Row, Sheet, SheetError

from .models import Area

ENDINGS = {
    4: {"市": Area.Kind.CITY},
    6: {"区": Area.Kind.DISTRICT, "县": Area.Kind.COUNTY, "市": Area.Kind.COUNTY},
    9: {"街道": Area.Kind.STREET, "镇": Area.Kind.TOWN, "乡": Area.Kind.TOWNSHIP},
}


def kind_of(code: str, name: str) -> str:
    """What an area is, from the length of its code and the end of its name: an industrial park (园区) is no district."""
    endings = ENDINGS.get(len(code), {})
    return next((kind for ending, kind in endings.items() if name.endswith(ending)), Area.Kind.OTHER)


@dataclass
class KnownAreas:
    areas: dict
    codes: set
    parents: set = field(default_factory=set)
    seen: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)


class AreaSheet(SheetKind):
    """Areas by GB/T 2260 code. The tree is in the code, so a parent that is no row yet is a warning, not an error."""

    key = "areas"
    label = gettext_lazy("Areas")
    permission = "accounts.import_area"
    CODE = Column("code", ("区划代码", "代码", "code", "编码"), required=True)
    NAME = Column("name", ("名称", "区划名称", "name", "地区"), required=True)
    columns = (CODE, NAME)

    def prepare(self, sheet, options):
        areas = {area.code: area for area in Area.objects.all()}
        given = {re.sub(r"\D", "", cells.text(row.cells["code"])) for row in sheet.rows}
        return KnownAreas(areas, set(areas) | given)

    def plan_row(self, row: Row, known: KnownAreas) -> RowPlan:
        plan = RowPlan(row.number)
        code = cells.half_width(cells.text(row.cells.get("code")))
        name = cells.text(row.cells.get("name"))
        plan.title = f"{code} {name}"
        if not re.fullmatch(r"\d{4}|\d{6}|\d{9}|\d{12}", code):
            plan.fail(self.CODE.label, _("A code has 4, 6, 9 or 12 digits."))
        elif code in known.seen:
            plan.fail(self.CODE.label, _("Row %(row)s has the same code.") % {"row": known.seen[code]})
        if not name:
            plan.fail(self.NAME.label, _("The name is missing."))
        if plan.errors:
            return plan
        known.seen[code] = row.number
        area = known.areas.get(code) or Area(code=code)
        plan.writes.append(Write(area, {"code": code, "name": name, "kind": kind_of(code, name)}))
        parent = Area(code=code).parent_code
        if parent and parent not in known.codes and parent not in known.parents:
            known.parents.add(parent)
            plan.warnings.append(
                _("The area %(code)s it lies in is not known; enter its name.") % {"code": parent}
            )
        return plan


class HolidaySheet(SheetKind):
    """Holidays and make-up days: a table, or the JSON that calendars of the State Council's notices come in."""

    key = "holidays"
    label = gettext_lazy("Holidays and make-up days")
    permission = "common.import_holiday"
    DAY = Column("day", ("日期", "date", "日子"), required=True)
    NAME = Column("name", ("名称", "节日", "name", "节假日"), required=True)
    OFF = Column("off", ("放假", "是否放假", "isOffDay", "休息"), required=True)
    columns = (DAY, NAME, OFF)

    def read(self, data):
        if data.lstrip()[:1] != b"{":
            return super().read(data)
        try:
            days = json.loads(data)["days"]
            return Sheet(
                rows=[
                    Row(
                        n,
                        "",
                        {"day": day["date"], "name": day["name"], "off": "是" if day["isOffDay"] else "否"},
                    )
                    for n, day in enumerate(days, 1)
                ]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise SheetError(
                _("This JSON file holds no calendar: “days” with date, name and isOffDay is expected.")
            ) from error

    def prepare(self, sheet, options):
        return {holiday.day: holiday for holiday in Holiday.objects.all()}

    def plan_row(self, row, known):
        plan = RowPlan(row.number)
        day = plan.take(cells.day, row.cells, self.DAY)
        name = cells.text(row.cells.get("name"))[:40]
        plan.title = f"{cells.text(row.cells.get('day'))} {name}"
        if not plan.errors and day is None:
            plan.fail(self.DAY.label, _("The date is missing."))
        if not name:
            plan.fail(self.NAME.label, _("The name is missing."))
        if not plan.errors:
            holiday = known.setdefault(day, Holiday(day=day))
            plan.writes.append(
                Write(holiday, {"day": day, "name": name, "is_off": cells.yes(row.cells.get("off"))})
            )
        return plan
