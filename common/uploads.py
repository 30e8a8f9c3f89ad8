"""Files that strangers send: measured before they are opened, rewritten or checked, kept where no address leads.

A picture is decoded, turned upright, freed of metadata (position above all) and written again in two sizes; an
attachment, which may be anybody's papers, is sealed as it came after its content was recognised. Both are served by
views that ask their own ``rules.py`` each time and then call :func:`answer`.
"""

import errno
import hashlib
import io
import logging
import re
import warnings
import zipfile

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from . import ciphers
from .archives import check_archive
from .models import StoredFile
from .sheet_files import OLE
from .sheet_limits import SheetError

logger = logging.getLogger(__name__)

PICTURE_BYTES = 15 * 1024 * 1024
ATTACHMENT_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000  # a 40-megapixel phone; decoded that is 120 MB
SIZES = {"large": 1600, "small": 400}  # longest side in pixels
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "MPO")
WORD, EXCEL = "application/vnd.openxmlformats-officedocument.{}".format, "application/vnd.ms-excel"
ATTACHMENTS = {
    "pdf": "application/pdf",
    "docx": WORD("wordprocessingml.document"),
    "xlsx": WORD("spreadsheetml.sheet"),
    "doc": "application/msword",
    "xls": EXCEL,
}


def check_picture(upload) -> None:
    """``ValidationError`` with a sentence unless ``store_picture`` would take this; for forms, which save later."""
    _bound(upload, PICTURE_BYTES)
    _decode(upload)
    upload.seek(0)


def store_picture(upload, *, by) -> StoredFile:
    """Keep a photo; ``ValidationError`` with a sentence for anything that is none or too large."""
    _bound(upload, PICTURE_BYTES)
    picture = _decode(upload)
    written = {}
    for size, longest in SIZES.items():
        copy = picture.copy()
        copy.thumbnail((longest, longest))
        out = io.BytesIO()
        copy.save(out, "JPEG", quality=85, optimize=True)
        written[size] = out.getvalue()
        if size == "large":
            width, height = copy.size
    return _keep(
        written,
        kind=StoredFile.Kind.PICTURE,
        name=_plain_name(upload.name, "jpg"),
        content_type="image/jpeg",
        width=width,
        height=height,
        by=by,
        body=written["large"],
    )


def store_pictures(uploads, *, by) -> list[StoredFile]:
    """Several photos of one message: where one cannot be kept, none stays."""
    stored = []
    try:
        for upload in uploads:
            stored.append(store_picture(upload, by=by))
    except BaseException:
        for one in stored:  # their rows go with the transaction
            _remove([_path(one, size) for size in SIZES])
        raise
    return stored


def store_attachment(upload, *, by) -> StoredFile:
    """Keep a PDF, Word or Excel file; ``ValidationError`` with a sentence for anything else."""
    _bound(upload, ATTACHMENT_BYTES)
    body = upload.read()
    extension = _recognised(body)
    return _keep(
        {"original": ciphers.seal_bytes(body)},
        kind=StoredFile.Kind.ATTACHMENT,
        name=_plain_name(upload.name, extension),
        content_type=ATTACHMENTS[extension],
        by=by,
        body=body,
    )


