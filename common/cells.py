"""What the cells of office tables mean (D8.3): names, phones, birth months, dates, money, lists.

Each function takes a cell as it was read, whether text, number or date, and raises :class:`CellError` for what it cannot
understand. An empty cell is never an error.
"""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from .text import INVISIBLE, half_width, personal_name

EXCEL_DAY_ZERO = dt.date(1899, 12, 30)  # serial 0 of the 1900 system, its false leap year included
HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
OLDEST, YOUNGEST = 1900, 16  # first year of birth that is believed; age below which it is not
SEPARATORS = re.compile(r"[、,，;；/\n]")
MOBILE, LANDLINE = re.compile(r"1[3-9]\d{9}"), re.compile(r"0\d{9,11}|[2-8]\d{6,7}")
TENS_OF_MONTH = {"上": 10, "中": 20, "下": 31}  # 上旬 ends on the 10th, 中旬 on the 20th, 下旬 with the month
MONEY_UNITS = {
    "": 1,
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": 1,
    "万": 1,
    "亿元": 10000,
    "亿": 10000,
}


class CellError(ValueError):
    """One cell cannot be understood; ``str()`` says why."""


def text(value) -> str:
    """What a cell says, trimmed, on one line; ``2.0`` is ``2``."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).translate(INVISIBLE).split())


def code(value) -> str:
    """A number of a card, an area or a paper: half-width."""
    return half_width(text(value))


def name(value) -> tuple[str, str]:
    """``("梁芳", "女")`` from ``梁　芳(女)``: the name without padding, and the remark in brackets."""
    given = re.match(r"^(.*?)\s*(?:[(（](.*?)[)）])?$", text(value))
    return personal_name(given.group(1)), text(given.group(2))


def phones(value) -> tuple[str, str]:
    """``(mobile, office phone)``, each empty if not given; what comes after the first mobile joins the office phone."""
    given = code(value)
    if found := re.fullmatch(r"(\d)\.?(\d*)E\+?(\d+)", given, re.IGNORECASE):
        head, digits, zeros = found.groups()
        if len(digits) < int(zeros):
            raise CellError(
                _(
                    "The last digits of “%(number)s” are lost. Format the column as text and enter the number anew."
                )
                % {"number": given}
            )
        given = head + digits
    mobile, others = "", []
    for part in re.split(
        rf"[、,/;]|(?<!86)\s(?={MOBILE.pattern}|0\d{{2,3}}-)", re.sub(r"(?<=\d)\.0$", "", given)
    ):
        digits = re.sub(r"[\s\-‐−–—()+]", "", part)
        digits = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
        if not digits or digits == "无":
            continue
        if MOBILE.fullmatch(digits) and not mobile:
            mobile = digits
        elif MOBILE.fullmatch(digits):
            others.append(digits)
        elif LANDLINE.fullmatch(digits):
            others.append(part.strip())
        else:
            raise CellError(
                _("“%(number)s” has %(count)s digits; a mobile number has 11 and begins with 13 to 19.")
                % {"number": part.strip(), "count": len(digits)}
            )
    return mobile, "、".join(dict.fromkeys(number for number in others if number != mobile))


def birth(value) -> tuple[int | None, int | None, str]:
    """``(year, month, warning)``; the month is ``None`` where it is left open.

    ``1985.1`` is January for a clerk and October for Excel, which drops the zero of the number 1985.10. Whether a
    number or its text in a CSV: the year is taken, the month left open, and the warning says so.
    """
    given = code(value)
    if not given:
        return None, None, ""
    if isinstance(value, dt.date):
        return *_born(value.year, value.month, given), ""
    if re.fullmatch(r"\d{4}\.1", given):
        warning = _("“%(value)s” may mean January or October; the month was left open.") % {"value": given}
        return *_born(int(given[:4]), None, given), warning
    if re.fullmatch(r"\d{5}", given):
        serial = EXCEL_DAY_ZERO + dt.timedelta(days=int(given))
        return *_born(serial.year, serial.month, given), ""
    found = re.fullmatch(r"([a-z]{3})[a-z]*[-\s.](\d{2}|\d{4})", given, re.IGNORECASE)  # Jun-85
    if found and found.group(1).lower() in MONTHS:
        year, month = int(found.group(2)), MONTHS.index(found.group(1).lower()) + 1
        return *_born(year if year > 99 else 1900 + year, month, given), ""
    plain = re.sub(r"\s*(?:\d{1,2}:\d{2}(?::\d{2})?|生|出生)$", "", han_numbers(given))
    found = re.fullmatch(
        r"(\d{4})(?:[年.\-/\s]*(\d{1,2})(?:\s*月)?(?:[.\-/\s]*\d{1,2}\s*[日号]?)?|\s*年)?", plain
    )
    if not found or (plain.isdigit() and len(plain) not in (4, 6, 8)):
        raise CellError(_("“%(value)s” is no month of birth. Write it as 1985.06.") % {"value": text(value)})
    year, month = found.groups()
    return *_born(int(year), int(month) if month else None, given), ""


def _born(year, month, given):
    if not OLDEST <= year <= dt.date.today().year - YOUNGEST:  # noqa: DTZ011 a year suffices
        raise CellError(_("The year of birth in “%(value)s” cannot be right.") % {"value": given})
    if month is not None and not 1 <= month <= 12:
        raise CellError(
            _("There is no month %(month)s in “%(value)s”. Write it as 1985.06.")
            % {"month": month, "value": given}
        )
    return year, month


def han_numbers(given: str) -> str:
    """``一九八五年六月`` → ``1985年6月``; ``十二月`` → ``12月``."""

    def tens(found):
        high, low = found.group(1).translate(HAN_DIGITS) or "1", found.group(2).translate(HAN_DIGITS) or "0"
        return str(int(high) * 10 + int(low))

    given = re.sub(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", tens, given)
    return given.translate(HAN_DIGITS)


def day(value, default_year: int | None = None) -> dt.date | None:
    """A calendar day; ``9月2日`` takes ``default_year``."""
    given = code(value)
    if not given:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if re.fullmatch(r"\d{5}", given):
        return EXCEL_DAY_ZERO + dt.timedelta(days=int(given))
    plain = re.sub(r"\s+\d{1,2}:\d{2}(?::\d{2})?$", "", han_numbers(given))
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain) or re.fullmatch(
        r"(?:(\d{4})[年.\-/]\s*)?(\d{1,2})[月.\-/]\s*(\d{1,2})日?", plain
    )
    try:
        year, month, day_ = found.groups()
        return dt.date(int(year or default_year), int(month), int(day_))
    except (AttributeError, TypeError, ValueError):
        raise CellError(
            _("“%(value)s” is no date. Write it as 2025-09-02.") % {"value": text(value)}
        ) from None


def days(value, default_year: int | None = None) -> tuple[dt.date | None, dt.date | None]:
    """``(first, last)`` of a day or of a range such as ``2025.9.2-9.5`` or ``9月2日至5日``."""
    given = code(value)
    ends = re.fullmatch(r"(.+?[\d日])\s*[-–—~至到]+\s*(\d.*)", given)
    if isinstance(value, dt.date) or not ends or _is_day(value, default_year):
        one = day(value, default_year)
        return one, one
    first = day(ends.group(1), default_year)
    last = re.sub(r"^(\d{1,2})日?$", rf"{first.month}月\1日", ends.group(2))
    return first, day(last, first.year)


def _is_day(value, default_year):
    try:
        return day(value, default_year) is not None
    except CellError:
        return False


def deadline(value, default_year: int | None = None) -> tuple[dt.date | None, str]:
    """``(last day, the words)`` of ``9月底``, ``2025年底前``, ``9月上旬``, ``全年``; no day where the words name none.

    The words are kept beside the day: a plan says more than a date.
    """
    words = text(value)
    if _is_day(value, default_year):
        return day(value, default_year), words
    plain = re.sub(r"\s|之?前$|以前$", "", han_numbers(half_width(words)))
    found = re.fullmatch(
        r"(?:(\d{4})年?|今年|本年|全年)?(?:(\d{1,2})月(?:(\d{1,2})日|([上中下])旬|底|末|份)?|年?[底末])?",
        plain,
    )
    year = found and (int(found.group(1)) if found.group(1) else default_year)
    if not found or not year or not plain:
        return None, words
    month, given, tens = found.group(2), found.group(3), found.group(4)
    last = int(given) if given else TENS_OF_MONTH.get(tens, 31)
    return _day_or_last(year, int(month or 12), last), words


def _day_or_last(year, month, last):
    """The day, or the month's last one if it is shorter; nothing for a month that is none."""
    if not 1 <= month <= 12:
        return None
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=last - 1), following - dt.timedelta(days=1))


