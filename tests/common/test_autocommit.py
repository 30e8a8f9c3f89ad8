import pytest

from accounts.models import Unit

from .. import factories


@pytest.mark.django_db(transaction=True)
def test_what_is_written_outside_a_transaction_stays():
    unit = factories.UnitFactory()
    assert Unit.objects.filter(pk=unit.pk).exists()
