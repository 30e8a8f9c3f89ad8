"""A photo and an introduction are public while their deputy agrees, and not a moment longer."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common import policies
from deputies import actions
from deputies.models import Consent

from .. import factories

pytestmark = pytest.mark.django_db
MINE = reverse("home:my")


@pytest.fixture
def deputy(deputy_user):
    deputy = deputy_user.deputy
    deputy.photo, deputy.introduction = factories.stored_picture(), "二十年在一线。"
    deputy.save()
    return deputy


@pytest.fixture
def client(sign_in, deputy_user):
    return sign_in(deputy_user)


def public(deputy):
    """What a stranger sees: ``(the photo in the list, on the page, by its address; the introduction)``."""
    stranger, photo = Client(), reverse("deputies:photo", args=[deputy.pk, "small"])
    pages = [
        stranger.get(page).content.decode() for page in (reverse("deputies:list"), deputy.get_absolute_url())
    ]
    by_address = stranger.get(photo)
    is_there = by_address.status_code == 200 and bool(by_address.getvalue())
    return *(photo in page for page in pages), is_there, "二十年在一线。" in pages[1]


def send(client, verb, kind, **data):
    return client.post(reverse(f"deputies:consent-{verb}", args=[kind]), data, follow=True)


def test_without_a_word_of_the_deputy_neither_is_public(deputy):
    assert public(deputy) == (False, False, False, False)


def test_each_is_public_with_its_own_consent_until_that_is_withdrawn(deputy, client):
    send(client, "give", "photo", version=1)
    assert public(deputy) == (True, True, True, False)
    send(client, "give", "introduction", version=1)
    assert public(deputy) == (True, True, True, True)
    send(client, "withdraw", "photo")
    assert public(deputy) == (False, False, False, True)
    kept = deputy.consents.get(kind="photo")
    assert kept.withdrawn_at is not None
    assert kept.by == deputy.user


def test_the_deputy_and_the_office_see_the_photo_before(deputy, client, office, sign_in):
    address = reverse("deputies:photo", args=[deputy.pk, "small"])
    for who in (client, sign_in(office)):
        answer = who.get(address)
        assert answer.getvalue()
        assert answer["Cache-Control"] == "private, no-store"


def test_the_page_shows_what_one_agrees_to_and_where_one_stands(deputy, client):
    page = client.get(MINE).content.decode()
    assert "我同意新余市人大常委会在本平台的公开页面上展示我的照片。" in page
    assert reverse("deputies:consent-withdraw", args=["photo"]) not in page
    send(client, "give", "photo", version=1)
    page = client.get(MINE).content.decode()
    assert reverse("deputies:consent-withdraw", args=["photo"]) in page
    assert reverse("deputies:consent-give", args=["photo"]) not in page


@pytest.mark.parametrize("version", ["1", "", "x", "99"])
def test_nobody_agrees_to_a_text_they_have_not_read(version, deputy, client, office):
    """The text was changed while the page was open, or the form is no form of ours."""
    policies.publish("photo", text="另一份同意书", text_en="", valid_from=timezone.localdate(), by=office)
    send(client, "give", "photo", version=version)
    assert not deputy.consents.exists()
    send(client, "give", "photo", version=2)
    assert deputy.consents.get().version == 2


def test_twice_is_once_and_after_a_withdrawal_it_is_given_anew(deputy, client):
    for _time in range(2):
        send(client, "give", "photo", version=1)
    for _time in range(2):
        send(client, "withdraw", "photo")
    send(client, "give", "photo", version=1)
    assert [bool(consent.withdrawn_at) for consent in deputy.consents.order_by("pk")] == [True, False]
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ConsentFactory(deputy=deputy)


def test_the_office_records_a_paper_and_says_where_it_is(deputy, office, sign_in):
    clerk, page = sign_in(office), reverse("admin:deputies_deputy_consents", args=[deputy.pk])
    assert page in clerk.get(reverse("admin:deputies_deputy_change", args=[deputy.pk])).content.decode()
    without_note = clerk.post(page, {"step": "give", "kind": "photo"})
    assert list(without_note.context["form"].errors) == ["note"]
    clerk.post(page, {"step": "give", "kind": "photo", "note": "档案2026-3"})
    assert public(deputy)[0]
    clerk.post(page, {"step": "withdraw", "kind": "photo", "note": "来信"})
    consent = Consent.objects.get()
    assert (consent.note, consent.by, consent.withdrawn_at is not None) == ("档案2026-3；来信", office, True)
    assert "档案2026-3；来信" in clerk.get(page).content.decode()


def test_nobody_else_agrees_without_a_paper(deputy, office):
    with pytest.raises(ValidationError):
        actions.give_consent(deputy, kind="photo", by=office)
    with pytest.raises(ValidationError):
        actions.withdraw_consent(deputy, kind="photo", by=office)
