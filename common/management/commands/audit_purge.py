"""Old rows of the audit log, removed from the shell by the owner of the database."""

from django.core.management import BaseCommand
from django.utils import timezone

from common import audit


class Command(BaseCommand):
    help = (
        "Remove audit entries older than AUDIT_KEEP_DAYS. Happens every night by itself, unless the portal runs under a role "
        "that may not (deploy/audit-role.sql)."
    )

    def handle(self, **options):
        self.stdout.write(str(audit.purge_daily(timezone.now())["rows"]))
