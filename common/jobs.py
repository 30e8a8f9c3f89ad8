"""What happens by the clock. A job asks what is due and not yet done, so it may run late, twice, or twice at once.

An app registers its jobs in ``apps.py``. ``manage.py tick``, called each minute by a timer or cron, runs those that are
due; with Redis, beat hands the same :func:`tick` to a worker, four times a minute. The ledger (:class:`common.models.JobRun`) has one row
per job and period, so that of any number of callers one does the work. A run whose process was killed is silent for
``DEAD`` and belongs to whoever calls next.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.utils import timezone

from .models import JobRun

logger = logging.getLogger(__name__)

BEAT = 5  # seconds between two signs of life of a running job
DEAD = dt.timedelta(seconds=20)
TRY_AGAIN = dt.timedelta(minutes=5)  # after a failure
CLOCK_ERROR = dt.timedelta(minutes=5)  # a row from further in the future was written by a wrong clock
KEPT = {
    True: dt.timedelta(days=2),
    False: dt.timedelta(days=400),
}  # of jobs more frequent than daily, of the others
DAY = dt.timedelta(days=1)
MONDAY = dt.date(2001, 1, 1)  # any would do


@dataclass(frozen=True)
class Job:
    """``run(now)`` does what is due at ``now``, a local time, and returns how much of what: ``{"letters": 3}``.

    It falls due daily ``at`` a local time, or ``every`` so often counted from a Monday at that time. ``housekeeping``
    looks at the machine, not at the calendar of the office: the date of ``tick --on`` means nothing to it. ``label`` is
    what the office calls it.
    """

    name: str
    run: Callable[[dt.datetime], dict | None]
    label: str = ""
    every: dt.timedelta = DAY
    at: dt.time = dt.time(0)
    housekeeping: bool = False

    def due_at(self, now: dt.datetime) -> dt.datetime:
        """The newest moment, not after ``now``, at which this job fell due."""
        first = timezone.make_aware(dt.datetime.combine(MONDAY, self.at))
        return timezone.localtime(first + (now - first) // self.every * self.every)


JOBS: dict[str, Job] = {}


COUNTS: dict[str, str] = {}  # what a run counted, in words


def register(name: str, run: Callable, **when) -> None:
    """Add a job; ``when`` as in :class:`Job`."""
    JOBS[name] = Job(name, run, **when)


def explain(**counts) -> None:
    """Say what the counts of runs are called: ``explain(letters=_("letters"))``."""
    COUNTS.update(counts)


def tick(on: dt.date | None = None) -> list[JobRun]:
    """Run what is due and not yet done, frequent jobs first; the runs of this call, failed ones too.

    ``on`` asks what would be due at the end of that day. Such a run has a row of its own, so that the day itself,
    when it comes, is asked again.
    """
    jobs = sorted(JOBS.values(), key=lambda job: job.every)
    end = on and timezone.make_aware(dt.datetime.combine(on, dt.time(23, 59)))
    runs = (_once(job, end) for job in jobs if not (on and job.housekeeping))
    return [run for run in runs if run]


def last_done(name: str) -> JobRun | None:
    """The newest run of a job that was finished."""
    return JobRun.objects.filter(job=name).done().first()


def forget(now: dt.datetime) -> dict:
    """Drop old rows of the ledger; of each job the newest stays."""
    forgotten = 0
    for job in JOBS.values():
        old = JobRun.objects.filter(job=job.name, started_at__lt=now - KEPT[job.every < DAY])
        if newest := last_done(job.name):
            old = old.exclude(pk=newest.pk)
        forgotten += old.delete()[0]
    return {"runs": forgotten}


def _once(job: Job, on: dt.datetime | None) -> JobRun | None:
    """Run a job if its period is ours; its row with the outcome."""
    now = timezone.now()
    moment = on or timezone.localtime(now)
    due = on or job.due_at(now)
    run = _claim(job, f"{due:%Y-%m-%dT%H:%M:%S}" + (f" asked {now.isoformat()}" if on else ""), now)
    if run is None:
        return None
    try:
        with _signs_of_life(run):
            run.counts |= job.run(moment) or {}
        run.outcome, run.error = JobRun.Outcome.DONE, ""
    except Exception as error:  # one job's failure must not keep the others from running
        logger.exception("Job %s failed", job.name)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the next job gets a whole one
        run.outcome, run.error = JobRun.Outcome.FAILED, type(error).__name__
    run.finished_at = run.alive_at = timezone.now()
    fields = ("outcome", "error", "counts", "finished_at", "alive_at")
    _ours(run).update(**{field: getattr(run, field) for field in fields})
    return run


def _claim(job: Job, period: str, now: dt.datetime) -> JobRun | None:
    """The row of a run that is ours alone; ``None`` if it is done, or somebody else is at it."""
    run, is_new = JobRun.objects.get_or_create(
        job=job.name,
        period=period,
        defaults={"started_at": now, "alive_at": now, "counts": lambda: _missed(job, period)},
    )
    if is_new:
        return run
    lost = Q(outcome=JobRun.Outcome.RUNNING, alive_at__lt=now - DEAD)
    failed = Q(outcome=JobRun.Outcome.FAILED, alive_at__lt=now - TRY_AGAIN)
    premature = Q(started_at__gt=now + CLOCK_ERROR)
    claimed = JobRun.objects.filter(lost | failed | premature, pk=run.pk).update(
        outcome=JobRun.Outcome.RUNNING, attempts=F("attempts") + 1, started_at=now, alive_at=now
    )
    if not claimed:
        return None
    run.refresh_from_db()
    return run


def _missed(job: Job, period: str) -> dict:
    """How many periods before this one nobody was there for; they are not run one by one."""
    earlier = JobRun.objects.filter(job=job.name, period__lt=period).exclude(period__contains=" ")
    last = earlier.order_by("-period").first()
    if last is None or " " in period:
        return {}
    missed = (dt.datetime.fromisoformat(period) - dt.datetime.fromisoformat(last.period)) // job.every - 1
    return {"missed": missed} if missed > 0 else {}


def _ours(run: JobRun):
    """The row, unless it was taken for lost and somebody else works on it by now."""
    return JobRun.objects.filter(pk=run.pk, attempts=run.attempts)


@contextmanager
def _signs_of_life(run: JobRun):
    """Write every few seconds that this process is still at it."""
    done = threading.Event()

    def beat():
        while not done.wait(BEAT):
            try:
                _ours(run).update(alive_at=timezone.now())
            except DatabaseError:
                logger.warning("The database takes no sign of life of job %s", run.job)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
