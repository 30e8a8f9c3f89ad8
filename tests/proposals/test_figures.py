"""Figures, and that each opens exactly the suggestions it counts."""

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from proposals import overview, rates
from proposals.models import Meaning, Suggestion
from proposals.states import AssignmentState, CommitmentState, SuggestionState

from .. import factories

pytestmark = pytest.mark.django_db
FIGURES = reverse("proposals:figures")
OVERVIEW = reverse("proposals:overview")
TODAY = dt.date(2026, 6, 20)


@pytest.fixture(autouse=True)
def in_june_2026():
    with time_machine.travel(dt.datetime(2026, 6, 20, 1, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def year():
    """Eight suggestions of two years, committees, delegations and units, with every answer there is."""
    units = [factories.UnitFactory(name=name) for name in ("市住建局", "市公安局")]
    delegation = factories.DelegationFactory()
    other = factories.CategoryFactory(name="农业农村")
    answers = [
        {"meaning": Meaning.SOLVED, "verdict": "satisfied", "first_verdict": "dissatisfied", "solved": "yes"},
        {"meaning": Meaning.PLANNED, "verdict": "basically", "first_verdict": "basically", "solved": "no"},
        {"meaning": Meaning.LATER, "verdict": "dissatisfied", "first_verdict": "dissatisfied", "met": False},
        {"meaning": Meaning.REFERENCE, "in_time": False, "publication": "full", "published_on": TODAY},
        {"meaning": Meaning.SOLVED, "year": 2025, "verdict": "satisfied", "first_verdict": "satisfied"},
        {"state": SuggestionState.WITHDRAWN, "verdict": "satisfied"},
        {"state": SuggestionState.HANDLING, "meaning": "", "in_time": None, "met": None, "replied_on": None},
    ]
    for n, fields in enumerate(answers):
        fields = {"attitude": fields.get("verdict", ""), **fields}
        where = {"delegation": delegation if n % 2 else None, "category": factories.CategoryFactory()}
        suggestion = factories.SuggestionFactory(
            replied=True, **where | ({"category": other} if n % 3 else {}) | fields
        )
        factories.AssignmentFactory(suggestion=suggestion, unit=units[n % 2], state="replied")
        factories.AssignmentFactory(
            suggestion=suggestion, unit=units[(n + 1) % 2], part="co", state="replied"
        )
        factories.AssignmentFactory(suggestion=suggestion, unit=units[0], state="relieved", part="separate")
    factories.SuggestionFactory(registered=True)


def pages_of(client, address):
    """Every row of a list, page by page."""
    rows, query = [], ""
    while True:
        page = client.get(address + query).context["page"]
        rows += page.rows
        if not page.after:
            return rows
        query = "&" + page.after.removeprefix("?")


def test_the_rates_are_those_worked_out_by_hand(year):
    shown = {
        key: (figure.number, figure.total) for key, figure in rates.figures(Suggestion.objects.all()).items()
    }
    assert shown == {
        "implementation": (3, 6),
        "kept": (2, 6),
        "satisfaction": (3, 4),
        "satisfied": (2, 4),
        "first": (2, 4),
        "attitude": (3, 4),
        "solved": (1, 4),
        "answered": (5, 6),
        "reply": (4, 6),
        "contact": (4, 5),
    }


@pytest.mark.parametrize(("by", "query"), [*((by, "") for by in rates.BY), ("unit", "&year=2026")])
def test_every_figure_opens_the_very_suggestions_it_counts(by, query, year, sign_in, leader):
    client = sign_in(leader)
    context = client.get(f"{FIGURES}?by={by}{query}").context
    cells = [*context["all"], *context["headlines"]]
    assert context["rows"]
    for row in context["rows"]:
        cells += [cell for cell in row["cells"] if cell["figure"].rate is not rates.PER_DEPUTY]
    seen = {}
    for cell in cells:
        for side, number in (("part", cell["figure"].number), ("whole", cell["figure"].total)):
            seen.setdefault(cell[side], number)
    for address, number in seen.items():
        response = client.get(address)
        shown = next(side["number"] for side in response.context["sides"] if side["is_here"])
        assert len(response.context["page"].rows) == shown == number, address


@pytest.mark.parametrize("by", rates.BY)
def test_the_rows_of_a_table_add_up_to_the_whole(by, year):
    whole = rates.figures(Suggestion.objects.all())
    rows = rates.table(Suggestion.objects.all(), by)
    for key, figure in whole.items():
        assert sum(row["figures"][key].total for row in rows) == figure.total, key


def test_a_co_unit_and_one_that_was_relieved_count_nothing(year):
    unit = factories.UnitFactory()
    factories.AssignmentFactory(suggestion__replied=True, unit=unit, part="co", state="replied")
    factories.AssignmentFactory(suggestion__replied=True, unit=unit, state="relieved")
    assert unit.pk not in {row["key"] for row in rates.table(Suggestion.objects.all(), "unit")}


def test_where_nothing_is_to_divide_by_a_dash_stands(sign_in, leader):
    context = sign_in(leader).get(FIGURES)
    assert {cell["figure"].shown for cell in context.context["all"]} == {"—"}
    factories.SuggestionFactory(assigned=True)
    text = BeautifulSoup(sign_in(leader).get(FIGURES).content, "html.parser").get_text()
    assert "0.0%" in text
    assert "—" in text


def test_every_rate_is_told_with_its_formula(year, sign_in, leader):
    page = BeautifulSoup(sign_in(leader).get(FIGURES).content, "html.parser").get_text()
    for rate in rates.RATES.values():
        assert str(rate.formula) in page


def test_a_delegation_s_suggestions_are_told_by_its_deputies_in_office(year, sign_in, leader):
    """人均提出 (D1.16): the last of a delegation's figures, of two lists that open."""
    delegation = factories.DelegationFactory(name="分宜县代表团")
    Suggestion.objects.filter(delegation=None).update(delegation=delegation)
    factories.MandateFactory.create_batch(2, delegation=delegation)
    factories.MandateFactory(delegation=delegation, ended=True)
    factories.SuggestionFactory(assigned=True, delegation=None)
    client = sign_in(leader)
    rows = client.get(f"{FIGURES}?by=delegation").context["rows"]
    cells = {row["name"]: row["cells"][-1] for row in rows}
    assert cells[None]["figure"].shown == "—"  # those without a delegation have no deputies to divide by
    cell = cells[delegation.name]
    assert (cell["figure"].number, cell["figure"].total, cell["figure"].shown) == (4, 2, "2.00")
    assert len(client.get(cell["part"]).context["page"].rows) == 4
    assert len(client.get(cell["whole"]).context["page"].rows) == 2


def test_the_office_s_formula_is_the_first_headline(year, sign_in, leader, office, superuser):
    from common import preferences

    preferences.change("suggestion.implementation_formula", "a_assigned", by=superuser)
    headlines = sign_in(leader).get(FIGURES).context["headlines"]
    assert [cell["figure"].rate.key for cell in headlines] == ["kept", "satisfaction"]


def test_of_what_one_may_not_see_the_number_alone_is_listed(sign_in, deputy_user, leader):
    hidden = factories.SuggestionFactory(replied=True, title="关于针尖巷的建议")
    shown = factories.SuggestionFactory(published=True, title="关于南湖路的建议")
    address = f"{reverse('proposals:figure-list')}?rate=implementation&side=whole"
    page = sign_in(deputy_user).get(address).content.decode()
    assert (shown.title in page, hidden.title in page, hidden.label in page) == (True, False, True)
    assert hidden.get_absolute_url() not in page
    assert hidden.title in sign_in(leader).get(address).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?rate=none&side=part",
        "?rate=kept",
        "?rate=kept&side=both",
        "?rate=kept&side=part&by=deputy&key=1",
        "?rate=kept&side=part&by=unit&key=x",
        f"?rate=kept&side=part&by=unit&key={9**30}",
        "?part=held",
        "?part=none&unit=1&year=2026",
        "?part=held&unit=%00&year=2026",
    ],
)
def test_what_is_no_figure_has_no_list(query, sign_in, leader):
    assert sign_in(leader).get(reverse("proposals:figure-list") + query).status_code == 404


