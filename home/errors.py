"""The pages of refusals. Each says what to do; none tells how the portal is built."""

import sys

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from common import audit
from common.logs import shown_path


def bad_request(request, exception=None):
    """Django takes a session that could not be written for one that somebody ended; a full database is neither's fault."""
    if _database_is_away(exception):
        return _not_now()
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    """Somebody who is signed in went where they may not; strangers are sent to the sign-in page instead."""
    if request.user.is_authenticated:
        audit.record(
            "access.refused",
            result=audit.Result.REFUSED,
            path=shown_path(request.path, request.resolver_match),
        )
    return render(request, "403.html", status=403)


def stale_form(request, reason=""):
    """A form whose secret is gone: the page was open for too long, or another site sent it."""
    return render(request, "403_csrf.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """The two pages that need nothing: one for a fault of ours, one while the database is away, full or overwhelmed."""
    if _database_is_away(sys.exception()):
        return _not_now()
    return HttpResponse(render_to_string("500.html"), status=500)


def _not_now():
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})


def _database_is_away(error):
    """Whether this is the database's doing, or came while it was answered for."""
    while error and not isinstance(error, OperationalError | InterfaceError):
        error = error.__context__ if isinstance(error, SessionInterrupted | UpdateError) else None
    return error is not None
