"""Text messages: the interface a provider's adapter fills, and one that prints them.

``SMS_BACKEND`` names the class by its dotted path; empty, there is no such channel. An adapter sends within five
seconds or raises: ``notices.failures.Failure`` with the provider's code, or whatever ``OSError`` its network raises.
"""

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from common.text import masked

logger = logging.getLogger(__name__)


class SmsBackend(Protocol):
    def send(self, *, phone: str, text: str, key: str) -> None:
        """Send ``text``. ``key`` is the same in every attempt at one message: the provider must send it once.

        After a worker was killed between the call and our commit, the same message is called for again.
        """


class ConsoleSms:
    """Prints what would be sent, the number masked."""

    def send(self, *, phone, text, key):
        logger.info("SMS %s to %s: %s", key, masked(phone), text)


def is_on() -> bool:
    return bool(settings.SMS_BACKEND)


def backend() -> SmsBackend:
    return import_string(settings.SMS_BACKEND)()
