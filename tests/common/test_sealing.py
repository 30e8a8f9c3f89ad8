"""Phones, addresses and files at rest: what somebody with a copy of the database would read."""

import io
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.apps import apps
from django.core.exceptions import FieldError, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import second_factors
from accounts.models import User
from common import ciphers, sealing
from common.models import ImportBatch, ImportedRow
from deputies import actions
from deputies.models import Correction, Deputy

from .. import factories
from ..needles import files_with, tables_with

pytestmark = pytest.mark.django_db
PHONE, NEW_PHONE, LANDLINE, ADDRESS = "13979001234", "13979005678", "0790-6441234", "针尖路七号"
NEEDLES = (PHONE, NEW_PHONE, LANDLINE, ADDRESS)
ROSTER = f"姓名,代表团,联系电话,通讯地址\n梁芳,渝水区,{PHONE} {LANDLINE},{ADDRESS}\n"


@pytest.fixture
def planted(sign_in, superuser):
    """A deputy who came by a roster, has an account and asks for a correction with a document."""
    factories.DelegationFactory()
    client = sign_in(superuser)
    sheet = SimpleUploadedFile("roster.csv", ROSTER.encode())
    preview = client.post(reverse("admin:deputies_deputy_import"), {"import_file": sheet}, follow=True)
    client.post(preview.context["urls"]["confirm"])
    deputy = Deputy.objects.get()
    actions.create_accounts(deputy.mandates.all(), by=superuser)
    User.objects.update(must_change_password=False)
    deputy.refresh_from_db()
    proof = SimpleUploadedFile("proof.pdf", f"%PDF-1.4 {NEW_PHONE}".encode())
    ask = {"field": "phone", "new_value": NEW_PHONE, "reason": f"不再用{PHONE}", "evidence": proof}
    sign_in(deputy.user).post(reverse("deputies:correction-ask"), ask)
    assert Correction.objects.get().evidence
    return deputy


def sealed_models():
    return [model for model in apps.get_models() if sealing.sealed_fields(model)]


def test_neither_tables_nor_files_tell_a_phone_or_an_address(planted, superuser):
    assert tables_with(*NEEDLES) == {}
    assert files_with(*NEEDLES) == []
    actions.accept(Correction.objects.get(), by=superuser)
    assert Deputy.objects.get().phone == NEW_PHONE
    assert [version.phone for version in Deputy.history.order_by("pk")][-2:] == [PHONE, NEW_PHONE]
    assert tables_with(*NEEDLES) == {}


def test_the_search_for_needles_finds_what_is_not_sealed(planted):
    User.objects.update(email=f"{PHONE}@example.cn")
    default_storage.save("plain.csv", io.BytesIO(ROSTER.encode("gb18030")))
    assert tables_with(*NEEDLES) == {PHONE: ["accounts_user"]}
    assert files_with(*NEEDLES) == ["plain.csv"]


def test_an_import_is_shown_and_taken_back_in_plain_values(planted, superuser, sign_in):
    Correction.objects.all().delete()
    Deputy.objects.update(user=None)
    assert ImportedRow.objects.filter(model="deputies.Deputy").get().after["phone"] == PHONE
    batch = ImportBatch.objects.get()
    page = sign_in(superuser).get(reverse("admin:common_importbatch_change", args=[batch.pk]))
    assert "139****1234" in page.content.decode()
    sign_in(superuser).post(reverse("admin:common_importbatch_undo", args=[batch.pk]))
    assert not Deputy.objects.exists()


def test_a_document_is_given_out_as_it_was_sent(planted, superuser, sign_in):
    address = reverse("deputies:correction-evidence", args=[Correction.objects.get().pk])
    assert sign_in(planted.user).get(address).getvalue() == f"%PDF-1.4 {NEW_PHONE}".encode()


def test_a_phone_signs_in_and_belongs_to_one_account(planted, superuser, sign_in):
    form = {"name": "另一位", "username": "other", "phone": PHONE, "email": ""}
    none = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    page = sign_in(superuser).post(reverse("admin:accounts_user_add"), form | none)
    assert list(page.context["adminform"].form.errors) == ["phone"]
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.UserFactory(phone=PHONE)
    factories.UserFactory(phone=None)
    factories.UserFactory(phone=None)
    planted.user.set_password(factories.PASSWORD)
    planted.user.save()
    answer = Client().post(
        reverse("account_login"), {"login": f"+86 {PHONE}", "password": factories.PASSWORD}
    )
    assert answer.status_code == 302


def test_an_account_is_saved_again_with_its_own_phone(planted):
    planted.user.full_clean()


def test_a_phone_is_no_user_name():
    with pytest.raises(ValidationError, match="mobile number"):
        User(username=PHONE, name="梁鑫").full_clean(exclude=["password"])


