"""The pages whose speed, queries and weight are measured (``make bench``, ``tests/home/test_bench.py``).

One row each; an app that adds a page adds its row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from deputies.models import Committee, Deputy, DeputyGroup
from liaison_stations.models import Dispatch, Opinion, Reception, Station
from proposals.models import Commitment, KeyItem, Reply, Suggestion, Topic


@dataclass(frozen=True)
class Page:
    """``against`` names the page of the bare Django application it is compared with (``bench/reference.py``).

    ``queries`` is how many it takes, however many rows it shows, once what may be remembered is. ``by`` is a role, and in the demonstration the user
    name of somebody who has it; empty: a stranger. ``kept`` tells whether strangers get it from the early cache.
    """

    name: str
    address: Callable[[], str]
    against: str
    queries: int
    by: str = ""
    kept: bool = True


def at(name: str) -> Callable[[], str]:
    return lambda: reverse(name)


def of(records) -> Callable[[], str]:
    """The page of the first of these."""
    return lambda: records.all().first().get_absolute_url()


def change_of(records) -> Callable[[], str]:
    """Its page in the staff area."""
    meta = records.model._meta
    return lambda: reverse(
        f"admin:{meta.app_label}_{meta.model_name}_change",
        args=[records.all().values_list("pk", flat=True)[0]],
    )


def public_answer() -> str:
    return reverse("stations:public-answer", args=[Opinion.objects.published().first().pk])


def gap() -> str:
    return reverse("stations:gap", args=[Station.objects.open().first().pk])


MINE = "list, signed in"

PUBLIC = [
    Page("sign in", at("account_login"), "item", 0, kept=False),
    Page("start", at("home:start"), "list", 0),
    Page("accessibility", at("home:accessibility"), "item", 0),
    Page("personal data", at("home:privacy"), "item", 0),
    Page("deputies", at("deputies:list"), "list", 0),
    Page("deputies of one level", lambda: f"{reverse('deputies:list')}?level=city", "list", 0),
    Page("deputies found", lambda: f"{reverse('deputies:list')}?q={quote('王')}", "list", 2, kept=False),
    Page("deputy", of(Deputy.objects.sitting()), "item", 0),
    Page("groups", at("deputies:groups"), "list", 1),
    Page("group", of(DeputyGroup.objects), "list", 0),
    Page("committee", of(Committee.objects), "item", 0),
    Page("suggestions", at("proposals:list"), "list", 0),
    Page(
        "suggestions found", lambda: f"{reverse('proposals:list')}?q={quote('道路')}", "list", 3, kept=False
    ),
    Page("suggestion", of(Suggestion.objects.public()), "item", 0),
    Page("stations", at("stations:list"), "list", 0),
    Page("stations of five stars", lambda: f"{reverse('stations:list')}?stars=5", "list", 0),
    Page("station", of(Station.objects.open()), "item", 0),
    Page("calendar of receptions", at("stations:calendar"), "list", 0),
    Page("answered opinions", at("stations:answers"), "list", 0),
    Page("answered opinion", public_answer, "item", 0),
    Page("stories", at("stations:stories"), "list", 0),
    Page("figures of stations", at("home:figures-of-stations"), "list", 0),
    Page("commitments", at("proposals:commitments"), "list", 1),
    Page("commitment", of(Commitment.objects.public()), "item", 0),
    Page("key items", at("proposals:key-items"), "list", 0),
    Page("key item", of(KeyItem.objects), "item", 0),
]
SIGNED_IN = [
    Page("my", at("home:my"), MINE, 8, by="deputy"),
    Page("notices", at("notices:list"), MINE, 3, by="deputy"),
    Page("commitments, signed in", at("proposals:commitments"), MINE, 4, by="leader"),
    Page("figures of suggestions", at("proposals:figures"), MINE, 3, by="leader"),
    Page("my suggestions", at("proposals:mine"), MINE, 12, by="deputy"),
    Page("topics", at("proposals:topics"), MINE, 6, by="deputy"),
    Page("topic", of(Topic.objects.listed()), MINE, 6, by="deputy"),
    Page("my suggestion", of(Suggestion.objects.public()), MINE, 22, by="deputy"),
    Page("overview of suggestions", at("proposals:overview"), MINE, 4, by="leader"),
    Page("work of a unit", at("proposals:unit"), MINE, 2, by="unit_officer"),
    Page("letter", of(Reply.objects.filter(state="signed")), MINE, 9, by="office"),
    Page("opinions of a deputy", at("stations:opinions"), MINE, 3, by="deputy"),
    Page("orders to a unit", at("stations:orders"), MINE, 2, by="unit_officer"),
    Page("my opinion", of(Opinion.objects.answered_online()), MINE, 10, by="office"),
    Page("order", of(Dispatch.objects.filter(state="solved")), MINE, 6, by="office"),
    Page("reception", of(Reception.objects.held()), MINE, 9, by="office"),
    Page("gap of a station", gap, MINE, 4, by="office"),
    Page("coverage of stations", at("stations:coverage"), MINE, 2, by="leader"),
    Page("silent stations", at("stations:silent"), MINE, 2, by="leader"),
    Page("staff: opinions", at("admin:liaison_stations_opinion_changelist"), MINE, 2, by="office"),
    Page("staff: orders", at("admin:liaison_stations_dispatch_changelist"), MINE, 2, by="office"),
    Page("staff: receptions", at("admin:liaison_stations_reception_changelist"), MINE, 2, by="office"),
    Page("staff: stations", at("admin:liaison_stations_station_changelist"), MINE, 2, by="office"),
    Page(
        "staff: plans of stations", at("admin:liaison_stations_stationplan_changelist"), MINE, 2, by="office"
    ),
    Page("staff: suggestions", at("admin:proposals_suggestion_changelist"), MINE, 2, by="office"),
    Page("staff: suggestion", change_of(Suggestion.objects.public()), MINE, 20, by="office"),
    Page("staff: parts", at("admin:proposals_assignment_changelist"), MINE, 2, by="office"),
    Page("staff: audit log", at("admin:common_auditentry_changelist"), MINE, 2, by="auditor"),
    Page("staff: accounts", at("admin:accounts_user_changelist"), MINE, 2, by="office"),
    Page("desk", at("admin:index"), MINE, 4, by="office"),
    Page("staff: deputies", at("admin:deputies_deputy_changelist"), MINE, 2, by="office"),
    Page("staff: mandates", at("admin:deputies_mandate_changelist"), MINE, 4, by="office"),
    Page("staff: corrections", at("admin:deputies_correction_changelist"), MINE, 2, by="office"),
    Page("staff: deputy", change_of(Deputy.objects.sitting().order_by("pk")), MINE, 15, by="office"),
]
PAGES = [*PUBLIC, *SIGNED_IN]
