"""Which opinions there are: so many answered as the city tells of, and at today's desks some of every state."""

from accounts.models import Area
from common import clock
from deputies.models import Deputy
from proposals.demo.chronicle import OURS
from proposals.models import Commitment, Suggestion, Verdict

from ..models import HeldWord, Star
from . import matters
from .opinions import Channel, Life, Route, Solved, finish

ONLINE_ANSWERED = 1379  # online messages that were answered (D10.2)
SOLVED = 2236
"""Problems solved by deputies of all levels (D10.2): opinions that were answered as solved, whatever their channel."""
OTHERS_ANSWERED = 1520  # of the other channels
OTHERS = (Channel.RECEPTION,) * 12 + (Channel.VISIT,) * 5 + (Channel.QUESTIONNAIRE,) * 2 + (Channel.STREET_COUNCIL,)  # fmt: skip
STREETS = "街道"
REFUSED, JOINED = 60, 40
CHUNK = 2000  # opinions written at a time
DAY = clock.ONE_DAY
LATE = {Star.FIVE: 0.02, Star.FOUR: 0.06, Star.THREE: 0.14, Star.NONE: 0.3}
ROUTES = {
    Channel.ONLINE: ((Route.STATION, Route.DEPUTY, Route.DEPARTMENT, Route.COUNTY), (33, 25, 39, 3)),
    Channel.RECEPTION: ((Route.ON_THE_SPOT, Route.STATION, Route.DEPARTMENT), (30, 30, 40)),
    Channel.VISIT: ((Route.DEPUTY, Route.STATION, Route.DEPARTMENT), (30, 30, 40)),
    Channel.QUESTIONNAIRE: ((Route.STATION, Route.DEPARTMENT), (60, 40)),
    Channel.STREET_COUNCIL: ((Route.STATION, Route.DEPARTMENT, Route.COUNTY), (40, 50, 10)),
}


