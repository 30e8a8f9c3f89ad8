import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notices")

    def ready(self):
        from common import health, import_undo, jobs

        from . import actions, audited, personal, rules, tasks  # noqa: F401 what registers itself

        jobs.register(
            "notices.letters",
            lambda now: {"letters": tasks.deliver_waiting()},
            label=_("Send letters"),
            every=dt.timedelta(seconds=15),
        )
        jobs.register(
            "notices.daily_letters",
            tasks.reconcile_digests,
            label=_("Make daily letters"),
            every=dt.timedelta(minutes=10),
        )
        jobs.register(
            "notices.old_notices",
            actions.forget_old,
            label=_("Drop old notices"),
            at=dt.time(2),
            housekeeping=True,
        )
        import_undo.when_undone(actions.take_back)
        jobs.explain(letters=_("letters"), notices=_("notices"))
        health.register("oldest_letter", tasks.longest_overdue, limit=600, unit="s")
