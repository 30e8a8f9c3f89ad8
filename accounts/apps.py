from allauth.usersessions import apps
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(apps.UserSessionsConfig):
    """Where somebody is signed in is written down at their first step (``middleware``). allauth itself would read all their
    sessions at each sign-in, one by one.
    """

    default = False

    def ready(self):
        from allauth.account.signals import user_logged_in
        from allauth.usersessions.signals import on_user_logged_in

        super().ready()
        user_logged_in.disconnect(on_user_logged_in)


class AccountsConfig(AppConfig):
    default = True
    name = "accounts"
    verbose_name = _("People and units")

    def ready(self):
        from common import imports, jobs, sealing

        from . import audited, lockout, personal, rules, second_factors, sessions, signals  # noqa: F401 what registers itself
        from .sheets import AreaSheet, HolidaySheet

        sealing.ELSEWHERE.append(second_factors.seal_all)
        imports.register(AreaSheet())
        imports.register(HolidaySheet())
        jobs.register(
            "accounts.ended_sessions",
            sessions.forget_ended,
            label=_("Drop ended sessions"),
            housekeeping=True,
        )
        jobs.register(
            "accounts.old_guesses",
            lockout.forget_old,
            label=_("Forget wrong passwords of long ago"),
            housekeeping=True,
        )
        jobs.explain(sessions=_("ended sessions"), guesses=_("counts of wrong passwords"))
