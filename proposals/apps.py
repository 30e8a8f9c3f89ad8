from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Suggestions")

    def ready(self):
        import datetime as dt

        from common import audit, imports, jobs

        from . import notifications, reminders, rules  # noqa: F401 what registers itself
        from .assignment_table import AssignmentTable

        imports.register(AssignmentTable())
        jobs.register("proposals.reminders", reminders.remind, at=dt.time(7))

        audit.register(
            "suggestion",
            _("suggestions"),
            published=_("decided how much of a suggestion is public"),
            rated=_("rated the handling of a suggestion"),
        )
