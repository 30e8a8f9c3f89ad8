"""The staff area's own pages: imports with preview and undo, office settings, long lists."""

import io
import threading

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Area, Unit
from common import preferences
from common.audit_models import AuditEntry
from common.models import Holiday, ImportBatch, JobRun, Setting
from deputies.models import Deputy
from tests.factories import AreaFactory, JobRunFactory, MembershipFactory, UnitFactory
from tests.forms import form_of

pytestmark = pytest.mark.django_db

GOOD = "区划代码,名称\n360502,渝水区\n360521,分宜县\n"


@pytest.fixture
def clerk(sign_in, office):
    return sign_in(office)


def send(client, text=GOOD, name="区划.csv", follow=True):
    file = io.BytesIO(text.encode())
    file.name = name
    return client.post(reverse("admin:accounts_area_import"), {"import_file": file}, follow=follow)


def batch_of(response):
    return response.context["batch"]


def test_nothing_is_saved_before_it_is_confirmed_and_the_whole_file_can_be_taken_back(clerk):
    preview = send(clerk)
    assert not Area.objects.exists()
    assert [row.title for row in preview.context["rows"]] == ["360502 渝水区", "360521 分宜县"]
    done = clerk.post(preview.context["urls"]["confirm"], follow=True)
    assert sorted(Area.objects.values_list("name", flat=True)) == ["分宜县", "渝水区"]
    assert "新增 2" in done.content.decode()
    clerk.post(done.context["undo_url"])
    assert not Area.objects.exists()


def test_confirming_twice_writes_once(clerk):
    url = send(clerk).context["urls"]["confirm"]
    clerk.post(url)
    again = clerk.post(url, follow=True)
    assert Area.objects.count() == 2
    assert "没有重复写入" in again.content.decode()


def test_a_preview_shows_old_and_new_values(clerk):
    AreaFactory(code="360502", name="渝水县", kind="county")
    page = send(clerk, "区划代码,名称\n360502,渝水区\n").content.decode()
    assert "<del>渝水县</del> → <ins>渝水区</ins>" in page


def test_rows_with_errors_come_first_and_can_be_downloaded_with_their_reasons(clerk):
    preview = send(clerk, GOOD + "36,坏行\n")
    assert preview.context["chosen"] == "error"
    assert [heading for heading, _reason in preview.context["rows"][0].errors] == ["区划代码"]
    sheet = clerk.get(preview.context["urls"]["errors"])
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert rows[2][:2] == ("36", "坏行")
    assert rows[2][2].startswith("区划代码：")


