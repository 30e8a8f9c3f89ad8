from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and units")

    def ready(self):
        from common import imports, jobs

        from . import audited, rules, sessions, signals  # noqa: F401 kinds of audit rows, permissions, the door
        from .sheets import AreaSheet, HolidaySheet

        imports.register(AreaSheet())
        imports.register(HolidaySheet())
        jobs.register("accounts.ended_sessions", sessions.forget_ended, housekeeping=True)
