"""Tables as offices expect them: .xlsx that prints well, CSV that Chinese Excel opens rightly, no formulas."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

CELL_LIMIT = 32_767  # characters Excel keeps in one cell
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralise(value):
    """A cell that no spreadsheet takes for a formula: text that begins like one gets a quote before it (R-14)."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def _cut(value):
    if isinstance(value, str) and len(value) > CELL_LIMIT:
        return value[: CELL_LIMIT - 20] + _("… (cut off)")
    return value


def write_csv(headings: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """A CSV that Chinese Excel opens rightly: UTF-8 with the mark, no formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in [headings, *rows]:
        writer.writerow([neutralise("" if value is None else value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence], *, sheet_name: str = ""
) -> bytes:
    """An .xlsx as an office prints it: title across the top, heading frozen, text kept as text, A4 landscape."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    ws = book.active
    ws.title = re.sub(r"[\\/*?:\[\]]", " ", sheet_name or title)[:31] or "Sheet1"
    ws.append([title])
    ws.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(1, len(headings)))
    ws["A1"].font, ws["A1"].alignment = Font(name="宋体", size=16, bold=True), Alignment(horizontal="center")
    ws.append(list(headings))
    thin = Side(style="thin", color="999999")
    widths = [_width(name) for name in headings]
    for number, row in enumerate(rows, 3):
        for place, value in enumerate(row, 1):
            value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell = ws.cell(number, place, None if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.value, cell.data_type = _cut(value), "s"  # never a formula
                cell.number_format = "@"
                cell.quotePrefix = value.startswith(DANGEROUS)
            widths[place - 1] = max(widths[place - 1], _width(value))
    for line in ws.iter_rows(min_row=2, max_col=len(headings)):
        for cell in line:
            cell.border = Border(thin, thin, thin, thin)
            cell.font = Font(name="宋体", size=11, bold=cell.row == 2)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for place, width in enumerate(widths, 1):
        ws.column_dimensions[get_column_letter(place)].width = min(48, width + 2)
    ws.freeze_panes = "A3"
    ws.print_title_rows = "1:2"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_setup.fitToHeight, ws.sheet_properties.pageSetUpPr.fitToPage = 0, True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(value) -> int:
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in str(value if value is not None else "")
    )
