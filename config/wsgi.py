"""What gunicorn loads once and all its workers share: the application, and every page's code."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from common.early_cache import EarlyAnswers  # noqa: E402 its imports need the apps

application = EarlyAnswers(application)
get_resolver().url_patterns  # noqa: B018 the views are loaded before the first request, and before workers are made
gc.collect()
gc.freeze()  # what stands now stays: looking through it for garbage would only copy it into each worker
