"""Every page as those see it who come to it: no barriers, no sideways scroll, targets large enough for a finger."""

from collections import Counter
from contextlib import suppress
from itertools import product

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from common import imports
from notices.models import Delivery

from .. import factories
from ..access.test_urls import TABLE
from ..access.urls import answers
from . import looks
from .rosters import roster

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]
FORMS = ("add", "change")


def pages(client, addresses):
    """Those of the addresses that answer with a page, and not with a file or a refusal."""
    for address in dict.fromkeys(addresses):
        response = client.get(address)
        response.close()  # a file stays open until it is read
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            yield address


def faults_of(page, addresses):
    """``{address: faults}`` of those pages that have any; a title that several share is one."""
    found, titles = {}, {}
    for address in addresses:
        page.goto(address)
        found[address] = looks.faults(page)
        titles[address] = page.title()
    often = Counter(titles.values())
    shared = {address: title for address, title in titles.items() if often[title] > 1}
    return {address: faults for address, faults in found.items() if faults} | shared


@pytest.fixture
def addresses(cast):
    """``addresses(role)``: those that the table of addresses opens to this role."""

    def opened_to(role):
        return [row.address(cast) for row in TABLE if row.get and answers(row.get)[role] == "200"]

    return opened_to


def test_public_pages_have_no_faults(visit, stranger, addresses, sign_in):
    public = list(pages(sign_in(stranger), addresses("stranger")))
    assert reverse("home:start") in public
    assert faults_of(visit(), public) == {}


def test_pages_of_a_deputy_have_no_faults(visit, deputy_user, addresses, sign_in):
    factories.CorrectionFactory(deputy=deputy_user.deputy, evidence=factories.stored_document())
    factories.ConsentFactory(deputy=deputy_user.deputy)
    factories.NoticeFactory(recipient=deputy_user)
    public = set(addresses("stranger"))
    own = [address for address in pages(sign_in(deputy_user), addresses("deputy")) if address not in public]
    assert reverse("home:my") in own
    assert faults_of(visit(deputy_user), own) == {}


def test_the_first_page_after_signing_in_has_no_faults(visit, cast):
    for role in ("unit_officer", "leader", "committee_officer", "auditor"):
        page = visit(cast[role])
        page.goto(reverse("home:landing"))
        assert looks.faults(page) == {}, role


@pytest.mark.parametrize("device", [looks.PHONE, looks.DESK], ids=["phone", "desk"])
def test_the_dark_scheme_has_no_barriers(visit, superuser, records, device):
    own = [reverse(name) for name in ("home:my", "admin:index", "admin:deputies_deputy_changelist")]
    page = visit(superuser, device, color_scheme="dark")
    for address in [
        reverse("home:start"),
        records.deputy.get_absolute_url(),
        *own,
        *special_addresses(records),
    ]:
        page.goto(address)
        assert looks.barriers(page) == [], address


def test_a_list_prints_on_white_and_without_what_only_a_screen_needs(visit, records):
    page = visit(color_scheme="dark")
    page.goto(reverse("deputies:list"))
    assert page.get_by_role("search").is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert looks.barriers(page) == []
    assert not page.get_by_role("search").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.get_by_role("link", name=records.deputy.name).is_visible()


# The staff area


@pytest.fixture
def records(superuser):
    """A record of every screen, so that each has a list with a row and a form; the mandate is one of them."""
    group = factories.DeputyGroupFactory(committee=factories.CommitteeFactory())
    mandate = factories.MandateFactory(group=group)
    factories.CorrectionFactory(deputy=mandate.deputy)
    factories.WebhookFactory()
    factories.DeliveryFactory(state=Delivery.State.FAILED)
    imports.confirm(batch(superuser, roster()), by=superuser)
    return mandate


def batch(user, body):
    return imports.preview(imports.KINDS["roster"], body, "名册.csv", {}, by=user)


def screen_addresses():
    """``(last word of the name, address)`` of every page of every screen, about the newest record where about one."""
    for model, screen in admin.site._registry.items():
        newest = model._base_manager.order_by("-pk").first()
        about = [[], [newest.pk]] if newest else [[]]
        for name, arguments in product(filter(None, (pattern.name for pattern in screen.get_urls())), about):
            with suppress(NoReverseMatch):
                yield name.rpartition("_")[2], reverse(f"admin:{name}", args=arguments)


def special_addresses(mandate):
    """Pages whose address names more than a record."""
    yield reverse("admin:deputies_mandate_move", args=[mandate.pk, "suspend"])
    yield reverse("admin:deputies_correction_move", args=[mandate.deputy.corrections.get().pk, "decline"])
    yield reverse("admin:common_setting_value", args=["portal.name"])


def test_lists_of_staff_have_no_faults(visit, superuser, records):
    lists = [address for word, address in screen_addresses() if word == "changelist"]
    assert faults_of(visit(superuser), lists) == {}


@pytest.mark.parametrize("word", FORMS)
def test_forms_of_staff_have_no_faults(word, visit, superuser, records, sign_in):
    forms = pages(sign_in(superuser), [address for kind, address in screen_addresses() if kind == word])
    assert faults_of(visit(superuser), forms) == {}


def test_other_pages_of_staff_have_no_faults(visit, superuser, records, sign_in):
    others = [address for word, address in screen_addresses() if word not in ("changelist", *FORMS)]
    others += [reverse("admin:index"), *special_addresses(records)]
    assert faults_of(visit(superuser), pages(sign_in(superuser), others)) == {}
