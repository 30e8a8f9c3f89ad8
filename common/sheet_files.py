"""The grids of cells in a file, whatever kind of file it is; archives are checked before any parser opens them (R-12)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import islice

from defusedxml import ElementTree
from django.utils.translation import gettext as _

from .cells import text
from .sheet_writing import CELL_LIMIT

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 200
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELLS = 300_000
HEADING_WITHIN = 15  # rows from the top in which the heading stands


class SheetError(ValueError):
    """The whole file cannot be read; ``str()`` says what to do."""


@dataclass
class Grid:
    """A worksheet as it lies in the file: ``lines`` yields ``(row number, cells)``."""

    name: str
    lines: Iterable[tuple[int, list]]


def damaged():
    return _("The file is damaged or not a table. Open it in Excel or WPS, save it as .xlsx and send that.")


def too_many_rows():
    return _("The table has more than %(limit)s rows. Split it into several files.") % {"limit": MAX_ROWS}


def grids(data: bytes, known: Callable[[list], int], warnings: list[str]) -> list[Grid]:
    """The worksheets of ``data``; ``known`` tells how many headings it knows in a line, to choose among encodings."""
    try:
        return [Grid(grid.name, _bounded(grid.lines)) for grid in _open(data, known, warnings)]
    except SheetError:
        raise
    except (
        Exception
    ) as error:  # parsers of five formats raise anything on garbage; a stranger's file is no bug of ours
        raise SheetError(damaged()) from error


def _bounded(lines) -> list:
    lines = list(islice(lines, MAX_ROWS * 4 + 1))
    if len(lines) > MAX_ROWS * 4:
        raise SheetError(too_many_rows())
    return lines


def _open(data, known, warnings) -> Iterator[Grid]:
    if data[:4] == b"PK\x03\x04":
        return _from_archive(data, warnings)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _from_xls(data, warnings)
    if (
        data[:5] in (b"%PDF-", b"{\\rtf")
        or data[:4] in (b"\x89PNG", b"Rar!", b"\x7fELF", b"7z\xbc\xaf")
        or data[:2]
        in (
            b"MZ",
            b"\xff\xd8",
            b"\x1f\x8b",
            b"BM",
        )
    ):
        raise SheetError(_("This is not a table. Send an .xlsx, .xls, .ods or .csv file."))
    if re.search(rb"<(?:html|table|meta|!doctype)", data[:4096], re.IGNORECASE):
        return _from_html(data)
    return _from_csv(data, known)


def check_archive(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP after reading no more than its directory; :class:`SheetError` for a bomb or a locked one (R-12)."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SheetError(damaged()) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or (unpacked > 2**20 and unpacked / packed > MAX_RATIO)
    ):
        raise SheetError(
            _("The file unpacks to far more than a table needs and was not opened. Save it anew as .xlsx.")
        )
    if any(member.flag_bits & 1 for member in members):
        raise SheetError(_protected())
    return archive


def _protected():
    return _("The file is protected by a password. Remove the password and send it again.")


def _from_archive(data, warnings):
    archive = check_archive(data)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return _from_xlsx(archive, data, warnings)
    if "content.xml" in names:
        return _from_ods(archive)
    raise SheetError(_("This is not a table. Send an .xlsx, .xls, .ods or .csv file."))


def _from_xlsx(archive, data, warnings):
    from openpyxl import load_workbook  # 20 MB: only processes that read tables carry it

    for name in archive.namelist():
        if not name.endswith(".xml"):
            continue
        content = archive.read(name)
        if b"<!ENTITY" in content[:4096]:
            raise SheetError(damaged())
        if name.startswith("xl/worksheets/") and content.count(b"<c") > MAX_CELLS:
            raise SheetError(too_many_rows())  # counted before a parser builds objects of them
    book = load_workbook(io.BytesIO(data), data_only=True)
    for ws in book.worksheets:
        if ws.sheet_state != "visible":
            warnings.append(_("The hidden sheet “%(name)s” was left out.") % {"name": ws.title})
            continue
        if ws.max_row > MAX_ROWS * 4 or ws.max_column > MAX_COLUMNS * 4:
            raise SheetError(too_many_rows())
        for area in list(ws.merged_cells.ranges):
            value = ws.cell(area.min_row, area.min_col).value
            if area.size["rows"] * area.size["columns"] > MAX_ROWS * 20:
                raise SheetError(damaged())
            ws.unmerge_cells(str(area))
            for line in ws.iter_rows(area.min_row, area.max_row, area.min_col, area.max_col):
                for cell in line:
                    cell.value = value
        hidden = {number for number, shape in ws.row_dimensions.items() if shape.hidden}
        hidden = {n for n in hidden if any(c.value is not None for c in ws[n])}
        if hidden:
            warnings.append(
                _("%(count)s hidden rows of “%(name)s” were left out.")
                % {"count": len(hidden), "name": ws.title}
            )
        lines = (
            (n, list(line)) for n, line in enumerate(ws.iter_rows(values_only=True), 1) if n not in hidden
        )
        yield Grid(ws.title, lines)


def _from_xls(data, warnings):
    import xlrd  # only processes that read old tables carry it

    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SheetError(_protected())
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
    except xlrd.XLRDError as error:
        raise SheetError(_protected() if "encrypt" in str(error).lower() else damaged()) from error
    except (AssertionError, UnicodeDecodeError, MemoryError) as error:
        raise SheetError(damaged()) from error
    except Exception as error:  # xlrd raises struct.error and bare exceptions on garbage
        raise SheetError(damaged()) from error
    for ws in book.sheets():
        if ws.visibility:
            warnings.append(_("The hidden sheet “%(name)s” was left out.") % {"name": ws.name})
            continue
        merged = {
            (r, c): (top, left)
            for top, bottom, left, right in ws.merged_cells[:1000]
            for r in range(top, min(bottom, MAX_ROWS))
            for c in range(left, min(right, MAX_COLUMNS))
        }
        yield Grid(ws.name, _xls_lines(book, ws, merged))


def _xls_lines(book, ws, merged):
    import xlrd

    def value_at(r, c):
        r, c = merged.get((r, c), (r, c))
        if c >= ws.row_len(r):
            return None
        cell = ws.cell(r, c)
        if cell.ctype == xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value):
            return int(cell.value)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        return (
            None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR) else cell.value
        )

    for r in range(ws.nrows):
        shape = ws.rowinfo_map.get(r)
        if not (shape and shape.hidden):
            yield r + 1, [value_at(r, c) for c in range(ws.ncols)]


ODS = {
    "table": "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
    "office": "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    "text": "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}",
}


def _from_ods(archive):
    root = ElementTree.fromstring(archive.read("content.xml"))
    for table in root.iter(f"{ODS['table']}table"):
        yield Grid(table.get(f"{ODS['table']}name", ""), _ods_lines(table))


def _ods_lines(table):
    number = 0
    covered: dict[int, tuple[int, object]] = {}  # column: rows still covered from above, and with what
    for line in table.iter(f"{ODS['table']}table-row"):
        repeated = int(line.get(f"{ODS['table']}number-rows-repeated", 1))
        cells: list = []
        for cell in line:
            times = min(int(cell.get(f"{ODS['table']}number-columns-repeated", 1)), MAX_COLUMNS + 1)
            value = _ods_value(cell)
            down = min(int(cell.get(f"{ODS['table']}number-rows-spanned", 1)), MAX_ROWS)
            across = min(int(cell.get(f"{ODS['table']}number-columns-spanned", 1)), MAX_COLUMNS)
            if down * across > 1:
                for place in range(len(cells), len(cells) + across):
                    covered[place] = (down, value)
            for _time in range(times):
                rows_left, above = covered.get(len(cells), (0, None))
                cells.append(above if cell.tag.endswith("covered-table-cell") and rows_left else value)
            if len(cells) > MAX_COLUMNS:
                break
        covered = {place: (left - 1, value) for place, (left, value) in covered.items() if left > 1}
        if any(filled(value) for value in cells):
            for offset in range(min(repeated, MAX_ROWS + 1)):
                yield number + offset + 1, cells
        number += repeated


def _ods_value(cell):
    kind = cell.get(f"{ODS['office']}value-type")
    if kind in ("float", "currency", "percentage"):
        value = float(cell.get(f"{ODS['office']}value"))
        return int(value) if value == int(value) else value
    if kind == "date":
        return dt.datetime.fromisoformat(cell.get(f"{ODS['office']}date-value"))
    if kind == "boolean":
        return cell.get(f"{ODS['office']}boolean-value") == "true"
    lines = ["".join(part.itertext()) for part in cell.iter(f"{ODS['text']}p")]
    return "\n".join(lines) or None


class _Tables(HTMLParser):
    """The rows of every table on a page, cells that span several filled in."""

    def __init__(self):
        super().__init__()
        self.rows: list[list] = []
        self.cell = None
        self.span = (1, 1)
        self.covered: dict[tuple[int, int], str] = {}

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            given = dict(attrs)
            self.span = tuple(_span(given.get(name)) for name in ("rowspan", "colspan"))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag):
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self):
        if self.cell is None or not self.rows:
            return
        value, (down, across) = "".join(self.cell).strip(), self.span
        row = self.rows[-1]
        at = len(self.rows) - 1
        while (at, len(row)) in self.covered:
            row.append(self.covered.pop((at, len(row))))
        for below in range(1, down):
            for beside in range(across):
                self.covered[at + below, len(row) + beside] = value
        row.extend([value] * across)
        self.cell = None


def _span(text_):
    return min(int(text_), MAX_COLUMNS) if text_ and text_.isdigit() and int(text_) else 1


def _from_html(data):
    named = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    charset = named.group(1).decode("ascii").lower() if named else ""
    encodings = ["utf-8-sig", "gb18030"] if charset in ("", "utf-8", "utf8") else ["gb18030", "utf-8-sig"]
    for encoding in encodings:
        try:
            page = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetError(damaged())
    if "<table" not in page.lower():
        raise SheetError(_("This is not a table. Send an .xlsx, .xls, .ods or .csv file."))
    parser = _Tables()
    parser.feed(page)
    parser.close()
    yield Grid("", enumerate(parser.rows, 1))


def _from_csv(data, known):
    """Decode by what shows the expected headings: some bytes are valid in two encodings."""
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(_("This is not a table. Send an .xlsx, .xls, .ods or .csv file."))
    readings = []
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            readings.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    if not readings:
        raise SheetError(
            _("The characters of the file cannot be read. Save it as .xlsx or as “CSV UTF-8” and send that.")
        )
    yield Grid("", _csv_lines(max(readings, key=lambda page: max(map(known, _first_lines(page)), default=0))))


def _first_lines(page):
    return [line for _number, line in _csv_lines(page, HEADING_WITHIN)]


def _csv_lines(page, limit=None):
    csv.field_size_limit(CELL_LIMIT * 4)
    sample = page[:8192]
    delimiter = max(",\t;，", key=sample.count)
    try:
        for number, line in enumerate(csv.reader(io.StringIO(page, newline=""), delimiter=delimiter), 1):
            if limit and number > limit:
                return
            yield number, line
    except csv.Error as error:
        raise SheetError(damaged()) from error


def filled(value) -> bool:
    """Whether a cell says anything."""
    return value is not None and (not isinstance(value, str) or bool(text(value)))
