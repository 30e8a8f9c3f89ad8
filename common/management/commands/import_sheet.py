"""Import an office file from the shell, by the same engine as the staff area."""

import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from common import imports
from common.sheet_limits import MAX_BYTES
from common.sheets import SheetError


class Command(BaseCommand):
    help = "Import a table (roster, areas, holidays …); without --confirm it only tells what it would do, as JSON."

    def add_arguments(self, parser):
        parser.add_argument("kind", help="roster, areas, holidays …")
        parser.add_argument("file", type=Path)
        parser.add_argument("--confirm", action="store_true", help="save it")
        parser.add_argument(
            "--create-missing", action="store_true", help="make what rows name and the portal does not know"
        )
        parser.add_argument("--term", type=int, help="number of the congress, where the title does not tell")
        parser.add_argument("--session", help="congress and session of suggestions, such as 10-5, likewise")
        parser.add_argument("--year", type=int, help="the year of suggestions between sessions")

    def handle(self, *, kind, file, confirm, create_missing, term, session, year, **options):
        if kind not in imports.KINDS:
            raise CommandError(f"There is no kind “{kind}”. There are: {', '.join(sorted(imports.KINDS))}")
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)  # enough to be refused
        kind = imports.KINDS[kind]
        told = {"term": term, "session": session, "year": year}
        chosen = {"create_missing": create_missing} | {name: value for name, value in told.items() if value}
        try:
            if confirm:
                batch = imports.preview(kind, data, file.name, chosen, by=None)
                report = imports.confirm(batch, by=None).report()
            else:
                report = imports.plan(kind, data, chosen).report()
        except SheetError as error:
            nothing = {"created": 0, "updated": 0, "unchanged": 0, "warnings": []}
            report = nothing | {"errors": [{"row": None, "field": None, "reason": str(error)}]}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            raise SystemExit(1) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False))
