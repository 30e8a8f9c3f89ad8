"""Every quirk of office tables, one line each (D8.3)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from common import cells
from common.cells import CellError

pytestmark = pytest.mark.same_everywhere

JUNE_1985, OCTOBER_1985 = (1985, 6, ""), (1985, 10, "")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (None, ""),
        (2.0, "2"),
        (2.5, "2.5"),
        ("  渝水区　", "渝水区"),
        ("罗坊镇\n代表联络站", "罗坊镇 代表联络站"),
        ("王\u200b明\ufeff", "王明"),
        ("\xa0王明\xa0", "王明"),
        ("正文，保留：全角（标点）。", "正文，保留：全角（标点）。"),
    ],
)
def test_text_is_trimmed_and_keeps_its_punctuation(cell, said):
    assert cells.text(cell) == said


@pytest.mark.parametrize(
    ("cell", "name", "remark"),
    [
        ("李明", "李明", ""),
        ("李　明", "李明", ""),
        ("李  明", "李明", ""),
        ("\u3000李\xa0明 ", "李明", ""),
        ("王芳(女)", "王芳", "女"),
        ("张　某（回族）", "张某", "回族"),
        ("李某(已调离)", "李某", "已调离"),
        ("买买提·艾力", "买买提·艾力", ""),
        ("买买提•艾力", "买买提·艾力", ""),
        ("买买提・艾力", "买买提·艾力", ""),
        ("买买提．艾力", "买买提·艾力", ""),
        ("𠮷永", "𠮷永", ""),
        ("㛃䶮", "㛃䶮", ""),
        ("Anna  Li", "Anna Li", ""),
        (None, "", ""),
    ],
)
def test_name_loses_its_padding_and_keeps_the_remark_apart(cell, name, remark):
    assert cells.name(cell) == (name, remark)


@pytest.mark.parametrize(
    ("cell", "mobile", "office"),
    [
        ("13800001111", "13800001111", ""),
        (13800001111, "13800001111", ""),
        (13800001111.0, "13800001111", ""),
        ("13800001111.0", "13800001111", ""),
        ("1.3800001111E+10", "13800001111", ""),
        ("１３８００００１１１１", "13800001111", ""),
        ("138 0000 1111", "13800001111", ""),
        ("138-0000-1111", "13800001111", ""),
        ("138–0000—1111", "13800001111", ""),
        ("+86 13800001111", "13800001111", ""),
        ("0790-6441234", "", "0790-6441234"),
        ("(0790)6441234", "", "(0790)6441234"),
        ("6441234", "", "6441234"),
        ("13800001111/0790-6441234", "13800001111", "0790-6441234"),
        ("13800001111、13900002222", "13800001111", "13900002222"),
        ("13800001111；13900002222", "13800001111", "13900002222"),
        ("13800001111 13900002222", "13800001111", "13900002222"),
        ("13800001111\n0790-6441234", "13800001111", "0790-6441234"),
        ("13800001111、13800001111", "13800001111", ""),
        ("无", "", ""),
        ("/", "", ""),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_phones_are_told_apart(cell, mobile, office):
    assert cells.phones(cell) == (mobile, office)


@pytest.mark.parametrize(
    "cell", ["1380000111", "138000011112", "12800001111", "十三八", "36050219850615123X"]
)
def test_a_phone_with_too_few_or_strange_digits_is_refused(cell):
    with pytest.raises(CellError, match=str(cell)):
        cells.phones(cell)


def test_a_phone_that_excel_rounded_is_refused_because_its_digits_are_lost():
    with pytest.raises(CellError, match="1.38E\\+10"):
        cells.phones("1.38E+10")


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("1985.06", JUNE_1985),
        ("1985.6", JUNE_1985),
        (1985.06, JUNE_1985),
        (1985.6, JUNE_1985),
        ("1985-06", JUNE_1985),
        ("1985/6", JUNE_1985),
        ("198506", JUNE_1985),
        (198506, JUNE_1985),
        ("19850615", JUNE_1985),
        ("1985年6月", JUNE_1985),
        ("1985年06月15日", JUNE_1985),
        ("1985 年 6 月 15 日生", JUNE_1985),
        ("1985-06-15", JUNE_1985),
        ("1985-06-15 00:00:00", JUNE_1985),
        ("1985.06.15", JUNE_1985),
        ("１９８５．０６", JUNE_1985),
        ("一九八五年六月", JUNE_1985),
        ("一九八五年十月", OCTOBER_1985),
        ("一九八五年十二月", (1985, 12, "")),
        ("1985.10", OCTOBER_1985),
        ("1985.12", (1985, 12, "")),
        (31199, JUNE_1985),
        ("31199", JUNE_1985),
        (dt.date(1985, 6, 1), JUNE_1985),
        (dt.datetime(1985, 6, 1), JUNE_1985),  # noqa: DTZ001 as openpyxl gives it
        ("Jun-85", JUNE_1985),
        ("June 1985", JUNE_1985),
        ("1985", (1985, None, "")),
        ("1985年", (1985, None, "")),
        ("", (None, None, "")),
        (None, (None, None, "")),
    ],
)
def test_month_of_birth_is_read_however_it_is_written(cell, born):
    assert cells.birth(cell) == born


@pytest.mark.parametrize("cell", [1985.1, "1985.1", "１９８５.1"])
def test_a_birth_of_point_one_leaves_the_month_open_with_a_warning(cell):
    year, month, warning = cells.birth(cell)
    assert (year, month) == (1985, None)
    assert "1985.1" in warning


@pytest.mark.parametrize(
    "cell", ["1985.13", "1985年0月", "六月", "1985061", "85.6", "1885.06", "2020.06", "不详", "#VALUE!"]
)
@time_machine.travel("2025-09-02")
def test_an_impossible_month_of_birth_is_refused(cell):
    with pytest.raises(CellError, match=cell.replace("年", ".")):
        cells.birth(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2025.9.2", "2025-9-2", "2025-09-02", "2025/9/2", "2025年9月2日", "２０２５年９月２日", "20250902", "9月2日", "9.2",
        "二〇二五年九月二日", "2025-09-02 14:30", "2025-09-02 14:30:00", 45902, "45902", dt.date(2025, 9, 2),
        dt.datetime(2025, 9, 2, 14, 30),  # noqa: DTZ001 as openpyxl gives it
    ],
)  # fmt: skip
def test_day_is_read_however_it_is_written(cell):
    assert cells.day(cell, default_year=2025) == dt.date(2025, 9, 2)


@pytest.mark.parametrize("cell", ["2025.2.30", "9月上旬", "12", "0902", "2025.9", "202509", "-"])
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(CellError):
        cells.day(cell, default_year=2025)


def test_a_day_without_a_year_needs_one_from_elsewhere():
    with pytest.raises(CellError):
        cells.day("9月2日")


@pytest.mark.parametrize(
    ("cell", "last"),
    [
        ("2025.9.2-9.5", dt.date(2025, 9, 5)),
        ("2025年9月2日至5日", dt.date(2025, 9, 5)),
        ("9月2日—9月30日", dt.date(2025, 9, 30)),
        ("2025.9.2-2026.1.3", dt.date(2026, 1, 3)),
        ("2025-09-02", dt.date(2025, 9, 2)),
        ("9月2日", dt.date(2025, 9, 2)),
    ],
)
def test_days_of_a_range(cell, last):
    assert cells.days(cell, 2025) == (dt.date(2025, 9, 2), last)


@pytest.mark.parametrize(
    ("cell", "last"),
    [
        ("2026.11.30", dt.date(2026, 11, 30)),
        ("6月6日前", dt.date(2026, 6, 6)),
        ("9月底", dt.date(2026, 9, 30)),
        ("2026年2月底前", dt.date(2026, 2, 28)),
        ("12月底", dt.date(2026, 12, 31)),
        ("2025年底前", dt.date(2025, 12, 31)),
        ("年底", dt.date(2026, 12, 31)),
        ("9月上旬", dt.date(2026, 9, 10)),
        ("九月中旬", dt.date(2026, 9, 20)),
        ("9月下旬", dt.date(2026, 9, 30)),
        ("全年", dt.date(2026, 12, 31)),
        ("每季度", None),
        ("13月底", None),
        ("", None),
    ],
)
def test_deadline_keeps_its_words_beside_the_day(cell, last):
    assert cells.deadline(cell, 2026) == (last, cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,200", 1200), ("１２００", 1200), (3.5, Decimal("3.5")), ("-2", -2), ("", None), (None, None)],
)
def test_number_ignores_separators(cell, value):
    assert cells.number(cell) == value


@pytest.mark.parametrize("cell", ["一些", "1200元", "NaN", "Infinity", "1.2.3"])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(CellError, match=cell):
        cells.number(cell)


@pytest.mark.parametrize(
    ("cell", "title", "amount"),
    [
        ("1,200", "", 1200),
        ("1200万元", "", 1200),
        ("0.12亿元", "", 1200),
        ("约1200", "", 1200),
        ("1200(其中上级补助300)", "", 1200),
        ("1200（其中上级补助300）万元", "", 1200),
        ("12000000", "填报单位:市财政局 单位:元", 1200),
        ("1200万", "单位:元", 1200),
        (1200, "单位:万元", 1200),
        (None, "", None),
    ],
)
def test_money_is_in_ten_thousand_yuan(cell, title, amount):
    assert cells.money(cell, title) == amount


@pytest.mark.parametrize("cell", [0.95, "95%", "95", "95.0％", "0.95", 95])
def test_percent_is_read_as_text_number_or_fraction(cell):
    assert cells.percent(cell) == 95


@pytest.mark.parametrize("cell", ["√", "✓", "☑", "是", "有", 1, 1.0, "Y", "Ｙ", True])
def test_a_tick_means_yes(cell):
    assert cells.yes(cell)


@pytest.mark.parametrize("cell", ["", None, "否", "无", 0, "×", "N", False])
def test_anything_else_means_no(cell):
    assert not cells.yes(cell)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("乔建、刘兵、李  超", ["乔建", "刘兵", "李超"]),
        ("乔建,刘兵，李超;王明；孙瑞/朱云\n徐岩", ["乔建", "刘兵", "李超", "王明", "孙瑞", "朱云", "徐岩"]),
        ("张三 李四", ["张三", "李四"]),
        ("李 明", ["李明"]),
        ("张三等5人", ["张三"]),
        ("张帆、邵鹏、罗博等16人", ["张帆", "邵鹏", "罗博"]),
        ("联名代表:王芳(女)、王芳", ["王芳"]),
        ("赵启名、钱得人", ["赵启名", "钱得人"]),
        ("19人", []),
        ("", []),
        (None, []),
    ],
)
def test_names_of_a_list(cell, found):
    assert cells.names(cell) == found


@pytest.mark.parametrize(
    ("cell", "lead", "others"),
    [
        ("市发改委、市财政局", "市发改委", ["市财政局"]),
        ("主办:市发改委 会办:市财政局、市民政局", "市发改委", ["市财政局", "市民政局"]),
        ("主办单位：市发改委\n协办单位：市财政局", "市发改委", ["市财政局"]),
        ("市教育局", "市教育局", []),
        (None, "", []),
    ],
)
def test_the_first_unit_leads(cell, lead, others):
    assert cells.units(cell) == (lead, others)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("第1号", "1"),
        ("001", "1"),
        (1, "1"),
        ("建议第12号", "12"),
        ("第 185 号", "185"),
        ("B20250012", "B20250012"),
    ],
)
def test_serial_is_the_bare_number(cell, number):
    assert cells.serial(cell) == number
