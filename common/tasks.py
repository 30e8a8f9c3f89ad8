"""What beat hands to a worker."""

from celery import shared_task

from . import jobs


@shared_task
def tick() -> None:
    """Run what is due. A tick that was lost is not missed: the next one asks again."""
    jobs.tick()
