from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = _("Deputies")

    def ready(self):
        from common import audit, imports

        from . import notifications, personal, rules  # noqa: F401 what registers itself
        from .roster import RosterSheet

        imports.register(RosterSheet())
        audit.register(
            "consent",
            _("consents"),
            given=_("recorded a consent to publish"),
            withdrawn=_("withdrew a consent to publish"),
        )
        audit.register(
            "slips", _("one-time passwords on paper"), printed=_("printed slips with one-time passwords")
        )