def build(chronicle, places, held, scale):
    HeldWord.objects.bulk_create(HeldWord(word=word) for word in matters.HELD_WORDS)
    drawn = _Draw(chronicle, places, held)
    raised = _raised(chronicle, drawn)
    told = sum(life.one.answered_on is not None for life in raised)
    solved = sum(life.one.solved == Solved.YES for life in raised)
    channels = [Channel.ONLINE] * (ONLINE_ANSWERED * scale - told)  # those were online
    channels += [chronicle.random.choice(OTHERS) for _each in range(OTHERS_ANSWERED * scale)]
    results = [Solved.YES] * (SOLVED * scale - solved)
    rest = len(channels) - len(results)
    results += [Solved.PLANNED] * (rest * 2 // 3) + [Solved.EXPLAINED] * (rest - rest * 2 // 3)
    chronicle.random.shuffle(results)
    lives = []
    for n, (channel, result) in enumerate(zip(channels, results, strict=True), 1):
        lives.append(_answered(chronicle, drawn, channel, result))
        if n % CHUNK == 0:
            chronicle.store()
    chronicle.store()  # others are joined to these
    _turned_away(chronicle, drawn, lives, scale)
    _at_desks(chronicle, drawn)
    chronicle.store()


class _Draw:
    """Places, matters and days by chance; stations with more stars have more to do."""

    def __init__(self, chronicle, places, held):
        self.chronicle, self.held = chronicle, held
        self.places = [place for place in places if place.station.is_open and place.deputies]
        weights = {Star.FIVE: 5, Star.FOUR: 3, Star.THREE: 2, Star.NONE: 0.4}
        self.weights = [
            weights[place.station.stars] * (3 if place.is_of_area else 1) for place in self.places
        ]
        self.fitting = {
            True: [matter for matter in matters.MATTERS if matter.where != "rural"],
            False: [matter for matter in matters.MATTERS if matter.where != "urban"],
        }
        self.by_name = {place.station.name: place for place in places}
        self.streets = [place for place in self.places if place.station.area.name.endswith(STREETS)]

    def place(self, channel=Channel.ONLINE):
        if channel == Channel.STREET_COUNCIL:
            return self.chronicle.random.choice(self.streets)
        place = self.chronicle.random.choices(self.places, self.weights)[0]
        return place if channel != Channel.RECEPTION or self.held[place.station.pk] else self.place(channel)

    def life(self, channel, came, place=None, matter=None, **fields):
        place = place or self.place(channel)
        if channel == Channel.RECEPTION and "reception" not in fields:
            fields["reception"] = self.chronicle.random.choice(self.held[place.station.pk])
            came = fields["reception"].day
        return Life(self.chronicle, place, matter or self.matter(place), channel, came, **fields)

    def matter(self, place):
        """One that fits: nobody in a street of the city has trouble with wild boars."""
        return self.chronicle.random.choice(self.fitting[place.station.area.kind == Area.Kind.STREET])


def _answered(chronicle, drawn, channel, solved):
    """Came within two years and was answered; the last weeks' were quick."""
    random, today = chronicle.random, chronicle.today
    came = today - DAY * int(12 + 715 * random.random() ** 1.3)
    place = drawn.place(channel)
    route = random.choices(*ROUTES[channel])[0]
    to_deputy = route == Route.DEPUTY or (channel == Channel.ONLINE and chronicle.chance(0.2))
    deputy = random.choice(place.deputies) if to_deputy else None
    life = drawn.life(channel, came, place, deputy=deputy)
    if today - life.day < DAY * 60 and route in (Route.DEPARTMENT, Route.COUNTY):
        route = Route.STATION
    late = chronicle.chance(LATE[place.station.stars])
    accepted = min(chronicle.after(life.day, *((2, 4) if late else (0, 1))), today)
    if route == Route.ON_THE_SPOT:
        accepted = life.day
    life.accept(accepted)
    if route == Route.ON_THE_SPOT:
        life.answer(accepted, solved, route)
    elif route == Route.DEPARTMENT:
        life.answer(_by_department(chronicle, life, accepted, solved, late), solved, route)
    else:
        if route == Route.COUNTY:
            life.escalate(chronicle.after(accepted, 1, 3))
        answered = chronicle.after(life.day, *((8, 14) if late else (0, 5)))
        life.answer(min(answered, today), solved, route, deputy=deputy if route == Route.DEPUTY else None)
    finish(life, chronicle)
    if solved != Solved.EXPLAINED and chronicle.chance(0.6):
        life.publish(life.one.answered_on + DAY * random.randint(0, 4))
    return life


def _by_department(chronicle, life, day, solved, late):
    """Sent, reported in, on the spot, solved; sometimes sent back first, sometimes given more time. The day of the answer."""
    unit = chronicle.units[life.matter.unit]
    sent = chronicle.after(day, 0, 1)
    if chronicle.chance(0.04):
        order = life.dispatch(sent, unit)
        unit = chronicle.units["市城管局" if life.matter.unit != "市城管局" else "市住建局"]
        back = chronicle.after(sent, 1, 1)
        life.hand_back(order, back, unit)
        sent = chronicle.after(back, 0, 1)
    order = life.dispatch(sent, unit)
    reported = chronicle.after(sent, *((2, 4) if late else (0, 0)))
    life.report_in(order, reported)
    seen = chronicle.after(reported, 1, 3)
    if chronicle.chance(0.9):
        life.visit(order, seen)
    if chronicle.chance(0.05):
        life.ask_for_time(order, seen, granted=chronicle.chance(0.8))
    done = chronicle.after(seen, *((18, 26) if late else (2, 12)))
    life.solve(order, done, solved)
    return chronicle.after(done, 0, 2)


def _turned_away(chronicle, drawn, lives, scale):
    """Not accepted with a pointer to the right place, or joined to another that says the same."""
    random, today = chronicle.random, chronicle.today
    for n in range(REFUSED * scale):
        reason, text, right_place = matters.REFUSALS[n % len(matters.REFUSALS)]
        came = chronicle.workday(today - DAY * random.randint(6, 700))
        life = Life(chronicle, drawn.place(), None, Channel.ONLINE, came, text=text)
        life.refuse(min(chronicle.after(came, 0, 1), today), reason, right_place)
    for other in random.sample(lives, JOINED * scale):
        life = Life(chronicle, other.place, other.matter, Channel.ONLINE, other.one.came_at.date())
        life.join(min(chronicle.after(life.day, 1, 2), today), other.one)


def _raised(chronicle, drawn):
    """Suggestions that began with a citizen's word: of some the promise was kept, others are being handled."""
    lives, today = [], chronicle.today
    kept = Commitment.objects.filter(state="fulfilled").values("suggestion")
    suggestions = (
        Suggestion.objects.exclude(number=None)
        .select_related("lead__user", "category")
        .prefetch_related("commitments")
    )
    done = suggestions.filter(pk__in=kept, replied_on__isnull=False).order_by("-registered_at", "pk")
    handled = suggestions.filter(state="handling").order_by("-registered_at", "pk")
    for suggestion in (*done[:8], *handled[:6]):
        about = next(
            (p for p in drawn.places if p.is_of_area and p.station.area.name in suggestion.title), None
        )
        if about is None:
            continue
        matter = _matter_of(suggestion)
        submitted = clock.timezone.localtime(suggestion.submitted_at, chronicle.zone).date()
        life = Life(
            chronicle,
            about,
            matter,
            Channel.ONLINE,
            chronicle.workday(submitted - DAY * 30),
            text=suggestion.facts,
        )
        life.one.may_publish = True
        life.accept(chronicle.after(life.day, 1, 1))
        life.escalate(chronicle.after(life.day, 2, 4), deputy=suggestion.lead)
        if not lives:  # another deputy was asked before
            life.step("decline", chronicle.after(life.day, 2, 3), None, matters.DECLINED)
        life.propose(submitted, suggestion)
        if suggestion.replied_on:
            text = matters.REPLIED.format(answer=matter.done)
            life.answer(
                max(suggestion.replied_on, submitted), Solved.YES, Route.SUGGESTION, text=text, move="reply"
            )
            finish(life, chronicle)
            life.publish(min(life.one.answered_on + 3 * DAY, today))
            life.one.is_story = True
            promises = list(suggestion.commitments.all())
            seen = [promise.verified_on for promise in promises if promise.state == "fulfilled"]
            if all(promise.state in ("fulfilled", "failed") for promise in promises):
                life.keep(min(max(seen) + DAY, today))
        lives.append(life)
    return lives


def _matter_of(suggestion):
    said = suggestion.title.removeprefix("关于").removesuffix("的建议")
    answer = "有关措施已列入计划并公布时限，承诺事项由代表跟踪核实。"
    return matters.Matter(said, (suggestion.facts,), suggestion.category.name, "", answer, answer, answer)


def _at_desks(chronicle, drawn):
    """Today's work: in every state, most in time, some late; and what the people who sign in find."""
    random, today = chronicle.random, chronicle.today
    ours, mine = chronicle.units[OURS], Deputy.objects.get(user__username="deputy")
    north = drawn.by_name["城北街道代表联络站"]
    of_ours = [matter for matter in matters.MATTERS if matter.unit == OURS]

    def back(days):
        return chronicle.workday(today - DAY * days) if days else today

    def begin(days, place=None, matter=None, deputy=None, accepted=None):
        came = min(back(days), today)
        life = drawn.life(Channel.ONLINE, came, place, matter, deputy=deputy)
        if accepted is not None:
            life.accept(min(max(back(accepted), came), today))
        return life

    def order(days, unit=None, place=None, matter=None):
        life = begin(days + 2, place, matter, accepted=days + 1)
        return life, life.dispatch(min(back(days), today), unit or chronicle.units[life.matter.unit])

    for text in matters.HELD:
        place = random.choice([north, drawn.place()])
        came = today - DAY * random.randint(0, 1)
        Life(
            chronicle,
            place,
            None,
            Channel.ONLINE,
            came,
            text=text,
        ).hold()
    for n in range(16):  # to review; the last ones are late
        begin((0, 0, 1, 1, 5, 9)[n % 6], north if n in (0, 1, 4, 5) else None)
    for n in range(36):  # to answer, to be dispatched
        age = (1, 2, 3, 4, 5, 13)[n % 6]
        begin(age, north if n in (2, 5, 8) else None, deputy=mine if n in (2, 8) else None, accepted=age - 1)
    for n in range(3):  # addressed to the deputy who signs in
        begin(n + 2, north, deputy=mine, accepted=n + 1)
    for n in range(48):  # with departments
        unit = ours if n % 6 == 0 else None
        matter = of_ours[n % len(of_ours)] if unit else None
        age = (0, 1, 4, 3, 9, 12, 40, 20)[(n // 6 + n) % 8]
        life, sent = order(age, unit, north if n % 12 == 0 else None, matter)
        if age not in (0, 1, 4):  # who was sent four days ago is late
            life.report_in(sent, min(chronicle.after(back(age), 0, 1), today))
        if age > 4:
            life.visit(sent, min(chronicle.after(back(age), 2, 4), today))
        if age == 20:
            life.ask_for_time(sent, back(2), granted=True if n % 2 else None)
        if age == 40:
            life.ask_for_time(sent, back(25), granted=False)
    for n in range(10):  # solved, the citizen not told yet
        life, sent = order(14, ours if n == 0 else None, matter=of_ours[0] if n == 0 else None)
        life.report_in(sent, min(chronicle.after(back(14), 0, 1), today))
        life.visit(sent, min(chronicle.after(back(14), 2, 4), today))
        life.solve(sent, back(8 if n % 4 == 0 else 1), Solved.YES)
    for _each in range(3):  # recalled: the station answers itself
        life, sent = order(4)
        life.recall(sent, back(2))
        life.step("call_back", back(2))
        life.one.due_on = chronicle.due("reply_days", back(2))
    for n in range(9):  # with the county office, one with the deputy who signs in
        life = begin(9, north if n in (0, 3) else None, accepted=8)
        life.escalate(back((2, 3, 12)[n % 3] if n % 3 < 2 else 7), deputy=mine if n == 0 else None)
    for n in range(8):  # dissatisfied: handled again, or escalated after the second time
        life = begin(24, north if n == 0 else None, accepted=23)
        life.answer(back(18), Solved.YES, Route.STATION)
        life.rate(back(12 if n % 2 else 3), Verdict.DISSATISFIED)
        life.rehandle(back(12 if n % 2 else 3))
        if n % 2:
            life.answer(back(8), Solved.YES, Route.STATION)
            life.rate(back(4), Verdict.DISSATISFIED)
            life.escalate_again(back(4))
