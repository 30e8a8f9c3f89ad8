"""What is heard on a visit, in a questionnaire or in a street council becomes the same case as any other."""

import pytest
from django.urls import reverse

from liaison_stations.models import Opinion
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return factories.StationFactory()


@pytest.fixture
def staff(station):
    return factories.StationPostFactory(station=station).user


def send(client, station, **given):
    category = factories.CategoryFactory()
    given = {
        "channel": "visit",
        "name": "李桂花",
        "phone": "138 0790 1234",
        "people": "2",
        "category": category.pk,
        "text": "村口的桥栏断了半截，孩子上学天天从那里过。",
    } | given
    return client.post(reverse("stations:opinion-new", args=[station.pk]), given)


@pytest.mark.parametrize("channel", ["visit", "questionnaire", "street_council"])
def test_what_was_heard_is_taken_on_at_once_and_has_a_receipt(station, staff, sign_in, channel):
    client = sign_in(staff)
    answer = send(client, station, channel=channel)
    opinion = Opinion.objects.get()
    assert (opinion.channel, opinion.state, opinion.by, opinion.phone) == (
        channel,
        "accepted",
        staff,
        "13807901234",
    )
    receipt = client.get(answer["Location"]).content.decode()
    assert opinion.shown_code in receipt
    assert "1234" in receipt
    assert "13807901234" not in receipt


def test_what_was_answered_on_the_spot_waits_for_the_rating(station, staff, sign_in):
    send(sign_in(staff), station, answer="已联系村里，今天就先围起来。", solved="planned")
    opinion = Opinion.objects.get()
    assert (opinion.state, opinion.route, opinion.solved) == ("answered", "on_the_spot", "planned")


def test_who_works_at_the_station_is_told_what_others_entered_and_nothing_is_to_review(
    station, staff, deputy_user, sign_in
):
    factories.ResidencyFactory(station=station, deputy=deputy_user.deputy)
    send(sign_in(staff), station)
    assert not Notice.objects.filter(recipient=staff).exists()
    send(sign_in(deputy_user), station, text="村口的水沟堵了，一下雨就漫到路上。")
    [subject] = Notice.objects.filter(recipient=staff).values_list("subject", flat=True)
    assert subject.startswith("请于") and "答复" in subject
    send(sign_in(deputy_user), station, text="站牌歪了。", answer="当天已扶正。", solved="yes")
    assert [one.subject for one in Notice.objects.filter(recipient=staff)][0].startswith("已答复")


def test_a_questionnaire_may_be_without_name_and_number(station, staff, sign_in):
    send(sign_in(staff), station, channel="questionnaire", name="", phone="")
    opinion = Opinion.objects.get()
    assert (opinion.name, opinion.phone, len(opinion.pin)) == ("", "", 4)


def test_a_deputy_of_the_station_records_what_was_said_on_a_visit(station, deputy_user, sign_in):
    client = sign_in(deputy_user)
    assert client.get(reverse("stations:opinion-new", args=[station.pk])).status_code == 404
    factories.ResidencyFactory(station=station, deputy=deputy_user.deputy)
    answer = send(client, station)
    assert Opinion.objects.get().by == deputy_user
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("given", "words"), [({"text": ""}, "请填写"), ({"phone": "123"}, "11"), ({"channel": "online"}, "选")]
)
def test_what_is_missing_is_told_and_nothing_is_entered(station, staff, sign_in, given, words):
    page = send(sign_in(staff), station, **given).content.decode()
    assert words in page
    assert not Opinion.objects.exists()


def test_at_a_closed_station_nothing_is_entered(station, staff, sign_in):
    station.state = "closed"
    station.save()
    assert "已关闭" in send(sign_in(staff), station).content.decode()
    assert not Opinion.objects.exists()


def test_sent_twice_it_is_one_case_with_one_receipt(station, staff, sign_in):
    client, key = sign_in(staff), "5f2d9f30-3a52-4b8c-8f8e-0c1de2a4c9b7"
    first, second = (send(client, station, _key=key)["Location"] for _time in range(2))
    assert first == second
    assert Opinion.objects.count() == 1


def test_a_receipt_of_others_is_nobody_s(station, staff, deputy_user, sign_in):
    send(sign_in(staff), station)
    address = reverse("stations:opinion-receipt", args=[Opinion.objects.get().pk])
    assert sign_in(deputy_user).get(address).status_code == 404
