from collections import Counter

import pytest
from django.core.management import call_command

from accounts.models import Area
from common.models import Holiday

pytestmark = pytest.mark.django_db


def test_seed_enters_the_divisions_of_the_city_and_the_holidays():
    call_command("seed", verbosity=0)
    kinds = Counter(Area.objects.values_list("kind", flat=True))
    assert kinds == {
        "city": 1,
        "district": 1,
        "county": 1,
        "street": 7,
        "town": 18,
        "township": 8,
        "other": 1,
    }
    assert Area.objects.get(code="360521505").name == "东坑林场"
    assert Area.objects.inside("360502").count() == 1 + 5 + 11 + 5
    assert not Holiday.objects.get(day="2026-02-17").name.startswith("Spring")


def test_every_area_lies_in_one_that_is_there():
    call_command("seed", verbosity=0)
    parents = {area.parent_code for area in Area.objects.all()} - {""}
    assert parents <= set(Area.objects.values_list("code", flat=True))


def test_seed_again_adds_nothing_and_leaves_what_staff_changed(capsys):
    call_command("seed")
    Area.objects.filter(code="360502005").update(name="新名街道")
    Area.objects.get(code="360521505").delete()
    before = Area.objects.count(), Holiday.objects.count()
    capsys.readouterr()
    call_command("seed")
    assert (Area.objects.count(), Holiday.objects.count()) == before
    assert Area.objects.get(code="360502005").name == "新名街道"
    assert {line.split(": ")[1] for line in capsys.readouterr().out.splitlines()} == {"0"}
