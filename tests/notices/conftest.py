import pytest

from common.models import Setting

from .services import Phones, Service


@pytest.fixture(autouse=True)
def no_quiet_hours(db):
    """An office whose letters leave at night too, so that tests may run at night."""
    for key in ("notices.quiet_from", "notices.quiet_until"):
        Setting.objects.create(key=key, value="00:00")


@pytest.fixture
def service(settings):
    """A group chat's service on this machine; it takes every message until told otherwise."""
    settings.WEBHOOK_LOOPBACK = True
    with Service() as running:
        yield running


@pytest.fixture
def phones():
    """The text messages that a provider took."""
    Phones.sent.clear()
    return Phones.sent
