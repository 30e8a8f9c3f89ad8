"""What holds at every address there is, whoever asks: it is guarded, reading writes nothing, sending needs a token, and
what people wrote stays text.

The addresses, their records and the roles are those of the two tables beside this file; one cast serves a whole walk.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from .test_admin_urls import SCREENS, SITE, address, site_address
from .test_urls import TABLE
from .urls import answer_of, answers

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Stop:
    """One address, and whom the walk sends there."""

    title: str
    address: str
    roles: tuple


def stops(cast):
    """Every address of both tables: for a visitor, a superuser, and the first role that the table lets in."""
    for row in TABLE:
        let_in = [role for role, answer in answers(row.get).items() if answer == "200"][:1]
        yield Stop(row.title, row.address(cast), tuple(dict.fromkeys(["stranger", *let_in, "superuser"])))
    for name in SITE:
        yield Stop(name, site_address(name), ("stranger", "superuser"))
    for screen, (make, pages) in SCREENS.items():
        record = make(cast)
        for page in pages:
            where = address(screen, page, record, cast["superuser"])
            yield Stop(f"{screen} {page}", where, ("stranger", "superuser"))


def is_html(response):
    return response.get("Content-Type", "").startswith("text/html")


# Guarded: what every answer says of itself

GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def unguarded(response, is_private):
    """What is missing from the head of an answer."""
    for header, value in GUARDS.items():
        if response.get(header) != value:
            yield f"{header}: {response.get(header)}"
    if is_html(response):
        policy = response.get("Content-Security-Policy", "")
        if POLICY - set(map(str.strip, policy.split(";"))) or "unsafe" in policy or "*" in policy:
            yield f"Content-Security-Policy: {policy}"
    kept = response.get("Cache-Control", "")
    if is_private and not {"no-store", "private"} <= set(re.split(r",\s*", kept)):
        yield f"Cache-Control: {kept}"


# Read only

WRITTEN_BY_READING = {
    "django_session": "when somebody was seen last, and the messages a page has shown",
    "usersessions_usersession": "where somebody is signed in, at most once a minute",
    "common_auditentry": "who looked at what is private",
    "common_audithead": "the end of the chain those rows are sealed into",
}


class Writes:
    """The tables that statements wrote to since they were last ``taken``."""

    def __init__(self):
        self.seen = set()

    def __call__(self, execute, sql, params, many, context):
        if found := re.match(
            r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', sql, re.IGNORECASE
        ):
            self.seen.add(found[1])
        return execute(sql, params, many, context)

    def taken(self):
        seen, self.seen = self.seen, set()
        return seen - WRITTEN_BY_READING.keys()


# Text stays text

PROBE = """<img src=x onerror=alert(1)>"'"""
SHORT_PROBE = """<b a="'>"""  # where the whole one has no room
NOT_TYPED = {  # what the portal itself writes, or checks against a pattern
    "move",
    "before",
    "after",
    "field",
    "kind",
    "last_code",
    "link",
    "url",
    "phone_index",
    "code",
    "key",
    "username",
    "password",
    "session_key",
    "object_id",
    "card_no",
    "email",
}
NOT_WRITTEN = {  # tables that hold no words of people, or that nobody may change
    "AuditEntry",
    "SignIn",
    "AuditHead",
    "CountedTry",
    "Freshness",
    "JobRun",
    "SentForm",
    "StoredFile",
    "Setting",
    "ImportBatch",
    "ImportedRow",
}
OURS = ("accounts", "common", "deputies", "liaison_stations", "notices", "proposals")


def free_text(model):
    """The fields of a model that take whatever somebody writes."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(
            field, models.URLField
        )
        is_typed = not field.choices and field.name not in NOT_TYPED
        if is_text and is_typed and (field.max_length or 99) >= len(SHORT_PROBE) + 4:
            yield field


def write_the_probe_everywhere():
    """Over every text that people typed, past the forms; the names of the tables' fields it stands in."""
    written = set()
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model.__name__ in NOT_WRITTEN:
            continue
        fields = list(free_text(model))
        for record in model._base_manager.all() if fields else ():
            texts = {}
            for field in fields:
                room = (field.max_length or 99) - len(str(record.pk))
                if getattr(record, field.attname):
                    texts[field.attname] = f"{PROBE if room >= len(PROBE) else SHORT_PROBE}{record.pk}"
            if texts:
                model._base_manager.filter(pk=record.pk).update(**texts)
                written |= {f"{model.__name__}.{name}" for name in texts}
    return written


class Handlers(HTMLParser):
    """Finds elements that a probe made, or that run a script by an attribute of their own."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if any(name.startswith("on") for name in named) or named.get("src") == "x" or "a" in named:
            self.found.append(self.get_starttag_text())


ACTIVE = re.compile(r"html|svg|xml(?!formats)|javascript")


def executed(response, body):
    """What of an answer a browser would take for markup that somebody wrote."""
    kind = response.get("Content-Type", "").partition(";")[0]
    text = body.decode("utf-8", "replace")
    if is_html(response):
        yield from Handlers(text).found
        for script in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", text, re.DOTALL):
            if "<" in script:
                yield script
    elif ACTIVE.search(kind) and "<img src=x" in text:
        yield kind


def test_every_address_is_guarded_writes_nothing_when_read_and_shows_what_people_wrote_as_text(
    cast, sign_in, subtests
):
    """One walk for three promises, because the walk is what takes the time."""
    everywhere = list(stops(cast))
    clients = {role: sign_in(cast[role]) for stop in everywhere for role in stop.roles}
    written = write_the_probe_everywhere()
    writes, faults, shown = Writes(), defaultdict(lambda: defaultdict(set)), 0
    with connection.execute_wrapper(writes):
        for stop in everywhere:
            is_public = False
            for role in stop.roles:
                response = clients[role].get(stop.address)
                body = b"".join(response) if response.streaming else response.content
                is_public |= role == "stranger" and response.status_code == 200 and not is_html(response)
                shown += is_html(response) and b"&lt;img src=x onerror" in body
                seen = (stop.title, role, response.status_code)
                for fault in unguarded(response, role != "stranger" and not is_public):
                    faults["guarded"][fault].add(seen)
                for fault in executed(response, body):
                    faults["text"][fault].add(seen)
                for table in writes.taken():
                    faults["read only"][table].add(seen)
            response = clients[role].head(stop.address)
            answer_of(response)
            for table in writes.taken():
                faults["read only"][table].add((stop.title, "HEAD"))
    for promise in ("guarded", "read only", "text"):
        with subtests.test(promise):
            assert dict(faults[promise]) == {}
    assert len(written) > 50, written
    assert shown > 100


# Sending needs a token


def test_nothing_is_sent_to_any_address_without_the_token_of_a_form(cast):
    """A superuser's browser that another site made send something: refused before any view is asked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["superuser"], "accounts.backends.PhoneOrNameBackend")
    everywhere, writes, taken = list(stops(cast)), Writes(), set()
    with connection.execute_wrapper(writes):
        for stop in everywhere:
            response = client.post(stop.address)
            names = [template.name for template in response.templates]
            if response.status_code != 403 or "403_csrf.html" not in names:
                taken.add((stop.title, response.status_code))
    assert taken == set()
    assert writes.taken() == set()
