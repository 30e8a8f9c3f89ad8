"""What is remembered holds until something public has changed: here, in another thread, in another process."""

import threading
import time

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import DatabaseError, connection, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from accounts.models import Area, User
from common import freshness, memory
from common.models import JobRun, Setting

from .. import factories
from ..processes import manage, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def area():
    return factories.AreaFactory(name="旧名")


@pytest.fixture
def name(area):
    """The name as something that remembers it tells it."""

    def told():
        return memory.kept("name", lambda: Area.objects.get(pk=area.pk).name)

    assert told() == "旧名"
    return told


def save(area):
    area.name = "新名"
    area.save()


def update(area):
    Area.objects.filter(pk=area.pk).update(name="新名")


def bulk_update(area):
    area.name = "新名"
    Area.objects.bulk_update([area], ["name"])


def sql(area):
    with connection.cursor() as cursor:
        cursor.execute("update accounts_area set name = %s where id = %s", ["新名", area.pk])


def in_a_transaction(area):
    with transaction.atomic():
        save(area)
        factories.UserFactory()


def beside_a_new_row(area):
    """What a row returns is read after its statement has run, outside a transaction at least."""
    update(area)
    Area.objects.create(code="360502", name="渝水区", kind=Area.Kind.DISTRICT)


@pytest.mark.parametrize("write", [save, update, bulk_update, sql, in_a_transaction, beside_a_new_row])
def test_a_change_shows_at_once_however_it_was_written(write, area, name):
    write(area)
    assert name() == "新名"


def test_new_and_deleted_rows_show_at_once(area):
    def number():
        return memory.kept("number", Area.objects.count)

    assert number() == 1
    other = factories.YushuiFactory()
    assert number() == 2
    other.delete()
    assert number() == 1


