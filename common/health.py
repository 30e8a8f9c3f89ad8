"""Is the portal well? ``/healthz``: this process answers. ``/readyz``: everything it needs does, each within a limit.

An app registers what it depends on in ``apps.py``: a function that measures one number, and the limit of it. Neither page
needs a sign-in, neither tells more than these numbers.
"""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import JobRun

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """Well while ``measure()`` gives a number up to ``limit``; ``None`` is unwell: nothing there to measure."""

    name: str
    measure: Callable[[], float | None]
    limit: float
    unit: str
    asks_database: bool = True

    def result(self) -> dict:
        try:
            value = self.measure()
        except Exception as error:  # whatever is broken, the page says so instead of breaking
            logger.warning("Check %s failed: %s", self.name, type(error).__name__)
            value = None
        return {
            "ok": value is not None and value <= self.limit,
            "value": value if value is None else round(value, 1),
            "limit": self.limit,
            "unit": self.unit,
        }


CHECKS: dict[str, Check] = {}


def register(name: str, measure: Callable, **limits) -> None:
    """Add a check; ``limits`` as in :class:`Check`."""
    CHECKS[name] = Check(name, measure, **limits)


@login_not_required
@require_safe
@never_cache
def alive(request):
    """This process answers; it asks nothing and nobody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request):
    """Everything that is needed, measured now; 503 if anything is beyond its limit."""
    results = {"database": CHECKS["database"].result()}
    for check in CHECKS.values():
        if results["database"]["ok"] or not check.asks_database:  # no waiting for the same silence twice
            results[check.name] = check.result()
    well = all(result["ok"] for result in results.values())
    return JsonResponse(
        {"status": "ok" if well else "failing", "checks": results}, status=200 if well else 503
    )


def ask_database() -> float:
    """Milliseconds for one answer."""
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return (time.perf_counter() - start) * 1000


def ask_cache() -> float:
    """Milliseconds for one answer of the Redis named in the settings; without one the cache is this process' own."""
    start = time.perf_counter()
    if settings.REDIS_URL:
        cache.ping()
    return (time.perf_counter() - start) * 1000


def since_last_tick() -> float | None:
    """Seconds since anybody looked what is due."""
    newest = JobRun.objects.first()
    return newest and (timezone.now() - newest.started_at).total_seconds()


def disk_used() -> float:
    """Per cent of the fullest disk we write to, as far as we may write."""
    places = [Path(settings.MEDIA_ROOT), Path(settings.BACKUP_ROOT)]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]))
    return max(map(_used, places))


def _used(path: Path) -> float:
    while not path.exists():
        path = path.parent
    usage = shutil.disk_usage(path)
    return usage.used * 100 / (usage.used + usage.free)
