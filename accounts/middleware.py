"""What holds for every page of somebody who is signed in: an end in time, a password and a second factor, no copy."""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import preferences

from . import passwords, second_factors

SINCE, SEEN = "signed_in_at", "seen_at"
ALWAYS_OPEN = ("account_logout", "account_stay", "home:language", "home:accessibility", "home:privacy")
TO_SET_UP = (
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
)


class SignedInMiddleware:
    """Ends sessions that are idle or old, asks first for a password or second factor due, keeps private pages private."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if self._is_old(request):
            logout(request)
            return self._sign_in_again(request)
        if self._idle_seconds(request) > settings.IDLE_MINUTES * 60 and user.is_staff:
            logout(request)
            messages.info(
                request, _("You were signed out because nothing happened for a while. Please sign in again.")
            )
            return self._sign_in_again(request)
        if user.must_change_password and not self._may_stay(request.path, "account_change_password"):
            messages.info(request, _("Please choose a password of your own first."))
            return redirect("account_change_password")
        if passwords.is_old(user) and not self._may_stay(request.path, "account_change_password", *TO_SET_UP):
            messages.info(
                request,
                _("You have had your password for more than %(days)s days. Please choose a new one.")
                % {"days": preferences.get("accounts.password_max_age_days")},
            )
            return redirect("account_change_password")
        if second_factors.is_due(user) and not self._may_stay(request.path, *TO_SET_UP):
            messages.info(
                request,
                _("Whoever works in the staff area needs a second factor. Please set it up first."),
            )
            return redirect("mfa_index")
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    @staticmethod
    def _is_old(request):
        """Whether half a day has passed; Django alone would count it anew from every change of the session."""
        since = request.session.setdefault(SINCE, time.time())
        return time.time() - since > settings.SESSION_COOKIE_AGE

    @staticmethod
    def _idle_seconds(request):
        """Seconds since the last step of this session; the moment is written down at most once a minute."""
        now = time.time()
        idle = now - request.session.get(SEEN, now)
        if idle > 60 or SEEN not in request.session:
            request.session[SEEN] = now
            UserSession.objects.create_from_request(request)  # what “where I am signed in” shows
        return idle

    @staticmethod
    def _sign_in_again(request):
        """On the sign-in page, with the way back to what was being read; what was being sent is not sent twice."""
        back = request.get_full_path() if request.method == "GET" else reverse(settings.LOGIN_REDIRECT_URL)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")

    @staticmethod
    def _may_stay(path, *names):
        """Whether this is one of the pages ``names``, or one that is open to everybody whatever is due."""
        return path in map(reverse, (*names, *ALWAYS_OPEN)) or path.startswith(settings.STATIC_URL)
