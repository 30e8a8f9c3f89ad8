"""Every address of the staff area × every role. A screen or a page of one that is not in the table fails the suite.

A line says who gets in, a superuser always among them; everybody else of the staff is refused, and people who are no
staff stand before the door. ``SAVE`` is the change page when it is sent. A screen of a later app is one more entry.
"""

import datetime as dt
from ipaddress import ip_network

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import SignIn
from common import imports
from common.models import AuditEntry, Holiday
from deputies.models import Session
from liaison_stations.models import HeldWord, Scheme, StarReview
from liaison_stations.seeds import new_scheme
from notices.actions import tell
from notices.models import Webhook
from proposals.models import Commitment, Extension, Rating, Reply, ReplyClass, TopicClaim

from .. import factories
from .urls import answer_of, every_pattern, without_address

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.same_everywhere,
]  # every page answers on both: test_every_address.py

STAFF = "committee_officer county_office township_office office"
LOCAL = "county_office township_office"
OFFICE = "office"
SUPERVISING = "office committee_officer"
SYSTEM, SECURITY = "office system_admin", "office security_admin"
SUPERUSER = ""
NOBODY = None  # not even a superuser


# Records the screens are about; those with areas lie in the street that both local offices answer for


def term(cast):
    return factories.TermFactory()


def session(cast):
    day = dt.date(2022, 1, 5)
    number = Session.objects.count() + 1
    return Session.objects.create(term=factories.TermFactory(), number=number, starts_on=day, ends_on=day)


def street_deputy(cast):
    return factories.YushuiStreetMandateFactory().deputy


def street_mandate(cast):
    return factories.YushuiStreetMandateFactory()


def street_correction(cast):
    return factories.CorrectionFactory(deputy=street_deputy(cast))


def delivery(cast):
    told = {"kind": "deputies.correction_decided", "subject": "已采纳", "key": "correction-decided:1"}
    return tell(factories.UserFactory(email="ming@example.cn"), **told).deliveries.get()


def held_word(cast):
    return HeldWord.objects.get_or_create(word="上访")[0]


def holiday(cast):
    return Holiday.objects.get_or_create(day="2026-01-01", defaults={"name": "元旦"})[0]


SAMPLES = {
    "deputies_deputy": ("roster", "代表团,姓名\n渝水区,梁芳"),
    "accounts_area": ("areas", "代码,名称\n360509,试验区"),
    "proposals_suggestion": (
        "suggestions",
        "第十届人民代表大会第五次会议建议交办表\n建议编号,建议标题,领衔代表\n1,修路,梁芳",
    ),
    "proposals_topic": ("topics", "序号,选题\n1,老旧小区加装电梯"),
    "liaison_stations_station": ("stations", "乡镇(街道),站点名称,类型\n城南街道,城南街道代表联络站,站"),
    "common_holiday": ("holidays", "日期,名称,放假\n2026-01-01,元旦,是"),
}


def waiting_file(screen, by=None):
    """A file that ``by`` sent to this screen and that waits to be confirmed."""
    kind, rows = SAMPLES[screen]
    factories.DelegationFactory()
    factories.SessionFactory()
    factories.AreaFactory(code="360502001", name="城南街道", kind="street")
    return imports.preview(imports.KINDS[kind], rows.encode(), "表.csv", {}, by=by)


def confirmed_file(cast):
    sent = waiting_file("deputies_deputy")
    imports.confirm(sent, by=None)
    return sent


def someone(cast):
    return factories.UserFactory()


def sign_in_line(cast):
    Client().force_login(factories.UserFactory(), "accounts.backends.PhoneOrNameBackend")
    return SignIn.objects.first()


def audit_line(cast):
    sign_in_line(cast)
    return AuditEntry.objects.first()


def job_run(cast):
    return factories.JobRunFactory()


def street(cast):
    return factories.AreaFactory(code="360502001")


def unit(cast):
    return factories.UnitFactory()


