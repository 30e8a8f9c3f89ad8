"""What the public reads: what was published and nothing else, nobody's name or number, as often asked as the cache allows."""

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from liaison_stations.models import Opinion

from .. import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
NAME, PHONE, IDENTITY = "李桂花", "13979001234", "360502197001011234"


def published(**fields):
    return factories.OpinionFactory(published=True, **fields)


def address(opinion):
    return reverse("stations:public-answer", args=[opinion.pk])


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def leaky():
    """Published in a hurry, with numbers in every text."""
    return published(
        name=NAME,
        phone=PHONE,
        text=f"我是{NAME}，电话{PHONE}，住针尖路七号。",
        address="针尖路七号",
        subject=f"{NAME}反映路灯，联系{PHONE}",
        public_text=f"路灯坏了，电话{PHONE}，身份证{IDENTITY}。",
        public_answer=f"已修好，可拨打{PHONE}核实。",
    )


PAGES = ["stations:answers", "stations:answers-feed"]


def test_only_what_was_published_is_read(client):
    shown = published(is_story=True)
    hidden = [
        factories.OpinionFactory(answered=True, subject="没有公开"),
        factories.OpinionFactory(answered=True, may_publish=True, public_text="没有公开"),
        factories.OpinionFactory(subject="没有公开"),
    ]
    for name in (*PAGES, "stations:stories"):
        page = text_of(client.get(reverse(name)))
        assert shown.subject in page
        assert "没有公开" not in page
    assert client.get(address(shown)).status_code == 200
    assert {client.get(address(opinion)).status_code for opinion in hidden} == {404}


@pytest.mark.parametrize(
    "name", [*PAGES, "stations:stories", "stations:public-answer", "stations:station-answers-feed"]
)
def test_no_number_no_whole_name_and_no_word_of_the_citizen_s_own_is_anywhere(client, leaky, name):
    Opinion.objects.update(is_story=True)
    args = {"stations:public-answer": [leaky.pk], "stations:station-answers-feed": [leaky.station_id]}
    page = text_of(client.get(reverse(name, args=args.get(name, []))))
    assert "139****1234" in page
    for secret in (PHONE, IDENTITY, NAME, "针尖路", leaky.code):
        assert secret not in page


def test_the_citizen_is_shown_by_surname_and_after_blanking_not_at_all(client, leaky):
    assert "市民李**" in text_of(client.get(address(leaky)))
    leaky.name = ""
    leaky.save()
    assert "市民李**" not in text_of(client.get(address(leaky)))


def test_answers_are_found_by_station_area_and_category(client):
    category = factories.CategoryFactory()
    fenyi = factories.AreaFactory(code="360521001", name="分宜镇", kind="town")
    here = published(subject="这里的", category=category)
    there = published(subject="那里的", station=factories.StationFactory(area=fenyi))
    for query in (f"station={here.station_id}", f"area={here.area_id}", f"category={category.pk}"):
        page = text_of(client.get(f"{reverse('stations:answers')}?{query}"))
        assert (here.subject in page, there.subject in page) == (True, False), query


@pytest.mark.parametrize("query", ["station=x", "area=999999", "category=<b>", "after=made-up"])
def test_a_filter_that_is_none_is_left_out_and_not_kept(client, query):
    published()
    page = client.get(f"{reverse('stations:answers')}?{query}")
    assert page.status_code == 200
    assert "路口的路灯" in text_of(page)
    assert query.startswith("after") or "no-store" in page["Cache-Control"]


def test_a_long_list_goes_on_from_the_last_row(client):
    for number in range(27):
        published(
            subject=f"第{number}件",
            station=Opinion.objects.first().station if number else factories.StationFactory(),
        )
    first = client.get(reverse("stations:answers"))
    second = client.get(reverse("stations:answers") + first.context["page"].after)
    assert len(first.context["page"].rows) == 25
    assert [opinion.subject for opinion in second.context["page"].rows] == ["第1件", "第0件"]


@pytest.mark.parametrize("name", [*PAGES, "stations:stories"])
def test_lists_ask_the_database_as_often_for_three_as_for_one(client, name, django_assert_max_num_queries):
    def add():
        opinion = published(is_story=True, category=factories.CategoryFactory())
        opinion.pictures.create(file=factories.stored_picture(), is_public=True)

    add()
    with django_assert_max_num_queries(30) as one:
        client.get(reverse(name))
    for _more in range(2):
        add()
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(reverse(name))


def test_the_suggestion_it_became_is_linked_once_that_is_public(client):
    suggestion = factories.SuggestionFactory(registered=True)
    opinion = published(suggestion=suggestion)
    assert suggestion.get_absolute_url() not in text_of(client.get(address(opinion)))
    suggestion.published_on, suggestion.publication = timezone.localdate(), "full"
    suggestion.save()
    assert suggestion.get_absolute_url() in text_of(client.get(address(opinion)))


# Photos


def test_a_photo_is_public_only_while_it_and_its_answer_are(client):
    opinion = published()
    picture = opinion.pictures.create(file=factories.stored_picture(), is_public=True)
    shown = reverse("stations:answer-picture", args=[picture.pk, "small"])
    assert client.get(shown).getvalue()[:3] == b"\xff\xd8\xff"
    assert shown in text_of(client.get(address(opinion)))
    picture.is_public = False
    picture.save()
    assert client.get(shown).status_code == 404
    assert shown not in text_of(client.get(address(opinion)))
    picture.is_public = True
    picture.save()
    Opinion.objects.update(published_on=None)
    assert client.get(shown).status_code == 404


# Feeds


def test_the_feed_of_all_stations_and_of_one(client, settings):
    here, there = published(subject="这里 & <那里>"), published(subject="那里的")
    feed = client.get(reverse("stations:answers-feed"))
    assert feed["Content-Type"] == "application/atom+xml; charset=utf-8"
    entries = ET.fromstring(feed.content).findall(f"{ATOM}entry")  # noqa: S314 our own
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["那里的", "这里 & <那里>"]
    assert entries[1].find(f"{ATOM}link").get("href") == settings.SITE_URL + address(here)
    assert "路灯已经修好" in entries[0].find(f"{ATOM}summary").text
    of_one = client.get(reverse("stations:station-answers-feed", args=[there.station_id]))
    assert "那里的" in text_of(of_one)
    assert "这里 &amp;" not in text_of(of_one)
    assert client.get(reverse("stations:station-answers-feed", args=[10**9])).status_code == 404


def test_the_list_names_its_feed(client):
    opinion = published()
    assert reverse("stations:answers-feed") in text_of(client.get(reverse("stations:answers")))
    page = text_of(client.get(f"{reverse('stations:answers')}?station={opinion.station_id}"))
    assert reverse("stations:station-answers-feed", args=[opinion.station_id]) in page


# Kept for strangers


@pytest.mark.parametrize("name", [*PAGES, "stations:stories", "stations:public-answer"])
def test_strangers_get_kept_pages_that_change_with_what_is_published(
    name, settings, committed, django_assert_num_queries
):
    settings.PAGE_CACHE_SECONDS = 60
    opinion = published(is_story=True)
    args = [opinion.pk] if name == "stations:public-answer" else []
    committed()
    client = Client()
    client.get(reverse(name, args=args))
    with django_assert_num_queries(0):
        assert opinion.subject in text_of(client.get(reverse(name, args=args)))
