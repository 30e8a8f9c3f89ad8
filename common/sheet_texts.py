"""Tables that are text: CSV in whatever encoding and with whatever separator, and web pages named .xls."""

import contextlib
import csv
import html
import io
import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

from django.utils.translation import gettext as _

from .sheet_limits import HEADING_WITHIN, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, SheetError, no_table, too_large
from .sheet_writing import CELL_LIMIT


def lines_of(data: bytes, known: Callable[[list], int]) -> Iterable[tuple[int, list]]:
    """``(row number, cells)``, read in the encoding and with the separator that show most headings.

    Some bytes are valid in two encodings, and a text cell may hold more commas than separate it from the next.
    """
    readings = []
    for page in _decoded(data):
        if not re.search(r"<(?:html|table|meta|!doctype)\b", page[:4096], re.IGNORECASE):
            readings += [partial(_csv_lines, page, separator) for separator in ",\t;，"]
        elif "<table" in page.lower():
            readings.append(partial(_html_lines, page))
    if not readings:
        raise no_table()

    def headings(read):
        try:
            return max((known(cells) for _number, cells in islice(read(), HEADING_WITHIN)), default=0)
        except csv.Error:
            return 0

    return max(readings, key=headings)()


def _decoded(data) -> list[str]:
    """``data`` in every encoding it is valid in, likeliest first; never latin-1, in which everything is valid."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in data and not marked:
        raise no_table()
    pages = []
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            pages.append(data.decode(encoding))
    if any("\x00" in page for page in pages):  # no database takes it
        raise no_table()
    if not pages:
        raise SheetError(
            _("The characters of the file cannot be read. Save it as .xlsx or as “CSV UTF-8” and send that.")
        )
    return list(dict.fromkeys(pages))


def _csv_lines(page, separator):
    csv.field_size_limit(CELL_LIMIT * 4)
    return enumerate(csv.reader(io.StringIO(page, newline=""), delimiter=separator), 1)


def _html_lines(page):
    table = _Table()
    for found in re.finditer(r"<([^<>]*)>([^<]*)", page):  # Python's own parser takes hours for "<!<!<!…"
        table.take(*found.groups())
    table.end_row()
    return enumerate(table.rows, 1)


class _Table:
    """The rows of all tables on a page, cells that span several filled in."""

    def __init__(self):
        self.rows: list[list] = []
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.covered: dict[tuple[int, int], str] = {}
        self.cells = 0

    def take(self, tag, said):
        """One tag and the text after it."""
        name = re.match(r"/?\w*", tag).group().lower()
        if name in ("tr", "/tr", "/table"):
            self.end_row()
            if name == "tr":
                self.rows.append([])
        elif name in ("td", "th", "/td", "/th"):
            self._end_cell()
            if not name.startswith("/"):
                self.cell, self.span = (
                    [],
                    (_span("rowspan", tag, MAX_ROWS), _span("colspan", tag, MAX_COLUMNS)),
                )
        if self.cell is not None:
            self.cell.append(("\n" if name == "br" else "") + html.unescape(said))

    def end_row(self):
        self._end_cell()
        if self.rows:
            self._fill_from_above()

    def _end_cell(self):
        if self.cell is None or not self.rows:
            return
        value, (down, across) = "".join(self.cell).strip(), self.span
        self.cells += down * across
        if self.cells > MAX_CELLS:
            raise too_large()
        self._fill_from_above()
        at, row = len(self.rows) - 1, self.rows[-1]
        for below in range(1, down):
            self.covered |= {(at + below, len(row) + beside): value for beside in range(across)}
        row.extend([value] * across)
        self.cell = None

    def _fill_from_above(self):
        at, row = len(self.rows) - 1, self.rows[-1]
        while (at, len(row)) in self.covered:
            row.append(self.covered.pop((at, len(row))))


def _span(name, tag, most):
    given = re.search(rf"\b{name}\s*=\s*[\"']?(\d{{1,5}})", tag, re.IGNORECASE)
    return min(max(1, int(given.group(1))), most) if given else 1
