"""Why something did not arrive, in words that staff understand and that hold nobody's address or number."""

import http.client
import smtplib
import ssl

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    UNREACHABLE = "unreachable", _("the service cannot be reached")
    TIMEOUT = "timeout", _("the service did not answer in time")
    INSECURE = "insecure", _("no secure connection came about")
    REFUSED = "refused", _("the service refused the message")
    REDIRECTED = "redirected", _("the service sends us to another address, which is not followed")
    TOO_LONG = "too_long", _("the answer of the service was too long")
    STRANGE = "strange", _("the answer of the service was not understood")
    FORBIDDEN = "forbidden", _("the portal may not call this address")
    MAILBOX = "mailbox", _("the mailbox of the recipient was refused")
    NO_ADDRESS = "no_address", _("the recipient has no address for this channel")
    CLOSED = "closed", _("the account of the recipient is closed")
    OFF = "off", pgettext_lazy("channel", "this channel is switched off")
    INTERRUPTED = "interrupted", _("sending was interrupted again and again")
    INTERNAL = "internal", _("an error inside the portal")


# Those that say the service itself is in trouble: several in a row, and it is left alone for a while
OUTAGES = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.TIMEOUT,
        Reason.INSECURE,
        Reason.REFUSED,
        Reason.REDIRECTED,
        Reason.TOO_LONG,
        Reason.STRANGE,
    }
)
FINAL = frozenset(
    {Reason.FORBIDDEN, Reason.NO_ADDRESS, Reason.CLOSED, Reason.OFF}
)  # trying again helps nothing


class Failure(Exception):
    """It did not arrive. ``code`` is what the service calls it: a number, never a text, which may carry an address."""

    def __init__(self, reason: Reason, code=""):
        super().__init__(reason)
        self.reason, self.code = reason, str(code)[:40]


def in_words(error: Exception) -> Failure:
    """Whatever went wrong while sending, as one of our reasons."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, smtplib.SMTPResponseException):
        return Failure(Reason.REFUSED, error.smtp_code)
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return Failure(reason)
    return Failure(Reason.INTERNAL, type(error).__name__)


_REASONS = [
    (smtplib.SMTPRecipientsRefused, Reason.MAILBOX),
    (smtplib.SMTPServerDisconnected, Reason.UNREACHABLE),
    (smtplib.SMTPException, Reason.STRANGE),
    (http.client.HTTPException, Reason.STRANGE),
    (TimeoutError, Reason.TIMEOUT),
    (ssl.SSLError, Reason.INSECURE),
    (OSError, Reason.UNREACHABLE),
]
