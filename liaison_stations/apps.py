from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiaisonStationsConfig(AppConfig):
    name = "liaison_stations"
    verbose_name = _("Liaison stations")

    def ready(self):
        import datetime as dt

        from common import audit, imports, jobs

        from . import blanking, notifications, personal, rules  # noqa: F401 what registers itself
        from .station_table import StationTable

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
