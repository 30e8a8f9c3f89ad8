"""The register of stations as offices keep it in a table (联络站基本情况表, D8.2 no. 5): its columns and what a row means.

A row is the station of its name, or of a name it had formerly (D3.1); of its people and its reception day it says what
holds now, of its stars what was awarded for the year before.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from django import forms
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Area
from common import cells, clock
from common.imports import RowPlan, SheetKind, Write
from common.sheets import Column, SheetError
from common.text import half_width
from deputies.models import Level, Term

from . import days, names
from .models import ReceptionRule, Residency, Star, StarRecord, Station, StationPost

K, DUTY = Station.Kind, StationPost.Duty
STAR_WORDS = {Star.NONE: "未评", Star.THREE: "三星", Star.FOUR: "四星", Star.FIVE: "五星"}
DIGITS = {"三": 3, "四": 4, "五": 5, "3": 3, "4": 4, "5": 5}
UNRATED = {"未评", "未评定", "无", "无星", "不定星", "—", "-", "/", "0"}
RULE = ("months", "day", "weekday", "begins", "ends")  # columns of a rule of reception days
UNORDERED = Station._meta.get_field("display_order").default


@dataclass
class Known:
    """Everything rows are compared with."""

    areas: list  # counties and all in them
    stations: names.Known
    named: set  # what the rows of this file are called
    year: int  # for which the stars were awarded
    counts: dict  # deputies resident, by station
    order: int
    rows: dict = field(default_factory=dict)  # name: row
    above: dict = field(default_factory=dict)  # (area, kind): homes and stations that others can belong to
    no_counties: set = field(default_factory=set)
    warnings: list = field(default_factory=list)


class StationTable(SheetKind):
    """Stations of the city or of a county."""

    key = "stations"
    label = gettext_lazy("Register of liaison stations")
    permission = "liaison_stations.import_station"
    COUNTY = Column("county", ("县区", "县", "区县", "所属县区", "所在县区"), fill_down=True)
    TOWNSHIP = Column(
        "township",
        ("乡镇(街道)", "乡镇街道", "乡镇", "街道", "所属乡镇", "所在乡镇"),
        required=True,
        fill_down=True,
    )
    NAME = Column("name", ("站点名称", "联络站名称", "联络站", "站点", "名称", "站名"), required=True)
    KIND = Column("kind", ("类型", "站点类型", "类别"))
    ADDRESS = Column("address", ("地址", "站点地址", "详细地址"))
    FLOOR_AREA = Column("floor_area", ("面积(㎡)", "面积", "建筑面积", "场所面积"))
    HEAD = Column("head", ("站长", "负责人"))
    DEPUTY_HEAD = Column("deputy_head", ("副站长",))
    OFFICER = Column("officer", ("联络员", "联系人"))
    PHONE = Column("phone", ("联系电话", "电话", "手机", "联络员电话", "联系方式"))
    DEPUTIES = Column("deputies", ("进站代表数(国/省/市/县/乡)", "进站代表", "代表数", "进站代表人数"))
    RECEPTION = Column("reception", ("接待日", "接待时间", "接待日安排"))
    STARS = Column("stars", ("上年星级", "星级", "上年度星级", "现有星级"))
    NOTE = Column("note", ("备注",))
    columns = (COUNTY, TOWNSHIP, NAME, KIND, ADDRESS, FLOOR_AREA, HEAD, DEPUTY_HEAD, OFFICER, PHONE, DEPUTIES, RECEPTION, STARS, NOTE)  # fmt: skip
    KIND_WORDS = {K.HOME: "家", K.STATION: "站", K.POINT: "点"}
    MARKS = {Station.Demonstration.PROVINCE: "省级示范", Station.Demonstration.CITY: "市级示范"}
    PEOPLE = ((HEAD, DUTY.HEAD), (DEPUTY_HEAD, DUTY.DEPUTY_HEAD), (OFFICER, DUTY.OFFICER))

    @staticmethod
    def counties() -> dict:
        """Their names by code."""
        kinds = (Area.Kind.DISTRICT, Area.Kind.COUNTY)
        return dict(Area.objects.filter(kind__in=kinds).values_list("code", "name"))

    def option_fields(self):
        return {
            "year": forms.IntegerField(
                label=_("the stars are those of the year"),
                initial=clock.today().year - 1,
                min_value=2000,
                max_value=2100,
            )
        }

    def prepare(self, sheet, options):
        areas = _city_of(sheet.rows, self.TOWNSHIP.field)
        stored = Station.objects.select_related("area", "parent").prefetch_related(
            "posts", "rules", "star_records"
        )
        resident = Residency.objects.current().order_by().values_list("station")
        placed = Station.objects.exclude(display_order=UNORDERED).aggregate(last=Max("display_order"))
        known = Known(
            areas=areas,
            stations=names.Known(stored),
            named={names.spelt(row.cells["name"]) for row in sheet.rows},
            year=int(options.get("year") or clock.today().year - 1),
            counts=dict(resident.annotate(Count("pk"))),
            order=placed["last"] or 0,
        )
        for station in known.stations.by_name.values():
            if station.is_open:
                known.above.setdefault((station.area_id, station.kind), []).append(station)
        # what others belong to is read and written before them, wherever it stands in the file
        sheet.rows.sort(key=lambda row: Station.RANKS.get(_kind(row.cells), 9))
        return known

    def plan_row(self, row, known) -> RowPlan:
        plan, given = RowPlan(row.number), row.cells
        name = plan.title = names.spelt(given.get("name"))
        if not name:
            plan.fail(self.NAME.label, _("The name is missing."))
        elif known.rows.setdefault(name, row.number) != row.number:
            plan.fail(
                self.NAME.label,
                _("Row %(row)s has the same name. Give each its own, then send the file again.")
                % {"row": known.rows[name]},
            )
        area = self._area(plan, given, known)
        station = self._station(plan, name, area, known)
        values = self._values(plan, given, name, area, station, known)
        stars = plan.take(_stars, given, self.STARS)
        if plan.errors:
            return plan
        known.order += station.pk is None
        plan.writes = [Write(station, values)]
        self._people(plan, given, station, values)
        self._reception(plan, given, station)
        self._awarded(plan, stars, station, values, known)
        self._remark(plan, given, values)
        self._compare(plan, given, station, known)
        self._offer(plan, station, values, known)
        return plan

    # What a station is

    def _area(self, plan, given, known):
        """The street, town or township; a functional area (高新区) has none of its own in the list of areas."""
        county_name, name = (cells.text(given.get(column.field)) for column in (self.COUNTY, self.TOWNSHIP))
        if not name:
            plan.fail(self.TOWNSHIP.label, _("The township is missing."))
            return None
        county = next(
            (a for a in known.areas if len(a.code) == 6 and county_name and a.name == county_name), None
        )
        within = [a for a in known.areas if len(a.code) == 9 and _is_called(a, name)]
        found = [a for a in within if county is None or a.code.startswith(county.code)]
        if len(found) == 1:
            if county_name and county is None and county_name not in known.no_counties:
                known.no_counties.add(county_name)
                known.warnings.append(
                    _("“%(county)s” is no county of the list of areas; the township tells where it lies.")
                    % {"county": county_name}
                )
            return found[0]
        if len(found) > 1:
            reason = _("Several are called %(name)s; give the county.")
        elif within:
            reason = _("%(name)s does not lie in %(county)s.")
        else:
            reason = _("%(name)s is not known. Correct it, or enter the area first.")
        plan.fail(self.TOWNSHIP.label, reason % {"name": name, "county": county_name})
        return None

    def _station(self, plan, name, area, known):
        """The stored station a row is about, or a new one. One renamed since is found by its former name in its area."""
        if name in known.stations.by_name:
            station = known.stations.by_name[name]
        else:
            former = [
                station
                for station in known.stations.called(name)
                if area and station.area_id == area.pk and station.name not in known.named
            ]
            station = former[0] if len(former) == 1 else Station()
        if station.pk and not station.is_open:
            plan.fail(
                self.NAME.label,
                _("This station is %(state)s. Open it again first, or take the row out.")
                % {"state": station.get_state_display()},
            )
        return station

    def _values(self, plan, given, name, area, station, known):
        values = {"name": name, "area": area}
        if station.pk is None:
            values["display_order"] = known.order + 1
        elif station.name != name:
            values["pinyin"] = ""
            plan.warnings.append(_("It was called %(name)s.") % {"name": station.name})
        kind = _kind(given)
        if kind:
            values["kind"] = kind
        elif cells.text(given.get("kind")) or station.pk is None:
            plan.fail(self.KIND.label, _("Write 家, 站 or 点."))
        if "行业" in cells.text(given.get("kind")):
            values["nature"] = Station.Nature.SECTOR
        if "address" in given:
            values["address"] = cells.text(given["address"])[:200]
        if "floor_area" in given:
            values["floor_area"] = plan.take(_square_metres, given, self.FLOOR_AREA)
        if "reception" in given:
            values["reception_note"] = cells.text(given["reception"])[:100]
        if kind and area and station.parent_id is None:
            values |= self._parent(plan, area, kind, known)
        return values

    def _parent(self, plan, area, kind, known):
        """A point belongs to the station of its township, else to its home; a station to the home."""
        for upper in {K.POINT: (K.STATION, K.HOME), K.STATION: (K.HOME,)}.get(kind, ()):
            found = known.above.get((area.pk, upper), [])
            if len(found) == 1:
                return {"parent": found[0]}
            if found:
                plan.warnings.append(
                    _("Several stations of %(area)s could be the one it belongs to; choose on its own page.")
                    % {"area": area}
                )
                return {}
        if kind == K.POINT:
            plan.warnings.append(
                _("No station of %(area)s is known to which it could belong.") % {"area": area}
            )
        return {}

    def _offer(self, plan, station, values, known):
        """Let others belong to it, unless the row cannot be written after all."""
        scratch = RowPlan(0)
        for write in plan.writes:
            scratch.check(write)
        if scratch.errors:
            return
        kind, area = values.get("kind", station.kind), values["area"]
        offered = known.above.setdefault((area.pk, kind), [])
        if station not in offered and not station.pk:
            station.name = values["name"]  # for whom it is shown before it is stored
            offered.append(station)

    # Its people

    def _people(self, plan, given, station, values):
        """Who is named for each duty; others of that duty no longer hold it. A mobile is the officer's, a landline the station's."""
        mobiles, landline = plan.take(_phones, given, self.PHONE, default=([], ""))
        if landline:
            values["phone"] = landline[:40]
        held = [post for post in station.posts.all() if _holds(post)] if station.pk else []
        today = clock.today()
        written = {}
        for column, duty in self.PEOPLE:
            people = cells.names(given.get(column.field))
            if not people:
                continue
            theirs = {post.name: post for post in held if post.duty == duty}
            for name in people:
                post = theirs.get(name) or StationPost()
                new = {"station": station, "duty": duty, "name": name}
                if theirs and not post.pk:
                    new["since"] = today  # after somebody else
                written.setdefault(duty, []).append(Write(post, new, shown=("duty", "name", "phone")))
            written.setdefault("gone", []).extend(
                Write(post, {"until": today}) for name, post in theirs.items() if name not in people
            )
        owners = written.get(DUTY.OFFICER) or written.get(DUTY.HEAD) or []
        for write, mobile in zip(owners, mobiles, strict=False):
            write.values["phone"] = mobile
        if len(mobiles) > len(owners):
            plan.warnings.append(
                _("A mobile number whose owner is not named was left out; enter it with the person.")
            )
        for writes in written.values():
            plan.writes += writes

    # Its days and stars

    def _reception(self, plan, given, station):
        said = cells.text(given.get("reception"))
        if not said:
            return
        rule = days.read(said)
        if rule is None:
            plan.warnings.append(
                _("“%(text)s” is kept as it is; enter the rule that makes the days by hand.") % {"text": said}
            )
            return
        values = {name: getattr(rule, name) for name in RULE}
        held = list(station.rules.all()) if station.pk else []
        if any(values == {name: getattr(one, name) for name in RULE} for one in held):
            return
        if len(held) > 1:
            plan.warnings.append(_("It has several rules of reception days; change them on its own page."))
            return
        record = held[0] if held else ReceptionRule()
        plan.writes.append(Write(record, {"station": station} | values, shown=()))

    def _awarded(self, plan, stars, station, values, known):
        """The star of the year before, for the history. What a review decided no table changes; what a table said another may."""
        if stars is None:
            return
        records = list(station.star_records.all()) if station.pk else []
        held = next((record for record in records if record.year == known.year), None)
        if held and (held.review_id or held.decided_on):
            if held.new_stars != stars:
                plan.warnings.append(
                    _("For %(year)s it was awarded %(stars)s; a table does not change that.")
                    % {"year": known.year, "stars": held.get_new_stars_display()}
                )
            return
        if held:
            plan.writes.append(Write(held, {"new_stars": stars}))
        elif stars:
            record = {
                "station": station,
                "year": known.year,
                "new_stars": stars,
                "published_on": clock.today(),
            }
            plan.writes.append(Write(StarRecord(), record, shown=("year", "new_stars")))
        if not any(record.year > known.year for record in records):
            values["stars"] = stars

    # What else it says

    def _remark(self, plan, given, values):
        said = cells.text(given.get("note"))
        if not said:
            return
        marks = {mark: demonstration for demonstration, mark in self.MARKS.items() if mark in said}
        if marks:
            values["demonstration"] = next(iter(marks.values()))
        if "提级" in said:
            values["is_city_managed"] = True
        if not marks and "提级" not in said:
            plan.warnings.append(_("The remark is not kept: %(text)s") % {"text": said[:40]})

    def _compare(self, plan, given, station, known):
        """How many deputies belong to a station follows from the deputies; a table that says otherwise is told."""
        numbers = re.findall(r"\d+", cells.code(given.get("deputies")))
        if not numbers or not station.pk:
            return
        said, counted = sum(map(int, numbers)), known.counts.get(station.pk, 0)
        if said != counted:
            plan.warnings.append(
                _("The table counts %(said)s deputies; %(counted)s belong to it here.")
                % {"said": said, "counted": counted}
            )


def _city_of(rows, column) -> list:
    """The areas of the city in which most of the townships named lie: a list of areas may be that of a whole province.

    Where two cities have as many of them, it is the one whose congress this is.
    """
    areas = list(Area.objects.order_by("code"))
    if not any(len(area.code) == 9 for area in areas):
        raise SheetError(
            _("The areas of the city are not entered yet. Import them first, then send the file again.")
        )
    given = {cells.text(row.cells.get(column)) for row in rows}
    found = Counter(
        code
        for name in given
        for code in {area.code[:4] for area in areas if len(area.code) == 9 and _is_called(area, name)}
    )
    own = set(Term.objects.filter(level=Level.CITY).values_list("area__code", flat=True))
    city = max(found, key=lambda code: (found[code], code in own, -int(code)), default="")
    return [area for area in areas if area.code.startswith(city)]


def _kind(given) -> str:
    """The kind its column tells, else the end of its name."""
    said = cells.text(given.get("kind"))
    return names.kind_of(re.sub(r"综合|行业|型|[/、\s]", "", half_width(said))) or (
        "" if said and "行业" not in said and "综合" not in said else names.kind_of(given.get("name"))
    )


def _is_called(area, name) -> bool:
    """城南 and 城南街道办事处 are 城南街道."""
    plain = re.sub(r"(街道)?办事处$|人民政府$", "", "".join(name.split()))
    return area.name in (name, plain) or re.sub(r"(街道|镇|乡)$", "", area.name) == plain


def _square_metres(value):
    """约150, 100㎡, 120平方米 in whole square metres."""
    said = re.sub(r"\s|约|左右|余|多|以上|㎡|m2|m²|平方米|平方|平米|平", "", half_width(cells.text(value)))
    found = cells.number(said)
    if found is not None and not 0 < found < 1_000_000:
        raise cells.CellError(_("“%(value)s” is no floor area.") % {"value": cells.text(value)})
    return found and int(found.to_integral_value())


def _stars(value):
    """★★★★★, 五星, 三星级, 未评; ``None`` where nothing is said."""
    said = cells.code(value)
    if not said:
        return None
    if said in UNRATED:
        return Star.NONE
    marks = said.count("★")
    found = re.fullmatch(r"([三四五345])星?(?:级)?(?:联络站)?", said)
    number = marks if marks and not said.strip("★☆") else found and DIGITS[found.group(1)]
    if number not in Star.values:
        raise cells.CellError(
            _("“%(value)s” is no star. Write 五星, 四星, 三星 or 未评.") % {"value": cells.text(value)}
        )
    return Star(number)


def _phones(value):
    """``([mobiles], landline)`` of one cell."""
    mobile, others = cells.phones(value)
    parts = [part for part in others.split("、") if part]
    more = [part for part in parts if cells.MOBILE.fullmatch(part)]
    return [mobile, *more] if mobile else [], "、".join(part for part in parts if part not in more)


def _holds(post) -> bool:
    today = clock.today()
    return (post.since is None or post.since <= today) and (post.until is None or post.until > today)
