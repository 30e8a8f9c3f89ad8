"""What the public sees of deputies, and what a deputy does with their own entry."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Area
from common.models import StoredFile
from deputies.models import Consent, Correction, Level

from .. import factories

pytestmark = pytest.mark.django_db
LIST = reverse("deputies:list")
ASK = reverse("deputies:correction-ask")


def names(query="", client=None):
    """The names on the list, in their order."""
    return [card["name"] for card in (client or Client()).get(f"{LIST}{query}").context["cards"]]


def elected(name, **mandate):
    return factories.MandateFactory(deputy__name=name, **mandate).deputy


# The list


@pytest.fixture
def city(db):
    """Four people: of the street, of the county, of the county's own congress, and one who left."""
    street = factories.AreaFactory(code="360502001", name="城南街道", kind=Area.Kind.STREET)
    group = factories.DeputyGroupFactory(name="农业农村组")
    elected("南湖生", area=street)
    elected("欧阳南", area=factories.FenyiFactory(), group=group)
    county = factories.TermFactory(area=factories.FenyiFactory(), level=Level.COUNTY, number=18)
    elected("单红", term=county, level=Level.COUNTY, delegation=None, area=factories.FenyiFactory())
    elected("梁芳", ended=True, group=group)
    return group


def test_the_list_shows_sitting_deputies_by_pinyin(city):
    assert names() == ["南湖生", "欧阳南", "单红"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?level=county", ["单红"]),
        ("?area=3605", ["南湖生", "欧阳南", "单红"]),
        ("?area=360502", ["南湖生"]),
        ("?area=360521", ["欧阳南", "单红"]),
        ("?area=360521&level=city", ["欧阳南"]),
        ("?level=township", []),
        ("?level=mayor", ["南湖生", "欧阳南", "单红"]),
        ("?group=999999", ["南湖生", "欧阳南", "单红"]),
    ],
)
def test_the_list_is_filtered_by_what_people_were_elected_to(query, found, city):
    factories.AreaFactory()
    assert names(query) == found


def test_the_list_is_filtered_by_group_and_delegation(city):
    delegation = factories.DelegationFactory(name="分宜县")
    elected("柳青", delegation=delegation)
    assert names(f"?group={city.pk}") == ["欧阳南"]
    assert names(f"?delegation={delegation.pk}") == ["柳青"]


def test_one_mandate_has_to_fit_all_filters(city):
    """Of the county by one mandate and of the group by another is not of the county's group."""
    deputy = elected("双料", area=factories.YushuiFactory(), group=city)
    second = factories.TermFactory(number=9)
    factories.MandateFactory(deputy=deputy, term=second, area=factories.FenyiFactory(), group=None)
    assert names(f"?group={city.pk}&area=360521") == ["欧阳南"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("南湖", ["南湖生"]),
        ("湖生", ["南湖生"]),
        ("南　湖 生", ["南湖生"]),
        ("南", ["南湖生"]),  # one character: the surname
        ("欧", ["欧阳南"]),
        ("阳南", ["欧阳南"]),
        ("湖南", []),
        ("shan hong", ["单红"]),
        ("shanhong", ["单红"]),
        ("shan", ["单红"]),
        ("Nan", ["南湖生"]),
        ("nhs", ["南湖生"]),
        ("oyn", ["欧阳南"]),
        ("ｎｈｓ", ["南湖生"]),
        ("dan hong", []),  # 单 as a surname is shan
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("梁芳", []),  # no longer a deputy
    ],
)
def test_people_are_found_by_name_pinyin_and_initials(typed, found, city):
    assert [card["name"] for card in Client().get(LIST, {"q": typed}).context["cards"]] == found


@pytest.mark.parametrize("name", ["q", "level", "group", "delegation", "area", "after", "before"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "9" * 30, "-1", "x" * 5000, "[]"])
def test_no_value_in_the_address_breaks_the_list(name, value, city):
    assert Client().get(f"{LIST}?{name}={value}").status_code == 200


