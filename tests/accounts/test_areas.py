import json

import pytest
from django.core.management import call_command

from accounts.models import Area

pytestmark = pytest.mark.django_db

SHEET = """code,name,areaCode,provinceCode,cityCode
3604,"九江市",,36,
360402,"濂溪区",3604,36,3604
360483,"庐山市",3604,36,3604
360402001,"十里街道",360402,36,3604
360402100,"新港镇",360402,36,3604
360402200,"高垄乡",360402,36,3604
360402400,"庐山经济开发区",360402,36,3604
360402500,"茶叶林场",360402,36,3604
360423100,"新宁镇",360423,36,3604
360423101,"泉口镇",360423,36,3604
"""


@pytest.fixture
def send(tmp_path, capsys):
    """Import a table of areas from the shell; what it reports."""

    def sent(text, *options, encoding="utf-8"):
        path = tmp_path / "areas.csv"
        path.write_text(text, encoding=encoding)
        call_command("import_sheet", "areas", str(path), *options)
        return json.loads(capsys.readouterr().out)

    return sent


def test_areas_are_told_by_the_length_of_the_code_and_the_end_of_the_name(send):
    report = send(SHEET, "--confirm")
    assert (report["created"], report["errors"]) == (10, [])
    assert dict(Area.objects.values_list("code", "kind")) == {
        "3604": "city",
        "360402": "district",
        "360483": "county",
        "360402001": "street",
        "360402100": "town",
        "360402200": "township",
        "360402400": "other",
        "360402500": "other",
        "360423100": "town",
        "360423101": "town",
    }


def test_an_area_whose_county_is_not_known_comes_in_with_one_warning(send):
    report = send(SHEET)
    assert len(report["warnings"]) == 1
    assert "360423" in report["warnings"][0]
    assert not Area.objects.exists()


def test_the_same_table_again_changes_nothing(send):
    send(SHEET, "--confirm")
    versions = Area.history.count()
    report = send(SHEET, "--confirm", encoding="gb18030")
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 10)
    assert Area.history.count() == versions


def test_a_new_name_is_a_change_and_the_row_that_is_wrong_stays_out(send):
    send(SHEET, "--confirm")
    report = send(
        "区划代码,名称\n360402100,新港新镇\n36040,缺一位\n360402200,\n360402100,又一次\n", "--confirm"
    )
    assert (report["created"], report["updated"]) == (0, 1)
    assert [(error["row"], error["field"]) for error in report["errors"]] == [
        (3, "区划代码"),
        (4, "名称"),
        (5, "区划代码"),
    ]
    assert Area.objects.get(code="360402100").name == "新港新镇"
