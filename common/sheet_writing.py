"""Tables as offices expect them: .xlsx that prints well, CSV that Chinese Excel opens rightly, no formulas."""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

CELL_LIMIT = 32_767  # characters Excel keeps in one cell
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what XML cannot hold


def neutralise(value: str) -> str:
    """A text no spreadsheet takes for a formula: one that begins like it gets a quote before it (R-14).

    So does one that begins with a quote, because reading takes one quote off.
    """
    return "'" + value if value.startswith((*DANGEROUS, "'")) else value


def _plain(value):
    """A number, day or time as it is; everything else as text of a length that a cell can hold."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    if value is None or isinstance(value, int | float | Decimal | dt.date | dt.time):
        return value
    value = str(value)
    return value[: CELL_LIMIT - 20] + _("… (cut off)") if len(value) > CELL_LIMIT else value


def write_csv(headings: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """A CSV that Chinese Excel opens rightly: UTF-8 with the mark, no formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in [headings, *rows]:
        cells = map(_plain, row)
        writer.writerow([neutralise(value) if isinstance(value, str) else value for value in cells])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence], *, sheet_name: str = ""
) -> bytes:
    """An .xlsx as an office prints it: title across the top, heading frozen, text kept as text, A4 landscape."""
    from openpyxl import Workbook  # 20 MB: only processes that write tables carry it
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    ws = book.active
    ws.title = re.sub(r"[\\/*?:\[\]']", " ", str(sheet_name or title))[:31] or "Sheet1"
    _put(ws.cell(1, 1), title)
    ws.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(1, len(headings)))
    ws["A1"].font, ws["A1"].alignment = Font(name="宋体", size=16, bold=True), Alignment(horizontal="center")
    thin = Side(style="thin", color="999999")
    looks = {
        "border": Border(thin, thin, thin, thin),
        "font": Font(name="宋体", size=11),
        "alignment": Alignment(vertical="center", wrap_text=True),
    }
    widths = [0] * len(headings)
    for number, row in enumerate([headings, *rows], 2):
        for place, value in enumerate(row, 1):
            cell = ws.cell(number, place)
            for look, style in looks.items():
                setattr(cell, look, style)
            _put(cell, value)
            widths[place - 1] = max(widths[place - 1], _width(cell.value))
    for place, width in enumerate(widths, 1):
        ws.cell(2, place).font = Font(name="宋体", size=11, bold=True)
        ws.column_dimensions[get_column_letter(place)].width = min(48, width + 2)
    ws.freeze_panes = "A3"
    ws.print_title_rows = "1:2"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_setup.fitToHeight, ws.sheet_properties.pageSetUpPr.fitToPage = 0, True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class OfficeXLSX:
    """The .xlsx of tablib, which exports go through: its own would load openpyxl before the first request."""

    title, extensions = "xlsx", ("xlsx",)

    @staticmethod
    def export_set(dataset) -> bytes:
        return write_xlsx(dataset.title or "", dataset.headers, dataset)


def _put(cell, value):
    """Fill a cell; text is never a formula, not even once somebody edits the cell in Excel (``quotePrefix``)."""
    value = _plain(value)
    if not isinstance(value, str):
        cell.value = value
        return
    value = UNPRINTABLE.sub("", value)
    cell.value, cell.data_type = "'" + value if value.startswith("'") else value, "s"
    cell.number_format = "@"
    cell.quotePrefix = value.startswith(DANGEROUS)


def _width(value) -> int:
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in str(value if value is not None else "")
    )
