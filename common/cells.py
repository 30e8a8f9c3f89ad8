"""What the cells of office tables mean (D8.3): names, phones, birth months, dates, money, lists."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from .text import INVISIBLE, half_width, personal_name

EXCEL_DAY_ZERO = dt.date(1899, 12, 30)  # serial 0 of the 1900 system, its false leap year included
HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
MONTHS = {
    m: n
    for n, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
OLDEST, YOUNGEST = 1900, 16  # first year of birth that is believed; age below which it is not


class CellError(ValueError):
    """One cell cannot be understood; ``str()`` says why."""


def text(value) -> str:
    """What a cell says, trimmed, on one line; ``2.0`` is ``2``."""
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return " ".join(str(value).translate(INVISIBLE).replace("\xa0", " ").replace("\u3000", " ").split())


def name(value) -> tuple[str, str]:
    """``("梁芳", "女")`` from ``梁　芳(女)``: the name without padding, and the remark in brackets."""
    given = re.match(r"^(.*?)\s*(?:[(（](.*?)[)）])?$", text(value))
    return personal_name(given.group(1)), text(given.group(2))


def phones(value) -> tuple[str, str]:
    """``(mobile, office phone)``, each empty if not given; :class:`CellError` for a number that is neither."""
    if isinstance(value, float):
        value = int(value)
    given = half_width(text(value))
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", given, re.IGNORECASE):
        given = str(int(Decimal(given)))
    given = re.sub(r"(?<=\d)\.0$", "", given)
    mobile, landlines = "", []
    for part in re.split(r"[、,，/;；\n]|\s(?=0\d{2,3}-)", given):
        digits = re.sub(r"[\s\-—–()（）+]", "", part)
        digits = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
        if not digits:
            continue
        if re.fullmatch(r"1[3-9]\d{9}", digits):
            if mobile and mobile != digits:
                landlines.append(digits)
            mobile = mobile or digits
        elif re.fullmatch(r"0\d{9,11}|[2-8]\d{6,7}", digits):
            landlines.append(part.strip())
        else:
            raise CellError(
                _("“%(number)s” has %(count)s digits; a mobile number has 11 and begins with 13 to 19.")
                % {"number": part.strip(), "count": len(digits)}
            )
    return mobile, "、".join(landlines)


def birth(value) -> tuple[int | None, int | None, str]:
    """``(year, month, warning)``; the month is ``None`` where it is left open.

    ``1985.1`` is January for a clerk and October for Excel, which drops the zero of the number 1985.10. Whether a
    number or its text in a CSV: the year is taken, the month left open, and the warning says so.
    """
    if value is None or (isinstance(value, str) and not text(value)):
        return None, None, ""
    if isinstance(value, dt.date):
        return _born(value.year, value.month, value)
    given = half_width(text(value))
    if re.fullmatch(r"\d{4}\.1", given):
        year, _month, _warning = _born(int(given[:4]), None, given)
        warning = _("“%(value)s” may mean January or October; the month was left open.") % {"value": given}
        return year, None, warning
    if given.isdigit() and len(given) == 5:
        day_ = EXCEL_DAY_ZERO + dt.timedelta(days=int(given))
        return _born(day_.year, day_.month, given)
    if found := re.match(r"^([a-z]{3})[a-z]*[-\s.](\d{2}|\d{4})$", given, re.IGNORECASE):
        month, year = MONTHS.get(found.group(1).lower()), int(found.group(2))
        if month:
            return _born(year if year > 99 else 1900 + year, month, given)
    given = han_numbers(given)
    if found := re.match(r"^(\d{4})(?:\s*年)?$", given):
        return _born(int(found.group(1)), None, given)
    found = re.match(
        r"^(\d{4})[年.\-/\s]*(\d{1,2})(?:\s*月)?(?:[.\-/\s]*\d{1,2})?(?:\s*[日号])?(?:\s*(?:生|出生))?$",
        given,
    )
    if not found or (given.isdigit() and len(given) not in (6, 8)):
        raise CellError(_("“%(value)s” is no month of birth. Write it as 1985.06.") % {"value": text(value)})
    return _born(int(found.group(1)), int(found.group(2)), given)


def _born(year, month, given):
    if not OLDEST <= year <= dt.date.today().year - YOUNGEST:  # noqa: DTZ011 a year suffices
        raise CellError(_("The year of birth in “%(value)s” cannot be right.") % {"value": given})
    if month is not None and not 1 <= month <= 12:
        raise CellError(
            _("There is no month %(month)s in “%(value)s”. Write it as 1985.06.")
            % {"month": month, "value": given}
        )
    return year, month, ""


def han_numbers(given: str) -> str:
    """``一九八五年六月`` → ``1985年6月``; ``十二月`` → ``12月``."""

    def tens(found):
        high, low = found.group(1).translate(HAN_DIGITS) or "1", found.group(2).translate(HAN_DIGITS) or "0"
        return str(int(high) * 10 + int(low))

    given = re.sub(r"([一二三]?)十([一二三四五六七八九]?)", tens, given)
    return given.translate(HAN_DIGITS)


def day(value, default_year: int | None = None) -> dt.date | None:
    """A calendar day; ``9月2日`` takes ``default_year``. :class:`CellError` for anything that is no day."""
    if value is None or (isinstance(value, str) and not text(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    given = half_width(text(value))
    if re.fullmatch(r"\d{5}(\.0)?", given):
        return EXCEL_DAY_ZERO + dt.timedelta(days=int(float(given)))
    plain = han_numbers(given)
    found = re.match(
        r"^(\d{4})[年.\-/]?\s*(\d{1,2})[月.\-/]?\s*(\d{1,2})日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$", plain
    )
    parts = found.groups() if found else None
    if not parts and default_year and (found := re.match(r"^(\d{1,2})[月.\-/](\d{1,2})日?$", plain)):
        parts = (default_year, *found.groups())
    try:
        return dt.date(*map(int, parts))
    except (TypeError, ValueError):
        raise CellError(
            _("“%(value)s” is no date. Write it as 2025-09-02.") % {"value": text(value)}
        ) from None


def number(value) -> Decimal | None:
    """A number with or without thousands separators; :class:`CellError` otherwise."""
    given = half_width(text(value)).replace(",", "")
    if not given:
        return None
    try:
        found = Decimal(given)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise CellError(_("“%(value)s” is no number.") % {"value": text(value)})
    return found


def yes(value) -> bool:
    """√ ✓ ☑ 是 有 1 Y and the like; an empty cell is no."""
    return half_width(text(value)).lower() in {"√", "✓", "✔", "☑", "是", "有", "1", "y", "yes", "true", "on"}


def names(value) -> list[str]:
    """The names of a list in one cell, each once, in order; ``张三等5人`` names 张三 only."""
    given = re.sub(r"^[^:：]{0,8}[:：]", "", str(value or ""))
    given = re.sub(r"等\s*\d*\s*[人名]?\s*$", "", given)
    found = [name(part)[0] for part in re.split(r"[、,，;；/\n]", given)]
    return list(dict.fromkeys(part for part in found if part))
