"""The deputies of the demonstration: invented people in the real areas, at the scale of the city (D10.2).

2,400 mandates of three levels are held, 265 of them in the city congress; three more have ended.
"""

import datetime as dt
from collections import Counter, defaultdict

from simple_history.utils import bulk_create_with_history

from accounts.demo import CITY, NEXT_PHONE, TOWNS, enter_people, phone
from accounts.models import Area, Unit, User
from common import policies

from . import actions
from . import demo_words as words
from .models import Committee, Consent, Delegation, Deputy, DeputyGroup, Level, Mandate, Session, Term

SIGN_INS = ["deputy", "deputy-town"]
ALL_SEATS = 2400
DELEGATIONS = [("渝水区", "360502", 165), ("分宜县", "360521", 85), ("新余军分区", None, 15)]
COUNTY_SEATS = {"360502": (300, 30), "360521": (210, 15)}  # how many, and how many of them city deputies hold
TOWN_SEATS_OF_COUNTY_DEPUTIES = 2  # in each town or township
TERM_NUMBERS = {CITY: 10, "360502": 10, "360521": 18}
TOWN_TERM_NUMBER = 19
SESSIONS = {
    Level.CITY: ("2021-10-20", "2022-01-11", "2023-01-10", "2024-01-09", "2025-01-14", "2026-01-13"),
    Level.COUNTY: ("2021-09-14", "2022-01-04", "2022-12-27", "2023-12-26", "2024-12-24", "2025-12-23"),
    Level.TOWNSHIP: ("2021-08-18", "2022-03-02", "2023-03-01", "2024-03-06", "2025-03-05", "2026-03-04"),
}
SESSION_DAYS = {Level.CITY: 4, Level.COUNTY: 3, Level.TOWNSHIP: 1}


def build(random, scale: int) -> None:
    towns = {
        code: list(Area.objects.inside(code).filter(kind__in=TOWNS).order_by("code")) for code in COUNTY_SEATS
    }
    terms = _terms(towns)
    roll = Roll(random, terms)
    groups = _groups(roll, terms[CITY], _committees())
    _elect_city(roll, groups, _delegations(terms[CITY]), towns, scale)
    _elect_counties(roll, towns, scale)
    _elect_towns(roll, towns, scale)
    roll.store(groups)
    _change_states(roll)
    _give_accounts(roll)
    _agree(roll)


class Roll:
    """People and mandates before they are stored, which is by bulk inserts."""

    def __init__(self, random, terms):
        self.random, self.terms = random, terms
        self.people, self.mandates, self.seats = [], defaultdict(list), Counter()

    def elect(self, code, deputy, area, **fields) -> None:
        """A mandate of ``deputy`` in the congress of the area with this code."""
        term = self.terms[code]
        self.seats[code] += 1
        self.mandates[code].append(
            Mandate(
                deputy=deputy,
                term=term,
                level=term.level,
                area=area,
                card_no=f"YB{code[4:] or term.number}-{self.seats[code]:03}",  # 样本, unlike any real card
                display_order=self.seats[code],
                station_name=f"{area or '驻余部队'}代表联络站",
                **fields,
            )
        )

    def person(self, professions, area, cares_for="") -> Deputy:
        """Somebody who works in ``area`` in one of these professions."""
        choice, town = self.random.choice, str(area or "")
        category, posts = choice(professions)
        sex = Deputy.Sex.FEMALE if self.random.random() < 0.34 else Deputy.Sex.MALE
        name, ethnicity = self.name(sex)
        hamlet = choice(words.HAMLET_FIRST) + choice(words.HAMLET_SECOND)
        place = f"{town}{hamlet}{'社区' if area and area.kind == Area.Kind.STREET else '村'}"
        brand = f"新余{choice(words.BRAND_FIRST)}{choice(words.BRAND_SECOND)}"
        post = choice(posts).format(town=town, place=place, brand=brand)
        education = choice(words.EDUCATION[category])
        deputy = Deputy(
            name=name,
            sex=sex,
            ethnicity=ethnicity,
            birth_year=self.random.randint(1963, 1997),
            birth_month=self.random.randint(1, 12) if self.random.random() < 0.97 else None,
            native_place=choice(words.NATIVE_PLACES),
            party=self.party(category, post),
            education=education,
            degree=choice(words.DEGREES.get(education, ("",))),
            post=post,
            category=category,
            phone=phone(NEXT_PHONE + len(self.people)),
            address=f"新余市{place}{self.random.randint(1, 99)}号" if area else "新余军分区",
            introduction=f"在{town or '新余'}工作和生活多年，当选以来主要关注{cares_for}。"
            if cares_for
            else "",
            takes_messages=len(self.people) % 40 != 39,  # one in forty leaves them to the station
        )
        self.people.append(deputy)
        return deputy

    def name(self, sex):
        """An invented name, and the ethnic group it goes with."""
        choice, is_man = self.random.choice, sex == Deputy.Sex.MALE
        ethnicity = choice(words.MINORITIES) if self.random.random() < 0.02 else "汉族"
        if ethnicity == "维吾尔族":
            given = choice(words.UYGHUR_MEN if is_man else words.UYGHUR_WOMEN)
            return f"{given}·{choice(words.UYGHUR_FATHERS)}", ethnicity
        if self.random.random() < 0.3:
            given = choice(words.MEN_SINGLE if is_man else words.WOMEN_SINGLE)
        else:
            given = choice(words.MEN_FIRST if is_man else words.WOMEN_FIRST)
            given += choice(words.MEN_SECOND if is_man else words.WOMEN_SECOND)
        return choice(words.SURNAMES) + given, ethnicity

    def party(self, category, post):
        drawn = self.random.random()
        if category == "军人" or drawn < 0.6 or any(word in post for word in words.PARTY_POSTS):
            return "中共党员"
        if category in ("专业技术", "企业") and drawn < 0.9:
            return self.random.choice(words.OTHER_PARTIES)
        return "群众"

    def store(self, groups) -> None:
        bulk_create_with_history(self.people, Deputy, batch_size=500)
        for group in groups:
            group.save()
        for mandates in self.mandates.values():
            bulk_create_with_history(mandates, Mandate, batch_size=500)


