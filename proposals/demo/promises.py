"""What units promise, and what became of it."""

import datetime as dt

from ..models import Commitment, Progress
from ..states import SuggestionState
from . import letters, words


def promise(chronicle, letter, story):
    day = chronicle.workday(story.replied + dt.timedelta(days=story.promise_days))
    part = letter.assignment
    return chronicle.add(
        Commitment(
            suggestion=part.suggestion,
            assignment=part,
            reply=letter,
            unit=part.unit,
            text=story.matter.promise.format(place=story.place),
            leader=f"分管副局长{chronicle.person()}",
            due_on=day,
            first_due_on=day,
        )
    )


def keep(chronicle, one, promise, story):
    """What became of a promise: kept, after it slipped, too late, not at all, or nobody reports."""
    officer, days = chronicle.people_of(promise.unit)[0], dt.timedelta(days=story.promise_days)
    halfway = story.replied + days / 2
    if chronicle.past(halfway):
        _report(chronicle, promise, "前期手续已办结，正在施工。", halfway, officer)
    if story.fate == "slipped" and chronicle.past(promise.due_on - dt.timedelta(days=5)):
        later = chronicle.workday(promise.due_on + dt.timedelta(days=45))
        told = promise.due_on - dt.timedelta(days=5)
        _report(chronicle, promise, chronicle.random.choice(words.PUT_OFF), told, officer, put_off_to=later)
        promise.due_on, promise.slips = later, 1
    if story.fate == "failed" and chronicle.past(promise.due_on + dt.timedelta(days=20)):
        chronicle.step(
            promise,
            "fail",
            promise.due_on + dt.timedelta(days=20),
            chronicle.office,
            chronicle.random.choice(words.NOT_KEPT),
        )
    if story.fate in ("failed", "forgotten"):
        return
    done = promise.due_on + dt.timedelta(days=25 if story.fate == "late" else -6)
    if not chronicle.past(done):
        return
    chronicle.step(promise, "report", done, officer, "已全部完成，请代表现场查看。")
    promise.done_on = done
    _report(chronicle, promise, "已全部完成，请代表现场查看。", done, officer)
    seen = done + dt.timedelta(days=9)
    if (
        story.fate == "reported"
        or not chronicle.past(seen)
        or one.state not in (SuggestionState.REPLIED, SuggestionState.CONCLUDED)
    ):
        return
    deputy = story.mandate.deputy
    chronicle.step(promise, "verify", seen, deputy.user, "现场查看，已按承诺完成。")
    promise.verified_by, promise.verified_on = deputy, seen
    letters.classify(chronicle, one, chronicle.classes["A"], seen, "承诺事项全部兑现并经代表核实。")


def _report(chronicle, promise, text, day, officer, put_off_to=None):
    chronicle.add(
        Progress(commitment=promise, text=text, put_off_to=put_off_to, at=chronicle.at(day), by=officer)
    )
