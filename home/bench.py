"""The pages whose speed, queries and weight are measured (``make bench``, ``tests/home/test_bench.py``).

One row each; an app that adds a page adds its row.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from deputies.models import Committee, Deputy, DeputyGroup


@dataclass(frozen=True)
class Page:
    """``against`` names the page of the bare Django application it is compared with (``bench/reference.py``).

    ``by`` is a role, and in the demonstration the user name of somebody who has it; empty: a stranger.
    """

    name: str
    address: Callable[[], str]
    against: str
    by: str = ""


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


CITY_LIST = "?level=city"

PUBLIC = [
    Page("start", at("home:start"), "list"),
    Page("accessibility", at("home:accessibility"), "item"),
    Page("deputies", at("deputies:list"), "list"),
    Page("deputies of one level", lambda: f"{reverse('deputies:list')}{CITY_LIST}", "list"),
    Page("deputy", of(Deputy.objects.sitting()), "item"),
    Page("groups", at("deputies:groups"), "list"),
    Page("group", of(DeputyGroup.objects), "list"),
    Page("committee", of(Committee.objects), "item"),
]
SIGNED_IN = [
    Page("my", at("home:my"), "list, signed in", by="deputy"),
    Page("notices", at("notices:list"), "list, signed in", by="deputy"),
    Page("desk", at("admin:index"), "list, signed in", by="office"),
    Page("staff: deputies", at("admin:deputies_deputy_changelist"), "list, signed in", by="office"),
    Page("staff: mandates", at("admin:deputies_mandate_changelist"), "list, signed in", by="office"),
    Page("staff: corrections", at("admin:deputies_correction_changelist"), "list, signed in", by="office"),
    Page("staff: deputy", change_of(Deputy.objects.sitting()), "list, signed in", by="office"),
]
PAGES = [*PUBLIC, *SIGNED_IN]