def chat(cast):
    return Webhook.objects.create(
        name="代表工委群", kind=Webhook.Kind.values[0], url="https://oapi.dingtalk.com/x"
    )


def supervised(cast, **fields):
    """A suggestion that the committee officer's committee supervises."""
    committee = cast["committee_officer"].memberships.get().unit.committee
    return factories.SuggestionFactory(registered=True, committee=committee, **fields)


def part(cast):
    return factories.AssignmentFactory(suggestion=supervised(cast))


def extension(cast):
    days = {"due_before": dt.date(2026, 6, 8), "due_after": dt.date(2026, 9, 7)}
    return Extension.objects.create(assignment=part(cast), reason="涉及跨区协调。", **days)


def commitment(cast):
    by, day = part(cast), dt.date(2026, 9, 30)
    return Commitment.objects.create(
        suggestion=by.suggestion,
        assignment=by,
        unit=by.unit,
        reply=Reply.objects.create(assignment=by),
        text="完成路口拓宽",
        leader="周文",
        due_on=day,
        first_due_on=day,
        state="tracking",
    )


def rating(cast):
    suggestion, day = supervised(cast), dt.date(2026, 6, 1)
    return Rating.objects.create(
        suggestion=suggestion, deputy=suggestion.lead, round=1, asked_on=day, until=day
    )


def key_item(cast):
    return factories.KeyItemFactory(committee=cast["committee_officer"].memberships.get().unit.committee)


def topic_claim(cast):
    return TopicClaim.objects.create(topic=factories.TopicFactory(), deputy=factories.MandateFactory().deputy)


def reply_class(cast):
    return ReplyClass.objects.get_or_create(scheme="N4", code="A", defaults={"meaning": "solved"})[0]


def star_sheet(cast):
    return Scheme.objects.filter(year=2026).first() or new_scheme(2026, by=None)


def star_review(cast):
    return StarReview.objects.create(
        scheme=star_sheet(cast), station=factories.StationFactory(), old_stars=4, state="county"
    )


def notice_to_rectify(cast):
    days = {"issued_on": dt.date(2026, 1, 5), "until": dt.date(2026, 4, 5)}
    return factories.StationFactory().rectifications.create(faults="接待少。", **days)


def nothing(cast):
    return None


def recorded(record, **pages):
    """A screen of records that everybody in the staff may read and the office keeps."""
    return (
        record,
        {
            "changelist": STAFF,
            "add": OFFICE,
            "change": STAFF,
            "SAVE": OFFICE,
            "delete": SUPERUSER,
            "history": OFFICE,
        }
        | pages,
    )


def log(record, who, **pages):
    """A screen that is looked at and never written by hand."""
    return record, {"changelist": who, "add": NOBODY, "change": who, "SAVE": NOBODY, "delete": NOBODY} | pages


def sheets(who):
    """The pages of importing and exporting tables."""
    steps = ("", "_template", "_preview", "_errors", "_confirm", "_discard", "_missing")
    return {f"import{step}": who for step in steps} | {"export": OFFICE}


