"""The table by which suggestions are given to units, on small samples in the manner of the real one."""

import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, Unit, User
from common import import_undo, imports
from common.models import ImportBatch
from common.sheet_writing import write_xlsx
from common.sheets import SheetError
from notices.actions import tell
from notices.models import Delivery, Notice
from notices.tasks import deliver, deliver_waiting
from proposals.actions import assignments, review
from proposals.assignment_table import AssignmentTable
from proposals.models import Assignment, CoSignature, Part, Suggestion
from proposals.resources import AssignmentResource, HandlingResource
from proposals.states import SuggestionState

from .. import factories
from ..common import tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("congress")]
TABLE = AssignmentTable()
TITLE = ["新余市第十届人民代表大会第五次会议代表建议交办表"]
DAY = ["交办时间:2026年3月6日"]
HEADING = ["序号", "建议编号", "建议标题", "领衔代表", "附议代表", "代表团", "内容分类", "提出时间", "主办单位", "会(协)办单位", "督办专工委", "是否重点", "交办日期", "答复期限", "备注"]  # fmt: skip
ROAD = "关于硬化杨桥镇通组公路的建议"


@pytest.fixture
def congress():
    """A session, four deputies of whom two have one name, three units and a committee; it is the middle of March 2026."""
    factories.SessionFactory()
    for name in ("梁芳", "王䶮", "李秀芳"):
        factories.MandateFactory(deputy__name=name, deputy__user=factories.UserFactory(name=name))
    factories.FenyiMandateFactory(deputy__name="李秀芳", card_no="FY18-007")
    factories.UnitFactory(name="新余市交通运输局", short_name="市交通局").aliases.create(name="市交通运输局")
    factories.UnitFactory(name="新余市水利局", short_name="市水利局")
    factories.UnitFactory(name="新余市财政局", short_name="市财政局")
    factories.CommitteeFactory(unit__name="新余市人大农业与农村委员会", unit__short_name="农业与农村委员会")
    factories.CategoryFactory(name="农业农村", committee=None)
    with time_machine.travel(dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC), tick=False):
        yield


def row(number="第3号", **cells):
    """A line of the table; keywords replace what stands under a heading."""
    line = {
        "序号": 1,
        "建议编号": number,
        "建议标题": ROAD,
        "领衔代表": "梁　芳",
        "附议代表": "王  䶮",
        "代表团": "渝水区",
        "内容分类": "农业农村",
        "提出时间": "1月13日",
        "主办单位": "市交通运输局",
        "会(协)办单位": "市水利局",
        "督办专工委": "农业与农村委员会",
        "交办日期": "2026.3.6",
        "答复期限": "6月8日前",
    }
    return [(line | cells).get(heading) for heading in HEADING]


def table(*rows, title=TITLE):
    return tables.xlsx([title, DAY, HEADING, *rows, ["合计", len(rows)]])


def plan(*rows, title=TITLE, **options):
    return imports.plan(TABLE, table(*rows, title=title), options)


def save(*rows, by=None, **options):
    batch = imports.preview(TABLE, table(*rows), "交办表.xlsx", options, by=by)
    imports.confirm(batch, by=by)
    return batch


def told(planned):
    """``([(heading, reason)], [warning])`` of the first row."""
    return planned.rows[0].errors, planned.rows[0].warnings


def parts():
    return list(Assignment.objects.values_list("unit__short_name", "part", "assigned_on", "months", "due_on"))


