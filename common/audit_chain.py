"""What makes the audit log believable: every row is sealed to the one before it with a key outside the database.

A row is written without a place in the chain, in the transaction of what it tells. Right after the commit ``seal`` gives
it one, in a short transaction of its own, so that the lock that puts rows in one order is never held while people
work. What a crash left unsealed, the next row or the next tick seals.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from .audit_models import AuditEntry, AuditHead

AT_ONCE = 500  # rows sealed under one lock
LEAST_DAYS = 365  # 互联网政务应用安全管理规定 Art. 20
STEP = 2000  # rows read at once


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold: ``seq`` is the row to look at, ``text`` says what is wrong."""

    seq: int
    text: str


def mac_of(previous: str, told) -> str:
    """The seal of ``told`` as what follows the row with the seal ``previous``."""
    key = hashlib.sha256(b"common.audit" + settings.AUDIT_KEY.encode()).digest()
    body = json.dumps([previous, told], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def seal() -> int:
    """Give every waiting row its place; the number of rows. Safe at any time, by several at once."""
    sealed = 0
    while number := seal_some():
        sealed += number
    return sealed


@transaction.atomic
def seal_some() -> int:
    """The first few waiting rows, under a lock that others wait for."""
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor
        ):  # a seal lost in a crash is made again, so nobody waits for the disk
            cursor.execute("SET LOCAL synchronous_commit TO off")
    head = _locked_head()
    rows = list(AuditEntry.objects.waiting()[:AT_ONCE])
    for row in rows:
        head.count = row.seq = head.count + 1
        head.last_mac = row.mac = mac_of(head.last_mac, row.told())
    if rows:
        AuditEntry.objects.bulk_update(rows, ["seq", "mac"])
        _save(head)
    return len(rows)


def verify() -> list[Break]:
    """Where the chain does not hold, in its order; what was found is remembered for the desk and the health page."""
    top = AuditEntry.objects.aggregate(top=Max("seq"))["top"] or 0
    head = AuditHead.objects.first() or AuditHead()
    breaks = list(_breaks(head))
    if top > head.count or head.mac != (_head_mac(head) if head.count else ""):
        breaks.append(Break(top, _("The end of the log was changed.")))
    if head.pk:
        found = sorted({found.seq for found in breaks})[:100]
        AuditHead.objects.filter(pk=head.pk).update(verified_at=timezone.now(), broken=found)
    return breaks


def _breaks(head):
    last, previous = head.purged, head.purged_mac
    for row in _rows(after=head.purged, until=head.count):
        if row.seq != last + 1:
            yield Break(row.seq, _missing(last + 1, row.seq - 1))
        elif row.mac != mac_of(previous, row.told()):
            yield Break(row.seq, _("Row %(seq)s was changed.") % {"seq": row.seq})
        last, previous = row.seq, row.mac
    if last < head.count:
        yield Break(last, _missing(last + 1, head.count))
    elif previous != head.last_mac:
        yield Break(last, _("Row %(seq)s was changed.") % {"seq": last})


def _missing(first, last) -> str:
    if first == last:
        return _("Row %(seq)s is missing.") % {"seq": first}
    return _("Rows %(first)s to %(last)s are missing.") % {"first": first, "last": last}


def compare(lines) -> list[Break]:
    """Where the log differs from a copy that was taken elsewhere: ``lines`` as :func:`copy_lines` writes them."""
    purged = (AuditHead.objects.first() or AuditHead()).purged
    breaks = []
    for some in in_steps(map(json.loads, lines)):
        held = AuditEntry.objects.filter(seq__in=[line["seq"] for line in some])
        macs = dict(held.values_list("seq", "mac"))
        for line in some:
            seq, mac = line["seq"], line.pop("mac")
            if seq in macs and macs[seq] != mac:
                breaks.append(Break(seq, _("Row %(seq)s differs from the copy.") % {"seq": seq}))
            elif seq not in macs and seq > purged:
                breaks.append(Break(seq, _missing(seq, seq)))
    return breaks


def copy_lines(after: int = 0, until: int | None = None):
    """Sealed rows after number ``after``, up to ``until``, as JSON, one a line."""
    for row in _rows(after, until):
        yield json.dumps(row.told() | {"mac": row.mac}, ensure_ascii=False, sort_keys=True) + "\n"


def copy_new(folder: Path) -> int:
    """Write the rows that are in no copy yet to a file of their own in ``folder``; the number of rows.

    A file appears whole or not at all; written twice it is the same file.
    """
    head = AuditHead.objects.first()
    if head is None or head.copied >= head.count:
        return 0
    first, last = head.copied + 1, head.count
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"audit-{first:010}-{last:010}.jsonl"
    part = path.with_suffix(f".{os.getpid()}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.writelines(copy_lines(head.copied, last))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    AuditHead.objects.filter(pk=head.pk).update(copied=last)
    return last - first + 1


def may_purge() -> bool:
    """Whether the role we run under may delete rows at all."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'DELETE')", [AuditEntry._meta.db_table])
        return cursor.fetchone()[0]


@transaction.atomic
def purge(now: dt.datetime) -> int:
    """Remove rows from the beginning that are older than they must be kept; the number. The rest can still be proved."""
    head = _locked_head()
    limit = now - dt.timedelta(days=max(settings.AUDIT_KEEP_DAYS, LEAST_DAYS))
    kept = AuditEntry.objects.sealed().filter(at__gte=limit).order_by("seq").first()
    old = AuditEntry.objects.sealed().filter(seq__lte=kept.seq - 1 if kept else head.count)
    last = old.order_by("-seq").first()
    if last is None:
        return 0
    number, _by_model = old.delete()
    head.purged, head.purged_mac = last.seq, last.mac
    _save(head)
    return number


def _rows(after: int = 0, until: int | None = None):
    """Sealed rows in their order, a few at a time; no cursor stays open on the way."""
    wanted = AuditEntry.objects.sealed() if until is None else AuditEntry.objects.filter(seq__lte=until)
    while rows := list(wanted.filter(seq__gt=after).order_by("seq")[:STEP]):
        yield from rows
        after = rows[-1].seq


def in_steps(items):
    """Lists of at most ``STEP`` items."""
    some = []
    for item in items:
        some.append(item)
        if len(some) == STEP:
            yield some
            some = []
    if some:
        yield some


def _locked_head() -> AuditHead:
    """The one row whose lock puts all sealing in one order; on SQLite the transaction itself is that lock."""
    heads = AuditHead.objects.select_for_update().filter(pk=1)
    return heads.first() or (AuditHead.objects.get_or_create(pk=1) and heads.get())


def _head_mac(head) -> str:
    return mac_of("", [head.count, head.last_mac, head.purged, head.purged_mac])


def _save(head) -> None:
    head.mac = _head_mac(head)
    head.save(update_fields=["count", "last_mac", "purged", "purged_mac", "mac"])
