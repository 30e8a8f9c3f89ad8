"""What happens to accounts: roles given and taken, passwords handed out, sign-ins opened and closed."""

import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import audit
from common.text import as_kept

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
    """Give a role, or its dates anew; somebody with a staff role may enter the staff area.

    ``ValidationError`` where nobody may hold it so: without its unit or area, or beside another administrator's role.
    """
    require_may_manage(by, user)
    User.objects.select_for_update().get(pk=user.pk)  # one who gives at a time
    held = Membership.objects.filter(user=user, role=role, unit=unit, area=area).first()
    membership = held or Membership(user=user, role=role, unit=unit, area=area)
    membership.since, membership.until = since, until
    membership.full_clean()
    membership.save()
    record_role("changed" if held else "granted", membership, by=by)
    follow_roles(user)
    return membership


@transaction.atomic
def revoke(membership: Membership, *, by) -> None:
    """Take a role away."""
    require_may_manage(by, membership.user)
    record_role("revoked", membership, by=by)
    membership.delete()
    follow_roles(membership.user)


def record_role(what: str, membership: Membership, *, by) -> None:
    """Write down that a role was ``granted``, ``changed`` or ``revoked``, and which."""
    told = {"role": membership.role, "unit": str(membership.unit or ""), "area": str(membership.area or "")}
    told |= {"since": membership.since, "until": membership.until}
    told = {name: value for name, value in told.items() if value}
    audit.record(f"role.{what}", by=by, about=membership.user, **told)


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
def open_account(user: User, *, by) -> str:
    """Give an account that was just made its first, one-time password, shown once and not kept in clear."""
    password = _give_password(user, by)
    audit.record("account.created", by=by, about=user)
    return password


@transaction.atomic
def reset_password(user: User, *, by) -> str:
    """Give a new one-time password, shown once and not kept in clear; every session of ``user`` ends."""
    password = _give_password(user, by)
    audit.record("password.given", by=by, about=user)
    return password


def _give_password(user, by):
    require_may_manage(by, user)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user._change_reason = as_kept(_("one-time password"))
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    return password


@transaction.atomic
def unlock(user: User, *, by) -> None:
    """Let somebody try again who was locked out."""
    require_may_manage(by, user)
    AxesProxyHandler.reset_attempts(username=user.username)
    audit.record("account.unlocked", by=by, about=user)


@transaction.atomic
def remove_second_factor(user: User, *, by) -> None:
    """Somebody lost the device and the recovery codes: the password alone lets them in, to set it up anew."""
    require_may_manage(by, user)
    Authenticator.objects.filter(user=user).delete()
    audit.record("second_factor.removed", by=by, about=user)


@transaction.atomic
def end_sessions(user: User, *, by) -> int:
    """Sign somebody out everywhere; the number of sessions."""
    require_may_manage(by, user)
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    audit.record("account.sessions_ended", by=by, about=user, number=len(sessions))
    return len(sessions)