def test_a_row_becomes_a_suggestion_on_paper_with_its_signers_and_units(office):
    officer = factories.MembershipFactory(
        role=Role.UNIT_OFFICER, unit=Unit.objects.get(short_name="市交通局")
    ).user
    save(row(), by=office)
    one = Suggestion.objects.get()
    assert (one.number, one.title, one.lead.name, one.delegation.name) == (3, ROAD, "梁芳", "渝水区")
    assert (one.year, one.session.number, one.origin) == (2026, 5, "session")
    assert (one.committee.unit.short_name, one.category.name) == ("农业与农村委员会", "农业农村")
    assert one.submitted_at.astimezone(dt.UTC) == dt.datetime(2026, 1, 13, 1, tzinfo=dt.UTC)
    assert (one.state, one.assigned_on, one.due_on) == ("assigned", dt.date(2026, 3, 6), dt.date(2026, 6, 8))
    assert one.is_on_paper
    assert [deputy.name for deputy in one.signers()] == ["梁芳", "王䶮"]
    assert parts() == [
        ("市交通局", Part.LEAD, dt.date(2026, 3, 6), 3, dt.date(2026, 6, 8)),
        ("市水利局", Part.CO, dt.date(2026, 3, 6), 1, dt.date(2026, 4, 6)),
    ]
    assert [(c.move, c.before, c.after, c.by) for c in one.changes.order_by("pk")] == [
        ("register", "submitted", "registered", office),
        ("assign", "registered", "assigned", office),
    ]
    assert Notice.objects.filter(recipient=officer, kind="proposals.to_unit").count() == 1
    assert Notice.objects.filter(recipient=one.lead.user, kind="proposals.to_deputy").count() == 1
    assignments.sign(one.assignments.get(part="lead"), by=officer)  # life goes on from here
    one.refresh_from_db()
    assert one.state == SuggestionState.HANDLING


def test_the_same_table_twice_changes_nothing():
    save(row(), row(4, 附议代表=None, **{"会(协)办单位": None}))
    before = list(Suggestion.objects.values()), parts(), Notice.objects.count(), Suggestion.history.count()
    assert plan(row(), row(4, 附议代表=None)).counts["unchanged"] == 2
    save(row(), row(4, 附议代表=None))
    after = list(Suggestion.objects.values()), parts(), Notice.objects.count(), Suggestion.history.count()
    assert after == before


def test_a_preview_saves_nothing_and_shows_what_matters():
    planned = plan(row())
    shown = [str(new) for _label, _old, new in planned.rows[0].changes()]
    assert {"王䶮", "市交通局", "市水利局", "2026-06-08"} <= set(shown)
    assert "导入" not in shown
    assert not Suggestion.objects.exists()


def test_a_row_without_units_is_registered_and_assigned_by_a_later_table():
    none = {"主办单位": None, "会(协)办单位": None}
    save(row(**none))
    assert Suggestion.objects.get().state == "registered"
    assert plan(row()).counts["changed"] == 1
    save(row())
    assert Suggestion.objects.get().state == "assigned"
    assert [(short, part) for short, part, *_rest in parts()] == [("市交通局", "lead"), ("市水利局", "co")]


def test_a_suggestion_of_the_portal_is_assigned_and_keeps_its_text():
    one = factories.SuggestionFactory(
        registered=True,
        number=3,
        session=factories.SessionFactory(),
        origin="session",
        title="关于修路的建议",
    )
    one.lead.mandates.update(delegation=factories.DelegationFactory())
    given = row(领衔代表=one.lead.name, 附议代表=None)
    errors, warnings = told(plan(given))
    assert not errors
    assert [warning.split("：")[0] for warning in warnings] == ["建议标题", "内容分类", "督办专工委"]
    save(given)
    one.refresh_from_db()
    assert (one.title, one.state) == ("关于修路的建议", "assigned")
    assert one.facts


def test_what_is_assigned_is_never_given_to_others_by_a_table():
    save(row())
    before = parts()
    errors, warnings = told(plan(row(主办单位="市财政局")))
    assert (errors, len(warnings)) == ([], 1)
    save(row(主办单位="市财政局"))
    assert parts() == before


def test_the_day_of_the_table_stands_and_a_warning_says_what_counting_gives():
    save(row(答复期限="2026.6.30"))
    assert [due for *_rest, due in parts()] == [dt.date(2026, 6, 30), dt.date(2026, 4, 6)]
    assert len(told(plan(row(4, 答复期限="2026.6.30")))[1]) == 1
    save(row(5, 答复期限="9月7日前"))  # the six months of a hard one
    assert Assignment.objects.get(suggestion__number=5, part="lead").months == 6
    save(row(6, 答复期限=None))
    assert Suggestion.objects.get(number=6).due_on == dt.date(2026, 6, 8)


