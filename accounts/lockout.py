"""Who guessed too often: counted before the password is looked at, per account and address (R-03)."""

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.db.models import F
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from .backends import account_of, canonical


class CountFirstHandler(AxesDatabaseHandler):
    """Takes one of the five guesses before the password is verified, so that parallel guesses gain nothing.

    One conditional UPDATE decides who gets the last guess; django-axes itself counts only after the check.
    """

    def is_allowed(self, request, credentials=None):
        if not super().is_allowed(request, credentials):
            return False
        login = canonical_login(request, credentials)
        self.clean_expired_user_attempts(request, credentials)
        attempt, _created = AccessAttempt.objects.get_or_create(
            username=login,
            ip_address=request.axes_ip_address,
            user_agent="",
            defaults={"failures_since_start": 0, "path_info": request.path[:255]},
        )
        return bool(
            AccessAttempt.objects.filter(
                pk=attempt.pk, failures_since_start__lt=settings.AXES_FAILURE_LIMIT
            ).update(
                failures_since_start=F("failures_since_start") + 1, attempt_time=request.axes_attempt_time
            )
        )

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None:
            return
        if getattr(request, "axes_locked_out", False) or self.is_locked(request, credentials):
            request.axes_locked_out, request.axes_credentials = True, credentials
            user_locked_out.send("axes", request=request, username=None, ip_address=request.axes_ip_address)


def canonical_login(request, credentials=None) -> str:
    """One name per account for the counter: phone, user name and their spellings share it.

    A name nobody has may be a password typed into the wrong field, so only its fingerprint is kept.
    """
    typed = (credentials or {}).get("username") or request.POST.get("login", "")
    user = account_of(typed)
    return user.username if user else salted_hmac("accounts.lockout", canonical(typed)).hexdigest()


def locked_out(request, response=None, credentials=None, *args, **kwargs):
    """The page of somebody who guessed too often."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked.html", {"minutes": minutes}, status=429)
