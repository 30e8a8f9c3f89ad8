"""What this app writes into the audit log, in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import audit

from .models import Role

audit.register(
    "sign_in",
    _("signing in"),
    done=_("signed in"),
    failed=_("gave a wrong name, password or code"),
    locked=_("was locked out"),
    ended=_("signed out"),
)
audit.register(
    "account",
    _("accounts"),
    created=_("made an account"),
    changed=_("changed an account"),
    barred=_("barred an account"),
    opened=_("let an account in again"),
    unlocked=_("ended a lock-out"),
    sessions_ended=_("ended the sessions of an account"),
)
audit.register(
    "password",
    _("passwords"),
    changed=_("chose a new password"),
    reset=_("chose a new password by the link in a letter"),
    given=_("handed out a one-time password"),
)
audit.register(
    "second_factor",
    _("second factor"),
    on=_("set up the second factor"),
    off=_("gave up the second factor"),
    codes=_("made new recovery codes"),
    removed=_("took somebody's second factor away"),
)
audit.register(
    "role",
    _("roles"),
    granted=_("gave a role"),
    changed=_("changed the dates or place of a role"),
    revoked=_("took a role away"),
)
audit.explain("role", _("role"), Role.choices)
audit.explain("unit", _("unit"))
audit.explain("area", pgettext_lazy("division", "area"))
audit.explain("since", pgettext_lazy("date", "from"))
audit.explain("until", _("until"))
audit.explain("device", _("device"))
audit.explain("superuser", _("superuser"))