def test_separate_units_have_a_part_each():
    heading = [*HEADING[:8], "分办单位", *HEADING[9:]]
    lines = [TITLE, DAY, heading, row(主办单位="市交通局、市水利局、市财政局", **{"会(协)办单位": None})]
    batch = imports.preview(TABLE, tables.xlsx(lines), "交办表.xlsx", {}, by=None)
    imports.confirm(batch, by=None)
    assert {part for _short, part, *_rest in parts()} == {"separate"}
    assert len(parts()) == 3


@pytest.mark.parametrize(
    ("cells", "heading", "word"),
    [
        ({"number": "甲"}, "建议编号", "甲"),
        ({"建议标题": "长" * 101}, "标题", "100"),
        ({"领衔代表": None}, "领衔代表", ""),
        ({"领衔代表": "赵无名"}, "领衔代表", "赵无名"),
        ({"附议代表": "李秀芳"}, "附议代表", "FY18-007"),
        ({"附议代表": "王䶮、赵无名"}, "附议代表", "赵无名"),
        ({"内容分类": "航天"}, "内容分类", "航天"),
        ({"内容分类": None, "督办专工委": None}, "内容分类", ""),
        ({"督办专工委": None}, "督办专工委", ""),
        ({"督办专工委": "市水利局"}, "督办专工委", "市水利局"),
        ({"主办单位": "市航天局"}, "主办单位", "市航天局"),
        ({"主办单位": None}, "主办单位", ""),
        ({"交办日期": "三月上旬"}, "交办日期", "三月上旬"),
        ({"交办日期": "2026.3.17"}, "交办日期", ""),
        ({"交办日期": "2026.1.12"}, "交办日期", ""),
        ({"答复期限": "尽快"}, "答复期限", "尽快"),
        ({"答复期限": "2026.3.5"}, "答复期限", ""),
    ],
)
def test_a_bad_row_is_told_and_the_others_go_in(cells, heading, word):
    bad = row(cells.pop("number", 4), **cells)
    errors, _warnings = told(plan(bad))
    assert [field for field, _reason in errors] == [heading]
    assert word in errors[0][1]
    save(bad, row())
    assert [one.number for one in Suggestion.objects.all()] == [3]


PARTS = {
    "no lead": ({"主办单位": None}, "主办单位", "主办单位"),
    "one alone": ({"主办单位": None, "会(协)办单位": None, "分办单位": "市水利局"}, "分办单位", "两个"),
    "one by two names": ({"主办单位": None, "会(协)办单位": None, "分办单位": "市交通局、市交通运输局"}, "分办单位", "两个"),
    "with a lead": ({"会(协)办单位": None, "分办单位": "市水利局"}, "分办单位", "两个"),
    "dissolved": ({"会(协)办单位": "市财政局"}, "会(协)办单位", "市财政局"),
}  # fmt: skip


@pytest.mark.parametrize("case", PARTS)
def test_units_stand_together_in_a_table_as_they_do_on_the_page(case, office):
    """One sentence for both doors; the table says beside it where it stands."""
    cells, heading, word = PARTS[case]
    Unit.objects.filter(short_name="市财政局").update(dissolved_on=dt.date(2026, 3, 6))
    usual = {heading: cell for heading, cell in cells.items() if heading in HEADING}
    line = [*row(**usual), cells.get("分办单位")]
    planned = imports.plan(TABLE, tables.xlsx([TITLE, DAY, [*HEADING, "分办单位"], line]), {})
    [(found, reason)] = planned.rows[0].errors
    assert found == heading
    assert word in reason
    units = {
        **named(cells.get("主办单位", "市交通运输局"), Part.LEAD),
        **named(cells.get("会(协)办单位", "市水利局"), Part.CO),
        **named(cells.get("分办单位"), Part.SEPARATE),
    }
    one = factories.SuggestionFactory(registered=True)
    with pytest.raises(ValidationError) as refused:
        assignments.assign(one, units=units.items(), by=office, on=dt.date(2026, 3, 6))
    assert refused.value.messages == [reason]


def named(names, part):
    """The units called so, with the part they have."""
    return {Unit.objects.named(name).get(): part for name in (names or "").split("、") if name}


