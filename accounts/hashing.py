"""Passwords are looked at a few at a time, so that a hall of people signing in does not stall those who read.

A check takes a fifth of a second of one processor on purpose. Of a process ``PASSWORDS_AT_ONCE`` run together, and
``PASSWORD_PLACES`` visitors at most are at it or wait for it; its other threads stay free for everybody else. Who finds
no place is told so at once and keeps what they typed.
"""

import functools
import threading

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.translation import gettext as _

AT_ONCE = threading.BoundedSemaphore(settings.PASSWORDS_AT_ONCE)
PLACES = threading.BoundedSemaphore(settings.PASSWORD_PLACES)
RETRY_AFTER = 5  # seconds


class QueueingPasswordHasher(PBKDF2PasswordHasher):
    """Django's own hasher, waiting for its turn."""

    def encode(self, password, salt, iterations=None):
        with AT_ONCE:
            return super().encode(password, salt, iterations)


def in_turn(view):
    """Let a page that looks at passwords do so if there is a place; otherwise it comes back with 503 and asks again.

    It is then shown as if it had only been opened: nothing was looked at, and neither a guess nor a try was counted.
    """

    @functools.wraps(view)
    def answer(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if PLACES.acquire(blocking=False):
            try:
                return view(request, *args, **kwargs)
            finally:
                PLACES.release()
        messages.warning(
            request,
            _("Many people are signing in at this moment. Please type your password again in a few seconds."),
        )
        request.POST, request.method = request.POST, "GET"  # read it while it may be
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = "POST"
        if response.status_code == 200:
            response.status_code = 503
            response._has_been_logged = True  # by Django as an error; it is an ordinary answer
            response.headers["Retry-After"] = str(RETRY_AFTER)
        return response

    return answer
