"""Prove the audit log, from the shell."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import audit_chain
from common.audit_models import AuditEntry, AuditHead


class Command(BaseCommand):
    help = "Look for rows of the audit log that were changed, removed or put in another place; exit code 1 if there are any."

    def add_arguments(self, parser):
        parser.add_argument(
            "--copy",
            type=Path,
            nargs="*",
            default=[],
            help="files of audit_export, kept elsewhere, to compare with",
        )

    def handle(self, *, copy, **options):
        audit_chain.seal()
        breaks = audit_chain.verify()
        for path in copy:
            with path.open(encoding="utf-8") as lines:
                breaks += audit_chain.compare(lines)
        head = AuditHead.objects.first()
        self.stdout.write(
            _("%(rows)s rows, from %(first)s to %(last)s.")
            % {
                "rows": AuditEntry.objects.sealed().count(),
                "first": head.purged + 1 if head else 0,
                "last": head.count if head else 0,
            }
        )
        for found in breaks:
            self.stdout.write(found.text)
        if breaks:
            raise CommandError(_("The audit log does not hold."))
        self.stdout.write(_("The audit log holds."))
