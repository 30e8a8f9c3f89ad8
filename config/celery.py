"""The Celery application: a worker on Redis when ``REDIS_URL`` is set, in this process otherwise."""

import logging.config
import os

from celery import Celery, signals
from django.conf import settings

from common import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

signals.before_task_publish.connect(logs.hand_on_request)
signals.task_prerun.connect(logs.task_begins)
signals.task_postrun.connect(logs.task_ends)
signals.task_failure.connect(logs.task_failed)


@signals.setup_logging.connect
def same_logs_as_the_web(**kwargs):
    logging.config.dictConfig(settings.LOGGING)
