"""A story told up to today: put forward, registered, given to units, and what these do until they write."""

import datetime as dt

from ..models import ANSWERING, Assignment, CoSignature, Extension, Part, Publication, Suggestion, Urging
from ..states import AssignmentState
from . import letters, ratings, words


def tell(chronicle, story):
    """One story up to today."""
    chronicle.seconds = chronicle.random.randrange(20_000)
    matter, lead = story.matter, story.mandate.deputy
    one = chronicle.add(
        Suggestion(
            lead=lead,
            title=matter.title.format(place=story.place),
            facts=matter.facts.format(place=story.place),
            reasons=matter.reasons.format(place=story.place),
            request=matter.request.format(place=story.place),
            category=chronicle.categories[matter.category],
            committee=chronicle.categories[matter.category].committee,
            delegation=story.mandate.delegation,
            origin=Suggestion.Origin.SESSION if story.session else Suggestion.Origin.BETWEEN,
            session=story.session,
            year=(story.session.starts_on if story.session else story.submitted).year,
            wish=Publication.SUMMARY if story.publication == Publication.SUMMARY else Publication.FULL,
            began_at=chronicle.at(story.submitted - dt.timedelta(days=6)),
        )
    )
    for deputy in story.cosigners:
        moment = chronicle.at(story.submitted - dt.timedelta(days=1))
        signed = {"state": "agreed", "text_version": 1, "asked_at": moment, "answered_at": moment}
        chronicle.add(CoSignature(suggestion=one, deputy=deputy, **signed))
    chronicle.step(one, "submit", story.submitted, lead.user)
    one.submitted_at = chronicle.at(story.submitted)
    if not chronicle.past(story.registered):
        return one
    if story.ending in ("send_back", "reject", "refer"):
        _turn_down(chronicle, one, story)
        return one
    chronicle.step(one, "register", story.registered, chronicle.office)
    one.number, one.registered_at = story.number, chronicle.at(story.registered)
    if story.ending == "withdraw":
        chronicle.step(one, "withdraw", story.registered, lead.user, chronicle.random.choice(words.WITHDRAWN))
    elif chronicle.past(story.assigned):
        _assign(chronicle, one, story)
    return one


def _turn_down(chronicle, one, story):
    note = chronicle.random.choice(words.RETURNED)
    if story.ending == "reject":
        one.rejection, note = chronicle.random.choice(words.NOT_ACCEPTED)
    elif story.ending == "refer":
        note = words.REFERRED
    chronicle.step(one, story.ending, story.registered, chronicle.office, note)


def _assign(chronicle, one, story):
    chronicle.step(one, "assign", story.assigned, chronicle.office)
    one.assigned_on = story.assigned
    first, *others = (chronicle.units[name] for name in story.matter.units)
    separate = story.separate and others
    parts = [_part(chronicle, one, first, Part.SEPARATE if separate else Part.LEAD, story.assigned)]
    parts += [
        _part(chronicle, one, unit, Part.SEPARATE if separate else Part.CO, story.assigned) for unit in others
    ]
    for part in list(parts):
        if chronicle.past(story.handed_back) and part is parts[-1] and others:
            parts += _hand_back(chronicle, part, story)
        elif chronicle.past(story.signed):
            _sign(chronicle, part, story.signed)
    answering = [part for part in parts if part.part in ANSWERING and part.state != AssignmentState.RELIEVED]
    if chronicle.past(story.extended):
        _extend(chronicle, answering[0], story)
    one.due_on = max(part.due_on for part in answering)
    if all(part.state == AssignmentState.HANDLING for part in answering):
        chronicle.step(one, "begin", story.signed)
        _handle(chronicle, one, story, parts, answering)


def _part(chronicle, one, unit, part, day):
    months = 3 if part in ANSWERING else 1
    return chronicle.add(
        Assignment(
            suggestion=one,
            unit=unit,
            part=part,
            assigned_on=day,
            months=months,
            due_on=chronicle.due(day, months),
        )
    )


def _sign(chronicle, part, day):
    chronicle.step(part, "sign", day, chronicle.people_of(part.unit)[0])
    part.signed_at = chronicle.at(day)


def _hand_back(chronicle, part, story):
    """Another unit takes its part three days later."""
    other = chronicle.units[chronicle.random.choice(("市城管局", "市自然资源局", "市交通局", "市司法局"))]
    if str(other) in story.matter.units:
        other = chronicle.units["市信访局"]
    part.proposed_unit = other
    note = chronicle.random.choice(words.HANDED_BACK).format(unit=other)
    chronicle.step(part, "hand_back", story.handed_back, chronicle.people_of(part.unit)[0], note)
    replaced = chronicle.workday(story.handed_back + dt.timedelta(days=3))
    if not chronicle.past(replaced):
        return []
    chronicle.step(part, "replace", replaced, chronicle.office, f"改由{other}承办。")
    part.ended_on = replaced
    given = _part(chronicle, part.suggestion, other, part.part, replaced)
    if chronicle.past(replaced + dt.timedelta(days=2)):
        _sign(chronicle, given, replaced + dt.timedelta(days=2))
    return [given]


def _extend(chronicle, part, story):
    officer = chronicle.people_of(part.unit)[0]
    after = chronicle.due(part.assigned_on, 6)
    asked = chronicle.add(
        Extension(
            assignment=part,
            reason=chronicle.random.choice(words.HARD),
            due_before=part.due_on,
            due_after=after,
            asked_at=chronicle.at(story.extended),
            by=officer,
        )
    )
    decided = chronicle.workday(story.extended + dt.timedelta(days=3))
    if chronicle.past(decided):
        chronicle.step(asked, "grant", decided, chronicle.office)
        asked.decided_at = chronicle.at(decided)
        part.months, part.due_on = 6, after


def _handle(chronicle, one, story, parts, answering):
    for part in parts:
        if part.part == Part.CO and part.state == AssignmentState.HANDLING and chronicle.past(story.opinion):
            letters.opine(chronicle, part, story)
    if chronicle.past(story.consulted):
        for part in answering:
            letters.consult(chronicle, part, story, story.consulted)
    for part in answering:
        if not chronicle.past(story.replied) and part.due_on < chronicle.today and chronicle.chance(0.7):
            _urge(chronicle, part)
    if chronicle.past(story.presented) or chronicle.past(story.replied):
        written = [
            letters.write(chronicle, part, story, story.presented or story.replied) for part in answering
        ]
        if chronicle.past(story.replied):
            ratings.answer(chronicle, one, story, answering, written)


def _urge(chronicle, part):
    chronicle.add(
        Urging(
            assignment=part,
            words=chronicle.random.choice(words.URGED),
            on=min(part.due_on + dt.timedelta(days=2), chronicle.today),
            by=chronicle.office,
        )
    )