def number(value) -> Decimal | None:
    """A number with or without thousands separators."""
    given = code(value).replace(",", "")
    if not given:
        return None
    try:
        found = Decimal(given)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise CellError(_("“%(value)s” is no number.") % {"value": text(value)})
    return found


def money(value, title: str = "") -> Decimal | None:
    """An amount in 万元: ``1200``, ``约1,200万元``, ``0.12亿元``, ``1200(其中上级补助300)``.

    Without a unit in the cell the one in the table's ``title`` (单位:元) holds, else 万元.
    """
    given = re.sub(r"\(.*?\)|^约|左右$|\s", "", code(value))
    amount, unit = re.fullmatch(r"(.*?)([千万亿]?元|[万亿])?", given).groups()
    if not unit and (named := re.search(r"单位[:：]\s*([千万亿]?元)", title)):
        unit = named.group(1)
    found = number(amount)
    return None if found is None else found * MONEY_UNITS[unit or ""]


def percent(value) -> Decimal | None:
    """Per cent: ``95``, ``95%``, ``95.0％`` and the fraction ``0.95``, which is how Excel keeps a cell that shows 95%."""
    given = code(value)
    found = number(given.rstrip("%"))
    if found is None or given.endswith("%") or found > 1:
        return found
    return found * 100