def test_nothing_is_given_to_units_before_it_was_put_forward():
    """Nor what came through the portal, nor what the session stands for where the table names no day."""
    one = factories.SuggestionFactory(
        registered=True, number=3, session=factories.SessionFactory(), origin="session"
    )
    one.lead.mandates.update(delegation=factories.DelegationFactory())
    Suggestion.objects.update(submitted_at=dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC))
    given = row(领衔代表=one.lead.name, 附议代表=None)
    assert [field for field, _reason in told(plan(given))[0]] == ["交办日期"]
    save(given)
    assert not Assignment.objects.exists()
    early = row(4, 提出时间=None, 交办日期="2026.1.5", 答复期限=None)
    assert [field for field, _reason in told(plan(early))[0]] == ["交办日期"]


def test_a_number_stands_in_one_row_only():
    counts = plan(row("003"), row(3, 建议标题="另一件")).counts
    assert (counts["new"], counts["error"]) == (1, 1)


def test_a_number_somebody_else_has_is_not_overwritten():
    save(row())
    errors, _warnings = told(plan(row(领衔代表="王䶮", 附议代表=None)))
    assert [field for field, _reason in errors] == ["建议编号"]
    assert "梁芳" in errors[0][1]


def test_what_waits_for_review_is_not_entered_a_second_time():
    lead = Suggestion.objects.model.lead.field.related_model.objects.get(name="梁芳")
    factories.SuggestionFactory(
        submitted=True, lead=lead, title=ROAD, session=factories.SessionFactory(), origin="session"
    )
    errors, _warnings = told(plan(row()))
    assert [field for field, _reason in errors] == ["建议编号"]


def test_of_namesakes_the_delegation_or_the_card_tells():
    save(row(领衔代表="李秀芳", 代表团="分宜县", 附议代表="李秀芳（渝水区）、王䶮"))
    one = Suggestion.objects.get()
    assert one.lead.mandates.get().card_no == "FY18-007"
    assert [d.name for d in one.signers()] == ["李秀芳", "李秀芳", "王䶮"]
    save(row(4, 附议代表="李秀芳(FY18-007)"))
    assert CoSignature.objects.get(suggestion__number=4).deputy == one.lead


def test_a_unit_named_twice_has_one_part():
    save(row(**{"会(协)办单位": "市交通局、市水利局"}))
    assert [(short, part) for short, part, *_rest in parts()] == [("市交通局", "lead"), ("市水利局", "co")]


def test_units_and_committees_are_made_where_that_is_wanted():
    given = row(主办单位="市航天局", 督办专工委="航天工作委员会", **{"会(协)办单位": "渝水区人民政府"})
    planned = plan(given)
    assert {str(record) for record in planned.missing} == {"市航天局", "渝水区人民政府", "航天工作委员会"}
    save(given, create_missing=True)
    kinds = dict(
        Unit.objects.filter(name__in=["市航天局", "航天工作委员会", "渝水区人民政府"]).values_list(
            "name", "kind"
        )
    )
    assert kinds == {"市航天局": "department", "航天工作委员会": "committee", "渝水区人民政府": "local"}
    assert Suggestion.objects.get().committee.kind == "working"


def test_between_sessions_the_year_is_told_by_title_or_choice():
    title = ["新余市2026年闭会期间代表建议交办表"]
    assert plan(row("闭〔2026〕003号"), title=title).rows[0].writes[0].values["session"] is None
    save(row("B20260012"), year=2026)
    one = Suggestion.objects.get()
    assert (one.number, one.session, one.origin, one.year) == (12, None, "between", 2026)


@pytest.mark.parametrize("title", ["代表建议交办表", "新余市第十届人民代表大会第九次会议代表建议交办表"])
def test_a_table_that_belongs_nowhere_is_refused_as_a_whole(title):
    with pytest.raises(SheetError):
        plan(row(), title=[title])
    assert plan(row(), title=[title], session="10-5").counts["new"] == 1


def test_taking_a_table_back_leaves_nothing_of_it():
    none = {"主办单位": None, "会(协)办单位": None}
    save(row(4, **none))
    batch = save(row(), row(4))
    import_undo.undo(batch, by=None)
    assert [(one.number, one.state) for one in Suggestion.objects.all()] == [(4, "registered")]
    assert not Assignment.objects.exists()


