"""A form does once what it says: sent a second time it is answered like the first and does nothing (F8).

The form carries ``_key``, drawn by ``{% once %}``; forms that carry none are taken as they are.
"""

import datetime as dt
import uuid

from django.shortcuts import get_object_or_404

from .models import SentForm


def key_of(request) -> uuid.UUID | None:
    """The key of the form that was sent, ``None`` where it has none or a bad one."""
    try:
        return uuid.UUID(request.POST.get("_key", ""))
    except ValueError:
        return None


def is_first(request) -> bool:
    """Whether this form was not sent before. To be asked in the transaction of what the form does: of two sent at once
    the second waits here for the first, and a form whose act was refused may be sent again.
    """
    key = key_of(request)
    return key is None or SentForm.objects.get_or_create(key=key)[1]


def made(request, model, make):
    """The record that this form makes: ``make()``, or what it made when it was sent before. To be asked in a transaction."""
    key = key_of(request)
    if key is None:
        return make()
    sent, is_first_one = SentForm.objects.get_or_create(key=key)
    if not is_first_one:
        return get_object_or_404(model._base_manager, pk=sent.object_pk)
    record = make()
    sent.object_pk = record.pk
    sent.save(update_fields=["object_pk"])
    return record


def forget(now) -> dict:
    """Drop what was remembered of forms sent more than three days ago."""
    return {"forms": SentForm.objects.filter(at__lt=now - dt.timedelta(days=3)).delete()[0]}
