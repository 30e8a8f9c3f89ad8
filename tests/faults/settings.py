"""The portal as on a server, with addresses that take their time and a mail server that writes down what it is given."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.faults.urls"
EMAIL_BACKEND = "tests.faults.mail.Diary"
