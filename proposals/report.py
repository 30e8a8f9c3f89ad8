"""The report on how the suggestions of a year were handled, for the public and for the next session (Deputies Law
Art. 51). It holds numbers, and of suggestions only what is published: never who rated how, never an unpublished title.
"""

import io
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock, preferences

from . import rates
from .models import Commitment, KeyItem, Suggestion, Verdict

MOST_ROWS = 2000  # of the table; a city has a few hundred suggestions a year
TABLES = ("category", "committee", "unit")
COLUMNS = ("implementation", "kept", "satisfaction", "reply", "contact")  # the rates of a table


@dataclass(frozen=True)
class YearlyReport:
    year: int
    as_of: object
    organisation: str
    figures: dict
    headlines: list
    origins: list  # [(label, number)]
    classes: list
    verdicts: list
    tables: list  # [(label, [{name, total, figures}])]
    key_items: list
    promises: dict
    suggestions: list  # of Line
    is_cut: bool

    MOST_ROWS = MOST_ROWS

    @property
    def columns(self):
        return [rates.RATES[key] for key in COLUMNS]

    @property
    def headings(self):
        return HEADINGS

    @property
    def sentences(self):
        return sentences(self)

    @property
    def title(self):
        return _("Report on the handling of deputies' suggestions, %(year)s") % {"year": self.year}

    @property
    def total(self):
        """Suggestions that were assigned."""
        return self.figures["implementation"].total

    @property
    def replied(self):
        return self.figures["contact"].total

    @property
    def rated(self):
        return self.figures["satisfaction"].total


def of_year(year: int) -> YearlyReport:
    """The report, in a fixed number of queries."""
    suggestions = Suggestion.objects.of_year(year)
    figures = rates.figures(suggestions)
    assigned = suggestions.assigned().order_by()
    listed = suggestions.assigned().for_lists().with_units()
    listed = list(listed.order_by("session_id", "number", "pk")[: MOST_ROWS + 1])
    return YearlyReport(
        year=year,
        as_of=clock.today(),
        organisation=preferences.get("portal.organisation"),
        figures=figures,
        headlines=[figures[key] for key in rates.headlines()],
        origins=_counted(assigned, "origin", Suggestion.Origin),
        classes=_classes(assigned),
        verdicts=_counted(assigned, "verdict", Verdict),
        tables=[(rates.BY[by].label, _rows(rates.table(suggestions, by))) for by in TABLES],
        key_items=list(KeyItem.objects.of_year(year).for_lists()),
        promises=Commitment.objects.promised().filter(suggestion__year=year).counts(clock.today()),
        suggestions=[Line.of(suggestion) for suggestion in listed[:MOST_ROWS]],
        is_cut=len(listed) > MOST_ROWS,
    )


@dataclass(frozen=True)
class Line:
    """One suggestion in the table; of one that is not published the number alone."""

    url: str
    label: str
    title: str
    lead: str = ""
    units: str = ""
    reply_class: str = ""
    replied_on: object = None
    verdict: str = ""

    @classmethod
    def of(cls, suggestion):
        if suggestion.published_on is None:
            return cls("", suggestion.label, "")
        return cls(
            suggestion.get_absolute_url(),
            suggestion.label,
            suggestion.title,
            str(suggestion.lead),
            "、".join(str(part.unit) for part in suggestion.parts),
            suggestion.reply_class.code if suggestion.reply_class else "",
            suggestion.replied_on,
            suggestion.get_verdict_display(),
        )


def _rows(table):
    return [
        {
            "name": row["name"],
            "total": row["figures"]["implementation"].total,
            "figures": [row["figures"][key] for key in COLUMNS],
        }
        for row in table
    ]


def _counted(assigned, column, choices):
    numbers = dict(assigned.values_list(column).annotate(number=Count("pk")))
    return [(choice.label, numbers.get(choice.value, 0)) for choice in choices]


def _classes(assigned):
    rows = assigned.exclude(reply_class=None).values_list("reply_class__code", "reply_class__text")
    return [
        (f"{code} {text}", number)
        for code, text, number in rows.annotate(number=Count("pk")).order_by("reply_class__code")
    ]


# The document

HEADINGS = (
    gettext_lazy("No."),
    gettext_lazy("Title"),
    gettext_lazy("Lead deputy"),
    gettext_lazy("Units"),
    gettext_lazy("Class"),
    gettext_lazy("Replied on"),
    gettext_lazy("Result, say the signers"),
)


def as_word(year: int) -> bytes:
    """The report as a Word document, in the language of the office."""
    from docx import Document  # only processes that write documents carry it
    from docx.oxml.ns import qn

    with translation.override(settings.LANGUAGE_CODE):
        report, document = of_year(year), Document()
        for style in ("Normal", "Title", "Heading 1"):
            fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
            fonts.set(qn("w:eastAsia"), "宋体")
        document.add_heading(report.title, 0)
        document.add_paragraph(f"{report.organisation} · {date_format(report.as_of)}")
        for sentence in sentences(report):
            document.add_paragraph(sentence)
        for label, rows in report.tables:
            document.add_heading(capfirst(label), 1)
            heads = ("", _("Assigned"), *(rate.label for rate in report.columns))
            cells = [
                (row["name"] or "—", row["total"], *(figure.shown for figure in row["figures"]))
                for row in rows
            ]
            _table(document, heads, cells)
        if report.key_items:
            document.add_heading(_("Key suggestions"), 1)
            heads = (_("Title"), _("Leads the supervision"), _("Leads the handling"), _("State"))
            rows = [
                (item.title, item.supervision_leader, item.handling_leader, item.get_state_display())
                for item in report.key_items
            ]
            _table(document, heads, rows)
        document.add_heading(_("All suggestions"), 1)
        _table(document, HEADINGS, map(_cells, report.suggestions))
        if report.is_cut:
            document.add_paragraph(_("The table ends after %(n)s rows.") % {"n": MOST_ROWS})
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def sentences(report: YearlyReport) -> list[str]:
    """What the numbers say in words; every rate with what it divides."""
    numbers = {
        "total": report.total,
        "replied": report.replied,
        "rated": report.rated,
        "origins": _listed(report.origins),
        "classes": _listed(report.classes),
        "verdicts": _listed(report.verdicts),
    }
    said = [
        _("%(total)s suggestions were assigned (%(origins)s); %(replied)s were replied to.") % numbers,
        _("By class: %(classes)s.") % numbers,
        _("%(rated)s were rated by those who signed them: %(verdicts)s.") % numbers,
    ]
    said += [
        _("%(rate)s %(shown)s (%(number)s of %(whole)s): %(formula)s.")
        % {
            "rate": figure.rate.label,
            "shown": figure.shown,
            "number": figure.number,
            "whole": figure.total,
            "formula": figure.rate.formula,
        }
        for figure in report.headlines
    ]
    said.append(
        _("Replies promised %(all)s things: %(kept)s are kept and verified, %(late)s are late.")
        % report.promises
    )
    return said


def _listed(pairs):
    return "，".join(f"{label} {number}" for label, number in pairs) or "—"


def _cells(line):
    if not line.title:
        return (line.label, _("not public"), "", "", "", "", "")
    day = date_format(line.replied_on) if line.replied_on else ""
    return (line.label, line.title, line.lead, line.units, line.reply_class, day, line.verdict)


def _table(document, heads, rows):
    rows = [heads, *rows]
    table = document.add_table(rows=len(rows), cols=len(heads), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = str(text)
