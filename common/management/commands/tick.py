"""What happens by the clock, from the shell, cron or a timer."""

import datetime as dt

from django.core.management import BaseCommand, CommandError

from common import jobs
from common.models import JobRun


class Command(BaseCommand):
    help = (
        "Run every periodic job that is due and not yet done. Call it each minute where no Celery beat runs."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="do what is due on that day, e.g. 2026-11-15",
        )

    def handle(self, *, on, **options):
        runs = jobs.tick(on)
        for run in runs:
            counts = " ".join(f"{name}={number}" for name, number in run.counts.items())
            self.stdout.write(f"{run.job} {run.outcome} {run.error or counts}".rstrip())
        failed = [run.job for run in runs if run.outcome == JobRun.Outcome.FAILED]
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why; they are tried again.")