SCREENS = {
    "deputies_term": recorded(term),
    "deputies_session": recorded(session),
    "deputies_committee": recorded(lambda cast: factories.CommitteeFactory()),
    "deputies_delegation": recorded(lambda cast: factories.DelegationFactory()),
    "deputies_deputygroup": recorded(lambda cast: factories.DeputyGroupFactory()),
    "deputies_deputy": recorded(
        street_deputy, SAVE=f"{OFFICE} {LOCAL}", consents=f"{OFFICE} {LOCAL}", **sheets(OFFICE)
    ),
    "deputies_mandate": recorded(street_mandate, move=OFFICE),
    "deputies_correction": (
        street_correction,
        {
            "changelist": f"{OFFICE} {LOCAL}",
            "add": NOBODY,
            "change": f"{OFFICE} {LOCAL}",
            "SAVE": SUPERUSER,
            "delete": SUPERUSER,
            "move": f"{OFFICE} {LOCAL}",
        },
    ),
    "proposals_suggestion": log(
        supervised,
        SUPERVISING,
        history=OFFICE,
        move=OFFICE,
        act=OFFICE,
        **sheets(OFFICE) | {"export": SUPERVISING},
    ),
    "proposals_assignment": log(part, SUPERVISING, history=OFFICE, move=OFFICE, act=SUPERVISING),
    "proposals_extension": log(extension, SUPERVISING, move=OFFICE),
    "proposals_commitment": log(commitment, SUPERVISING, history=OFFICE, move=SUPERVISING),
    "proposals_rating": log(rating, SUPERVISING),
    "proposals_keyitem": recorded(key_item, move=OFFICE, act=SUPERVISING),
    "proposals_topic": recorded(
        lambda cast: factories.TopicFactory(state="offered", number=None),
        add=SUPERVISING,
        move=OFFICE,
        **sheets(OFFICE) | {"export": SUPERVISING},
    ),
    "proposals_topicclaim": log(topic_claim, STAFF, move=OFFICE),
    "proposals_category": recorded(lambda cast: factories.CategoryFactory()),
    "proposals_replyclass": recorded(reply_class),
    "liaison_stations_opinion": log(
        lambda cast: factories.OpinionFactory(state="answered", answered_on="2026-06-01", may_publish=True),
        f"{OFFICE} {LOCAL}",
        history=OFFICE,
        move=f"{OFFICE} {LOCAL}",
        act=f"{OFFICE} {LOCAL}",
        export=f"{OFFICE} county_office",
    ),
    "liaison_stations_dispatch": log(
        lambda cast: factories.DispatchFactory(),
        f"{OFFICE} {LOCAL}",
        history=OFFICE,
        move=f"{OFFICE} {LOCAL}",
        act=f"{OFFICE} {LOCAL}",
    ),
    "liaison_stations_scheme": recorded(star_sheet, act=OFFICE),
    "liaison_stations_starreview": log(
        star_review, STAFF, history=OFFICE, move=f"{OFFICE} {LOCAL}", export=OFFICE
    ),
    "liaison_stations_starrecord": log(
        lambda cast: factories.StationFactory().star_records.create(year=2025, new_stars=4),
        STAFF,
        history=OFFICE,
    ),
    "liaison_stations_rectification": log(notice_to_rectify, STAFF, add=OFFICE, history=OFFICE, act=OFFICE),
    "liaison_stations_starobjection": log(
        lambda cast: star_review(cast).objections.create(text="得分偏低。"), STAFF, act=OFFICE
    ),
    "liaison_stations_stationplan": log(
        lambda cast: factories.StationPlanFactory(state="submitted"),
        STAFF,
        history=OFFICE,
        move=f"{OFFICE} {LOCAL}",
    ),
    "liaison_stations_stationevent": log(
        lambda cast: factories.StationEventFactory(), STAFF, history=OFFICE, delete=OFFICE
    ),
    "liaison_stations_residency": recorded(
        lambda cast: factories.ResidencyFactory(),
        **dict.fromkeys(("add", "SAVE", "delete"), f"{OFFICE} {LOCAL}"),
    ),
    "liaison_stations_station": recorded(
        lambda cast: factories.StationFactory(),
        add="office county_office",
        SAVE=f"{OFFICE} {LOCAL}",
        delete=SUPERUSER,
        move="office county_office",
        act=f"{OFFICE} {LOCAL}",
        roster=OFFICE,
        **sheets(OFFICE) | {"export": STAFF},
    ),
    "liaison_stations_reception": log(
        lambda cast: factories.ReceptionFactory(),
        STAFF,
        history=OFFICE,
        move=f"{OFFICE} {LOCAL}",
        act=f"{OFFICE} {LOCAL}",
        export="office county_office",
    ),
    "liaison_stations_heldword": recorded(held_word, delete=OFFICE),
    "notices_delivery": log(delivery, SYSTEM),
    "notices_webhook": (
        chat,
        dict.fromkeys(("changelist", "add", "change", "SAVE", "delete"), SYSTEM),
    ),
    "accounts_user": (
        someone,
        dict.fromkeys(
            (
                "changelist",
                "add",
                "change",
                "SAVE",
                "history",
                "password",
                "unlock",
                "sessions",
                "second_factor",
            ),
            SECURITY,
        )
        | {"delete": NOBODY},
    ),
    "accounts_signin": log(sign_in_line, f"{SECURITY} auditor"),
    "accounts_area": recorded(
        street, changelist=f"{STAFF} security_admin", change=f"{STAFF} security_admin", **sheets(OFFICE)
    ),
    "accounts_unit": recorded(unit, changelist=f"{STAFF} security_admin", change=f"{STAFF} security_admin"),
    "common_holiday": recorded(
        holiday,
        **sheets(OFFICE)
        | dict.fromkeys(("add", "SAVE", "delete", "history", "export"), SYSTEM)
        | dict.fromkeys(("changelist", "change"), f"{STAFF} system_admin"),
    ),
    "common_setting": (nothing, {"changelist": SYSTEM, "value": SYSTEM}),
    "common_jobrun": log(job_run, SYSTEM),
    "common_auditentry": log(audit_line, "auditor", export="auditor"),
    "common_policytext": (nothing, {"changelist": OFFICE, "versions": OFFICE}),
    "common_importbatch": log(confirmed_file, OFFICE, undo=OFFICE),
}

