import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notices")

    def ready(self):
        from common import health, jobs

        from . import personal, rules, tasks  # noqa: F401 what registers itself

        jobs.register(
            "notices.letters",
            lambda now: {"letters": tasks.deliver_waiting()},
            every=dt.timedelta(seconds=15),
        )
        jobs.register("notices.daily_letters", tasks.reconcile_digests, every=dt.timedelta(minutes=10))
        health.register("oldest_letter", tasks.longest_overdue, limit=600, unit="s")
