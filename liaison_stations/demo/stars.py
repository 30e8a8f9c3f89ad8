"""The stars of two years: last year's round, final with its rewards, and this year's on its way (D3.5)."""

import datetime as dt
from decimal import Decimal

from simple_history.utils import bulk_create_with_history

from common import clock

from .. import scoring, seeds
from ..models import (
    Criterion,
    Rectification,
    ReviewScore,
    Reward,
    Scheme,
    Star,
    StarMove,
    StarObjection,
    StarRecord,
    StarReview,
)
from . import words

RISEN, FALLEN = 7, 1  # of the city: from four to five, from four to three (D10.2)
# so many of those with three and four stars now had fewer the year before
ALSO_RISEN = {Star.FOUR: 9, Star.THREE: 6}
REVOKED = 2
LINES = {Star.FIVE: (91, 104), Star.FOUR: (80, 89), Star.THREE: (70, 79), Star.NONE: (0, 69)}
REWARDS = {  # yuan
    (Star.FIVE, StarMove.PROMOTE): 8000,
    (Star.FIVE, StarMove.KEEP): 5000,
    (Star.FOUR, StarMove.PROMOTE): 4000,
    (Star.FOUR, StarMove.KEEP): 2000,
    (Star.THREE, StarMove.FIRST_AWARD): 1000,
}
BEFORE = {Star.FIVE: Star.FOUR, Star.FOUR: Star.THREE, Star.THREE: Star.NONE}
STEPS = ("score", "review", "check", "decide", "publish", "finish")
FAR = (0, 0, 1, 0, 0, 2, 0, 1, 0, 3, 0, 0)  # this year; the station of who signs in has to score itself
DAY = clock.ONE_DAY


def build(chronicle, places):
    """The stars places have are those of last year's round; what they had before follows from how they moved."""
    moves = _moves(places)
    old = {pk: before for pk, (_move, before) in moves.items()}
    last, year = chronicle.last_round, chronicle.last_round.year
    earlier = [
        StarRecord(station=place.station, year=year - 1, new_stars=old[place.station.pk])
        for place in places
        if old[place.station.pk] is not None
    ]
    bulk_create_with_history(earlier, StarRecord, batch_size=500)
    scheme = _scheme(chronicle, year, last.opened)
    reviews = _last_round(chronicle, places, scheme, moves)
    _rectifications(chronicle, places, reviews)
    _this_round(chronicle, places)
    chronicle.store()
    _records(chronicle, reviews, scheme)


class Points:
    """The points of reviews: what the records give, and as much evidence as the stars of the station ask for."""

    def __init__(self, chronicle, places, scheme, day):
        criteria = list(scheme.criteria.all())
        self.chronicle = chronicle
        self.tallies = scoring.tallies([place.station for place in places], scheme.year, day)
        self.computed, self.evidence, self.bonus = (
            [criterion for criterion in criteria if criterion.source == source]
            for source in (Criterion.Source.COMPUTED, Criterion.Source.EVIDENCE, Criterion.Source.BONUS)
        )

    def give(self, review, stars) -> Decimal:
        """Write the points of each line; their sum."""
        counted = self.tallies[review.station_id]
        score = Decimal(0)
        for criterion in self.computed:
            points = counted[criterion.measure].points(criterion.points)
            self._add(review, criterion, computed=points)
            score += points
        low, high = LINES[stars]
        most = sum(criterion.points for criterion in self.evidence)
        least = max(low - score, Decimal(0))
        given = min(max(least, most - self.chronicle.random.randint(0, 4)), high - score, most)
        score += self._spread(review, self.evidence, max(given, Decimal(0)))
        if stars == Star.FIVE:  # what makes them known
            score += self._spread(review, self.bonus, Decimal(self.chronicle.random.choice((0, 2, 4))))
        return score

    def _spread(self, review, criteria, points) -> Decimal:
        """So many points over these lines, each full until they are used up."""
        left = points
        for criterion in criteria:
            part = min(criterion.points, left)
            self._add(review, criterion, self_points=part, note=words.EVIDENCE if part else "")
            left -= part
        return points - left

    def _add(self, review, criterion, **points):
        self.chronicle.add(ReviewScore(review=review, criterion=criterion, **points))


def _moves(places):
    """``{station: (move, stars before)}``."""
    moves, left = {}, {Star.FIVE: RISEN, **ALSO_RISEN}
    fallen, revoked = FALLEN, REVOKED
    for place in places:
        stars, pk = place.station.stars, place.station.pk
        if place.station.state == "merged":
            moves[pk] = StarMove.MERGE, Star.NONE
        elif stars == Star.THREE and fallen and place.is_of_area:
            moves[pk], fallen = (StarMove.DEMOTE, Star.FOUR), fallen - 1
        elif left.get(stars):
            left[stars] -= 1
            move = StarMove.FIRST_AWARD if stars == Star.THREE else StarMove.PROMOTE
            moves[pk] = move, BEFORE[stars]
        elif stars == Star.NONE and revoked and place.station.is_open:
            moves[pk], revoked = (StarMove.REVOKE, Star.THREE), revoked - 1
        else:
            moves[pk] = StarMove.KEEP, stars
    return moves


