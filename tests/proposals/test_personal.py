"""What suggestions keep about one person: handed over, then only what the congress's papers need, without the name."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.management import call_command

from common import personal
from proposals.models import CoSignature, Rating, Suggestion, SuggestionFile, TopicClaim

from .. import factories
from ..needles import opened, tables_with

pytestmark = pytest.mark.django_db
NAME, PHONE, WORDS = "针尖儿", "13979001234", "针尖之言"


@pytest.fixture
def needle():
    """A deputy with a draft, a filed suggestion and one co-signed, heard, rated, and named in a letter."""
    user = factories.UserFactory(name=NAME, username="needle.login", phone=PHONE)
    deputy = factories.MandateFactory(deputy__name=NAME, deputy__user=user, deputy__phone=PHONE).deputy
    draft = factories.SuggestionFactory(lead=deputy, facts=WORDS)
    SuggestionFile.objects.create(suggestion=draft, file=factories.stored_picture())
    own = factories.SuggestionFactory(registered=True, lead=deputy, wish="none", wish_reason=WORDS)
    own.changes.create(move="withdraw", before="registered", after="withdrawn", by=user, note=WORDS)
    other = factories.SuggestionFactory(registered=True, facts=f"{NAME}代表也说过，请打{PHONE}。")
    part = factories.AssignmentFactory(suggestion=other)
    moment = dt.datetime(2026, 3, 6, 1, tzinfo=dt.UTC)
    CoSignature.objects.create(suggestion=other, deputy=deputy, state="agreed", asked_at=moment)
    talk = {"on": part.assigned_on, "way": "visit", "rank": "head", "people": "局长周文", "said": WORDS}
    part.consultations.create(**talk).deputies.add(deputy)
    part.replies.create(text="已办。", contact_person=NAME, contact_phone=PHONE)
    asked = {"round": 1, "asked_on": part.due_on, "until": part.due_on}
    Rating.objects.create(
        suggestion=other, deputy=deputy, **asked, attitude="satisfied", result="dissatisfied", words=WORDS
    )
    factories.TopicFactory().claims.create(deputy=deputy, by=user)
    return deputy


def test_everything_about_a_person_is_handed_over(needle):
    (person,) = personal.find(NAME)
    told, files = personal.export(person)
    assert {
        "proposals.Suggestion": 2,
        "proposals.SuggestionChange": 1,
        "proposals.CoSignature": 1,
        "proposals.Consultation": 1,
        "proposals.Rating": 1,
        "proposals.TopicClaim": 1,
    }.items() <= {table: len(rows) for table, rows in told.items()}.items()
    assert told["proposals.Rating"][0]["words"] == WORDS
    assert "search" not in told["proposals.Suggestion"][0]
    assert len(files) == 1


def test_afterwards_what_was_counted_stays_without_the_person(needle, django_capture_on_commit_callbacks):
    assert set(tables_with(NAME, PHONE, WORDS)) | set(tables_with(WORDS, places=opened)) == {
        NAME,
        PHONE,
        WORDS,
    }
    with django_capture_on_commit_callbacks(execute=True):
        call_command("person_erase", NAME, confirm=True)
    cache.clear()
    places = NAME, PHONE, WORDS
    assert (tables_with(*places), tables_with(*places, places=opened)) == ({}, {})
    needle.refresh_from_db()
    assert [one.lead for one in Suggestion.objects.filter(number=None)] == []
    assert needle.suggestions.get().registered_at
    assert needle.ratings.get().result == "dissatisfied"
    assert needle.cosignatures.get().state == "agreed"
    assert needle.consultations.count() == TopicClaim.objects.filter(deputy=needle).count() == 1


def test_a_name_that_is_gone_is_not_found_by_its_characters_either(needle):
    assert Suggestion.objects.matching(NAME).count() == 3
    call_command("person_erase", NAME, confirm=True)
    assert not Suggestion.objects.matching(NAME)
    assert Suggestion.objects.matching("代表也说过").count() == 1