# The pages of the staff area itself; whoever is staff gets in
SITE = {
    "admin:index": "200",
    "admin:login": "302",
    "admin:logout": "302",
    "admin:password_change": "302",
    "admin:password_change_done": "200",
    "admin:jsi18n": "200",
    "admin:autocomplete": "403",  # without saying what is looked for; see below
    "admin:view_on_site": "404",
    "admin:app_list": "302",
    "admin/(?P<url>.*)$": "404",
}
POSTED = {
    "SAVE",
    "import_confirm",
    "import_discard",
    "import_missing",
    "password",
    "unlock",
    "sessions",
    "second_factor",
    "undo",
}
VERBS = {  # of a screen that offers not every move of its records, and of one with acts beside them
    ("liaison_stations_opinion", "move"): "escalate",
    ("liaison_stations_opinion", "act"): "publish",
    ("liaison_stations_dispatch", "move"): "recall",
    ("liaison_stations_dispatch", "act"): "decide_extension",
    ("proposals_suggestion", "move"): "register",
    ("proposals_suggestion", "act"): "classify",
    ("liaison_stations_station", "act"): "place",
    ("proposals_assignment", "move"): "keep",
    ("proposals_assignment", "act"): "urge",
    ("proposals_commitment", "move"): "fail",
    ("proposals_keyitem", "act"): "supervise",
    ("liaison_stations_reception", "act"): "assign",
    ("proposals_topicclaim", "move"): "release",
    ("liaison_stations_scheme", "act"): "open",
    ("liaison_stations_starreview", "move"): "send_back",
    ("liaison_stations_rectification", "act"): "settle",
    ("liaison_stations_starobjection", "act"): "answer",
}
ALONE = {"changelist", "add", "import", "import_template", "export", "roster"}


def address(screen, page, record, user):
    """Where a page of a screen is; files that wait are the user's own."""
    if page in ALONE:
        args = []
    elif page.startswith("import_"):
        args = [waiting_file(screen, user if user.is_authenticated else None).pk]
    elif page == "value":
        args = ["portal.name"]
    elif page == "versions":
        args = ["privacy"]
    elif page in ("move", "act"):
        args = [record.pk, VERBS.get((screen, page)) or next(iter(record.MOVES))]
    else:
        args = [record.pk]
    return reverse(f"admin:{screen}_{'change' if page == 'SAVE' else page}", args=args)


def outcome(response):
    """``in``, ``refused``, or ``door``: asked to sign in as somebody of the staff."""
    answer = answer_of(response)
    if answer == "login" or (answer == "302" and response["Location"].startswith(reverse("admin:login"))):
        return "door"
    return "refused" if answer in ("403", "404") else "in"


