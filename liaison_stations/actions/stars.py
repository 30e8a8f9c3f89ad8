"""The yearly round (D3.5): opened, scored by the station, reviewed, checked, spot-checked, decided, published, final.

Computed points are never typed: each stage counts them anew, and the decision keeps them. Stars change when a decision is
final, or when a written notice ran out without improvement; each time a row of the ledger says so.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from common import audit, clock, uploads
from common.text import in_office_language
from common.workflow import TOO_LATE, MoveRefused, advance

from .. import deciding, sheets, states
from ..models import (
    Criterion,
    Rectification,
    ReviewScore,
    Scheme,
    Star,
    StarMove,
    StarObjection,
    StarRecord,
    StarReview,
    Station,
)
from ..notifications import stars as notifications
from . import rectifications, star_ledger, stations

Source, V = Criterion.Source, states.ReviewState
STAGE = {
    V.SELF: "self_points",
    V.TOWNSHIP: "township_points",
    V.COUNTY: "county_points",
    V.CITY: "city_points",
}
BY_STATION = frozenset({Source.EVIDENCE, Source.BONUS})  # what a station says of itself
SUM = Decimal(100)


@transaction.atomic
def open_round(scheme: Scheme, *, by) -> int:
    """A review for every open station; how many. Once a year, with a sheet of a hundred points."""
    if scheme.year > clock.today().year:
        raise ValidationError(_("The year %(year)s has not begun.") % {"year": scheme.year})
    criteria = scheme.criteria.filter(source__in=sheets.COUNTED)
    points = sum(criteria.values_list("points", flat=True), Decimal(0))
    if points != SUM:
        raise ValidationError(
            _("The sheet has %(points)s points without bonus; it needs 100.") % {"points": points}
        )
    if not Scheme.objects.filter(pk=scheme.pk, opened_on=None).update(opened_on=clock.today()):
        raise ValidationError(_("The round of %(year)s has been opened already.") % {"year": scheme.year})
    scheme.refresh_from_db()
    scheme._history_user = by
    scheme.save()
    reviews = [
        StarReview(scheme=scheme, station=station, old_stars=station.stars)
        for station in Station.objects.open().select_related("area", "parent__parent")
    ]
    bulk_create_with_history(reviews, StarReview, batch_size=500, default_user=by)
    audit.record("record.changed", by=by, about=scheme, fields=["opened_on"], number=len(reviews))
    for review in StarReview.objects.filter(scheme=scheme).select_related(
        "scheme", "station__area", "station__parent__parent"
    ):
        notifications.waits(review)
    return len(reviews)


# Stage by stage


@transaction.atomic
def score(review: StarReview, *, by, lines=None, note: str = "") -> None:
    """The station hands in what it says of itself, each point with evidence."""
    _pass_on(review, "score", by=by, lines=lines, note=note)


@transaction.atomic
def review(review: StarReview, *, by, lines=None, note: str = "") -> None:
    """The township looked at it."""
    _pass_on(review, "review", by=by, lines=lines, note=note)


@transaction.atomic
def check(review: StarReview, *, by, lines=None, note: str = "") -> None:
    """The county checked it."""
    _pass_on(review, "check", by=by, lines=lines, note=note)


@transaction.atomic
def spot_check(review: StarReview, *, by, lines=None, note: str = "") -> None:
    """The city was on the spot; marked, with points of its own where it found others."""
    if review.state != V.CITY:
        raise MoveRefused(review, TOO_LATE)
    sums = _enter(review, by=by, lines=lines or {}, note=note)
    checked = StarReview.objects.filter(pk=review.pk, state=V.CITY)
    if not checked.update(is_spot_checked=True, **_kept(sums)):
        raise MoveRefused(review, TOO_LATE)
    review.refresh_from_db()
    audit.record("record.changed", by=by, about=review, fields=["is_spot_checked"])


@transaction.atomic
def send_back(review: StarReview, *, by, note: str) -> None:
    """The station scores itself anew; what later stages gave is asked for again."""
    review.scores.update(township_points=None, county_points=None, city_points=None)
    advance(review, "send_back", by=by, note=note, score=None, has_veto=False, is_spot_checked=False)
    notifications.sent_back(review, note)


def _pass_on(review, move, *, by, lines, note):
    if review.state not in review.MOVES[move].sources:
        raise MoveRefused(review, TOO_LATE)
    sums = _enter(review, by=by, lines=lines or {}, note=note)
    advance(review, move, by=by, note=note, **_kept(sums))
    notifications.waits(review)


def _kept(sums) -> dict:
    return {"score": sums.score, "has_veto": bool(sums.vetoes)}


def _enter(review, *, by, lines, note):
    """Write down what a stage gives, ``{criterion: {points, note, file}}``, count the rest anew; the points in all.

    A stage that changes what was given before says why.
    """
    stage, refused, has_changed = STAGE[review.state], {}, False
    sheet = sheets.of_review(review, clock.today())
    for line in sheet:
        criterion, given = line.criterion, lines.get(line.criterion.pk)
        row = line.row or ReviewScore(review=review, criterion=criterion)
        if criterion.source == Source.COMPUTED:
            row.computed = line.points
        elif given is not None and given["points"] is not None:
            if why := _why_not(criterion, given, stage, row):
                refused[f"points_{criterion.pk}"] = why
                continue
            has_changed |= stage != "self_points" and given["points"] != (row.points or 0)
            setattr(row, stage, given["points"])
            row.note = given.get("note", "").strip() or row.note
            if given.get("file"):
                row.evidence = uploads.store_attachment(given["file"], by=by)
        elif stage == "self_points" and criterion.source == Source.EVIDENCE and row.self_points is None:
            refused[f"points_{criterion.pk}"] = _("Enter the points, 0 where there is nothing.")
            continue
        row._history_user = by
        row.save()
    if refused:
        raise ValidationError(refused)
    if has_changed and not note.strip():
        raise ValidationError({"note": _("You changed points. Please say why.")})
    return sheets.total(sheets.of_review(review, clock.today()), review.scheme)


def _why_not(criterion, given, stage, row) -> str:
    """Why these points cannot be given, empty where they can."""
    most = Decimal(1) if criterion.source == Source.VETO else criterion.points
    if not 0 <= given["points"] <= most:
        return _("From 0 to %(most)s points.") % {"most": most}
    if stage != "self_points":
        return ""
    if criterion.source not in BY_STATION:
        return _("The station does not enter this line.")
    has_evidence = given.get("note", "").strip() or given.get("file") or row.evidence_id or row.note
    if given["points"] and not has_evidence:
        return _("Say by what it can be seen, or enclose a file.")
    return ""


# The decision


@transaction.atomic
def decide(review: StarReview, *, by, note: str = "", faults: str = "", into: Station | None = None) -> None:
    """What the committee decides: what the rules propose, with a merger where ``into`` is named.

    Where the points are below the stars a written notice follows; ``faults`` is its text, else what lost most points.
    """
    hold(review)
    if review.state != V.CITY:
        raise MoveRefused(review, TOO_LATE)
    if not review.station.is_open:
        raise MoveRefused(review, _("The station is open no longer, so nothing is decided about it."))
    require_all_checked(review.scheme)
    sums = _enter(review, by=by, lines={}, note="")
    proposal = _proposed(review, sums)
    move, note = proposal.move, note.strip()
    if into is not None:
        _require_merger(review, proposal, into)
        move = StarMove.MERGE
    elif proposal.may_merge and not note:
        raise ValidationError(
            {"into": _("Below three stars in two years: name the station it is merged into, or say why not.")}
        )
    has_notice = proposal.needs_notice and into is None
    advance(
        review,
        "decide",
        by=by,
        note=note,
        old_stars=review.station.stars,
        new_stars=Star.NONE if into else proposal.new_stars,
        move=move,
        reason=f"{proposal.reason}{note}"[:1000],
        faults=(faults.strip() or faults_of(review))[:2000] if has_notice else "",
        merge_into=into,
        **_kept(sums),
    )


@in_office_language
def _proposed(review, sums):
    return deciding.propose(review, sums, clock.today())


def proposed(review: StarReview) -> deciding.Proposal:
    """What the rules would say now, in the language of who asks; nothing is written."""
    lines = sheets.of_review(review, clock.today())
    return deciding.propose(review, sheets.total(lines, review.scheme), clock.today())


@in_office_language
def faults_of(review: StarReview) -> str:
    """What lost most points, as the text of a notice where nobody writes another."""
    lines = sorted(sheets.of_review(review, clock.today()), key=lambda line: -line.lost)
    return "\n".join(
        _("%(name)s: %(points)s of %(most)s points")
        % {"name": line.criterion, "points": line.criterion.points - line.lost, "most": line.criterion.points}
        for line in lines[:8]
        if line.lost > 0
    )


def require_all_checked(scheme: Scheme) -> None:
    """With a quota the order of score counts, so every station must have its score."""
    if scheme.quota_five is None:
        return
    waiting = scheme.reviews.filter(state__in=[V.SELF, V.TOWNSHIP, V.COUNTY]).filter(
        station__state__in=states.OPEN_STATIONS
    )
    if number := waiting.count():
        raise ValidationError(
            _("A quota of five stars holds: decide when every station has been checked. %(n)s are not.")
            % {"n": number}
        )


def _require_merger(review, proposal, into):
    if not proposal.may_merge:
        raise ValidationError({"into": _("Only who had no star in two years is merged.")})
    if into.pk == review.station_id or not into.is_open:
        raise ValidationError({"into": _("Choose another station that is open.")})


@transaction.atomic
def revise(review: StarReview, *, by, note: str) -> None:
    """A mistake was found, or an objection was right: decided anew."""
    nothing = {"new_stars": None, "move": "", "reason": "", "faults": "", "merge_into": None}
    advance(review, "revise", by=by, note=note, published_on=None, objections_until=None, **nothing)


@transaction.atomic
def publish(review: StarReview, *, by, note: str = "") -> None:
    """Before everybody for so many working days; who disagrees says so."""
    until = clock.add_workdays(clock.today(), review.scheme.publicity_workdays)
    advance(review, "publish", by=by, note=note, published_on=clock.today(), objections_until=until)
    notifications.published(review)


@transaction.atomic
def object_to(review: StarReview, *, by, text: str) -> StarObjection:
    """Say something against it while it is published."""
    hold(review)
    if review.state != V.PUBLISHED:
        raise MoveRefused(review, TOO_LATE)
    if clock.today() > review.objections_until:
        raise MoveRefused(
            review,
            _("Objections were taken until %(day)s.") % {"day": date_format(review.objections_until)},
        )
    objection = StarObjection(review=review, by=by, text=text.strip())
    objection.full_clean(exclude=["review", "by", "answered_by", "answered_at"])
    objection._history_user = by
    objection.save()
    audit.record("record.created", by=by, about=objection)
    notifications.objected(objection)
    return objection


@transaction.atomic
def answer(objection: StarObjection, *, by, text: str) -> None:
    """Once; what it says stays."""
    if not (text := text.strip()):
        raise ValidationError({"text": _("Write the answer.")})
    waiting = StarObjection.objects.filter(pk=objection.pk, answered_at=None)
    if not waiting.update(answer=text, answered_by=by, answered_at=timezone.now()):
        raise MoveRefused(objection.review, _("This objection has been answered."))
    objection.refresh_from_db()
    audit.record("record.changed", by=by, about=objection, fields=["answer"])
    notifications.objection_answered(objection)


@transaction.atomic
def finish(review: StarReview, *, by, note: str = "") -> StarRecord:
    """The days of publicity are over and every objection is answered: the stars hold, and what follows from them."""
    hold(review)
    station = review.station
    if why := why_not_finish(review):
        raise MoveRefused(review, why)
    advance(review, "finish", by=by, note=note)
    decision = review.changes.filter(move="decide").first()
    reward = review.scheme.rewards.filter(stars=review.new_stars, move=review.move).first()
    record = star_ledger.write(
        station,
        review=review,
        year=review.scheme.year,
        score=review.score,
        new_stars=review.new_stars,
        move=review.move,
        reason=review.reason,
        reward_amount=reward.amount if reward else None,
        decided_by=decision.by if decision else by,
        decided_on=timezone.localdate(decision.at) if decision else clock.today(),
        published_on=review.published_on,
    )
    notice = station.rectifications.open().first()
    if review.move == StarMove.MERGE:
        rectifications.end(notice, Rectification.Outcome.FAILED, review.reason)
        stations.merge(station, into=review.merge_into, by=by, note=review.reason)
    elif notice and record.new_stars < record.old_stars:
        rectifications.end(notice, Rectification.Outcome.FAILED, review.reason)
        rectifications.go_on(station, by=by, note=review.reason)
    elif review.faults and notice is None:
        rectifications.issue(station, faults=review.faults, by=by, review=review)
    notifications.final(record)
    return record


def why_not_finish(review: StarReview) -> str:
    """Why it is not final yet, empty when it can be."""
    if review.state != V.PUBLISHED:
        return str(TOO_LATE)
    if clock.today() <= review.objections_until:
        return _("Objections are taken until %(day)s.") % {"day": date_format(review.objections_until)}
    if review.objections.filter(answered_at=None).exists():
        return _("An objection has not been answered yet.")
    if review.station.stars != review.old_stars:
        return _("The station's stars have changed since the decision. Decide anew.")
    return ""


def hold(review: StarReview) -> None:
    """Nobody else acts on this review until the transaction ends; as it is now, its station too."""
    list(StarReview.objects.select_for_update().filter(pk=review.pk).values_list("pk"))
    review.refresh_from_db()
    review.station.refresh_from_db()
