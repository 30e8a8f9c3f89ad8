"""Every page whose speed is measured: as many queries for many rows as for few, and light enough for a phone."""

import datetime as dt
import gzip
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ExpressionWrapper, F, Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from simple_history.models import HistoricalChanges

from common import memory
from common.logs import is_ours
from deputies.models import Deputy
from home.bench import PAGES, PUBLIC, SIGNED_IN
from notices.models import Notice
from proposals.models import Suggestion

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    """``people(number)``: so many more deputies, groups, corrections, notices, and suggestions with all they have."""
    group = factories.DeputyGroupFactory(committee=factories.CommitteeFactory())
    category = factories.CategoryFactory(committee=group.committee)

    def more(number):
        for _each in range(number):
            photo = factories.stored_picture()
            mandate = factories.MandateFactory(group=group, deputy__photo=photo, deputy__name="王小明")
            factories.ConsentFactory(deputy=mandate.deputy)
            factories.CorrectionFactory(deputy=mandate.deputy)
            factories.NoticeFactory(recipient=cast["deputy"])
            committee = factories.CommitteeFactory()
            factories.DeputyGroupFactory(name=f"第{committee.pk}组", committee=committee)
            suggestion = factories.CommitmentFactory(
                reply__assignment__suggestion__category=category
            ).suggestion
            factories.KeyItemFactory(committee=committee).suggestions.add(suggestion)
            factories.TopicFactory().claims.create(deputy=mandate.deputy)
            factories.SuggestionFactory(published=True, lead=cast["deputy"].deputy, category=category)
            at_a_station(mandate, category, cast["unit_officer"])
        Notice.objects.filter(recipient=cast["office"]).update(read_at=None)

    return more


def at_a_station(mandate, category, officer):
    """A station with a deputy, rules, receptions, stars, a plan, and opinions that wait, are with units or public."""
    station = factories.StationFactory(stars=5)
    factories.ResidencyFactory(station=station, deputy=mandate.deputy)
    factories.StationPostFactory(station=station, user=None, name="站长")
    station.rules.create(day=15)
    station.star_records.create(year=2025, new_stars=5, published_on=timezone.localdate())
    station.plans.create(year=timezone.localdate().year, text="每月接待。", state="approved")
    station.plans.create(year=timezone.localdate().year + 1, text="每月接待。", state="submitted")
    held = factories.ReceptionFactory(
        station=station, held=True, day=timezone.localdate() - timedelta(days=7)
    )
    for reception in (held, factories.ReceptionFactory(station=station, announced=True)):
        reception.attendances.create(deputy=mandate.deputy)
    unit = officer.memberships.get().unit
    for fields in (
        {},
        {"accepted": True},
        {"answered": True, "solved": "yes", "may_publish": True, "public_text": "路灯坏了。", "public_answer": "修好了。", "published_on": timezone.localdate(), "is_story": True},
    ):  # fmt: skip
        opinion = factories.OpinionFactory(station=station, category=category, **fields)
        opinion.answers.create(text="修好了。", is_final="solved" in fields)
    for state in ("sent", "solved"):
        order = {"state": state, "solved_on": timezone.localdate() if state == "solved" else None}
        factories.DispatchFactory(opinion__station=station, unit=unit, **order)


def reader(page, cast, sign_in):
    return sign_in(cast[page.by]) if page.by else Client()


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200
    assert " at 0x" not in response.text  # nothing of Python where a figure belongs
    remembered = (
        "common_freshness",
        "common_setting",
    )  # asked once a second, once until somebody changes one
    return sum(not any(table in query["sql"] for table in remembered) for query in asked)


@pytest.mark.same_everywhere  # on PostgreSQL tests/home/test_copies.py asks the same of the demonstration
def test_25_rows_take_the_queries_of_5(people, cast, sign_in, committed, subtests):
    people(5)
    clients = {page: (reader(page, cast, sign_in), page.address()) for page in PAGES}
    for client, address in clients.values():
        client.get(address)  # nothing is remembered of what this test wrote, but what stands for good
    few = {page: queries(*asked) for page, asked in clients.items()}
    people(20)
    many = {}
    for page, (client, address) in clients.items():
        client.get(address)
        many[page] = queries(client, address)
    committed()
    for page, (client, address) in clients.items():
        client.get(address)
        with subtests.test(page.name):
            assert many[page] == few[page]
            assert queries(client, address) == page.queries


@pytest.mark.same_everywhere
def test_what_is_drawn_for_one_reader_shows_no_other_more_or_less(people, cast, sign_in, committed, subtests):
    people(2)
    suggestion = Suggestion.objects.public().first()
    suggestion.cosignatures.create(deputy=cast["deputy"].deputy, asked_at=timezone.now(), state="declined")
    former = Deputy.objects.sitting().first()
    factories.MandateFactory(ended=True, deputy=former, term__number=9)
    readers = {name: sign_in(cast[name]) for name in ("deputy", "office", "leader", "unit_officer")}
    readers = readers | {"stranger": Client()}

    def shown(client, address):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        return (page.main or page).get_text(" ", strip=True)  # who is signed in is led on from one of them

    for page in PUBLIC:
        address, alone = page.address(), {}
        for name, client in readers.items():
            committed()  # nothing is remembered
            alone[name] = shown(client, address)
        committed()
        for name in [*readers, *reversed(readers)]:
            with subtests.test(page.name, reader=name):
                assert shown(readers[name], address) == alone[name]