@pytest.fixture
def taken_back(office, sign_in):
    """``taken_back(*rows)``: imported through the admin; called, the same file is taken back there."""
    client = sign_in(office)

    def imported(*rows):
        file = io.BytesIO(table(*rows))
        file.name = "交办表.xlsx"
        url = reverse("admin:proposals_suggestion_import")
        preview = client.post(url, {"import_file": file}, follow=True)
        done = client.post(preview.context["urls"]["confirm"], follow=True)
        return lambda: client.post(done.context["undo_url"], follow=True)

    return imported


def test_what_was_told_of_a_table_is_taken_back_with_it(taken_back, sign_in, office, mailoutbox):
    """What nobody has seen is gone; what was read or has left in a letter says so and leads nowhere."""
    people = {
        name: factories.MembershipFactory(
            role=Role.UNIT_OFFICER, unit=Unit.objects.get(short_name=short), user__email=f"{name}@example.cn"
        ).user
        for name, short in (("letter", "市交通局"), ("waiting", "市水利局"))
    }
    kept = tell(office, kind="test.told", subject="与此无关", key="other", link="/my/")
    undo = taken_back(row())
    lead, cosigner = (User.objects.get(name=name) for name in ("梁芳", "王䶮"))
    sign_in(lead).post(reverse("notices:read", args=[lead.notices.get().pk]))
    deliver(people["letter"].notices.get().deliveries.get().pk)
    assert len(mailoutbox) == 1

    undo()
    assert not Suggestion.objects.exists()
    assert not Delivery.objects.exclude(state="sent").exists()
    deliver_waiting()
    assert len(mailoutbox) == 1
    for person in (cosigner, people["waiting"]):
        assert not person.notices.exists()
    for person in (lead, people["letter"]):
        page = sign_in(person).get(reverse("notices:list"))
        (notice,) = page.context["page"].rows
        assert notice.subject.startswith("已撤销：")
        assert (notice.link, notice.read_at) == ("", None)
        opened = sign_in(person).post(reverse("notices:read", args=[notice.pk]), follow=True)
        assert opened.status_code == 200
    kept.refresh_from_db()
    assert (kept.subject, kept.link) == ("与此无关", "/my/")


def test_of_a_suggestion_that_stays_only_the_assignment_is_taken_back(taken_back):
    none = {"主办单位": None, "会(协)办单位": None}
    save(row(**none))
    officer = factories.MembershipFactory(
        role=Role.UNIT_OFFICER, unit=Unit.objects.get(short_name="市交通局")
    ).user
    undo = taken_back(row())
    assert officer.notices.count() == 1
    undo()
    assert not officer.notices.exists()
    assert Notice.objects.filter(recipient__name="梁芳").exclude(link="").count() == 1


def test_what_a_unit_has_signed_for_is_not_taken_back():
    batch = save(row())
    assignments.sign(Assignment.objects.get(part="lead"), by=factories.UserFactory())
    with pytest.raises(ValidationError):
        import_undo.undo(batch, by=None)
    assert Assignment.objects.count() == 2


def test_who_assigned_first_wins():
    """Between the preview and the confirmation somebody assigned it on the page."""
    save(row(**{"主办单位": None, "会(协)办单位": None}))
    batch = imports.preview(TABLE, table(row()), "交办表.xlsx", {}, by=None)
    other = Unit.objects.get(short_name="市财政局")
    assignments.assign(Suggestion.objects.get(), units=[(other, Part.LEAD)], by=None)
    found = imports.confirm(batch, by=None)
    assert found.counts["unchanged"] == 1
    assert [short for short, *_rest in parts()] == ["市财政局"]


def test_the_next_number_of_the_page_follows_those_of_the_table(office):
    save(row(7))
    later = factories.SuggestionFactory(
        submitted=True, session=factories.SessionFactory(), origin="session", committee=None
    )
    review.register(later, by=office)
    assert later.number == 8


def asked(rows) -> int:
    """How many queries the table of these takes; settings are remembered but in a test that changes some."""
    with CaptureQueriesContext(connection) as queries:
        AssignmentResource().export(rows)
    return sum("common_setting" not in query["sql"] for query in queries)