def yes(value) -> bool:
    """√ ✓ ☑ 是 有 1 Y and the like; an empty cell is no."""
    return code(value).lower() in {"√", "✓", "✔", "☑", "是", "有", "1", "y", "yes", "true", "on"}


def people(value) -> list[tuple[str, str]]:
    """``(name, remark in brackets)`` of a list in one cell; ``张三等5人`` names 张三 only, ``19人`` nobody."""
    given = re.sub(r"^[^:：]{0,8}[:：]", "", str(value or "").translate(INVISIBLE).strip())
    given = re.sub(r"等\s*\d*\s*[人名]?$|\d+\s*[人名]$", "", given)  # 等5人, but not the end of 赵启名
    parts = SEPARATORS.split(given)
    if len(parts) == 1 and all(len(word) > 1 for word in given.split()):
        parts = given.split()  # 张三 李四, but 李 明 is one padded name
    return [found for found in map(name, parts) if found[0]]


def names(value) -> list[str]:
    """The names of such a list, each once, in order."""
    return list(dict.fromkeys(found for found, _remark in people(value)))


def units(value) -> tuple[str, list[str]]:
    """``(lead, others)`` of ``市发改委、市财政局`` (the first leads) and of ``主办:市发改委 会办:市财政局``."""
    given = str(value or "")
    if labelled := re.split(r"\s*(?:主办|承办|牵头|会办|协办|配合)(?:单位)?\s*[:：]\s*", given)[1:]:
        given = "、".join(labelled)
    found = list(dict.fromkeys(filter(None, map(text, SEPARATORS.split(given)))))
    return (found[0] if found else ""), found[1:]


def serial(value) -> str:
    """The bare number of ``第1号``, ``001``, ``建议第12号``; ``B20250012`` stays."""
    given = code(value)
    found = re.fullmatch(r"(?:建议)?第?\s*0*(\d+)\s*号?", given)
    return found.group(1) if found else given
