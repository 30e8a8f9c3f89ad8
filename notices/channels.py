"""How one delivery leaves the portal, channel by channel. Each sends or raises; ``failures.in_words`` says why.

Letters hold no phone or identity number, text messages and group chats not even what it is about: only that there is
something and where to read it after signing in. What a person without an account is told says how far their own matter
is, and nothing of what is in it.
"""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import preferences
from common.text import without_numbers

from . import groups, outgoing, sms
from .failures import Failure, Reason
from .models import Delivery, Webhook


def send(delivery) -> None:
    """Send one delivery in the portal's language, whoever caused it. Raises whatever went wrong."""
    if delivery.webhook is None and delivery.notice and not delivery.notice.recipient.is_active:
        raise Failure(Reason.CLOSED)
    with translation.override(settings.LANGUAGE_CODE):
        SENDERS[delivery.channel](delivery)


def _letter(delivery):
    notice = delivery.notice
    _mail(delivery, notice.subject, "notices/letters/notice.txt", notice=notice)


def _daily_letter(delivery):
    notices = [carried.notice for carried in delivery.carried.select_related("notice").order_by("pk")]
    subject = ngettext("%(number)s notice for you", "%(number)s notices for you", len(notices))
    subject %= {"number": len(notices)}
    _mail(delivery, subject, "notices/letters/daily.txt", notices=notices)


def _mail(delivery, subject, template, **context):
    recipient = delivery.notice.recipient
    if not recipient.email:
        raise Failure(Reason.NO_ADDRESS)
    context |= {
        "recipient": recipient,
        "site": settings.SITE_URL,
        "choices": reverse("notices:preferences"),
        "portal": preferences.get("portal.name"),
    }
    headers = {  # the same in every attempt, so that a mail server may drop what arrives twice
        "Message-ID": f"<{delivery.key}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    body = without_numbers(render_to_string(template, context))
    EmailMessage(without_numbers(subject), body, to=[recipient.email], headers=headers).send()


def _text_message(delivery):
    if not sms.is_on():
        raise Failure(Reason.OFF)
    phone = delivery.notice.recipient.phone if delivery.notice else delivery.phone
    if not phone:
        raise Failure(Reason.NO_ADDRESS)
    text = delivery.text
    if delivery.notice:
        words = _("You have a new notice (%(group)s). Please sign in to read it: %(link)s")
        text = _neutral(words, delivery, reverse("notices:list"))
    sms.backend().send(phone=phone, text=text, key=delivery.key)


def _group_chat(delivery):
    webhook = delivery.webhook
    if not webhook.is_active:
        raise Failure(Reason.OFF)
    text = _("%(portal)s: something new to do (%(group)s). Please sign in: %(link)s")
    message = MESSAGES[webhook.kind](_neutral(text, delivery, delivery.notice.link or "/"))
    answer = outgoing.post_json(webhook.url, message)
    try:
        told = json.loads(answer)
        code = told.get("errcode", told.get("code", told.get("StatusCode")))
    except (ValueError, AttributeError):
        raise Failure(Reason.STRANGE) from None
    if not isinstance(code, int):
        raise Failure(Reason.STRANGE)
    if code != 0:
        raise Failure(Reason.REFUSED, code)


def _neutral(text, delivery, link):
    return text % {
        "portal": preferences.get("portal.name"),
        "group": groups.of(delivery.notice.kind).label,
        "link": settings.SITE_URL + link,
    }


SENDERS = {
    Delivery.Channel.EMAIL: _letter,
    Delivery.Channel.DAILY: _daily_letter,
    Delivery.Channel.SMS: _text_message,
    Delivery.Channel.WEBHOOK: _group_chat,
}
MESSAGES = {  # a text message as each product wants it; all three answer 200 with a code of their own, 0 for taken
    Webhook.Kind.WECOM: lambda text: {"msgtype": "text", "text": {"content": text}},
    Webhook.Kind.DINGTALK: lambda text: {"msgtype": "text", "text": {"content": text}},
    Webhook.Kind.FEISHU: lambda text: {"msg_type": "text", "content": {"text": text}},
}