def test_what_holds_costs_at_most_a_question_a_second(name, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert {name() for _time in range(100)} == {"旧名"}


def test_what_is_not_committed_is_remembered_by_nobody(area, name):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        save(area)
        assert name() == "新名"  # here alone
        1 / 0  # noqa: B018
    assert name() == "旧名"


def test_other_threads_see_a_change_only_after_the_commit(area, name):
    seen = []

    def look():
        seen.append(name())
        connection.close()

    with transaction.atomic():
        save(area)
        if (
            connection.vendor == "postgresql"
        ):  # readers of SQLite do not wait either, but its tests may share a lock
            other = threading.Thread(target=look)
            other.start()
            other.join()
            assert seen.pop() == "旧名"
    other = threading.Thread(target=look)
    other.start()
    other.join()
    assert seen == ["新名"]


def test_a_change_of_another_process_shows_within_a_second(area, name):
    code = f"from accounts.models import Area; Area.objects.filter(pk={area.pk}).update(name='新名')"
    done = manage("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    assert until(lambda: name() == "新名", seconds=freshness.SECONDS + 0.5)


def test_who_is_told_that_something_was_done_sees_it_whichever_process_did_it(
    area, office, sign_in, monkeypatch
):
    """Saved by one worker, the list that follows is shown by another."""
    clerk, address = sign_in(office), reverse("admin:accounts_area_changelist")
    assert "旧名" in clerk.get(address).content.decode()
    monkeypatch.setattr(freshness, "SECONDS", 600)
    freshness.forget()
    clerk.get(address)
    code = f"from accounts.models import Area; Area.objects.filter(pk={area.pk}).update(name='新名')"
    done = manage("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    assert "旧名" in clerk.get(address).content.decode()
    clerk.cookies[CookieStorage.cookie_name] = "whatever it says"
    assert "新名" in clerk.get(address).content.decode()


def test_what_nobody_told_of_is_forgotten_after_a_minute(area, name, monkeypatch):
    monkeypatch.setattr(memory, "LONGEST", 0.01)
    monkeypatch.setattr(memory, "SELDOM", 0)
    memory.forget()
    name()
    connection.execute_wrappers.remove(freshness.watch)  # as a database tool writes
    try:
        update(area)
    finally:
        connection.execute_wrappers.append(freshness.watch)
    time.sleep(0.02)
    assert name() == "新名"


def test_what_takes_long_is_made_once_for_all_who_ask_at_once(area):
    freshness.moment()
    begun, made = threading.Event(), []

    def make():
        begun.set()
        time.sleep(0.2)
        made.append(1)
        return len(made)

    def ask(told):
        told.append(memory.kept("slow", make))
        connection.close()

    told = []
    readers = [threading.Thread(target=ask, args=[told]) for _each in range(4)]
    for reader in readers:
        reader.start()
        begun.wait()
    for reader in readers:
        reader.join()
    assert told == [1, 1, 1, 1]


def test_one_that_fails_lets_the_next_one_make_it(area):
    with pytest.raises(ZeroDivisionError):
        memory.kept("fails", lambda: 1 / 0)
    assert memory.kept("fails", lambda: 1) == 1


@pytest.mark.parametrize(("slow", "told"), [(0.01, "旧名"), (600, "新名")])
def test_figures_that_take_long_to_count_may_be_of_a_moment_ago_and_say_so(slow, told, area, monkeypatch):
    monkeypatch.setattr(memory, "SLOW", slow)

    def counted():
        def count():
            time.sleep(0.02)
            return Area.objects.get(pk=area.pk).name

        return memory.counted("figures", count)

    before = counted()
    save(area)
    after = counted()
    assert after.value == told
    assert (after.at == before.at) == (told == "旧名")
    assert memory.kept("figures", lambda: "made anew") == ("made anew" if told == "旧名" else "新名")


def test_a_part_of_a_page_is_kept_for_its_values_where_its_condition_is_true(area):
    part = Template('{% load kept %}{% kept "part" of if alike %}{{ number }}{% endkept %}')

    def drawn(**values):
        return part.render(Context(values))

    assert [drawn(of=1, alike=True, number=n) for n in (1, 2)] == ["1", "1"]
    assert drawn(of=2, alike=True, number=3) == "3"
    assert [drawn(of=1, alike=False, number=n) for n in (4, 5)] == ["4", "5"]
    assert drawn(of=1, alike=True, number=6) == "1"


def test_what_nobody_has_asked_for_is_kept_and_what_was_asked_for_is_drawn_anew(area):
    part = Template('{% load kept %}{% kept "filters" unless chosen %}{{ chosen }}{{ number }}{% endkept %}')

    def drawn(chosen, number):
        return part.render(Context({"chosen": chosen, "number": number}))

    assert [drawn("", n) for n in (1, 2)] == ["1", "1"]
    assert [drawn("北", n) for n in (3, 4)] == ["北3", "北4"]
    assert drawn("", 5) == "1"


def test_what_was_drawn_never_takes_more_than_its_room(area, monkeypatch):
    monkeypatch.setattr(memory, "MOST_CHARACTERS", 1000)

    def keep(key, text):
        return memory.kept(key, lambda: text)

    assert keep("first", "甲" * 400) == "甲" * 400
    assert keep("first", "乙") == "甲" * 400
    keep("second", "丙" * 700)  # more than there is room for: what was before is made anew
    assert keep("first", "乙") == "乙"
    assert keep("second", "丁") == "丙" * 700


def test_only_what_is_made_of_a_table_is_made_anew(makings):
    user = factories.UserFactory()
    assert [makings(Area), makings(User), makings(Setting)] == [1, 1, 1]
    Setting.objects.create(key="portal.name", value="别名")
    User.objects.filter(pk=user.pk).update(name="别名")
    Client().force_login(user, "accounts.backends.PhoneOrNameBackend")
    factories.NoticeFactory(recipient=user)
    JobRun.objects.filter(pk=1).update(attempts=2)
    assert [makings(Area), makings(User), makings(Setting)] == [1, 2, 2]


def test_what_contains_something_else_that_is_kept_is_made_of_the_same(area, name):
    def sentence():
        return memory.kept("sentence", lambda: f"在{name()}")

    assert sentence() == "在旧名"
    save(area)
    assert sentence() == "在新名"


def test_a_part_of_a_page_is_made_of_what_was_read_before_it_too(area):
    """A view reads a record, and the part that is kept shows it."""
    part = Template('{% load kept %}{% kept "part" %}{{ name }}{% endkept %}')
    alone = Template('{% load kept %}{% kept "frame" alone %}{{ name }}{% endkept %}')

    def drawn():
        freshness.begin_request()
        try:
            values = Context({"name": Area.objects.get().name})
            return part.render(values), alone.render(values)
        finally:
            freshness.end_request()

    freshness.moment()
    assert drawn() == drawn() == ("旧名", "旧名")
    factories.UserFactory()
    assert drawn() == ("旧名", "旧名")
    save(area)
    assert drawn() == ("新名", "旧名")


def test_what_strangers_never_see_leaves_what_they_read_in_force_and_not_what_staff_read(area):
    made = []

    def rows(**more):
        memory.kept_each(
            [("row", *more)],
            lambda keys: made.append(1) or {key: Area.objects.get().name for key in keys},
            **more,
        )
        return len(made)

    assert [rows(), rows(shows_unseen=True), rows(), rows(shows_unseen=True)] == [1, 2, 2, 2]
    with freshness.unseen():
        update(area)
    assert [rows(), rows(shows_unseen=True)] == [2, 3]
    update(area)
    assert [rows(), rows(shows_unseen=True)] == [4, 5]


def test_a_database_that_does_not_answer_leaves_things_as_they_were(name, caplog):
    def silent(execute, sql, *args):
        if "common_freshness" in sql:
            raise DatabaseError("secret words")
        return execute(sql, *args)

    with connection.execute_wrapper(silent):
        time.sleep(freshness.SECONDS)
        assert name() == "旧名"
    assert "is not known: DatabaseError" in caplog.text
    assert "secret words" not in caplog.text
