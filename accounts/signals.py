"""What libraries tell of the door, of passwords and second factors, written into the audit log."""

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed as code_was_wrong
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from common import audit, freshness
from common.addresses import client_address

from .backends import account_of
from .models import User


def _note(name, request, user, by=None, result=audit.Result.OK):
    """A line about an account; what a stranger typed for a name may be a password and is not kept."""
    if request is not None:
        device = request.headers.get("User-Agent", "")[:200]
        address = client_address(request)
        audit.record(f"sign_in.{name}", by=by, about=user, address=address, result=result, device=device)


@receiver(user_logged_in, dispatch_uid="update_last_login")
def came(sender, user, **kwargs):
    """Takes the place of Django's own, which would leave a row in the history of the account at every sign-in."""
    with freshness.unseen():
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    _note("done", request, user, by=user)


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    if user is not None:
        _note("ended", request, user, by=user)


@receiver(user_login_failed)
def failed(sender, credentials, request=None, **kwargs):
    if not getattr(request, "axes_locked_out", False):
        _note("failed", request, account_of(credentials.get("username") or ""), result=audit.Result.FAILED)


@receiver(code_was_wrong)
def failed_second_factor(sender, request, user, **kwargs):
    _note("failed", request, user, result=audit.Result.FAILED)


@receiver(user_locked_out)
def locked(sender, request, **kwargs):
    typed = (getattr(request, "axes_credentials", None) or {}).get("username", "")
    _note("locked", request, account_of(typed), result=audit.Result.REFUSED)


@receiver(password_changed)
def chose_password(sender, request, user, **kwargs):
    audit.record("password.changed", by=user, about=user)


@receiver(password_reset)
def chose_password_by_link(sender, request, user, **kwargs):
    audit.record("password.reset", by=user, about=user)


@receiver(authenticator_added)
def second_factor_on(sender, request, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:  # they come with it
        audit.record("second_factor.on", by=user, about=user)


@receiver(authenticator_removed)
def second_factor_off(sender, request, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.record("second_factor.off", by=user, about=user)


@receiver(authenticator_reset)
def new_recovery_codes(sender, request, user, authenticator, **kwargs):
    audit.record("second_factor.codes", by=user, about=user)
