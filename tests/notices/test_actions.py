from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from common.audit_models import AuditEntry
from config.celery import app
from notices import actions, tasks
from notices.models import Delivery, Notice, unread_count

from .. import factories

TOLD = {"kind": "test.told", "subject": "请看一件事", "key": "test:1"}


@pytest.fixture
def ming(db):
    return factories.UserFactory(name="李明", email="ming@example.cn")


@pytest.fixture
def at_once():
    """Errands run in this process, as where there is no Redis."""
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    yield
    app.conf.task_always_eager = before


@pytest.mark.django_db
def test_telling_twice_is_silent(ming):
    first = actions.tell(ming, **TOLD)
    assert actions.tell(ming, **TOLD | {"subject": "再说一遍"}) == first
    assert [(n.subject, n.deliveries.count()) for n in Notice.objects.all()] == [("请看一件事", 1)]


@pytest.mark.django_db
def test_the_same_may_be_told_to_two_people(ming):
    actions.tell(ming, **TOLD)
    actions.tell(factories.UserFactory(), **TOLD)
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_tell_at_once_one_does(ming):
    def tell(_number):
        try:
            return actions.tell(ming, **TOLD).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(tell, range(8)))
    assert told == {Notice.objects.get().pk}
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_after_the_commit_and_not_before(ming, mailoutbox, at_once):
    with transaction.atomic():
        actions.tell(ming, **TOLD)
        assert mailoutbox == []
    assert [letter.to for letter in mailoutbox] == [["ming@example.cn"]]


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_was_never_told(ming, mailoutbox, at_once):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.tell(ming, **TOLD)
        raise ZeroDivisionError
    assert mailoutbox == []
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_whoever_has_no_address_is_told_in_the_portal_alone():
    notice = actions.tell(factories.UserFactory(email=""), **TOLD)
    assert not notice.deliveries.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "link", ["https://evil.example/", "//evil.example/", "/\\evil.example", "my/", "javascript:alert(1)"]
)
def test_a_link_out_of_the_portal_is_refused(link, ming):
    with pytest.raises(ValueError, match="only inside the portal"):
        actions.tell(ming, **TOLD, link=link)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_a_subject_stays_on_one_line_and_fits(ming):
    notice = actions.tell(ming, **TOLD | {"subject": "第一行\nBcc: all@example.cn " + "长" * 300})
    assert "\n" not in notice.subject
    assert len(notice.subject) == 200


@pytest.mark.django_db
def test_reading_is_remembered_from_the_first_time(ming):
    notice = actions.tell(ming, **TOLD)
    actions.read(notice)
    notice.refresh_from_db()
    first = notice.read_at
    actions.read(notice)
    notice.refresh_from_db()
    assert notice.read_at == first


@pytest.mark.django_db
def test_reading_all_leaves_those_of_others(ming):
    for _number in range(3):
        factories.NoticeFactory(recipient=ming)
    other = factories.NoticeFactory()
    assert actions.read_all(ming) == 3
    assert actions.read_all(ming) == 0
    assert list(Notice.objects.unread()) == [other]


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (250, "99+")])
def test_what_waits_is_counted_no_further_than_99(number, shown, ming, django_assert_num_queries):
    Notice.objects.bulk_create(factories.NoticeFactory.build_batch(number, recipient=ming))
    factories.NoticeFactory()
    with django_assert_num_queries(1):
        assert unread_count(ming) == shown


@pytest.mark.django_db
def test_a_failed_letter_is_tried_anew_and_only_a_failed_one(ming, mailoutbox):
    delivery = actions.tell(ming, **TOLD).deliveries.get()
    all_of_them = Delivery.objects.all()
    assert actions.resend(all_of_them, by=ming) == 0
    Delivery.objects.update(state=Delivery.State.FAILED, attempts=5, last_error="refused", last_code="550")
    assert actions.resend(all_of_them, by=ming) == 1
    assert actions.resend(all_of_them, by=ming) == 0
    assert AuditEntry.objects.get(kind="letter.resent").detail == {"number": 1}
    tasks.deliver_waiting()
    assert len(mailoutbox) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (Delivery.State.SENT, 1)
    assert (delivery.last_error, delivery.last_code) == ("", "")