@pytest.mark.same_everywhere
def test_a_public_page_is_light(people, subtests):
    people(25)
    for page in PUBLIC:
        with subtests.test(page.name):
            body = Client().get(page.address()).content
            parts = BeautifulSoup(body, "html.parser").select(
                "link[rel=stylesheet], link[rel=icon], script[src]"
            )
            files = [
                finders.find((part.get("href") or part["src"]).removeprefix(settings.STATIC_URL))
                for part in parts
            ]
            sizes = [len(gzip.compress(Path(file).read_bytes())) for file in files]
            assert len(body) <= 15 * 1024, len(body)
            assert len(gzip.compress(body)) <= 4 * 1024
            assert sum(sizes) + len(gzip.compress(body)) <= 60 * 1024
            assert len(files) + 1 <= 6


@pytest.mark.same_everywhere
def test_scripts_of_any_page_are_small(people, cast, sign_in):
    people(1)
    for page in PAGES:
        parts = BeautifulSoup(reader(page, cast, sign_in).get(page.address()).content, "html.parser")
        ours = [
            Path(finders.find(part["src"].removeprefix(settings.STATIC_URL))).read_bytes()
            for part in parts.select("script[src]")
            if "/admin/" not in part["src"] and "jsi18n" not in part["src"]
        ]
        assert sum(len(gzip.compress(script)) for script in ours) <= 15 * 1024, page.name


# What is remembered is what would be made anew


def written_anew(model) -> int:
    """Every row gets other words, days and answers to yes or no; how many there are."""
    changes = {}
    for field in model._meta.concrete_fields:
        is_plain = type(field) in (models.CharField, models.TextField) and not field.choices
        if is_plain and not (field.primary_key or field.name in ("key", "code", "field")):
            changes[field.name] = Concat(field.name, Value("改"))
        elif isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            changes[field.name] = ExpressionWrapper(F(field.name) - timedelta(days=1), field)
        elif isinstance(field, models.BooleanField):
            changes[field.name] = ~F(field.name)
        elif isinstance(field, models.ForeignKey) and field.null:
            changes[field.name] = None
    done = 0
    for name, value in changes.items():  # one at a time: where a row may not be so, the rest is
        with suppress(IntegrityError), transaction.atomic():
            done += model._base_manager.update(**{name: value})
    return done


def read(client, addresses) -> dict:
    """What these pages say, by their addresses."""
    return {address: client.get(address).text for address in addresses}


def rows(client, addresses) -> dict:
    """The rows of these lists of the staff area; of what is no list, nothing."""
    told = {address: client.get(address).context for address in addresses}
    return {address: context["cl"].rows for address, context in told.items() if context and "cl" in context}


@pytest.mark.same_everywhere
@pytest.mark.django_db(transaction=True)
@time_machine.travel(dt.datetime(2026, 6, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False)
def test_whatever_changes_a_page_that_is_remembered_shows_it_at_once(
    people, cast, sign_in, settings, committed, subtests
):
    """Of what a page is made is found out while it is made; here every table is changed, one after another.

    So are the rows of lists of the staff area.
    """
    settings.PAGE_CACHE_SECONDS = 600
    people(1)
    committed()
    pages = [page.address() for page in PUBLIC if page.kept]
    lists = [
        page.address() for page in SIGNED_IN if page.address().startswith("/admin/") and page.by == "office"
    ]
    deputy, office, stranger, asked = sign_in(cast["deputy"]), sign_in(cast["office"]), Client(), []

    def anew(*first):
        """What everything says where nothing is remembered; with a deputy ``first``, their parts are shown to strangers."""
        memory.forget()
        [read(client, pages) for client in first]
        return read(stranger, pages) | rows(office, lists)

    def note(execute, sql, *args):
        asked.append(sql)
        return execute(sql, *args)

    anew()  # a session writes its first step
    with connection.execute_wrapper(note):
        anew(deputy)
    asked = "".join(asked)
    read_models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if is_ours(model.__module__.split(".")[0])
        and not issubclass(model, HistoricalChanges)  # a version is written together with its record
        and f'"{model._meta.db_table}"' in asked
    ]
    for number, model in enumerate(read_models):
        if not written_anew(model):
            continue
        told = read(stranger, pages) | rows(office, lists)
        stranger = Client()  # a client is a process that keeps pages
        now = anew(*[deputy] * (number % 2))
        with subtests.test(model=model._meta.label):
            assert [address for address in now if told[address] != now[address]] == []
    assert len(read_models) > 30
