"""Nobody who holds the database can change, remove or swap rows unseen: each way is done in plain SQL and found."""

import datetime as dt
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from common import audit, audit_chain
from common.audit_models import AuditEntry, AuditHead
from common.models import Holiday

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def found():
    """``[(number of the row, sentence)]``."""
    return [(place.seq, place.text) for place in audit_chain.verify()]


def verified():
    """The exit and the words of the command."""
    out = io.StringIO()
    try:
        call_command("audit_verify", stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_an_untouched_log_holds(rows):
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert found() == []
    code, words = verified()
    assert code == 0
    assert "6" in words.splitlines()[0]


def test_an_empty_log_holds(db):
    assert found() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-03-02 01:02:03+00:00"),
        ("zone", "UTC"),
        ("actor", 99),
        ("address", "192.0.2.99"),
        ("kind", "record.created"),
        ("result", "refused"),
        ("model", "accounts.area"),
        ("object_pk", 99),
        ("label", "别的"),
        ("detail", '{"fields": ["phone"]}'),
    ],
)
def test_a_changed_row_is_found_whatever_was_changed(rows, tamper, column, value):
    tamper(f"UPDATE common_auditentry SET {column} = %s WHERE seq = 3", value)
    assert [seq for seq, _text in found()] == [3]
    assert verified()[0] == 1


def test_a_changed_seal_is_found(rows, tamper):
    tamper("UPDATE common_auditentry SET mac = %s WHERE seq = 3", "0" * 64)
    assert [seq for seq, _text in found()] == [3, 4]


def test_a_row_removed_from_the_middle_is_found(rows, tamper):
    tamper("DELETE FROM common_auditentry WHERE seq = 3")
    assert [seq for seq, _text in found()] == [4]
    code, words = verified()
    assert code == 1
    assert "3" in words.splitlines()[1]


def test_rows_cut_off_at_the_end_are_found(rows, tamper):
    tamper("DELETE FROM common_auditentry WHERE seq > 4")
    assert [seq for seq, _text in found()] == [4]
    assert verified()[0] == 1


def test_rows_cut_off_at_the_beginning_are_found(rows, tamper):
    tamper("DELETE FROM common_auditentry WHERE seq < 3")
    assert [seq for seq, _text in found()] == [3]


def test_all_rows_removed_are_found(rows, tamper):
    tamper("DELETE FROM common_auditentry")
    assert len(found()) == 1


def test_two_swapped_rows_are_found(rows, tamper):
    tamper("UPDATE common_auditentry SET seq = -1 WHERE seq = 2")
    tamper("UPDATE common_auditentry SET seq = 2 WHERE seq = 5")
    tamper("UPDATE common_auditentry SET seq = 5 WHERE seq = -1")
    assert {2, 5} <= {seq for seq, _text in found()}


def test_an_end_moved_back_to_hide_a_cut_is_found(rows, tamper):
    tamper("DELETE FROM common_auditentry WHERE seq > 4")
    tamper(
        "UPDATE common_audithead SET count = 4, last_mac = (SELECT mac FROM common_auditentry WHERE seq = 4)"
    )
    assert len(found()) == 1


def test_a_row_made_up_with_another_key_is_found(rows, tamper, settings):
    settings.AUDIT_KEY = "somebody else's"
    audit.record("record.deleted", about=rows[0])
    audit_chain.seal()
    settings.AUDIT_KEY = "only-for-development-" * 3
    assert found()


def test_a_row_taken_out_changed_and_sealed_again_is_found(rows, tamper):
    tamper("UPDATE common_auditentry SET seq = NULL, mac = '', actor = 0 WHERE seq = 3")
    audit_chain.seal()
    assert [seq for seq, _text in found()] == [4]


def test_the_desk_and_the_health_page_know_what_the_last_verification_found(rows, tamper):
    assert audit.verify_daily(None) == {"breaks": 0}
    tamper("UPDATE common_auditentry SET actor = 0 WHERE seq = 3")
    assert audit.verify_daily(None) == {"breaks": 1}
    assert [row.seq for row in AuditEntry.objects.broken()] == [3]
    assert audit.known_breaks() == 1


