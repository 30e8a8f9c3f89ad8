"""Originals of imported tables, and notices, go when the office no longer wants them; what they did stays known."""

import io

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.models import Area
from common import imports, jobs, preferences
from common.models import ImportBatch
from notices.actions import forget_old, tell
from notices.models import Attempt, Delivery, Notice

from .. import factories

pytestmark = pytest.mark.django_db
IMPORT = reverse("admin:accounts_area_import")


@pytest.fixture
def imported(sign_in, superuser):
    """One file confirmed, one that waits."""
    client = sign_in(superuser)
    for name, code in (("城南街道", "360502001"), ("城北街道", "360502002")):
        file = io.BytesIO(f"区划代码,名称\n{code},{name}\n".encode())
        file.name = f"{name}.csv"
        preview = client.post(IMPORT, {"import_file": file}, follow=True)
        if name == "城南街道":
            client.post(preview.context["urls"]["confirm"])
    return client


def kept():
    return sorted(default_storage.listdir("private/imports")[1])


@pytest.mark.parametrize(("days", "files"), [(29, 1), (31, 0)])
def test_a_file_goes_after_the_days_the_office_chose(
    days, files, imported, superuser, django_capture_on_commit_callbacks
):
    preferences.change("privacy.keep_import_days", 30, by=superuser)
    ImportBatch.objects.filter(confirmed_at=None).delete()
    now = timezone.now() + timezone.timedelta(days=days)
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.forget_originals(now) == {"files": 1 - files}
        assert imports.forget_originals(now) == {"files": 0}
    batch = ImportBatch.objects.get()
    assert (bool(batch.file), batch.rows.count()) == (bool(files), files)
    assert len(kept()) == files + 1  # that of the preview, whose row is gone
    assert batch.counts["new"] == 1
    assert Area.objects.filter(code="360502001").exists()


@pytest.mark.parametrize(("days", "kept"), [(199, 1), (201, 0)])
def test_a_notice_goes_with_its_letters_after_the_days_the_office_chose(days, kept, superuser):
    preferences.change("privacy.keep_notice_days", 200, by=superuser)
    letter = factories.DeliveryFactory()
    Attempt.objects.create(delivery=letter)
    now = timezone.now() + timezone.timedelta(days=days)
    assert forget_old(now) == {"notices": 1 - kept}
    assert [model.objects.count() for model in (Notice, Delivery, Attempt)] == [kept] * 3
    assert forget_old(now) == {"notices": 0}


def test_a_young_notice_stays_when_old_ones_go(superuser):
    with time_machine.travel(timezone.now() - timezone.timedelta(days=731)):
        tell(superuser, kind="demo", subject="旧", key="old")
    tell(superuser, kind="demo", subject="新", key="new")
    jobs.JOBS["notices.old_notices"].run(timezone.now())
    assert [notice.key for notice in Notice.objects.all()] == ["new"]


def test_the_page_of_a_file_that_went_still_opens_and_offers_nothing_to_take_back(imported, superuser):
    imports.forget_originals(timezone.now() + timezone.timedelta(days=400))
    batch = ImportBatch.objects.confirmed().get()
    page = imported.get(reverse("admin:common_importbatch_change", args=[batch.pk]))
    assert page.status_code == 200
    assert not page.context["undo_url"]


def test_the_clock_does_it(imported):
    assert "common.old_imports" in jobs.JOBS
    with time_machine.travel(timezone.now() + timezone.timedelta(days=400)):
        jobs.tick()
    assert not ImportBatch.objects.exclude(file="").confirmed().exists()
