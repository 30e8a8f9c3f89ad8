"""Tables as offices really send them (D8.3), read into rows.

``read`` knows .xlsx, .xls, .ods, CSV in UTF-8, UTF-16 or GB18030, and HTML tables named .xls; the content decides,
never the name (:mod:`common.sheet_files`). What the cells mean is told by :mod:`common.cells`; tables are written by
:mod:`common.sheet_writing`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .cells import text
from .sheet_files import (
    HEADING_WITHIN,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Grid,
    SheetError,
    filled,
    grids,
    too_many_rows,
)
from .sheet_writing import DANGEROUS


@dataclass(frozen=True)
class Column:
    """A column somebody may send: ``field`` in our words, ``headings`` in theirs, the first being the usual one.

    ``fill_down``: an empty cell means the value above it, as offices leave a delegation blank after its first row.
    """

    field: str
    headings: tuple[str, ...]
    required: bool = False
    fill_down: bool = False

    @property
    def label(self) -> str:
        return self.headings[0]


@dataclass
class Row:
    """One row of data; ``number`` is the row number a clerk sees in the file."""

    number: int
    sheet: str
    cells: dict[str, object]


@dataclass
class Sheet:
    """Everything read from one file; ``title`` is what stood above the first heading."""

    title: str = ""
    rows: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read(data: bytes, columns: Sequence[Column]) -> Sheet:
    """Read ``data`` into rows of ``columns``.

    Raises :class:`SheetError` with a sentence for a file that is empty, too large, damaged, protected, no table, or lacks
    headings.
    """
    if not data:
        raise SheetError(_("The file is empty. Choose the file that holds the table."))
    if len(data) > MAX_BYTES:
        raise SheetError(
            _("The file is larger than %(limit)s MB. Split it, or remove pictures from it.")
            % {"limit": MAX_BYTES >> 20}
        )
    sheet = Sheet()
    found = False
    missing = None
    for grid in grids(data, _Heading(columns).known, sheet.warnings):
        heading = _Heading(columns)
        for row in _rows(grid, heading, sheet):
            sheet.rows.append(row)
            if len(sheet.rows) > MAX_ROWS:
                raise SheetError(too_many_rows())
        found = found or heading.found
        missing = missing or heading.nearly
    if not found:
        if missing:
            raise SheetError(
                _(
                    "These headings are missing: %(names)s. Add them to the heading row and send the file again."
                )
                % {"names": "、".join(missing)}
            )
        names = "、".join(column.label for column in columns if column.required)
        raise SheetError(
            _("No heading row was found. The table needs a row with the headings %(names)s.")
            % {"names": names}
        )
    return sheet


# Which rows of a grid are data


class _Heading:
    """Finds the heading row and maps its cells to fields."""

    def __init__(self, columns):
        self.columns = columns
        self.synonyms = {_bare(name): column.field for column in columns for name in column.headings}
        self.required = {column.field: column.label for column in columns if column.required}
        self.places: dict[int, str] = {}
        self.nearly: list[str] = []

    @property
    def found(self):
        return bool(self.places)

    def known(self, cells) -> int:
        return len(self.match(cells))

    def match(self, cells) -> dict[int, str]:
        """``{place: field}`` of a row of headings; a field counts once, at its first place."""
        places = {}
        for place, value in enumerate(cells):
            name = self.synonyms.get(_bare(value))
            if name and name not in places.values():
                places[place] = name
        return places

    def take(self, cells, above=None) -> bool:
        """Whether this is the heading (alone, or beneath the row ``above`` of a heading in two rows)."""
        places = self.match(cells)
        if above is not None:
            for place, name in self.match(above).items():
                if place not in places and name not in places.values():
                    places[place] = name
        lacking = [label for name, label in self.required.items() if name not in places.values()]
        if len(places) >= 2 and lacking and (not self.nearly or len(lacking) < len(self.nearly)):
            self.nearly = lacking
        if not places or lacking or len(places) < min(2, len(self.columns)):
            return False
        self.places = places
        return True

    def repeats(self, cells) -> bool:
        """A heading printed again after a page break."""
        again = self.match(cells)
        return len(again) >= max(2, len(self.places) - 1) and all(
            self.places.get(k) == v for k, v in again.items()
        )


BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
FOOTER = re.compile(
    r"^(合计|小计|总计|共计|审核人|填表人|填报人|制表人|制表|审核|负责人|联系人|备注|注|说明|填报单位|填报时间)([:：].*)?$"
)


def _bare(value) -> str:
    """A heading without white space, brackets and what stands in them."""
    narrow = unicodedata.normalize("NFKC", text(value))
    return re.sub(r"[\s:：*＊#.、/及和与]", "", BRACKETS.sub("", narrow)).lower()


def _rows(grid: Grid, heading: _Heading, sheet: Sheet) -> Iterator[Row]:
    above: list[str] = []
    former = None
    last: dict[str, object] = {}
    fills = [column.field for column in heading.columns if column.fill_down]
    for seen, (number, cells) in enumerate(grid.lines):
        if len(cells) > MAX_COLUMNS and any(filled(value) for value in cells[MAX_COLUMNS:]):
            raise SheetError(_("The table has more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
        given = [value for value in cells if filled(value)]
        if not given:
            continue
        if not heading.found:
            if heading.take(cells) or (former is not None and heading.take(cells, former)):
                sheet.title = sheet.title or " ".join(above)
            else:
                above += dict.fromkeys(text(value) for value in given if len(set(map(str, given))) <= 3)
                former = cells
                if seen > HEADING_WITHIN:
                    return
            continue
        if heading.repeats(cells) or _is_footer(cells, given, heading):
            continue
        values = {
            name: cells[place] if place < len(cells) else None for place, name in heading.places.items()
        }
        for name in fills:
            if filled(values.get(name)):
                last[name] = values[name]
            elif name in last:
                values[name] = last[name]
        if any(filled(value) for name, value in values.items() if name not in fills):
            yield Row(number, grid.name, {name: _unquoted(value) for name, value in values.items()})


def _is_footer(cells, given, heading) -> bool:
    """合计, 审核人: and the like: a short row whose first filled cell says so and whose required cells are not all there."""
    if not FOOTER.match(re.sub(r"\s", "", text(given[0]))):
        return False
    places = {name: place for place, name in heading.places.items()}
    full = all(
        filled(cells[places[name]]) if places[name] < len(cells) else False for name in heading.required
    )
    return not full or len(given) <= 2


def _unquoted(value):
    """Take off the quote that ``neutralise`` put before a dangerous cell."""
    if isinstance(value, str) and len(value) > 1 and value[0] == "'" and value[1] in DANGEROUS:
        return value[1:]
    return value
