"""Write proposals/data/letter.docx anew: the paper that letters of units are filled into."""

from django.core.management.base import BaseCommand

from proposals.letters import TEMPLATE

BODY, HEADING = "仿宋", "宋体"  # 三号仿宋 and 二号 for the title, as GB/T 9704 lays out official papers


def template():
    """Each line of the paper, with the places docxtpl fills; a ``{%p … %}`` stands for its whole paragraph."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm, Pt

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    _set_font(document.styles["Normal"], BODY, Pt(16))
    form = document.styles["Normal"].paragraph_format
    form.line_spacing, form.space_before, form.space_after = Pt(28), Pt(0), Pt(0)

    def line(text, align=None, indent=True, size=None, bold=False, after=0):
        paragraph = document.add_paragraph()
        paragraph.alignment = align
        if indent and align is None:
            paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.paragraph_format.space_after = Pt(after)
        run = paragraph.add_run(text)
        run.bold = bold
        if size:
            _set_font(run, HEADING, Pt(size))

    def each(names, text, **style):
        line(f"{{%p for {names} %}}", indent=False)
        line(text, **style)
        line("{%p endfor %}", indent=False)

    def given(name, text, **style):
        line(f"{{%p if {name} %}}", indent=False)
        line(text, **style)
        line("{%p endif %}", indent=False)

    given("class_code", "{{ class_code }}", align=ALIGN.RIGHT, size=22, bold=True)
    line("{{ title }}", align=ALIGN.CENTER, size=22, bold=True, after=14)
    given("document_no", "{{ document_no }}", align=ALIGN.CENTER, after=14)
    line("{{ addressee }}", indent=False)
    given("correction", "{{ correction }}")
    line("{{ opening }}")
    each("paragraph in paragraphs", "{{ paragraph }}")
    line("{%p for opinion in opinions %}", indent=False)
    line("{{ opinion.heading }}", bold=True)
    each("paragraph in opinion.paragraphs", "{{ paragraph }}")
    line("{%p endfor %}", indent=False)
    given("promises", "{{ promises_heading }}", bold=True)
    each("promise in promises", "{{ loop.index }}. {{ promise }}")
    line("{{ closing }}", after=14)
    given("enclosures", "{{ enclosures_heading }}")
    each("enclosure in enclosures", "{{ loop.index }}. {{ enclosure }}")
    line("{{ unit }}", align=ALIGN.RIGHT)
    line("{{ day }}", align=ALIGN.RIGHT, after=14)
    given("contact", "（{{ contact }}）")
    return document


def _set_font(styled, name, size):
    """Word keeps the font of Chinese characters apart from that of letters."""
    from docx.oxml.ns import qn

    styled.font.name, styled.font.size = name, size
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


class Command(BaseCommand):
    help = "Write the Word template of units' letters anew."

    def handle(self, *args, **options):
        template().save(TEMPLATE)
        self.stdout.write(str(TEMPLATE))
