"""Planned, shown, confirmed in one transaction, taken back whole; here with the plainest kinds, areas and holidays."""

import contextlib
import datetime as dt
import io
import json
import threading
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Area
from accounts.sheets import AreaSheet
from common import import_undo, imports
from common.models import ImportBatch, ImportedRow
from common.sheets import SheetError, read
from deputies.models import Deputy, DeputyGroup, Mandate
from tests.factories import CorrectionFactory, DelegationFactory, TermFactory, UserFactory

from .tables import csv, xlsx

pytestmark = pytest.mark.django_db
HEADING = ["代码", "名称"]
AREAS = [HEADING, ["3605", "新余市"], ["360502", "渝水区"], ["360521", "分宜县"]]


@pytest.fixture
def kind():
    return imports.KINDS["areas"]


@pytest.fixture
def sent(kind):
    """Keep a file as the staff area does."""

    def preview(*lines, by=None):
        return imports.preview(kind, csv(lines), "区划.csv", {}, by=by)

    return preview


def counts(planned):
    return list(planned.counts.values())


def test_nothing_is_saved_before_it_is_confirmed(kind, sent):
    assert counts(imports.plan(kind, csv(AREAS), {})) == [3, 0, 0, 0]
    sent(*AREAS)
    assert (Area.objects.count(), Area.history.count(), ImportedRow.objects.count()) == (0, 0, 0)


def test_confirming_writes_every_row_with_its_history_and_the_file_it_came_from(sent):
    clerk = UserFactory()
    batch = sent(*AREAS, by=clerk)
    assert counts(imports.confirm(batch, by=clerk)) == [3, 0, 0, 0]
    assert list(Area.objects.values_list("code", "name")) == [tuple(line) for line in AREAS[1:]]
    version = Area.history.get(code="360502")
    assert (version.history_user, version.history_change_reason) == (clerk, "从“区划.csv”导入")
    batch.refresh_from_db()
    assert batch.counts == {"new": 3, "changed": 0, "unchanged": 0, "error": 0}
    assert counts(imports.planned(batch)) == [0, 0, 3, 0]


def test_the_same_file_twice_changes_nothing(sent):
    imports.confirm(sent(*AREAS), by=None)
    assert counts(imports.confirm(sent(*AREAS), by=None)) == [0, 0, 3, 0]
    assert Area.history.count() == 3


def test_confirming_twice_writes_once(sent):
    batch = sent(*AREAS)
    again = ImportBatch.objects.get(pk=batch.pk)
    imports.confirm(batch, by=None)
    assert imports.confirm(again, by=None) is None
    assert Area.history.count() == 3


def test_a_change_shows_the_old_value_and_the_new(kind, sent):
    imports.confirm(sent(*AREAS), by=None)
    planned = imports.plan(kind, csv([HEADING, ["360521", "分宜新区"]]), {})
    (row,) = planned.rows
    assert (row.status, row.number) == ("changed", 2)
    assert row.changes() == [
        (Area._meta.get_field("name").verbose_name, "分宜县", "分宜新区"),
        (Area._meta.get_field("kind").verbose_name, "county", "district"),
    ]


def test_a_bad_row_never_loses_the_others(sent):
    lines = [
        *AREAS,
        ["12", "短"],
        ["360502", "渝水区"],
        ["360503", ""],
        ["360504", "长" * 61],
        ["360522", "某县"],
    ]
    planned = imports.confirm(sent(*lines), by=None)
    assert counts(planned) == [4, 0, 0, 4]
    assert Area.objects.count() == 4
    assert [(error["row"], error["field"]) for error in planned.report()["errors"]] == [
        (5, "区划代码"),
        (6, "区划代码"),
        (7, "名称"),
        (8, "name"),
    ]


@pytest.mark.tells_fault("F14")
def test_of_five_hundred_rows_five_bad_ones_are_named_and_go_back_and_the_others_are_written_once(
    kind, sent, report
):
    lines = [[f"360502{number:03}", f"第{number}街道"] for number in range(1, 501)]
    bad = {
        20: (["36050", "短"], "区划代码"),
        140: (lines[0], "区划代码"),
        260: (["360502261", ""], "名称"),
        380: (["360502381", "长" * 61], "name"),
        499: (["三六〇五", "字"], "区划代码"),
    }
    for index, (line, _field) in bad.items():
        lines[index] = line
    good = {code for index, (code, _name) in enumerate(lines) if index not in bad}
    planned = imports.confirm(sent(HEADING, *lines), by=None)
    imports.confirm(sent(HEADING, *lines), by=None)  # sent again, it writes nothing
    written = Counter(Area.history.values_list("code", flat=True))
    errors = [(error["row"], error["field"]) for error in planned.report()["errors"]]
    back = load_workbook(io.BytesIO(imports.error_sheet(kind, planned))).active
    report(
        lost=len(good - set(Area.objects.values_list("code", flat=True)))
        + len({(index + 2, field) for index, (_line, field) in bad.items()} - set(errors)),
        twice=written.total() - len(written) + len(errors) - len(set(errors)) + len(written.keys() - good),
        written=len(written),
        errors=len(errors),
    )
    assert counts(planned) == [495, 0, 0, 5]
    assert all(error["reason"] for error in planned.report()["errors"])
    returned = [[cell.value or "" for cell in row] for row in back.iter_rows(min_row=3)]
    assert [row[:2] for row in returned] == [line for line, _field in bad.values()]
    assert all(row[2] for row in returned)


