import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english():
    """The kernel's sentences in the language of the source; pages are asked for by a client, in its own."""
    with translation.override("en"):
        yield