@pytest.mark.parametrize("name", ["by", "year"])
@pytest.mark.parametrize("value", ["%00", "9" * 30, "-1", "x" * 5000, "[]"])
def test_no_value_in_the_address_breaks_the_figures(name, value, sign_in, leader):
    assert sign_in(leader).get(f"{FIGURES}?{name}={value}").status_code == 200


# A committee


def test_a_committee_s_page_counts_what_it_supervises(sign_in, committee_officer, office, deputy_user):
    committee = committee_officer.memberships.get().unit.committee
    category = factories.CategoryFactory(committee=committee)
    for fields in (
        {"assigned": True},
        {"assigned": True, "due_on": dt.date(2026, 7, 1)},
        {"replied": True},
        {},
    ):
        factories.SuggestionFactory(category=category, **fields)
    factories.SuggestionFactory(assigned=True, category__name="农业农村")
    done = Suggestion.objects.get(state="replied")
    factories.CommitmentFactory(reply__assignment__suggestion=done, state=CommitmentState.DONE)
    address = reverse("proposals:committee", args=[committee.pk])
    for user in (committee_officer, office):
        client = sign_in(user)
        context = client.get(address).context
        counters = {counter["key"]: counter["number"] for counter in context["counters"]}
        assert counters == {"handling": 2, "late": 1, "replied": 1}
        for key, number in counters.items():
            assert len(client.get(f"{address}?show={key}").context["page"].rows) == number
        assert len(context["page"].rows) == 3
        assert (context["promises"]["done"], context["promises"]["late"]) == (1, 0)
    assert sign_in(deputy_user).get(address).status_code == 403
    other = factories.MembershipFactory(role=Role.COMMITTEE, unit=factories.CommitteeFactory().unit).user
    assert sign_in(other).get(address).status_code == 403


