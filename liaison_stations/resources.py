"""Stations as the table offices keep of them (联络站基本情况表, D8.2 no. 5); what is exported can be imported again and changes nothing."""

from collections import Counter

from django.db.models import Prefetch
from import_export.fields import Field

from common import clock
from common.import_admin import SheetResource
from common.text import masked
from deputies.models import Deputy, Level

from .models import Residency, StarRecord, StationPost, current
from .station_table import STAR_WORDS, StationTable

DUTIES = StationPost.Duty


def _column(column, attribute=None):
    return Field(attribute, column.label)


class StationResource(SheetResource):
    """One row a station; mobile phones masked for who may not see them."""

    title = StationTable.label

    county = _column(StationTable.COUNTY)
    township = _column(StationTable.TOWNSHIP, "area__name")
    name = _column(StationTable.NAME, "name")
    kind = _column(StationTable.KIND)
    address = _column(StationTable.ADDRESS, "address")
    floor_area = _column(StationTable.FLOOR_AREA, "floor_area")
    head = _column(StationTable.HEAD)
    officer = _column(StationTable.OFFICER)
    phone = _column(StationTable.PHONE)
    deputies = _column(StationTable.DEPUTIES)
    reception_note = _column(StationTable.RECEPTION, "reception_note")
    stars = _column(StationTable.STARS)
    note = _column(StationTable.NOTE)

    def iter_queryset(self, queryset):
        self.counties = StationTable.counties()
        last_year = clock.today().year - 1
        return super().iter_queryset(
            queryset.select_related("area").prefetch_related(
                Prefetch("posts", StationPost.objects.filter(current()), to_attr="current_posts"),
                Prefetch("residencies", Residency.objects.current(), to_attr="current_residencies"),
                Prefetch("current_residencies__deputy", Deputy.objects.with_mandates()),
                Prefetch("star_records", StarRecord.objects.of_year(last_year), to_attr="last_stars"),
            )
        )

    def dehydrate_county(self, station):
        return self.counties.get(station.area.code[:6], "")

    def dehydrate_kind(self, station):
        return StationTable.KIND_WORDS[station.kind]

    def dehydrate_head(self, station):
        return _names(station, DUTIES.HEAD)

    def dehydrate_officer(self, station):
        return _names(station, DUTIES.OFFICER)

    def dehydrate_phone(self, station):
        phones = [post.phone for post in station.current_posts if post.duty == DUTIES.OFFICER and post.phone]
        if not (self.user and self.user.has_perm("liaison_stations.view_phone_station", station)):
            phones = list(map(masked, phones))
        return "、".join(filter(None, [*phones, station.phone]))

    def dehydrate_deputies(self, station):
        """国/省/市/县/乡: each deputy once, by the highest level."""
        highest = Counter(
            residency.deputy.shown_mandates[0].level
            for residency in station.current_residencies
            if residency.deputy.shown_mandates
        )
        return "/".join(str(highest[level]) for level in Level)

    def dehydrate_stars(self, station):
        return STAR_WORDS[station.last_stars[0].new_stars] if station.last_stars else ""

    def dehydrate_note(self, station):
        marks = [StationTable.MARKS.get(station.demonstration), station.is_city_managed and "提级管理"]
        return "、".join(filter(None, marks))


def _names(station, duty):
    return "、".join(post.name for post in station.current_posts if post.duty == duty)
