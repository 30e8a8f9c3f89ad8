"""How names are spelt, sorted and found."""

import pytest

from common.pinyin import initials, pinyin_key
from common.text import bigrams, half_width, personal_name

pytestmark = pytest.mark.same_everywhere


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单红", "shan hong"), ("曾国强", "zeng guo qiang"), ("仇英", "qiu ying"), ("解放", "xie fang"), ("区小明", "ou xiao ming"),
        ("查良", "zha liang"), ("朴成", "piao cheng"), ("盖明", "ge ming"), ("覃峰", "qin feng"), ("员半千", "yun ban qian"),
        ("乐毅", "yue yi"), ("种明", "chong ming"), ("阚明", "kan ming"), ("尉迟恭", "yu chi gong"), ("万俟卓", "mo qi zhuo"),
        ("单于明", "chan yu ming"), ("吕布", "lv bu"), ("买买提·艾力", "mai mai ti ai li"), ("李　明", "li ming"),
        ("Anna Li", "anna li"), ("", ""),
    ],
)  # fmt: skip
def test_surnames_are_read_as_families_read_them(name, key):
    assert pinyin_key(name) == key


def test_initials_are_the_first_letters():
    assert initials("shan hong") == "sh"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("李　明", "李明"),
        (" 李\xa0明 ", "李明"),
        ("Anna  Li", "Anna Li"),
        ("艾力•买提", "艾力·买提"),
        ("王\u200b明", "王明"),
    ],
)
def test_a_name_is_stored_in_one_spelling(written, stored):
    assert personal_name(written) == stored


def test_codes_are_made_narrow():
    assert half_width(" ＸＹ１０－００１（市） ") == "XY10-001(市)"


@pytest.mark.parametrize(
    ("texts", "pairs"),
    [
        (["交通拥堵"], " 交通 通拥 拥堵 "),
        (["南湖，南湖"], " 南湖 "),
        (["𠮷永"], " 𠮷永 "),
        (["第12号 A b"], " 第1 12 2号 a b "),
        (["王"], " 王 "),
        (["甲乙", None, "乙丙"], " 甲乙 乙丙 "),
        ([""], ""),
    ],
)
def test_bigrams_are_every_pair_of_neighbours_once(texts, pairs):
    assert bigrams(*texts) == pairs
