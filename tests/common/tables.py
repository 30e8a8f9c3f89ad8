"""Office files made on the spot; ``tests/samples/*.xls`` (written with xlwt) hold the same roster as ``ROSTER``."""

import io
import zipfile
from html import escape

from openpyxl import Workbook

from common.sheets import Column

COLUMNS = (
    Column("name", ("姓名", "代表姓名"), required=True),
    Column("birth", ("出生年月",)),
    Column("delegation", ("代表团", "选举单位"), required=True, fill_down=True),
    Column("phone", ("联系电话", "手机", "联系方式")),
    Column("address", ("通讯地址", "住址")),
)
TITLE = "新余市第十届人民代表大会代表名册"
HEADING = ["序号", "姓　名", "出生年月", "代表团", "联系电话", "备注"]
ROSTER = [
    [TITLE],
    HEADING,
    [1, "梁　芳", "1985年6月15日", "渝水区", 13800001111],
    [2, "𠮷永㛃", "1980.9", "", "１３８００００１１１２"],
    [3, "王䶮", "1985.06", "分宜县", "0790-6441234"],
    ["合计", 3],
    ["审核人:", "", "填表人:"],
]


def simple(*names):
    """The plainest table of these people."""
    return [["姓名", "代表团"], *([name, "渝水区"] for name in names)]


def xlsx(*sheets, merge=(), hidden_rows=(), hidden_sheets=()):
    """Each sheet is ``lines`` or ``(name, lines)``; ``merge``, ``hidden_rows`` are about the first."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets, 1):
        name, lines = sheet if isinstance(sheet, tuple) else (f"Sheet{number}", sheet)
        ws = book.create_sheet(name)
        for line in lines:
            ws.append(line)
        ws.sheet_state = "hidden" if name in hidden_sheets else "visible"
    for area in merge:
        book.worksheets[0].merge_cells(area)
    for number in hidden_rows:
        book.worksheets[0].row_dimensions[number].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(lines, encoding="utf-8", separator=","):
    return "\r\n".join(separator.join(map(str, line)) for line in lines).encode(encoding)


def html(lines, encoding="utf-8", charset=""):
    """As old systems export a table and call it .xls; a cell may be ``(value, attributes)``."""
    rows = "".join(f"<tr>{''.join(map(_td, line))}</tr>" for line in lines)
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><table border=1>{rows}</table></body></html>".encode(encoding)


def _td(cell):
    value, attributes = cell if isinstance(cell, tuple) else (cell, "")
    return f"<td {attributes}>{escape(str(value))}</td>"


def ods(body, styles=""):
    """``body`` is the inside of the spreadsheet; :func:`ods_table` makes parts of it."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("table", "office", "text", "style")
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def ods_table(lines, name="Sheet1", attributes=""):
    """A line is a list of values, or the ready-made inside of a row with its attributes as ``(attributes, inside)``."""
    rows = ""
    for line in lines:
        given, inside = line if isinstance(line, tuple) else ("", "".join(map(ods_cell, line)))
        rows += f"<table:table-row {given}>{inside}</table:table-row>"
    return f'<table:table table:name="{name}" {attributes}>{rows}</table:table>'


def ods_cell(value, attributes=""):
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind} {attributes}><text:p>{value}</text:p></table:table-cell>"
    return f"<table:table-cell {attributes}><text:p>{escape(value)}</text:p></table:table-cell>"


def archive(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()
