import datetime as dt

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import pgettext_lazy


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = pgettext_lazy("section", "Office")

    def ready(self):
        from . import audit, backup, freshness, health, imports, jobs, staff

        connection_created.connect(freshness.begin_watching)
        jobs.register("common.old_forms", staff.forget_forms, at=dt.time(2), housekeeping=True)
        jobs.register("common.old_runs", jobs.forget, at=dt.time(2), housekeeping=True)
        jobs.register("common.abandoned_imports", imports.discard_abandoned, at=dt.time(2), housekeeping=True)
        jobs.register("common.old_imports", imports.forget_originals, at=dt.time(2), housekeeping=True)
        jobs.register(backup.JOB, backup.nightly, at=dt.time(3), housekeeping=True)
        jobs.register(
            "common.audit_seal", audit.seal_waiting, every=dt.timedelta(minutes=1), housekeeping=True
        )
        jobs.register("common.audit_verify", audit.verify_daily, at=dt.time(4), housekeeping=True)
        jobs.register("common.audit_purge", audit.purge_daily, at=dt.time(4), housekeeping=True)
        jobs.register("common.audit_copy", audit.copy_daily, at=dt.time(4), housekeeping=True)
        health.register("database", health.ask_database, limit=1000, unit="ms")
        health.register("cache", health.ask_cache, limit=1000, unit="ms", asks_database=False)
        health.register("last_tick", health.since_last_tick, limit=300, unit="s")
        health.register("disk_used", health.disk_used, limit=90, unit="%", asks_database=False)
        health.register("audit_unsealed", audit.longest_wait, limit=600, unit="s")
        health.register("audit_breaks", audit.known_breaks, limit=0, unit="")
        health.register("last_backup", backup.since_last, limit=26, unit="h")
