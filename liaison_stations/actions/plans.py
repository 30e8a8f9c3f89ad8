"""A station's plan of a year is written, handed in, approved, and changed once more (D3.1, D3.5 提级管理)."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import audit, clock, uploads
from common.workflow import MoveRefused, advance

from .. import states
from ..models import Station, StationPlan
from ..notifications import plans as notifications

P = states.PlanState
WRITABLE = frozenset({P.DRAFT, P.RETURNED})
YEARS_AHEAD = 1


@transaction.atomic
def write(
    station: Station, year: int, *, by, text: str, rota: str = "", file=None, seen: str | None = None
) -> StationPlan:
    """Begin the plan of a year or go on with it; ``MoveRefused`` while somebody else has it.

    ``file`` is an upload that takes the place of the one before. ``seen`` is the :func:`fingerprint` of what was edited:
    ``ValidationError`` if a colleague has changed it since, or for a year that is no longer, or not yet, planned.
    """
    this_year = clock.today().year
    if not this_year <= year <= this_year + YEARS_AHEAD:
        raise ValidationError(_("Only this year and the next can be planned."))
    if not station.is_open:
        raise ValidationError(_("This station is closed; it plans nothing any more."))
    plan, is_new = StationPlan.objects.select_for_update().get_or_create(
        station=station, year=year, defaults={"text": text, "rota": rota}
    )
    if plan.state not in WRITABLE:
        raise MoveRefused(plan, _("The plan has been handed in; it can be changed when it comes back."))
    if seen is not None and not is_new and seen != fingerprint(plan):
        raise ValidationError(
            _(
                "A colleague changed the plan while you were writing. Open it again; what you wrote is still below."
            )
        )
    before = plan.file
    plan.text, plan.rota = text, rota
    if file:
        plan.file = uploads.store_attachment(file, by=by)
    plan._history_user = by
    plan.full_clean()
    plan.save()
    if file and before:
        uploads.delete(before)
    audit.record("record.created" if is_new else "record.changed", by=by, about=plan)
    return plan


def fingerprint(plan: StationPlan | None) -> str:
    """Another one after each change of the text; empty while there is no plan."""
    return hashlib.sha256(f"{plan.text}\0{plan.rota}".encode()).hexdigest()[:16] if plan else ""


@transaction.atomic
def submit(plan: StationPlan, *, by, note: str = "") -> None:
    """Hand it in: to the township, of a station under city-level management to the city as well."""
    advance(plan, "submit", by=by, note=note)
    notifications.submitted(plan)


@transaction.atomic
def send_back(plan: StationPlan, *, by, note: str) -> None:
    advance(plan, "send_back", by=by, note=note)
    notifications.decided(plan, note)


@transaction.atomic
def approve(plan: StationPlan, *, by, note: str = "") -> None:
    """From now on the public reads it on the page of its station."""
    advance(plan, "approve", by=by, note=note, approved_on=clock.today())
    notifications.decided(plan, note)


@transaction.atomic
def reopen(plan: StationPlan, *, by, note: str) -> None:
    """Take it back from the public to be changed and approved anew."""
    advance(plan, "reopen", by=by, note=note, approved_on=None)
    notifications.decided(plan, note)