def test_a_long_list_is_read_forth_and_back_without_gap_or_repeat():
    people = [elected("赵一" if n % 2 else "钱二") for n in range(60)]
    client, query, pages = Client(), "?level=city", []
    while query:
        page = client.get(LIST + query).context["page"]
        pages.append(page)
        query = page.after
    assert [len(page.rows) for page in pages] == [25, 25, 10]
    assert len({deputy.pk for page in pages for deputy in page.rows}) == len(people)
    assert client.get(LIST + pages[2].before).context["page"].rows == pages[1].rows
    assert "level=city" in pages[0].after


def test_an_empty_list_says_what_to_do(city):
    assert 'class="empty"' in Client().get(LIST, {"q": "不存在"}).content.decode()


def test_somebody_elected_twice_is_listed_once_with_both(city):
    deputy = elected("双料")
    township = factories.TermFactory(level=Level.TOWNSHIP, area=factories.YushuiFactory(), number=18)
    second = factories.MandateFactory(deputy=deputy, term=township, level=Level.TOWNSHIP, group=city)
    (card,) = Client().get(LIST, {"q": "双料"}).context["cards"]
    assert card["lines"][0].split(" · ") == [
        deputy.mandates.get(level=Level.CITY).short_label(),
        *second.short_label().split(" · "),
    ]


# What is public and what is not


NEEDLES = {"phone": "13987654321", "landline": "0790-6440000", "address": "针尖路七号"}


@pytest.fixture
def needle(city):
    """A deputy whose private entries can be found again wherever they turn up."""
    mandate = factories.MandateFactory(
        deputy__name="梁心",
        deputy__post="新钢集团工程师",
        deputy__introduction="二十年在一线。",
        deputy__birth_year=1971,
        deputy__birth_month=11,
        deputy__native_place="针尖乡",
        **{f"deputy__{name}": value for name, value in NEEDLES.items()},
        deputy__user=factories.UserFactory(phone="13900000001", email="needle@example.cn"),
        card_no="NEEDLE-77",
        station_name="城南街道联络站",
        group=city,
    )
    for kind in Consent.Kind:
        factories.ConsentFactory(deputy=mandate.deputy, kind=kind)
    city.head = mandate.deputy
    city.committee = factories.CommitteeFactory()
    city.save()
    return mandate.deputy


def test_a_deputy_s_page_tells_what_is_public(needle, city):
    page = Client().get(needle.get_absolute_url()).content.decode()
    for told in (
        "梁心",
        "新钢集团工程师",
        "二十年在一线。",
        "城南街道联络站",
        "渝水区",
        city.name,
        "女",
        "汉族",
    ):
        assert told in page


@pytest.mark.parametrize("role", ["stranger", "deputy", "unit_officer", "office"])
def test_no_public_page_shows_phones_addresses_or_birthdays(role, needle, city, cast, sign_in):
    pages = [
        "/",
        LIST,
        f"{LIST}?q=梁心",
        f"{LIST}?group={city.pk}",
        needle.get_absolute_url(),
        reverse("deputies:groups"),
        city.get_absolute_url(),
        city.committee.get_absolute_url(),
    ]
    private = [*NEEDLES.values(), "1971", "针尖乡", "13900000001", "needle@example.cn", "NEEDLE-77"]
    for page in pages:
        text = sign_in(cast[role]).get(page).content.decode()
        assert "梁心" in text or page in ("/", reverse("deputies:groups"), city.committee.get_absolute_url())
        assert [word for word in private if word in text] == [], page


@pytest.mark.parametrize("typed", ["13987654321", "1398765", "NEEDLE-77", "0790"])
def test_nobody_is_found_by_what_is_private(typed, needle):
    assert Client().get(LIST, {"q": typed}).context["cards"] == []


def test_a_mandate_that_ended_is_shown_to_staff_and_oneself_alone(cast, sign_in):
    deputy = elected("梁心", area=factories.AreaFactory(code="360502001"))
    deputy.user = cast["unit_officer"]
    deputy.save()
    before = factories.TermFactory(number=9)
    factories.MandateFactory(deputy=deputy, term=before, ended=True, delegation=None)
    knowing = {
        role
        for role, user in cast.items()
        if str(before) in sign_in(user).get(deputy.get_absolute_url()).content.decode()
    }
    administrators = {"system_admin", "security_admin", "auditor"}
    assert knowing == cast.keys() - {"stranger", "deputy", "government_office"} - administrators