def test_a_file_that_cannot_be_used_is_not_kept(sent):
    with pytest.raises(SheetError):
        sent(["名称"], ["新余市"])
    assert ImportBatch.objects.count() == 0


def test_rows_are_planned_anew_when_they_are_confirmed(sent):
    batch = sent(*AREAS)
    Area.objects.create(code="360502", name="渝水区", kind="district")
    assert counts(imports.confirm(batch, by=None)) == [2, 0, 1, 0]


class Meeting(AreaSheet):
    """Areas, planned slowly enough for two people to meet."""

    key = "meeting"
    both = None

    def prepare(self, sheet, options):
        known = super().prepare(sheet, options)
        if self.both:
            with contextlib.suppress(threading.BrokenBarrierError):
                self.both.wait(timeout=1)
        return known


def test_two_people_confirming_one_file_make_each_record_once(in_threads, monkeypatch):
    kind, planned = Meeting(), []
    monkeypatch.setitem(imports.KINDS, kind.key, kind)
    batches = [imports.preview(kind, csv(AREAS), "区划.csv", {}, by=None) for _person in range(2)]
    kind.both = threading.Barrier(2)
    in_threads(
        *[lambda batch=batch: planned.append(counts(imports.confirm(batch, by=None))) for batch in batches]
    )
    assert sorted(planned) == [[0, 0, 3, 0], [3, 0, 0, 0]]


# Taken back


def test_undo_takes_back_new_records_and_restores_changed_ones(sent):
    Area.objects.create(code="360521", name="分宜", kind="county")
    batch = sent(*AREAS)
    imports.confirm(batch, by=None)
    assert Area.objects.count() == 3
    clerk = UserFactory()
    assert import_undo.undo(batch, by=clerk) == 3
    assert list(Area.objects.values_list("code", "name")) == [("360521", "分宜")]
    batch.refresh_from_db()
    assert batch.undone_by == clerk
    with pytest.raises(ValidationError, match="already"):
        import_undo.undo(batch, by=clerk)


def test_undo_refuses_as_a_whole_when_a_record_was_changed_since(sent):
    batch = sent(*AREAS)
    imports.confirm(batch, by=None)
    area = Area.objects.get(code="3605")
    area.name = "新余"
    area.save()
    with pytest.raises(ValidationError, match="“新余” was changed since"):
        import_undo.undo(batch, by=None)
    batch.refresh_from_db()
    assert (Area.objects.count(), batch.undone_at) == (3, None)


def test_undo_refuses_when_a_record_was_deleted_since(sent):
    batch = sent(*AREAS)
    imports.confirm(batch, by=None)
    Area.objects.get(code="3605").delete()
    with pytest.raises(ValidationError, match="changed since"):
        import_undo.undo(batch, by=None)
    assert Area.objects.count() == 2


def test_undo_refuses_when_something_points_at_a_record(sent):
    batch = sent(*AREAS)
    imports.confirm(batch, by=None)
    TermFactory(area=Area.objects.get(code="3605"))
    with pytest.raises(ValidationError, match="“新余市” is in use"):
        import_undo.undo(batch, by=None)
    assert Area.objects.count() == 3


def test_undo_refuses_rather_than_delete_what_hangs_on_a_record():
    DelegationFactory()
    roster = csv([["姓名", "代表团"], ["梁芳", "渝水区"]])
    batch = imports.preview(imports.KINDS["roster"], roster, "名册.csv", {}, by=None)
    imports.confirm(batch, by=None)
    correction = CorrectionFactory(deputy=Deputy.objects.get())
    with pytest.raises(ValidationError, match="“梁芳” is in use"):
        import_undo.undo(batch, by=None)
    correction.delete()
    assert import_undo.undo(batch, by=None) == 2
    assert Deputy.objects.count() == 0


def test_a_record_that_used_another_of_its_file_before_is_no_obstacle(sent):
    DelegationFactory()
    roster = csv([["姓名", "代表团", "专业代表小组"], ["梁芳", "渝水区", ""]])
    imports.confirm(imports.preview(imports.KINDS["roster"], roster, "名册.csv", {}, by=None), by=None)
    roster = csv([["姓名", "代表团", "专业代表小组"], ["梁芳", "渝水区", "城建环资组"]])
    batch = imports.preview(imports.KINDS["roster"], roster, "名册.csv", {"create_missing": True}, by=None)
    imports.confirm(batch, by=None)
    assert Mandate.objects.get().group.name == "城建环资组"
    assert import_undo.undo(batch, by=None) == 2
    assert (Mandate.objects.get().group, DeputyGroup.objects.count()) == (None, 0)


