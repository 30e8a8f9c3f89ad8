"""The portal's Celery application with one job more: it says when it begins and ends, and takes as long as it is told."""

import os
import time
from pathlib import Path

import django

django.setup()

from common import jobs  # noqa: E402
from config.celery import app  # noqa: E402 needs the settings

__all__ = ["app"]


def slow(now):
    with Path(os.environ["DIARY"]).open("a") as diary:
        print(f"began {os.getpid()}", file=diary, flush=True)
        time.sleep(float(os.environ["SECONDS"]))
        print(f"ended {os.getpid()}", file=diary, flush=True)


jobs.register("slow", slow)
