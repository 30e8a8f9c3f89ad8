"""Who guessed too often: counted before the password is looked at, per account and address (R-03)."""

import datetime as dt

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.db.models import Case, F, Q, When
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from .backends import account_of, canonical


class CountFirstHandler(AxesDatabaseHandler):
    """Takes one of the five guesses before the password is verified, so that parallel guesses gain nothing.

    One conditional UPDATE decides who gets the last guess; django-axes itself counts only after the check.
    """

    def is_allowed(self, request, credentials=None):
        now, login = request.axes_attempt_time, canonical_login(request, credentials)
        place = {"username": login, "ip_address": request.axes_ip_address, "user_agent": ""}
        if _take_one(place, now):
            return True
        first = {"failures_since_start": 1, "attempt_time": now, "path_info": request.path[:255]}
        _attempt, is_first = AccessAttempt.objects.get_or_create(**place, defaults=first)
        return is_first or _take_one(place, now)  # somebody else's first one came in between

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None:
            return
        if getattr(request, "axes_locked_out", False) or self.is_locked(request, credentials):
            request.axes_locked_out, request.axes_credentials = True, credentials
            user_locked_out.send("axes", request=request, username=None, ip_address=request.axes_ip_address)

    def user_logged_in(self, sender, request, user, **kwargs):
        """The count began anew when the password was right, which may be long before the second factor is."""


def _take_one(place, now) -> bool:
    """Whether one of the guesses was left; those of long ago do not count, and who is locked out waits no longer for trying."""
    is_old = Q(attempt_time__lt=_oldest(now))
    used = Case(When(is_old, then=1), default=F("failures_since_start") + 1)
    left = AccessAttempt.objects.filter(
        is_old | Q(failures_since_start__lt=settings.AXES_FAILURE_LIMIT), **place
    )
    return bool(left.update(failures_since_start=used, attempt_time=now))


def _oldest(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(hours=settings.AXES_COOLOFF_TIME)


def forget_old(now: dt.datetime) -> dict:
    """Drop the guesses that no longer count, with the names and addresses in them."""
    return {"guesses": AccessAttempt.objects.filter(attempt_time__lt=_oldest(now)).delete()[0]}


def canonical_login(request, credentials=None) -> str:
    """One name per account for the counter: phone, user name and their spellings share it.

    A name nobody has may be a password typed into the wrong field, so only its fingerprint is kept.
    """
    typed = canonical((credentials or {}).get("username") or request.POST.get("login", ""))
    known = request.__dict__.setdefault("canonical_logins", {})  # django-axes asks at every turn
    if typed not in known:
        user = account_of(typed)
        known[typed] = user.username if user else salted_hmac("accounts.lockout", typed).hexdigest()
    return known[typed]


def locked_out(request, response=None, credentials=None, *args, **kwargs):
    """The page of somebody who guessed too often."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked.html", {"minutes": minutes}, status=429)
