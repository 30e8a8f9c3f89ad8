"""The topic list of a year as a table (选题清单, D8.2 no. 10): what its columns are and what a row means.

A row is the topic of its number, or of its title where it has none; who took it is told by deputies themselves, so those
columns are exported and never read.
"""

from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from common import cells, clock
from common.imports import RowPlan, SheetKind, Write
from common.sheets import Column

from .models import Category, Topic
from .states import TopicState


@dataclass
class Known:
    year: int
    numbered: dict  # number: topic
    titled: dict  # title: topic
    units: dict  # name: unit
    categories: dict
    next_number: int
    rows: dict = field(default_factory=dict)  # title: row


class TopicTable(SheetKind):
    """The topics of one year."""

    key = "topics"
    label = gettext_lazy("Topic list")
    permission = "proposals.import_topic"
    NUMBER = Column("number", ("序号", "编号"))
    TITLE = Column("title", ("选题", "题目", "选题名称", "标题"), required=True)
    CATEGORY = Column("category", ("领域", "分类", "内容分类"))
    BACKGROUND = Column("background", ("背景说明", "背景", "说明"))
    PROPOSED_BY = Column("proposed_by", ("提供单位", "提出单位"))
    CONTACT_UNIT = Column("contact_unit", ("联系单位",))
    CONTACT = Column("contact", ("联系人",))
    columns = (NUMBER, TITLE, CATEGORY, BACKGROUND, PROPOSED_BY, CONTACT_UNIT, CONTACT)

    def option_fields(self):
        return {
            "year": forms.IntegerField(
                label=_("topics of the year"), initial=clock.today().year, min_value=1950, max_value=2100
            )
        }

    def prepare(self, sheet, options):
        year = int(options.get("year") or clock.today().year)
        stored = list(Topic.objects.filter(year=year).select_related("category"))
        units = {}
        for unit in Unit.objects.filter(dissolved_on=None):
            units |= {name: unit for name in (unit.name, unit.short_name) if name}
        given = [cells.number(row.cells.get("number")) for row in sheet.rows if _is_number(row)]
        return Known(
            year,
            {topic.number: topic for topic in stored if topic.number},
            {topic.title: topic for topic in stored},
            units,
            {category.name: category for category in Category.objects.all()},
            max([Topic.objects.next_number(year), *(int(number) + 1 for number in given if number)]),
        )

    def plan_row(self, row, known) -> RowPlan:
        plan = RowPlan(row.number)
        title = cells.text(row.cells.get("title"))
        number = self._number(plan, row.cells)
        plan.title = " ".join(filter(None, (str(number or ""), title)))
        if not title:
            plan.fail(self.TITLE.label, _("The title is missing."))
        elif known.rows.setdefault(title, row.number) != row.number:
            plan.fail(self.TITLE.label, _("Row %(row)s has the same title.") % {"row": known.rows[title]})
        values = {
            "title": title,
            "background": cells.text(row.cells.get("background")),
            "category": self._called(plan, self.CATEGORY, row.cells, known.categories),
            "proposed_by": self._called(plan, self.PROPOSED_BY, row.cells, known.units),
            "contact_unit": self._called(plan, self.CONTACT_UNIT, row.cells, known.units),
            "contact": cells.text(row.cells.get("contact")),
        }
        topic = known.numbered.get(number) if number else known.titled.get(title)
        if number and title in known.titled and known.titled[title] != topic:
            plan.fail(
                self.NUMBER.label,
                _("This topic has no. %(number)s.") % {"number": known.titled[title].number or "—"},
            )
        if plan.errors:
            return plan
        if topic is None:
            if not number:
                number, known.next_number = known.next_number, known.next_number + 1
            topic = known.numbered[number] = Topic(year=known.year)
            values |= {"year": known.year, "source": Topic.source_of(values["proposed_by"])}
        elif topic.state != TopicState.LISTED:
            plan.warnings.append(_("A unit offered this topic; decide about it on its own page."))
            return plan
        plan.writes.append(Write(topic, values | {"number": number or topic.number}))
        return plan

    def _number(self, plan, given):
        number = plan.take(cells.number, given, self.NUMBER)
        if number is not None and not (number == int(number) and 0 < number < 10_000):
            plan.fail(self.NUMBER.label, _("“%(value)s” is no number.") % {"value": number})
            return None
        return number and int(number)

    def _called(self, plan, column, given, records):
        name = cells.text(given.get(column.field))
        if name and name not in records:
            plan.fail(
                column.label, _("“%(name)s” is not known. Correct it, or enter it first.") % {"name": name}
            )
        return records.get(name)


def _is_number(row) -> bool:
    return cells.text(row.cells.get("number")).isdigit()
