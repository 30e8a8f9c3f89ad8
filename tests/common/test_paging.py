"""Long lists go on from the last row seen."""

import datetime as dt

import pytest
from django.core import signing
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.models import ImportBatch
from common.paging import COUNT_UP_TO, capped_count, keyset_page
from deputies.models import Deputy
from tests.factories import DeputyFactory

pytestmark = pytest.mark.django_db
BY_NAME, NEWEST = ("pinyin", "pk"), ("-at", "-pk")


@pytest.fixture
def deputies():
    """Seven names of three: several share a place, which the key then decides."""
    for name in ["甲一", "乙二", "丙三"] * 7:
        DeputyFactory(name=name)
    return list(Deputy.objects.order_by("pinyin", "pk"))


@pytest.fixture
def batches():
    """Seven moments of three."""
    noon = timezone.make_aware(dt.datetime(2025, 9, 2, 12))  # noqa: DTZ001
    for n in range(21):
        batch = ImportBatch.objects.create(kind="x", file_name=str(n))
        ImportBatch.objects.filter(pk=batch.pk).update(at=noon + dt.timedelta(minutes=n // 3))
    return list(ImportBatch.objects.order_by("-at", "-pk"))


def walk(queryset, order, direction, address=""):
    """The rows of every page, following one link until it ends, and where the last page stands."""
    pages = []
    while True:
        page = keyset_page(queryset, QueryDict(address.lstrip("?")), order=order, size=5)
        pages.append(page.rows)
        following = getattr(page, direction)
        if not following:
            return pages, address
        address = following


@pytest.mark.parametrize(
    ("model", "order", "fixture"), [(Deputy, BY_NAME, "deputies"), (ImportBatch, NEWEST, "batches")]
)
def test_forth_and_back_shows_every_row_exactly_once(model, order, fixture, request):
    rows = request.getfixturevalue(fixture)
    forth, end = walk(model.objects.all(), order, "after")
    assert [row for page in forth for row in page] == rows
    back, _start = walk(model.objects.all(), order, "before", end)
    assert [row for page in reversed(back) for row in page] == rows


def test_several_querysets_are_one_list(batches):
    mine = {row.pk for row in batches[::3]}
    several = [ImportBatch.objects.filter(pk__in=mine), ImportBatch.objects.exclude(pk__in=mine)]
    forth, end = walk(several, NEWEST, "after")
    assert [row for page in forth for row in page] == batches
    back, _start = walk(several, NEWEST, "before", end)
    assert [row for page in reversed(back) for row in page] == batches
    page = keyset_page(several, QueryDict(), order=NEWEST, size=5)
    assert (page.count, page.count_is_capped) == (21, False)
    assert keyset_page(several, QueryDict(), order=NEWEST, count_up_to=20).count_is_capped


def test_the_first_page_has_none_before_and_the_last_none_after(deputies):
    first = keyset_page(Deputy.objects.all(), QueryDict(), order=BY_NAME, size=5)
    everything = keyset_page(Deputy.objects.all(), QueryDict(), order=BY_NAME, size=25)
    assert (first.before, bool(first.after)) == ("", True)
    assert (everything.before, everything.after) == ("", "")


def test_a_link_keeps_the_other_parameters(deputies):
    page = keyset_page(Deputy.objects.all(), QueryDict("q=甲&before="), order=BY_NAME, size=5)
    assert QueryDict(page.after.lstrip("?")).keys() == {"q", "after"}


@pytest.mark.parametrize("direction", ["after", "before"])
@pytest.mark.parametrize("place", ["", "x", "WyJqaWEgeWkiLDFd:1u:forged", "another list"])
def test_a_bad_place_in_the_address_gives_the_first_page(deputies, direction, place):
    if place == "another list":
        place = keyset_page(Deputy.objects.all(), QueryDict(), order=("pk",), size=5).after.partition("=")[2]
    page = keyset_page(Deputy.objects.all(), QueryDict(f"{direction}={place}"), order=BY_NAME, size=5)
    assert page.rows == deputies[:5]


def test_a_place_signed_for_something_else_gives_the_first_page(deputies):
    place = signing.dumps(["jia yi", 1], salt="something else")
    page = keyset_page(Deputy.objects.all(), QueryDict(f"after={place}"), order=BY_NAME, size=5)
    assert page.rows == deputies[:5]


@pytest.mark.parametrize("size", [5, 25])
def test_a_page_costs_one_query_without_offset_or_count(deputies, size):
    DeputyFactory.create_batch(30)
    address = keyset_page(Deputy.objects.all(), QueryDict(), order=BY_NAME, size=5).after
    with CaptureQueriesContext(connection) as asked:
        page = keyset_page(Deputy.objects.all(), QueryDict(address.lstrip("?")), order=BY_NAME, size=size)
    assert len(page.rows) == size
    (query,) = asked.captured_queries
    assert "OFFSET" not in query["sql"]
    assert "COUNT" not in query["sql"]


def test_counting_stops_at_a_thousand():
    Deputy.objects.bulk_create(Deputy(name="甲一", sex="M") for _n in range(COUNT_UP_TO))
    page = keyset_page(Deputy.objects.all(), QueryDict(), order=BY_NAME)
    assert (page.count, page.count_is_capped) == (1000, False)
    DeputyFactory()
    with CaptureQueriesContext(connection) as asked:
        assert capped_count(Deputy.objects.all()) == (1000, True)
    assert "LIMIT 1001" in asked.captured_queries[0]["sql"]
