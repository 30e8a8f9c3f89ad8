"""The suggestions of the demonstration: two years before today, in every state, each with the history it would have.

Days are counted from today, so that everybody who signs in finds something to do whenever it is built. A
:class:`Story` says on which day what happened; :class:`Chronicle` writes what the actions would have written by then,
by the same table of moves, but in bulk. What is of today (drafts, requests) is done by the actions themselves.
"""

import datetime as dt
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.demo import CITY
from accounts.models import Area, Unit, User
from common import clock, preferences
from deputies.demo import TOWNS, Roll
from deputies.models import Committee, Deputy, Mandate, Session

from . import demo_words as words
from .actions import commitments, keyitems, review, suggestions, topics
from .models import (
    ANSWERING,
    Assignment,
    AssignmentChange,
    Category,
    ClassStep,
    Commitment,
    CommitmentChange,
    Consultation,
    CoSignature,
    Extension,
    ExtensionChange,
    Part,
    Progress,
    Publication,
    Rating,
    Reply,
    ReplyChange,
    ReplyClass,
    Solved,
    Suggestion,
    SuggestionChange,
    Topic,
    Urging,
    Verdict,
)
from .states import AssignmentState, CommitmentState, SuggestionState

SUGGESTIONS = 500
CHUNK = 2000  # stories written at a time
YEARS = dt.timedelta(days=730)
CATEGORIES = {
    "财政经济": "财政经济委员会",
    "农业农村": "农业与农村委员会",
    "城建环资": "环境与资源保护委员会",
    "教科文卫": "教育科学文化卫生委员会",
    "监察司法": "监察和司法委员会",
    "社会建设": "社会建设委员会",
    "其他": "代表工作委员会",
}
CHANGES = {
    Suggestion: SuggestionChange,
    Assignment: AssignmentChange,
    Extension: ExtensionChange,
    Reply: ReplyChange,
    Commitment: CommitmentChange,
}
ORDER = (Suggestion, SuggestionChange, CoSignature, Assignment, AssignmentChange, Extension, ExtensionChange, Consultation, Consultation.deputies.through, Urging, Reply, ReplyChange, ClassStep, Rating, Commitment, CommitmentChange, Progress)  # fmt: skip
TOLD_MOMENTS = (Suggestion, SuggestionChange, AssignmentChange, ExtensionChange, ReplyChange, CommitmentChange, Extension, Consultation, Reply, ClassStep, Progress)  # fmt: skip
OURS = "市住建局"  # the unit that signs in
TODAY = (20, 22, 18)  # the matters of what is begun today


def build(random, scale: int) -> None:
    committees = {
        committee.unit.short_name: committee for committee in Committee.objects.select_related("unit")
    }
    for category in Category.objects.all():
        category.committee = committees[CATEGORIES[category.name]]
        category.save()
    chronicle = Chronicle(random)
    stories = _stories(chronicle, SUGGESTIONS * scale - len(TODAY))
    for start in range(0, len(stories), CHUNK):
        for story in stories[start : start + CHUNK]:
            chronicle.tell(story)
        chronicle.store()
    _topics(chronicle)
    _groups_and_key_items(chronicle)
    _today(chronicle)


@dataclass
class Story:
    """Who put forward what, and on which day what happened; what is still to come has a day after today, or none."""

    matter: words.Matter
    place: str
    mandate: Mandate
    submitted: dt.date
    session: Session | None = None
    cosigners: list = field(default_factory=list)
    ending: str = ""  # send_back, reject, refer, withdraw
    registered: dt.date | None = None
    assigned: dt.date | None = None
    separate: bool = False
    signed: dt.date | None = None
    handed_back: dt.date | None = None
    opinion: dt.date | None = None
    consulted: dt.date | None = None
    way: str = "visit"
    extended: dt.date | None = None
    presented: dt.date | None = None
    replied: dt.date | None = None
    letter: str = "A"
    rated: dt.date | None = None
    verdicts: tuple = ("satisfied", "satisfied")  # of the first and the second round
    again: dt.date | None = None
    rated_again: dt.date | None = None
    publication: str = ""
    published: dt.date | None = None
    promise_days: int = 0  # after the reply
    fate: str = "kept"  # of the promise: kept, slipped, late, failed, forgotten, reported
    number: int = 0


