"""The grids of cells in a file, whatever kind of file it is; no parser opens what :mod:`common.archives` has not looked at."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from defusedxml import ElementTree
from django.utils.translation import gettext as _

from . import sheet_texts
from .archives import check_archive, measure
from .sheet_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINES,
    MAX_ROWS,
    SheetError,
    damaged,
    no_table,
    protected,
    too_large,
)
from .text import INVISIBLE

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and a locked .xlsx
NO_TABLES = (
    b"%PDF-",
    b"{\\rtf",
    b"\x89PNG",
    b"Rar!",
    b"\x7fELF",
    b"7z\xbc\xaf",
    b"MZ",
    b"\xff\xd8",
    b"\x1f\x8b",
    b"BM",
)
ODS = {
    "table": "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
    "office": "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    "text": "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
    "style": "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}",
}  # fmt: skip


@dataclass
class Grid:
    """A worksheet as it lies in the file: ``lines`` yields ``(row number, cells)``."""

    name: str
    lines: Iterable[tuple[int, list]]


def grids(data: bytes, known: Callable[[list], int], warnings: list[str]) -> list[Grid]:
    """The worksheets of ``data``; ``known`` tells how many headings it knows in a line, to choose among encodings."""
    try:
        return [Grid(grid.name, _bounded(grid.lines)) for grid in _open(data, known, warnings)]
    except SheetError:
        raise
    except Exception as error:  # parsers of five formats raise anything on a stranger's garbage
        raise damaged() from error


def _bounded(lines) -> list:
    """The lines that say anything."""
    kept, cells = [], 0
    for seen, (number, line) in enumerate(lines):
        if any(map(filled, line)):
            kept.append((number, line))
            cells += len(line)
        if len(kept) > MAX_ROWS * 2 or seen > MAX_LINES or cells > MAX_CELLS:
            raise too_large()
    return kept


def filled(value) -> bool:
    """Whether a cell says anything."""
    return value is not None and (not isinstance(value, str) or bool(value.translate(INVISIBLE).strip()))


def _open(data, known, warnings) -> Iterator[Grid]:
    if data.startswith(b"PK\x03\x04"):
        return _from_archive(data, warnings)
    if data.startswith(OLE):
        return _from_xls(data, warnings)
    if data.startswith(NO_TABLES):
        raise no_table()
    return iter([Grid("", sheet_texts.lines_of(data, known))])


def _spread(areas) -> dict:
    """``{(row, column): (top, left)}`` of merged ``areas``, given as ``(top, bottom, left, right)`` with open ends."""
    areas = list(areas)
    if sum((bottom - top) * (right - left) for top, bottom, left, right in areas) > MAX_CELLS:
        raise damaged()
    return {
        (row, column): (top, left)
        for top, bottom, left, right in areas
        for row in range(top, bottom)
        for column in range(left, right)
    }


def _hidden_sheet(name):
    return _("The hidden sheet “%(name)s” was left out.") % {"name": name}


def _hidden_rows(count, name):
    return _("%(count)s hidden rows of “%(name)s” were left out.") % {"count": count, "name": name}


# Archives: .xlsx and .ods


def _from_archive(data, warnings):
    archive = check_archive(data)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        measure(archive, names)  # all of them: a worksheet may have any name
        return _from_xlsx(data, warnings)
    if "content.xml" in names:
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise protected()
        measure(archive, ["content.xml"])
        return _from_ods(archive, warnings)
    raise no_table()


def _from_xlsx(data, warnings):
    from openpyxl import load_workbook  # 20 MB: only processes that read tables carry it

    book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    for ws in book.worksheets:
        if ws.sheet_state != "visible":
            warnings.append(_hidden_sheet(ws.title))
            continue
        if ws.max_row > MAX_LINES or ws.max_row * ws.max_column > MAX_CELLS * 10:
            raise too_large()
        merged = _spread(
            (area.min_row, area.max_row + 1, area.min_col, area.max_col + 1)
            for area in ws.merged_cells.ranges
        )
        top_left = {place: ws.cell(*at).value for place, at in merged.items()}
        hidden = {number for number, shape in ws.row_dimensions.items() if shape.hidden}
        lines, left_out = [], 0
        for number, line in enumerate(ws.iter_rows(values_only=True), 1):
            if number not in hidden:
                lines.append(
                    (number, [top_left.get((number, at), value) for at, value in enumerate(line, 1)])
                )
            elif any(map(filled, line)):
                left_out += 1
        if left_out:
            warnings.append(_hidden_rows(left_out, ws.title))
        yield Grid(ws.title, lines)


def _from_ods(archive, warnings):
    """Row by row, so that a large file is never in memory as a tree."""
    table, hidden_styles, lines, left_out, hidden = ODS["table"], set(), [], 0, False
    for event, element in ElementTree.iterparse(archive.open("content.xml"), events=("start", "end")):
        if event == "start":
            if element.tag == f"{table}table":
                lines, left_out, number, covered = [], 0, 0, {}
                hidden = element.get(f"{table}style-name") in hidden_styles
                if hidden:
                    warnings.append(_hidden_sheet(element.get(f"{table}name", "")))
        elif element.tag == f"{ODS['style']}style":
            if any(part.get(f"{table}display") == "false" for part in element):
                hidden_styles.add(element.get(f"{ODS['style']}name"))
        elif element.tag == f"{table}table-row":
            cells, covered = _ods_cells(element, covered)
            repeated = int(element.get(f"{table}number-rows-repeated", 1))
            if any(map(filled, cells)):
                if element.get(f"{table}visibility") in ("collapse", "filter"):
                    left_out += repeated
                else:
                    lines += [(number + n, cells) for n in range(1, min(repeated, MAX_ROWS * 2) + 1)]
            number += repeated
            element.clear()
            if len(lines) > MAX_ROWS * 3:
                raise too_large()
        elif element.tag == f"{table}table" and not hidden:
            name = element.get(f"{table}name", "")
            if left_out:
                warnings.append(_hidden_rows(left_out, name))
            yield Grid(name, lines)


def _ods_cells(line, covered):
    """The cells of a row, and ``{column: (rows, value)}`` of what they or earlier ones still cover below."""
    table, cells = ODS["table"], []
    for cell in line:
        times = min(int(cell.get(f"{table}number-columns-repeated", 1)), MAX_COLUMNS + 1)
        down = int(cell.get(f"{table}number-rows-spanned", 1))
        across = min(int(cell.get(f"{table}number-columns-spanned", 1)), MAX_COLUMNS)
        value = _ods_value(cell)
        if down * across > 1:
            covered |= dict.fromkeys(range(len(cells), len(cells) + across), (down, value))
        for _time in range(times):
            under = cell.tag == f"{table}covered-table-cell" and covered.get(len(cells))
            cells.append(under[1] if under else value)
        if len(cells) > MAX_COLUMNS:
            break
    return cells, {place: (left - 1, value) for place, (left, value) in covered.items() if left > 1}


def _ods_value(cell):
    office = ODS["office"]
    kind = cell.get(f"{office}value-type")
    if kind in ("float", "currency", "percentage"):
        value = float(cell.get(f"{office}value"))
        return int(value) if value.is_integer() else value
    if kind == "date":
        return dt.datetime.fromisoformat(cell.get(f"{office}date-value"))
    if kind == "boolean":
        return cell.get(f"{office}boolean-value") == "true"
    return "\n".join("".join(part.itertext()) for part in cell.findall(f"{ODS['text']}p")) or None


# .xls


def _from_xls(data, warnings):
    import xlrd  # only processes that read old tables carry it

    if "EncryptedPackage".encode("utf-16-le") in data:
        raise protected()
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
    except xlrd.XLRDError as error:
        raise (protected() if "encrypt" in str(error).lower() else damaged()) from error
    for ws in book.sheets():
        if ws.visibility:
            warnings.append(_hidden_sheet(ws.name))
            continue
        merged = _spread(ws.merged_cells)
        hidden = {number for number, shape in ws.rowinfo_map.items() if shape.hidden and number < ws.nrows}
        if left_out := sum(any(map(filled, ws.row_values(number))) for number in hidden):
            warnings.append(_hidden_rows(left_out, ws.name))
        yield Grid(
            ws.name,
            (
                (row + 1, [_xls_value(book, ws, *merged.get((row, at), (row, at))) for at in range(ws.ncols)])
                for row in range(ws.nrows)
                if row not in hidden
            ),
        )


def _xls_value(book, ws, row, column):
    import xlrd

    cell = ws.cell(row, column)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):  # a number that only looks like a date, such as 20250902
            return int(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value.is_integer():
        return int(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return cell.value if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER) else None
