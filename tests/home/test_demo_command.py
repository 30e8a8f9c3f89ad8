"""Building the demonstration, from an empty portal or in one that is in use."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Area, Unit, User
from deputies.models import Deputy, DeputyGroup, Mandate, Session
from liaison_stations.models import Opinion, StarRecord, Station
from proposals.models import Suggestion

from .. import factories

pytestmark = [pytest.mark.django_db, pytest.mark.same_everywhere]


def test_two_runs_from_empty_give_the_same_city():
    def city():
        with transaction.atomic():
            call_command("demo", force=True, verbosity=0)
            people = (
                "name pinyin sex ethnicity birth_year birth_month party education degree post phone address"
            )
            found = [
                list(Deputy.objects.order_by("pk").values_list(*people.split())),
                list(Mandate.objects.order_by("card_no").values_list("card_no", "deputy__phone", "group__name", "area__code", "electing_unit", "state")),
                list(DeputyGroup.objects.values_list("name", "head__phone", "liaison")),
                list(Unit.objects.values_list("name", "superior__name")),
                list(User.objects.order_by("username").values_list("username", "name", "phone")),
                list(Suggestion.objects.order_by("pk").values_list("title", "number", "lead__phone", "state", "due_on", "verdict")),
                list(Station.objects.order_by("pk").values_list("name", "stars", "state", "latitude", "reception_note")),
                list(Opinion.objects.order_by("pk").values_list("code", "text", "state", "due_on", "verdict", "station__name")),
                list(StarRecord.objects.order_by("pk").values_list("station__name", "year", "score", "move")),
                list(Session.objects.order_by("term__area", "number").values_list("term__area__code", "starts_on")),
            ]  # fmt: skip
            transaction.set_rollback(True)
        return found

    assert city() == city()


def test_scale_multiplies_the_deputies():
    call_command("demo", force=True, scale=2, verbosity=0)
    assert Mandate.objects.sitting().count() == 2 * 2400
    assert Mandate.objects.filter(level="city").count() == 2 * 265
    assert Suggestion.objects.count() == 2 * 500
    assert Opinion.objects.answered_online().count() == 2 * 1379
    assert Opinion.objects.solved().count() == 2 * 2236
    assert Station.objects.count() == 34 + 2 * 115


def test_suggestions_may_be_multiplied_alone():
    call_command("demo", force=True, suggestions=2, verbosity=0)
    assert Mandate.objects.sitting().count() == 2400
    assert Suggestion.objects.count() == 2 * 500


def test_without_debug_the_demonstration_is_refused_and_nothing_made():
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo")
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo", if_empty=True)
    assert not User.objects.exists()
    assert not Area.objects.exists()


def test_a_portal_in_use_gets_no_demonstration_and_no_list_of_sign_ins(capsys):
    factories.UserFactory(username="somebody")
    call_command("demo", if_empty=True)
    call_command("demo", sign_ins=True)
    assert capsys.readouterr().out == ""
    assert User.objects.count() == 1