def answer(stored: StoredFile, *, size: str = "", public: bool = False):
    """The response that carries a file; the calling view has asked whether this visitor may have it.

    Pictures (``size`` large or small) are shown in the page, attachments are only ever downloaded.
    """
    is_picture = stored.kind == StoredFile.Kind.PICTURE
    part = (size if size in SIZES else "large") if is_picture else "original"
    response = FileResponse(
        _opened(stored, part),
        as_attachment=not is_picture,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"
    return response


def _opened(stored, part):
    file = default_storage.open(_path(stored, part), "rb")
    if stored.kind == StoredFile.Kind.PICTURE:
        return file
    with file:
        return io.BytesIO(ciphers.unseal_bytes(file.read()))


def read(stored: StoredFile) -> bytes:
    """The bytes of a file: an attachment as it was sent, a picture in its large size."""
    with _opened(stored, "large" if stored.kind == StoredFile.Kind.PICTURE else "original") as file:
        return file.read()


def delete(stored: StoredFile) -> None:
    """Remove a file, bytes after the row and only if that is committed."""
    paths = [_path(stored, part) for part in (*SIZES, "original")]
    stored.delete()
    transaction.on_commit(lambda: _remove(paths))


def sealed_path(stored: StoredFile) -> str:
    """Where an attachment lies in the storage."""
    return _path(stored, "original")


def _path(stored, part):
    key = str(stored.key)
    return f"private/{key[:2]}/{key}/{part}"


def _bound(upload, limit):
    if not upload.size:
        raise ValidationError(_("The file is empty. Choose another."))
    if upload.size > limit:
        raise ValidationError(
            _("The file has %(size)s MB; at most %(limit)s MB can be sent.")
            % {"size": -(-upload.size // 2**20), "limit": limit // 2**20}
        )


def _decode(upload):
    """The picture in RGB, upright, no larger than the large size, without metadata."""
    from PIL import Image, ImageOps  # only processes that receive pictures carry it
    from pillow_heif import register_heif_opener

    register_heif_opener()
    too_many_dots = ValidationError(
        _("The picture has more than %(limit)s million dots. Make it smaller and try again.")
        % {"limit": MAX_PIXELS // 10**6}
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we measure by ourselves, below
            picture = Image.open(upload, formats=PICTURE_FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise too_many_dots
        largest = (SIZES["large"],) * 2
        picture.draft("RGB", largest)  # a JPEG decodes straight to about the size needed
        if picture.mode.startswith("I;16"):
            picture = picture.point(lambda value: value / 256).convert("L")
        elif picture.mode in ("1", "P"):
            picture = picture.convert("RGBA")
        picture.thumbnail(largest)  # before anything copies it: forty million dots take 160 MB
        ImageOps.exif_transpose(picture, in_place=True)
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            ground = Image.new("RGB", picture.size, "white")
            ground.paste(picture, mask=picture.getchannel("A"))
            return ground
        picture = picture.convert("RGB")
        picture.info.clear()
        return picture
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise too_many_dots from error
    except Exception as error:  # decoders raise anything on hostile bytes
        raise ValidationError(
            _("This is no picture we can read. Send a photo as JPEG, PNG, WebP or HEIC.")
        ) from error


def _recognised(body: bytes) -> str:
    """The extension that the content deserves, whatever the name says."""
    refused = ValidationError(_("Only PDF, Word and Excel files can be attached, without macros."))
    if body[:5] == b"%PDF-":
        return "pdf"
    if body.startswith(OLE):
        streams = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls"}
        found = [extension for name, extension in streams.items() if _has_stream(body, name)]
        if not found or _has_stream(body, "_VBA_PROJECT"):
            raise refused
        return found[0]
    if not body.startswith(b"PK\x03\x04"):
        raise refused
    try:
        archive = check_archive(body)
        names = set(archive.namelist())
        types = archive.read("[Content_Types].xml").lower()
    except (SheetError, zipfile.BadZipFile, KeyError) as error:
        raise refused from error
    if b"macroenabled" in types or b"vbaproject" in types:
        raise refused
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise refused


def _has_stream(body: bytes, name: str) -> bool:
    """Whether the directory of an OLE file (as installers are, too) lists a stream of this name."""
    coded = name.encode("utf-16-le") + b"\0\0"
    entry = re.escape(coded) + b".{%d}" % (64 - len(coded)) + re.escape(bytes([len(coded), 0]))
    return re.search(entry, body, re.DOTALL) is not None


def _plain_name(name: str, extension: str) -> str:
    """The file's own name without a path, control characters or a false extension."""
    stem = re.split(r"[/\\]", name or "")[-1].rsplit(".", 1)[0]
    stem = re.sub(r'[\x00-\x1f\x7f"<>|:*?\u202a-\u202e\u2066-\u2069]', "", stem).strip(" .")[:100]
    return f"{stem or 'file'}.{extension}"


def _keep(parts, *, body, **fields) -> StoredFile:
    """Write the bytes, then the row; of neither a half stays, whatever fails."""
    stored = StoredFile(size=len(body), sha256=hashlib.sha256(body).hexdigest(), **fields)
    paths = [_path(stored, part) for part in parts]
    try:
        for path, content in zip(paths, parts.values(), strict=True):
            default_storage.save(path, ContentFile(content))
        with transaction.atomic():
            stored.save()
    except OSError as error:
        _remove(paths)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        logger.critical("No space left for uploads")
        raise ValidationError(
            _("There is no room for files at the moment. Please try again later; nothing was saved.")
        ) from error
    except BaseException:
        _remove(paths)
        raise
    return stored


def _remove(paths):
    for path in paths:
        default_storage.delete(path)
