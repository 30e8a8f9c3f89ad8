from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
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
