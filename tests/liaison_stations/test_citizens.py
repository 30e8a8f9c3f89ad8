"""Somebody without an account leaves an opinion: what is asked, what is kept, and what is refused without losing a word."""

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import AuditEntry, Setting, StoredFile
from common.robots import Question
from liaison_stations.actions import citizens
from liaison_stations.models import HeldWord, Opinion, Station
from liaison_stations.states import OpinionState
from notices.models import Notice

from .. import factories
from ..needles import tables_with

pytestmark = pytest.mark.django_db
TEXT = "路口的路灯坏了一个多月，晚上过马路很不安全。"
NAME, PHONE, ADDRESS = "李桂花", "13979001234", "针尖路七号"


@pytest.fixture
def station():
    return factories.StationFactory(name="城南街道代表联络站")


def address_of(station):
    return reverse("stations:leave", args=[station.pk])


def filled(client, station, **changes):
    """The form as a person sends it: opened a minute ago, everything filled in."""
    question = client.get(address_of(station)).context["form"].question
    asked = Question(question.first, question.second, uuid.uuid4().hex, question.at - 60)
    return {
        "deputy": "",
        "text": TEXT,
        "name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
        "may_publish": "on",
        "question_token": asked.token,
        "answer": str(asked.first + asked.second),
        "homepage": "",
    } | changes


@pytest.fixture
def send(client, station):
    """``send(**changes)``: the answer to a form that was sent."""
    return lambda **changes: client.post(address_of(station), filled(client, station, **changes))


def errors_of(answer):
    return {name: str(errors) for name, errors in answer.context["form"].errors.items()}


# What arrives


def test_an_opinion_arrives_whole_and_its_receipt_shows_the_code_but_no_address_does(send, client, station):
    answer = send()
    opinion = Opinion.objects.get()
    assert (opinion.text, opinion.name, opinion.phone, opinion.address) == (TEXT, NAME, PHONE, ADDRESS)
    assert (opinion.pin, opinion.station, opinion.channel, opinion.may_publish) == (
        "1234",
        station,
        "online",
        True,
    )
    assert opinion.state == OpinionState.SUBMITTED
    assert answer["Location"] == reverse("stations:receipt")
    receipt = client.get(answer["Location"])
    assert opinion.shown_code in receipt.content.decode()
    assert PHONE not in receipt.content.decode()
    assert "no-store" in receipt["Cache-Control"]
    assert opinion.code not in answer["Location"] + answer.cookies["receipt"].value
    assert answer.cookies["receipt"]["httponly"]
    assert settings.SESSION_COOKIE_NAME not in client.cookies  # nothing else is remembered of the visitor


def test_the_receipt_is_shown_for_ten_minutes_in_this_browser_only(send, client):
    with time_machine.travel(timezone.now()) as clock:
        send()
        assert client.get(reverse("stations:receipt")).status_code == 200
        assert Client().get(reverse("stations:receipt"))["Location"] == reverse("stations:follow")
        clock.shift(dt.timedelta(minutes=11))
        assert client.get(reverse("stations:receipt"))["Location"] == reverse("stations:follow")
    client.cookies["receipt"] = f"{Opinion.objects.get().pk}:made-up"
    assert client.get(reverse("stations:receipt"))["Location"] == reverse("stations:follow")


def test_it_goes_to_a_deputy_of_the_station_and_to_no_other(send, station):
    resident = factories.ResidencyFactory(station=station).deputy
    elsewhere = factories.ResidencyFactory().deputy
    assert "deputy" in errors_of(send(deputy=elsewhere.pk))
    send(deputy=resident.pk)
    assert Opinion.objects.get().deputy == resident


def test_a_deputy_s_own_code_chooses_them(client, station, sign_in):
    user = factories.UserFactory()
    resident = factories.MandateFactory(deputy__user=user).deputy
    factories.ResidencyFactory(station=station, deputy=resident)
    factories.ResidencyFactory(station=factories.StationFactory(takes_messages=False), deputy=resident)
    sheets = BeautifulSoup(sign_in(user).get(reverse("stations:own-code")).text, "html.parser")
    [address] = [line.text for line in sheets.select(".poster-address")]
    assert address.endswith(f"{address_of(station)}?deputy={resident.pk}") and sheets.select_one("svg.qr")
    page = client.get(address_of(station) + f"?deputy={resident.pk}").content.decode()
    assert re.search(rf'<option value="{resident.pk}" selected>', page)
    assert client.get(address_of(station) + "?deputy=<b>").status_code == 200


def test_a_deputy_who_takes_no_messages_cannot_be_chosen(client, send, station, sign_in):
    user = factories.UserFactory()
    resident = factories.MandateFactory(deputy__user=user).deputy
    factories.ResidencyFactory(station=station, deputy=resident)

    def may_choose():
        page = client.get(address_of(station) + f"?deputy={resident.pk}").text
        return f'<option value="{resident.pk}"' in page

    assert may_choose()
    mine = sign_in(user)
    page = mine.post(reverse("deputies:messages-off"), follow=True).text
    assert "群众不能再选择您" in page and reverse("deputies:messages-on") in page
    assert not may_choose()
    assert "deputy" in errors_of(send(deputy=resident.pk))
    send()
    assert Opinion.objects.get().deputy is None
    for _time in range(2):  # a second press changes nothing
        mine.post(reverse("deputies:messages-on"))
    assert may_choose()
    assert AuditEntry.objects.filter(detail__fields=["takes_messages"]).count() == 2


