"""The yearly report, on the page and in Word: numbers for all, titles of what is published alone."""

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals import report
from proposals.models import Suggestion

from .. import factories

pytestmark = pytest.mark.django_db
PAGE, WORD = (reverse(f"proposals:{name}", args=[2025]) for name in ("yearly-report", "yearly-report-word"))
SECRET = "针尖巷"


@pytest.fixture(autouse=True)
def in_january_2026():
    with time_machine.travel(dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def year():
    """Three of 2025: one published in full, one as a summary, one not; and one that was never assigned."""
    full = factories.SuggestionFactory(
        published=True, year=2025, title="关于南湖路的建议", verdict="satisfied", facts=f"{SECRET}一号"
    )
    factories.AssignmentFactory(suggestion=full, unit__name="市住建局", state="replied")
    factories.SuggestionFactory(
        published=True, year=2025, title="关于饮水的建议", publication="summary", verdict="dissatisfied"
    )
    hidden = factories.SuggestionFactory(
        replied=True, year=2025, title=f"关于{SECRET}的建议", lead__name="针尖儿", number=77
    )
    factories.SuggestionFactory(registered=True, year=2025, title=f"关于{SECRET}二号的建议")
    item = factories.KeyItemFactory(year=2025, plan=f"{SECRET}三号")
    item.suggestions.add(full)
    factories.CommitmentFactory(reply__assignment__suggestion=hidden, text=f"{SECRET}四号")
    full.ratings.create(
        deputy=full.lead,
        round=1,
        asked_on="2025-06-01",
        until="2025-06-16",
        words=f"{SECRET}五号",
        attitude="satisfied",
        result="satisfied",
        solved="yes",
        rated_at=dt.datetime(2025, 6, 2, tzinfo=dt.UTC),
    )
    return full


def words(body):
    from docx import Document

    document = Document(io.BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_page_and_document_tell_the_same(year):
    page, document = Client().get(PAGE).content.decode(), words(Client().get(WORD).content)
    for text in (page, document):
        for told in (
            "关于南湖路的建议",
            "关于饮水的建议",
            "市住建局",
            "治理学校周边交通拥堵",
            "王副主任",
            "50.0%",
        ):
            assert told in text
        for label in Suggestion.objects.assigned().values_list("number", flat=True):
            assert f"{label:03}" in text


def test_nothing_unpublished_and_no_person_s_rating_stands_in_it(year):
    for text in (Client().get(PAGE).content.decode(), words(Client().get(WORD).content)):
        assert [word for word in (SECRET, "针尖儿", "0790-6440000") if word in text] == []


def test_the_report_counts_what_was_assigned(year):
    told = report.of_year(2025)
    assert (told.total, told.replied, told.rated) == (3, 3, 2)
    assert [(number, line.title) for number, line in enumerate(told.suggestions)][0:1]
    assert len(told.suggestions) == 3
    assert dict(told.verdicts)[dict(Suggestion._meta.get_field("verdict").choices)["satisfied"]] == 1
    assert told.promises["all"] == 1
    assert sum(number for _label, number in told.classes) == 3


def test_a_year_is_public_when_it_is_over(year, sign_in, office, leader, deputy_user):
    for name in ("yearly-report", "yearly-report-word"):
        this_year = reverse(f"proposals:{name}", args=[2026])
        factories.SuggestionFactory(assigned=True, year=2026)
        assert Client().get(this_year).status_code == 404
        assert sign_in(deputy_user).get(this_year).status_code == 404
        for user in (office, leader):
            assert sign_in(user).get(this_year).status_code == 200
        for nothing in (2024, 0, 99999, 9**30):
            assert Client().get(reverse(f"proposals:{name}", args=[nothing])).status_code == 404


def test_the_list_names_the_reports_there_are(year, sign_in, office):
    factories.SuggestionFactory(assigned=True, year=2026)
    address = reverse("proposals:list")
    assert Client().get(address).context["report_years"] == [2025]
    assert sign_in(office).get(address).context["report_years"] == [2026, 2025]


def test_a_long_table_says_where_it_ends(year, monkeypatch):
    monkeypatch.setattr(report, "MOST_ROWS", 2)
    told = report.of_year(2025)
    assert (len(told.suggestions), told.is_cut) == (2, True)


def test_the_report_takes_as_many_queries_for_many_as_for_few(year, committed):
    def few():
        committed()
        with CaptureQueriesContext(connection) as queries:
            report.of_year(2025)
        return len(queries)

    report.of_year(2025)
    first = few()
    for _each in range(2):
        suggestion = factories.SuggestionFactory(published=True, year=2025)
        factories.AssignmentFactory(suggestion=suggestion, state="replied")
        factories.KeyItemFactory(year=2025)
    assert few() == first


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_leaves_the_report_at_once(settings):
    settings.PAGE_CACHE_SECONDS = 60
    suggestion = factories.SuggestionFactory(published=True, year=2025, title="关于南湖路的建议")
    visitor = Client()
    visitor.get(PAGE)
    assert not visitor.get(PAGE).templates, "kept"
    assert suggestion.title in words(visitor.get(WORD).content)
    suggestion.published_on = None
    suggestion.save()
    assert suggestion.title not in visitor.get(PAGE).content.decode()
    assert suggestion.title not in words(visitor.get(WORD).content)