@pytest.mark.parametrize(
    "lookup", [{"phone__startswith": "139"}, {"phone__icontains": "7"}, {"address": ADDRESS}]
)
def test_what_cannot_be_asked_of_sealed_text_is_an_error_and_no_empty_answer(lookup):
    with pytest.raises(FieldError):
        list(Deputy.objects.filter(**lookup))


def test_equality_is_asked_in_every_form():
    here, elsewhere = factories.DeputyFactory(phone=PHONE), factories.DeputyFactory(phone=NEW_PHONE)
    nobody_s = factories.DeputyFactory(phone="")
    deputies = Deputy.objects.order_by("pk")
    assert [*deputies.filter(phone=PHONE)] == [here]
    assert [*deputies.exclude(phone=PHONE)] == [elsewhere, nobody_s]
    assert [*deputies.filter(phone__in=[PHONE, NEW_PHONE])] == [here, elsewhere]
    assert [*deputies.filter(phone__in=[])] == []
    assert [*deputies.filter(phone="")] == [nobody_s]
    assert [*deputies.exclude(phone="")] == [here, elsewhere]


@pytest.mark.parametrize("suite", ["aes", "sm"])
def test_after_a_new_key_all_is_found_and_the_old_key_can_go(suite, planted, settings, capsys):
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS, settings.CRYPTO_SUITE = ["another-key-" * 4, *old], suite
    assert User.objects.get(phone=PHONE) == planted.user
    call_command("rotate_keys")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert Deputy.objects.get(phone=PHONE).address == ADDRESS
    assert User.objects.get(phone=PHONE) == planted.user
    assert Correction.objects.get().new_value == NEW_PHONE
    for model in sealed_models():
        list(model.objects.all())
    for path in (ImportBatch.objects.get().file.path, *map(str, settings.MEDIA_ROOT.rglob("original"))):
        with open(path, "rb") as file:
            assert ciphers.unseal_bytes(file.read())
    assert "and 2 files sealed" in capsys.readouterr().out
    call_command("rotate_keys")
    assert "0 values and 0 files sealed" in capsys.readouterr().out


def test_the_keys_of_second_factors_are_sealed_and_go_on_working_with_a_new_key(settings):
    user, key = factories.UserFactory(), "JBSWY3DPEHPK3PXP"
    app = TOTP.activate(user, key).instance
    codes = RecoveryCodes.activate(user).get_unused_codes()
    assert tables_with(key) == {}
    settings.FIELD_KEYS = ["another-key-" * 4, *settings.FIELD_KEYS]
    call_command("rotate_keys")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    app.refresh_from_db()
    with time_machine.travel(timezone.now()):
        now = int(time.time()) // 30
        assert TOTP(app).validate_code(format_hotp_value(hotp_value(key, now)))
    assert RecoveryCodes.activate(user).get_unused_codes() == codes


def test_a_second_factor_from_before_is_sealed_and_can_be_laid_open():
    app = Authenticator.objects.create(user=factories.UserFactory(), type="totp", data={"secret": "JBSWY3DP"})
    assert second_factors.seal_all() == 1
    assert second_factors.seal_all() == 0
    app.refresh_from_db()
    assert ciphers.unseal(app.data["secret"]) == "JBSWY3DP"
    second_factors.unseal_rows(Authenticator)
    app.refresh_from_db()
    assert app.data == {"secret": "JBSWY3DP"}


def test_the_address_of_a_group_chat_is_sealed():
    factories.WebhookFactory(url="https://oapi.dingtalk.com/robot/send?access_token=needle")
    assert tables_with("needle") == {}


def test_a_value_that_somebody_changed_meanwhile_is_not_written_over(settings):
    deputy = factories.DeputyFactory(phone=PHONE)
    field = Deputy._meta.get_field("phone")
    [(pk, kept)] = sealing._kept(Deputy, field)
    deputy.phone = NEW_PHONE
    deputy.save()
    assert sealing._write(Deputy, field, pk, kept, ciphers.seal(PHONE), ciphers.index(PHONE)) == 0
    assert Deputy.objects.get().phone == NEW_PHONE


def test_rows_from_before_are_sealed_and_the_way_back_lays_them_open():
    deputy = factories.DeputyFactory(phone=PHONE)

    def stored():
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone, phone_index FROM deputies_deputy")
            return cursor.fetchone()

    assert sealing.unseal_rows(Deputy) == 1
    assert stored() == (PHONE, None)
    assert sealing.seal_rows(Deputy) == 1
    assert ciphers.is_sealed(stored()[0])
    assert Deputy.objects.get(phone=PHONE) == deputy
    assert sealing.seal_rows(Deputy) == 0
