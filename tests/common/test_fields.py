"""Two characters are found in a name on both engines, on PostgreSQL through the index."""

import pytest
from django.apps import apps
from django.db import connection

from common.fields import BigramField
from common.indexes import WORDS_TOLD_APART
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


@pytest.mark.postgresql
def test_every_column_of_words_has_its_index_which_knows_how_rare_words_are():
    columns = {
        f"{model._meta.db_table}_{field.column}_bigrams"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, BigramField)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text FROM pg_attribute"
            " WHERE attrelid::regclass::text LIKE '%%bigrams' AND attstattarget = %s",
            [WORDS_TOLD_APART],
        )
        assert {name for [name] in cursor.fetchall()} == columns
