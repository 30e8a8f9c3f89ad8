"""What follows when every unit has replied: the ratings of the signers, handling again, publication, the archive."""

import datetime as dt

from common import clock

from ..models import Consultation, Publication, Rating, Solved, Verdict
from ..states import CommitmentState, SuggestionState
from . import letters, promises, words


def answer(chronicle, one, story, answering, written):
    """Everybody has replied; the signers are asked."""
    promised = [promises.promise(chronicle, letter, story) for letter in written if story.letter == "B"]
    for letter in written:
        letters.sign(chronicle, letter, story.replied, chronicle.people_of(letter.assignment.unit)[1])
    for promise in promised:
        chronicle.step(promise, "promise", story.replied)
    letters.classify(chronicle, one, chronicle.classes[story.letter], story.replied, str(written[0]))
    one.replied_on = story.replied
    one.in_time = all(story.replied <= part.due_on for part in answering)
    one.met = story.way in Consultation.FACE_TO_FACE
    chronicle.step(one, "answer", story.replied)
    _rate(chronicle, one, story, answering, 1, story.replied, story.rated)
    for promise in promised:
        promises.keep(chronicle, one, promise, story)
    if chronicle.past(story.published):
        one.publication = story.publication
        if story.publication == Publication.NONE:
            one.publication_reason = words.NOT_PUBLIC
        else:
            one.published_on = story.published
        if story.publication == Publication.SUMMARY:
            one.public_summary = words.SUMMARY.format(
                matter=one.title.removeprefix("关于").removesuffix("的建议")
            )
    if (
        one.state == SuggestionState.CONCLUDED
        and one.year < chronicle.today.year
        and all(p.state in (CommitmentState.FULFILLED, CommitmentState.FAILED) for p in promised)
        and chronicle.chance(0.8)
    ):
        day = max(one.concluded_on, dt.date(one.year, 12, 28))
        chronicle.step(one, "archive", min(day, chronicle.today), chronicle.office)


def _rate(chronicle, one, story, answering, round, asked, rated):
    """One round of ratings; the least satisfied speaks for all."""
    until = asked + chronicle.rating_days
    verdict = Verdict(story.verdicts[round - 1])
    signers = [story.mandate.deputy, *story.cosigners]
    lapsed = rated is None and until < chronicle.today
    for n, deputy in enumerate(signers):
        row = chronicle.add(Rating(suggestion=one, deputy=deputy, round=round, asked_on=asked, until=until))
        if lapsed:
            row.lapsed_on = until + clock.ONE_DAY
        elif chronicle.past(rated):
            said = verdict if n == 0 else Verdict.SATISFIED
            row.result, row.attitude = said, Verdict.BASICALLY if said == Verdict.DISSATISFIED else said
            row.solved = Solved.YES if story.letter == "A" else Solved.PARTLY
            if said == Verdict.DISSATISFIED:
                row.solved = Solved.NO
            row.words = chronicle.random.choice(words.WORDS[said])
            row.rated_at = chronicle.at(rated)
            if n == 0:
                one.verdict, one.attitude, one.solved = row.result, row.attitude, row.solved
                one.first_verdict = one.first_verdict or row.result
    if not lapsed and not chronicle.past(rated):
        return
    day = until + clock.ONE_DAY if lapsed else rated
    if not lapsed and verdict == Verdict.DISSATISFIED and round == 1:
        _again(chronicle, one, story, answering, day)
    else:
        chronicle.step(one, "conclude", day)
        one.concluded_on = day


def _again(chronicle, one, story, answering, day):
    one.round = 2
    chronicle.step(
        one, "rehandle", day, note="有附议代表表示不满意。" if story.cosigners else "领衔代表表示不满意。"
    )
    for part in answering:
        chronicle.step(part, "rehandle", day)
        part.round, part.months, part.assigned_on, part.ended_on = 2, 1, day, None
        part.due_on = one.due_on = chronicle.due(day, 1)
    if not chronicle.past(story.again):
        return
    for part in answering:
        letters.consult(chronicle, part, story, story.again - dt.timedelta(days=2))
        letters.sign(
            chronicle,
            letters.write(chronicle, part, story, story.again),
            story.again,
            chronicle.people_of(part.unit)[1],
        )
    chronicle.step(one, "answer", story.again)
    _rate(chronicle, one, story, answering, 2, story.again, story.rated_again)
