"""Tables as offices send them: every kind of file, every quirk, every hostile file (D8.3, R-12)."""

import io
import struct
import time
import tracemalloc
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from common import cells
from common.sheets import Column, SheetError, read

from . import tables
from .tables import COLUMNS, HEADING, ROSTER, TITLE, csv, html, ods, ods_cell, ods_table, simple, xlsx

pytestmark = pytest.mark.same_everywhere

SAMPLES = Path(__file__).parent.parent / "samples"
PEOPLE = [
    ("梁芳", (1985, 6, ""), "渝水区", ("13800001111", "")),
    ("𠮷永㛃", (1980, 9, ""), "渝水区", ("13800001112", "")),
    ("王䶮", (1985, 6, ""), "分宜县", ("", "0790-6441234")),
]


def people(sheet):
    """What the rows mean, whatever types the cells came in."""
    return [
        (
            cells.name(row.cells["name"])[0],
            cells.birth(row.cells.get("birth")),
            cells.text(row.cells["delegation"]),
            cells.phones(row.cells.get("phone")),
        )
        for row in sheet.rows
    ]


def names(data, columns=COLUMNS):
    return [cells.name(row.cells["name"])[0] for row in read(data, columns).rows]


def refusal(data):
    with pytest.raises(SheetError) as refused:
        read(data, COLUMNS)
    return str(refused.value)


# Every kind of file


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(xlsx(ROSTER, merge=["A1:F1", "D3:D4"]), id="xlsx"),
        pytest.param((SAMPLES / "roster.xls").read_bytes(), id="xls"),
        pytest.param((SAMPLES / "roster-1904.xls").read_bytes(), id="xls counting from 1904"),
        pytest.param(ods(ods_table(ROSTER)), id="ods"),
        pytest.param(csv(ROSTER), id="csv"),
        pytest.param(csv(ROSTER, "utf-8-sig"), id="csv with mark"),
        pytest.param(csv(ROSTER, "gb18030"), id="csv in gb18030"),
        pytest.param(csv(ROSTER, "utf-16"), id="csv in utf-16"),
        pytest.param(csv(ROSTER, "utf-16", "\t"), id="unicode text"),
        pytest.param(csv(ROSTER, separator=";"), id="semicolons"),
        pytest.param(csv(ROSTER, separator="，"), id="full-width commas"),
        pytest.param(html(ROSTER), id="html"),
        pytest.param(html(ROSTER, "gb18030", "gb2312"), id="html in gb2312"),
        pytest.param(html(ROSTER, "utf-8", "gb2312"), id="html that lies about its encoding"),
        pytest.param(html(ROSTER, "utf-8-sig", "utf-8"), id="html with mark"),
    ],
)
def test_one_roster_reads_alike_from_every_kind_of_file(data):
    sheet = read(data, COLUMNS)
    assert people(sheet) == PEOPLE
    assert sheet.title == TITLE
    assert [row.number for row in sheet.rows] == [3, 4, 5]


def test_hidden_rows_and_sheets_of_an_xls_are_left_out_with_a_word():
    assert len(read((SAMPLES / "roster.xls").read_bytes(), COLUMNS).warnings) == 2


def test_dates_keep_their_day_in_both_systems_of_an_xls():
    for name in ("roster.xls", "roster-1904.xls"):
        born = read((SAMPLES / name).read_bytes(), COLUMNS).rows[0].cells["birth"]
        assert f"{born:%Y-%m-%d}" == "1985-06-15"


# Which rows are data


def test_merged_cells_hold_for_every_row_they_cover():
    lines = [["姓名", "出生年月", "代表团"], ["甲一", "", "渝水区"], ["乙二"], ["丙三", "", "分宜县"]]
    columns = [Column("name", ("姓名",), required=True), Column("delegation", ("代表团",), required=True)]
    spanned = [
        ["姓名", "代表团"],
        ["甲一", ("渝水区", "rowspan=2")],
        ["乙二"],
        ["丙三", "分宜县"],
    ]
    covered = "<table:covered-table-cell/>"
    in_ods = [
        ["姓名", "代表团"],
        ("", ods_cell("甲一") + ods_cell("渝水区", 'table:number-rows-spanned="2"')),
        ("", ods_cell("乙二") + covered),
        ["丙三", "分宜县"],
    ]
    for data in (xlsx(lines, merge=["C2:C3"]), html(spanned), ods(ods_table(in_ods))):
        rows = read(data, columns).rows
        assert [row.cells["delegation"] for row in rows] == ["渝水区", "渝水区", "分宜县"]


