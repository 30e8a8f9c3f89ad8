"""What happened, and who did it (R-16). Every door writes here, and nothing here is ever rewritten.

``record`` inserts one row in the transaction of what it tells, so that both stay or neither. A row holds no personal
data: people and records are numbers, texts are names of fields, never what was in them. Each app registers the kinds of
things it does; ``tests/audit/test_events.py`` does every one of them once.
"""

import ipaddress
import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import audit_chain
from .addresses import client_address
from .audit_models import AuditEntry, AuditHead

logger = logging.getLogger(__name__)
Result = AuditEntry.Result

NUMBER = re.compile(
    r"\d{11,}"
)  # of a phone, an identity card, a bank card: never in this log, whatever it came in

_request = ContextVar("request", default=None)


@dataclass(frozen=True)
class Kind:
    """``key`` is ``group.name``; ``label`` reads after the person: “周砚秋 signed in”."""

    key: str
    label: str
    group: str


KINDS: dict[str, Kind] = {}
GROUPS: dict[str, str] = {}
DETAILS: dict[str, tuple] = {}  # name of a detail: its label and, where its values are codes, their words


def register(group: str, label, **names) -> None:
    """Add kinds of things that happen: ``register("role", _("roles"), granted=_("gave a role"))``."""
    GROUPS[group] = label
    for name, text in names.items():
        KINDS[f"{group}.{name}"] = Kind(f"{group}.{name}", text, group)


def explain(name: str, label, words=()) -> None:
    """Say how the detail ``name`` is shown; ``words`` are choices."""
    DETAILS[name] = label, dict(words)


def record(
    kind: str, *, by=None, about=None, address: str | None = None, result: str = Result.OK, **detail
) -> AuditEntry:
    """Write down that ``by`` did ``kind`` to the record ``about``; ``KeyError`` for a kind nobody registered.

    Without ``by`` it is who sent the request that is being answered, or the system itself; likewise ``address``.
    ``about`` may be a whole model. ``detail`` says more in numbers and names of fields, never what was in them.
    """
    request = _request.get()
    if by is None and request is not None:
        by = request.user
    if address is None and request is not None:
        address = client_address(request)
    is_record = isinstance(about, models.Model)
    entry = AuditEntry.objects.create(
        at=timezone.now(),
        zone=timezone.get_default_timezone_name(),
        actor=getattr(by, "pk", None),
        address=valid_address(address),
        kind=KINDS[kind].key,
        result=result,
        model=about._meta.label_lower if about else "",
        object_pk=about.pk if is_record else None,
        label=_clean(str(about))[:200] if is_record and getattr(about, "NAMES_NOBODY", False) else "",
        detail={name: _clean(value) for name, value in detail.items()},
    )
    _seal_after_commit()
    return entry


@contextmanager
def during(request):
    """What is recorded inside came with this request."""
    before = _request.set(request)
    try:
        yield
    finally:
        _request.reset(before)


def _seal_after_commit():
    """Once a transaction, however much it records. A failure is logged: the next row, or the next tick, seals it."""
    callbacks = transaction.get_connection().run_on_commit
    if not any(callback is audit_chain.seal_some for _savepoints, callback, _robust in callbacks):
        transaction.on_commit(audit_chain.seal_some, robust=True)


def _clean(value):
    if isinstance(value, str):
        return NUMBER.sub("…", value.replace("\0", ""))[:300]
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value


def valid_address(text) -> str | None:
    """``text`` if it is a network address; what a proxy forwards may be none."""
    try:
        found = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


# What the clock does


def seal_waiting(now) -> dict:
    return {"rows": audit_chain.seal()}


def verify_daily(now) -> dict:
    """Prove the whole chain; where it does not hold the desk, the health page and the log say so."""
    breaks = audit_chain.verify()
    for found in breaks:
        logger.error("The audit log is broken: %s", found.text)
    return {"breaks": len(breaks)}


@transaction.atomic
def purge_daily(now) -> dict:
    """Remove what is old enough; a role that may not leaves it to the owner's ``audit_purge``."""
    number = audit_chain.purge(now) if audit_chain.may_purge() else 0
    if number:
        record("audit.purged", number=number)
    return {"rows": number}


def copy_daily(now) -> dict:
    """New rows for the machine elsewhere that fetches them, where a folder for it is named."""
    return {"rows": audit_chain.copy_new(Path(settings.AUDIT_COPY_ROOT)) if settings.AUDIT_COPY_ROOT else 0}


def longest_wait() -> float:
    """Seconds for which a row has been waiting to be sealed."""
    oldest = AuditEntry.objects.waiting().first()
    return (timezone.now() - oldest.at).total_seconds() if oldest else 0


def known_breaks() -> int:
    """Places at which the last verification stumbled."""
    head = AuditHead.objects.first()
    return len(head.broken) if head else 0


@checks.register
def kept_long_enough(app_configs, **kwargs):
    if settings.AUDIT_KEEP_DAYS >= audit_chain.LEAST_DAYS:
        return []
    return [
        checks.Error(
            f"AUDIT_KEEP_DAYS is {settings.AUDIT_KEEP_DAYS}; the audit log must be kept at least a year.",
            hint=f"Set it to {audit_chain.LEAST_DAYS} or more (互联网政务应用安全管理规定 Art. 20).",
            id="common.E001",
        )
    ]


for _name, _label in (
    ("fields", _("fields")),
    ("move", _("step")),
    ("number", _("number")),
    ("rows", _("rows")),
    ("records", _("records")),
    ("sheet", _("kind of table")),
    ("path", _("page")),
    ("new", pgettext_lazy("row", "new")),
    ("changed", pgettext_lazy("row", "changed")),
    ("unchanged", pgettext_lazy("row", "unchanged")),
    ("error", pgettext_lazy("row", "with errors")),
):
    explain(_name, _label)

register(
    "record",
    _("records"),
    created=_("entered a record"),
    changed=_("changed a record"),
    deleted=_("deleted a record"),
    moved=_("took a step"),
    history=_("read a history"),
)
register("list", _("lists"), exported=_("exported a list"))
register(
    "import", _("imported files"), confirmed=_("imported a file"), undone=_("took back an imported file")
)
register("setting", _("settings"), changed=_("changed a setting"))
register("phone", _("phone numbers"), seen=_("saw a full phone number"))
register(
    "person", _("personal data"), exported=_("handed over all data of a person"), erased=_("erased a person")
)
register("policy", _("texts about personal data"), published=_("published a text about personal data"))
explain("version", _("version"))
register("access", _("access"), refused=_("was refused a page"))
register("backup", _("backups"), made=_("made a backup"), restored=_("put a backup back"))
register("audit", _("audit log"), exported=_("exported the audit log"), purged=_("removed old audit entries"))