def test_a_dropped_file_leaves_nothing(clerk, settings, django_capture_on_commit_callbacks):
    preview = send(clerk)
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(preview.context["urls"]["discard"])
    assert not ImportBatch.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "文件是空的"),
        ("甲,乙\n1,2\n", "没有找到表头"),
        ("区划代码,备注,名字\n1,2,3\n", "名称"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(clerk, text, sentence):
    page = send(clerk, text)
    assert sentence in page.content.decode()
    assert not ImportBatch.objects.exists()


def test_the_file_of_another_clerk_is_not_found(clerk, sign_in, superuser, auditor):
    urls = send(clerk).context["urls"]
    colleague = sign_in(MembershipFactory().user)
    assert colleague.post(urls["confirm"]).status_code == 404
    assert sign_in(auditor).post(urls["confirm"]).status_code == 403
    assert not Area.objects.exists()


def test_a_confirmed_import_is_not_undone_when_a_record_was_changed_since(clerk):
    done = clerk.post(send(clerk).context["urls"]["confirm"], follow=True)
    area = Area.objects.get(code="360502")
    area.name = "渝水新区"
    area.save()
    page = clerk.post(done.context["undo_url"], follow=True)
    assert "渝水新区" in page.content.decode()
    assert Area.objects.count() == 2


def test_the_template_has_the_headings_and_can_be_sent_back(clerk):
    sheet = clerk.get(reverse("admin:accounts_area_import_template"))
    assert [cell.value for cell in load_workbook(io.BytesIO(sheet.content)).active[2]] == ["区划代码", "名称"]


@pytest.mark.parametrize("file_format", ["0", "1"])
def test_an_export_of_a_list_can_be_imported_and_changes_nothing(clerk, file_format):
    AreaFactory(code="360502", name="渝水区", kind="district")
    export = clerk.post(reverse("admin:accounts_area_export"), {"format": file_format, "resource": "0"})
    assert export["Content-Disposition"].startswith("attachment")
    assert "no-store" in export["Cache-Control"]
    file = io.BytesIO(export.content)
    file.name = "areas.bin"
    preview = clerk.post(reverse("admin:accounts_area_import"), {"import_file": file}, follow=True)
    assert preview.context["plan"].counts == {"new": 0, "changed": 0, "unchanged": 1, "error": 0}


def test_a_setting_is_changed_with_its_history(clerk, office):
    url = reverse("admin:common_setting_value", args=["suggestion.warn_days"])
    clerk.post(url, {"value": "10", "note": "试行"})
    assert preferences.get("suggestion.warn_days") == 10
    page = clerk.get(url).content.decode()
    assert "10 天：试行" in page
    assert office.name in page


@pytest.mark.parametrize(
    ("key", "value"),
    [("suggestion.warn_days", "十"), ("suggestion.warn_days", "500"), ("vote.surplus_min", "200")],
)
def test_a_value_of_the_wrong_shape_is_refused_and_kept_on_screen(clerk, key, value):
    page = clerk.post(reverse("admin:common_setting_value", args=[key]), {"value": value})
    assert "value" in page.context["form"].errors
    assert f'value="{value}"' in page.content.decode()
    assert not Setting.objects.exists()


def test_what_the_law_sets_is_changed_by_a_superuser_with_a_reason_only(
    clerk, sign_in, superuser, django_capture_on_commit_callbacks
):
    url = reverse("admin:common_setting_value", args=["suggestion.reply_months"])
    assert clerk.post(url, {"value": "2", "note": "快"}).status_code == 403
    admin = sign_in(superuser)
    assert "note" in admin.post(url, {"value": "2"}).context["form"].errors
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(url, {"value": "2", "note": "代表法修正"})
    assert preferences.get("suggestion.reply_months") == 2


def test_what_the_law_fixes_is_changed_by_nobody(sign_in, superuser):
    url = reverse("admin:common_setting_value", args=["law.absence_end"])
    assert sign_in(superuser).post(url, {"value": "3", "note": "x"}).status_code == 403


def test_an_unknown_setting_is_not_found(clerk):
    assert clerk.get(reverse("admin:common_setting_value", args=["no.such"])).status_code == 404


def test_a_long_list_costs_the_same_and_reaches_every_row_without_offset(
    clerk, django_assert_max_num_queries, committed
):
    Area.objects.bulk_create(Area(code=f"36{n:04}", name=f"区{n}", kind="other") for n in range(120))
    committed()
    url, seen = reverse("admin:accounts_area_changelist"), []
    clerk.get(url)  # the first page of a session notes when it was
    while url:
        with django_assert_max_num_queries(8) as captured:
            page = clerk.get(url)
        assert not [q for q in captured.captured_queries if " OFFSET " in q["sql"]]
        change_list = page.context["cl"]
        seen += [area.code for area in change_list.result_list]
        after = change_list.page.after
        url = after and reverse("admin:accounts_area_changelist") + after
    assert seen == sorted(Area.objects.values_list("code", flat=True))


def test_a_list_is_not_sorted_by_columns_without_an_index_whatever_the_address_says(clerk):
    AreaFactory()
    assert clerk.get(reverse("admin:accounts_area_changelist") + "?o=2").status_code == 200
    assert clerk.get(reverse("admin:deputies_mandate_changelist") + "?o=3.-4").status_code == 200


def test_filters_and_search_go_on_through_the_pages(clerk):
    Area.objects.bulk_create(
        Area(code=f"36{n:04}", name="镇" if n % 2 else "乡", kind="town" if n % 2 else "township")
        for n in range(150)
    )
    first = clerk.get(reverse("admin:accounts_area_changelist") + "?kind__exact=town")
    second = clerk.get(reverse("admin:accounts_area_changelist") + first.context["cl"].page.after)
    kinds = {area.kind for area in second.context["cl"].result_list}
    assert kinds == {"town"}
    assert "after" not in second.context["cl"].get_query_string()


def test_histories_are_read_by_who_keeps_the_records_only(clerk, sign_in, system_admin, yushui_office):
    holiday = Holiday.objects.create(day="2026-10-01", name="国庆节")
    url = reverse("admin:common_holiday_history", args=[holiday.pk])
    assert clerk.get(url).status_code == 200
    assert sign_in(system_admin).get(url).status_code == 200
    assert sign_in(yushui_office).get(url).status_code == 403


# A form does once what it says (F8), and overwrites nothing unseen (F9)


@pytest.fixture
def new_unit(clerk):
    url = reverse("admin:accounts_unit_add")
    return url, form_of(clerk.get(url)) | {"name": "市水利局", "kind": "department"}


def test_a_form_that_is_sent_twice_makes_one_record_and_answers_alike(clerk, new_unit):
    url, filled = new_unit
    answers = [clerk.post(url, filled) for _n in range(3)]
    assert Unit.objects.filter(name="市水利局").count() == 1
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, answers[0].url)}


