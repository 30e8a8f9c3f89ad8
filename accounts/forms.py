"""The forms of signing in."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """Phone or user name, and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Phone number or user name"),
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        if self.request and not self.is_bound:  # who found no place in line keeps the name they typed
            self.initial.setdefault("login", self.request.POST.get("login", ""))
        password = self.fields["password"]
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs.pop("placeholder", None)


class FewCodes:
    """Ten wrong codes for an account in a quarter of an hour are enough, from however many addresses they come."""

    def clean_code(self):
        counted = {"action": "second_factor", "key": f"user-{self.user.pk}"}
        if not ratelimit.consume(context.request, **counted):
            raise get_adapter().validation_error("too_many_login_attempts")
        code = super().clean_code()
        ratelimit.clear(context.request, **counted)
        return code


class SecondFactorForm(FewCodes, AuthenticateForm):
    pass


class SecondFactorAgainForm(FewCodes, ReauthenticateForm):
    pass
