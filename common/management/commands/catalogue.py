"""The catalogue of Chinese: compile it, collect new strings into it, check that nothing in it is missing."""

import shutil
import tempfile
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

COLLECT = {
    "ignore_patterns": [".venv*", "var", "media", "staticfiles", "tests"],
    "no_location": True,
    "no_wrap": True,
    "verbosity": 0,
}


class Command(BaseCommand):
    help = "Compile the Chinese catalogue (needs no gettext). --collect gathers strings, --check finds missing ones."

    def add_arguments(self, parser):
        parser.add_argument(
            "--collect", action="store_true", help="gather strings from the code (needs gettext)"
        )
        parser.add_argument(
            "--check", action="store_true", help="fail on strings missing, untranslated or fuzzy"
        )

    def handle(self, *, collect, check, **options):
        for root in settings.LOCALE_PATHS:
            for path in Path(root).glob("*/LC_MESSAGES/django.po"):
                if check:
                    self.verify(path)
                elif collect:
                    gather(path)
                compile_catalogue(path)

    def verify(self, path):
        catalogue = polib.pofile(path)
        faults = [f"not translated: {e.msgid}" for e in catalogue.untranslated_entries()]
        faults += [f"fuzzy: {e.msgid}" for e in catalogue.fuzzy_entries()]
        faults += [f"no longer used: {e.msgid}" for e in catalogue.obsolete_entries()]
        with tempfile.TemporaryDirectory() as keep:
            shutil.copy(path, keep)
            try:
                gather(path)
                known = {(e.msgctxt, e.msgid) for e in catalogue if not e.obsolete}
                used = {(e.msgctxt, e.msgid) for e in polib.pofile(path) if not e.obsolete}
            finally:
                shutil.copy(Path(keep) / path.name, path)
        faults += [
            f"not collected (make messages): {msgid}" for _context, msgid in sorted(used - known, key=str)
        ]
        faults += [
            f"no longer used (make messages): {msgid}" for _context, msgid in sorted(known - used, key=str)
        ]
        if faults:
            raise CommandError("\n".join([f"{path.relative_to(settings.BASE_DIR)}:", *faults]))
        self.stdout.write(f"{len(known)} strings, all in Chinese.")


def gather(path):
    """Bring ``path`` up to date with the strings of the code; obsolete ones go."""
    if not shutil.which("xgettext"):
        raise CommandError("xgettext is missing. On Debian: apt install gettext")
    call_command("makemessages", locale=[path.parent.parent.name], **COLLECT)
    catalogue = polib.pofile(path, wrapwidth=0)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    catalogue.metadata.pop("POT-Creation-Date", None)  # else every run changes the file
    catalogue.save()


def compile_catalogue(path):
    """Write the ``.mo`` beside a ``.po`` unless it is newer."""
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime <= path.stat().st_mtime:
        polib.pofile(path).save_as_mofile(compiled)