def test_what_is_exported_can_be_imported_again_and_changes_nothing():
    save(row(), row(4, **{"会(协)办单位": None}))
    exported = AssignmentResource().export(Suggestion.objects.order_by("number"))
    body = write_xlsx(exported.title, exported.headers, exported)
    assert imports.plan(TABLE, body, {}).counts["unchanged"] == 2
    assert not [warning for planned in imports.plan(TABLE, body, {}).rows for warning in planned.warnings]
    assert asked(Suggestion.objects.filter(number=3)) == asked(Suggestion.objects.all()) == 8


def test_the_table_of_the_handling_says_what_became_of_it():
    save(row())
    part = Assignment.objects.get(part="lead")
    part.consultations.create(on=part.assigned_on, way="visit", rank="head", people="局长周文", said="好")
    reply = part.replies.create(text="已列入计划。")
    promise = {"text": "九月底完工", "leader": "周文", "due_on": dt.date(2026, 9, 30), "state": "tracking"}
    part.commitments.create(
        suggestion=part.suggestion, reply=reply, unit=part.unit, first_due_on=dt.date(2026, 9, 30), **promise
    )
    Suggestion.objects.update(verdict="satisfied", attitude="basically", publication="full")
    (line,) = HandlingResource().export(Suggestion.objects.all())
    assert line == ("第003号", ROAD, "市交通局", "", "", "登门走访", "2026-03-06", "基本满意", "满意", "全文公开", "九月底完工", "2026-09-30", "跟踪中")  # fmt: skip


def test_the_same_from_the_shell(tmp_path, capsys):
    path = tmp_path / "交办表.xlsx"
    path.write_bytes(table(row(), row(4, 主办单位="市航天局"), title=["交办表"]))

    def run(*arguments):
        call_command("import_sheet", "suggestions", str(path), "--session", "10-5", *arguments)
        return json.loads(capsys.readouterr().out)

    assert [set(error) for error in run()["errors"]] == [{"row", "field", "reason"}]
    assert not Suggestion.objects.exists()
    assert run("--confirm")["created"] == 1
    second = run("--confirm")
    assert (second["created"], second["unchanged"]) == (0, 1)
    assert ImportBatch.objects.count() == 2


def test_the_186_rows_of_a_session_go_in_through_the_admin_and_from_the_shell(
    client, office, tmp_path, capsys
):
    """A whole table as an office keeps it: previewed, its bad rows told by row, the rest confirmed."""
    ways = [{}, {"会(协)办单位": None}, {"附议代表": None}, {"主办单位": None, "会(协)办单位": None, "分办单位": "市水利局、市财政局"}]  # fmt: skip
    bad = {50: {"领衔代表": "赵无名"}, 100: {"主办单位": "市航天局"}, 150: {"建议编号": "第149号"}}
    rows = [
        row(f"第{n}号", 建议标题=f"关于硬化杨桥镇第{n}组公路的建议", **ways[n % 4] | bad.get(n, {}))
        for n in range(1, 187)
    ]
    heading = [*HEADING, "分办单位"]
    lines = [[*line, ways[n % 4].get("分办单位")] for n, line in enumerate(rows, 1)]
    body = tables.xlsx([TITLE, DAY, heading, *lines, ["合计", len(rows)]])
    file = io.BytesIO(body)
    file.name = "交办表.xlsx"

    client.force_login(office, "accounts.backends.PhoneOrNameBackend")
    preview = client.post(reverse("admin:proposals_suggestion_import"), {"import_file": file}, follow=True)
    assert preview.context["plan"].counts == {"new": 183, "changed": 0, "unchanged": 0, "error": 3}
    assert not Suggestion.objects.exists()
    shown = preview.content.decode()
    assert all(name in shown for name in ("赵无名", "市航天局"))
    client.post(preview.context["urls"]["confirm"], follow=True)
    assert Suggestion.objects.filter(state=SuggestionState.ASSIGNED).count() == 183
    assert Assignment.objects.filter(part=Part.SEPARATE).count() == 2 * 46

    path = tmp_path / "交办表.xlsx"
    path.write_bytes(body)
    call_command("import_sheet", "suggestions", str(path))
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["unchanged"], len(told["errors"])) == (0, 183, 3)