def test_up_to_four_photos_come_with_it_and_are_nobody_s_to_see(send, client):
    send(pictures=[factories.picture(f"{n}.png") for n in range(4)])
    opinion = Opinion.objects.get()
    assert opinion.pictures.count() == 4
    picture = opinion.pictures.first()
    assert not picture.is_public
    assert client.get(reverse("stations:answer-picture", args=[picture.pk, "large"])).status_code == 404


def test_the_staff_of_the_station_are_told_without_a_word_of_it(send, station):
    staff = factories.StationPostFactory(station=station).user
    send()
    notice = Notice.objects.get(recipient=staff)
    assert TEXT[:6] not in notice.subject + notice.body
    assert tables_with(PHONE, ADDRESS) == {}


def test_a_number_is_taken_however_it_is_typed(send):
    send(phone="+86 139-7900-１２３４")
    assert Opinion.objects.get().phone == PHONE


def test_a_word_on_the_list_has_it_held_and_told_so_by_the_page(send, client):
    HeldWord.objects.create(word="路灯")
    send(text="路 灯坏了")
    opinion = Opinion.objects.get()
    assert (opinion.state, opinion.found_words) == (OpinionState.HELD, "路灯")
    page = client.post(reverse("stations:follow"), {"code": opinion.code, "digits": "1234"}).content.decode()
    assert "正在预先审核" in page
    assert opinion.station.name in page


def test_the_form_works_without_scripts_and_asks_for_a_token(station):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address_of(station)).content.decode()
    assert "csrfmiddlewaretoken" in page
    assert reverse("home:privacy") in page
    assert client.post(address_of(station), {"text": TEXT}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_leaving_one_changes_nothing_that_the_public_reads(send, client, station, makings):
    data = filled(client, station, pictures=[factories.picture()])
    assert (makings(Opinion), makings(Station)) == (1, 1)
    client.post(address_of(station), data)
    assert Opinion.objects.count() == 1
    assert (makings(Opinion), makings(Station)) == (1, 1)


def test_the_log_knows_of_it_by_number_only(send):
    send()
    entry = AuditEntry.objects.get(kind="record.created", model="liaison_stations.opinion")
    assert (entry.actor, entry.label, entry.detail) == (None, "", {})


# What is typed wrongly


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "", "请填写此项"),
        ("text", "路" * 2001, "2000"),
        ("name", "", "请填写此项"),
        ("name", "12", "请填写姓名"),
        ("phone", "", "请填写此项"),
        ("phone", "12345", "11"),
        ("phone", "02166666666", "11"),
        ("answer", "", "请填写此项"),
        ("answer", "99", "新题目"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_stays(send, field, value, words):
    answer = send(**{field: value})
    assert answer.status_code == 200
    assert words in errors_of(answer)[field]
    page = answer.content.decode()
    for typed in {TEXT, NAME, PHONE, ADDRESS} - {{"text": TEXT, "name": NAME, "phone": PHONE}.get(field)}:
        assert typed in page
    assert not Opinion.objects.exists()


def test_a_photo_that_is_none_is_an_error_of_its_field_and_the_photos_are_asked_for_again(send):
    answer = send(pictures=[SimpleUploadedFile("photo.jpg", b"GIF89a<script>alert(1)</script>")])
    assert "pictures" in errors_of(answer)
    assert "请重新选择照片" in answer.content.decode()
    assert not Opinion.objects.exists()
    assert not StoredFile.objects.exists()


def test_five_photos_are_too_many(send):
    answer = send(pictures=[factories.picture(f"{n}.png") for n in range(5)])
    assert "pictures" in errors_of(answer)


def test_script_in_every_field_stays_text(send, client):
    probe = "<img src=x onerror=alert(1)>"
    page = send(
        **dict.fromkeys(("text", "name", "phone", "address", "answer", "deputy"), probe)
    ).content.decode()
    assert "<img src=x" not in page
    send(text=probe, name=probe, address=probe)
    opinion = Opinion.objects.get()
    assert opinion.text == probe
    case = client.post(reverse("stations:follow"), {"code": opinion.code, "digits": "1234"}).content.decode()
    assert "<img src=x" not in case
    assert "&lt;img src=x" in case


def test_ten_megabytes_of_text_are_refused_before_they_are_read(send, client, station):
    data = filled(client, station, text="路" * (10 * 2**20 // 3))
    assert client.post(address_of(station), data).status_code == 400
    assert not Opinion.objects.exists()


# Robots


def test_a_form_that_is_sent_at_once_is_asked_to_be_looked_over(client, station):
    question = client.get(address_of(station)).context["form"].question
    data = filled(client, station, question_token=question.token, answer=question.first + question.second)
    with time_machine.travel(timezone.now()) as clock:
        answer = client.post(address_of(station), data)
        assert "__all__" in errors_of(answer)
        assert TEXT in answer.content.decode()
        clock.shift(dt.timedelta(seconds=5))
        assert client.post(address_of(station), data).status_code == 302


def test_a_trap_that_was_filled_in_is_emptied_and_the_form_may_be_sent_again(send, client, station):
    answer = send(homepage="https://spam.example")
    assert "__all__" in errors_of(answer)
    assert "spam.example" not in answer.content.decode()
    assert not Opinion.objects.exists()


def test_a_question_is_good_for_a_day_and_for_one_message(send, client, station):
    old = Question(at=int(timezone.now().timestamp()) - 25 * 3600)
    answer = send(question_token=old.token, answer=old.first + old.second)
    assert "answer" in errors_of(answer)
    assert answer.context["form"].question.key != old.key
    data = filled(client, station)
    client.post(address_of(station), data)
    again = client.post(address_of(station), data | {"text": "另一件事：公交站没有站牌。"})
    assert "answer" in errors_of(again)
    assert "另一件事" in again.content.decode()
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize("token", ["", "made-up", "eyJmaXJzdCI6MX0:1a:b"])
def test_a_question_of_nobody_s_is_asked_anew(send, token):
    assert "answer" in errors_of(send(question_token=token))


# Sent again


def test_sent_twice_is_one_case_with_one_receipt(client, station):
    data = filled(client, station)
    first, second = (client.post(address_of(station), data) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert first.cookies["receipt"].value.split(":")[0] == second.cookies["receipt"].value.split(":")[0]
    assert Opinion.objects.count() == 1


def test_the_same_text_from_the_same_phone_on_the_same_day_is_the_first_case(send, client):
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)) as clock:
        send()
        send(text=f" {TEXT} ")
        assert Opinion.objects.count() == 1
        assert Opinion.objects.get().shown_code in client.get(reverse("stations:receipt")).content.decode()
        send(phone="13979005678")
        clock.shift(dt.timedelta(days=1))
        send()
        assert Opinion.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_eight_sent_at_once_one_case_comes(station):
    def send(key):
        try:
            return citizens.leave(station, text=TEXT, phone=PHONE, key=key, name=NAME).pk
        finally:
            connection.close()

    keys = [uuid.uuid4().hex for _number in range(4)] * 2
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, keys))) == 1
    assert Opinion.objects.count() == 1


