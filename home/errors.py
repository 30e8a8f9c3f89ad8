"""The pages of refusals. Each says what to do; none tells how the portal is built."""

from django.shortcuts import render


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def stale_form(request, reason=""):
    """A form whose secret is gone: the page was open for too long, or another site sent it."""
    return render(request, "403_csrf.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)