# The copy elsewhere


def copy():
    out = io.StringIO()
    call_command("audit_export", stdout=out)
    return out.getvalue().splitlines()


def test_the_copy_shows_what_a_whole_database_put_back_would_hide(rows, tamper):
    lines = copy()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert audit_chain.compare(lines) == []
    tamper("DELETE FROM common_auditentry")
    tamper("DELETE FROM common_audithead")
    audit.record("record.deleted")
    audit_chain.seal()
    assert found() == []
    assert [place.seq for place in audit_chain.compare(lines)] == [1, 2, 3, 4, 5, 6]


def test_the_copy_is_compared_from_the_shell(rows, tamper, tmp_path):
    path = tmp_path / "copy.jsonl"
    path.write_text("\n".join(copy()))
    call_command("audit_verify", copy=[path], stdout=io.StringIO())
    AuditHead.objects.all().delete()
    tamper("DELETE FROM common_auditentry")
    with pytest.raises(CommandError):
        call_command("audit_verify", copy=[path], stdout=io.StringIO())


def test_since_leaves_out_what_the_copy_has(rows):
    out = io.StringIO()
    call_command("audit_export", since=4, stdout=out)
    assert [json.loads(line)["seq"] for line in out.getvalue().splitlines()] == [5, 6]


def test_every_day_new_rows_go_into_a_file_of_their_own(rows, settings, tmp_path):
    settings.AUDIT_COPY_ROOT = str(tmp_path / "audit")
    assert audit.copy_daily(None) == {"rows": 6}
    assert audit.copy_daily(None) == {"rows": 0}
    audit.record("record.created")
    audit_chain.seal()
    assert audit.copy_daily(None) == {"rows": 1}
    files = sorted((tmp_path / "audit").iterdir())
    assert [file.name for file in files] == [
        "audit-0000000001-0000000006.jsonl",
        "audit-0000000007-0000000007.jsonl",
    ]
    assert files[0].read_text().splitlines() == copy()[:6]
    assert files[0].stat().st_mode & 0o077 == 0


def test_without_a_folder_named_nothing_is_copied(rows, settings):
    settings.AUDIT_COPY_ROOT = ""
    assert audit.copy_daily(None) == {"rows": 0}


# Keeping and removing


@pytest.fixture
def year(db):
    """A sealed row for each month of three years that end today."""
    today = dt.datetime.now(dt.UTC)
    with time_machine.travel(today, tick=False) as clock:
        for days in range(1080, -1, -30):
            clock.move_to(today - days * DAY)
            audit.record("record.created", days=days)
            audit_chain.seal()
    return today


def ages():
    return [row.detail.get("days") for row in AuditEntry.objects.order_by("pk")]


def test_only_what_is_older_than_it_must_be_kept_goes_and_the_rest_still_holds(year):
    with time_machine.travel(year, tick=False):
        assert audit.purge_daily(year) == {"rows": 23}
        audit_chain.seal()
    assert ages()[0] == 390
    assert found() == []
    assert AuditEntry.objects.last().kind == "record.created"
    assert AuditEntry.objects.filter(kind="audit.purged").get().detail == {"number": 23}


def test_a_second_purge_finds_nothing(year):
    audit.purge_daily(year)
    assert audit.purge_daily(year) == {"rows": 0}
    assert AuditEntry.objects.filter(kind="audit.purged").count() == 1


def test_after_a_purge_a_cut_at_the_beginning_is_still_found(year, tamper):
    audit.purge_daily(year)
    audit_chain.seal()
    tamper("DELETE FROM common_auditentry WHERE seq = (SELECT MIN(seq) FROM common_auditentry)")
    assert len(found()) == 1


def test_whatever_the_setting_says_a_year_is_kept(year, settings):
    settings.AUDIT_KEEP_DAYS = 30
    audit.purge_daily(year)
    assert ages()[0] == 360


