"""One careful JSON POST to a service the office configured. Nothing else in the portal calls an address somebody typed.

Only https to a host on the list ``WEBHOOK_HOSTS``, only to public addresses and to the very one that was checked, no
redirect followed, five seconds from the first packet to the last, a bounded answer. Looking up the name comes before
those five seconds; the system's resolver has its own limit.
"""

import http.client
import io
import ipaddress
import json
import re
import socket
import ssl
import time
from contextlib import closing
from urllib.parse import urlsplit

from django.conf import settings

from .failures import Failure, Reason

SECONDS = 5
LONGEST_ANSWER = 64 * 1024  # bytes, headings included


def split(url: str):
    """The parts of an address the portal may call, ``Failure`` otherwise. Its host is not looked up yet."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Failure(Reason.FORBIDDEN) from None
    is_plain = re.fullmatch(r"[!-~]+", url) and not (parts.username or parts.password)
    is_service = parts.scheme == "https" and parts.hostname in settings.WEBHOOK_HOSTS and port in (None, 443)
    if not is_plain or not (is_service or _is_stand_in(parts)):
        raise Failure(Reason.FORBIDDEN)
    return parts


def post_json(url: str, data: dict) -> bytes:
    """Send ``data`` and return the body of an answer of status 2xx; ``Failure``, ``OSError`` or ``HTTPException`` else."""
    parts = split(url)
    addresses = _addresses(parts)
    deadline = time.monotonic() + SECONDS
    with closing(_connect(parts, addresses, deadline)) as sock:
        line = _Line(sock, deadline)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.sock = line
        connection.request(
            "POST",
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            json.dumps(data, ensure_ascii=False).encode(),
            {"Content-Type": "application/json; charset=utf-8", "Connection": "close"},
        )
        with closing(http.client.HTTPResponse(line, method="POST")) as answer:
            answer.begin()
            if 300 <= answer.status < 400:
                raise Failure(Reason.REDIRECTED, answer.status)
            if answer.status >= 400:
                raise Failure(Reason.REFUSED, answer.status)
            return answer.read()


def _is_stand_in(parts) -> bool:
    """A developer's own machine in place of the service; ``WEBHOOK_LOOPBACK`` is never on outside debug."""
    return settings.WEBHOOK_LOOPBACK and parts.scheme == "http" and parts.hostname == "127.0.0.1"


def _addresses(parts):
    """Where the host is, provided that every address of it is public: a name may point into the office's own network."""
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    addresses = [sockaddr[:2] for *_kind, sockaddr in found]
    for host, _port in addresses:
        address = ipaddress.ip_address(host.partition("%")[0])
        if (not address.is_global or address.is_multicast) and not _is_stand_in(parts):
            raise Failure(Reason.FORBIDDEN)
    return addresses


def _connect(parts, addresses, deadline):
    """A connection to the first of ``addresses`` that answers, secure unless it is the stand-in."""
    for number, address in enumerate(addresses, 1):
        try:
            sock = socket.create_connection(address, timeout=_left(deadline))
            break
        except OSError:
            if number == len(addresses):
                raise
    if parts.scheme == "http":
        return sock
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
    except OSError:
        sock.close()
        raise


def _left(deadline) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Line(io.RawIOBase):
    """A socket that is read until a moment and up to a size, however slowly or endlessly the other side writes."""

    def __init__(self, sock, deadline):
        self.sock, self.deadline, self.room = sock, deadline, LONGEST_ANSWER

    def makefile(self, mode):
        return io.BufferedReader(self)

    def sendall(self, data):
        self.sock.settimeout(_left(self.deadline))
        self.sock.sendall(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        self.sock.settimeout(_left(self.deadline))
        size = self.sock.recv_into(buffer)
        self.room -= size
        if self.room < 0:
            raise Failure(Reason.TOO_LONG)
        return size
