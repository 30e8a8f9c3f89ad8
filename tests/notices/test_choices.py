"""How somebody wants to be told, chosen on a page of their own."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as portal
from django.urls import reverse

from common import preferences
from notices import actions, groups
from notices.models import CENTRE, WAYS, Choices, unread_count

pytestmark = pytest.mark.django_db
PAGE = reverse("notices:preferences")


@pytest.fixture
def clerk(office):
    office.email, office.phone = "zhou@example.cn", "13979001234"
    office.save()
    return office


@pytest.fixture
def client(sign_in, clerk):
    return sign_in(clerk)


def ticks(client):
    """``{field: {channel: ticked}}`` of the page."""
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    shown = {}
    for box in page.select("main input[type=checkbox]"):
        shown.setdefault(box["name"], {})[box.get("value", "on")] = box.has_attr("checked")
    return shown


def asked(user, number=1):
    return actions.tell(
        user, kind="deputies.correction_asked", subject="请看一件事", key=f"correction-asked:{number}"
    )


def channels(notice):
    return sorted(notice.deliveries.values_list("channel", flat=True))


def test_at_first_everything_stands_as_the_office_does_it(client):
    assert ticks(client) == {
        "general": {"email": True},
        "corrections": {"centre": True, "email": True},
        "suggestions_office": {"centre": True, "email": True},
        "opinions": {"email": True},
        "receptions": {"centre": True, "email": True},
        "stars": {"centre": True, "email": True},
        "is_daily": {"on": False},
    }


def test_what_is_chosen_is_shown_and_holds_for_what_is_told_next(client, clerk):
    before = asked(clerk, 1)
    client.post(PAGE, {"general": ["email"], "corrections": ["centre"]})
    assert ticks(client)["corrections"] == {"centre": True, "email": False}
    assert (channels(before), channels(asked(clerk, 2))) == (["email"], [])


def test_a_group_taken_out_of_the_notice_centre_is_kept_but_not_shown(client, clerk):
    client.post(PAGE, {"general": ["email"], "corrections": ["email"]})
    notice = asked(clerk)
    assert channels(notice) == ["email"]
    assert unread_count(clerk) == ""
    assert client.get(reverse("notices:list")).context["page"].rows == []
    assert clerk.notices.get() == notice


def test_announcements_cannot_be_taken_out_of_the_notice_centre(client, clerk):
    client.post(PAGE, {"general": [], "corrections": []})
    client.post(PAGE, {"general": ["centre"], "corrections": []})  # not offered
    actions.tell(clerk, kind="test.told", subject="公告", key="test:1")
    assert unread_count(clerk) == "1"


def test_text_messages_are_offered_where_a_provider_is_named(client, clerk, settings):
    settings.SMS_BACKEND = "tests.notices.services.Phones"
    assert ticks(client)["corrections"] == {"centre": True, "email": True, "sms": False}
    client.post(PAGE, {"general": [], "corrections": ["sms"]})
    assert channels(asked(clerk)) == ["sms"]


def test_whoever_has_no_address_is_told_to_ask_the_office_and_keeps_the_office_s_way(client, clerk):
    clerk.email = ""
    clerk.save()
    assert ticks(client) == {
        name: {"centre": True} for name in ("corrections", "suggestions_office", "receptions", "stars")
    }
    client.post(PAGE, {"corrections": ["centre"]})
    clerk.email = "zhou@example.cn"
    clerk.save()
    assert channels(asked(clerk)) == ["email"]


def test_whoever_chose_nothing_else_follows_the_office(
    client, clerk, superuser, django_capture_on_commit_callbacks
):
    client.post(PAGE, {"general": ["email"], "corrections": ["centre", "email"]})
    with django_capture_on_commit_callbacks(execute=True):
        preferences.change("notices.corrections_by", "none", by=superuser)
        preferences.change("notices.general_by", "email,sms", by=superuser)
    assert Choices.objects.of(clerk).ways_for(groups.GROUPS["corrections"]) == {CENTRE}
    assert Choices.objects.of(clerk).ways_for(groups.GENERAL) == set(WAYS)


def test_a_daily_letter_can_be_chosen_and_left_again(client, clerk):
    everything = {"general": ["email"], "corrections": ["centre", "email"]}
    client.post(PAGE, everything | {"is_daily": "on"})
    assert asked(clerk, 1).deliveries.get().state == "held"
    client.post(PAGE, everything)
    assert asked(clerk, 2).deliveries.get().state == "waiting"


def test_a_channel_that_does_not_exist_is_refused_in_words(client, clerk):
    page = client.post(PAGE, {"general": ["carrier pigeon"], "corrections": []})
    assert page.status_code == 200
    assert page.context["form"].errors["general"]
    assert not Choices.objects.exists()


def test_one_is_asked_only_about_what_one_is_ever_told(sign_in, deputy_user, unit_officer):
    deputy_user.email = unit_officer.email = "somebody@example.cn"
    deputy_user.save()
    unit_officer.save()
    assert list(ticks(sign_in(deputy_user))) == [
        "general",
        "suggestions_mine",
        "opinions",
        "receptions",
        "own_data",
        "is_daily",
    ]
    assert list(ticks(sign_in(unit_officer))) == ["general", "suggestions_unit", "dispatches", "is_daily"]


def test_the_notice_centre_leads_to_the_page(client):
    assert f'href="{PAGE}"' in client.get(reverse("notices:list")).content.decode()


def test_every_group_has_the_office_s_default():
    for group in groups.GROUPS.values():
        assert preferences.get(f"notices.{group.key}_by") in ("none", "email", "sms", "email,sms")


def test_every_kind_of_notice_told_in_the_code_belongs_to_a_group_of_its_own():
    told = set()
    modules = [*portal.BASE_DIR.glob("*/notifications.py"), *portal.BASE_DIR.glob("*/notifications/*.py")]
    for path in modules:
        told |= set(re.findall(r'\bkind="([\w.]+)"', path.read_text()))
    assert told
    assert {kind for kind in told if groups.of(kind) is groups.GENERAL} == set()


def test_telling_somebody_takes_the_same_queries_however_many_groups_there_are(
    clerk, django_assert_max_num_queries
):
    asked(clerk, 1)
    with django_assert_max_num_queries(13):
        asked(clerk, 2)
