"""A station is told in writing what it must put right, and after its period somebody looks (D3.5: three to six months)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import audit, clock
from common.text import in_office_language
from common.workflow import TOO_LATE, MoveRefused

from .. import sheets, states
from ..models import Rectification, Scheme, StarMove, StarRecord, StarReview, Station
from ..notifications import stars as notifications
from . import star_ledger, stations


@transaction.atomic
def issue(
    station: Station, *, faults: str, by, review: StarReview | None = None, months: int | None = None
) -> Rectification:
    """The written notice before a fall (D3.5): in a round, or outside one after a check on the spot."""
    if not station.is_open:
        raise ValidationError(_("This station is closed or merged."))
    if station.rectifications.open().exists():
        raise ValidationError(_("A notice to this station is running already."))
    today = clock.today()
    scheme = review.scheme if review else Scheme.objects.filter(year__lte=today.year).first()
    months = months or (scheme.rectify_months if scheme else 3)
    notice = Rectification(
        station=station,
        review=review,
        issued_on=today,
        until=clock.add_months(today, months),
        faults=faults.strip(),
        by=by,
    )
    notice.full_clean(exclude=["review", "by"])
    notice._history_user = by
    notice.save()
    if station.state == states.StationState.RUNNING:
        stations.rectify(station, by=by, note=notice.faults[:1000])
    audit.record("record.created", by=by, about=notice)
    notifications.warned(notice)
    return notice


@transaction.atomic
def settle(notice: Rectification, *, by, outcome: str, findings: str) -> StarRecord | None:
    """What the check found: put right, so that the station goes on; or not, then it falls now, with a row of its own."""
    findings = findings.strip()
    if not findings:
        raise ValidationError({"findings": _("Say what the check found.")})
    has_failed = outcome == Rectification.Outcome.FAILED
    if has_failed and clock.today() <= notice.until:
        raise ValidationError(
            {"outcome": _("The period runs until %(day)s.") % {"day": date_format(notice.until)}}
        )
    end(notice, outcome, findings)
    notice.refresh_from_db()
    audit.record("record.changed", by=by, about=notice, fields=["outcome"])
    station, record = notice.station, None
    station.refresh_from_db()
    if has_failed and station.stars:
        record = _fall(notice, station, by)
    go_on(station, by=by, note=findings)
    notifications.settled(notice)
    return record


def _fall(notice, station, by):
    review = notice.review
    new = sheets.step(station.stars, -1)
    return star_ledger.write(
        station,
        year=review.scheme.year if review else notice.issued_on.year,
        score=review.score if review else None,
        new_stars=new,
        move=StarMove.DEMOTE if new else StarMove.REVOKE,
        reason=_failed(notice),
        decided_by=by,
        decided_on=clock.today(),
        published_on=clock.today(),
    )


@in_office_language
def _failed(notice) -> str:
    words = {"issued": date_format(notice.issued_on), "until": date_format(notice.until)}
    said = _("The period of the notice of %(issued)s ended on %(until)s without improvement.") % words
    return f"{said}{notice.findings}"[:1000]


def end(notice, outcome, findings):
    """Once: whoever comes second is told."""
    if notice is None:
        return
    ended = {"outcome": outcome, "checked_on": clock.today(), "findings": findings[:1000]}
    if not Rectification.objects.open().filter(pk=notice.pk).update(**ended):
        raise MoveRefused(notice, TOO_LATE)


def go_on(station, *, by, note):
    if station.state == states.StationState.RECTIFYING:
        stations.resume(station, by=by, note=note[:1000])
