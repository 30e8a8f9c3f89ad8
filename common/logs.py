"""What is written down about running: one JSON object a line, with the number of the request it belongs to.

Nothing personal gets in, rather than being filtered out. Of an address neither the query nor any text in it is kept,
only numbers of records; an address that leads nowhere is what a stranger typed. Of an exception its kind and the way it
took are kept, never its words, which may quote a row. What a library says is kept as the sentence its author wrote,
without the values put into it, and if it comes as one text, only the place it comes from; our own lines name records by
their key.
"""

import contextvars
import functools
import json
import logging
import re
import time
import traceback
import uuid
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.utils import timezone

logger = logging.getLogger("portal")

request_id = contextvars.ContextVar("request_id", default=None)

ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")
NUMBER_HEADER = "X-Request-ID"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


class JsonFormatter(logging.Formatter):
    """One record as one line. Fields of our own come as ``extra={"fields": {…}}``."""

    def format(self, record):
        at = datetime.fromtimestamp(record.created, timezone.get_default_timezone())
        line = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
            "request": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= told(record.exc_info[1])
        return json.dumps(
            {name: value for name, value in line.items() if value is not None}, ensure_ascii=False
        )


def said(record) -> str:
    """What a line says as far as nobody but an author of code can have had a part in it."""
    if is_ours(record.name.split(".")[0]):
        return record.getMessage()
    return str(record.msg) if record.args else f"{record.filename}:{record.lineno} {record.funcName}"


@functools.cache
def is_ours(package: str) -> bool:
    """Whether we wrote the line and so know what it can hold."""
    return package == logger.name or (settings.BASE_DIR / package / "__init__.py").is_file()


def told(error: BaseException) -> dict:
    """An exception without its words: its kind, what it came from, and the way it took."""
    kinds, cause = [], error
    while cause and len(kinds) < 5:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    way = traceback.extract_tb(error.__traceback__)[-12:]
    here = f"{settings.BASE_DIR}/"
    return {
        "error": " from ".join(kinds),
        "way": [f"{step.filename.removeprefix(here)}:{step.lineno} {step.name}" for step in way],
    }


class RequestLogMiddleware:
    """Gives each request a number and writes one line about it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        start = time.perf_counter()
        with numbered(request.META) as number:
            response = self.get_response(request)
            response.headers[NUMBER_HEADER] = number
            path = shown_path(request.path, request.resolver_match)
            user = getattr(request, "_cached_user", None)  # asking would cost a query
            write_line(request.method, path, response.status_code, start, user=user and user.pk)
            return response


@contextmanager
def numbered(environ):
    """What is written inside belongs to a request with this number: a new one, or the one our own proxy gave it."""
    given = environ.get("HTTP_X_REQUEST_ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    number = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
    before = request_id.set(number)
    try:
        yield number
    finally:
        request_id.reset(before)


def write_line(method, path, status, start, *, user=None) -> None:
    """That a request was answered which began at ``start`` of ``time.perf_counter()``; ``user``: the key of who asked."""
    fields = {
        "method": method if method in METHODS else "other",
        "path": path,
        "status": int(status),
        "ms": _ms_since(start),
        "user": user,
    }
    logger.info("request", extra={"fields": fields})


def shown_path(path, match) -> str | None:
    """The path of a page of ours with its texts replaced; ``None`` where no page is."""
    if match is None:
        return None
    for name, value in [*match.kwargs.items(), *enumerate(match.args)]:
        if value and not isinstance(value, int) and not (name == "object_id" and value.isdecimal()):
            path = path.replace(str(value), "…")  # object_id: the staff area's own pages take numbers as text
    return path


def hand_on_request(headers, **kwargs) -> None:
    """Give an errand the number of the request that caused it."""
    headers["request_id"] = request_id.get()


def task_begins(task, **kwargs) -> None:
    if number := getattr(task.request, "request_id", None):
        request_id.set(number)
    task.request.began = time.perf_counter()


def task_ends(task, task_id, state, **kwargs) -> None:
    fields = {"task": task.name, "id": task_id, "outcome": state, "ms": _ms_since(task.request.began)}
    logger.info("task", extra={"fields": fields})
    if not task.request.is_eager:  # an errand run at once belongs to the request around it
        request_id.set(None)


def task_failed(exception, **kwargs) -> None:
    logger.error("task failed", exc_info=exception)


def _ms_since(start) -> int:
    return round((time.perf_counter() - start) * 1000)
