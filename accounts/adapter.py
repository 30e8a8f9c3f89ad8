"""allauth's seams: nobody signs up, people are registered by their office."""

from allauth.account.adapter import DefaultAccountAdapter
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import preferences
from common.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "The name or the password is not right. After five wrong tries you must wait."
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return client_address(request)

    def authenticate(self, request, **credentials):
        """A right password begins the count of guesses anew, also where it only confirms who is signed in."""
        user = super().authenticate(request, **credentials)
        if user:
            AxesProxyHandler.reset_attempts(username=user.username, ip_address=client_address(request))
        return user

    @transaction.atomic
    def login(self, request, user):
        """Somebody is in, and it is written down, or neither."""
        super().login(request, user)

    def set_password(self, user, password):
        """A password somebody chose: the one-time one is done with."""
        user.must_change_password = False
        super().set_password(user, password)

    def format_email_subject(self, subject):
        """With the portal's name behind it, as in the titles of pages; never the host a request claims."""
        return f"{subject} · {preferences.get('portal.name')}"

    def render_mail(self, template_prefix, email, context, headers=None):
        """Links in letters begin with the portal's own address, never with what a request claims."""
        for name in ("password_reset_url",):
            if name in context:
                context[name] = settings.SITE_URL + "/" + context[name].split("/", 3)[3]
        return super().render_mail(template_prefix, email, context, headers)