def _terms(towns):
    """``{area code: Term}`` of every congress; each with its sessions. Streets and the forest farm elect none."""
    levels = {CITY: Level.CITY} | dict.fromkeys(COUNTY_SEATS, Level.COUNTY)
    congresses = [Area.objects.get(code=code) for code in levels]
    congresses += [area for areas in towns.values() for area in areas if area.kind != Area.Kind.STREET]
    terms = [
        Term(
            area=area,
            level=(level := levels.get(area.code, Level.TOWNSHIP)),
            number=TERM_NUMBERS.get(area.code, TOWN_TERM_NUMBER),
            starts_on=dt.date.fromisoformat(SESSIONS[level][0]),
        )
        for area in congresses
    ]
    bulk_create_with_history(terms, Term)
    sessions = []
    for term in terms:
        for number, day in enumerate(map(dt.date.fromisoformat, SESSIONS[term.level]), 1):
            ends_on = day + dt.timedelta(days=SESSION_DAYS[term.level] - 1)
            sessions.append(Session(term=term, number=number, starts_on=day, ends_on=ends_on))
    bulk_create_with_history(sessions, Session)
    return {term.area.code: term for term in terms}


def _committees():
    committees = [
        Committee(unit=Unit.objects.get(short_name=name), kind=kind, duties=duties, display_order=order)
        for order, (name, kind, duties) in enumerate(words.COMMITTEES, 1)
    ]
    bulk_create_with_history(committees, Committee)
    return {committee.unit.short_name: committee for committee in committees}


def _delegations(term):
    areas = Area.objects.in_bulk(field_name="code")
    delegations = [
        Delegation(term=term, name=name, area=areas.get(code), display_order=order)
        for order, (name, code, _seats) in enumerate(DELEGATIONS, 1)
    ]
    bulk_create_with_history(delegations, Delegation)
    return delegations


def _groups(roll, term, committees):
    """The ten groups, not stored yet: their heads are people who are not there yet."""
    return [
        DeputyGroup(
            term=term,
            name=name,
            committee=committees[committee],
            liaison=roll.name(roll.random.choice(Deputy.Sex.values))[0],
            founded_on=term.starts_on + dt.timedelta(days=30),
            display_order=order,
        )
        for order, (name, committee, _professions, _cares_for) in enumerate(words.GROUPS, 1)
    ]


def _elect_city(roll, groups, delegations, towns, scale):
    """The deputies of the city; of each group the first is its head, the second the deputy head."""
    for delegation, (name, code, seats) in zip(delegations, DELEGATIONS, strict=True):
        for n in range(seats * scale):
            place = n % len(groups)
            _name, _committee, professions, cares_for = words.GROUPS[place]
            area = towns[code][n % len(towns[code])] if code else None
            deputy = roll.person(professions if code else [words.SOLDIERS], area, cares_for)
            electing_unit = f"{name}人民代表大会" if code else name
            roll.elect(
                CITY, deputy, area, delegation=delegation, electing_unit=electing_unit, group=groups[place]
            )
    for place, group in enumerate(groups):
        group.head, group.deputy_head = (roll.mandates[CITY][n].deputy for n in (place, place + len(groups)))


