"""A suggestion is written on a phone whose signal comes and goes: nothing that was typed is lost."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from proposals.actions import suggestions, topics
from proposals.models import Suggestion

from .. import factories
from . import looks
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


@pytest.fixture
def draft(deputy_user):
    return factories.SuggestionFactory(lead=deputy_user.deputy, facts="")


@pytest.fixture
def phone(visit, deputy_user, draft):
    """The filing form on a phone."""
    page = visit(deputy_user, PHONE)
    page.edit = f"/my/suggestions/{draft.pk}/edit/"
    page.goto(page.edit)
    return page


def facts(page):
    return page.get_by_label("情况", exact=True)


def status(page):
    return page.locator("[data-status]")


def kept(page):
    return page.evaluate("Object.keys(localStorage)")


def without_signal(page):
    """What is saved does not arrive, while pages do: as where a signal is there for seconds only."""
    page.route("**/autosave/", lambda route: route.abort("internetdisconnected"))


@pytest.mark.parametrize("javascript", [True, False], ids=["", "without JavaScript"])
def test_a_suggestion_is_filed_on_a_phone_and_co_signed(visit, deputy_user, office, javascript):
    other = factories.MandateFactory(deputy__user=factories.UserFactory(), deputy__name="王芳").deputy
    factories.CategoryFactory()
    phone = visit(deputy_user, PHONE, java_script_enabled=javascript)
    phone.goto("/my/suggestions/")
    phone.get_by_role("button", name="新建建议").click()
    phone.get_by_label("标题").fill("关于改善南湖路交通拥堵的建议")
    facts(phone).fill("南湖路早晚高峰拥堵严重。")
    phone.locator("#id_reasons").fill("道路狭窄。")
    phone.get_by_label("内容分类").select_option("城建环资")
    phone.get_by_role("button", name="检查并提交").click()
    phone.get_by_role("link", name="请写明").click()  # the request is missing
    expect(phone.get_by_label("标题")).to_have_value("关于改善南湖路交通拥堵的建议")
    phone.get_by_label("具体建议").fill("建议市住建局拓宽路口，市公安局增设信号灯。")
    picture = factories.picture("路口.png")
    phone.get_by_label("图片").set_input_files(
        {"name": picture.name, "mimeType": picture.content_type, "buffer": picture.read()}
    )
    phone.get_by_role("button", name="添加所选附件").click()
    expect(phone.get_by_text("路口.jpg").first).to_be_visible()

    phone.get_by_role("link", name="邀请附议").click()
    phone.get_by_label("姓名、拼音").fill("wang")
    if not javascript:
        phone.get_by_role("button", name="查找").click()
    phone.get_by_label("王芳").check()
    phone.get_by_role("button", name="征求意见").click()
    expect(phone.get_by_text("待答复")).to_be_visible()

    second = visit(other.user, PHONE, java_script_enabled=javascript)
    second.goto("/my/suggestions/")
    second.get_by_role("link", name="关于改善南湖路交通拥堵的建议").click()
    second.get_by_role("button", name="已阅读，同意附议").click()
    phone.get_by_role("link", name="检查并提交").click()
    expect(phone.get_by_text("王芳")).to_be_visible()
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("已提交代表工委")).to_be_visible()
    suggestion = Suggestion.objects.get()
    assert [str(signer) for signer in suggestion.signers()] == ["李代表", "王芳"]
    assert suggestion.state == "submitted"
    assert suggestion.files.count() == 1


def test_what_is_typed_is_saved_and_there_after_a_reload(phone, draft):
    facts(phone).fill("写到一半。")
    expect(status(phone)).to_contain_text("已于")
    phone.reload()
    expect(facts(phone)).to_have_value("写到一半。")
    assert kept(phone) == []
    facts(phone).fill("继续写。")
    expect(status(phone)).to_contain_text("已于")
    phone.get_by_role("button", name="保存草稿").last.click()
    expect(phone.get_by_text("已保存。")).to_be_visible()
    draft.refresh_from_db()
    assert draft.facts == "继续写。"


def test_a_dead_signal_is_told_and_what_was_typed_is_saved_when_it_is_back(phone, draft):
    phone.context.set_offline(True)
    facts(phone).fill("没有信号时写的。")
    expect(status(phone)).to_contain_text("已存在本机")
    phone.context.set_offline(False)
    expect(status(phone)).to_contain_text("已于")
    draft.refresh_from_db()
    assert draft.facts == "没有信号时写的。"
    assert kept(phone) == []


def test_what_is_typed_without_a_signal_is_there_after_a_reload(phone, draft):
    without_signal(phone)
    facts(phone).fill("没有信号时写的。")
    expect(status(phone)).to_contain_text("已存在本机")
    phone.reload()
    expect(facts(phone)).to_have_value("没有信号时写的。")
    expect(status(phone)).to_contain_text("已恢复到表单中")
    draft.refresh_from_db()
    assert draft.facts == ""
    phone.unroute("**/autosave/")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(status(phone)).to_contain_text("已于")
    draft.refresh_from_db()
    assert draft.facts == "没有信号时写的。"
    assert kept(phone) == []


def test_the_signal_dies_at_the_last_button_and_nothing_is_lost(phone, draft):
    without_signal(phone)
    facts(phone).fill("提交时断网。")
    phone.route("**/edit/", lambda route: route.abort("internetdisconnected"))
    phone.get_by_role("button", name="检查并提交").click()
    phone.wait_for_url("chrome-error://**")
    phone.unroute("**/edit/")
    phone.unroute("**/autosave/")
    phone.goto(phone.edit)
    expect(facts(phone)).to_have_value("提交时断网。")
    phone.get_by_role("button", name="检查并提交").click()
    phone.wait_for_url("**/submit/")
    draft.refresh_from_db()
    assert draft.facts == "提交时断网。"
    assert kept(phone) == []


def test_a_text_kept_on_the_device_never_replaces_a_newer_one_unasked(phone, draft, deputy_user):
    without_signal(phone)
    facts(phone).fill("手机上写的。")
    expect(status(phone)).to_contain_text("已存在本机")
    suggestions.write(draft, by=deputy_user, version=1, facts="电脑上写的。")
    phone.reload()
    expect(facts(phone)).to_have_value("电脑上写的。")
    expect(status(phone)).to_contain_text("已在别处修改")
    phone.get_by_role("button", name="显示本机保存的内容").click()
    expect(facts(phone)).to_have_value("手机上写的。")


def test_similar_ones_appear_while_the_title_is_typed(phone, deputy_user):
    alike = factories.SuggestionFactory(
        title="关于解决南湖路交通拥堵问题的建议", registered=True, published_on="2026-01-01"
    )
    phone.get_by_label("标题").fill("关于南湖路交通拥堵")
    expect(phone.get_by_role("link", name=alike.title)).to_be_visible()
    assert looks.faults(phone) == {}


def test_the_pages_of_a_deputy_who_has_much_to_do_have_no_faults(visit, deputy_user):
    deputy = deputy_user.deputy
    other = factories.MandateFactory(deputy__name="王芳").deputy
    mine, theirs = (factories.SuggestionFactory(lead=lead) for lead in (deputy, other))
    draft = factories.SuggestionFactory(lead=deputy, request="", title="关于公交站的建议")
    factories.SuggestionFactory(lead=deputy, registered=True)
    mine.files.create(file=factories.stored_picture())
    until = timezone.localdate() + dt.timedelta(days=5)
    suggestions.invite(mine, deputies=[other], until=until, by=deputy_user)
    suggestions.invite(theirs, deputies=[deputy], until=until, by=None)
    topics.claim(factories.TopicFactory(), deputy=deputy, by=deputy_user)
    factories.MandateFactory(deputy__name="陈晓东")
    deputy.mandates.update(group=factories.DeputyGroupFactory())
    page = visit(deputy_user, PHONE)
    for address in (
        "/my/suggestions/",
        f"/my/suggestions/{mine.pk}/edit/",
        f"/my/suggestions/{draft.pk}/submit/",
        f"/my/suggestions/{mine.pk}/invite/?q=chen",
        f"/my/suggestions/{draft.pk}/invite/",
        f"/my/suggestions/cosign/{theirs.cosignatures.get().pk}/",
        f"/my/topics/{factories.TopicFactory().pk}/claim/",
    ):
        page.goto(address)
        assert looks.faults(page) == {}, address