def test_a_suspended_deputy_is_shown_as_such():
    deputy = elected("梁心", suspended=True)
    page = Client().get(deputy.get_absolute_url()).content.decode()
    assert str(deputy.mandates.get().get_state_display()) in page
    assert "2025" in page


def test_a_group_is_told_with_its_head_its_committee_and_its_members(needle, city):
    response = Client().get(city.get_absolute_url())
    page = response.content.decode()
    assert [card["name"] for card in response.context["cards"]] == ["梁心", "欧阳南"]
    assert city.committee.unit.name in page
    assert f'href="{needle.get_absolute_url()}">梁心' in page


def test_a_head_who_is_no_longer_a_deputy_is_not_named(needle, city):
    needle.mandates.update(state="ended")
    page = Client().get(city.get_absolute_url()).content.decode()
    assert "梁心" not in page


def test_groups_are_counted_without_those_who_left(city):
    page = Client().get(reverse("deputies:groups"))
    assert [(group.name, group.member_count) for group in page.context["groups"]] == [("农业农村组", 1)]


def test_groups_of_a_former_congress_are_not_listed():
    factories.DeputyGroupFactory(
        term__number=9, term__starts_on="2016-10-20", term__ends_on="2021-10-20", name="旧小组"
    )
    assert "旧小组" not in Client().get(reverse("deputies:groups")).content.decode()


def test_a_committee_tells_which_groups_it_leads(needle, city):
    page = Client().get(city.committee.get_absolute_url()).content.decode()
    assert city.committee.unit.name in page
    assert "农业农村组" in page


def test_a_photo_is_shown_to_all_and_kept_by_caches_while_its_deputy_sits(needle, office, sign_in):
    needle.photo = factories.stored_picture()
    needle.save()
    address = reverse("deputies:photo", args=[needle.pk, "small"])
    answer = Client().get(address)
    assert answer.getvalue()[:3] == b"\xff\xd8\xff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "public, max-age=86400"
    needle.mandates.update(state="ended")
    assert Client().get(address).status_code == 404
    seen_by_staff = sign_in(office).get(address)
    assert seen_by_staff.getvalue()
    assert seen_by_staff["Cache-Control"] == "private, no-store"


# Speed


def few(path, client=None):
    with CaptureQueriesContext(connection) as queries:
        assert (client or Client()).get(path).status_code == 200
    return len(queries)


@pytest.fixture
def crowd(city):
    def more(number):
        for _each in range(number):
            photo = StoredFile.objects.create(kind="picture", name="a.jpg", content_type="image/jpeg", size=1)
            deputy = elected("赵一", group=city, area=factories.YushuiFactory())
            deputy.photo = photo
            deputy.save()
            factories.ConsentFactory(deputy=deputy)

    return more


def test_lists_take_the_same_queries_for_5_and_25(crowd, city):
    committee = factories.CommitteeFactory()
    city.committee = committee
    city.save()
    pages = [
        "/",
        LIST,
        f"{LIST}?q=赵一",
        city.get_absolute_url(),
        reverse("deputies:groups"),
        committee.get_absolute_url(),
    ]
    crowd(5)
    [few(page) for page in pages]
    before = {page: few(page) for page in pages}
    crowd(20)
    for number in range(20):
        factories.DeputyGroupFactory(name=f"第{number}组", committee=factories.CommitteeFactory())
    assert {page: few(page) for page in pages} == before
    assert max(before.values()) <= 12


def test_pages_of_one_take_the_same_queries_for_1_and_8(deputy_user, sign_in):
    deputy, client = deputy_user.deputy, sign_in(deputy_user)
    pages = [deputy.get_absolute_url(), reverse("home:my")]

    def add(number, fields):
        for n in range(number):
            group = factories.DeputyGroupFactory(term__number=number * 10 + n + 20)
            factories.MandateFactory(deputy=deputy, term=group.term, group=group, delegation=None)
        for field in fields:
            factories.CorrectionFactory(deputy=deputy, field=field, evidence=factories.stored_document())

    add(1, ["post"])
    [few(page, client) for page in pages]
    before = {page: few(page, client) for page in pages}
    add(7, Correction.FIELDS[:4])
    assert {page: few(page, client) for page in pages} == before


# One's own entry


