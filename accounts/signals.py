"""The sign-in log: third-party signals, written down."""

from allauth.mfa.signals import authentication_failed as code_was_wrong
from axes.signals import user_locked_out
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from .backends import account_of
from .lockout import client_address
from .models import SignIn


def _note(request, result, user=None):
    if request is None:
        return
    SignIn.objects.create(
        user=user,
        login=user.username if user else "",  # what a stranger typed may be a password: it is not kept
        address=client_address(request),
        device=request.headers.get("User-Agent", "")[:200],
        result=result,
    )


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    _note(request, SignIn.Result.OK, user)


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    if user is not None:
        _note(request, SignIn.Result.OUT, user)


@receiver(user_login_failed)
def failed(sender, credentials, request=None, **kwargs):
    if not getattr(request, "axes_locked_out", False):
        _note(request, SignIn.Result.FAILED, account_of(credentials.get("username") or ""))


@receiver(code_was_wrong)
def failed_second_factor(sender, request, user, **kwargs):
    _note(request, SignIn.Result.FAILED, user)


@receiver(user_locked_out)
def locked(sender, request, **kwargs):
    typed = (getattr(request, "axes_credentials", None) or {}).get("username", "")
    _note(request, SignIn.Result.LOCKED, account_of(typed))