class Chronicle:
    """Turns stories into rows, held until :meth:`store` writes them all at once."""

    def __init__(self, random):
        self.random, self.today, self.now = random, clock.today(), timezone.now()
        self.zone = timezone.get_default_timezone()
        self.office = User.objects.get(username="office")
        self.officer, self.signer = (User.objects.get(username=name) for name in ("unit", "signer"))
        self.mandates = list(
            Mandate.objects.sitting()
            .filter(term__area__code=CITY)
            .select_related("deputy__user", "delegation", "area")
            .order_by("pk")
        )
        self.places = [str(a) for a in Area.objects.inside(CITY).filter(kind__in=TOWNS).order_by("code")]
        self.categories = {c.name: c for c in Category.objects.select_related("committee")}
        self.units = {str(unit): unit for unit in Unit.objects.all()}
        self.classes = {c.code: c for c in ReplyClass.objects.in_force()}
        self.names = Roll(random, {})
        self.calendar, self.dues = clock.WorkCalendar(), {}
        self.rating_days = dt.timedelta(days=preferences.get("suggestion.feedback_days"))
        self.rows = defaultdict(list)
        self.seconds = 0

    # Rows

    def store(self):
        with _told_moments():
            for model in ORDER:
                model.objects.bulk_create(self.rows.pop(model, ()), batch_size=500)

    def add(self, row):
        self.rows[type(row)].append(row)
        return row

    def step(self, record, move, day, by=None, note=""):
        """The move of this name, and the line it leaves in the history."""
        arrow = record.MOVES[move]
        if record.state not in arrow.sources:
            raise ValueError(f"{move} from {record.state}")
        change = CHANGES[type(record)](
            record=record, move=move, before=record.state, after=arrow.target, by=by, note=note
        )
        change.at = self.at(day)
        self.add(change)
        record.state = arrow.target

    def at(self, day):
        """A moment of office hours, later than the one before on the same day, never one to come."""
        self.seconds = (self.seconds + 7) % 25_000
        moment = dt.datetime.combine(day, dt.time(9), tzinfo=self.zone) + dt.timedelta(seconds=self.seconds)
        return min(moment, self.now)

    def past(self, day):
        return day is not None and day <= self.today

    def due(self, start, months):
        if (start, months) not in self.dues:
            self.dues[start, months] = clock.Deadline.in_months(start, months, calendar=self.calendar).due
        return self.dues[start, months]

    def workday(self, day):
        return clock.roll_forward(day, self.calendar)

    def chance(self, share):
        return self.random.random() < share

    def people_of(self, unit):
        """Officer and signer of the unit that signs in; of others the demonstration knows nobody."""
        return (self.officer, self.signer) if str(unit) == OURS else (None, None)

    def person(self):
        return self.names.name(self.random.choice(Deputy.Sex.values))[0]

    # What happened

    def tell(self, story):
        """One story up to today."""
        self.seconds = self.random.randrange(20_000)
        matter, lead = story.matter, story.mandate.deputy
        one = self.add(
            Suggestion(
                lead=lead,
                title=matter.title.format(place=story.place),
                facts=matter.facts.format(place=story.place),
                reasons=matter.reasons.format(place=story.place),
                request=matter.request.format(place=story.place),
                category=self.categories[matter.category],
                committee=self.categories[matter.category].committee,
                delegation=story.mandate.delegation,
                origin=Suggestion.Origin.SESSION if story.session else Suggestion.Origin.BETWEEN,
                session=story.session,
                year=(story.session.starts_on if story.session else story.submitted).year,
                wish=Publication.SUMMARY if story.publication == Publication.SUMMARY else Publication.FULL,
                began_at=self.at(story.submitted - dt.timedelta(days=6)),
            )
        )
        for deputy in story.cosigners:
            moment = self.at(story.submitted - dt.timedelta(days=1))
            signed = {"state": "agreed", "text_version": 1, "asked_at": moment, "answered_at": moment}
            self.add(CoSignature(suggestion=one, deputy=deputy, **signed))
        self.step(one, "submit", story.submitted, lead.user)
        one.submitted_at = self.at(story.submitted)
        if not self.past(story.registered):
            return one
        if story.ending in ("send_back", "reject", "refer"):
            self._turn_down(one, story)
            return one
        self.step(one, "register", story.registered, self.office)
        one.number, one.registered_at = story.number, self.at(story.registered)
        if story.ending == "withdraw":
            self.step(one, "withdraw", story.registered, lead.user, self.random.choice(words.WITHDRAWN))
        elif self.past(story.assigned):
            self._assign(one, story)
        return one

    def _turn_down(self, one, story):
        note = self.random.choice(words.RETURNED)
        if story.ending == "reject":
            one.rejection, note = self.random.choice(words.NOT_ACCEPTED)
        elif story.ending == "refer":
            note = words.REFERRED
        self.step(one, story.ending, story.registered, self.office, note)

    def _assign(self, one, story):
        self.step(one, "assign", story.assigned, self.office)
        one.assigned_on = story.assigned
        first, *others = (self.units[name] for name in story.matter.units)
        separate = story.separate and others
        parts = [self._part(one, first, Part.SEPARATE if separate else Part.LEAD, story.assigned)]
        parts += [
            self._part(one, unit, Part.SEPARATE if separate else Part.CO, story.assigned) for unit in others
        ]
        for part in list(parts):
            if self.past(story.handed_back) and part is parts[-1] and others:
                parts += self._hand_back(part, story)
            elif self.past(story.signed):
                self._sign(part, story.signed)
        answering = [
            part for part in parts if part.part in ANSWERING and part.state != AssignmentState.RELIEVED
        ]
        if self.past(story.extended):
            self._extend(answering[0], story)
        one.due_on = max(part.due_on for part in answering)
        if all(part.state == AssignmentState.HANDLING for part in answering):
            self.step(one, "begin", story.signed)
            self._handle(one, story, parts, answering)

    def _part(self, one, unit, part, day):
        months = 3 if part in ANSWERING else 1
        return self.add(
            Assignment(
                suggestion=one,
                unit=unit,
                part=part,
                assigned_on=day,
                months=months,
                due_on=self.due(day, months),
            )
        )

    def _sign(self, part, day):
        self.step(part, "sign", day, self.people_of(part.unit)[0])
        part.signed_at = self.at(day)

    def _hand_back(self, part, story):
        """Another unit takes its part three days later."""
        other = self.units[self.random.choice(("市城管局", "市自然资源局", "市交通局", "市司法局"))]
        if str(other) in story.matter.units:
            other = self.units["市信访局"]
        part.proposed_unit = other
        note = self.random.choice(words.HANDED_BACK).format(unit=other)
        self.step(part, "hand_back", story.handed_back, self.people_of(part.unit)[0], note)
        replaced = self.workday(story.handed_back + dt.timedelta(days=3))
        if not self.past(replaced):
            return []
        self.step(part, "replace", replaced, self.office, f"改由{other}承办。")
        part.ended_on = replaced
        given = self._part(part.suggestion, other, part.part, replaced)
        if self.past(replaced + dt.timedelta(days=2)):
            self._sign(given, replaced + dt.timedelta(days=2))
        return [given]

    def _extend(self, part, story):
        officer = self.people_of(part.unit)[0]
        after = self.due(part.assigned_on, 6)
        asked = self.add(
            Extension(
                assignment=part,
                reason=self.random.choice(words.HARD),
                due_before=part.due_on,
                due_after=after,
                asked_at=self.at(story.extended),
                by=officer,
            )
        )
        decided = self.workday(story.extended + dt.timedelta(days=3))
        if self.past(decided):
            self.step(asked, "grant", decided, self.office)
            asked.decided_at = self.at(decided)
            part.months, part.due_on = 6, after

    def _handle(self, one, story, parts, answering):
        for part in parts:
            if part.part == Part.CO and part.state == AssignmentState.HANDLING and self.past(story.opinion):
                self._opine(part, story)
        if self.past(story.consulted):
            for part in answering:
                self._consult(part, story, story.consulted)
        for part in answering:
            if not self.past(story.replied) and part.due_on < self.today and self.chance(0.7):
                self._urge(part)
        if self.past(story.presented) or self.past(story.replied):
            letters = [self._write(part, story, story.presented or story.replied) for part in answering]
            if self.past(story.replied):
                self._answer(one, story, answering, letters)

    def _urge(self, part):
        self.add(
            Urging(
                assignment=part,
                words=self.random.choice(words.URGED),
                on=min(part.due_on + dt.timedelta(days=2), self.today),
                by=self.office,
            )
        )

    def _opine(self, part, story):
        officer, signer = self.people_of(part.unit)
        reply = self.add(
            Reply(
                assignment=part,
                kind=Reply.Kind.OPINION,
                text=f"我单位同意就{story.place}此事配合主办单位办理，涉及本单位的事项将优先安排。",
                written_by=officer,
                written_at=self.at(story.opinion),
            )
        )
        self.step(reply, "present", story.opinion, officer)
        self.step(part, "present", story.opinion, officer)
        self._sign_letter(reply, story.opinion, signer)

    def _sign_letter(self, reply, day, signer):
        self.step(reply, "sign", day, signer)
        reply.signed_by, reply.signed_on, reply.signed_as = signer, day, reply.assignment.unit.name
        self.step(reply.assignment, "reply", day, signer)
        reply.assignment.ended_on = day

    def _consult(self, part, story, day):
        talk = self.add(
            Consultation(
                assignment=part,
                round=part.round,
                on=day,
                way=story.way,
                rank=self.random.choice(Consultation.Rank.values),
                people=self.random.choice(words.PEOPLE).format(name=self.person()),
                place=f"{story.place}现场" if story.way in Consultation.FACE_TO_FACE else "",
                said=self.random.choice(words.WISHES),
                by=self.people_of(part.unit)[0],
                at=self.at(day),
            )
        )
        through = Consultation.deputies.through
        for deputy in (story.mandate.deputy, *story.cosigners[:1]):
            self.add(through(consultation=talk, deputy=deputy))

    def _write(self, part, story, day):
        """The letter, sent to the signer."""
        officer, _signer = self.people_of(part.unit)
        place, matter = story.place, story.matter
        told = {
            "A": matter.done,
            "B": f"{matter.done}下一步，我单位将{matter.promise}。",
            "C": matter.obstacle,
            "D": "您的意见对我们改进工作很有参考价值，我们将在今后工作中认真研究吸收。",
        }[story.letter].format(place=place)
        reply = self.add(
            Reply(
                assignment=part,
                round=part.round,
                reply_class=self.classes[story.letter],
                adoption={"A": "adopted", "B": "adopted", "C": "explained", "D": "partly"}[story.letter],
                document_no=f"余府提〔{day.year}〕{1000 * part.round + story.number}号",
                text=told,
                contact_person=self.person(),
                contact_phone=f"0790-6{self.random.randrange(400_000, 500_000)}",
                written_by=officer,
                written_at=self.at(day),
            )
        )
        self.step(reply, "present", day, officer)
        self.step(part, "present", day, officer)
        return reply

    def _answer(self, one, story, answering, letters):
        """Everybody has replied; the signers are asked."""
        promised = [self._promise(letter, story) for letter in letters if story.letter == "B"]
        for letter in letters:
            self._sign_letter(letter, story.replied, self.people_of(letter.assignment.unit)[1])
        for promise in promised:
            self.step(promise, "promise", story.replied)
        self._class(one, self.classes[story.letter], story.replied, str(letters[0]))
        one.replied_on = story.replied
        one.in_time = all(story.replied <= part.due_on for part in answering)
        one.met = story.way in Consultation.FACE_TO_FACE
        self.step(one, "answer", story.replied)
        self._rate(one, story, answering, 1, story.replied, story.rated)
        for promise in promised:
            self._keep(one, promise, story)
        if self.past(story.published):
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
            and one.year < self.today.year
            and all(p.state in (CommitmentState.FULFILLED, CommitmentState.FAILED) for p in promised)
            and self.chance(0.8)
        ):
            day = max(one.concluded_on, dt.date(one.year, 12, 28))
            self.step(one, "archive", min(day, self.today), self.office)

    def _class(self, one, letter, day, reason):
        self.add(
            ClassStep(suggestion=one, before=one.reply_class, after=letter, reason=reason, at=self.at(day))
        )
        one.reply_class, one.meaning = letter, letter.meaning

    def _rate(self, one, story, answering, round, asked, rated):
        """One round of ratings; the least satisfied speaks for all."""
        until = asked + self.rating_days
        verdict = Verdict(story.verdicts[round - 1])
        signers = [story.mandate.deputy, *story.cosigners]
        lapsed = rated is None and until < self.today
        for n, deputy in enumerate(signers):
            row = self.add(Rating(suggestion=one, deputy=deputy, round=round, asked_on=asked, until=until))
            if lapsed:
                row.lapsed_on = until + clock.ONE_DAY
            elif self.past(rated):
                said = verdict if n == 0 else Verdict.SATISFIED
                row.result, row.attitude = said, Verdict.BASICALLY if said == Verdict.DISSATISFIED else said
                row.solved = Solved.YES if story.letter == "A" else Solved.PARTLY
                if said == Verdict.DISSATISFIED:
                    row.solved = Solved.NO
                row.words = self.random.choice(words.WORDS[said])
                row.rated_at = self.at(rated)
                if n == 0:
                    one.verdict, one.attitude, one.solved = row.result, row.attitude, row.solved
                    one.first_verdict = one.first_verdict or row.result
        if not lapsed and not self.past(rated):
            return
        day = until + clock.ONE_DAY if lapsed else rated
        if not lapsed and verdict == Verdict.DISSATISFIED and round == 1:
            self._again(one, story, answering, day)
        else:
            self.step(one, "conclude", day)
            one.concluded_on = day

    def _again(self, one, story, answering, day):
        one.round = 2
        self.step(
            one, "rehandle", day, note="有附议代表表示不满意。" if story.cosigners else "领衔代表表示不满意。"
        )
        for part in answering:
            self.step(part, "rehandle", day)
            part.round, part.months, part.assigned_on, part.ended_on = 2, 1, day, None
            part.due_on = one.due_on = self.due(day, 1)
        if not self.past(story.again):
            return
        for part in answering:
            self._consult(part, story, story.again - dt.timedelta(days=2))
            self._sign_letter(
                self._write(part, story, story.again), story.again, self.people_of(part.unit)[1]
            )
        self.step(one, "answer", story.again)
        self._rate(one, story, answering, 2, story.again, story.rated_again)

    def _promise(self, letter, story):
        day = self.workday(story.replied + dt.timedelta(days=story.promise_days))
        part = letter.assignment
        return self.add(
            Commitment(
                suggestion=part.suggestion,
                assignment=part,
                reply=letter,
                unit=part.unit,
                text=story.matter.promise.format(place=story.place),
                leader=f"分管副局长{self.person()}",
                due_on=day,
                first_due_on=day,
            )
        )

    def _keep(self, one, promise, story):
        """What became of a promise: kept, after it slipped, too late, not at all, or nobody reports."""
        officer, days = self.people_of(promise.unit)[0], dt.timedelta(days=story.promise_days)
        halfway = story.replied + days / 2
        if self.past(halfway):
            self._report(promise, "前期手续已办结，正在施工。", halfway, officer)
        if story.fate == "slipped" and self.past(promise.due_on - dt.timedelta(days=5)):
            later = self.workday(promise.due_on + dt.timedelta(days=45))
            told = promise.due_on - dt.timedelta(days=5)
            self._report(promise, self.random.choice(words.PUT_OFF), told, officer, put_off_to=later)
            promise.due_on, promise.slips = later, 1
        if story.fate == "failed" and self.past(promise.due_on + dt.timedelta(days=20)):
            self.step(
                promise,
                "fail",
                promise.due_on + dt.timedelta(days=20),
                self.office,
                self.random.choice(words.NOT_KEPT),
            )
        if story.fate in ("failed", "forgotten"):
            return
        done = promise.due_on + dt.timedelta(days=25 if story.fate == "late" else -6)
        if not self.past(done):
            return
        self.step(promise, "report", done, officer, "已全部完成，请代表现场查看。")
        promise.done_on = done
        self._report(promise, "已全部完成，请代表现场查看。", done, officer)
        seen = done + dt.timedelta(days=9)
        if (
            story.fate == "reported"
            or not self.past(seen)
            or one.state not in (SuggestionState.REPLIED, SuggestionState.CONCLUDED)
        ):
            return
        deputy = story.mandate.deputy
        self.step(promise, "verify", seen, deputy.user, "现场查看，已按承诺完成。")
        promise.verified_by, promise.verified_on = deputy, seen
        self._class(one, self.classes["A"], seen, "承诺事项全部兑现并经代表核实。")

    def _report(self, promise, text, day, officer, put_off_to=None):
        self.add(Progress(commitment=promise, text=text, put_off_to=put_off_to, at=self.at(day), by=officer))


