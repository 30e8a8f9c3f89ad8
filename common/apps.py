import datetime as dt

from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from tablib.formats import registry


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = pgettext_lazy("section", "Office")

    def ready(self):
        from . import audit, backup, freshness, health, imports, jobs, limits, once, sheet_writing

        connection_created.connect(freshness.begin_watching)
        request_started.connect(freshness.begin_request)
        request_finished.connect(freshness.end_request)
        registry.register("xlsx", sheet_writing.OfficeXLSX())  # before the staff area asks for formats
        minute, two, three, four = dt.timedelta(minutes=1), dt.time(2), dt.time(3), dt.time(4)
        for name, run, label, when in (
            ("common.old_forms", once.forget, _("Drop used forms"), {"at": two}),
            ("common.old_tries", limits.forget, _("Drop counted tries"), {"at": two}),
            ("common.old_runs", jobs.forget, _("Drop old runs of jobs"), {"at": two}),
            ("common.abandoned_imports", imports.discard_abandoned, _("Drop unconfirmed files"), {"at": two}),
            ("common.old_imports", imports.forget_originals, _("Drop originals of tables"), {"at": two}),
            (backup.JOB, backup.nightly, _("Make a backup"), {"at": three}),
            ("common.audit_seal", audit.seal_waiting, _("Seal the audit log"), {"every": minute}),
            ("common.audit_verify", audit.verify_daily, _("Prove the audit log"), {"at": four}),
            ("common.audit_purge", audit.purge_daily, _("Drop old audit entries"), {"at": four}),
            ("common.audit_copy", audit.copy_daily, _("Copy the audit log"), {"at": four}),
        ):
            jobs.register(name, run, label=label, housekeeping=True, **when)
        jobs.explain(
            missed=_("missed before"),
            forms=_("forms"),
            tries=_("counted tries"),
            runs=_("runs"),
            files=_("files"),
            rows=_("rows"),
            bytes=_("bytes"),
            seconds=_("seconds"),
            breaks=_("places that do not hold"),
        )
        health.register("database", health.ask_database, limit=1000, unit="ms")
        health.register("cache", health.ask_cache, limit=1000, unit="ms", asks_database=False)
        health.register("last_tick", health.since_last_tick, limit=300, unit="s")
        health.register("disk_used", health.disk_used, limit=90, unit="%", asks_database=False)
        health.register("audit_unsealed", audit.longest_wait, limit=600, unit="s")
        health.register("audit_breaks", audit.known_breaks, limit=0, unit="")
        health.register("last_backup", backup.since_last, limit=26, unit="h")
