"""What happens to accounts: roles given and taken, passwords handed out, sign-ins opened and closed."""

import secrets

from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import PermissionDenied
from django.db import transaction

from .models import Membership, User

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, o, 0, 1, i: a one-time password is read from paper


def may_manage(by, user) -> bool:
    """Nobody raises themselves, and only a superuser touches a superuser (R-22); without ``user``, whether anybody."""
    if by.is_superuser:
        return True
    return by.has_perm("accounts.change_user", user) and not (
        user and (user.is_superuser or user.pk == by.pk)
    )


def require_may_manage(by, user) -> None:
    """``PermissionDenied`` unless ``by`` may manage ``user``."""
    if not may_manage(by, user):
        raise PermissionDenied


@transaction.atomic
def grant(user: User, *, role: str, by, unit=None, area=None, since=None, until=None) -> Membership:
    """Give a role; somebody with a staff role may enter the staff area."""
    require_may_manage(by, user)
    membership, _created = Membership.objects.update_or_create(
        user=user, role=role, unit=unit, area=area, defaults={"since": since, "until": until}
    )
    follow_roles(user)
    return membership


@transaction.atomic
def revoke(membership: Membership, *, by) -> None:
    """Take a role away."""
    require_may_manage(by, membership.user)
    membership.delete()
    follow_roles(membership.user)


def follow_roles(user: User) -> None:
    """``is_staff`` is whether somebody holds, held or will hold a staff role; dates decide what they may do there."""
    is_staff = user.is_superuser or user.memberships.filter(role__in=Membership.STAFF_ROLES).exists()
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def one_time_password() -> str:
    """Twelve readable characters in groups of four, 59 bits; to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(READABLE) for _each in range(4)) for _group in range(3))


@transaction.atomic
def reset_password(user: User, *, by) -> str:
    """Give a new one-time password, shown once and not kept in clear; every session of ``user`` ends."""
    require_may_manage(by, user)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user._change_reason = "one-time password"
    user.save(update_fields=["password", "must_change_password"])
    return password


def unlock(user: User, *, by) -> None:
    """Let somebody try again who was locked out."""
    require_may_manage(by, user)
    AxesProxyHandler.reset_attempts(username=user.username)
