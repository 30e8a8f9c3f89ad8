"""What we write: opens rightly, prints well, is never a formula, and reads back as it was (R-14)."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from common.sheet_writing import CELL_LIMIT, write_csv, write_xlsx
from common.sheets import Column, read

pytestmark = pytest.mark.same_everywhere

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "=cmd|'/c calc'!A0",
]
HEADINGS = ["姓名", "备注"]
COLUMNS = (Column("name", ("姓名",), required=True), Column("note", ("备注",)))


class Named:
    """As a model instance in a cell: no text itself, but says one."""

    def __str__(self):
        return "=1+1"


def opened(data):
    return load_workbook(io.BytesIO(data)).active


@pytest.mark.parametrize("payload", [*FORMULAS, Named(), gettext_lazy("=1+1")])
def test_no_cell_can_become_a_formula(payload):
    shown = write_csv([payload, payload], [[payload, payload]]).decode("utf-8-sig")
    assert {cell[0] for line in csv.reader(io.StringIO(shown, newline="")) for cell in line} == {"'"}
    ws = opened(write_xlsx(payload, [payload, "x"], [[payload, payload]]))
    for cell in (ws["A1"], ws["A2"], ws["A3"], ws["B3"]):
        assert cell.data_type == "s"
        assert cell.quotePrefix


def test_numbers_and_days_stay_what_they_are():
    row = [-5, Decimal("-1.5"), dt.date(2025, 9, 2), None, True]
    ws = opened(write_xlsx("表", ["a", "b", "c", "d", "e"], [row]))
    assert [cell.value for cell in ws[3]] == [-5, -1.5, dt.datetime(2025, 9, 2), None, True]  # noqa: DTZ001
    assert write_csv(["a"], [row]).decode("utf-8-sig").splitlines()[1] == "-5,-1.5,2025-09-02,,True"


def test_moments_are_told_in_local_time():
    moment = dt.datetime(2025, 9, 2, 20, 0, tzinfo=dt.UTC)
    ws = opened(write_xlsx("表", ["a"], [[moment]]))
    assert ws["A3"].value == timezone.make_naive(moment) == dt.datetime(2025, 9, 3, 4, 0)  # noqa: DTZ001


def test_csv_has_the_mark_that_chinese_excel_looks_for():
    assert write_csv(HEADINGS, []).startswith(b"\xef\xbb\xbf")


def test_a_sheet_is_ready_to_print():
    ws = opened(write_xlsx("代表/名册:2025", HEADINGS, [["梁芳", "x" * 90]]))
    assert ws.title == "代表 名册 2025"
    assert [str(area) for area in ws.merged_cells.ranges] == ["A1:B1"]
    assert (ws.freeze_panes, ws.print_title_rows) == ("A3", "$1:$2")
    assert (ws.page_setup.orientation, ws.page_setup.paperSize) == ("landscape", int(ws.PAPERSIZE_A4))
    assert ws["A3"].number_format == "@"
    assert ws["A2"].font.bold
    assert not ws["A3"].font.bold


def test_text_longer_than_a_cell_is_cut_with_a_word():
    for shown in (
        opened(write_xlsx("表", ["a"], [["字" * (CELL_LIMIT + 1)]]))["A3"].value,
        next(
            csv.reader(io.StringIO(write_csv(["字" * (CELL_LIMIT + 1)], []).decode("utf-8-sig"), newline=""))
        )[0],
    ):
        assert len(shown) <= CELL_LIMIT
        assert shown.endswith("… (cut off)")


cell_text = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\n\t", exclude_characters="\ufffe\uffff"
    ),
    max_size=20,
)


@given(st.lists(st.tuples(st.text("甲乙丙丁=+-@'＝", min_size=1, max_size=5), cell_text), max_size=5))
@example([("'", "''"), ("'=1", "_x000D_"), ("=1", "'=1")])
def test_import_of_export_gives_back_every_text(rows):
    for data in (write_csv(HEADINGS, rows), write_xlsx("表", HEADINGS, rows)):
        assert [(row.cells["name"], row.cells["note"] or "") for row in read(data, COLUMNS).rows] == rows
