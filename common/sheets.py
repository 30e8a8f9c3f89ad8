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
from .sheet_files import Grid, filled, grids
from .sheet_limits import HEADING_WITHIN, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SheetError, too_large


@dataclass(frozen=True)
class Column:
    """A column somebody may send: ``field`` in our words, ``headings`` in theirs, the first being the usual one.

    ``fill_down``: an empty cell means the value above it, as offices leave a delegation blank after its first row.
    ``or_sheet_name``: where the column is missing, the name of the worksheet says it, as in a book with one worksheet
    for each delegation.
    """

    field: str
    headings: tuple[str, ...]
    required: bool = False
    fill_down: bool = False
    or_sheet_name: bool = False

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
    sheet, missing, left_out, found = Sheet(), [], [], False
    synonyms = {_bare(name): column.field for column in columns for name in column.headings}
    for grid in grids(data, lambda cells: len(_match(cells, synonyms)), sheet.warnings):
        reader = _Reader(grid, columns, synonyms, sheet)
        for row in reader.rows():
            sheet.rows.append(row)
            if len(sheet.rows) > MAX_ROWS:
                raise too_large()
        found = found or reader.found
        if not reader.found and grid.lines:
            left_out.append(grid.name)
        if reader.lacking and (not missing or len(reader.lacking) < len(missing)):
            missing = reader.lacking
    if found:
        sheet.warnings += [
            _("The sheet “%(name)s” has no heading row and was left out.") % {"name": name}
            for name in left_out
        ]
        return sheet
    if missing:
        raise SheetError(
            _("These headings are missing: %(names)s. Add them to the heading row and send the file again.")
            % {"names": "、".join(missing)}
        )
    raise SheetError(
        _("No heading row was found. The table needs a row with the headings %(names)s.")
        % {"names": "、".join(column.label for column in columns if column.required)}
    )


# Which rows of a grid are data

BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
FOOTER = re.compile(
    r"(本页|以上)?(合计|小计|总计|共计|共)(\d+\D{0,4})?|"
    r"(审核人|填表人|填报人|制表人|制表|审核|负责人|联系人|备注|注\d?|说明|填报单位|填报时间|制表时间)",
)
DEFAULT_NAME = re.compile(r"(sheet|工作表|表)\s*\d*", re.IGNORECASE)  # of a worksheet nobody named


def _bare(value) -> str:
    """A heading without white space, brackets and what stands in them."""
    narrow = unicodedata.normalize("NFKC", text(value))
    return re.sub(r"[\s:：*＊#.、/及和与]", "", BRACKETS.sub("", narrow)).lower()


def _match(cells, synonyms) -> dict[int, str]:
    """``{place: field}`` of a row of headings; a field counts once, at its first place."""
    places: dict[int, str] = {}
    for place, value in enumerate(cells):
        name = synonyms.get(_bare(value))
        if name and name not in places.values():
            places[place] = name
    return places


def _beneath(upper: dict[int, str], lower: dict[int, str]) -> dict[int, str]:
    """The places of a heading in two rows; the lower one is the more exact."""
    return {place: name for place, name in upper.items() if name not in lower.values()} | lower