@contextmanager
def _told_moments():
    """Let rows keep the moments their stories tell, where the database would write now."""
    told = [
        f for model in TOLD_MOMENTS for f in model._meta.concrete_fields if getattr(f, "auto_now_add", False)
    ]
    for column in told:
        column.auto_now_add = False
    try:
        yield
    finally:
        for column in told:
            column.auto_now_add = True


# Which stories


def _stories(chronicle, total):
    """Seven of ten at the last two sessions, the others on the days of two years; numbered in their order."""
    random, today = chronicle.random, chronicle.today
    sessions = list(Session.objects.filter(term__area__code=CITY, ends_on__lt=today)[:2])
    stories = _for_the_sign_ins(chronicle)
    while len(stories) < total:
        n = len(stories)
        if n % 10 < 7:
            session = sessions[n % len(sessions)]
            day = session.starts_on + dt.timedelta(days=random.randrange(3))
        else:
            session, day = None, chronicle.workday(today - YEARS * random.random() ** 2)  # more of late
        stories.append(_by_chance(chronicle, n, session, min(day, today)))
    numbers = defaultdict(int)
    for story in sorted(stories, key=lambda story: story.submitted):
        if story.registered and story.ending not in ("send_back", "reject", "refer"):
            place = story.session or story.submitted.year
            numbers[place] += 1
            story.number = numbers[place]
    return stories


