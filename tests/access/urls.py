"""How the table of addresses is read: rows, roles, answers, and a walk through every pattern there is.

Answers stand in one line, first those of single roles, last that of everybody else::

    "login stranger, 404 deputy unit_officer, 200"

An answer is a status, or ``login``: sent to the page where one signs in.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from common import memory

from ..conftest import CAST


@dataclass(frozen=True)
class Row:
    """One address for one kind of record; ``record`` makes what the address names, given the whole cast."""

    name: str
    get: str
    post: str = ""
    record: Callable | None = None

    @property
    def title(self):
        return f"{self.name} {self.record.__name__}" if self.record else self.name

    def methods(self):
        return [method for method in ("get", "post") if getattr(self, method)]

    def address(self, cast):
        return self.at(self.named(cast))

    def named(self, cast) -> list:
        """What the address names, made for it."""
        return self.record(cast) if self.record else []

    def at(self, named):
        return reverse(self.name, args=named)

    def hides_by(self) -> str:
        """The method by which a record that is not for somebody is compared with one that is not there."""
        return "post" if "404" in self.post else "get"


def answers(line) -> dict:
    """``{role: answer}`` of a line; a misspelt role or a role without an answer is an error."""
    told = {}
    for part in line.split(","):
        answer, *roles = part.split()
        for role in roles or CAST.keys() - told.keys():
            assert role in CAST, f"{role} is no role"
            assert role not in told, f"{role} stands twice in “{line}”"
            told[role] = answer
    assert told.keys() == CAST.keys(), f"“{line}” leaves out {CAST.keys() - told.keys()}"
    return told


def answer_of(response) -> str:
    """What a response amounts to for the table."""
    if response.streaming:
        response.getvalue()  # a file stays open until it is read
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "login"
    return str(response.status_code)


def every_pattern(resolver=None, namespace="", route=""):
    """The name of each URL pattern with its namespaces, or its route where it has no name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield namespace + pattern.name if pattern.name else here
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_pattern(pattern, inner, here)


def without_address(response, address) -> str:
    """A page's text without what differs by address alone."""
    text = response.content.decode().replace(address, "…")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


@contextmanager
def rolled_back():
    """What is written inside is gone afterwards, so that one cast serves many rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    memory.forget()