def test_an_empty_delegation_is_filled_down_and_never_from_the_sheet_before():
    first = [["姓名", "代表团"], ["甲一", "渝水区"], ["乙二", ""]]
    second = [["姓名", "代表团"], ["丙三", ""], ["丁四", "分宜县"]]
    rows = read(xlsx(first, second), COLUMNS).rows
    assert [row.cells["delegation"] for row in rows] == ["渝水区", "渝水区", None, "分宜县"]


def test_titles_above_the_heading_are_read_as_the_title():
    lines = [[TITLE], ["填报单位:市人大常委会", "", "单位:万元"], [], *simple("甲一")]
    sheet = read(xlsx(lines, merge=["A1:B1"]), COLUMNS)
    assert sheet.title == f"{TITLE} 填报单位:市人大常委会 单位:万元"
    assert [row.number for row in sheet.rows] == [5]


def test_a_heading_printed_again_after_a_page_break_is_no_person():
    assert names(csv([*simple("甲一"), ["姓 名", "代表团"], ["乙二", "渝水区"]])) == ["甲一", "乙二"]


@pytest.mark.parametrize(
    "footer",
    [
        ["合计", 3],
        ["合 计"],
        ["合计:3人"],
        ["共265人"],
        ["共计 3 名代表"],
        ["本页小计", 2],
        ["审核人:王某", "填表人:李某"],
        ["审核人：", ""],
        ["填报时间:2025.9.2"],
        ["备注:本表一式两份"],
        ["注：女代表另册"],
    ],
)
def test_footers_are_no_people(footer):
    assert names(csv([*simple("甲一"), footer])) == ["甲一"]


def test_a_footer_merged_across_the_table_is_no_person():
    lines = [["姓名", "代表团", "手机"], ["甲一", "渝水区", ""], ["审核人:　填表人:"]]
    assert names(xlsx(lines, merge=["A3:C3"])) == ["甲一"]


def test_a_title_across_the_table_is_left_out_with_a_word():
    lines = [["姓名", "代表团", "手机"], ["二、分宜县代表团"], ["甲一", "分宜县", ""]]
    sheet = read(xlsx(lines, merge=["A2:C2"]), COLUMNS)
    assert [row.number for row in sheet.rows] == [3]
    assert "二、分宜县代表团" in sheet.warnings[0]


def test_a_person_whose_row_begins_like_a_footer_stays():
    columns = [Column("note", ("备注",)), *COLUMNS[:1], COLUMNS[2], COLUMNS[3]]
    lines = [["备注", "姓名", "代表团", "手机"], ["说明", "甲一", "渝水区", "13800001111"]]
    assert names(csv(lines), columns) == ["甲一"]


def test_hidden_rows_and_sheets_are_left_out_with_a_word():
    data = xlsx(simple("甲一", "乙二"), ("旧", simple("丙三")), hidden_rows=[2], hidden_sheets=["旧"])
    assert names(data) == ["乙二"]
    assert len(read(data, COLUMNS).warnings) == 2
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    lines = [["姓名", "代表团"], ('table:visibility="collapse"', ods_cell("甲一") + ods_cell("渝水区"))]
    shown, hidden = (
        ods_table([*lines, ["乙二", "渝水区"]]),
        ods_table(simple("丙三"), "旧", 'table:style-name="h"'),
    )
    assert names(ods(shown + hidden, style)) == ["乙二"]
    assert len(read(ods(shown + hidden, style), COLUMNS).warnings) == 2


def test_every_sheet_of_a_book_is_read_and_one_without_heading_is_named():
    sheet = read(
        xlsx(("渝水", simple("甲一")), ("分宜", simple("乙二")), ("填表说明", [["请如实填写"]])), COLUMNS
    )
    assert [(row.sheet, row.cells["name"]) for row in sheet.rows] == [("渝水", "甲一"), ("分宜", "乙二")]
    assert ["填表说明" in warning for warning in sheet.warnings] == [True]


def test_where_the_column_is_missing_the_name_of_the_sheet_says_the_delegation():
    columns = [COLUMNS[0], COLUMNS[3], Column("delegation", ("代表团",), required=True, or_sheet_name=True)]
    lines = [["姓名", "手机"], ["甲一", "13800001111"]]
    book = xlsx(("渝水区(1人)", lines), ("分宜县", [["姓名", "手机"], ["乙二", ""]]))
    assert [row.cells["delegation"] for row in read(book, columns).rows] == ["渝水区", "分宜县"]
    with pytest.raises(SheetError, match="代表团"):
        read(xlsx(("Sheet1", lines)), columns)


def test_rows_formatted_to_the_bottom_of_a_sheet_do_not_count():
    lines = [*simple("甲一"), *([""] * 3 for _line in range(30_000))]
    assert names(csv(lines)) == ["甲一"]
    repeated = ods_table([*simple("甲一"), ('table:number-rows-repeated="1048000"', ods_cell(""))])
    assert names(ods(repeated)) == ["甲一"]