# The overview of leaders


@pytest.fixture
def burdens():
    """One unit two days late with one of two, one in time with more time and one that handed back."""
    units = [factories.UnitFactory(name=name) for name in ("甲局", "乙局")]
    late = factories.AssignmentFactory(unit=units[0], due_on=dt.date(2026, 6, 18), state="handling")
    factories.AssignmentFactory(unit=units[0], due_on=dt.date(2026, 6, 20), state="pending")
    extended = factories.AssignmentFactory(unit=units[1], due_on=dt.date(2026, 9, 7), state="handling")
    extended.extensions.create(
        reason="情况复杂", due_before=TODAY, due_after=dt.date(2026, 9, 7), state="granted"
    )
    extended.extensions.create(reason="情况复杂", due_before=TODAY, due_after=TODAY, state="refused")
    back = factories.AssignmentFactory(unit=units[1], state=AssignmentState.RELIEVED)
    for _time in range(2):
        back.changes.create(move="hand_back", before="pending", after="return_asked")
    factories.AssignmentFactory(unit=units[1], state="replied", due_on=dt.date(2026, 1, 1))
    factories.CommitmentFactory(unit=units[0], due_on=dt.date(2026, 6, 1))
    return late


def test_a_list_of_what_is_late_and_a_suggestion_at_hand_say_the_same():
    for state in SuggestionState:
        for due_on in (None, TODAY - dt.timedelta(days=1), TODAY):
            one = factories.SuggestionFactory(registered=True, due_on=due_on)
            Suggestion.objects.filter(pk=one.pk).update(state=state)
    late = set(Suggestion.objects.late(TODAY))
    assert late == {one for one in Suggestion.objects.all() if one.is_late}
    assert {one.state for one in late} == {"assigned", "handling", "rehandling"}


def test_the_overview_tells_who_is_late_and_by_how_much(burdens):
    told = {
        row["name"]: [row[name] for name in ("held", "late", "days", "handed_back", "extended", "promises")]
        for row in overview.by_unit(TODAY, 2026)
    }
    assert told["甲局"] == [2, 1, 2, 0, 0, 1]
    assert told["乙局"] == [1, 0, 0, 1, 1, 0]


def test_every_number_of_the_overview_opens_the_list_it_counts(burdens, sign_in, leader):
    client = sign_in(leader)
    cells = [cell for row in client.get(OVERVIEW).context["rows"] for cell in row["cells"]]
    assert sum(cell["number"] for cell in cells) >= 6
    for cell in cells:
        assert len(client.get(cell["url"]).context["page"].rows) == cell["number"], cell


def test_the_latest_unit_stands_first(burdens):
    assert [row["name"] for row in overview.by_unit(TODAY, 2026)][0] == "甲局"


# Who, and speed

ADDRESSES = {"figures": FIGURES, "overview": OVERVIEW}


@pytest.mark.parametrize(
    ("name", "may"),
    [
        (
            "figures",
            "deputy government_office leader committee_officer county_office township_office office superuser",
        ),
        ("overview", "leader office superuser"),
    ],
)
def test_who_reads_figures(name, may, cast, sign_in):
    answers = {role: sign_in(user).get(ADDRESSES[name]).status_code for role, user in cast.items()}
    assert answers.pop("stranger") == 302
    assert {role for role, answer in answers.items() if answer == 200} == set(may.split())
    assert set(answers.values()) == {200, 403}


@pytest.mark.parametrize("name", ["figures", "overview", "list", "committee"])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(name, sign_in, leader, committed):
    committee = factories.CommitteeFactory()
    category = factories.CategoryFactory(committee=committee)
    address = {
        **ADDRESSES,
        "list": f"{reverse('proposals:figure-list')}?rate=implementation&side=whole",
        "committee": reverse("proposals:committee", args=[committee.pk]),
    }[name]
    client = sign_in(leader)

    def one_more():
        suggestion = factories.SuggestionFactory(replied=True, category=category)
        factories.AssignmentFactory(suggestion=suggestion, state="handling")
        factories.CommitmentFactory()
        factories.KeyItemFactory()

    def few():
        committed()
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    one_more()
    first = few()
    one_more()
    one_more()
    assert few() == first
