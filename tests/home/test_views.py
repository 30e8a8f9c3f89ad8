"""The start page, what is mine, the language, and the pages of refusals."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as portal
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Area, Role
from common import memory, preferences
from common.elsewhere import SIGNER
from common.models import StoredFile
from deputies.models import Correction, Level
from liaison_stations.actions import opinions

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(db):
    """Deputies of several levels, some of them twice, some no longer."""
    street = factories.AreaFactory(code="360502001", name="城南街道", kind=Area.Kind.STREET)
    group = factories.DeputyGroupFactory(committee=factories.CommitteeFactory())
    factories.DeputyGroupFactory(name="空组")
    for number in range(4):
        factories.MandateFactory(area=street, group=group if number else None)
    factories.FenyiMandateFactory.create_batch(2)
    factories.MandateFactory(ended=True, group=group)
    county = factories.TermFactory(area=factories.FenyiFactory(), level=Level.COUNTY, number=18)
    twice = factories.MandateFactory(group=group).deputy
    for term in (
        county,
        factories.TermFactory(area=factories.YushuiFactory(), level=Level.COUNTY, number=18),
    ):
        factories.MandateFactory(deputy=twice, term=term, level=Level.COUNTY, delegation=None)


def links(page):
    """``{address: text}`` of the links in the page's middle."""
    main = BeautifulSoup(page.content, "html.parser").find("main")
    return {a["href"]: " ".join(a.get_text(" ").split()) for a in main.find_all("a")}


def test_each_figure_is_the_number_of_people_on_the_list_it_opens(city):
    client = Client()
    figures = {href: text for href, text in links(client.get("/")).items() if "?level=" in href}
    assert figures
    for href, text in figures.items():
        assert int(re.match(r"\d+", text).group()) == client.get(href).context["page"].count, href


def test_the_figures_of_groups_and_committees_count_what_their_page_shows(city):
    client = Client()
    start, groups = client.get("/"), client.get(reverse("deputies:groups"))
    assert len(start.context["groups"]) == len(groups.context["groups"]) == 2
    assert start.context["committees"] == len(groups.context["committees"]) == 1
    for group in start.context["groups"]:
        assert group.member_count == client.get(group.get_absolute_url()).context["page"].count


def test_every_area_on_the_start_page_leads_to_somebody(city):
    client = Client()
    areas = [href for href in links(client.get("/")) if "?area=" in href]
    assert len(areas) == 3
    assert all(client.get(href).context["page"].count for href in areas)


def test_an_empty_portal_says_so():
    page = Client().get("/")
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


@pytest.mark.parametrize(
    ("make", "here"),
    [
        (None, ["首页"]),
        (lambda: factories.MandateFactory().deputy, ["人大代表", "代表"]),
        (factories.DeputyGroupFactory, ["小组和专工委", "代表"]),
        (factories.CommitteeFactory, ["小组和专工委", "代表"]),
    ],
)
def test_both_menus_show_where_one_is(make, here):
    page = Client().get(make().get_absolute_url() if make else "/")
    marked = BeautifulSoup(page.content, "html.parser").select("nav [aria-current=page]")
    assert {" ".join(link.get_text().split()) for link in marked} <= set(here)
    assert len(marked) == 2


# Mine


def test_a_person_without_deputy_or_role_is_told_whom_to_ask(sign_in):
    page = sign_in(factories.UserFactory()).get(reverse("home:my")).content.decode()
    assert 'class="empty"' in page


def test_one_s_roles_are_told_with_unit_and_area_while_they_last(sign_in):
    user = factories.UserFactory()
    factories.MembershipFactory(
        user=user, role=Role.UNIT_OFFICER, unit=factories.UnitFactory(name="市水利局")
    )
    factories.MembershipFactory(user=user, role=Role.COUNTY_OFFICE, area=factories.YushuiFactory())
    factories.MembershipFactory(user=user, role=Role.AUDITOR, until="2020-01-01")
    page = sign_in(user).get(reverse("home:my"))
    assert {m.role for m in page.context["roles"]} == {Role.UNIT_OFFICER, Role.COUNTY_OFFICE}
    assert "市水利局" in page.content.decode()
    assert "渝水区" in page.content.decode()


def test_my_page_leads_to_all_that_concerns_one_s_account(deputy_user, sign_in):
    page = links(sign_in(deputy_user).get(reverse("home:my")))
    for name in ("notices:list", "account_change_password", "mfa_index", "usersessions_list"):
        assert any(href.startswith(reverse(name)) for href in page), name
    assert reverse("admin:index") not in page


def test_a_former_deputy_still_sees_their_own_entry(sign_in):
    user = factories.UserFactory()
    factories.MandateFactory(ended=True, deputy__user=user, deputy__name="梁芳")
    page = sign_in(user).get(reverse("home:my"))
    assert [mandate.state for mandate in page.context["mandates"]] == ["ended"]


