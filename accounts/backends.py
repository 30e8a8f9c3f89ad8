"""Signing in with a phone number or a user name."""

import re

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend

from common.text import half_width

MOBILE = re.compile(r"1\d{10}")


def canonical(login: str) -> str:
    """What was typed, in one spelling: narrow, lower-case, a mobile number without +86 and spaces."""
    login = half_width(login or "").lower()
    phone = re.sub(r"[\s-]", "", login)
    phone = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", phone)
    return phone if MOBILE.fullmatch(phone) else login


def account_of(login: str):
    """The account with this phone or user name, or ``None``."""
    login = canonical(login)
    users = get_user_model().objects
    by_phone = users.filter(phone=login).first() if MOBILE.fullmatch(login) else None
    return by_phone or users.filter(username__iexact=login).first()


class PhoneOrNameBackend(BaseBackend):
    """Finds the account by phone or user name; an unknown or disabled one costs the same time and gets the same answer.

    Permissions are no rows here: ``rules.py`` of each app answers for them.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        user = account_of(username)
        if user is None:
            get_user_model()().set_password(password)  # the time a real check takes
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        """The account of a session; a barred one is out at its next step."""
        return get_user_model().objects.filter(pk=user_id, is_active=True).first()