def _elect_counties(roll, towns, scale):
    """One seat more than there are: the last one's mandate ends later."""
    for code, (seats, shared) in COUNTY_SEATS.items():
        both = [m for m in roll.mandates[CITY] if m.area and m.area.code.startswith(code)][: shared * scale]
        for n in range(seats * scale + 1):
            area = both[n].area if n < len(both) else towns[code][n % len(towns[code])]
            deputy = both[n].deputy if n < len(both) else roll.person(words.PROFESSIONS, area)
            roll.elect(code, deputy, area, electing_unit=f"{area}第{n % 12 + 1}选区")


def _elect_towns(roll, towns, scale):
    """The rest of all seats, evenly; one more in the first town, whose mandate ends later."""
    congresses = [(code, area) for code, areas in towns.items() for area in areas if area.code in roll.terms]
    rest = ALL_SEATS - sum(seats for _name, _code, seats in DELEGATIONS)
    rest -= sum(seats for seats, _shared in COUNTY_SEATS.values())
    each, more = divmod(rest, len(congresses))
    for place, (code, area) in enumerate(congresses):
        both = [m for m in reversed(roll.mandates[code]) if m.area == area][
            1 : TOWN_SEATS_OF_COUNTY_DEPUTIES * scale + 1
        ]
        for n in range((each + (place < more)) * scale + (place == 0)):
            deputy = both[n].deputy if n < len(both) else roll.person(words.PROFESSIONS, area)
            roll.elect(area.code, deputy, area, electing_unit=f"第{n % 20 + 1}选区")


def _change_states(roll):
    """Some mandates suspended, resumed, ended, one ended by mistake; by the office, so that each has its history."""
    by = User.objects.get(username="office")
    town = next(code for code in roll.mandates if len(code) == 9)
    city, county, town = (roll.mandates[code] for code in (CITY, "360502", town))
    notice = "新余市人大常委会公告〔2025〕样本第{}号".format

    actions.suspend(
        city[40],
        by=by,
        on=dt.date(2025, 6, 26),
        announcement_no=notice(3),
        note="因涉嫌刑事犯罪被羁押，正在受侦查",
    )
    actions.suspend(city[57], by=by, on=dt.date(2024, 11, 8), note="因刑事案件被羁押，正在受侦查")
    actions.resume(
        city[57],
        by=by,
        on=dt.date(2025, 2, 20),
        announcement_no=notice(1),
        note="检察机关决定不起诉，恢复执行代表职务",
    )
    actions.suspend(county[80], by=by, on=dt.date(2025, 8, 28), note="被判处拘役，缓刑考验期内")
    actions.end(county[-1], by=by, on=dt.date(2025, 4, 17), note="本人提出辞职，区人大常委会已接受")
    actions.end(roll.mandates["360521"][-1], by=by, on=dt.date(2025, 9, 5), note="迁出本行政区域")
    actions.end(town[-1], by=by, on=dt.date(2024, 12, 3), note="去世")
    actions.end(town[30], by=by, on=dt.date(2025, 3, 12), note="迁出本行政区域")
    actions.restore(town[30], by=by, on=dt.date(2025, 3, 14), note="录入有误：迁出的是同组另一位代表")  # fmt: skip


def _agree(roll):
    """Everybody with an introduction agreed that it is public; on paper, but for the two who sign in."""
    office = User.objects.get(username="office")
    Consent.objects.bulk_create(
        Consent(
            deputy=deputy,
            kind=kind,
            version=policies.in_force(kind).version,
            by=deputy.user or office,
            note="" if deputy.user else "样本：同意书存代表工委档案",
        )
        for kind in Consent.Kind
        for deputy in roll.people
        if deputy.introduction
    )


def _give_accounts(roll):
    """Two deputies sign in: one of the city, who also sits in the district's congress, and one of a town."""
    office = User.objects.get(username="office")
    city = next(m.deputy for m in roll.mandates["360502"] if m.area.name == "城北街道")
    town = next(m.deputy for m in roll.mandates["360502103"][TOWN_SEATS_OF_COUNTY_DEPUTIES:])
    for username, deputy in zip(SIGN_INS, (city, town), strict=True):
        enter_people([(username, deputy.name, deputy.phone)])
        deputy.user = User.objects.get(username=username)
        deputy.save()
    ask = actions.ask_correction
    accepted = ask(
        city, field="address", new_value="新余市城北街道毓秀路18号", by=city.user, reason="去年搬家"
    )
    actions.accept(accepted, by=office)
    declined = ask(city, field="education", new_value="博士", by=city.user)
    actions.decline(declined, by=office, note="请附学历证书复印件后重新提出。")
    withdrawn = ask(city, field="landline", new_value="0790-6000018", by=city.user)
    actions.withdraw(withdrawn, by=city.user)
    ask(city, field="post", new_value="城北街道居民议事会召集人", by=city.user, reason="今年3月换届")
    ask(town, field="phone", new_value=phone(999), by=town.user, reason="原号码已停用")
