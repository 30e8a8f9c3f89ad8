"""The demonstration from the shell."""

import time
import unicodedata

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.demo import PASSWORD
from home import copies, demo


class Command(BaseCommand):
    help = "Fill an empty portal with a city of invented people, the same every time, marked as a sample."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are data already")
        parser.add_argument("--sign-ins", action="store_true", help="only print the sign-ins, one per role")
        parser.add_argument("--scale", type=int, default=1, help="so many times the deputies, for load tests")
        parser.add_argument(
            "--suggestions", type=int, help="so many times the suggestions, if not as many as the deputies"
        )
        parser.add_argument(
            "--times",
            type=int,
            default=1,
            help="so many of every row, copied in the database, for load tests",
        )
        parser.add_argument(
            "--force", action="store_true", help="also outside DEBUG, where its known password is a danger"
        )

    def handle(self, *, if_empty, sign_ins, scale, suggestions, times, force, **options):
        if sign_ins:
            return self.print_sign_ins()
        if if_empty and not demo.is_empty():
            return None
        if not (settings.DEBUG or force):
            raise CommandError(
                _(
                    "This makes accounts with a password everybody knows, so it runs only with DEBUG. To build it here all the same: demo --force"
                )
            )
        if not demo.is_empty():
            raise CommandError(
                _("There are data already. The demonstration is built only in an empty portal.")
            )
        if min(scale, suggestions or 1, times) < 1:
            raise CommandError(_("The scale is a whole number from 1."))
        start = time.monotonic()
        demo.build(scale, suggestions)
        if times > 1:
            copies.multiply_all(times)
        seconds = f"{time.monotonic() - start:.1f}"
        self.stdout.write(_("The demonstration data are there (%(seconds)s s).") % {"seconds": seconds})
        return None

    def print_sign_ins(self):
        rows = [(role, user.name, user.username, user.phone or "") for role, user in demo.sign_ins()]
        if not rows:
            return
        rows.insert(0, (_("Role"), _("Name"), _("User name"), _("Mobile phone")))
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell + " " * (most - width(cell)) for cell, most in zip(row, widths, strict=True)]
            self.stdout.write("  " + "  ".join(cells).rstrip())
        self.stdout.write("\n  " + _("Password of all of them: %(password)s") % {"password": PASSWORD})


def width(text) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