@pytest.mark.parametrize(("days", "errors"), [(364, 1), (365, 0), (400, 0)])
def test_the_portal_does_not_start_with_less_than_a_year(days, errors, settings):
    settings.AUDIT_KEEP_DAYS = days
    assert len(audit.kept_long_enough(None)) == errors


# The database itself


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE common_auditentry SET actor = 0 WHERE seq = 3",
        "UPDATE common_auditentry SET seq = NULL, mac = '' WHERE seq = 3",
        "DELETE FROM common_auditentry WHERE seq = 3",
    ],
)
@pytest.mark.postgresql
def test_postgresql_itself_refuses_to_change_or_remove(sql, rows):
    with pytest.raises(DatabaseError, match="audit log"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.postgresql
def test_a_row_that_waits_for_its_seal_is_not_to_be_changed_either(db):
    audit.record("record.created")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditEntry.objects.update(actor=99)


@pytest.mark.postgresql
def test_the_role_the_portal_runs_under_adds_and_seals_and_can_do_no_more(year):
    def refused(sql):
        with pytest.raises(DatabaseError, match="permission denied|must be owner"), transaction.atomic():
            cursor.execute(sql)

    with connection.cursor() as cursor:
        cursor.execute((settings.BASE_DIR / "deploy" / "audit-role.sql").read_text())
        cursor.execute("GRANT portal_web TO CURRENT_USER")
        cursor.execute("SET LOCAL ROLE portal_web")
        audit.record("record.created")
        assert audit_chain.seal() == 1
        refused("UPDATE common_auditentry SET actor = 0")
        refused("DELETE FROM common_auditentry")
        refused("DELETE FROM common_audithead")
        refused("TRUNCATE common_auditentry")
        refused("ALTER TABLE common_auditentry DISABLE TRIGGER USER")
        assert audit.purge_daily(year) == {"rows": 0}
        cursor.execute("RESET ROLE")
    out = io.StringIO()
    call_command("audit_purge", stdout=out)
    assert out.getvalue() == "23\n"
    audit_chain.seal()
    assert found() == []


# Sealing


@pytest.mark.django_db(transaction=True)
def test_a_row_is_sealed_with_the_commit_and_not_before():
    with transaction.atomic():
        audit.record("record.created")
        audit.record("record.created")
        assert AuditEntry.objects.waiting().count() == 2
    assert AuditEntry.objects.sealed().count() == 2
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_row_and_no_gap():
    audit.record("record.created")
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("record.deleted")
        raise RuntimeError
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            audit.record("record.deleted")
            raise RuntimeError
        audit.record("record.changed")
    assert [row.kind for row in AuditEntry.objects.order_by("seq")] == ["record.created", "record.changed"]
    assert AuditEntry.objects.waiting().count() == 0
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_people_who_work_at_once_make_one_chain():
    def work(number):
        try:
            for _each in range(5):
                with transaction.atomic():
                    audit.record("record.created", number=number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    audit_chain.seal()
    assert list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_a_page_works_while_sealing_fails_and_the_next_tick_seals(sign_in, office, caplog):
    client = sign_in(office)
    client.get("/my/")
    holiday = Holiday.objects.create(day="2026-10-01", name="国庆")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE common_audithead RENAME TO away")
    try:
        response = client.post(
            f"/admin/common/holiday/{holiday.pk}/change/", {"day": "2026-10-02", "name": "国庆"}
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO common_audithead")
    assert response.status_code == 302
    assert [row.kind for row in AuditEntry.objects.waiting()] == ["record.changed"]
    assert audit.seal_waiting(None) == {"rows": 1}
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_left_unsealed_is_late_after_ten_minutes():
    AuditEntry.objects.create(
        at=dt.datetime.now(dt.UTC) - 11 * DAY / 24 / 60, zone="UTC", kind="record.created"
    )
    assert AuditEntry.objects.late().count() == 1
    assert 600 < audit.longest_wait() < 700
    audit.seal_waiting(None)
    assert AuditEntry.objects.late().count() == 0
    assert audit.longest_wait() == 0
