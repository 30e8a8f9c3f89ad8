"""What a year's points do to a station's stars: the rules of D3.5, said as a proposal with its reasons.

At most so many steps a year; bonus lifts by one star at most; a veto takes the stars; a fall needs a written notice whose
period has ended without improvement, until then the stars stay; two years below three stars propose a merger; a quota of
five stars goes in order of score.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import sheets
from .models import Rectification, Star, StarMove, StarReview, Station


@dataclass(frozen=True)
class Proposal:
    """``worth`` are the stars of the points alone, ``new_stars`` and ``move`` what the rules make of them.

    ``needs_notice``: the points are below the stars, which stay, and a notice to put it right follows. ``ended`` is the
    notice whose period brought no improvement. ``may_merge``: merging is proposed.
    """

    score: Decimal
    worth: int
    new_stars: int
    move: str
    reasons: tuple[str, ...]
    needs_notice: bool = False
    ended: Rectification | None = None
    may_merge: bool = False

    @property
    def reason(self) -> str:
        return "".join(self.reasons)

    @property
    def told(self) -> str:
        """“from four stars to five: promoted”."""
        return f"{Star(self.new_stars).label}（{StarMove(self.move).label}）"


def propose(review: StarReview, sums: sheets.Total, today) -> Proposal:
    """What the rules say of a review with these points; the words are in the language in force."""
    scheme, station, old = review.scheme, review.station, review.station.stars
    worth = sheets.worth(sums, scheme)
    reasons = _of_points(sums, worth, scheme)
    if sums.vetoes:
        move = StarMove.REVOKE if old else StarMove.KEEP
        return Proposal(
            sums.score, worth, Star.NONE, move, (*reasons,), may_merge=_was_without(station, scheme.year)
        )
    if worth > old:
        return _rise(review, sums, worth, reasons)
    if worth < old:
        return _fall(review, sums, worth, reasons, today)
    may_merge = worth == Star.NONE and _was_without(station, scheme.year)
    if may_merge:
        reasons.append(_("Below three stars in two years."))
    return Proposal(sums.score, worth, old, StarMove.KEEP, (*reasons,), may_merge=may_merge)


def _of_points(sums, worth, scheme):
    said = _("%(score)s points.") if not sums.bonus else _("%(score)s points, %(bonus)s of them bonus.")
    reasons = [said % {"score": sums.score, "bonus": sums.bonus}]
    if sums.vetoes:
        names = "、".join(criterion.name for criterion in sums.vetoes)
        return [*reasons, _("Veto: %(names)s. No star this year.") % {"names": names}]
    if line := sheets.line_of(scheme, worth):
        words = {"star": Star(worth).label, "line": line}
        reasons.append(_("%(star)s from %(line)s points.") % words)
    else:
        reasons.append(_("Below %(line)s points, the line of three stars.") % {"line": scheme.line_three})
    if worth < scheme.star_for(sums.score):
        words = {"base": sums.base}
        reasons.append(_("Without bonus it has %(base)s points: bonus lifts by one star at most.") % words)
    return reasons


def _rise(review, sums, worth, reasons):
    scheme, old = review.scheme, review.station.stars
    new = min(worth, sheets.step(old, scheme.max_step))
    if new < worth:
        reasons.append(_("Stars move by %(n)s a year at most.") % {"n": scheme.max_step})
    if new == Star.FIVE and (why := beyond_quota(review, sums.score)):
        reasons.append(why)
        new = Star.FOUR
    if new == old:
        return Proposal(sums.score, worth, old, StarMove.KEEP, (*reasons,))
    had_stars = review.station.star_records.filter(new_stars__gt=Star.NONE).exists()
    move = StarMove.PROMOTE if old or had_stars else StarMove.FIRST_AWARD
    return Proposal(sums.score, worth, new, move, (*reasons,))


def _fall(review, sums, worth, reasons, today):
    scheme, station, old = review.scheme, review.station, review.station.stars
    notice = station.rectifications.open().first()
    if notice and notice.until < today:
        words = {"issued": date_format(notice.issued_on), "until": date_format(notice.until)}
        reasons.append(
            _("The period of the notice of %(issued)s ended on %(until)s without improvement.") % words
        )
        new = max(worth, sheets.step(old, -scheme.max_step))
        if new > worth:
            reasons.append(_("Stars move by %(n)s a year at most.") % {"n": scheme.max_step})
        move = StarMove.DEMOTE if new else StarMove.REVOKE
        return Proposal(sums.score, worth, new, move, (*reasons,), ended=notice)
    if notice:
        reasons.append(
            _("Its stars stay: the notice to put it right runs until %(day)s.")
            % {"day": date_format(notice.until)}
        )
    elif _fell_already(station, scheme.year):
        reasons.append(_("It fell in this year already; stars move once a year."))
    else:
        reasons.append(
            _("Its stars stay; it gets a written notice and %(n)s months to put it right.")
            % {"n": scheme.rectify_months}
        )
        return Proposal(sums.score, worth, old, StarMove.KEEP, (*reasons,), needs_notice=True)
    return Proposal(sums.score, worth, old, StarMove.KEEP, (*reasons,))


def _fell_already(station, year):
    """A notice of this year's round was settled with a fall."""
    fallen = station.star_records.filter(year=year, move__in=[StarMove.DEMOTE, StarMove.REVOKE])
    return fallen.exists()


def _was_without(station, year):
    """The year before it had no stars either."""
    last = station.star_records.filter(year=year - 1).first()
    return last is not None and last.new_stars == Star.NONE


# Quota


def places_of_five(scheme) -> int | None:
    """How many stations of a round may have five stars; ``None`` without a quota."""
    if scheme.quota_five is None:
        return None
    return scheme.reviews.count() * scheme.quota_five // 100


def beyond_quota(review, score) -> str:
    """Why a station does not get one of the places, empty where it does.

    Who holds five stars and reaches the line keeps them and takes the first places; those left go in order of score, at
    equal scores to who comes first in the register.
    """
    scheme, station = review.scheme, review.station
    if (places := places_of_five(scheme)) is None:
        return ""
    reached = scheme.reviews.filter(score__gte=scheme.line_five, has_veto=False).exclude(pk=review.pk)
    keeping = reached.filter(station__stars=Star.FIVE).count()
    rising = reached.filter(station__stars=sheets.step(Star.FIVE, -1))
    if scheme.max_step > 1:
        rising = reached.exclude(station__stars=Star.FIVE)
    before = rising.filter(score__gt=score).count()
    ties = rising.filter(score=score).values_list("station__display_order", "station_id")
    before += sum(place < (station.display_order, station.pk) for place in ties)
    place = keeping + before + 1
    if place <= places:
        return ""
    return _(
        "Five stars are for %(quota)s %% of the stations at most, %(places)s places; in order of score it is no. %(place)s."
    ) % {"quota": scheme.quota_five, "places": places, "place": place}


def stations_to_merge_into(station):
    """Open ones of the same county, the station's own tree first in mind: it goes on as one of them."""
    county = station.area.code[:6]
    return Station.objects.open().inside(county).exclude(pk=station.pk)
