import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ming():
    return factories.UserFactory(name="李明")


@pytest.fixture
def client(ming, sign_in):
    return sign_in(ming)


def test_one_sees_one_s_own_newest_first_and_nobody_else_s(client, ming):
    for number in range(3):
        factories.NoticeFactory(recipient=ming, subject=f"第{number}件")
    factories.NoticeFactory(subject="别人的事")
    page = client.get(reverse("notices:list"))
    assert [notice.subject for notice in page.context["page"].rows] == ["第2件", "第1件", "第0件"]
    assert "别人的事" not in page.content.decode()


def test_an_empty_centre_says_what_will_stand_there(client):
    assert 'class="empty"' in client.get(reverse("notices:list")).content.decode()


def test_the_number_of_unread_stands_on_every_page(client, ming):
    factories.NoticeFactory(recipient=ming)
    factories.NoticeFactory(recipient=ming, read_at=timezone.now())
    assert "（1）" in client.get(reverse("home:start")).content.decode()


def test_opening_a_notice_marks_it_read_and_goes_where_it_points(client, ming):
    notice = factories.NoticeFactory(recipient=ming, link="/my/#corrections")
    assert client.post(reverse("notices:read", args=[notice.pk]))["Location"] == "/my/#corrections"
    notice.refresh_from_db()
    assert notice.read_at


def test_a_notice_that_points_nowhere_leads_back_to_the_list(client, ming):
    notice = factories.NoticeFactory(recipient=ming)
    assert client.post(reverse("notices:read", args=[notice.pk]))["Location"] == reverse("notices:list")


def test_nobody_marks_the_notice_of_another_as_read(client):
    notice = factories.NoticeFactory()
    assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_looking_at_the_list_marks_nothing(client, ming):
    factories.NoticeFactory(recipient=ming)
    client.get(reverse("notices:list"))
    assert Notice.objects.unread().count() == 1


def test_all_can_be_marked_at_once(client, ming):
    factories.NoticeFactory.create_batch(3, recipient=ming)
    other = factories.NoticeFactory()
    assert client.post(reverse("notices:read-all"))["Location"] == reverse("notices:list")
    assert list(Notice.objects.unread()) == [other]


def test_a_long_list_goes_on_from_the_last_one_seen(client, ming):
    notices = factories.NoticeFactory.create_batch(60, recipient=ming)
    seen, query = [], ""
    while query is not None:
        page = client.get(reverse("notices:list") + query).context["page"]
        seen += page.rows
        query = page.after or None
    assert seen == notices[::-1]


def test_the_place_in_another_list_is_no_place_in_this_one(client, ming):
    factories.MandateFactory.create_batch(30)
    factories.NoticeFactory(recipient=ming)
    foreign = client.get(reverse("deputies:list")).context["page"].after
    assert client.get(reverse("notices:list") + foreign).status_code == 200


@pytest.mark.parametrize("after", ["", "x", "a:b:c", "%00", "x" * 5000])
def test_a_broken_place_gives_the_first_page(after, client, ming):
    factories.NoticeFactory(recipient=ming)
    assert len(client.get(f"{reverse('notices:list')}?after={after}").context["page"].rows) == 1


def test_the_list_takes_the_same_queries_for_5_and_25(client, ming, django_assert_num_queries):
    factories.NoticeFactory.create_batch(5, recipient=ming)
    client.get(reverse("notices:list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("notices:list"))
    factories.NoticeFactory.create_batch(20, recipient=ming)
    with django_assert_num_queries(len(few)):
        client.get(reverse("notices:list"))
