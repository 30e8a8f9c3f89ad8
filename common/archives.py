"""ZIP files of strangers, which tables and Word files are: looked at before any parser opens them (R-12)."""

import contextlib
import io
import re
import zipfile
from xml.parsers import expat

from django.utils.translation import gettext as _

from .sheet_limits import MAX_CELLS, SheetError, damaged, protected, too_large

MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 200
MAX_ELEMENTS = 3 * MAX_CELLS  # of XML; a cell of text is three
# what opening an archive says: broken, a wrong number in it, packed in a way zipfile does not know
BROKEN_ARCHIVE = (zipfile.BadZipFile, ValueError, NotImplementedError)


def check_archive(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP after reading no more than its directory; :class:`SheetError` for a bomb or a locked one (R-12)."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (*BROKEN_ARCHIVE, OSError) as error:
        raise damaged() from error
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
        raise protected()
    return archive


def measure(archive, names):
    """Refuse what a parser would make too much of, before one is called: elements, entities, ranges it fills."""
    elements = cells = 0

    def element(tag, attributes):
        nonlocal elements, cells
        elements += 1
        if tag.rpartition(":")[2] in ("mergeCell", "hyperlink"):  # openpyxl makes a cell of each in the range
            cells += _area(attributes.get("ref", ""))
        if elements > MAX_ELEMENTS or cells > MAX_CELLS:
            raise too_large()

    def doctype(*_arguments):
        raise damaged()

    for name in names:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.StartDoctypeDeclHandler = element, doctype
        with contextlib.suppress(expat.ExpatError), archive.open(name) as part:  # a picture is no XML
            parser.ParseFile(part)


def _area(reference) -> int:
    """How many cells ``A1:C3`` has; too many for a range that is written in any other way."""
    if ":" not in reference:
        return 1
    corners = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", reference)
    if not corners:
        return MAX_CELLS + 1
    left, top, right, bottom = corners.groups()
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters) -> int:
    return sum((ord(letter) - 64) * 26**n for n, letter in enumerate(reversed(letters)))
