"""What strangers send: pictures come out upright and bare, the rest is refused or only ever downloaded (R-12, R-13)."""

import errno
import io
import struct
import time
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pillow_heif import register_heif_opener

from common import uploads
from common.models import StoredFile
from tests.factories import ConsentFactory, MandateFactory, UserFactory

from .tables import archive

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parent.parent / "samples"
RED, BLUE = (254, 0, 0), (0, 0, 254)
GPS = 0x8825


def sent(body, name="photo.jpg"):
    return SimpleUploadedFile(name, body)


def photo(kind, *, mode="RGB", size=(80, 40), orientation=None, place=False):
    """A picture red on the left and blue on the right, as a camera writes it."""
    register_heif_opener()
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if place:
        exif.get_ifd(GPS).update({1: "N", 2: (27.0, 48.0, 57.12), 3: "E", 4: (114.0, 55.0, 0.0)})
    out = io.BytesIO()
    picture.convert(mode).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def kept(stored, part="large"):
    """The bytes a visitor gets."""
    response = uploads.answer(stored, size=part)
    body = b"".join(response.streaming_content)
    response.close()
    return body


def shown(stored, part="large"):
    return Image.open(io.BytesIO(kept(stored, part)))


def near(colour, other):
    return all(abs(a - b) < 12 for a, b in zip(colour, other, strict=True))


def files():
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def refusal(store, body, name="photo.jpg"):
    """The sentence a sender reads; nothing of the file is kept."""
    with pytest.raises(ValidationError) as refused:
        store(sent(body, name), by=None)
    assert (StoredFile.objects.count(), files()) == (0, [])
    return refused.value.messages[0]


# Pictures


def test_a_photo_taken_sideways_is_stored_upright_without_where_it_was_taken():
    body = photo("JPEG", orientation=6, place=True)
    assert Image.open(io.BytesIO(body)).getexif().get_ifd(GPS)
    stored = uploads.store_picture(sent(body), by=None)
    picture = shown(stored)
    assert (picture.size, stored.width, stored.height) == ((40, 80), 40, 80)
    assert near(picture.getpixel((20, 5)), RED)
    assert near(picture.getpixel((20, 75)), BLUE)
    assert not picture.getexif()
    assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_of_an_iphone_becomes_a_jpeg_without_where_it_was_taken():
    body = photo("HEIF", place=True)
    assert Image.open(io.BytesIO(body)).getexif().get_ifd(GPS)
    stored = uploads.store_picture(sent(body, "IMG_0001.HEIC"), by=None)
    assert (shown(stored).format, stored.name, stored.content_type) == ("JPEG", "IMG_0001.jpg", "image/jpeg")
    assert not shown(stored).getexif()
    assert b"Exif" not in kept(stored)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_photos_become_jpegs(kind):
    picture = shown(uploads.store_picture(sent(photo(kind)), by=None))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert near(picture.getpixel((5, 20)), RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16", "CMYK"])
def test_every_kind_of_colour_is_understood(mode):
    picture = photo("JPEG" if mode == "CMYK" else "PNG", mode=mode) if mode != "I;16" else grey_of_16_bits()
    assert shown(uploads.store_picture(sent(picture), by=None)).mode == "RGB"


def grey_of_16_bits():
    out = io.BytesIO()
    Image.new("I;16", (8, 8), 40_000).save(out, "PNG")
    return out.getvalue()


def test_sixteen_bits_of_grey_keep_their_brightness():
    picture = shown(uploads.store_picture(sent(grey_of_16_bits()), by=None))
    assert near(picture.getpixel((4, 4)), (156, 156, 156))


def test_what_is_transparent_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    assert near(shown(uploads.store_picture(sent(out.getvalue()), by=None)).getpixel((4, 4)), (255, 255, 255))


def test_a_large_photo_is_kept_in_two_smaller_sizes():
    stored = uploads.store_picture(sent(photo("JPEG", size=(4000, 3000))), by=None)
    assert [shown(stored, part).size for part in ("large", "small")] == [(1600, 1200), (400, 300)]
    assert len(files()) == 2
    assert stored.size == len(kept(stored))


def huge_png(width, height):
    """A PNG of a few bytes that claims to be of this size."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (10_000, 9_000), (6_400, 6_300)])
def test_a_picture_of_too_many_dots_is_refused_before_it_is_decoded(width, height):
    started = time.process_time()
    assert "40 million dots" in refusal(uploads.store_picture, huge_png(width, height))
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', id="svg with script"
        ),
        pytest.param(b'<?xml version="1.0"?><svg/>', id="svg"),
        pytest.param(b"<html><script>alert(1)</script></html>", id="html"),
        pytest.param(b"MZ\x90\x00" + b"\0" * 500, id="exe"),
        pytest.param(b"GIF89a" + b"\0" * 20, id="gif"),
        pytest.param(b"%PDF-1.7", id="pdf"),
        pytest.param(photo("JPEG", size=(800, 600))[:2000], id="truncated"),
        pytest.param(huge_png(100, 100), id="too few bytes for its size"),
    ],
)
def test_what_is_no_photo_is_refused(body):
    assert "JPEG, PNG, WebP or HEIC" in refusal(uploads.store_picture, body)


def test_a_script_behind_a_photo_is_gone_after_storing():
    stored = uploads.store_picture(sent(photo("JPEG") + b"<script>alert(1)</script>", "x.html"), by=None)
    assert b"script" not in kept(stored)
    assert stored.name == "x.jpg"


@pytest.mark.parametrize("store", [uploads.store_picture, uploads.store_attachment])
def test_an_empty_file_is_refused(store):
    assert "empty" in refusal(store, b"")


@pytest.mark.parametrize(("store", "limit"), [(uploads.store_picture, 15), (uploads.store_attachment, 20)])
def test_a_file_that_is_too_large_is_refused(store, limit):
    assert f"has {limit + 1} MB; at most {limit} MB" in refusal(store, bytes(limit * 2**20 + 1))


def test_checking_a_picture_leaves_it_to_be_stored():
    upload = sent(photo("PNG"))
    uploads.check_picture(upload)
    assert uploads.store_picture(upload, by=None).pk


# Attachments


def office_file(part, types=""):
    return archive({"[Content_Types].xml": f"<Types>{types}</Types>", part: "<x/>"})


MACRO = '<Override ContentType="application/vnd.ms-office.vbaProject"/>'


def ole(*streams):
    """The start of an OLE file whose directory lists these."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + bytes([2 * len(name) + 2, 0]).ljust(64, b"\0")
        for name in streams
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (b"%PDF-1.7\n...", "pdf"),
        (office_file("word/document.xml"), "docx"),
        (office_file("xl/workbook.xml"), "xlsx"),
        (ole("Root Entry", "WordDocument"), "doc"),
        ((SAMPLES / "roster.xls").read_bytes(), "xls"),
    ],
)
def test_an_attachment_is_kept_as_it_came_under_the_extension_it_deserves(body, extension):
    stored = uploads.store_attachment(sent(body, r"C:\材料\情况说明.v2.exe"), by=None)
    assert stored.name == f"情况说明.v2.{extension}"
    assert stored.content_type == uploads.ATTACHMENTS[extension]
    assert kept(stored) == body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(office_file("word/document.xml", MACRO), id="docx with macros"),
        pytest.param(office_file("xl/workbook.xml", MACRO), id="xlsx with macros"),
        pytest.param(ole("WordDocument", "_VBA_PROJECT"), id="doc with macros"),
        pytest.param(ole("Root Entry", "䡀㽿䅤"), id="installer"),
        pytest.param(
            archive({"[Content_Types].xml": "", "word/document.xml": b" " * (60 * 2**20)}), id="bomb as docx"
        ),
        pytest.param(archive({"setup.exe": "MZ"}), id="zip"),
        pytest.param(office_file("word/document.xml")[:60], id="truncated docx"),
        pytest.param(b"MZ\x90\x00", id="exe"),
        pytest.param(b"#!/bin/sh\n", id="script"),
        pytest.param(b"<html><script>alert(1)</script></html>", id="html"),
        pytest.param(b"<svg><script>alert(1)</script></svg>", id="svg"),
    ],
)
def test_what_is_no_document_is_refused(body):
    assert "Only PDF, Word and Excel" in refusal(uploads.store_attachment, body, "情况.docx")


