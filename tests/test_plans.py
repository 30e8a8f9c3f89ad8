"""No list reads a table that grows from end to end: what PostgreSQL plans for the pages as they are asked, at 20,000 rows."""

import json

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import memory
from deputies.models import Deputy, Mandate
from home import copies, demo
from notices.models import Notice
from proposals.models import Assignment, Commitment, CoSignature, Rating, Reply, Suggestion

from .lasting import written_for_a_module

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
GROWING = (Deputy, Mandate, Suggestion, CoSignature, Assignment, Reply, Rating, Commitment, Notice)
TABLES = {model._meta.db_table for model in GROWING}
FEW = 2000  # rows that may be read or put in order for a page: of one committee, unit, deputy or year


@pytest.fixture(scope="module")
def years(django_db_setup, django_db_blocker):
    """The demonstration twenty times, of the deputies ten times."""

    def write():
        demo.build()
        copies.multiply(10, copies.PEOPLE)
        copies.multiply(20, copies.SUGGESTIONS)
        copies.multiply(20, copies.NOTICES)

    yield from written_for_a_module(django_db_blocker, write)


@pytest.fixture
def client(years, db):
    """``client(name)``: somebody of the demonstration."""

    def signed_in(name):
        client = Client()
        if name:
            client.force_login(User.objects.get(username=name), "accounts.backends.PhoneOrNameBackend")
        return client

    return signed_in


def nodes(plan, in_limit=False):
    """Every step of a plan, and whether it stops once a page is full."""
    yield plan, in_limit
    stops = (in_limit or plan["Node Type"] == "Limit") and plan["Node Type"] not in (
        "Sort",
        "Aggregate",
        "Hash",
    )
    for step in plan.get("Plans", ()):
        yield from nodes(step, stops)


def slow_steps(sql, parameters) -> list[str]:
    """What of a question would become slower with every year."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        [[told]] = cursor.fetchall()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return [
        f"{step['Node Type']} of {step.get('Relation Name', '')} {step['Plan Rows']} rows"
        for step, in_limit in nodes(plan)
        if (step["Node Type"] == "Seq Scan" and step["Relation Name"] in TABLES and not in_limit)
        or (step["Node Type"] in ("Sort", "Incremental Sort") and step["Plan Rows"] > FEW and not in_limit)
    ]


def asked_by(client, address) -> list[tuple]:
    """The questions of a page that nothing is remembered of."""
    asked = []

    def note(execute, sql, parameters, many, context):
        is_counted_once_a_change = sql.startswith("SELECT COUNT(")
        if (
            sql.startswith("SELECT")
            and not is_counted_once_a_change
            and any(f'"{table}"' in sql for table in TABLES)
        ):
            asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    memory.forget()
    with connection.execute_wrapper(note):
        assert client.get(address).status_code == 200, address
    return asked


def faults(client, address) -> list[str]:
    return [
        f"{step}: {sql[:300]}"
        for sql, parameters in asked_by(client, address)
        for step in slow_steps(sql, parameters)
    ]


LISTS = {
    "": [
        "/suggestions/",
        "/suggestions/?q=电梯",
        "/suggestions/?year=2026",
        "/suggestions/commitments/",
        "/suggestions/commitments/?state=late",
        "/suggestions/commitments/?state=kept",
        "/deputies/",
        "/deputies/?level=city",
    ],
    "deputy": ["/my/", "/my/suggestions/", "/notices/", "/suggestions/topics/"],
    "unit": ["/my/unit/", "/my/unit/?list=handling", "/my/unit/?list=done"],
    "government": ["/my/unit/"],
    "committee": ["/admin/", "/admin/proposals/suggestion/", "/admin/proposals/assignment/"],
}


@pytest.mark.parametrize("name", LISTS)
def test_pages_read_no_table_from_end_to_end(name, client):
    reader = client(name)
    assert {address: found for address in LISTS[name] if (found := faults(reader, address))} == {}


@pytest.mark.parametrize("model", [Deputy, Mandate, Suggestion, Assignment, Commitment, Rating])
def test_staff_lists_read_none_with_any_filter(model, client):
    clerk = client("office")
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    addresses = [address]
    shown = clerk.get(address).context["cl"]
    for spec in shown.filter_specs:
        choices = [choice["query_string"] for choice in spec.choices(shown) if not choice["selected"]]
        addresses += [f"{address}{choice}" for choice in choices[:6] if choice.startswith("?")]
    assert len(addresses) > 2 or model is Rating
    # who still is a deputy, and of which level, is at times asked of all mandates at once: some thousands in a city
    allowed = f"Seq Scan of {Mandate._meta.db_table}" if model is Deputy else "nothing"
    found = {
        page: [step for step in faults(clerk, page) if not step.startswith(allowed)] for page in addresses
    }
    assert {page: steps for page, steps in found.items() if steps} == {}


def test_every_list_of_the_staff_area_about_what_grows_is_looked_at():
    listed = {model for model in admin.site._registry if model in GROWING}
    assert listed == {Deputy, Mandate, Suggestion, Assignment, Commitment, Rating}


def test_a_surname_is_found_by_its_index_and_not_by_reading_the_list(years, db):
    found = Deputy.objects.sitting().matching("王").order_by("pinyin", "pk")
    assert "deputy_by_surname" in found[:26].explain()
