"""The list of stations to be praised at the preparatory meeting of the congress (预备会, D3.5), as a Word file."""

import io

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import clock, preferences
from common.text import in_office_language

from .models import StarRecord

SONG = "宋体"


def praised(year: int):
    """Who rose, was awarded for the first time, or kept five stars, in the final decisions of a year; best first."""
    records = StarRecord.objects.public().of_year(year).praised()
    return records.select_related("station__area").order_by(
        "-new_stars", "-score", "station__display_order", "pk"
    )


@in_office_language
def as_word(year: int) -> bytes:
    """The list in the language of the office: stations in order of stars, with points, move and reward."""
    from docx import Document  # only processes that write documents carry it
    from docx.oxml.ns import qn

    records, document = list(praised(year)), Document()
    for style in ("Normal", "Title"):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), SONG)
    document.add_heading(title_of(year), 0)
    document.add_paragraph(f"{preferences.get('portal.organisation')} · {date_format(clock.today())}")
    document.add_paragraph(
        _("%(all)s stations are praised: %(rose)s rose, %(kept)s kept five stars.") % _numbers(records)
    )
    heads = (_("No."), _("County or district"), _("Station"), _("Stars"), _("Before"), _("Move"), _("Points"), _("Reward (yuan)"))  # fmt: skip
    rows = [heads, *(_cells(n, record) for n, record in enumerate(records, 1))]
    table = document.add_table(rows=len(rows), cols=len(heads), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@in_office_language
def title_of(year: int) -> str:
    return _("Liaison stations to be praised for %(year)s") % {"year": year}


def _numbers(records) -> dict:
    kept = sum(record.move == "keep" for record in records)
    return {"all": len(records), "kept": kept, "rose": len(records) - kept}


def _cells(number, record):
    return (
        str(number),
        str(record.station.area),
        str(record.station),
        record.get_new_stars_display(),
        record.get_old_stars_display() or "",
        record.get_move_display(),
        "" if record.score is None else str(record.score),
        "" if record.reward_amount is None else f"{record.reward_amount:,.2f}",
    )
