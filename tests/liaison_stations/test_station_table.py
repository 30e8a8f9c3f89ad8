"""The register of stations as offices send it, on small samples (D8.2 no. 5, D8.3)."""

import io

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from common import import_undo, imports
from common.sheets import SheetError
from liaison_stations.models import ReceptionRule, StarRecord, Station, StationPost
from liaison_stations.station_table import StationTable

from .. import factories
from ..common import tables

pytestmark = pytest.mark.django_db
TABLE = StationTable()
HEADING = ["序号", "县区", "乡镇(街道)", "站点名称", "类型", "地址", "面积(㎡)", "站长", "联络员", "联系电话", "进站代表数(国/省/市/县/乡)", "接待日", "上年星级", "备注"]  # fmt: skip
NAMES = ("county", "township", "name", "kind", "address", "floor_area", "head", "officer", "phone", "deputies", "reception", "stars", "note")  # fmt: skip
STATION = {
    "county": "渝水区",
    "township": "城南街道",
    "name": "城南街道代表联络站",
    "kind": "站",
    "address": "城南街道振兴路49号",
    "head": "彭  林",
    "officer": "孔燕",
    "stars": "四星",
}
POINT = STATION | {"name": "城南街道张家村代表联络点", "kind": "点", "stars": "未评", "head": "余　楠"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-02 01:00:00Z", tick=False):
        yield


@pytest.fixture(autouse=True)
def areas():
    factories.AreaFactory()
    factories.YushuiFactory()
    factories.FenyiFactory()
    factories.AreaFactory(code="360502001", name="城南街道", kind="street")
    factories.AreaFactory(code="360502100", name="水北镇", kind="town")
    factories.AreaFactory(code="360521100", name="分宜镇", kind="town")
    factories.AreaFactory(code="360981100", name="城南街道", kind="street")  # of another city


def table(*rows):
    lines = [[number, *(row.get(name) for name in NAMES)] for number, row in enumerate(rows, 1)]
    return tables.xlsx([["新余市代表联络站基本情况表"], HEADING, *lines])


def plan(*rows, **options):
    return imports.plan(TABLE, table(*rows), options)


def save(*rows, data=None, **options):
    batch = imports.preview(TABLE, data or table(*rows), "联络站.xlsx", options, by=None)
    imports.confirm(batch, by=None)
    return batch


def reasons(planned):
    return [(error["row"], error["field"], error["reason"]) for error in planned.report()["errors"]]


def people(station):
    return [(post.duty, post.name, post.phone) for post in station.posts.all()]


def test_a_register_is_read_as_offices_keep_it():
    save(
        STATION
        | {
            "floor_area": "约150",
            "phone": "１３４１４３２５１７１、0790-6857518",
            "reception": "单月15日 9:00-11:00",
        },
        POINT | {"county": None, "floor_area": "100㎡", "phone": 18838659626, "reception": "每周三"},
    )
    station, point = Station.objects.all()
    assert (station.name, station.area.code, station.floor_area, station.phone, station.stars) == (
        "城南街道代表联络站",
        "360502001",
        150,
        "0790-6857518",
        4,
    )
    assert people(station) == [("head", "彭林", ""), ("officer", "孔燕", "13414325171")]
    assert (point.parent, point.kind, point.floor_area, point.phone, point.stars) == (
        station,
        "point",
        100,
        "",
        0,
    )
    assert people(point) == [("head", "余楠", ""), ("officer", "孔燕", "18838659626")]
    assert ReceptionRule.objects.filter(months="odd", day=15).get().station == station
    assert ReceptionRule.objects.filter(weekday=2).get().station == point
    assert [(r.station, r.year, r.new_stars) for r in StarRecord.objects.all()] == [(station, 2025, 4)]


def test_a_second_time_nothing_changes():
    rows = (STATION | {"phone": "13414325171", "reception": "每月10日", "note": "省级示范、提级管理"}, POINT)
    save(*rows)
    planned = plan(*rows)
    assert planned.counts == {"new": 0, "changed": 0, "unchanged": 2, "error": 0}
    assert Station.objects.get(kind="station").demonstration == "province"
    assert Station.objects.get(kind="station").is_city_managed


def test_a_file_is_taken_back_whole():
    batch = save(STATION | {"reception": "每周三"}, POINT)
    import_undo.undo(batch, by=None)
    assert not Station.objects.exists()
    assert not StationPost.objects.exists()


def test_a_point_before_its_station_belongs_to_it_all_the_same():
    save(POINT, STATION)
    assert Station.objects.get(kind="point").parent == Station.objects.get(kind="station")


def test_a_point_whose_station_cannot_be_read_waits_for_it():
    bad = STATION | {"address": "长" * 10, "floor_area": "很大"}
    planned = plan(POINT, bad)
    assert [row.status for row in planned.rows] == ["error", "new"]
    save(POINT, bad)
    assert Station.objects.get().parent is None
    save(POINT, STATION)
    assert Station.objects.get(kind="point").parent == Station.objects.get(kind="station")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("家", "home"),
        ("人大代表之家", "home"),
        ("工作室", "station"),
        ("联络工作站", "station"),
        ("联络点", "point"),
        ("站（行业）", "station"),
        ("", "station"),
    ],
)
def test_kinds_have_old_names(said, kind):
    save(STATION | {"kind": said})
    assert Station.objects.get().kind == kind


