"""The pinyin of personal names: a key to sort by and letters to type."""

from .text import personal_name

# Read differently as a surname than elsewhere; pypinyin does not know these.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge",
    "覃": "qin", "员": "yun", "乐": "yue", "翟": "zhai", "种": "chong", "召": "shao", "缪": "miao", "洗": "xian",
    "祭": "zhai", "折": "she", "黑": "he", "秘": "bi", "卜": "bu", "句": "gou", "牟": "mu", "能": "nai", "都": "du",
    "薄": "bo", "适": "kuo", "不": "fou", "繁": "po", "六": "lu", "乜": "nie", "阚": "kan", "贠": "yun",
}  # fmt: skip


def pinyin_key(name: str) -> str:
    """``单红`` → ``shan hong``: lower-case syllables with a space between, without tones, without the middle dot."""
    from pypinyin import lazy_pinyin  # 57 MB of tables: only processes that write names carry them

    name = personal_name(name)
    syllables = [syllable for syllable in lazy_pinyin(name) if syllable != "·"]
    if name[:1] in SURNAMES and name[:2] not in ("单于",):
        syllables[0] = SURNAMES[name[:1]]
    return " ".join(syllables).lower()


def initials(key: str) -> str:
    """``shan hong`` → ``sh``."""
    return "".join(syllable[:1] for syllable in key.split())
