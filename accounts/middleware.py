"""What holds for every page of somebody who is signed in: idle time, a password to change, no copy in a cache."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

SEEN = "seen_at"


class SignedInMiddleware:
    """Ends idle sessions of staff, asks for a new password where one is due, and keeps private pages private."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if user.is_staff and self._is_idle(request):
            logout(request)
            messages.info(
                request, _("You were signed out because nothing happened for a while. Please sign in again.")
            )
            return redirect(f"{reverse('account_login')}?next={request.path}")
        if user.must_change_password and not self._may_stay(request.path):
            messages.info(request, _("Please choose a password of your own first."))
            return redirect("account_change_password")
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    @staticmethod
    def _is_idle(request):
        """Whether the time is up; the moment is written at most once a minute."""
        now, seen = time.time(), request.session.get(SEEN)
        if seen and now - seen > settings.IDLE_MINUTES * 60:
            return True
        if not seen or now - seen > 60:
            request.session[SEEN] = now
        return False

    @staticmethod
    def _may_stay(path):
        allowed = [reverse(name) for name in ("account_change_password", "account_logout", "home:language")]
        return path in allowed or path.startswith(settings.STATIC_URL)
