"""Public pages as ready bytes, given out before any other part of the portal is asked.

A view says so itself with ``@public_page``; nothing else ever gets in. What gets in is what a stranger without any
session saw, for as long as no table it was made of has changed (``freshness``) and no longer than
``PAGE_CACHE_SECONDS``. It is compressed once: these pages hold no secret, so their size tells none.

The middleware stands before all others but the one that writes the log, so their headers are part of what is kept. A page
lies on the shelf under the scheme, the host and the address as the web server told them: what Django refuses or sends
elsewhere, as a strange host or a visitor without HTTPS, never gets there under that name.

:class:`EarlyAnswers` stands before Django itself and gives out what lies there without making a request of it.
"""

import functools
import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus

import brotli
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import MiddlewareNotUsed
from django.db import close_old_connections
from django.http import HttpResponse, parse_cookie
from django.http.response import ResponseHeaders
from django.utils.cache import get_max_age, patch_vary_headers
from django.utils.http import parse_etags

from . import freshness, logs
from .middleware import chosen_language

MOST_PAGES, MOST_BYTES = 2000, 16 * 1024 * 1024  # of one process
SENT_UNCHANGED = ("Cache-Control", "ETag", "Vary")  # of a page that holds (RFC 9110, 15.4.5)
VARIES = {"cookie", "accept-encoding"}  # of cookies only the language and those of NOT_SHARED change a page
SAYS_WHERE = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SERVER_NAME",
    "SERVER_PORT",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
)
ENCODINGS = {  # best first
    "br": functools.partial(brotli.compress, quality=5),
    "gzip": functools.partial(gzip.compress, compresslevel=6, mtime=0),
}


def public_page(*filters):
    """Mark a view whose answer to a stranger may be given to all strangers.

    With a query it is kept only if that is one parameter of ``filters``; a view that does not know the value given says
    ``no-store``, which bounds how many pages there can be.
    """

    def mark(view):
        @functools.wraps(view)
        def answer(request, *args, **kwargs):
            if freshness.moment() is not None:
                freshness.begin_request()  # who is asking was read before, and shows in no page that is kept
            response = view(request, *args, **kwargs)
            if _is_bounded(request, filters):
                response.made_of = freshness.basis_so_far()
            return response

        return answer

    return mark


def _is_bounded(request, filters) -> bool:
    query, given = request.META["QUERY_STRING"], request.GET
    if not query:
        return True
    return set(given) <= set(filters) and "&" not in query and given.urlencode() == query


class EarlyAnswers:
    """The WSGI application in front of Django's: a page that lies ready costs no request of it."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        start = time.perf_counter()
        if not shelf.pages or not is_strangers(environ):
            return self.application(environ, start_response)
        close_old_connections()  # as before each request: whether something changed is asked now and then
        page = shelf.ready(key_of(environ))
        if page is None:
            return self.application(environ, start_response)
        with logs.numbered(environ) as number:
            status, headers, body = page.answer(environ)
            logs.write_line(environ["REQUEST_METHOD"], logs.shown_path(page.path, page.match), status, start)
        start_response(f"{status.value} {status.phrase}", [*headers.items(), (logs.NUMBER_HEADER, number)])
        return [body]


class EarlyCacheMiddleware:
    """Keeps pages, and gives them out where Django is asked directly."""

    def __init__(self, get_response):
        if not settings.PAGE_CACHE_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        if not is_strangers(request.META):
            return self.get_response(request)
        key = key_of(request.META)
        page = shelf.ready(key)
        if page is None:
            response = self.get_response(request)
            if not may_be_kept(request, response):
                return response
            page = KeptPage.of(request, response)
            shelf.put(key, page)
        request.resolver_match = page.match  # for the line in the log
        status, headers, body = page.answer(request.META)
        response = HttpResponse(body, status=status)
        response.headers = ResponseHeaders(headers)
        return response


def is_strangers(environ) -> bool:
    """Whether it reads, and comes from somebody of whom the portal knows nothing."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and "HTTP_AUTHORIZATION" not in environ
        and {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}.isdisjoint(_cookies(environ))
    )


