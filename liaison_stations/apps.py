from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiaisonStationsConfig(AppConfig):
    name = "liaison_stations"
    verbose_name = _("Liaison stations")

    def ready(self):
        import datetime as dt

        from common import audit, imports, jobs

        from . import blanking, notifications, personal, reminders, rules  # noqa: F401 what registers itself
        from .actions import raising
        from .station_table import StationTable

        jobs.register(
            "liaison_stations.reminders", reminders.remind, label=_("Remind of stations"), at=dt.time(7, 10)
        )
        jobs.register(
            "liaison_stations.follow",
            raising.follow,
            label=_("Follow what became of opinions"),
            every=dt.timedelta(hours=1),
        )
        jobs.explain(
            opinions=_("told of opinions"),
            orders=_("told of orders"),
            extensions=_("told of requests for more time"),
            plans=_("told of plans"),
            approve=_("told to approve plans"),
            notices=_("told of notices due"),
            eves=_("told of receptions tomorrow"),
            unclosed=_("told of receptions not closed"),
            star_steps=_("told of steps of the star round"),
            star_objections=_("told of objections to stars"),
            star_notices=_("told of notices to rectify that end"),
            dropped=_("came back from a suggestion"),
            replied=_("answered by a suggestion"),
            kept=_("told that a promise was kept"),
            filed=_("filed without a rating"),
        )
        imports.register(StationTable())
        jobs.register(
            "liaison_stations.blanking",
            blanking.blank_old,
            label=_("Blank personal data of closed opinions"),
            at=dt.time(2),
        )
        jobs.explain(blanked=_("opinions blanked"))
        audit.register(
            "opinion",
            _("citizens' opinions"),
            published=_("put an opinion and its answer before the public"),
            unpublished=_("took an opinion back from the public"),
            offered=_("offered opinions of several stations as a topic"),
            rated=_("a citizen rated an answer"),
            guessed=_("guessed too often at the code of a receipt"),
            blanked=_("blanked personal data of closed opinions"),
        )
