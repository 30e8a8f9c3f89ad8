"""The roster of deputies (代表名册), as offices keep it in a table (D8.2): what its columns are and what a row means."""

import re
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Area
from common import cells
from common.imports import RowPlan, SheetKind, Write
from common.sheets import Column, SheetError
from common.text import half_width

from .models import Delegation, Deputy, DeputyGroup, Level, Mandate, Term

PARTIES = {
    "中共": "中共党员",
    "党员": "中共党员",
    "中国共产党": "中共党员",
    "无党派": "无党派人士",
    "农工": "农工党",
    "致公": "致公党",
    "九三": "九三学社",
}
SEXES = {"女": Deputy.Sex.FEMALE, "男": Deputy.Sex.MALE}
NUMBER = re.compile(r"第([一二三四五六七八九十\d]+)届")


@dataclass
class Known:
    """Everything rows are compared with."""

    term: Term
    by_card: dict
    by_name: dict
    delegations: dict
    groups: dict
    areas: list
    create_missing: bool
    cards_of_file: set
    elsewhere: dict = field(default_factory=dict)  # name: people without a mandate of this term
    missing: dict = field(default_factory=dict)
    cards: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    order: int = 0


class RosterSheet(SheetKind):
    """Deputies of one term. People are found by card number, else by name and delegation, never by name alone.

    Who sat in another term or level is found by name with phone or month of birth, and gets a further mandate.
    """

    key = "roster"
    label = gettext_lazy("Roster of deputies")
    permission = "deputies.import_deputy"
    names_others = True
    CARD = Column("card_no", ("代表证号", "证号", "代表证编号", "代表编号"))
    NAME = Column("name", ("姓名", "代表姓名", "名称", "名字"), required=True)
    SEX = Column("sex", ("性别",))
    ETHNICITY = Column("ethnicity", ("民族",))
    BIRTH = Column("birth", ("出生年月", "出生日期", "生年月", "出生", "出生时间"))
    PARTY = Column("party", ("党派", "政治面貌"))
    EDUCATION = Column("education", ("学历", "文化程度"))
    DEGREE = Column("degree", ("学位",))
    POST = Column("post", ("工作单位及职务", "单位及职务", "单位职务", "职务", "工作单位职务"))
    CATEGORY = Column("category", ("代表类别", "类别", "代表构成"))
    DELEGATION = Column(
        "delegation",
        ("代表团", "选举单位", "原选举单位", "所属代表团"),
        required=True,
        fill_down=True,
        or_sheet_name=True,
    )
    GROUP = Column("group", ("专业代表小组", "代表小组", "专业小组", "小组"))
    STATION = Column("station_name", ("进站联络站", "联络站", "代表联络站", "所在联络站"))
    PHONE = Column("phone", ("联系电话", "手机", "电话号码", "联系方式", "手机号码", "移动电话", "电话"))
    ADDRESS = Column("address", ("通讯地址", "联系地址", "地址"))
    NATIVE = Column("native_place", ("籍贯",))
    columns = (CARD, NAME, SEX, ETHNICITY, BIRTH, NATIVE, PARTY, EDUCATION, DEGREE, POST, CATEGORY, DELEGATION, GROUP, STATION, PHONE, ADDRESS)  # fmt: skip
    PLAIN = (
        NATIVE,
        EDUCATION,
        DEGREE,
        POST,
        CATEGORY,
        ADDRESS,
    )  # columns of Deputy that are kept as they come

    def prepare(self, sheet, options):
        term = _term(sheet.title, options.get("term"))
        mandates = Mandate.objects.filter(term=term).select_related("deputy", "delegation", "group", "area")
        known = Known(
            term=term,
            by_card={mandate.card_no: mandate for mandate in mandates if mandate.card_no},
            by_name={},
            delegations={
                delegation.name: delegation for delegation in term.delegations.select_related("area")
            },
            groups={group.name: group for group in term.groups.all()},
            areas=sorted(Area.objects.inside(term.area.code), key=lambda area: -len(area.name)),
            create_missing=bool(options.get("create_missing")),
            cards_of_file={cells.code(row.cells.get("card_no")) for row in sheet.rows},
        )
        for mandate in mandates:
            known.by_name.setdefault((mandate.deputy.name, mandate.delegation_id), []).append(mandate)
        here = Mandate.objects.filter(term=term, deputy=OuterRef("pk"))
        for deputy in Deputy.objects.filter(~Exists(here), name__in=self._names(sheet)):
            known.elsewhere.setdefault(deputy.name, []).append(deputy)
        return known

    @staticmethod
    def _names(sheet):
        return {cells.name(row.cells.get("name"))[0] for row in sheet.rows}

    def plan_row(self, row, known):
        plan = RowPlan(row.number)
        known.order += 1
        given = row.cells
        name, remark = cells.name(given.get("name"))
        plan.title = name
        if not name:
            plan.fail(self.NAME.label, _("The name is missing."))
        delegation = self._named(plan, self.DELEGATION, given, known, known.delegations, Delegation)
        group = self._named(plan, self.GROUP, given, known, known.groups, DeputyGroup)
        if not cells.text(given.get("delegation")):
            plan.fail(self.DELEGATION.label, _("The delegation is missing."))
        card_no = cells.code(given.get("card_no"))
        if card_no and card_no in known.cards:
            plan.fail(
                self.CARD.label, _("Row %(row)s has the same card number.") % {"row": known.cards[card_no]}
            )
        elif card_no:
            known.cards[card_no] = row.number
        mandate = self._mandate(plan, name, card_no, delegation, known, row.number)
        deputy = mandate.deputy if mandate.pk else self._elected_again(name, given, known)
        person = self._person(plan, given, name, remark, deputy)
        office = {
            "deputy": deputy,
            "term": known.term,
            "level": known.term.level,
            "display_order": known.order,
        }
        if card_no:
            office["card_no"] = card_no
        office["delegation"] = delegation
        if "group" in given:
            office["group"] = group
        if "station_name" in given:
            office["station_name"] = cells.text(given["station_name"])[:100]
        office["area"] = _area(office.get("station_name", mandate.station_name), delegation, known.areas)
        if not plan.errors:
            plan.writes = [Write(deputy, person), Write(mandate, office)]
        return plan

    def _named(self, plan, column, given, known, held, model):
        """The record a cell names; an unknown one is an error, or made when that is wanted."""
        name = cells.text(given.get(column.field))
        if not name or name in held:
            return held.get(name)
        if (model, name) not in known.missing:
            known.missing[model, name] = model(term=known.term, name=name)
            if model is Delegation:
                known.missing[model, name].area = next((a for a in known.areas if a.name == name), None)
        if known.create_missing:
            plan.check(Write(known.missing[model, name], {"name": name}))
            return known.missing[model, name]
        plan.fail(
            column.label,
            _("“%(name)s” is not known. Correct it, or let the import make it.") % {"name": name},
        )
        return None

    def _mandate(self, plan, name, card_no, delegation, known, number):
        """The stored mandate this row is about, or a new one; one whose card stands in another row is that row's."""
        if card_no in known.by_card:
            return known.by_card[card_no]
        namesakes = [
            m
            for m in known.by_name.get((name, delegation and delegation.pk), [])
            if not m.card_no or not (card_no or m.card_no in known.cards_of_file)
        ]
        if len(namesakes) > 1:
            plan.fail(self.NAME.label, _("Several deputies of this name are stored; give the card number."))
        if not card_no:
            twin = known.people.setdefault((name, str(delegation)), number)
            if twin != number:
                plan.fail(
                    self.NAME.label,
                    _("Row %(row)s has the same name; give card numbers to both.") % {"row": twin},
                )
        return namesakes[0] if namesakes else Mandate()

    def _elected_again(self, name, given, known):
        """Somebody of another term or level with this name, and with this phone or month of birth; else a new person."""
        scratch = RowPlan(0)  # unreadable cells are told once, by _person
        phone, _landline = scratch.take(cells.phones, given, self.PHONE, default=("", ""))
        year, month, _warning = scratch.take(cells.birth, given, self.BIRTH, default=(None, None, ""))
        same = [
            deputy
            for deputy in known.elsewhere.get(name, ())
            if (phone and deputy.phone == phone)
            or (month and (deputy.birth_year, deputy.birth_month) == (year, month))
        ]
        if len(same) != 1:
            return Deputy()
        known.elsewhere[name].remove(same[0])
        return same[0]

    def _person(self, plan, given, name, remark, deputy):
        values = {"name": name}
        if deputy.pk and deputy.name != name:
            values["pinyin"] = ""
        sex = cells.text(given.get("sex")) or remark
        if sex[:1] in SEXES:
            values["sex"] = SEXES[sex[:1]]
        elif cells.text(given.get("sex")):
            plan.fail(self.SEX.label, _("“%(value)s” is neither 男 nor 女.") % {"value": sex})
        elif "sex" in given or not deputy.pk:
            values["sex"] = Deputy.Sex.MALE  # rosters mark women only (D8.3)
        if "ethnicity" in given or not deputy.pk:
            people = cells.text(given.get("ethnicity")) or (remark if remark.endswith("族") else "") or "汉族"
            values["ethnicity"] = people if people.endswith(("族", "人")) else f"{people}族"
        if "birth" in given:
            year, month, warning = plan.take(cells.birth, given, self.BIRTH, default=(None, None, ""))
            if month is None and year == deputy.birth_year and deputy.birth_month in (1, 10) and warning:
                month = deputy.birth_month  # what the file leaves open does not erase what is known
            elif warning:
                plan.warnings.append(warning)
            values |= {"birth_year": year, "birth_month": month}
        if "party" in given:
            party = cells.text(given["party"])
            values["party"] = PARTIES.get(party, party)
        if "phone" in given:
            values["phone"], values["landline"] = plan.take(cells.phones, given, self.PHONE, default=("", ""))
        for column in self.PLAIN:
            if column.field in given:
                values[column.field] = cells.text(given[column.field])[
                    : Deputy._meta.get_field(column.field).max_length
                ]
        return values


def _term(title, number):
    """The city term that the choice, else the title (第十届), else today tells."""
    terms = Term.objects.filter(level=Level.CITY).select_related("area")
    found = NUMBER.search(half_width(title))
    if not number and found:
        number = int(re.sub(r"\D", "", cells.han_numbers(found.group(1))) or 0)
    term = terms.filter(number=number).first() if number else terms.first()
    if term is None:
        raise SheetError(
            _(
                "The congress this roster belongs to is not entered yet. Enter the term first, then send the file again."
            )
        )
    return term


def _area(station_name, delegation, areas):
    """Where a deputy belongs: the town or street the station is named after, else the delegation's area."""
    scope = delegation.area.code if delegation and delegation.area_id else ""
    for area in areas:
        if station_name and station_name.startswith(area.name) and area.code.startswith(scope):
            return area
    return delegation.area if delegation and delegation.area_id else None
