"""What load tests copy inside the database: whole, allowed by every constraint, and on the pages like what it was made of."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.rules import roles_of
from bench.pages import SIGN_INS
from common import audit_chain, freshness, memory
from deputies.models import Deputy
from home import copies, demo
from home.bench import PAGES
from proposals.models import KeyItem, Suggestion

from ..lasting import written_for_a_module

pytestmark = pytest.mark.django_db
COPIED = [model for plan in copies.PLANS for model in plan]
STAYS = {KeyItem.suggestions.through}  # a key item is of the city, as its committees are
TIMES = 3


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The demonstration three times, and what it was when it was there once."""

    def write():
        demo.build()
        accounts = list(User.objects.values_list("pk", flat=True))
        once = SimpleNamespace(queries=queries(), numbers=numbers(), accounts=accounts)
        copies.multiply_all(TIMES)
        return once

    yield from written_for_a_module(django_db_blocker, write)


@pytest.fixture
def once(built, db):
    return built


def numbers() -> dict:
    return {model._meta.label: model.objects.count() for model in COPIED}


def queries() -> dict:
    """``{page: number}``, once what may be remembered is."""
    found = {}
    for page in PAGES:
        client, address = Client(), page.address()
        if page.by:
            user = User.objects.get(username=SIGN_INS.get(page.by, page.by))
            client.force_login(user, "accounts.backends.PhoneOrNameBackend")
        memory.forget()
        freshness._here.written = frozenset()  # what was written counts as committed
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, page.name
        found[page.name] = sum("common_freshness" not in query["sql"] for query in asked)
    memory.forget()
    return found


def test_of_every_row_there_are_so_many_and_no_constraint_minds(once):
    connection.check_constraints()
    assert numbers() == {name: TIMES * number for name, number in once.numbers.items()}
    assert audit_chain.verify() == []
    User.objects.create_user("newcomer")  # keys go on after those of the copies
    assert User.objects.order_by("pk").last().username == "newcomer"


def test_pages_take_no_more_queries(once, subtests):
    for name, number in queries().items():
        with subtests.test(name):
            assert number <= once.queries[name]


def test_a_copy_of_a_suggestion_has_what_it_was_made_of_and_stands_beside_it(once):
    first = Suggestion.objects.public().exclude(commitments=None).earliest("pk")
    copy = Suggestion.objects.get(pk=first.pk + copies.STEP)
    same = "title", "state", "session", "lead", "registered_at", "published_on"
    assert [getattr(copy, name) for name in same] == [getattr(first, name) for name in same]
    assert copy.number == first.number + copies.NUMBERS
    told = "unit", "state", "replies__text", "replies__changes__move", "commitments__due_on"
    parts, of_copy = (sorted(one.assignments.values_list(*told), key=str) for one in (first, copy))
    assert parts == of_copy
    listed = Client().get(reverse("proposals:list"), {"q": first.title})
    assert {first, copy} <= {*listed.context["page"].rows}


def test_a_copy_of_a_deputy_stands_beside_it_and_has_a_number_of_its_own(once):
    deputy = Deputy.objects.get(user__username="deputy")
    copy = Deputy.objects.get(pk=deputy.pk + copies.STEP)
    same = "name", "post", "birth_year", "address"
    assert [getattr(copy, name) for name in same] == [getattr(deputy, name) for name in same]
    assert copy.mandates.count() == deputy.mandates.count()
    assert Deputy.objects.get(phone=deputy.phone) == deputy
    listed = Client().get(reverse("deputies:list"), {"q": deputy.name}).content.decode()
    assert all(one.get_absolute_url() in listed for one in (deputy, copy))


def test_a_copy_of_an_account_may_do_nothing(once):
    made = User.objects.exclude(pk__in=once.accounts)
    assert len(made) == (TIMES - 1) * len(once.accounts)
    assert not any(user.is_staff or user.is_superuser or roles_of(user) for user in made)


def test_what_belongs_to_a_record_is_copied_with_it():
    parents = {*COPIED} - {User}  # what belongs to an account is no load
    left_out = {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.related_model in parents and field.remote_field.on_delete is models.CASCADE
    } - {*COPIED}
    assert left_out == STAYS
