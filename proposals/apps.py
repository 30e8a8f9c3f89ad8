from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Suggestions")

    def ready(self):
        import datetime as dt

        from common import audit, imports, jobs

        from . import notifications, personal, reminders, rules  # noqa: F401 what registers itself
        from .assignment_table import AssignmentTable
        from .topic_table import TopicTable

        imports.register(AssignmentTable())
        imports.register(TopicTable())
        jobs.register(
            "proposals.reminders", reminders.remind, label=_("Remind of suggestions"), at=dt.time(7)
        )
        jobs.explain(
            lapsed=_("ratings lapsed"),
            sign=_("told to sign"),
            consult=_("told to hear the deputy"),
            due=_("told what is due"),
            review=_("told to review"),
            decide=_("told to decide"),
            rate=_("told to rate"),
            cosign=_("told to co-sign"),
            promises=_("told of promises"),
            publish=_("told to publish"),
        )

        audit.register(
            "suggestion",
            _("suggestions"),
            published=_("decided how much of a suggestion is public"),
            rated=_("rated the handling of a suggestion"),
            saved=_("saved a letter or a report as a file"),
            printed=_("opened a form for printing"),
        )
