"""What did not arrive, why, and what the office can do about it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices import actions, tasks
from notices.models import Delivery, Webhook

from .. import factories

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notices_delivery_changelist")
CHATS = reverse("admin:notices_webhook_changelist")
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f"


@pytest.fixture
def client(sign_in, office):
    return sign_in(office)


def text_of(page):
    return " ".join(page.content.decode().split())


def failed(number=1, **fields):
    return factories.DeliveryFactory.create_batch(
        number, state="failed", attempts=5, last_error="refused", last_code="550", **fields
    )


def test_the_list_says_in_words_what_failed_and_why(client):
    failed(notice__subject="请看一件事", notice__recipient__name="李明")
    page = text_of(client.get(LIST + "?state__exact=failed"))
    for words in ("请看一件事", "李明", "（550）"):
        assert words in page
    assert "refused" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_many_are_sent_again_at_once(client, mailoutbox):
    deliveries = failed(30)
    sent = factories.DeliveryFactory(state="sent", sent_at=deliveries[0].next_try_at)
    chosen = [delivery.pk for delivery in [*deliveries, sent]]
    page = client.post(LIST, {"action": "resend", "_selected_action": chosen}, follow=True)
    assert "30" in str(list(page.context["messages"])[0])
    tasks.deliver_waiting()
    assert len(mailoutbox) == 30


def test_all_that_the_filter_shows_are_sent_again_at_once(client):
    deliveries = failed(60)
    data = {"action": "resend", "_selected_action": [deliveries[0].pk], "select_across": "1"}
    client.post(LIST + "?state__exact=failed", data)
    assert Delivery.objects.filter(state="waiting").count() == 60


def test_a_system_administrator_sends_again_and_keeps_the_chats(sign_in, system_admin):
    (delivery,) = failed()
    client = sign_in(system_admin)
    client.post(LIST, {"action": "resend", "_selected_action": [delivery.pk]})
    assert not Delivery.objects.failed().exists()
    assert client.get(CHATS).status_code == 200


def test_an_audit_administrator_reads_neither(sign_in, auditor):
    client = sign_in(auditor)
    assert [client.get(url).status_code for url in (LIST, CHATS)] == [403, 403]


def test_a_delivery_shows_what_happened_to_its_notice_on_every_channel(client, office, service):
    webhook = factories.WebhookFactory(url=service.url)
    service.answer = service.says(b"", 503)
    user = factories.UserFactory(email="ming@example.cn")
    notice = actions.tell(user, kind="deputies.correction_asked", subject="更正", key="correction-asked:1")
    tasks.deliver_waiting()
    actions.read(notice)
    page = client.get(reverse("admin:notices_delivery_change", args=[webhook.deliveries.get().pk]))
    told = text_of(page).split('<ol class="timeline">')[1].split("</ol>")[0]
    assert told.count("<li>") == 5  # told, letter sent, chat failed, chat tried next, read
    assert f"{webhook.name}：" in told
    assert "（503）" in told


def test_the_list_takes_the_same_queries_for_5_and_25(client, django_assert_num_queries):
    failed(5)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    failed(20)
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def group_chat(**changes):
    return {
        "name": "工作群",
        "kind": "wecom",
        "url": URL,
        "groups": ["corrections"],
        "is_active": "on",
    } | changes


def test_the_office_enters_a_group_chat(client):
    page = client.post(reverse("admin:notices_webhook_add"), group_chat())
    assert page.status_code == 302
    chat = Webhook.objects.get()
    assert (chat.url, chat.groups) == (URL, ["corrections"])


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com/x",
        "https://evil.example/x",
        "https://127.0.0.1/x",
        "http://127.0.0.1:80/x",
    ],
)
def test_an_address_elsewhere_is_refused_and_the_hosts_are_named(url, client):
    page = client.post(reverse("admin:notices_webhook_add"), group_chat(url=url))
    assert "qyapi.weixin.qq.com, oapi.dingtalk.com, open.feishu.cn" in text_of(page)
    assert not Webhook.objects.exists()


def test_a_group_chat_cannot_be_told_what_concerns_one_person(client):
    page = client.post(reverse("admin:notices_webhook_add"), group_chat(groups=["own_data"]))
    assert page.status_code == 200
    assert not Webhook.objects.exists()


def test_a_group_chat_can_be_tried_out(client, office, service):
    webhook = factories.WebhookFactory(url=service.url)
    client.post(CHATS, {"action": "try_out", "_selected_action": [webhook.pk]})
    tasks.deliver_waiting()
    assert len(service.messages) == 1
    assert office.notices.count() == 1


def test_the_key_in_an_address_stands_in_no_list(client):
    factories.WebhookFactory(url=URL)
    page = text_of(client.get(CHATS))
    assert "qyapi.weixin.qq.com" in page
    assert "key=0f" not in page


@pytest.mark.parametrize(
    "role", ["committee_officer", "yushui_office", "government_office", "auditor", "deputy_user"]
)
def test_only_the_office_sees_group_chats(role, request, sign_in):
    client = sign_in(request.getfixturevalue(role))
    assert client.get(reverse("admin:notices_webhook_add")).status_code in (302, 403)
    assert client.get(CHATS).status_code in (302, 403)