# Headings


@pytest.mark.parametrize(
    "heading",
    [
        "姓名",
        "姓 名",
        "姓　名",
        "代表姓名",
        "姓\n名",
        "姓名(必填)",
        "姓名：",
        "*姓名",
        "【姓名】代表姓名",
        "姓\xa0名",
    ],
)
def test_a_heading_is_known_in_every_spelling(heading):
    assert names(xlsx([[heading, "选举单位"], ["甲一", "渝水区"]])) == ["甲一"]


@pytest.mark.parametrize("merge", [[], ["A1:A2", "B1:B2", "C1:D1"]])
def test_a_heading_in_two_rows_is_read_whole(merge):
    lines = [
        ["姓名", "代表团", "联系方式", ""],
        ["", "", "住址", "手机"],
        ["甲一", "渝水区", "罗坊镇", "13800001111"],
    ]
    (row,) = read(xlsx(lines, merge=merge), COLUMNS).rows
    assert row.cells == {"name": "甲一", "delegation": "渝水区", "address": "罗坊镇", "phone": "13800001111"}


def test_a_heading_in_three_rows_is_read_whole():
    lines = [
        ["", "代表团", ""],
        ["基本情况", "", ""],
        ["姓名", "", "手机"],
        ["甲一", "渝水区", "13800001111"],
    ]
    (row,) = read(xlsx(lines), COLUMNS).rows
    assert row.cells == {"name": "甲一", "delegation": "渝水区", "phone": "13800001111"}


def test_headings_that_are_missing_are_named():
    assert "代表团" in refusal(csv([["姓名", "手机"], ["甲一", "13800001111"]]))


def test_without_a_heading_row_those_it_needs_are_named():
    told = refusal(csv([["甲一", "渝水区"], ["乙二", "分宜县"]]))
    assert "姓名" in told
    assert "代表团" in told


# Text


def test_more_commas_in_the_text_than_between_the_cells_do_not_confuse():
    text = "一，二，三，四，五，六，七"
    assert names(csv([["姓名", "代表团", "住址"], ["甲一", "渝水区", text], ["乙二", "渝水区", text]])) == [
        "甲一",
        "乙二",
    ]


def test_lines_and_quotes_inside_a_cell_stay_in_it():
    data = '姓名,代表团,住址\r\n甲一,渝水区,"罗坊镇\n""振兴路"", 1号"\r\n'.encode("gb18030")
    (row,) = read(data, COLUMNS).rows
    assert row.cells["address"] == '罗坊镇\n"振兴路", 1号'


def test_a_leading_quote_makes_a_cell_text_and_is_taken_off():
    (row,) = read(csv([["姓名", "代表团", "手机"], ["甲一", "渝水区", "'13800001111"]]), COLUMNS).rows
    assert row.cells["phone"] == "13800001111"


def test_a_comment_on_an_ods_cell_is_not_its_text():
    cell = "<table:table-cell><office:annotation><text:p>待核</text:p></office:annotation><text:p>甲一</text:p></table:table-cell>"
    assert names(ods(ods_table([["姓名", "代表团"], ("", cell + ods_cell("渝水区"))]))) == ["甲一"]


@pytest.mark.tells_fault("F13")
def test_whatever_the_names_the_encoding_and_the_length_of_the_rows_the_text_is_right_or_it_is_refused(
    report,
):
    """A table with NUL in it or in UTF-16 without its mark is refused, any other read: no name wrong, absent or twice."""
    figures = Counter(lost=0, twice=0)
    han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
    person = st.text(st.one_of(han, han, st.sampled_from("䶮㛃𠮷𬭚𫖯㙍")), min_size=2, max_size=4)
    beside = st.lists(st.sampled_from(["", "x", "渝水区", "13800001111", "é"]), max_size=5)
    unmarked = ("utf-16-le", "utf-16-be")

    @seed(2026)
    @settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        rows=st.lists(st.tuples(person, beside), min_size=1, max_size=8),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", *unmarked]),
        separator=st.sampled_from(",\t;，"),
        nul=st.none() | st.integers(0, 100),
    )
    def table(rows, encoding, separator, nul):
        lines = [["姓名", "代表团", "住址"], *([f"李{name}", "渝水区", *cells] for name, cells in rows)]
        page = "\r\n".join(separator.join(line) for line in lines)
        data = page.encode(encoding, "ignore")  # GBK knows no rare characters
        written = Counter(line.split(separator)[0] for line in data.decode(encoding).split("\r\n")[1:])
        if nul is not None:
            data = f"{page[:nul]}\0{page[nul:]}".encode(encoding, "ignore")
        figures["tables"] += 1
        try:
            found = Counter(names(data))
        except SheetError:
            figures["refused"] += 1
            figures["lost"] += nul is None and encoding not in unmarked
        else:
            figures["lost"] += (written - found).total()
            figures["twice"] += (found - written).total()

    table()
    report(**figures)
    assert 50 < figures["refused"] < figures["tables"]


