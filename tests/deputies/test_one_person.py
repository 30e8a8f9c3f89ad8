"""One person, however they come in: the account follows the entry, the next congress finds who sat before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common import imports, uploads
from common.workflow import MoveRefused
from deputies import actions
from deputies.models import Deputy, Mandate
from tests.factories import CorrectionFactory, DelegationFactory, MandateFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "13979001234", "13979005678"


def roster(rows, number=11):
    TermFactory(number=number, starts_on="2026-10-20")
    DelegationFactory(term__number=number)
    text = "姓名,代表团,出生年月,联系电话\n" + "\n".join(rows)
    batch = imports.preview(imports.KINDS["roster"], text.encode(), "r.csv", {"term": number}, by=None)
    return imports.confirm(batch, by=None)


@pytest.mark.parametrize(
    "row", ["梁鑫,渝水区,,13979001234", "梁鑫,渝水区,1980.09,", "梁鑫,渝水区,1980.09,13900000000"]
)
def test_who_is_elected_again_stays_one_person(row):
    before = MandateFactory(
        deputy__name="梁鑫", deputy__phone=OLD, deputy__birth_year=1980, deputy__birth_month=9
    )
    roster([row])
    deputy = Deputy.objects.get()
    assert deputy == before.deputy
    assert sorted(deputy.mandates.values_list("term__number", flat=True)) == [10, 11]


@pytest.mark.parametrize(
    "row", ["梁鑫,渝水区,,", "梁鑫,渝水区,1981.09,13900000000", "梁新,渝水区,1980.09,13979001234"]
)
def test_a_name_alone_makes_nobody_the_same_person(row):
    MandateFactory(deputy__name="梁鑫", deputy__phone=OLD, deputy__birth_year=1980, deputy__birth_month=9)
    roster([row])
    assert Deputy.objects.count() == 2


def test_of_two_who_fit_neither_is_guessed():
    for _each in range(2):
        MandateFactory(deputy__name="梁鑫", deputy__birth_year=1980, deputy__birth_month=9)
    roster(["梁鑫,渝水区,1980.09,"])
    assert Mandate.objects.get(term__number=11).deputy.mandates.count() == 1


def test_an_accepted_phone_is_the_one_to_sign_in_with(office):
    user = UserFactory(name="梁鑫", phone=OLD)
    deputy = MandateFactory(deputy__name="梁鑫", deputy__phone=OLD, deputy__user=user).deputy
    actions.accept(CorrectionFactory(deputy=deputy, field="phone", old_value=OLD, new_value=NEW), by=office)
    user.refresh_from_db()
    assert user.phone == NEW


def test_a_phone_of_another_account_is_not_accepted(office):
    UserFactory(phone=NEW)
    deputy = MandateFactory(deputy__phone=OLD, deputy__user=UserFactory(phone=OLD)).deputy
    correction = CorrectionFactory(deputy=deputy, field="phone", old_value=OLD, new_value=NEW)
    with pytest.raises(MoveRefused):
        actions.accept(correction, by=office)
    correction.refresh_from_db()
    assert correction.state == "open"
    assert Deputy.objects.get(pk=deputy.pk).phone == OLD


def test_the_office_finds_the_document_beside_the_request(office, sign_in):
    proof = uploads.store_attachment(SimpleUploadedFile("证明.pdf", b"%PDF-1.4 proof"), by=None)
    correction = CorrectionFactory(evidence=proof)
    page = (
        sign_in(office)
        .get(reverse("admin:deputies_correction_change", args=[correction.pk]))
        .content.decode()
    )
    assert reverse("deputies:correction-evidence", args=[correction.pk]) in page
