"""Sign-ins for the deputies of a term, from the shell."""

from functools import partial
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from common.clock import today
from common.private_files import write_private
from deputies import actions, slips
from deputies.models import Deputy, Level, Mandate, Term


class Command(BaseCommand):
    help = (
        "Make sign-ins for all deputies of a term who have none (by default the current term of the city), and write "
        "their one-time passwords to a sheet to be printed. Safe to run again: nobody gets a second account."
    )

    def add_arguments(self, parser):
        parser.add_argument("--level", choices=Level.values, default=Level.CITY)
        parser.add_argument("--term", type=int, help="number of the congress; by default the current one")
        parser.add_argument("--area", default="", help="only deputies elected in areas whose code begins so")
        parser.add_argument(
            "--output",
            type=Path,
            default=Path("account-slips.html"),
            help="the sheet to write: .html prints slips, .xlsx is a table (default: %(default)s)",
        )

    def handle(self, *, level, term, area, output, **options):
        if output.suffix not in slips.WRITERS:
            raise CommandError(_("The sheet is written as .html or .xlsx."))
        if not output.parent.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": output.parent})
        if output.exists():
            raise CommandError(
                _(
                    "%(file)s is there already, and may hold passwords that were not handed out. Choose another name."
                )
                % {"file": output}
            )
        mandates = list(_mandates(level, term, area))
        if not mandates:
            raise CommandError(_("There are no deputies of this term, level and area."))
        people = {mandate.deputy_id for mandate in mandates}
        without = set(Deputy.objects.filter(pk__in=people, user=None).values_list("pk", flat=True))
        try:
            made = actions.create_accounts(
                mandates, by=None, hand_over=partial(write, output), progress=self.progress
            )
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written (%(reason)s); no account was made.")
                % {"file": output, "reason": error.strerror}
            ) from error
        linked = Deputy.objects.filter(pk__in=without, user__isnull=False).count() - len(made)
        self.stdout.write(
            _("%(made)s accounts made, %(linked)s linked to the account they had, %(before)s had one before.")
            % {"made": len(made), "linked": linked, "before": len(people) - len(without)}
        )
        if made:
            self.stdout.write(
                _("The passwords are in %(file)s. Print it, hand out the slips, then delete it.")
                % {"file": output}
            )

    def progress(self, done, of):
        if done % 25 == 0 or done == of:
            self.stdout.write(f"{done}/{of}")


def _mandates(level, number, area):
    """Sitting mandates, by delegation as they sit."""
    terms = Term.objects.filter(level=level)
    terms = terms.filter(number=number) if number else terms.current(today())
    return (
        Mandate.objects.sitting()
        .filter(Q(area__code__startswith=area) if area else Q(), term__in=terms)
        .select_related("deputy")
        .order_by(
            "term__area__code", F("delegation__display_order").asc(nulls_last=True), "display_order", "pk"
        )
    )


def write(output, made):
    write_private(output, slips.WRITERS[output.suffix](made))