class _Reader:
    """Finds the heading of one grid, in up to three rows, and yields what beneath it is data."""

    def __init__(self, grid: Grid, columns: Sequence[Column], synonyms: dict[str, str], sheet: Sheet):
        self.grid, self.columns, self.synonyms, self.sheet = grid, columns, synonyms, sheet
        self.grid_name = "" if DEFAULT_NAME.fullmatch(grid.name) else BRACKETS.sub("", grid.name).strip()
        self.required = {
            column.field: column.label
            for column in columns
            if column.required and not (column.or_sheet_name and self.grid_name)
        }
        self.places: dict[int, str] = {}
        self.lacking: list[str] = []  # the headings that the likeliest row does not have

    @property
    def found(self) -> bool:
        return bool(self.places)

    def rows(self) -> Iterator[Row]:
        above: list[list] = []
        in_heading, former = False, {}
        for number, cells in self.grid.lines:
            if any(map(filled, cells[MAX_COLUMNS:])):
                raise SheetError(_("The table has more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
            if not self.found:
                in_heading = self._is_heading(cells, above)
                if in_heading:
                    self.sheet.title = self.sheet.title or _title(above)
                above.append(cells)
                if len(above) > HEADING_WITHIN:
                    return
            elif (in_heading and self._goes_on_with_heading(cells)) or self._repeats_heading(cells):
                in_heading = True
            else:
                in_heading = False
                if row := self._row(number, cells, former):
                    yield row

    def _is_heading(self, cells, above) -> bool:
        """Whether every required heading is in this row, or in it and the one or two above it."""
        places = {}
        for line in [cells, *reversed(above[-2:])]:
            places = _beneath(_match(line, self.synonyms), places)
            lacking = [label for name, label in self.required.items() if name not in places.values()]
            if len(places) >= 2 and lacking and (not self.lacking or len(lacking) < len(self.lacking)):
                self.lacking = lacking
            if places and not lacking and len(places) >= min(2, len(self.columns)):
                self.places = places
                return True
        return False

    def _repeats_heading(self, cells) -> bool:
        """A heading printed again after a page break."""
        again = _match(cells, self.synonyms)
        telling = [place for place, name in self.places.items() if name in self.required] or self.places
        return all(again.get(place) == self.places[place] for place in telling)

    def _goes_on_with_heading(self, cells) -> bool:
        """A second row of headings: some are known, and nothing stands under those that are required."""
        lower = _match(cells, self.synonyms)
        under = {place: name for place, name in self.places.items() if name in self.required}
        taken = any(filled(_at(cells, place)) and lower.get(place) != name for place, name in under.items())
        if taken or not lower:
            return False
        self.places = _beneath(self.places, lower)
        return True

    def _row(self, number, cells, former) -> Row | None:
        """The row, if it is one of data; ``former`` keeps the values that are filled down."""
        given = [text(value) for value in cells if filled(value)]
        if self._is_footer(cells, given):
            return None
        if len(given) > 2 and len(set(given)) == 1:
            self.sheet.warnings.append(
                _("Row %(row)s (“%(text)s”) is a title across the table and was left out.")
                % {"row": number, "text": given[0][:40]}
            )
            return None
        values = {name: _unquoted(_at(cells, place)) for place, name in self.places.items()}
        fills = {column.field for column in self.columns if column.fill_down and column.field in values}
        if not any(filled(value) for name, value in values.items() if name not in fills):
            return None
        for name in fills:
            if filled(values[name]):
                former[name] = values[name]
            values[name] = former.get(name, values[name])
        for column in self.columns:
            if column.or_sheet_name and self.grid_name:
                values.setdefault(column.field, self.grid_name)
        return Row(number, self.grid.name, values)

    def _is_footer(self, cells, given) -> bool:
        """合计, 审核人: and the like: the first cell says so, and the rest is no full row of data."""
        start = re.sub(r"\s", "", re.split(r"[:：]", given[0])[0])
        if not FOOTER.fullmatch(start):
            return False
        full = all(filled(_at(cells, place)) for place, name in self.places.items() if name in self.required)
        return not full or len(set(given)) <= 2


def _at(cells, place):
    return cells[place] if place < len(cells) else None


def _title(lines) -> str:
    """What stands above a heading: rows that say one to three things."""
    said = [list(dict.fromkeys(text(value) for value in line if filled(value))) for line in lines]
    return " ".join(words for line in said if len(line) <= 3 for words in line)


def _unquoted(value):
    """Take off the quote that makes a cell text, set by a clerk or by ``sheet_writing.neutralise``."""
    return value[1:] if isinstance(value, str) and value.startswith("'") else value