# Language


def language_of(page):
    return BeautifulSoup(page.content, "html.parser").html["lang"]


def test_the_portal_speaks_chinese_whatever_a_browser_claims():
    page = Client().get("/", headers={"accept-language": "en-US,en;q=0.9"})
    assert language_of(page) == "zh-hans"
    assert page["Content-Language"] == "zh-hans"


def test_the_language_is_switched_and_stays_so():
    client = Client()
    there = client.get("/deputies/")
    switch = BeautifulSoup(there.content, "html.parser").select_one(".foot a[hreflang=en]")["href"]
    page = client.get(switch)
    assert page.status_code == 200
    assert portal.LANGUAGE_COOKIE_NAME not in client.cookies
    answer = client.post(switch, {"language": "en", "next": "/deputies/"})
    assert answer["Location"] == "/deputies/"
    assert client.cookies[portal.LANGUAGE_COOKIE_NAME]["httponly"]
    assert language_of(client.get("/deputies/")) == "en"
    client.post(reverse("home:language"), {"language": "zh-hans"})
    assert language_of(client.get("/")) == "zh-hans"


@pytest.mark.parametrize("chosen", ["de", "../../etc", "", "zh-hans\r\nX: y"])
def test_a_language_that_is_not_offered_changes_nothing(chosen):
    client = Client()
    client.post(reverse("home:language"), {"language": chosen})
    assert portal.LANGUAGE_COOKIE_NAME not in client.cookies


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\x08//x"],
)
def test_switching_the_language_sends_nobody_to_another_site(elsewhere):
    answer = Client().post(reverse("home:language"), {"language": "en", "next": elsewhere})
    assert answer["Location"] == "/"
    page = Client().get(reverse("home:language"), {"next": elsewhere}).content.decode()
    assert "evil" not in page


# Refusals


def refused(path, method="get", client=None, **request):
    client = client or Client(raise_request_exception=False)
    return getattr(client, method)(path, **request)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/suspicious/", 400, "重新加载|刷新"),
        ("/nowhere/", 404, "没有"),
        ("/deputies/999999/", 404, "没有"),
        ("/fault/", 500, "这不是您的错"),
    ],
)
def test_what_goes_wrong_is_told_in_our_words_without_a_trace(path, status, words, settings):
    settings.ROOT_URLCONF = "tests.home.broken_urls"
    page = refused(path)
    text = page.content.decode()
    assert page.status_code == status
    assert re.search(words, BeautifulSoup(text, "html.parser").find("main").get_text())
    for told in ("Traceback", "ZeroDivisionError", "secret words", "Django", "django", portal.SECRET_KEY):
        assert told not in text
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_what_one_may_see_but_not_do_is_told_in_our_words(office, sign_in):
    correction = factories.CorrectionFactory()
    page = sign_in(office).post(reverse("deputies:correction-withdraw", args=[correction.pk]))
    assert page.status_code == 403
    assert 'class="foot"' in page.content.decode()


