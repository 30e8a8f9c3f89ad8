"""One person: everything handed over, then nothing left."""

import base64
import json
import stat
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from common import audit_chain, personal, uploads
from common.audit_models import AuditEntry
from common.models import ImportBatch, ImportedRow, StoredFile
from deputies import actions
from deputies.models import Consent, Correction, Deputy, Mandate

from .. import factories
from ..needles import files_with, opened, tables_with

pytestmark = pytest.mark.django_db
NAME, PHONE, ASKED, EMAIL, ADDRESS = "针尖儿", "13979001234", "13979005678", "needle@example.cn", "针尖路七号"
LANDLINE, PLACE, CARD, LOGIN = "0790-6441234", "针尖乡", "NEEDLE-77", "needle.login"
NEEDLES = (NAME, PHONE, ASKED, EMAIL, ADDRESS, LANDLINE, PLACE, CARD, LOGIN)
ROSTER = (
    "姓名,代表团,代表证号,出生年月,籍贯,联系电话,通讯地址\n"
    f"针　尖儿,渝水区,{CARD},1971.11,{PLACE},{PHONE} {LANDLINE},{ADDRESS}\n"
    "梁芳,渝水区,XY-1,1980.01,新余,13800000000,别处1号\n"
)


def send_roster(client, text=ROSTER):
    sheet = SimpleUploadedFile(f"{NAME}名册.csv", text.encode("gb18030"))
    return client.post(reverse("admin:deputies_deputy_import"), {"import_file": sheet}, follow=True)


@pytest.fixture
def needle(superuser, office, sign_in, django_capture_on_commit_callbacks):
    """A deputy who came by a roster, has an account, signed in, was told things and asked for corrections."""
    factories.DelegationFactory()
    clerk = sign_in(superuser)
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(send_roster(clerk).context["urls"]["confirm"])
    deputy = Deputy.objects.get(name=NAME)
    deputy.photo, deputy.introduction = factories.stored_picture(), f"{NAME}的简介，电话{PHONE}"
    deputy.user = factories.UserFactory(name=NAME, username=LOGIN, phone=PHONE, email=EMAIL)
    deputy.save()
    factories.MembershipFactory(user=deputy.user, role=Role.LEADER)
    EmailAddress.objects.create(user=deputy.user, email=EMAIL)
    group = factories.DeputyGroupFactory(head=deputy, liaison=NAME)
    deputy.mandates.update(group=group)
    client = Client()
    client.post(reverse("account_login"), {"login": PHONE, "password": factories.PASSWORD})
    Client().post(reverse("account_login"), {"login": LOGIN, "password": "wrong"})
    proof = SimpleUploadedFile(f"{NAME}.pdf", f"%PDF-1.4 {NAME}".encode())
    ask = {"field": "phone", "new_value": ASKED, "reason": f"不用{PHONE}了", "evidence": proof}
    client.post(reverse("deputies:correction-ask"), ask)
    client.post(reverse("deputies:consent-give", args=["photo"]), {"version": "1"})
    actions.decline(Correction.objects.get(), by=office, note=f"{NAME}请补充")
    actions.suspend(
        deputy.mandates.get(),
        by=office,
        note=f"{NAME}因病",
        on=Mandate.objects.get(deputy=deputy).term.starts_on,
    )
    other = factories.NoticeFactory(subject=f"请联系{NAME}", body=f"电话{PHONE}")
    other.recipient.name = "别人"
    other.recipient.save()
    waiting = SessionStore()
    waiting["message"] = f"{NAME}已保存"
    waiting.save()
    send_roster(clerk, ROSTER.replace("梁芳", "梁方"))  # a preview that waits
    cache.set("page", NAME)
    return deputy


def erase(person=NAME):
    call_command("person_erase", person, confirm=True)


