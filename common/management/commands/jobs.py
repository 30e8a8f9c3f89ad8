"""The ledger from the shell."""

from django.core.management import BaseCommand
from django.utils import timezone

from common import jobs
from common.models import JobRun


class Command(BaseCommand):
    help = "Tell of each periodic job when it ran last, how that ended, and when it is due again."

    def handle(self, **options):
        now = timezone.now()
        for job in jobs.JOBS.values():
            run = JobRun.objects.filter(job=job.name).first()
            told = "never"
            if run:
                counts = " ".join(f"{name}={number}" for name, number in run.counts.items())
                told = f"{timezone.localtime(run.started_at):%Y-%m-%d %H:%M:%S} {run.outcome} {run.error or counts}"
            self.stdout.write(
                f"{job.name:<26} next {job.due_at(now) + job.every:%m-%d %H:%M:%S}  last {told}".rstrip()
            )