def key_of(environ) -> tuple:
    """Whatever of a request may change the page, as it came."""
    by_proxy = settings.SECURE_PROXY_SSL_HEADER
    return (
        *map(environ.get, SAYS_WHERE),
        environ.get(by_proxy[0]) if by_proxy else None,
        chosen_language(_cookies(environ)),
    )


def _cookies(environ) -> dict:
    return parse_cookie(environ.get("HTTP_COOKIE", ""))


def may_be_kept(request, response) -> bool:
    """Whether everybody may get this answer: marked as public, and nothing in it belongs to one visitor."""
    said = response.get("Cache-Control", "")
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        request.method == "GET"
        and response.status_code == 200
        and getattr(response, "made_of", None) is not None
        and not response.streaming
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and settings.CSRF_COOKIE_NAME not in request.COOKIES  # a form in it would carry this visitor's
        and not _tells(request)
        and not re.search("private|no-store|no-cache", said)
        and "'nonce-" not in response.get("Content-Security-Policy", "")
        and not response.has_header("Content-Encoding")
        and varies <= VARIES
    )


def _tells(request) -> bool:
    """Whether a message was told, or is to be, to this visitor."""
    told = getattr(request, "_messages", None)
    return told is not None and (told.used or told.added_new)


@dataclass(frozen=True)
class KeptPage:
    """One answer: its headers, and its body in each encoding."""

    made_of: freshness.Basis
    until: float
    etag: str
    headers: dict
    bodies: dict
    path: str
    match: object

    @classmethod
    def of(cls, request, response):
        said = get_max_age(response)
        seconds = settings.PAGE_CACHE_SECONDS if said is None else min(said, settings.PAGE_CACHE_SECONDS)
        body = response.content
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        response.headers.setdefault("Cache-Control", "no-cache")  # keep it, but ask each time
        response.headers["ETag"] = f"W/{etag}"  # weak: one for all encodings
        patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
        return cls(
            made_of=response.made_of,
            until=time.monotonic() + seconds,
            etag=etag,
            headers={k: v for k, v in response.headers.items() if k != "Content-Length"},
            bodies={"": body} | {name: compress(body) for name, compress in ENCODINGS.items()},
            path=request.path,
            match=request.resolver_match,
        )

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    def holds(self) -> bool:
        return time.monotonic() < self.until and self.made_of.holds(freshness.moment())

    def answer(self, environ) -> tuple:
        """Status, headers and body for who asks like this."""
        if has_it := environ.get("HTTP_IF_NONE_MATCH"):
            etags = {etag.removeprefix("W/") for etag in parse_etags(has_it)}
            if etags & {self.etag, "*"}:
                return HTTPStatus.NOT_MODIFIED, {name: self.headers[name] for name in SENT_UNCHANGED}, b""
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        body = self.bodies[encoding]
        headers = self.headers | {"Content-Length": str(len(body))}
        if encoding:
            headers["Content-Encoding"] = encoding
        return HTTPStatus.OK, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


@functools.lru_cache(maxsize=100)  # browsers send a handful of these
def best_encoding(accepted: str) -> str:
    """The best of ``ENCODINGS`` that is accepted, or empty."""
    parts = [part.replace(" ", "").lower().partition(";q=") for part in accepted.split(",")]
    wanted = {name for name, _q, weight in parts if not re.fullmatch(r"0(\.0*)?", weight)}
    return next((name for name in ENCODINGS if name in wanted), "")


class Shelf:
    """Pages by key, bounded in number and bytes: what was not asked for longest goes first."""

    def __init__(self):
        self.pages, self.bytes, self.lock = OrderedDict(), 0, threading.Lock()

    def get(self, key):
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
            return self.pages.get(key)

    def ready(self, key):
        """The page that may be given out as it lies there, or ``None``."""
        page = self.get(key)
        return page if page is not None and page.holds() else None

    def put(self, key, page):
        with self.lock:
            if key in self.pages:
                self.bytes -= self.pages.pop(key).size
            self.pages[key] = page
            self.bytes += page.size
            while self.pages and (len(self.pages) > MOST_PAGES or self.bytes > MOST_BYTES):
                _key, oldest = self.pages.popitem(last=False)
                self.bytes -= oldest.size


shelf = Shelf()  # of this process
