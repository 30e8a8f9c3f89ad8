"""Rosters as offices send them, on small samples."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import Area
from common import import_undo, imports
from common.models import ImportBatch
from common.sheets import SheetError
from deputies.models import Delegation, Deputy, DeputyGroup, Level, Mandate
from deputies.roster import RosterSheet

from .. import factories
from ..common import tables

pytestmark = pytest.mark.django_db
HEADING = "代表证号,姓名,性别,民族,出生年月,党派,代表团,专业代表小组,联系电话"
ROSTER = RosterSheet()


@pytest.fixture(autouse=True)
def term():
    """The tenth congress with two delegations and a group."""
    delegation = factories.DelegationFactory()
    factories.DelegationFactory(name="分宜县", area=factories.FenyiFactory())
    factories.DeputyGroupFactory()
    return delegation.term


def sheet(*lines, heading=HEADING):
    return "\n".join((heading, *lines)).encode()


def plan(data, **options):
    return imports.plan(ROSTER, data, options)


def save(data, **options):
    """Import and confirm: the batch."""
    batch = imports.preview(ROSTER, data, "名册.csv", options, by=None)
    imports.confirm(batch, by=None)
    return batch


def errors(planned):
    """``[(row, heading, reason), …]``"""
    return [(e["row"], e["field"], e["reason"]) for e in planned.report()["errors"]]


def stored(*names):
    """What is kept of everybody, to be compared."""
    people = Mandate.objects.order_by("display_order").values_list(
        *(
            f"deputy__{name}"
            for name in names or ("name", "sex", "birth_year", "birth_month", "phone", "landline")
        ),
        "delegation__name",
    )
    return list(people)


def test_a_row_becomes_a_person_and_a_mandate():
    save(sheet("XY10-001,梁　芳,女,满,1985.06,中共,渝水区,城建环资组,１３８００００１１１１ / 0790-6441234"))
    deputy, mandate = Deputy.objects.get(), Mandate.objects.get()
    assert (deputy.name, deputy.sex, deputy.ethnicity) == ("梁芳", "F", "满族")
    assert (deputy.birth_year, deputy.birth_month, deputy.party) == (1985, 6, "中共党员")
    assert (deputy.phone, deputy.landline) == ("13800001111", "0790-6441234")
    assert (mandate.card_no, mandate.delegation.name, mandate.group.name) == (
        "XY10-001",
        "渝水区",
        "城建环资组",
    )
    assert (mandate.level, mandate.area.code) == (Level.CITY, "360502")


def test_six_formats_of_the_same_rows_give_the_same_deputies():
    rows = tables.ROSTER
    body = tables.ods_table([[str(cell) for cell in line] for line in rows])
    files = [
        tables.xlsx(rows),
        (Path(__file__).parent.parent / "samples" / "roster.xls").read_bytes(),
        tables.html(rows),
        tables.csv(rows),
        tables.csv(rows, "gb18030"),
        tables.ods(body),
    ]
    kept = []
    for data in files:
        batch = save(data)
        kept.append(stored())
        import_undo.undo(batch, by=None)
        assert stored() == []
    assert kept[0] == [
        ("梁芳", "M", 1985, 6, "13800001111", "", "渝水区"),
        ("𠮷永㛃", "M", 1980, 9, "13800001112", "", "渝水区"),
        ("王䶮", "M", 1985, 6, "", "0790-6441234", "分宜县"),
    ]
    assert all(each == kept[0] for each in kept)


def test_the_same_file_twice_changes_nothing():
    data = sheet(
        "XY10-001,梁芳,女,,1985.1,,渝水区,城建环资组,13800001111",
        ",王䶮,,,198506,,分宜县,,",
        "XY10-003,王䶮,,,1970,,分宜县,,",
    )
    save(data)
    before = stored(), Deputy.history.count(), Mandate.history.count()
    assert plan(data).counts == {"new": 0, "changed": 0, "unchanged": 3, "error": 0}
    save(data)
    assert (stored(), Deputy.history.count(), Mandate.history.count()) == before


def test_a_preview_saves_nothing():
    plan(sheet("XY10-001,梁芳,女,,,,新团,新组,"), create_missing=True)
    assert not Deputy.objects.exists()
    assert Delegation.objects.count() == 2


def test_a_change_shows_old_and_new_and_is_in_the_history(office):
    save(sheet("XY10-001,梁芳,女,,,,渝水区,,13800001111"))
    data = sheet("XY10-001,梁芳,女,,,,分宜县,,13900001111")
    (row,) = plan(data).rows
    assert row.status == "changed"
    shown = {(old, str(new)) for _label, old, new in row.changes()}
    assert ("13800001111", "13900001111") in shown
    batch = imports.preview(ROSTER, data, "更正.csv", {}, by=office)
    imports.confirm(batch, by=office)
    version = Deputy.objects.get().history.first()
    assert (version.phone, version.history_user) == ("13900001111", office)
    assert "更正.csv" in version.history_change_reason


# Who is who


def test_two_people_of_one_name_are_kept_apart_by_card_number():
    data = sheet("A-1,李凤兰,女,,1970,,渝水区,,13800000001", "A-2,李凤兰,女,,1980,,渝水区,,13800000002")
    save(data)
    assert Deputy.objects.filter(name="李凤兰").count() == 2
    save(sheet("A-2,李凤兰,女,,1981,,渝水区,,13800000002"))
    assert list(Deputy.objects.order_by("birth_year").values_list("birth_year", flat=True)) == [1970, 1981]


def test_two_people_of_one_name_are_kept_apart_by_delegation():
    save(sheet(",李凤兰,女,,1970,,渝水区,,", ",李凤兰,女,,1980,,分宜县,,"))
    save(sheet(",李凤兰,女,,1980,民盟,分宜县,,"))
    assert list(Deputy.objects.order_by("birth_year").values_list("party", flat=True)) == ["", "民盟"]


def test_a_namesake_without_a_card_is_not_taken_for_the_one_with_it():
    """Whichever stands first, and again when the file comes a second time."""
    rows = [",李凤兰,女,,1970,,渝水区,,", "A-2,李凤兰,女,,1980,,渝水区,,"]
    save(sheet(*rows))
    assert plan(sheet(*rows)).counts["unchanged"] == 2
    assert plan(sheet(*rows[::-1], heading=HEADING)).counts["error"] == 0
    assert {(m.card_no, m.deputy.birth_year) for m in Mandate.objects.all()} == {("", 1970), ("A-2", 1980)}


def test_a_card_number_that_comes_later_is_added_to_the_one_it_means():
    save(sheet(",梁芳,女,,1985,,渝水区,,"))
    save(sheet("A-1,梁芳,女,,1985,,渝水区,,"))
    assert [(m.card_no, m.deputy.name) for m in Mandate.objects.all()] == [("A-1", "梁芳")]


def test_two_without_card_numbers_in_one_delegation_are_asked_for_them():
    planned = plan(sheet(",梁芳,女,,1985,,渝水区,,", ",梁芳,女,,1990,,渝水区,,"))
    assert [(row, field) for row, field, _reason in errors(planned)] == [(3, "姓名")]
    assert "2" in errors(planned)[0][2]


def test_a_new_name_on_a_known_card_is_a_new_name_of_the_same_person():
    save(sheet("A-1,梁芳,女,,1985,,渝水区,,"))
    save(sheet("A-1,单红,女,,1985,,渝水区,,"))
    deputy = Deputy.objects.get()
    assert (deputy.name, deputy.pinyin) == ("单红", "shan hong")


# What is wrong with a row


@pytest.mark.parametrize(
    ("line", "heading", "word"),
    [
        ("A-1,,女,,1985.06,,渝水区,,", "姓名", ""),
        ("A-1,梁芳,女,,1985.06,,,,", "代表团", ""),
        ("A-1,梁芳,女,,1985.06,,仰天岗,,", "代表团", "仰天岗"),
        ("A-1,梁芳,女,,1985.06,,渝水区,航天组,", "专业代表小组", "航天组"),
        ("A-1,梁芳,女,,1985.06,,渝水区,,1380000111", "联系电话", "10"),
        ("A-1,梁芳,女,,1985.13,,渝水区,,", "出生年月", "13"),
        ("A-1,梁芳,女,,2085.06,,渝水区,,", "出生年月", "2085"),
        ("A-1,梁芳,妇,,1985.06,,渝水区,,", "性别", "妇"),
        (f"A-1,{'长' * 61},女,,1985.06,,渝水区,,", "姓名", "60"),
        (f"{'A' * 31},梁芳,女,,1985.06,,渝水区,,", "代表证号", "30"),
    ],
)
def test_a_bad_row_is_named_with_its_heading_and_loses_no_other(line, heading, word):
    data = sheet(line, "A-2,王䶮,,,1970.01,,分宜县,,")
    planned = plan(data)
    assert {row for row, _heading, _reason in errors(planned)} == {2}
    assert any(word in reason for _row, _heading, reason in errors(planned))
    if not line.startswith("A" * 31) and "长" not in line:
        assert [given for _row, given, _reason in errors(planned)] == [heading]
    save(data)
    assert [name for name, *_rest in stored("name")] == ["王䶮"]


def test_a_card_number_twice_in_a_file_is_an_error_of_the_second():
    planned = plan(sheet("A-1,梁芳,女,,,,渝水区,,", "Ａ-1,王䶮,,,,,渝水区,,"))
    ((row, heading, reason),) = errors(planned)
    assert (row, heading) == (3, "代表证号")
    assert "2" in reason


def test_1985_1_leaves_the_month_open_and_says_so_once_it_is_not_known():
    data = sheet("A-1,梁芳,女,,1985.1,,渝水区,,")
    assert len(plan(data).report()["warnings"]) == 1
    save(data)
    deputy = Deputy.objects.get()
    assert (deputy.birth_year, deputy.birth_month) == (1985, None)
    deputy.birth_month = 10
    deputy.save()
    assert plan(data).report()["warnings"] == []
    save(data)
    assert Deputy.objects.get().birth_month == 10  # what the file leaves open does not erase what is known


# What a file names and the portal does not know


def test_unknown_groups_and_delegations_are_made_when_that_is_wanted():
    data = sheet("A-1,梁芳,女,,,,军分区,航天组,", "A-2,王䶮,,,,,军分区,航天组,")
    assert plan(data).counts["error"] == 2
    assert {str(record) for record in plan(data).missing} == {"军分区", "航天组"}
    batch = save(data, create_missing=True)
    assert Delegation.objects.get(name="军分区").mandates.count() == 2
    import_undo.undo(batch, by=None)
    assert not Delegation.objects.filter(name="军分区").exists()
    assert not DeputyGroup.objects.filter(name="航天组").exists()


def test_a_delegation_made_on_the_way_belongs_to_the_area_of_its_name():
    Area.objects.create(code="360503", name="仙女湖区", kind=Area.Kind.DISTRICT)
    save(sheet("A-1,梁芳,女,,,,仙女湖区,,"), create_missing=True)
    assert Mandate.objects.get().area.code == "360503"


def test_a_group_of_another_congress_is_unknown_here():
    factories.DeputyGroupFactory(term=factories.TermFactory(number=9), name="旧组")
    assert plan(sheet("A-1,梁芳,女,,,,渝水区,旧组,")).counts["error"] == 1


# What a roster leaves out


def test_the_roster_s_title_says_which_congress():
    ninth = factories.TermFactory(number=9)
    factories.DelegationFactory(term=ninth)
    save(sheet("A-1,梁芳,女,,,,渝水区,,", heading="新余市第九届人民代表大会代表名册\n" + HEADING))
    assert Mandate.objects.get().term == ninth


def test_a_choice_wins_over_the_title():
    ninth = factories.TermFactory(number=9)
    factories.DelegationFactory(term=ninth)
    data = sheet("A-1,梁芳,女,,,,渝水区,,", heading="第十届代表名册\n" + HEADING)
    save(data, term=9)
    assert Mandate.objects.get().term == ninth


def test_a_congress_that_is_not_entered_is_said_before_anything_else():
    with pytest.raises(SheetError):
        plan(sheet("A-1,梁芳,女,,,,渝水区,,", heading="第十一届代表名册\n" + HEADING))


def test_columns_a_file_does_not_have_are_left_as_they_are():
    save(sheet("A-1,梁芳,女,满,1985.06,民盟,渝水区,城建环资组,13800001111"))
    before = stored("name", "sex", "ethnicity", "birth_year", "birth_month", "party")
    save(sheet("A-1,梁芳,渝水区,13900001111", heading="代表证号,姓名,代表团,手机"))
    assert stored("name", "sex", "ethnicity", "birth_year", "birth_month", "party") == before
    assert Mandate.objects.get().group.name == "城建环资组"
    assert Deputy.objects.get().phone == "13900001111"


def test_remarks_behind_a_name_tell_sex_and_people():
    save(sheet(",梁芳(女),渝水区", ",马大（回族）,渝水区", ",王二,渝水区", heading="代表证号,姓名,代表团"))
    assert stored("name", "sex", "ethnicity") == [
        ("梁芳", "F", "汉族", "渝水区"),
        ("马大", "M", "回族", "渝水区"),
        ("王二", "M", "汉族", "渝水区"),
    ]


def test_a_middle_dot_is_one_dot_however_it_was_typed():
    save(sheet("A-1,迪力•艾合买提,,维吾尔,,,渝水区,,", "A-2,古丽・卡德尔,女,维吾尔族,,,渝水区,,"))
    assert [name for name, *_rest in stored("name", "ethnicity")] == ["迪力·艾合买提", "古丽·卡德尔"]
    assert {people for _name, people, *_rest in stored("name", "ethnicity")} == {"维吾尔族"}


def test_a_station_s_name_tells_where_somebody_works():
    Area.objects.create(code="360502103", name="罗坊镇", kind=Area.Kind.TOWN)
    save(
        sheet(
            "梁芳,渝水区,罗坊镇代表联络站", "王䶮,分宜县,罗坊镇代表联络站", heading="姓名,代表团,进站联络站"
        )
    )
    assert [m.area.code for m in Mandate.objects.order_by("display_order")] == ["360502103", "360521"]


# Taking a file back


def test_taking_back_restores_what_was_there_before():
    save(sheet("A-1,梁芳,女,,1985.06,,渝水区,城建环资组,13800001111"))
    before = stored()
    batch = save(sheet("A-1,梁芳,女,,1986.07,,分宜县,,13900001111", "A-2,王䶮,,,,,分宜县,,"))
    assert import_undo.undo(batch, by=None) == 4
    assert stored() == before
    assert Mandate.objects.get().group.name == "城建环资组"
    assert [h.history_type for h in Deputy.objects.get().history.order_by("pk")] == ["+", "~", "~"]
    with pytest.raises(ValidationError):
        import_undo.undo(batch, by=None)


def test_what_was_changed_since_is_not_taken_back():
    batch = save(sheet("A-1,梁芳,女,,,,渝水区,,", "A-2,王䶮,,,,,渝水区,,"))
    deputy = Deputy.objects.get(name="王䶮")
    deputy.phone = "13800001111"
    deputy.save()
    with pytest.raises(ValidationError, match="王䶮"):
        import_undo.undo(batch, by=None)
    assert Deputy.objects.count() == 2
    assert ImportBatch.objects.get().undone_at is None


# The same from the shell


@pytest.fixture
def shell(tmp_path, capsys):
    def run(data, *arguments):
        path = tmp_path / "名册.csv"
        path.write_bytes(data)
        try:
            call_command("import_sheet", "roster", str(path), *arguments)
        except SystemExit as end:
            assert end.code == 1
        return json.loads(capsys.readouterr().out)

    return run


def test_the_shell_tells_in_one_object_and_saves_only_when_told(shell):
    data = sheet("A-1,梁芳,女,,1985.1,,渝水区,,", "A-2,王䶮,,,,,无名团,,")
    told = shell(data)
    assert (told["created"], told["updated"], told["unchanged"]) == (1, 0, 0)
    assert [set(error) for error in told["errors"]] == [{"row", "field", "reason"}]
    assert told["errors"][0]["row"] == 3
    assert len(told["warnings"]) == 1
    assert not Deputy.objects.exists()
    shell(data, "--confirm")
    assert Deputy.objects.count() == 1
    assert shell(data, "--confirm", "--create-missing")["unchanged"] == 1
    assert Deputy.objects.count() == 2


def test_the_shell_says_what_is_wrong_with_a_file_as_a_whole(shell):
    told = shell("性别,电话\n女,13800001111".encode())
    assert told["created"] == 0
    assert (told["errors"][0]["row"], told["errors"][0]["field"]) == (None, None)
    assert "姓名" in told["errors"][0]["reason"]


def test_the_shell_knows_its_kinds_and_its_files(tmp_path):
    with pytest.raises(CommandError, match="roster"):
        call_command("import_sheet", "recipes", str(tmp_path))
    with pytest.raises(CommandError, match="no file"):
        call_command("import_sheet", "roster", str(tmp_path / "none.csv"))