@pytest.fixture
def erased(needle, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase()
    needle.refresh_from_db()
    return needle


def left():
    return tables_with(*NEEDLES), tables_with(*NEEDLES, places=opened), files_with(*NEEDLES)


def test_the_person_stands_in_many_places_before(needle):
    in_tables, in_sealed, _files = left()
    assert set(in_tables[NAME]) >= {
        "accounts_user",
        "accounts_historicaluser",
        "deputies_deputy",
        "deputies_historicaldeputy",
        "deputies_deputygroup",
        "deputies_historicaldeputygroup",
        "notices_notice",
        "common_importbatch",
        "common_storedfile",
    }
    assert "sessions" in in_sealed[NAME]
    assert {"opened common_importedrow", "opened deputies_correction"} <= set(in_sealed[PHONE])
    assert {"opened deputies_mandatechange", "opened deputies_correctionchange"} <= set(in_sealed[NAME])


def test_afterwards_the_person_is_nowhere(erased):
    assert left() == ({}, {}, [])
    assert cache.get("page") is None


def test_what_the_law_wants_known_stays_under_a_neutral_name(erased):
    assert erased.name.endswith(f"D{erased.pk}")
    assert erased.user is None
    births = {*Deputy.history.filter(id=erased.pk).values_list("birth_year", flat=True), erased.birth_year}
    assert births == {None}
    mandate = erased.mandates.get()
    assert (mandate.level, mandate.delegation.name, mandate.state) == ("city", "渝水区", "suspended")
    assert [change.note for change in mandate.changes.all()] == [""]
    assert erased.name in Client().get(erased.get_absolute_url()).content.decode()
    assert not Consent.objects.exists()
    assert not Correction.objects.exists()


def test_the_account_stays_as_a_number_that_nobody_signs_in_with(erased):
    user = User.objects.get(username__startswith="erased")
    assert (user.is_active, user.is_staff, user.has_usable_password()) == (False, False, False)
    assert not Membership.objects.filter(user=user).exists()
    assert not user.notices.exists()
    for login in (PHONE, LOGIN, user.username):
        answer = Client().post(reverse("account_login"), {"login": login, "password": factories.PASSWORD})
        assert answer.status_code == 200
    told = AuditEntry.objects.filter(actor=user.pk, kind="sign_in.done")
    assert told.count() == 1
    audit_chain.seal()
    assert audit_chain.verify() == []


def test_files_go_and_those_of_others_stay(needle, django_capture_on_commit_callbacks):
    elsewhere = factories.MandateFactory(deputy__photo=factories.stored_picture()).deputy
    with django_capture_on_commit_callbacks(execute=True):
        erase()
    assert list(StoredFile.objects.all()) == [elsewhere.photo]
    assert uploads.read(elsewhere.photo)
    batch = ImportBatch.objects.get()
    assert batch.confirmed_at and not batch.file
    assert default_storage.listdir("private/imports")[1] == []
    assert {row.object_pk for row in ImportedRow.objects.filter(model="deputies.Deputy")} == {
        Deputy.objects.get(name="梁芳").pk
    }


def test_without_confirmation_nothing_changes(needle, capsys):
    before = left()
    call_command("person_erase", NAME)
    assert left() == before
    out = capsys.readouterr().out
    assert f"person_erase deputy:{needle.pk} --confirm" in out
    assert "mandate" in out


def test_a_namesake_keeps_every_word(needle, capsys, django_capture_on_commit_callbacks):
    namesake = factories.MandateFactory(deputy__name=NAME, deputy__phone="13800000001").deputy
    note = factories.NoticeFactory(subject=f"请{NAME}到会", body=PHONE)
    with pytest.raises(CommandError, match=f"deputy:{namesake.pk} {NAME} 138\\*\\*\\*\\*0001"):
        erase()
    with django_capture_on_commit_callbacks(execute=True):
        erase(f"deputy:{needle.pk}")
    namesake.refresh_from_db()
    note.refresh_from_db()
    assert namesake.name == NAME
    assert (note.subject, note.body) == (f"请{NAME}到会", "…")
    assert f"notices.Notice.subject {note.pk}: 请{NAME}到会" in capsys.readouterr().out


def test_the_erasure_and_the_copy_are_in_the_audit_log(needle, tmp_path):
    call_command("person_export", NAME, output=tmp_path / "copy.zip")
    erase()
    rows = AuditEntry.objects.filter(kind__startswith="person.").order_by("pk")
    assert [(row.kind, row.model, row.object_pk) for row in rows] == [
        ("person.exported", "deputies.deputy", needle.pk),
        ("person.erased", "deputies.deputy", needle.pk),
    ]


@pytest.mark.parametrize("word", [NAME, LOGIN, PHONE, f"+86 {PHONE}"])
def test_the_copy_holds_all_of_it_and_no_secret(word, needle, tmp_path):
    file = tmp_path / "copy.zip"
    call_command("person_export", word, output=file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        told = archive.read("person.json").decode()
        bodies = {
            name.split("-")[-1]: archive.read(name)
            for name in archive.namelist()
            if name.startswith("files/")
        }
    for word_in_it in NEEDLES:
        assert word_in_it in told
    assert bodies[f"{NAME}.pdf"] == f"%PDF-1.4 {NAME}".encode()
    assert bodies["photo.jpg"][:3] == b"\xff\xd8\xff"
    tables = json.loads(told)
    assert {
        "accounts.User",
        "deputies.Deputy",
        "deputies.HistoricalDeputy",
        "deputies.Mandate",
        "deputies.Consent",
    } <= tables.keys()
    assert needle.user.password not in told
    assert Session.objects.first().session_key not in told
    assert "梁芳" not in told


def test_the_copy_as_one_file(needle, tmp_path):
    call_command("person_export", NAME, output=tmp_path / "copy.json")
    files = json.loads((tmp_path / "copy.json").read_text())["files"]
    assert f"%PDF-1.4 {NAME}".encode() in map(base64.b64decode, files.values())


def test_an_account_without_a_mandate_is_a_person_too(tmp_path):
    user = factories.UserFactory(name=NAME, username=LOGIN, phone=PHONE, email=EMAIL)
    call_command("person_export", LOGIN, output=tmp_path / "copy.json")
    erase(f"user:{user.pk}")
    user.refresh_from_db()
    assert user.name.endswith(f"U{user.pk}")
    assert left()[:2] == ({}, {})


@pytest.mark.parametrize(
    ("word", "output"),
    [("无此人", "copy.zip"), (NAME, "copy.txt"), (NAME, "none/copy.zip"), (NAME, "there.zip")],
)
def test_a_copy_that_cannot_be_made_is_refused_in_words(word, output, tmp_path):
    factories.UserFactory(name=NAME)
    (tmp_path / "there.zip").write_bytes(b"of somebody else")
    with pytest.raises(CommandError):
        call_command("person_export", word, output=tmp_path / output)
    assert (tmp_path / "there.zip").read_bytes() == b"of somebody else"


def test_every_table_about_people_is_registered():
    """Whatever points at an account or a deputy, and goes with it, is named by an app's ``personal.py``."""
    registered = {kept.model for kept in personal.KEPT}
    pointing = {
        relation.related_model
        for identity in personal.IDENTITIES
        for relation in identity.model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and relation.on_delete is models.CASCADE
    }
    left_out = {"User_groups", "User_user_permissions", "Consultation_deputies", "StationEvent_deputies"}
    assert {model.__name__ for model in pointing - registered} == left_out
