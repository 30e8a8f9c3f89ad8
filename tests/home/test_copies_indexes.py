"""Load tests take the indexes of PostgreSQL away while they copy, and put them back."""

import pytest
from django.core.management import call_command
from django.db import connection

from common.indexes import WORDS_TOLD_APART
from proposals.models import Suggestion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_postgresql_has_every_index_and_check_as_before():
    def described():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexrelid::regclass::text, indisunique, attstattarget FROM pg_index"
                " JOIN pg_attribute ON attrelid = indexrelid UNION ALL"
                " SELECT format('%s of %s', conname, conrelid::regclass), convalidated, 0 FROM pg_constraint"
            )
            return {*cursor.fetchall()}

    before = described()
    call_command("demo", force=True, times=2, verbosity=0)
    assert described() == before
    assert ("proposals_suggestion_search_bigrams", False, WORDS_TOLD_APART) in before
    assert Suggestion.objects.count() == 2 * 500
