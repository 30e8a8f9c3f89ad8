"""A copy of everything the portal keeps about one person, to be handed to them (PIPL 45)."""

import base64
import io
import json
import zipfile
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import personal
from common.private_files import write_private


class Command(BaseCommand):
    help = "Write everything the portal keeps about one person into a file, to be handed to them: .zip, or .json with the files inside."

    def add_arguments(self, parser):
        parser.add_argument("person", help="name, user name, phone number, or deputy:12 and the like")
        parser.add_argument("--output", type=Path, required=True)

    def handle(self, *, person, output, **options):
        if output.suffix not in WRITERS:
            raise CommandError(_("The copy is written as .zip or .json."))
        who = the_one(person)
        try:
            write_private(output, WRITERS[output.suffix](*personal.export(who)))
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.") % {"file": output, "reason": error.strerror}
            ) from error
        self.stdout.write(
            _("Everything about %(person)s is in %(file)s. Hand it over, then delete it.")
            % {"person": who.address, "file": output}
        )


def the_one(text) -> personal.Person:
    """The person a word means; ``CommandError`` that lists them if it is nobody or several."""
    people = personal.find(text)
    if not people:
        raise CommandError(_("Nobody here is called so."))
    if len(people) > 1:
        several = "\n".join(f"  {person}" for person in people)
        raise CommandError(
            _("Several people are meant. Name one of them:\n%(several)s") % {"several": several}
        )
    return people[0]


def as_zip(told, files) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", as_json(told, {}))
        for name, content in files.items():
            archive.writestr(f"files/{name}", content)
    return body.getvalue()


def as_json(told, files) -> bytes:
    coded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    return json.dumps(told | ({"files": coded} if coded else {}), ensure_ascii=False, indent=2).encode()


WRITERS = {".zip": as_zip, ".json": as_json}