def test_taking_back_asks_no_more_about_20_new_records_than_about_2(sent):
    def questions(codes):
        batch = sent(HEADING, *([str(code), f"第{code}区"] for code in codes))
        imports.confirm(batch, by=None)
        with CaptureQueriesContext(connection) as asked:
            import_undo.undo(batch, by=None)
        return sum(query["sql"].startswith("SELECT") for query in asked)

    assert questions(range(360502, 360522)) == questions(range(360502, 360504))


def test_a_file_that_waits_cannot_be_taken_back(sent):
    with pytest.raises(ValidationError):
        import_undo.undo(sent(*AREAS), by=None)


# Files that wait


def test_a_file_nobody_confirmed_is_forgotten_after_a_day(sent, django_capture_on_commit_callbacks):
    old, confirmed, fresh = sent(*AREAS), sent(*AREAS), sent(*AREAS)
    imports.confirm(confirmed, by=None)
    yesterday = timezone.now() - imports.KEPT_PREVIEW - dt.timedelta(minutes=1)
    ImportBatch.objects.exclude(pk=fresh.pk).update(at=yesterday)
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.discard_abandoned(timezone.now()) == {"files": 1}
    assert set(ImportBatch.objects.all()) == {confirmed, fresh}
    kept = {batch.file.name: default_storage.exists(batch.file.name) for batch in (old, confirmed, fresh)}
    assert kept == {old.file.name: False, confirmed.file.name: True, fresh.file.name: True}


def test_a_confirmed_file_cannot_be_discarded(sent):
    batch = sent(*AREAS)
    waiting = ImportBatch.objects.get(pk=batch.pk)
    imports.confirm(batch, by=None)
    assert not imports.discard(waiting)
    assert ImportBatch.objects.get() == batch


# What goes back to the clerk


def test_bad_rows_go_back_with_their_reason_to_be_mended(kind):
    planned = imports.plan(kind, csv([*AREAS, ["12", "=短"]]), {})
    sheet = load_workbook(io.BytesIO(imports.error_sheet(kind, planned))).active
    assert [cell.value for cell in sheet[2]] == ["区划代码", "名称", "Reason"]
    assert [cell.value for cell in sheet[3]][:2] == ["12", "=短"]
    assert "4, 6, 9 or 12 digits" in sheet["C3"].value
    assert sheet.max_row == 3


def test_the_empty_sheet_of_a_kind_can_be_read_by_it():
    for kind in imports.KINDS.values():
        assert read(imports.template_sheet(kind), kind.columns).rows == []


# From the shell


@pytest.fixture
def run(capsys, tmp_path):
    def import_sheet(kind, data, *options):
        file = tmp_path / "区划.csv"
        file.write_bytes(data)
        call_command("import_sheet", kind, str(file), *options)
        return json.loads(capsys.readouterr().out)

    return import_sheet


def test_the_shell_says_what_it_would_do_and_saves_only_when_told(run):
    told = {"created": 3, "updated": 0, "unchanged": 0, "warnings": [], "errors": []}
    assert run("areas", csv(AREAS)) == told
    assert (Area.objects.count(), ImportBatch.objects.count()) == (0, 0)
    assert run("areas", csv(AREAS), "--confirm") == told
    assert run("areas", csv(AREAS), "--confirm") == told | {"created": 0, "unchanged": 3}


def test_the_shell_tells_warnings_and_errors_with_their_row(run):
    told = run("areas", xlsx([HEADING, ["360502", "渝水区"], ["36", "江西省"]]))
    assert told["created"] == 1
    assert len(told["warnings"]) == 1
    assert told["warnings"][0].startswith("row 2: ")
    assert told["errors"] == [{"row": 3, "field": "区划代码", "reason": "A code has 4, 6, 9 or 12 digits."}]


def test_the_shell_fails_on_a_file_that_cannot_be_used(tmp_path, capsys):
    file = tmp_path / "x.csv"
    file.write_bytes(bytes(100 * 2**20))
    with pytest.raises(SystemExit) as left:
        call_command("import_sheet", "areas", str(file))
    assert left.value.code == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert "10 MB" in error["reason"]


def test_the_shell_names_the_kinds_there_are(tmp_path):
    with pytest.raises(CommandError, match="areas, holidays, roster"):
        call_command("import_sheet", "deputies", str(tmp_path))
    with pytest.raises(CommandError, match="no file"):
        call_command("import_sheet", "areas", str(tmp_path / "none.csv"))


def test_holidays_come_as_a_table_too(run):
    table = [
        ["日期", "节日", "放假"],
        ["2027年1月1日", "元旦", "是"],
        ["2027-01-02", "元旦", ""],
        ["2027-13-01", "元旦", "是"],
    ]
    told = run("holidays", csv(table, "gb18030"), "--confirm")
    assert (told["created"], [error["row"] for error in told["errors"]]) == (2, [4])


@pytest.mark.parametrize("data", [b"{", b"{}", b'{"days": [{"date": "2027-01-01"}]}'])
def test_json_that_is_no_calendar_is_refused(data):
    with pytest.raises(SheetError, match="isOffDay"):
        imports.plan(imports.KINDS["holidays"], data, {})
