"""Mail servers as they can be."""

import smtplib

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notices.models import Delivery


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})


class Overtaken(BaseEmailBackend):
    """So slow that another worker has sent the letter when this one gives up."""

    def send_messages(self, messages):
        Delivery.objects.update(state=Delivery.State.SENT, next_try_at=timezone.now())
        raise TimeoutError