def test_a_form_left_open_for_too_long_is_told_in_our_words(deputy_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(deputy_user, "accounts.backends.PhoneOrNameBackend")
    page = client.post(reverse("notices:read-all"))
    assert page.status_code == 403
    assert page.templates[0].name == "403_csrf.html"


@pytest.mark.tells_fault("F11")
def test_what_is_too_large_is_refused_before_it_is_read(deputy_user, sign_in, report):
    client = sign_in(deputy_user)
    page = client.generic(
        "POST", reverse("deputies:correction-ask"), b"x", CONTENT_LENGTH=str(26 * 1024 * 1024)
    )
    assert page.status_code == 413
    assert "25" in page.content.decode()
    fitting = {"field": "post", "new_value": "校长", "evidence": factories.document()}
    client.post(reverse("deputies:correction-ask"), fitting)  # the next one, which fits, is taken
    kept = [Correction.objects.count(), StoredFile.objects.count()]
    report(lost=kept.count(0), twice=sum(kept) - len(kept), status=page.status_code)


def test_a_form_of_more_text_than_any_needs_is_refused(deputy_user, sign_in):
    page = sign_in(deputy_user).post(
        reverse("deputies:correction-ask"), f"reason={'x' * 6_000_000}", "application/x-www-form-urlencoded"
    )
    assert page.status_code == 400
    assert 'class="foot"' in page.content.decode()


MARKS = {
    "portal.icp": "赣ICP备00000000号",
    "portal.police": "赣公网安备00000000000000号",
    "portal.site_code": "3605000000",
    "portal.site_mark": "https://bszs.conac.cn/sitename?id=1",
    "portal.report_errors": "https://zfwzgl.www.gov.cn/exposure/jiucuo.html",
}


def test_the_marks_of_a_government_site_stand_in_the_foot_once_they_are_set(superuser):
    page = BeautifulSoup(Client().get("/").content, "html.parser")
    assert "网站标识码" not in page.text
    assert page.select('a[href^="http"]') == []
    for key, value in MARKS.items():
        preferences.change(key, value, by=superuser)
    memory.forget()
    page = BeautifulSoup(Client().get("/").content, "html.parser")
    assert all(value in page.text for value in MARKS.values() if not value.startswith("https"))
    assert page.select('a[href^="http"]') == []  # to other sites over our own page alone
    links = [link["href"] for link in page.select('a[href^="/leave/"]')]
    assert len(links) == 2
    for link, url in zip(links, list(MARKS.values())[3:], strict=True):
        between = BeautifulSoup(Client().get(link).content, "html.parser")
        assert "您即将离开本站" in between.text
        assert between.select_one("main a.button")["href"] == url


@pytest.mark.parametrize(
    "to", ["", "https://evil.example/", "https://bszs.conac.cn/:AAAA", SIGNER.sign("javascript:alert(1)")]
)
def test_nobody_is_sent_to_an_address_that_is_not_ours_to_name(to):
    assert Client().get(reverse("home:leave"), {"to": to}).status_code == 404


def test_a_database_without_room_for_a_session_is_not_the_visitor_s_mistake(client):
    def full(execute, sql, params, many, context):
        if sql.startswith('UPDATE "django_session"'):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    user = factories.UserFactory()
    with connection.execute_wrapper(full):
        page = client.post(reverse("account_login"), {"login": user.username, "password": factories.PASSWORD})
    assert page.status_code == 503
    assert "系统暂时无法使用" in page.content.decode()


def test_a_host_that_is_not_ours_gets_nothing():
    page = refused("/", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert "evil.example" not in page.content.decode()


def test_a_page_whose_author_thought_of_no_rights_needs_a_sign_in(settings):
    settings.ROOT_URLCONF = "tests.home.broken_urls"
    answer = refused("/forgotten/")
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next=/forgotten/"


@pytest.fixture
def at_work(city):
    """Stations of two streets with cases of every kind; some count, others do not."""
    south = factories.StationFactory(stars=5)
    fenyi = factories.StationFactory(area=factories.FenyiFactory(), stars=4)
    factories.StationFactory(closed=True, stars=5, area=south.area)
    told = {"state": "closed", "answered_on": timezone.localdate()}
    for station, channel, fields in (
        (south, "online", {**told, "solved": "yes"}),
        (south, "online", {**told, "solved": "explained"}),
        (south, "reception", {**told, "solved": "yes"}),
        (fenyi, "online", {**told, "solved": "planned", "state": "answered"}),
        (fenyi, "visit", {**told, "solved": "yes"}),
        (fenyi, "online", {**told, "solved": "yes", "state": "accepted", "round": 2}),  # owed another answer
        (fenyi, "online", {}),
    ):
        factories.OpinionFactory(station=station, channel=channel, **fields)


def test_figures_of_stations_count_what_they_open(at_work):
    client = Client()
    sums = client.get("/").context["of_stations"].value.sums()
    assert sums == {"stations": 2, "five_star": 1, "messages": 3, "solved": 3}
    stations = reverse("stations:list")
    opened = links(client.get("/"))
    for address, name in ((stations, "stations"), (f"{stations}?stars=5", "five_star")):
        assert opened[address].startswith(str(sums[name]))
        assert client.get(address).context["page"].count == sums[name]
    table = client.get(reverse("home:figures-of-stations"))
    rows = [
        [cell.get_text() for cell in row.select("td")]
        for row in BeautifulSoup(table.content, "html.parser").select("tbody tr")
    ]
    assert rows[0] == [str(number) for number in sums.values()]
    assert [sum(map(int, column)) for column in zip(*rows[1:], strict=True)] == list(sums.values())
    for place in table.context["counted"].value.places:
        assert client.get(stations, {"area": place.area.code}).context["page"].count == place.stations, (
            place.area
        )


@pytest.mark.django_db(transaction=True)
def test_an_answer_no_stranger_reads_counts_at_once(city, superuser, settings):
    settings.PAGE_CACHE_SECONDS = 60
    opinion, client = factories.OpinionFactory(accepted=True), Client()
    pages = ["/", reverse("home:figures-of-stations")]

    def solved():
        return [BeautifulSoup(client.get(page).content, "html.parser").main.get_text() for page in pages]

    before = [solved() for _time in range(2)][-1]
    opinions.answer(opinion, by=superuser, text="路灯已修好。", solved="yes")
    now = solved()
    memory.forget()
    assert now == solved()
    assert [then != text for then, text in zip(before, now, strict=True)] == [True, True]


def test_without_stations_there_are_no_figures_of_them(city):
    client = Client()
    assert reverse("home:figures-of-stations") not in client.get("/").content.decode()
    assert 'class="empty"' in client.get(reverse("home:figures-of-stations")).content.decode()
