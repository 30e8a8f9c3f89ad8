"""The table of a list in the staff area is the one Django would draw, and its menu and filters are never another's."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import results
from django.urls import reverse

from accounts.models import Membership, Role, User
from home import demo

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.same_everywhere]


def drawn_by_django(changelist):
    """What ``{% result_list %}`` puts into the rows."""
    if changelist.keeps_rows:
        whole = {record.pk: record for record in changelist.queryset}
        changelist.complete(whole.values())
        changelist.result_list = [whole[record.pk] for record in changelist.result_list]
    return [f"<tr>{''.join(map(str, cells))}</tr>" for cells in results(changelist)]


def lists():
    """Every list there is with its address; screens of our own have none."""
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_list_shows_what_django_would(sign_in, committed):
    demo.build()
    committed()
    looked_at = 0
    for name in ("office", "auditor"):
        client = sign_in(
            User.objects.filter(username=name).first() or factories.UserFactory(is_superuser=True)
        )
        for address in lists():
            response = client.get(address)
            changelist = (getattr(response, "context", None) or {}).get("cl")
            if changelist is not None and changelist.result_list:
                ours = BeautifulSoup(changelist.rows, "html.parser")
                assert changelist.rows == client.get(address).context["cl"].rows  # which were drawn before
                theirs = BeautifulSoup("\n".join(drawn_by_django(changelist)), "html.parser")
                assert ours == theirs, address
                looked_at += 1
    assert looked_at > 15


def menu(client):
    page = BeautifulSoup(client.get(reverse("admin:index")).content, "html.parser")
    return [link.text for link in page.select(".staff-menu a")]


def test_a_role_that_is_given_or_taken_away_shows_in_the_menu(office, sign_in, committed):
    client = sign_in(office)
    committed()
    before = menu(client)
    assert menu(client) == before
    [held] = office.memberships.all()
    held.delete()
    factories.MembershipFactory(user=office, role=Role.AUDITOR, unit=held.unit)
    committed()
    assert menu(client) != before
    assert Membership.objects.count() >= 1


def test_the_menu_tells_where_somebody_is(office, sign_in):
    client = sign_in(office)
    for address in (reverse("admin:index"), reverse("admin:deputies_deputy_changelist")):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert [link["href"] for link in page.select(".staff-menu a[aria-current]")] == [address]


def test_a_filter_that_is_chosen_is_marked_and_leads_back(office, sign_in):
    client = sign_in(office)
    factories.SuggestionFactory(registered=True)
    address = reverse("admin:proposals_suggestion_changelist")
    chosen = {}
    for query in ("", "?state=registered", ""):
        page = BeautifulSoup(client.get(address + query).content, "html.parser")
        chosen.setdefault(query, []).append(
            [link.text for link in page.select("#changelist-filter li.selected a")]
        )
    assert chosen[""][0] == chosen[""][1] != chosen["?state=registered"][0]
