"""Taking one person out of the portal (PIPL 47)."""

from django.core.management import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from common import personal

from .person_export import the_one


class Command(BaseCommand):
    help = (
        "Erase one person: shows what would be done, and does it with --confirm. That somebody held a mandate stays under "
        "a neutral name (docs/privacy.md)."
    )

    def add_arguments(self, parser):
        parser.add_argument("person", help="name, user name, phone number, or deputy:12 and the like")
        parser.add_argument("--confirm", action="store_true", help="do it; there is no way back")

    def handle(self, *, person, confirm, **options):
        who = the_one(person)
        self.stdout.write(str(who))
        for caution in who.cautions:
            self.stdout.write(self.style.WARNING(caution))
        with transaction.atomic():
            done = personal.erase(who)
            if not confirm:
                transaction.set_rollback(True)
        for table, number in done.rows.items():
            self.stdout.write(f"  {table}: {number}")
        self.stdout.write("  " + _("files: %(number)s") % {"number": done.files})
        for sheet in done.sheets:
            self.stdout.write("  " + _("original of an imported table: %(file)s") % {"file": sheet})
        if done.mentions:
            self.stdout.write(_("Others have this name, so these places stay as they are. Look at each:"))
        for column, pk, text in done.mentions:
            self.stdout.write(f"  {column} {pk}: {text[:60]}")
        self.stdout.write(
            _("Erased. Backups hold this person until they are overwritten.")
            if confirm
            else _("Nothing has been changed. To do it: person_erase %(person)s --confirm")
            % {"person": who.address}
        )