def _by_chance(chronicle, n, session, day):
    """A life as most are: three months, a talk, a reply, a rating; some go other ways."""
    random, chance = chronicle.random, chronicle.chance
    matter, place = (
        words.MATTERS[n % len(words.MATTERS)],
        chronicle.places[n * 7 // 3 % len(chronicle.places)],
    )
    mandate = random.choice(chronicle.mandates)

    def after(start, first, last):
        return chronicle.workday(start + dt.timedelta(days=random.randint(first, last)))

    registered = after(day, 1, 3)
    if session:  # given to the units together, seven weeks after the session
        assigned = chronicle.workday(session.ends_on + dt.timedelta(days=50))
    else:
        assigned = after(registered, 1, 5)
    signed = after(assigned, 1, 5)
    consulted = after(signed, 15, 50)
    slow, hard = chance(0.07), chance(0.06)
    replied = after(consulted, 5, 30) if not (slow or hard) else after(assigned, 95, 170)
    rated = after(replied, 1, 13) if chance(0.9) else None
    again = after(rated or replied, 14, 28)
    return Story(
        matter=matter,
        place=place,
        mandate=mandate,
        submitted=day,
        session=session,
        cosigners=_some(random, chronicle.mandates, mandate, random.choice((0, 0, 1, 1, 2, 3, 5))),
        ending=random.choices(("", "send_back", "reject", "refer", "withdraw"), (90, 1, 4, 2, 3))[0],
        registered=registered,
        assigned=assigned,
        separate=chance(0.06),
        signed=signed,
        handed_back=after(assigned, 2, 6) if chance(0.06) else None,
        opinion=after(signed, 10, 22),
        consulted=consulted,
        way=random.choices(("visit", "meeting", "site", "phone", "writing"), (30, 30, 25, 13, 2))[0],
        extended=after(assigned, 50, 80) if hard else None,
        replied=replied,
        letter=random.choices("ABCD", (46, 36, 14, 4))[0],
        rated=rated,
        verdicts=(
            random.choices(Verdict.values, (68, 23, 9))[0],
            random.choices(Verdict.values, (50, 38, 12))[0],
        ),
        again=again,
        rated_again=after(again, 1, 12) if chance(0.9) else None,
        publication=random.choices(Publication.values, (75, 17, 8))[0],
        published=after(replied, 6, 27),
        promise_days=random.choice((60, 90, 120, 150, 200)),
        fate=random.choices(
            ("kept", "slipped", "late", "failed", "forgotten", "reported"), (50, 18, 10, 6, 8, 8)
        )[0],
    )


def _some(random, mandates, but, number):
    """So many deputies beside one."""
    chosen = [mandate.deputy for mandate in random.sample(mandates, number + 1) if mandate != but]
    return chosen[:number]


def _for_the_sign_ins(chronicle):
    """What the deputy and the unit who sign in find: each line is a thing to do today."""
    today, day = chronicle.today, dt.timedelta(days=1)
    mine = next(mandate for mandate in chronicle.mandates if mandate.deputy.user_id)
    ours = [matter for matter in words.MATTERS if matter.units[0] == OURS]
    second = [matter for matter in words.MATTERS if OURS in matter.units[1:]]

    def story(n, matter, submitted, mandate=mine, **days):
        return Story(matter, chronicle.places[n], mandate, chronicle.workday(submitted), **days)

    def at_desk(n, due, matter, **days):
        """Lies with the unit, its reply due on that day."""
        assigned = next(
            start
            for back in range(85, 110)
            if chronicle.due(start := due - back * day, 3) >= due - 2 * day and chronicle.due(start, 3) <= due
        )
        return story(
            n,
            matter,
            assigned - 9 * day,
            chronicle.mandates[n],
            registered=assigned - 4 * day,
            assigned=assigned,
            **days,
        )

    weeks = [today - n * 7 * day for n in range(60)]
    answered = {"registered": weeks[20], "assigned": weeks[19], "signed": weeks[18], "opinion": weeks[16]}
    return [
        # the deputy: returned, to be rated, a promise to look at
        story(0, ours[0], today - 12 * day, registered=today - 5 * day, ending="send_back"),
        story(1, ours[1], weeks[21], **answered, consulted=weeks[5], replied=today - 5 * day, letter="A"),
        story(2, ours[0], weeks[41], registered=weeks[40], assigned=weeks[39], signed=weeks[38], opinion=weeks[36], consulted=weeks[34], replied=weeks[32], letter="B", rated=weeks[31], publication="full", published=weeks[29], promise_days=210, fate="reported"),
        # the unit: to sign, due this week, late, a letter with the signer, an opinion, promises
        story(3, ours[0], today - 9 * day, chronicle.mandates[3], registered=today - 3 * day, assigned=today - day),
        story(4, ours[1], today - 10 * day, chronicle.mandates[4], registered=today - 4 * day, assigned=today - 2 * day),
        at_desk(5, today + 4 * day, ours[1], signed=today - 80 * day, opinion=today - 65 * day, consulted=today - 10 * day),
        at_desk(6, today + 6 * day, ours[0], signed=today - 80 * day),
        at_desk(7, today - 9 * day, ours[1], signed=today - 95 * day, consulted=today - 40 * day),
        at_desk(8, today + 12 * day, ours[0], signed=today - 70 * day, opinion=today - 50 * day, consulted=today - 8 * day, presented=today - day),
        at_desk(9, today + 25 * day, ours[1], signed=today - 60 * day, extended=today - 2 * day, consulted=today - 20 * day),
        at_desk(10, today + 80 * day, second[0], signed=today - 5 * day),
        story(11, ours[1], weeks[41], chronicle.mandates[11], registered=weeks[40], assigned=weeks[39], signed=weeks[38], opinion=weeks[36], consulted=weeks[34], replied=weeks[30], letter="B", rated=weeks[29], publication="full", published=weeks[27], promise_days=217, fate="kept"),
        story(12, ours[0], weeks[41], chronicle.mandates[12], registered=weeks[40], assigned=weeks[39], signed=weeks[38], opinion=weeks[36], consulted=weeks[34], replied=weeks[30], letter="B", rated=weeks[29], publication="full", published=weeks[27], promise_days=196, fate="forgotten"),
        story(13, ours[0], weeks[26], chronicle.mandates[13], registered=weeks[25], assigned=weeks[24], signed=weeks[23], consulted=weeks[16], replied=weeks[12], letter="C", rated=today - 9 * day, verdicts=("dissatisfied", "satisfied"), again=today + 20 * day),
        # the office: to review, to assign, handed back, to publish
        story(14, words.MATTERS[8], today - day, chronicle.mandates[14]),
        story(15, words.MATTERS[10], today, chronicle.mandates[15]),
        story(16, words.MATTERS[11], today - 8 * day, chronicle.mandates[16], registered=today - 3 * day),
        story(17, words.MATTERS[12], today - 9 * day, chronicle.mandates[17], registered=today - 2 * day),
        story(18, words.MATTERS[1], today - 15 * day, chronicle.mandates[18], registered=today - 9 * day, assigned=today - 6 * day, signed=today - 4 * day, handed_back=today - day),
        story(19, words.MATTERS[2], weeks[21], chronicle.mandates[19], **answered, consulted=weeks[8], replied=weeks[4], letter="A", rated=weeks[3]),
        story(20, words.MATTERS[4], weeks[21], chronicle.mandates[20], **answered, consulted=weeks[9], replied=weeks[5], letter="C", rated=weeks[4]),
    ]  # fmt: skip


# What is done by hand


def _topics(chronicle):
    """The topic lists of two years; of the first topics deputies took some."""
    year, random = chronicle.today.year, chronicle.random
    rows = [
        Topic(
            year=year - ago,
            number=number,
            title=title,
            background=background,
            category=chronicle.categories[category],
            source=random.choice(Topic.Source.values),
            contact_unit=chronicle.units[random.choice(("市住建局", "市农业农村局", "市教育局", "市民政局"))],
            is_open=not ago,
        )
        for ago in (1, 0)
        for number, (title, background, category) in enumerate(words.TOPICS[ago * 3 :], 1)
    ]
    for row in rows:
        row.save()
    rows = [row for row in rows if row.is_open]
    mine = next(mandate for mandate in chronicle.mandates if mandate.deputy.user_id).deputy
    for n, row in enumerate(rows[:8]):
        deputy = mine if n == 0 else chronicle.mandates[20 + n].deputy
        claim = topics.claim(row, deputy=deputy, by=deputy.user)
        if n % 3 == 0:
            topics.research(claim, by=deputy.user)
        elif n % 3 == 1:
            topics.release(claim, by=deputy.user, note="与本人今年的调研安排冲突")
    offered = [
        topics.offer(
            chronicle.units["市住建局"],
            by=chronicle.officer,
            year=year,
            title=title,
            background=background,
            category=chronicle.categories[category],
        )
        for title, background, category in words.OFFERED_TOPICS
    ]
    topics.decline(offered[-1], by=chronicle.office, note="已列入今年民生实事候选项目，不再列入选题。")


def _groups_and_key_items(chronicle):
    """Suggestions on one matter are handled together, and some are supervised by paired leaders."""
    numbered = Suggestion.objects.exclude(number=None).exclude(assigned_on=None)
    year = chronicle.today.year
    for word in ("二次供水", "黑臭水体", "通组公路", "老年食堂"):
        chosen = list(numbered.filter(title__contains=word, year=year)[:3])
        if len(chosen) > 1:
            review.merge(chosen, matter=chosen[0].category.name + "：" + word, by=chronicle.office)
    for ago in (0, 1):
        for n, (title, *about) in enumerate(words.KEY_ITEMS):
            chosen = [
                one
                for word in about
                for one in numbered.filter(title__contains=word, year=year - ago).order_by(
                    "assigned_on", "pk"
                )[:2]
            ]
            if not chosen:
                continue
            begun = max(one.assigned_on for one in chosen)
            item = keyitems.choose(
                suggestions=chosen,
                by=chronicle.office,
                year=year - ago,
                title=title,
                committee=chosen[0].committee,
                chosen_on=begun,
                supervision_leader=f"市人大常委会副主任{chronicle.person()}",
                handling_leader=f"副市长{chronicle.person()}",
                plan="上半年开展专题调研，三季度现场督办，年底前听取办理情况汇报。",
            )
            _supervise(chronicle, item, begun, closes=ago or n == 4)


def _supervise(chronicle, item, begun, closes):
    for days, kind, text in (
        (20, "meeting", "召开督办座谈会，主办单位汇报方案，代表提出修改意见。"),
        (45, "visit", "实地查看施工现场，进度符合计划，个别路段围挡影响出行。"),
        (70, "finding", "资金到位率偏低，要求主办单位月底前提出解决办法。"),
    ):
        if chronicle.past(begun + dt.timedelta(days=days)):
            on = begun + dt.timedelta(days=days)
            keyitems.supervise(item, by=chronicle.office, kind=kind, on=on, text=text)
    if closes:
        keyitems.close(
            item,
            by=chronicle.office,
            report="督办期间召开会议一次、实地查看一次，所涉建议均已答复，代表评价满意。",
        )


def _today(chronicle):
    """What is done today, by the actions themselves: a draft, requests to co-sign, a promise that is doubted."""
    mine = next(mandate for mandate in chronicle.mandates if mandate.deputy.user_id).deputy
    another = chronicle.mandates[30].deputy

    def begin(deputy, matter, place):
        texts = {
            name: getattr(matter, name).format(place=place)
            for name in ("title", "facts", "reasons", "request")
        }
        category = chronicle.categories[matter.category]
        return suggestions.begin(deputy, by=deputy.user, category=category, **texts)

    draft, theirs, ours = (words.MATTERS[n] for n in TODAY)
    begin(mine, draft, "城北街道")
    until = chronicle.today + dt.timedelta(days=5)
    for deputy, matter, asked in ((another, theirs, mine), (mine, ours, another)):
        one = begin(deputy, matter, "城北街道")
        suggestions.invite(one, deputies=[asked], until=until, by=deputy.user)
    for promise in Commitment.objects.filter(state=CommitmentState.DONE).exclude(suggestion__lead=mine)[:2]:
        commitments.doubt(promise, by=chronicle.office, note="现场查看，尚有一处没有完工。")