# Files that are refused, quickly, with a sentence


def test_an_empty_file_is_refused():
    assert refusal(b"")


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 ...", b"MZ\x90\x00", b"\xff\xd8\xff\xe0JFIF", b"a,b\x00c", b"<html><p>no table</p></html>"],
)
def test_what_is_no_table_is_refused(data):
    assert ".xlsx" in refusal(data)


def test_bytes_of_no_encoding_are_refused():
    assert "UTF-8" in refusal("姓名,代表团".encode("gb18030") + b"\xff\xff")


def test_a_file_of_100_megabytes_is_refused():
    assert "10 MB" in refusal(bytes(100 * 2**20))


def test_a_truncated_file_is_refused():
    for data in (xlsx(ROSTER), (SAMPLES / "roster.xls").read_bytes(), ods(ods_table(ROSTER))):
        assert ".xlsx" in refusal(data[: len(data) // 2])


def test_a_table_of_too_many_rows_or_columns_is_refused():
    assert "5000" in refusal(csv(simple(*["甲一"] * 5001)))
    assert "200" in refusal(csv([["姓名", "代表团", *["x"] * 200]]))


def test_a_file_with_a_password_says_so():
    locked_xlsx = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    locked_ods = tables.archive({"content.xml": "?", "META-INF/manifest.xml": "<manifest:encryption-data/>"})
    locked_zip = bytearray(xlsx(ROSTER))
    with zipfile.ZipFile(io.BytesIO(bytes(locked_zip))) as packed:
        at = packed.start_dir
    struct.pack_into("<H", locked_zip, at + 8, 1)
    for data in (locked_xlsx, locked_ods, bytes(locked_zip)):
        assert "password" in refusal(data)


BOMB = b"<a>" + b" " * (60 * 2**20) + b"</a>"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
)
MERGED = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>'
    '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
)
FAR = MERGED.replace(
    "<sheetData/>", '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
)
FAR = FAR.replace("A1:XFD1048576", "A1:B1")


def with_part(data, content):
    """An .xlsx with another first worksheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    return tables.archive(members | {"xl/worksheets/sheet1.xml": content})


HOSTILE = {
    "zip bomb": lambda: tables.archive({"xl/workbook.xml": BOMB}),
    "many members": lambda: tables.archive({f"xl/{n}.xml": "" for n in range(201)} | {"xl/workbook.xml": ""}),
    "entities": lambda: tables.archive({"xl/workbook.xml": f"<!--{'-' * 9000}-->{ENTITIES}]><x>&i;</x>"}),
    "entities in ods": lambda: tables.archive({"content.xml": f"{ENTITIES}]><x>&i;</x>"}),
    "a million cells in parts": lambda: tables.archive(
        {"xl/workbook.xml": "<x/>"} | {f"xl/{n}.bin": f"<x>{'<c/>' * 100_000}</x>" for n in range(10)}, 0
    ),
    "rows without end": lambda: ods(ods_table([*simple("甲"), ('table:number-rows-repeated="99999999"', ods_cell("甲"))])),
    "merged without end": lambda: with_part(xlsx(simple("甲一")), MERGED),
    "merged without end, in UTF-16": lambda: with_part(xlsx(simple("甲一")), MERGED.encode("utf-16")),
    "links without end": lambda: with_part(xlsx(simple("甲一")), MERGED.replace("mergeCell ", "hyperlink ")),
    "spans without end": lambda: html([[("x", "rowspan=5000 colspan=200")]] * 50),
    "a cell in the far corner": lambda: with_part(xlsx(simple("甲一")), FAR),
    "tags without end": lambda: b"<table>" + b"<!" * 4_000_000,
    "attributes without end": lambda: b"<table>" + b"<td a='" * 1_000_000,
    "cells without end": lambda: b"<table><tr>" + b"<td>" * 2_000_000,
    "lines without end": lambda: b"\n" * (9 * 2**20),
    "one cell without end": lambda: b'"' + b"x" * (9 * 2**20),
    "garbage": lambda: b"PK\x03\x04" + bytes(range(256)) * 1000,
    "garbage in xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 1000,
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_within_three_seconds_and_a_hundred_megabytes(kind):
    data = HOSTILE[kind]()
    started = time.process_time()
    assert refusal(data)
    assert time.process_time() - started < 3
    tracemalloc.start()
    refusal(data)
    _held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * 2**20


def test_the_heading_of_the_samples_is_ours():
    assert HEADING[1:5] == ["姓　名", "出生年月", "代表团", "联系电话"]