@pytest.fixture
def me(deputy_user):
    deputy = deputy_user.deputy
    deputy.post, deputy.phone = "教师", "13800001234"
    deputy.save()
    return deputy


@pytest.fixture
def client(deputy_user, sign_in):
    return sign_in(deputy_user)


def test_one_sees_one_s_own_entry_with_phone_and_birth_month(me, client):
    me.birth_year, me.birth_month = 1985, 6
    me.save()
    page = client.get(reverse("home:my")).content.decode()
    assert "13800001234" in page
    assert "1985年6月" in page


def test_a_correction_is_asked_for_and_stands_on_one_s_page(me, client):
    given = {"field": "post", "new_value": " 校长 ", "reason": "上月任命", "evidence": factories.document()}
    assert client.post(ASK, given)["Location"] == reverse("home:my")
    correction = Correction.objects.get()
    assert (correction.deputy, correction.old_value, correction.new_value) == (me, "教师", "校长")
    page = client.get(reverse("home:my")).content.decode()
    assert "校长" in page
    evidence = client.get(reverse("deputies:correction-evidence", args=[correction.pk]))
    assert evidence.getvalue() == b"%PDF-1.4 proof"
    assert evidence["Content-Disposition"] == 'attachment; filename="proof.pdf"'
    assert evidence["Cache-Control"] == "private, no-store"
    me.refresh_from_db()
    assert me.post == "教师"


def test_the_link_beside_an_entry_chooses_it(client, me):
    assert client.get(f"{ASK}?field=phone").context["form"]["field"].value() == "phone"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "1380000123"),
        ("phone", "电话不详"),
        ("sex", "不详"),
        ("name", "长" * 61),
        ("post", "教师"),  # what the office already holds
        ("post", ""),
        ("user", "1"),
        ("birth_year", "1970"),
    ],
)
def test_a_value_that_cannot_be_keeps_what_was_typed(field, value, client, me):
    given = {"field": field, "new_value": value, "reason": "很长的说明", "evidence": factories.document()}
    page = client.post(ASK, given)
    assert page.status_code == 200
    text = page.content.decode()
    assert "summary" in text
    assert "很长的说明" in text
    assert value in text
    assert not Correction.objects.exists()


def kept():
    """Every file there is, and every row about one."""
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()], list(
        StoredFile.objects.all()
    )


@pytest.mark.parametrize("value", ["13800001234", "1380000123"])
def test_a_refused_request_leaves_no_file_behind(value, client, me):
    client.post(ASK, {"field": "phone", "new_value": value, "evidence": factories.document()})
    assert kept() == ([], [])


def test_a_second_request_for_the_same_entry_leaves_no_file_behind(client, me):
    factories.CorrectionFactory(deputy=me, field="post")
    page = client.post(ASK, {"field": "post", "new_value": "主任", "evidence": factories.document()})
    assert "field" in page.context["form"].errors
    assert kept() == ([], [])


@pytest.mark.parametrize("body", [b"<svg onload=alert(1)>", b"<html>", b"MZ\x90", b"#!/bin/sh", b""])
def test_evidence_that_is_no_document_is_refused_beside_its_field(body, client, me):
    upload = SimpleUploadedFile("proof.pdf", body, "application/pdf")
    page = client.post(ASK, {"field": "post", "new_value": "校长", "evidence": upload})
    assert list(page.context["form"].errors) == ["evidence"]
    assert not Correction.objects.exists()
    assert kept() == ([], [])


def test_sex_is_written_as_a_word(client, me):
    client.post(ASK, {"field": "sex", "new_value": "男"})
    assert Correction.objects.get().new_value == "M"
    assert "男" in client.get(reverse("home:my")).content.decode()


def test_a_request_is_withdrawn_once(client, me):
    correction = factories.CorrectionFactory(deputy=me)
    address = reverse("deputies:correction-withdraw", args=[correction.pk])
    client.post(address)
    correction.refresh_from_db()
    assert correction.state == "withdrawn"
    again = client.post(address, headers={"referer": "http://testserver/my/"})
    assert again["Location"] == "http://testserver/my/"
    assert "已" in client.get("/my/").content.decode()
    assert correction.changes.count() == 1


def test_the_page_says_that_nothing_was_asked_yet(client, me):
    assert 'class="empty"' in client.get(reverse("home:my")).content.decode()
