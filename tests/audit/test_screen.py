"""The audit log in the staff area: who reads it, what is found in it, what is saved of it."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, SignIn, User
from common import audit, audit_chain
from common.audit_models import AuditEntry
from common.models import Holiday
from deputies.models import Mandate

from .. import factories

pytestmark = pytest.mark.django_db
LIST = "admin:common_auditentry_changelist"


@pytest.fixture
def reader(sign_in, auditor):
    client = sign_in(auditor)
    client.get("/my/")  # the first page of a session notes when it was
    return client


@pytest.fixture
def wang(db):
    return factories.UserFactory(username="wang.fang", name="王芳")


def told(client, **filters):
    """``[(who, what, about whom), …]`` of the first page, newest first."""
    rows = client.get(reverse(LIST), filters).context["cl"].result_list
    return [(row.actor_name, row.kind, row.about_name) for row in rows]


def test_people_and_records_are_called_as_they_are_called_now(reader, office, wang):
    holiday = Holiday.objects.create(day=dt.date(2026, 10, 1), name="国庆节")
    audit.record("record.created", by=office, about=holiday)
    audit.record("account.changed", by=office, about=wang, fields=["name", "is_active"])
    wang.name = "王方"
    wang.save()
    named = f"{Holiday._meta.verbose_name} 2026-10-01 国庆节"
    assert told(reader, group="record") == [(office.name, "record.created", named)]
    assert told(reader, group="account") == [(office.name, "account.changed", "账号 王方")]


def test_what_is_gone_is_shown_by_its_number(reader, office, wang):
    number = wang.pk
    audit.record("account.changed", by=wang, about=wang)
    wang.delete()
    assert told(reader, group="account") == [(f"№ {number}", "account.changed", f"账号 № {number}")]


def test_a_person_s_rows_are_found_by_name_whether_they_did_it_or_it_was_done_to_them(reader, office, wang):
    audit.record("account.changed", by=office, about=wang)
    audit.record("record.history", by=wang, about=office)
    audit.record("record.history", by=office, about=office)
    for word in ("王芳", "wang.fang"):
        assert [kind for _who, kind, _about in told(reader, q=word)] == ["record.history", "account.changed"]


def test_a_day_and_an_address_are_found_too(reader, office):
    noon = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)
    for days in (-1, 0, 1):
        row = {"zone": "Asia/Shanghai", "kind": "record.created", "address": f"192.0.2.{days + 1}"}
        AuditEntry.objects.create(at=noon + dt.timedelta(days=days), **row)
    found = reader.get(reverse(LIST), {"q": "2026-03-02"}).context["cl"].result_list
    assert [row.at for row in found] == [noon]
    found = reader.get(reverse(LIST), {"q": "192.0.2.2"}).context["cl"].result_list
    assert [row.at for row in found] == [noon + dt.timedelta(days=1)]


def test_refused_and_failed_things_are_a_filter(reader, office):
    audit.record("access.refused", by=office, result=audit.Result.REFUSED, path="/admin/")
    audit.record("record.created", by=office)
    assert told(reader, result__exact="refused") == [(office.name, "access.refused", "")]


def test_details_are_words(reader, office, wang):
    audit.record("account.changed", by=office, about=wang, fields=["name", "is_active"])
    audit.record("role.granted", by=office, about=wang, role=Role.LEADER, since=dt.date(2026, 3, 2))
    audit.record("record.moved", by=office, about=factories.MandateFactory(), move="suspend")
    page = reader.get(reverse(LIST)).content.decode()
    may_sign_in = User._meta.get_field("is_active").verbose_name
    for words in (may_sign_in, Role.LEADER.label, "2026-03-02", Mandate.MOVES["suspend"].label):
        assert str(words) in page


def test_the_page_of_a_row_tells_its_number_and_seal(reader, office):
    row = audit.record("record.created", by=office)
    audit_chain.seal()
    row.refresh_from_db()
    page = reader.get(reverse("admin:common_auditentry_change", args=[row.pk])).content.decode()
    assert row.mac in page
    assert office.name in page


def test_the_log_is_saved_as_filtered_with_names_and_without_formulas(reader, office, wang):
    audit.record("account.changed", by=office, about=wang, fields=["name"])
    audit.record("role.granted", by=office, about=wang, role=Role.LEADER, unit="=HYPERLINK(1)")
    url = reverse("admin:common_auditentry_export") + "?group=role"
    answer = reader.post(url, {"format": "1", "resource": "0"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][2] == office.name
    assert not [cell for cell in rows[1] if cell.startswith("=")]


def test_a_page_of_many_costs_what_a_page_of_few_costs(reader, office, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(30) as captured:
            reader.get(reverse(LIST))
        return len(captured)

    def happen():
        audit.record("record.created", by=factories.UserFactory(), about=factories.MandateFactory())
        audit.record("record.created", by=factories.UserFactory(), about=factories.CorrectionFactory())
        audit.record("role.granted", by=office, about=factories.UserFactory())

    happen()
    few = cost()
    for _each in range(5):
        happen()
    assert cost() == few


def test_nobody_else_reads_the_log_not_even_who_manages_accounts(sign_in, cast):
    for role, user in cast.items():
        if role not in {"auditor", "superuser", "stranger"}:
            assert sign_in(user).get(reverse(LIST)).status_code in (302, 403), role


def test_who_manages_accounts_sees_the_door_and_nothing_else_of_it(sign_in, office, wang):
    audit.record("record.created", by=office)
    sign_in(wang)
    page = sign_in(office).get(reverse("admin:accounts_signin_changelist"))
    assert {row.kind for row in page.context["cl"].result_list} == {"sign_in.done"}
    assert SignIn.objects.count() < AuditEntry.objects.count()
    locked = sign_in(office).get(reverse("admin:accounts_signin_changelist"), {"kind": "sign_in.locked"})
    assert list(locked.context["cl"].result_list) == []


def test_a_broken_and_an_unsealed_row_lie_on_the_desk_and_open_as_a_list(reader, office, tamper):
    for _each in range(3):
        audit.record("record.created", by=office)
    audit_chain.seal()
    old = timezone.now() - dt.timedelta(minutes=11)
    AuditEntry.objects.create(at=old, zone="Asia/Shanghai", kind="record.deleted")
    broken = AuditEntry.objects.filter(kind="record.created").order_by("seq")[1]
    tamper("UPDATE common_auditentry SET actor = 0 WHERE seq = %s", broken.seq)
    audit_chain.verify()
    lines = [line for group in reader.get(reverse("admin:index")).context["desk"] for line in group["lines"]]
    counted = {line["url"]: line["some"] for line in lines if "auditentry" in line["url"]}
    assert counted == {f"{reverse(LIST)}?seal=broken": 1, f"{reverse(LIST)}?seal=late": 1}
    assert [kind for _who, kind, _about in told(reader, seal="broken")] == ["record.created"]
    assert [kind for _who, kind, _about in told(reader, seal="late")] == ["record.deleted"]
