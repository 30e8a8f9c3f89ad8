"""The portal as on a server, with addresses that take their time and a mail server that writes down what it is given."""

import os

from config.settings import *  # noqa: F403
from config.settings import REDIS_URL

ROOT_URLCONF = "tests.faults.urls"
EMAIL_BACKEND = "tests.faults.mail.Diary"
if REDIS_URL and (seconds := os.environ.get("VISIBILITY_TIMEOUT")):
    CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] = int(seconds)  # noqa: F405
if os.environ.get("QUICK_PASSWORDS"):  # where something else than hashing is measured
    PASSWORD_HASHERS, PASSWORD_PLACES = ["django.contrib.auth.hashers.MD5PasswordHasher"], 8
