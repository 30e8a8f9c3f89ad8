"""A citizen on a phone leaves an opinion at a station reached by its address, reads the answer and says what they think of it."""

import re

import pytest
from playwright.sync_api import expect

from liaison_stations.actions import opinions
from liaison_stations.models import HeldWord, Opinion

from .. import factories
from . import looks
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]
TEXT = "路口的路灯坏了一个多月，晚上老人小孩过马路很不安全。"


@pytest.fixture
def station():
    station = factories.StationFactory(name="城南街道代表联络站")
    factories.ResidencyFactory(station=station, deputy=factories.MandateFactory(deputy__name="王芳").deputy)
    return station


@pytest.fixture
def quick(monkeypatch):
    """A person takes longer than a browser that is driven."""
    monkeypatch.setattr("common.robots.LEAST_SECONDS", 0)


def photo(name):
    picture = factories.picture(name)
    return {"name": name, "mimeType": picture.content_type, "buffer": picture.read()}


def fill(page, text=TEXT):
    page.get_by_role("textbox", name="反映的内容").fill(text)
    page.get_by_label("姓名", exact=True).fill("李桂花")
    page.get_by_role("textbox", name="手机号码").fill("139 7900 1234")
    first, second = re.findall(r"\d+", page.locator("label[for=id_answer]").inner_text())
    page.get_by_label("等于几").fill(str(int(first) + int(second)))


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_an_opinion_with_two_photos_is_left_followed_and_rated(visit, station, office, quick, javascript):
    phone = visit(None, PHONE, java_script_enabled=javascript)
    phone.goto(f"/stations/{station.pk}/")  # what the QR code on the door says
    phone.get_by_role("link", name="我要反映问题").click()
    phone.get_by_label("反映给").select_option("代表：王芳")
    fill(phone)
    phone.get_by_label("照片").set_input_files([photo("路灯1.png"), photo("路灯2.png")])
    phone.get_by_label("同意隐去姓名后公开").check()
    phone.get_by_role("button", name="提交", exact=True).click()
    phone.wait_for_url("**/opinions/receipt/")
    opinion = Opinion.objects.get()
    assert (opinion.pictures.count(), str(opinion.deputy)) == (2, "王芳")
    expect(phone.get_by_text(opinion.shown_code)).to_be_visible()
    phone.reload()
    expect(phone.get_by_text(opinion.shown_code)).to_be_visible()

    opinions.accept(opinion, by=office)
    opinions.answer(opinion, by=office, text="路灯已于本周修好。", solved="yes")
    phone.get_by_role("link", name="查看办理情况").click()
    phone.get_by_label("查询码").fill(opinion.shown_code)
    phone.get_by_label("后四位").fill("1234")
    phone.get_by_role("button", name="查询").click()
    expect(phone.get_by_role("heading", name="已答复")).to_be_visible()
    expect(phone.get_by_text("路灯已于本周修好。")).to_be_visible()
    assert opinion.code not in phone.url
    phone.get_by_role("radio", name="不满意", exact=True).check()
    phone.get_by_label("补充说明").fill("昨晚又灭了")
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("感谢您的评价")).to_be_visible()
    expect(phone.get_by_role("heading", name="已受理")).to_be_visible()
    opinion.refresh_from_db()
    assert (opinion.round, opinion.state) == (2, "accepted")


def test_what_is_typed_wrongly_is_told_at_the_top_with_a_link_to_its_field(visit, station, quick):
    phone = visit(None, PHONE)
    phone.goto(f"/stations/{station.pk}/opinion/")
    fill(phone)
    phone.get_by_role("textbox", name="手机号码").fill("12345")
    phone.get_by_role("button", name="提交", exact=True).click()
    phone.get_by_role("link", name="手机号码：").click()
    expect(phone.get_by_role("textbox", name="反映的内容")).to_have_value(TEXT)
    assert looks.faults(phone) == {}


def test_pages_of_citizens_have_no_faults(visit, station, office, quick):
    HeldWord.objects.create(word="上访")
    answered = factories.OpinionFactory(
        published=True, station=station, code="3829471056", pin="1234", is_story=True, may_publish=True
    )
    answered.answers.create(text="路灯已修好。", by=office)
    answered.pictures.create(file=factories.stored_picture(), is_public=True)
    factories.DispatchFactory(opinion=answered, state="solved", solved_on="2026-03-01", result="已更换灯具。")
    closed = factories.StationFactory(closed=True)
    page = visit(None, PHONE)
    for address in (
        f"/stations/{station.pk}/opinion/",
        f"/stations/{closed.pk}/opinion/",
        "/opinions/",
        "/stations/answers/",
        f"/stations/answers/?station={station.pk}",
        f"/stations/answers/{answered.pk}/",
        "/stations/stories/",
    ):
        page.goto(address)
        assert looks.faults(page) == {}, address
    page.goto("/opinions/")
    page.get_by_label("查询码").fill("3829471056")
    page.get_by_label("后四位").fill("1234")
    page.get_by_role("button", name="查询").click()
    assert looks.faults(page) == {}
    page.goto(f"/stations/{station.pk}/opinion/")
    fill(page, "上访")
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/opinions/receipt/")
    assert looks.faults(page) == {}
