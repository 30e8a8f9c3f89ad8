"""Two characters are found in a name on both engines, on PostgreSQL through the index."""

import pytest
from django.db import connection

from deputies.models import Deputy
from tests.factories import DeputyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def names():
    for name in ["梁芳", "梁芳华", "方梁", "芳梁", "𠮷永㛃", "买买提·艾力", "Anna Li"]:
        DeputyFactory(name=name)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("梁芳", {"梁芳", "梁芳华"}),
        ("芳华", {"梁芳华"}),
        ("𠮷永", {"𠮷永㛃"}),
        ("艾力", {"买买提·艾力"}),
        ("ANNA", {"Anna Li"}),
        ("芳方", set()),
        ("%", {"梁芳", "梁芳华", "方梁", "芳梁", "𠮷永㛃", "买买提·艾力", "Anna Li"}),
    ],
)
def test_words_are_found_wherever_they_stand(names, words, found):
    assert set(Deputy.objects.filter(search__words=words).values_list("name", flat=True)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("梁芳艾力", {"梁芳", "梁芳华", "买买提·艾力"}),
        ("芳方", set()),
        ("梁", set()),
        ("%", set()),
        ("", set()),
    ],
)
def test_some_of_the_words_are_found(names, words, found):
    assert set(Deputy.objects.filter(search__some_words=words).values_list("name", flat=True)) == found


def test_columns_follow_when_the_name_changes(names):
    deputy = Deputy.objects.get(name="方梁")
    assert (deputy.pinyin, deputy.letters, deputy.initials) == ("fang liang", "fangliang", "fl")
    deputy.name, deputy.pinyin = "单红", ""
    deputy.save()
    deputy.refresh_from_db()
    assert (deputy.pinyin, deputy.letters, deputy.initials, deputy.search) == (
        "shan hong",
        "shanhong",
        "sh",
        " 单红 ",
    )


def test_a_reading_that_staff_corrected_stays(names):
    deputy = Deputy.objects.get(name="方梁")
    deputy.pinyin = "fang niang"
    deputy.save()
    deputy.refresh_from_db()
    assert (deputy.pinyin, deputy.letters) == ("fang niang", "fangniang")


def test_two_characters_are_found_without_reading_every_row(names):
    looked_for = Deputy.objects.filter(search__words="梁芳").order_by()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "deputies_deputy_search_bigrams" in looked_for.explain()
    else:
        assert "instr" in str(looked_for.query)
