"""The portal's addresses and some where things go wrong."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.urls import path

from config.urls import *  # noqa: F403 every handler and address of the portal
from config.urls import urlpatterns as portal


@login_not_required
def fault(request):
    raise ZeroDivisionError("secret words of a fault")


@login_not_required
def suspicious(request):
    raise SuspiciousOperation("secret words of a suspicion")


def forgotten(request):
    """A page whose author thought of no rights at all."""
    return HttpResponse("secret words of a page")


urlpatterns = [
    path("fault/", fault),
    path("suspicious/", suspicious),
    path("forgotten/", forgotten),
    *portal,
]
