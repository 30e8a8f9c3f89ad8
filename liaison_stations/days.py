"""Which days a rule of reception days means: read from what offices write, counted for a year, said in words (D3.3).

每月15日, 每周三, 单月15日 9:00-11:00, 每季度首月10日 are one :class:`ReceptionRule` each; what says more or less than
one is not read.
"""

import datetime as dt
import re
from calendar import monthrange

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.text import half_width

from .models import ReceptionRule

Months = ReceptionRule.Months
IN_MONTHS = {
    Months.EVERY: range(1, 13),
    Months.ODD: range(1, 13, 2),
    Months.EVEN: range(2, 13, 2),
    Months.QUARTER: range(1, 13, 3),
}
LAST_DAY = 31  # of every month, however long
AFTERNOON = (dt.time(15), dt.time(17))  # where only 下午 is said; 上午 is what a rule has by itself
MORNING = (dt.time(9), dt.time(11))
NOON = 12

# Reading

NUMBERS = "一二三四五六七八九"
DIGITS = {"": 0} | {digit: number for number, digit in enumerate(NUMBERS, start=1)}
NUMBER = f"(?:[0-9]{{1,2}}|[二三]?十[{NUMBERS}]?|[{NUMBERS}])"
MONTHS = {
    "每个?月": Months.EVERY,
    "(?:每?逢)?每?个?[单奇]数?月": Months.ODD,
    "(?:每?逢)?每?个?[双偶]数?月": Months.EVEN,
    "每个?季度?的?(?:首个?月|第[一1]个?月)": Months.QUARTER,
}
MONTH = f"(?P<months>{'|'.join(MONTHS)})"
DAY = f"(?:(?P<day>{NUMBER})[日号]|(?P<last>最后[一1][日天]|月?末))"
WEEKDAY = f"(?:每个?)?(?:周|星期|礼拜)(?P<weekday>[{NUMBERS[:6]}日天1-7])"
HOUR = f"(?P<_half>上午|下午|早上|晚上)?(?P<_hour>{NUMBER})(?:[:点时](?P<_minute>[0-9]{{1,2}}|半|整)?分?)?"
HOURS = f"{HOUR.replace('<', '<begin')}[-—–―~至到]+{HOUR.replace('<', '<end')}"
ROLLS = "(?:如?[遇逢])?(?:法定|国家)*(?:节假日|假日|节日)(?:自动|则|向后|往后|依次)*顺延"  # the clock does so anyhow
RULE = re.compile(f"(?:{MONTH}的?{DAY}|(?:{MONTH.replace('months', 'weeks_of')}的?)?{WEEKDAY}\\s*)(?:(?P<half>上午|下午)|{HOURS})?(?:{ROLLS})?")  # fmt: skip
MARKS = r"[\s()\[\],。;、]+"
BESIDE_WORDS = re.compile(
    f"(?<![0-9十{NUMBERS}]){MARKS}|{MARKS}(?![0-9十{NUMBERS}])"
)  # 1、5日 is not the 15th


def read(text: str) -> ReceptionRule | None:
    """The rule, unsaved and without its station; ``None`` if this is not one rule that can be counted."""
    found = RULE.fullmatch(BESIDE_WORDS.sub("", half_width(text)))
    if not found:
        return None
    parts = found.groupdict()
    rule = ReceptionRule(months=_months(parts["months"] or parts["weeks_of"]))
    if parts["weekday"]:
        rule.weekday = "一二三四五六日".find(parts["weekday"].replace("天", "日"))
        if rule.weekday < 0:
            rule.weekday = int(parts["weekday"]) - 1
    else:
        rule.day = LAST_DAY if parts["last"] else _number(parts["day"])
        if not 1 <= rule.day <= LAST_DAY:
            return None
    hours = _hours(parts)
    if hours is None:
        return None
    rule.begins, rule.ends = hours
    return rule


def _months(text):
    return next(
        (months for words, months in MONTHS.items() if text and re.fullmatch(words, text)), Months.EVERY
    )


def _number(text):
    """15, 十五, 二十, 三十一."""
    if text.isdecimal():
        return int(text)
    tens, ten, units = text.rpartition("十")
    return 10 * (DIGITS[tens] or len(ten)) + DIGITS[units]


def _hours(parts):
    """From when till when; ``None`` if the clock knows no such hours."""
    if parts["begin_hour"] is None:
        return AFTERNOON if parts["half"] == "下午" else MORNING
    half = parts["begin_half"]
    hours = _time(parts, "begin", half), _time(parts, "end", parts["end_half"] or half)
    return hours if None not in hours and hours[0] < hours[1] else None


def _time(parts, name, half):
    hour = _number(parts[f"{name}_hour"])
    minute = {None: "0", "整": "0", "半": "30"}.get(parts[f"{name}_minute"], parts[f"{name}_minute"])
    if half in ("下午", "晚上") and hour < NOON:
        hour += NOON
    try:
        return dt.time(hour, int(minute))
    except ValueError:
        return None


# Counting


def dates(rule: ReceptionRule, year: int) -> list[tuple[dt.date, dt.date]]:
    """Pairs of the day the rule gives and the day it is held on, which a day off moves to the next working day.

    Whoever receives on Saturdays means the weekend: only a public holiday moves that. Several days that move to one are
    held once.
    """
    calendar = clock.WorkCalendar()
    held = {_moved(day, rule, calendar): day for day in _counted(rule, year)}
    return sorted((planned_on, day) for day, planned_on in held.items())


def _counted(rule, year):
    for month in IN_MONTHS[rule.months]:
        length = monthrange(year, month)[1]
        if rule.day is not None:
            yield dt.date(year, month, min(rule.day, length))
        else:
            days = (dt.date(year, month, day) for day in range(1, length + 1))
            yield from (day for day in days if day.weekday() == rule.weekday)


def _moved(day, rule, calendar):
    if rule.weekday is not None and rule.weekday >= clock.SATURDAY and calendar.holiday(day) is None:
        return day
    return clock.roll_forward(day, calendar)


# Saying

MONTHLY_WORDS = {
    Months.EVERY: gettext_lazy("day %(day)s of every month"),
    Months.ODD: gettext_lazy("day %(day)s of odd months"),
    Months.EVEN: gettext_lazy("day %(day)s of even months"),
    Months.QUARTER: gettext_lazy("day %(day)s of the first month of a quarter"),
}
LAST_WORDS = {
    Months.EVERY: gettext_lazy("last day of every month"),
    Months.ODD: gettext_lazy("last day of odd months"),
    Months.EVEN: gettext_lazy("last day of even months"),
    Months.QUARTER: gettext_lazy("last day of the first month of a quarter"),
}
WEEKLY_WORDS = {
    Months.EVERY: gettext_lazy("every %(weekday)s"),
    Months.ODD: gettext_lazy("every %(weekday)s of odd months"),
    Months.EVEN: gettext_lazy("every %(weekday)s of even months"),
    Months.QUARTER: gettext_lazy("every %(weekday)s of the first month of a quarter"),
}


def in_words(rule: ReceptionRule) -> str:
    """As an office announces it: 每月15日 09:00—11:00."""
    words = WEEKLY_WORDS if rule.day is None else LAST_WORDS if rule.day == LAST_DAY else MONTHLY_WORDS
    return _("%(days)s, %(begins)s–%(ends)s") % {
        "days": words[rule.months] % {"day": rule.day, "weekday": rule.get_weekday_display()},
        "begins": time_format(rule.begins, "G:i"),
        "ends": time_format(rule.ends, "G:i"),
    }
