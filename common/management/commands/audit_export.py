"""Rows of the audit log for a copy elsewhere, from the shell."""

from django.core.management import BaseCommand

from common import audit_chain


class Command(BaseCommand):
    help = (
        "Print the sealed rows of the audit log as JSON, one a line, oldest first. Kept on another machine they show what "
        "was done to the log here: manage.py audit_verify --copy FILE. With AUDIT_COPY_ROOT set this happens every day."
    )

    def add_arguments(self, parser):
        parser.add_argument("--since", type=int, default=0, help="number of the last row the copy has")

    def handle(self, *, since, **options):
        audit_chain.seal()
        for line in audit_chain.copy_lines(after=since):
            self.stdout.write(line, ending="")
