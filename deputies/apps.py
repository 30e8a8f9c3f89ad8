from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = _("Deputies")

    def ready(self):
        from common import audit, imports

        from . import notifications, rules  # noqa: F401 groups of notices, the table of permissions
        from .roster import RosterSheet

        imports.register(RosterSheet())
        audit.register(
            "slips", _("one-time passwords on paper"), printed=_("printed slips with one-time passwords")
        )
