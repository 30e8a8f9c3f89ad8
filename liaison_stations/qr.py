"""A QR code that stands in a page: drawn as lines, so that it loads nothing and prints sharp."""

import segno
from django.utils.safestring import SafeString, mark_safe


def drawn(address: str, title: str) -> SafeString:
    """The code of an address as SVG; a quarter of it may be dirty and it is still read (level Q)."""
    code = segno.make(address, error="q", micro=False, boost_error=False)
    return mark_safe(  # noqa: S308 segno escapes the title, and the rest is its own
        code.svg_inline(omitsize=True, border=4, title=title, svgclass="qr", lineclass=None)
    )
