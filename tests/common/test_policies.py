"""Texts about personal data: version after version, none ever changed."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from common import policies, preferences
from common.models import PolicyText

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)
PRIVACY = reverse("home:privacy")


def published(office, text="新版告知", **fields):
    return policies.publish("privacy", by=office, **{"text": text, "text_en": "", "valid_from": DAY} | fields)


@pytest.mark.parametrize("kind", PolicyText.Kind)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_before_anybody_writes_one_a_text_holds_that_names_who_runs_the_portal(kind, language):
    with translation.override(language):
        words = policies.words(policies.in_force(kind))
    assert "新余市人大常委会" in words
    assert "{" not in words


def test_the_notice_says_what_the_law_asks_for(office):
    """Who, what for, what, how long, which rights, whom to ask (PIPL 17)."""
    preferences.change("portal.contact", "0790-6440000", by=office)
    preferences.change("privacy.keep_import_days", 90, by=office)
    page = Client().get(PRIVACY).content.decode()
    for told in (
        "0790-6440000",
        "目的和依据",
        "处理哪些个人信息",
        "保存90天",
        "查阅、复制",
        "不满十四周岁",
        "版本",
    ):
        assert told in page
    assert "<h2>六、您的权利</h2>" in page


def test_every_page_leads_to_the_notice():
    assert f'href="{PRIVACY}"' in Client().get("/").content.decode()


def test_a_version_holds_from_its_day_until_the_next(office):
    assert published(office, valid_from=DAY).version == 2
    assert published(office, valid_from=DAY + dt.timedelta(days=10)).version == 3
    held = [policies.in_force("privacy", DAY + dt.timedelta(days=n)).version for n in (-1, 0, 9, 10, 99)]
    assert held == [1, 2, 2, 3, 3]
    assert policies.in_force("photo", DAY).version == 1


def test_of_two_versions_of_one_day_the_later_holds(office):
    published(office, "第一稿")
    published(office, "第二稿")
    assert policies.in_force("privacy", DAY).text == "第二稿"


def test_a_number_is_given_once(office):
    published(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyText.objects.create(kind="privacy", version=2, text="另一个", valid_from=DAY)


def test_staff_write_the_next_version_and_see_the_former_ones(office, sign_in):
    address = reverse("admin:common_policytext_versions", args=["privacy"])
    clerk = sign_in(office)
    before = clerk.get(address).context["form"].initial["text"]
    today = timezone.localdate().isoformat()
    clerk.post(address, {"text": "第二版。\n\n<b>粗体</b>", "text_en": "Second.", "valid_from": today})
    clerk.post(address, {"text": "第三版。", "text_en": "", "valid_from": today})
    page = clerk.get(address)
    assert page.context["form"].initial["text"] == "第三版。" != before
    assert [other.text_en for other in page.context["others"]] == ["Second."]
    assert "&lt;b&gt;粗体" in page.content.decode()
    assert "第三版。" in Client().get(PRIVACY).content.decode()


def test_a_text_cannot_hold_from_a_day_that_is_past(office, sign_in):
    address = reverse("admin:common_policytext_versions", args=["privacy"])
    page = sign_in(office).post(address, {"text": "旧", "valid_from": "2020-01-01"})
    assert list(page.context["form"].errors) == ["valid_from"]
    assert not PolicyText.objects.exists()


def test_there_are_no_texts_but_these(office, sign_in):
    page = sign_in(office).get(reverse("admin:common_policytext_versions", args=["phone"]))
    assert page.status_code == 404