def _scheme(chronicle, year, opened):
    """The sheet of a year, with its rewards; this year's may be there, as reference data."""
    scheme = Scheme.objects.filter(year=year).first() or seeds.new_scheme(year, by=chronicle.office)
    scheme.opened_on = opened
    scheme.save()
    there = set(scheme.rewards.values_list("stars", "move"))
    rows = [
        Reward(scheme=scheme, stars=stars, move=move, amount=Decimal(amount))
        for (stars, move), amount in REWARDS.items()
        if (stars, move) not in there  # taken over from the sheet before
    ]
    bulk_create_with_history(rows, Reward)
    return scheme


def _last_round(chronicle, places, scheme, moves):
    last, reviews = chronicle.last_round, []
    points = Points(chronicle, places, scheme, dt.date(scheme.year, 12, 31))
    for place in places:
        move, before = moves[place.station.pk]
        review = chronicle.add(
            StarReview(
                scheme=scheme, station=place.station, old_stars=before, is_spot_checked=chronicle.chance(0.3)
            )
        )
        score = points.give(review, place.station.stars)
        days = (
            last.opened + 12 * DAY,
            last.opened + 25 * DAY,
            last.opened + 38 * DAY,
            last.decided,
            last.published,
            last.final,
        )
        for step, day in zip(STEPS, days, strict=True):
            _take(chronicle, place, review, step, day)
        review.new_stars, review.move, review.score = place.station.stars, move, score
        review.reason, review.merge_into = words.REASONS[move], place.station.merged_into
        review.published_on, review.objections_until = (
            last.published,
            chronicle.objections_until(last.published),
        )
        reviews.append(review)
    against = next(
        review for review in reviews if review.move == StarMove.KEEP and review.new_stars == Star.FOUR
    )
    chronicle.add(
        StarObjection(
            review=against,
            text=words.OBJECTION,
            by=chronicle.county,
            at=chronicle.at(last.published + 2 * DAY),
            answer=words.OBJECTION_ANSWER,
            answered_by=chronicle.office,
            answered_at=chronicle.at(last.published + 3 * DAY),
        )
    )
    return reviews


def _take(chronicle, place, review, step, day):
    by = {"score": place.by, "review": chronicle.approver_of(place), "check": chronicle.county}.get(
        step, chronicle.office
    )
    if step == "check" and not place.station.area.code.startswith("360502"):
        by = chronicle.office
    chronicle.step(review, step, min(chronicle.workday(day), chronicle.today), by)


def _records(chronicle, reviews, scheme):
    """The ledger of what was decided, and what it brought."""
    rewards = {(reward.stars, reward.move): reward.amount for reward in scheme.rewards.all()}
    last = chronicle.last_round
    rows = [
        StarRecord(
            station=review.station,
            review=review,
            year=last.year,
            score=review.score,
            old_stars=review.old_stars,
            new_stars=review.new_stars,
            move=review.move,
            reason=review.reason,
            reward_amount=rewards.get((review.new_stars, review.move)),
            decided_by=chronicle.office,
            decided_on=last.decided,
            published_on=last.published,
        )
        for review in reviews
    ]
    bulk_create_with_history(rows, StarRecord, batch_size=500)


def _rectifications(chronicle, places, reviews):
    """The notice before last year's demotion, and the one that is open."""
    fallen = next(review for review in reviews if review.move == StarMove.DEMOTE)
    open_one = next(place.station for place in places if place.station.state == "rectifying")
    issued = dt.date(chronicle.last_round.year, 8, 4)
    rows = [
        Rectification(
            station=fallen.station,
            issued_on=issued,
            until=clock.add_months(issued, 3),
            faults=words.DEMOTED_FAULTS,
            outcome=Rectification.Outcome.FAILED,
            checked_on=clock.add_months(issued, 3) + DAY,
            findings=words.NOT_IMPROVED,
            by=chronicle.office,
        ),
        Rectification(
            station=open_one,
            issued_on=open_one.state_since,
            until=clock.add_months(open_one.state_since, 3),
            faults=words.FAULTS,
            by=chronicle.office,
        ),
    ]
    bulk_create_with_history(rows, Rectification)


def _this_round(chronicle, places):
    """Opened three weeks ago: most stations score themselves, others are with township, county or city."""
    opened = chronicle.workday(max(dt.date(chronicle.today.year, 1, 1), chronicle.today - 21 * DAY))
    opened = min(opened, chronicle.today)
    scheme = _scheme(chronicle, chronicle.today.year, opened)
    there = [place for place in places if place.station.is_open]
    far = [FAR[n % len(FAR)] for n in range(len(there))]  # so many of the first steps of each
    points = Points(
        chronicle, [place for place, steps in zip(there, far, strict=True) if steps], scheme, chronicle.today
    )
    for place, steps in zip(there, far, strict=True):
        review = chronicle.add(
            StarReview(scheme=scheme, station=place.station, old_stars=place.station.stars)
        )
        if steps:
            review.score = points.give(review, place.station.stars)
        for nth, step in enumerate(STEPS[:steps]):
            _take(chronicle, place, review, step, opened + DAY * (5 + 5 * nth))
