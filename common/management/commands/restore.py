"""A backup put back."""

import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from common import audit, backup


class Command(BaseCommand):
    help = "Fill an empty database and an empty folder of media from a backup, and prove that all of it is equal."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--other-key",
            action="store_true",
            help="the file was made under another SECRET_KEY, so its seal proves nothing here",
        )

    def handle(self, *, file, other_key, **options):
        try:
            restored = backup.restore(file, other_key=other_key)
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        audit.record("backup.restored")  # the first row after those that came back
        self.stdout.write(json.dumps(restored | {"equal": True}))