# Too much


@time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), tick=False)
def test_of_many_in_a_minute_from_one_address_only_so_many_as_the_limit_arrive(client, station):
    Setting.objects.create(key="online.per_phone_day", value=1000)
    statuses = []
    for number in range(50):
        question = Question(at=int(timezone.now().timestamp()) - 60)
        asked = {"question_token": question.token, "answer": question.first + question.second}
        sent = {"text": f"{TEXT}{number}", "name": NAME, "phone": PHONE} | asked
        answer = client.post(address_of(station), sent)
        statuses.append(answer.status_code)
    assert statuses == [302] * 6 + [429] * 44
    assert Opinion.objects.count() == 6
    assert f"{TEXT}49" in answer.content.decode()
    assert "请过一分钟再提交" in answer.content.decode()


def test_one_phone_may_send_so_many_a_day(send):
    Setting.objects.create(key="online.per_minute", value=100)
    answers = [send(text=f"{TEXT}{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert f"{TEXT}5" in answers[-1].content.decode()


def test_another_address_is_not_limited_by_it(client, station):
    Setting.objects.create(key="online.per_minute", value=1)
    for number, address in enumerate(("203.0.113.1", "203.0.113.1", "203.0.113.2")):
        data = filled(client, station, text=f"{TEXT}{number}", phone=f"1397900000{number}")
        client.post(address_of(station), data, REMOTE_ADDR=address)
    assert Opinion.objects.count() == 2


# Where nobody is received


def test_a_closed_station_says_so_and_where_to_go(client):
    station = factories.StationFactory(closed=True)
    near = factories.StationFactory(area=station.area)
    page = client.get(address_of(station))
    assert page.context["form"] is None
    assert "已关闭" in page.content.decode()
    assert address_of(near) in page.content.decode()


def test_a_merged_one_sends_to_the_station_it_was_merged_into(client):
    other = factories.StationFactory()
    station = factories.StationFactory(state="merged", merged_into=other)
    page = client.get(address_of(station)).content.decode()
    assert address_of(other) in page


def test_one_that_takes_no_messages_shows_when_to_come(client):
    station = factories.StationFactory(takes_messages=False)
    page = client.get(address_of(station)).content.decode()
    assert station.opening_hours in page
    assert "csrfmiddlewaretoken" not in page


def test_a_station_that_closes_while_somebody_writes_loses_no_word(client, station):
    data = filled(client, station)
    station.state = "closed"
    station.save()
    page = client.post(address_of(station), data)
    assert TEXT in page.content.decode()
    assert "__all__" in errors_of(page)
    assert not Opinion.objects.exists()


def test_a_station_there_is_not_is_not_found(client):
    assert client.get(reverse("stations:leave", args=[10**9])).status_code == 404
