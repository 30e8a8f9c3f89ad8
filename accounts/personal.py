"""What accounts keep about a person."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import Q

from common.personal import LABEL, Identity, Kept, register

from .backends import canonical
from .models import Membership, User


def _find(text):
    return User.objects.filter(Q(name=text) | Q(username__iexact=text) | Q(phone=canonical(text)))


def _of(model):
    return lambda person: model.objects.filter(user__in=person.of(User))


def _sessions(person):
    return Session.objects.filter(pk__in=_of(UserSession)(person).values("session_key"))


def _attempts(person):
    return AccessAttempt.objects.filter(username__in=[user.username for user in person.of(User)])


NOBODY = {
    "username": lambda user: f"erased{user.pk}",
    "name": LABEL,
    "phone": None,
    "email": "",
    "password": lambda user: make_password(None),
    "last_login": None,
    "is_active": False,
    "is_staff": False,
    "is_superuser": False,
    "must_change_password": False,
}
register(
    Identity(User, find=_find, numbers=("phone", "email")),
    Kept(Session, _sessions, told=False),
    Kept(UserSession, _of(UserSession), hidden=("session_key", "data")),
    Kept(Authenticator, _of(Authenticator), hidden=("data",)),
    Kept(EmailAddress, _of(EmailAddress)),
    Kept(AccessAttempt, _attempts),
    Kept(LogEntry, _of(LogEntry), told=False),
    Kept(Membership, _of(Membership)),
    Kept(
        User,
        lambda person: User.objects.filter(pk__in=[user.pk for user in person.of(User)]),
        blank=NOBODY,
        hidden=("password",),
    ),
)