def former_address(screen):
    """Where the records of a screen are: ``admin/app/model/``; the name of an app may have a line in it."""
    return f"admin/{'/'.join(screen.rsplit('_', 1))}/"


def test_every_address_of_the_staff_area_is_in_the_table():
    told = set(SITE)
    for screen, (_record, pages) in SCREENS.items():
        told |= {f"admin:{screen}_{page}" for page in pages if page != "SAVE"}
        if "change" in pages:
            told.add(f"{former_address(screen)}<path:object_id>/")  # Django's former address of it
    there = {name for name in every_pattern() if name.startswith("admin")}
    assert there - told == set(), "add the screen or the page to the table"
    assert told - there == set(), "these match no address"


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_lets_in_whom_the_table_names(screen, cast, sign_in):
    make, pages = SCREENS[screen]
    clients = {role: sign_in(user) for role, user in cast.items()}
    for page, who in pages.items():
        allowed = set() if who is NOBODY else {"superuser", *who.split()}
        got, record = {}, make(cast)
        for role, user in cast.items():
            send = getattr(clients[role], "post" if page in POSTED else "get")
            got[role] = outcome(send(address(screen, page, record, user)))
        expected = {
            role: "in" if role in allowed else "refused" if user.is_staff else "door"
            for role, user in cast.items()
        }
        assert got == expected, page


def site_address(name):
    """Where a page of the staff area itself is."""
    args = {"admin:view_on_site": [10**6, 1], "admin:app_list": ["deputies"]}.get(name, [])
    return reverse(name, args=args) if name.startswith("admin:") else "/admin/no/such/page/"


@pytest.mark.parametrize("name", SITE)
def test_the_staff_area_itself_is_open_to_staff_alone(name, cast, sign_in):
    where = site_address(name)
    for role, user in cast.items():
        response = sign_in(user).get(where)
        if user.is_staff:
            assert answer_of(response) == SITE[name], role
        elif name in ("admin:login", "admin:logout"):
            assert answer_of(response) in ("login", "302", "403"), role
        else:
            assert outcome(response) == "door", role


@pytest.mark.parametrize(
    ("networks", "address", "answer"),
    [
        ([], "203.0.113.9", 200),
        (["127.0.0.1/32"], "127.0.0.1", 200),
        (["127.0.0.1/32"], "::ffff:127.0.0.1", 200),
        (["127.0.0.1/32"], "127.0.0.2", 403),
        (["10.20.0.0/16", "2001:db8::/48"], "2001:db8::7", 200),
        (["10.20.0.0/16", "2001:db8::/48"], "10.21.0.1", 403),
    ],
)
def test_the_staff_area_is_open_to_the_networks_named_alone(
    networks, address, answer, superuser, sign_in, settings
):
    settings.STAFF_NETWORKS = [ip_network(network) for network in networks]
    page = sign_in(superuser).get("/admin/", REMOTE_ADDR=address, follow=True)
    assert page.status_code == answer


def test_before_the_door_one_signs_in_or_is_told_that_it_is_not_for_one(cast, sign_in):
    for role, user in cast.items():
        if not user.is_staff:
            end = sign_in(user).get("/admin/", follow=True)
            assert end.status_code == (200 if role == "stranger" else 403)


@pytest.mark.parametrize("screen", [name for name, (_record, pages) in SCREENS.items() if "change" in pages])
def test_the_former_address_of_a_record_leads_to_its_page_and_tells_nothing(screen, cast, sign_in):
    for role in ("stranger", "deputy", "leader"):
        assert outcome(sign_in(cast[role]).get(f"/{former_address(screen)}1/")) == "door", role
    moved = sign_in(cast["auditor"]).get(f"/{former_address(screen)}1/")
    assert moved["Location"] == reverse(f"admin:{screen}_change", args=[1])


OF_AREAS = (
    "deputies_deputy",
    "deputies_mandate",
    "deputies_correction",
    "liaison_stations_station",
    "liaison_stations_residency",
)