@pytest.mark.parametrize(
    ("said", "stars"),
    [("★★★★★", 5), ("★★★☆☆", 3), ("五星", 5), ("三星级", 3), ("4星", 4), ("未评", 0), ("", 0)],
)
def test_stars_are_written_in_many_ways(said, stars):
    save(STATION | {"stars": said})
    assert Station.objects.get().stars == stars
    assert list(StarRecord.objects.values_list("new_stars", flat=True)) == ([stars] if stars else [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stars": "二星"}, "上年星级"),
        ({"stars": "★★"}, "上年星级"),
        ({"floor_area": "-5"}, "面积(㎡)"),
        ({"phone": "1.38E+10"}, "联系电话"),
        ({"kind": "亭"}, "类型"),
        ({"name": None}, "站点名称"),
        ({"township": "不知镇"}, "乡镇(街道)"),
        ({"township": "分宜镇"}, "乡镇(街道)"),
    ],
)
def test_what_cannot_be_read_is_told_and_keeps_the_others_in(wrong, field):
    planned = plan(STATION | wrong, POINT)
    assert [(row, at) for row, at, _reason in reasons(planned)] == [(3, field)]
    assert planned.counts["new"] == 1


def test_twins_are_told_apart_by_nobody_but_the_office():
    planned = plan(POINT, POINT | {"address": "别处"})
    assert [(row, field) for row, field, _ in reasons(planned)] == [(4, "站点名称")]


def test_a_functional_area_is_no_county_but_its_towns_are_known():
    save(STATION | {"county": "高新区"})
    assert Station.objects.get().area.code == "360502001"
    assert plan(STATION | {"county": "高新区"}).warnings != []


def test_a_station_renamed_since_is_the_same_one():
    save(STATION | {"name": "城南街道人大代表工作室"})
    planned = plan(STATION)
    assert planned.counts["changed"] == 1
    save(STATION)
    assert Station.objects.get().name == "城南街道代表联络站"


def test_who_is_no_longer_named_holds_the_post_no_longer():
    save(STATION | {"phone": "13414325171"})
    save(STATION | {"officer": "李四", "phone": "13900001111"})
    station = Station.objects.get()
    held = {post.name: (str(post.since), str(post.until)) for post in station.posts.all()}
    assert held == {
        "彭林": ("None", "None"),
        "孔燕": ("None", "2026-03-02"),
        "李四": ("2026-03-02", "None"),
    }


def test_a_mobile_without_an_owner_never_becomes_the_stations_phone():
    planned = plan(STATION | {"phone": "13414325171、13900001111"})
    assert len(planned.rows[0].warnings) == 1
    save(STATION | {"phone": "13414325171、13900001111"})
    assert Station.objects.get().phone == ""
    assert people(Station.objects.get())[1] == ("officer", "孔燕", "13414325171")


def test_what_a_review_decided_no_table_changes():
    save(STATION)
    StarRecord.objects.update(decided_on="2026-01-05", new_stars=5)
    Station.objects.update(stars=5)
    planned = plan(STATION)
    assert planned.counts["unchanged"] == 1
    assert len(planned.rows[0].warnings) == 1


def test_a_later_star_stands_over_an_older_table():
    save(STATION)
    StarRecord.objects.create(station=Station.objects.get(), year=2026, new_stars=5, decided_on="2026-03-01")
    Station.objects.update(stars=5)
    save(STATION | {"stars": "三星"})
    assert Station.objects.get().stars == 5
    assert StarRecord.objects.get(year=2025).new_stars == 3


def test_a_closed_station_comes_not_back_by_a_table():
    save(STATION)
    Station.objects.update(state="closed")
    assert [(row, field) for row, field, _ in reasons(plan(STATION))] == [(3, "站点名称")]


def test_without_areas_the_file_is_refused():
    from accounts.models import Area

    Area.objects.all().delete()
    with pytest.raises(SheetError):
        plan(STATION)


def test_the_count_of_deputies_is_compared():
    save(STATION)
    factories.ResidencyFactory(station=Station.objects.get())
    assert plan(STATION | {"deputies": "0/0/1/0/0"}).rows[0].warnings == []
    assert len(plan(STATION | {"deputies": "0/1/1/0/0"}).rows[0].warnings) == 1


def test_what_is_exported_can_be_imported_and_changes_nothing(office, sign_in):
    save(
        STATION
        | {"phone": "13414325171、0790-6857518", "reception": "每周三", "note": "市级示范", "floor_area": 86},
        POINT | {"officer": "孔燕、李四"},
    )
    factories.ResidencyFactory(station=Station.objects.get(kind="station"))
    url = reverse("admin:liaison_stations_station_export")
    client = sign_in(office)
    page = client.get(url)
    fields = {name: "on" for name in page.context["form"].fields if name.startswith("stationresource")}
    body = client.post(url, {"format": "0", "resource": "0", **fields}).content
    lines = list(openpyxl.load_workbook(io.BytesIO(body)).active.values)
    assert lines[2][:12] == (
        "渝水区", "城南街道", "城南街道代表联络站", "站", "城南街道振兴路49号", "86", "彭林", "孔燕",
        "13414325171、0790-6857518", "0/0/1/0/0", "每周三", "四星",
    )  # fmt: skip
    planned = imports.plan(TABLE, body, {})
    assert planned.counts == {"new": 0, "changed": 0, "unchanged": 2, "error": 0}
