"""Word files, filled into templates that are Word files themselves, so that an office can change how its papers look."""

import io
import re

from django.http import FileResponse

from .uploads import ATTACHMENTS

NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def filled(template, **parts) -> bytes:
    """The template with these texts, lists and dictionaries in its places."""
    from docxtpl import DocxTemplate  # only processes that write letters carry it

    document = DocxTemplate(template)
    document.render(_plain(parts), autoescape=True)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def answer(body: bytes, name: str) -> FileResponse:
    response = FileResponse(
        io.BytesIO(body), as_attachment=True, filename=f"{name}.docx", content_type=ATTACHMENTS["docx"]
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(value):
    """Without the characters that no XML may hold; people paste anything."""
    if isinstance(value, str):
        return NOT_XML.sub("", value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