def test_a_form_that_was_refused_can_be_sent_again(clerk, new_unit):
    url, filled = new_unit
    assert clerk.post(url, filled | {"name": ""}).status_code == 200
    assert clerk.post(url, filled).status_code == 302
    assert Unit.objects.count() == 1


@pytest.mark.tells_fault("F8")
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_press_at_once_one_makes_the_record_and_all_get_its_answer(
    sign_in, office, clerk, report
):
    url = reverse("admin:deputies_deputy_add")  # of one name there may be two
    filled = form_of(clerk.get(url)) | {"name": "欧阳清", "pinyin": "ouyangqing", "sex": "F"}
    barrier, answers = threading.Barrier(8), []

    def press():
        client = sign_in(office)
        barrier.wait(20)
        answers.append(client.post(url, filled).status_code)
        connection.close()

    threads = [threading.Thread(target=press) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [Deputy.objects.count(), Deputy.history.count()]
    made.append(AuditEntry.objects.filter(kind="record.created", model="deputies.deputy").count())
    report(
        lost=made.count(0),
        twice=sum(made) - len(made),
        pressed=len(answers),
        answers=sorted(set(answers)),
    )
    assert answers == [302] * 8


@pytest.mark.tells_fault("F9")
def test_of_two_who_change_a_record_the_second_is_told_and_keeps_what_they_wrote(clerk, report):
    unit = UnitFactory(name="市水利局")
    url = reverse("admin:accounts_unit_change", args=[unit.pk])
    first, second = (form_of(clerk.get(url)) for _n in "ab")
    assert clerk.post(url, first | {"short_name": "水利局"}).status_code == 302
    refused = clerk.post(url, second | {"short_name": "水务局"})
    unit.refresh_from_db()
    assert (refused.status_code, unit.short_name) == (200, "水利局")
    page = refused.content.decode()
    kept = [
        unit.short_name == "水利局",
        'value="水务局"' in page,
    ]  # what the first saved, what the second wrote
    report(
        lost=kept.count(False),
        twice=unit.history.filter(history_type="~").count() - 1,
        told=refused.status_code,
    )
    assert "已被他人修改" in page
    assert clerk.post(url, form_of(refused)).status_code == 302, "who has seen it may save"
    unit.refresh_from_db()
    assert unit.short_name == "水务局"


# What the clock did

RUNS = reverse("admin:common_jobrun_changelist")


def test_the_ledger_tells_in_words_what_ran_and_how_it_ended(sign_in, system_admin):
    JobRunFactory(period="2026-03-05T02:00:00", counts={"runs": 7, "missed": 2})
    JobRunFactory(job="common.backup", period="2026-03-05T09:30:00 by hand 1772674200.0")
    JobRunFactory(job="gone.app", outcome="failed", error="OperationalError")
    page = " ".join(sign_in(system_admin).get(RUNS).content.decode().split())
    for words in (
        "清理旧的任务记录",
        "2026-03-05 02:00:00",
        "次数 7，此前漏过 2",
        "命令行发起",
        "gone.app",
        "OperationalError",
    ):
        assert words in page


def test_the_ledger_is_filtered_by_job_and_by_outcome(clerk):
    seal, failed = JobRunFactory(job="common.audit_seal"), JobRunFactory(outcome="failed")
    for query, found in (("job=common.audit_seal", [seal]), ("outcome__exact=failed", [failed])):
        assert list(clerk.get(f"{RUNS}?{query}").context["cl"].result_list) == [found[0]]


def test_the_ledger_goes_on_from_the_last_row_in_as_many_queries_for_20_as_for_1000(clerk):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            page = clerk.get(RUNS)
        return page.context["cl"], len(taken)

    JobRunFactory.create_batch(20)
    queries()
    _few, of_few = queries()
    JobRun.objects.bulk_create(JobRunFactory.build_batch(980))
    many, of_many = queries()
    assert of_many == of_few <= 20
    assert len(many.result_list) == 25
    following = clerk.get(RUNS + many.page.after).context["cl"].result_list
    assert not set(following) & set(many.result_list)


def test_a_list_is_saved_as_xlsx_unless_somebody_chooses_otherwise(clerk):
    page = BeautifulSoup(clerk.get(reverse("admin:accounts_area_export")).content, "html.parser")
    assert [option.text for option in page.select("select[name=format] option")] == ["xlsx", "csv"]
