"""What leaves the portal, and what never does."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from notices import actions, channels, tasks
from notices.models import Delivery, Webhook

from .. import factories

pytestmark = pytest.mark.django_db
PHONE, IDENTITY = "13979001234", "360502197001011234"
ASKED = {
    "kind": "deputies.correction_asked",
    "subject": f"张三申请更正：联系电话 {PHONE}",
    "body": f"身份证 {IDENTITY}",
    "link": "/admin/deputies/correction/7/change/",
    "key": "correction-asked:7",
}


@pytest.fixture
def ming():
    return factories.UserFactory(name="李明", email="ming@example.cn", phone=PHONE)


@pytest.fixture
def by_text_message(ming, settings):
    settings.SMS_BACKEND = "tests.notices.services.Phones"
    actions.choose(ming, ways={"corrections": {"centre", "sms"}}, is_daily=False)


def chat(service, **fields):
    return factories.WebhookFactory(url=service.url, **fields)


def outcome(delivery):
    delivery.refresh_from_db()
    return delivery.state, delivery.last_error, delivery.last_code


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Webhook.Kind.WECOM, lambda text: {"msgtype": "text", "text": {"content": text}}),
        (Webhook.Kind.DINGTALK, lambda text: {"msgtype": "text", "text": {"content": text}}),
        (Webhook.Kind.FEISHU, lambda text: {"msg_type": "text", "content": {"text": text}}),
    ],
)
def test_a_group_chat_reads_that_there_is_work_and_where_and_nothing_else(
    kind, message, service, ming, settings
):
    settings.SITE_URL = "https://portal.example"
    chat(service, kind=kind)
    actions.tell(ming, **ASKED)
    tasks.deliver_waiting()
    (told,) = service.messages
    text = told["text"]["content"] if "text" in told else told["content"]["text"]
    assert told == message(text)
    assert text.startswith("真代实表")  # the keyword that DingTalk and Feishu ask for
    assert text.endswith("https://portal.example/admin/deputies/correction/7/change/")
    assert not [
        secret
        for secret in ("张三", "李明", PHONE, IDENTITY, "ming@")
        if secret in json.dumps(told, ensure_ascii=False)
    ]


def test_of_one_thing_told_to_three_clerks_a_group_chat_hears_once(service):
    chat(service)
    for _number in range(3):
        actions.tell(factories.UserFactory(), **ASKED)
    tasks.deliver_waiting()
    assert len(service.messages) == 1


def test_each_group_chat_hears_what_it_is_told_about(service, ming):
    chat(service)
    chat(service, groups=[])
    chat(service, is_active=False)
    chat(service)
    actions.tell(ming, **ASKED)
    actions.tell(ming, kind="deputies.correction_decided", subject="您的更正", key="decided:1")
    tasks.deliver_waiting()
    assert len(service.messages) == 2


@pytest.mark.parametrize(
    ("body", "status", "outcome_of_it"),
    [
        (b'{"errcode": 0}', 200, ("sent", "", "")),
        (b'{"code": 0, "data": {}, "msg": "success"}', 200, ("sent", "", "")),
        (b'{"StatusCode": 0, "StatusMessage": "success"}', 200, ("sent", "", "")),
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', 200, ("waiting", "refused", "93000")),
        (b'{"code": 19024, "msg": "Key Words Not Found"}', 200, ("waiting", "refused", "19024")),
        (b'{"errcode": "ming@example.cn"}', 200, ("waiting", "strange", "")),
        (b"{}", 200, ("waiting", "strange", "")),
        (b"[]", 200, ("waiting", "strange", "")),
        (b"<html>", 200, ("waiting", "strange", "")),
        (b"\xff\xfe", 200, ("waiting", "strange", "")),
        (b'{"errcode": 0}', 500, ("waiting", "refused", "500")),
        (b'{"errcode": 0}', 302, ("waiting", "redirected", "302")),
    ],
)
def test_the_answer_s_own_code_decides_whether_a_message_arrived(body, status, outcome_of_it, service, ming):
    service.answer = service.says(body, status)
    chat(service)
    actions.tell(ming, **ASKED)
    tasks.deliver_waiting()
    assert outcome(Delivery.objects.get(channel="webhook")) == outcome_of_it


def test_a_group_chat_switched_off_in_between_is_not_told(service, ming):
    webhook = chat(service)
    actions.tell(ming, **ASKED)
    Webhook.objects.filter(pk=webhook.pk).update(is_active=False)
    tasks.deliver_waiting()
    assert outcome(webhook.deliveries.get()) == ("failed", "off", "")
    assert service.messages == []


def test_an_address_no_longer_on_the_list_is_not_called(service, ming, settings):
    webhook = chat(service)
    actions.tell(ming, **ASKED)
    settings.WEBHOOK_LOOPBACK = False
    tasks.deliver_waiting()
    assert outcome(webhook.deliveries.get()) == ("failed", "forbidden", "")
    assert service.messages == []


def test_a_letter_masks_phone_numbers_and_leaves_out_identity_numbers(ming, mailoutbox):
    actions.tell(ming, **ASKED)
    tasks.deliver_waiting()
    (letter,) = mailoutbox
    assert letter.subject == "张三申请更正：联系电话 139****1234"
    assert "身份证 ****" in letter.body
    assert IDENTITY not in letter.body


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("电话13979001234。", "电话139****1234。"),
        ("139 7900 1234", "139****1234"),
        ("139-7900-1234", "139****1234"),
        ("１３９７９００１２３４", "１３９****１２３４"),
        ("36050219700101123X", "****"),
        ("订单 139790012345678", "订单 139790012345678"),
        ("2026-03-05 第12号", "2026-03-05 第12号"),
        ("0790-6441234", "0790-6441234"),  # an office's, which people are meant to call
    ],
)
def test_numbers_of_people_are_found_however_they_are_written(written, sent):
    assert channels.without_numbers(written) == sent


def test_every_attempt_at_a_letter_has_the_same_message_id(ming, mailoutbox, settings):
    settings.SITE_URL = "https://portal.example"
    delivery = actions.tell(ming, **ASKED).deliveries.get()
    for _attempt in range(2):  # a worker was killed after sending and before it wrote that down
        Delivery.objects.update(state="waiting", next_try_at=delivery.next_try_at)
        tasks.deliver(delivery.pk)
    ids = [letter.message()["Message-ID"] for letter in mailoutbox]
    assert ids == [f"<email.{delivery.notice.pk}@portal.example>"] * 2


def test_a_text_message_says_only_that_there_is_something(ming, by_text_message, settings, phones):
    settings.SITE_URL = "https://portal.example"
    notice = actions.tell(ming, **ASKED)
    tasks.deliver_waiting()
    ((phone, text, key),) = phones
    assert (phone, key) == (PHONE, f"sms.{notice.pk}")
    assert text.endswith("https://portal.example" + reverse("notices:list"))
    assert "张三" not in text


def test_every_attempt_at_a_text_message_has_the_same_key(ming, by_text_message, phones, settings):
    notice = actions.tell(ming, **ASKED)
    settings.SMS_BACKEND = "tests.notices.services.SilentPhones"
    tasks.deliver_waiting()
    assert outcome(notice.deliveries.get()) == ("waiting", "timeout", "")
    settings.SMS_BACKEND = "tests.notices.services.Phones"
    Delivery.objects.update(next_try_at=notice.created_at)
    tasks.deliver_waiting()
    assert outcome(notice.deliveries.get()) == ("sent", "", "")
    assert [key for _phone, _text, key in phones] == [f"sms.{notice.pk}"] * 2


def test_without_a_provider_there_are_no_text_messages(ming, by_text_message, settings):
    settings.SMS_BACKEND = ""
    assert not actions.tell(ming, **ASKED).deliveries.exists()


def test_the_console_prints_a_text_message_without_the_number(ming, by_text_message, settings, caplog):
    settings.SMS_BACKEND = "notices.sms.ConsoleSms"
    notice = actions.tell(ming, **ASKED)
    with caplog.at_level("INFO"):
        tasks.deliver_waiting()
    assert f"SMS sms.{notice.pk} to 139****1234" in caplog.text
    assert PHONE not in caplog.text


def test_whoever_may_no_longer_sign_in_is_sent_nothing(ming, mailoutbox):
    delivery = actions.tell(ming, **ASKED).deliveries.get()
    ming.is_active = False
    ming.save()
    tasks.deliver_waiting()
    assert outcome(delivery) == ("failed", "closed", "")
    assert mailoutbox == []


def at_once(act):
    """``act(number)`` by eight people at the same time."""

    def one(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(8)))


@pytest.mark.django_db(transaction=True)
def test_eight_clerks_told_at_once_are_one_message_in_the_group_chat(service):
    webhook = chat(service)
    clerks = factories.UserFactory.create_batch(8)
    at_once(lambda number: actions.tell(clerks[number], **ASKED).pk)
    assert webhook.deliveries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_sends(service):
    delivery = factories.DeliveryFactory(channel="webhook", webhook=chat(service))
    at_once(lambda _number: tasks.deliver(delivery.pk))
    assert len(service.messages) == 1
    assert outcome(delivery) == ("sent", "", "")