# Storing and answering


class FullDisk(FileSystemStorage):
    """Has room for one file."""

    room = 1

    def _save(self, name, content):
        if len(files()) >= self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super()._save(name, content)


class AlmostFullDisk(FullDisk):
    """Has room for one photo in its sizes, not for two."""

    room = 3


def test_on_a_full_disk_nothing_is_half_saved(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.FullDisk"}}
    assert "nothing was saved" in refusal(uploads.store_picture, photo("JPEG"))


def test_of_several_photos_none_stays_where_one_has_no_room(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.AlmostFullDisk"}}
    with pytest.raises(ValidationError, match="nothing was saved"):
        uploads.store_pictures([sent(photo("JPEG")), sent(photo("JPEG"))], by=None)
    assert files() == []


def test_without_its_row_no_file_stays():
    with pytest.raises(ValueError, match="unsaved"):
        uploads.store_attachment(sent(b"%PDF-1.7"), by=UserFactory.build())
    assert files() == []


def test_an_attachment_is_only_ever_downloaded():
    stored = uploads.store_attachment(sent(b"%PDF-1.7", "情况 说明.pdf"), by=None)
    response = uploads.answer(stored)
    assert b"".join(response) == b"%PDF-1.7"
    response.close()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_a_photo_keeps_its_own_policy_through_the_front_door():
    deputy = MandateFactory(deputy__photo=uploads.store_picture(sent(photo("JPEG")), by=None)).deputy
    ConsentFactory(deputy=deputy, kind="photo")
    for size, width in (("large", 80), ("small", 80), ("original", 80)):
        response = Client().get(reverse("deputies:photo", args=[deputy.pk, size]))
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(b"".join(response.streaming_content))).width == width


def test_a_file_lies_under_a_name_nobody_can_guess_outside_the_public_folders(settings):
    stored = uploads.store_attachment(sent(b"%PDF-1.7", "情况.pdf"), by=None)
    (path,) = files()
    assert path.relative_to(default_storage.location).parts == (
        "private",
        str(stored.key)[:2],
        str(stored.key),
        "original",
    )
    assert Client().get(f"/media/private/{stored.key}/original").status_code == 404


def test_deleting_waits_for_the_commit(django_capture_on_commit_callbacks):
    stored = uploads.store_picture(sent(photo("JPEG")), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.delete(stored)
        assert len(files()) == 2
    assert (files(), StoredFile.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("a\x00b\r\n\".pdf", "ab.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "file.pdf"),
        ("." * 5, "file.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_loses_its_path_and_what_is_not_seen(name, plain):
    assert uploads._plain_name(name, "pdf") == plain
