"""Sessions that ended: nothing of them is kept, neither the cookie's row nor the address and browser beside it."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session


def forget_ended(now) -> dict:
    """Drop what expired and the notes about sessions that are gone."""
    ended, _rows = Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return {"sessions": ended}
