"""A backup by hand."""

import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from common import backup


class Command(BaseCommand):
    help = (
        "Write database and media into one file. It holds personal data: keep it where only few can read it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, metavar="FILE", help="by default a new one in BACKUP_ROOT")

    def handle(self, *, to, **options):
        try:
            self.stdout.write(json.dumps(backup.by_hand(to)))
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