def elsewhere(screen):
    """A record of a county whose affairs are none of the local offices'."""
    mandate = factories.FenyiMandateFactory()
    correction = factories.CorrectionFactory(deputy=mandate.deputy)
    return {
        "deputies_deputy": mandate.deputy,
        "deputies_mandate": mandate,
        "deputies_correction": correction,
        "liaison_stations_station": factories.StationFactory(area=factories.FenyiFactory()),
        "liaison_stations_residency": factories.ResidencyFactory(station__area=factories.FenyiFactory()),
    }[screen]


@pytest.mark.parametrize("role", ["county_office", "township_office"])
@pytest.mark.parametrize(
    ("screen", "page"),
    [
        (screen, page)
        for screen in OF_AREAS
        for page in ("change", "SAVE", "delete", "history", "move")
        if page in SCREENS[screen][1]
    ],
)
def test_a_record_of_elsewhere_answers_like_a_missing_one(screen, page, role, cast, sign_in):
    foreign, answers = elsewhere(screen), []
    for pk in (foreign.pk, 10**9):
        client, where = sign_in(cast[role]), address(screen, page, type(foreign)(pk=pk), cast[role])
        response = getattr(client, "post" if page in POSTED else "get")(where)
        told = without_address(response, where)
        if response.status_code == 302:
            desk = client.get(response["Location"])
            told = [str(message).replace(str(pk), "…") for message in desk.context["messages"]]
        answers.append((response.status_code, response.headers.get("Location"), told))
    assert answers[0] == answers[1]
    assert str(foreign) not in answers[0][2]


@pytest.mark.parametrize("screen", OF_AREAS)
def test_lists_of_a_local_office_hold_its_own_people_alone(screen, cast, sign_in):
    here, there = SCREENS[screen][0](cast), elsewhere(screen)
    for role in ("county_office", "township_office"):
        page = sign_in(cast[role]).get(reverse(f"admin:{screen}_changelist"))
        listed = list(page.context["cl"].result_list)
        assert here in listed
        assert there not in listed


def test_a_file_that_a_colleague_sent_waits_for_them_alone(office, sign_in):
    colleague = factories.MembershipFactory(role="office").user
    address = reverse(
        "admin:deputies_deputy_import_preview", args=[waiting_file("deputies_deputy", colleague).pk]
    )
    assert sign_in(colleague).get(address).status_code == 200
    assert sign_in(office).get(address).status_code == 404


# What is offered while one types: whoever may open the list of those records


def offered():
    """``(model, field, screen of what is offered)`` of every field that completes what one types."""
    for model, screen in admin.site._registry.items():
        parts = [(model, screen), *((inline.model, inline) for inline in screen.inlines)]
        for owner, part in parts:
            for name in part.autocomplete_fields or ():
                remote = owner._meta.get_field(name).remote_field.model._meta
                yield owner._meta.label_lower, name, f"{remote.app_label}_{remote.model_name}"


@pytest.mark.parametrize(("owner", "field", "screen"), sorted(set(offered())))
def test_completion_offers_records_to_those_who_may_list_them(owner, field, screen, cast, sign_in):
    app, model = owner.split(".")
    query = {"app_label": app, "model_name": model, "field_name": field, "term": "x"}
    allowed = {"superuser", *SCREENS[screen][1]["changelist"].split()}
    for role, user in cast.items():
        got = outcome(sign_in(user).get(reverse("admin:autocomplete"), query))
        assert got == ("in" if role in allowed else "refused" if user.is_staff else "door"), role


def test_completion_offers_a_local_office_its_own_people_alone(cast, sign_in):
    here = factories.YushuiStreetMandateFactory(deputy__name="梁心").deputy
    factories.FenyiMandateFactory(deputy__name="梁心")
    query = {"app_label": "deputies", "model_name": "mandate", "field_name": "deputy", "term": "梁心"}
    answer = sign_in(cast["county_office"]).get(reverse("admin:autocomplete"), query).json()
    assert [found["id"] for found in answer["results"]] == [str(here.pk)]
