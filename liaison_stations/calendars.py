"""Receptions as an iCalendar file that phones and offices subscribe to (RFC 5545): small, exact, in the office's language."""

import datetime as dt
import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import DateTimeField, Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import clock
from common.text import in_office_language

from . import states
from .models import Reception

ZONE = "Asia/Shanghai"
PAST = clock.ONE_DAY * 90  # so far back a calendar shows what was
MOST = 2000  # receptions in one file, the next ones first to be kept
OCTETS = 75  # of a line (RFC 5545 3.1)
HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//zhendai-shibiao//receptions//ZH",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
)
TIMEZONE = (  # one time without summer time since 1991
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def shown(receptions):
    """Those of a feed: what was announced lately and is to come."""
    since = clock.today() - PAST
    history = Reception.history.filter(id=OuterRef("pk")).order_by().values("id")
    changed = Subquery(history.annotate(at=Max("history_date")).values("at"), output_field=DateTimeField())
    latest = (
        receptions.public().filter(day__gte=since).annotate(changed_at=changed, moved_at=Max("changes__at"))
    )
    latest = latest.select_related("station").prefetch_related("attendances__deputy", "units")
    return list(latest.order_by("-day", "-pk")[:MOST])[::-1]


@in_office_language
def calendar(receptions, name: str) -> bytes:
    """The file; ``receptions`` as :func:`shown` gives them."""
    lines = [*HEAD, *_named(name), *TIMEZONE]
    for reception in receptions:
        lines += _event(reception)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def etag(file: bytes) -> str:
    return f'"{hashlib.sha256(file).hexdigest()[:20]}"'


def _named(name):
    """The name and how often to ask again, in the new words (RFC 7986) and in those that older programs know."""
    return (
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    )


def _event(reception):
    station = reception.station
    is_cancelled = reception.state == states.ReceptionState.CANCELLED
    told = [
        (
            pgettext("reception", "Deputies"),
            "、".join(str(row.deputy) for row in reception.attendances.all()),
        ),
        (_("Jointly with"), "、".join(str(unit) for unit in reception.units.all())),
        (_("About"), reception.matters),
    ]
    what = _("Deputies receive citizens: %(station)s") % {"station": station.name}
    where = " ".join(filter(None, (station.name, reception.where)))
    lines = [
        "BEGIN:VEVENT",
        f"UID:reception-{reception.pk}@{urlsplit(settings.SITE_URL).hostname}",
        f"DTSTAMP:{_utc(_changed_at(reception))}",
        f"DTSTART;TZID={ZONE}:{_local(reception.day, reception.begins)}",
        f"DTEND;TZID={ZONE}:{_local(reception.day, reception.ends)}",
        f"SUMMARY:{_escaped(what)}",
        f"LOCATION:{_escaped(where)}",
        f"DESCRIPTION:{_escaped(chr(10).join(f'{label}：{text}' for label, text in told if text))}",
        f"URL:{settings.SITE_URL}{reverse('stations:notice', args=[reception.pk])}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
    ]
    if station.latitude is not None:
        lines.append(f"GEO:{station.latitude:.6f};{station.longitude:.6f}")
    return [*lines, "END:VEVENT"]


def _changed_at(reception):
    """When it last became another one: the same until then, so that the file is the same too."""
    midnight = make_aware(dt.datetime.combine(reception.day, dt.time.min))
    known = [at for at in (reception.changed_at, reception.moved_at, reception.announced_at) if at]
    return max(known, default=midnight)


def _escaped(text: str) -> str:
    """Text as a value (RFC 5545 3.3.11); what no line can hold is left out."""
    for mark, written in (
        ("\\", "\\\\"),
        (";", "\\;"),
        (",", "\\,"),
        ("\r\n", "\n"),
        ("\r", "\n"),
        ("\n", "\\n"),
    ):
        text = text.replace(mark, written)
    return "".join(character for character in text if character >= " " and character != "\x7f")


def _folded(line: str) -> str:
    """No line longer than 75 octets, and no character torn apart; the next begins with a space (RFC 5545 3.1)."""
    parts, length = [[]], 0
    for character in line:
        size = len(character.encode())
        if length + size > OCTETS:
            parts.append([])
            length = 1  # the space
        parts[-1].append(character)
        length += size
    return "\r\n ".join("".join(part) for part in parts)


def _local(day, time):
    return f"{day:%Y%m%d}T{time:%H%M%S}"


def _utc(moment):
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
