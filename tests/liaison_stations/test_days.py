"""Reception days: read from what offices write, counted for a year, said in words (D3.3)."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common.models import Holiday
from liaison_stations import days
from liaison_stations.models import ReceptionRule

Months, Weekday = ReceptionRule.Months, ReceptionRule.Weekday
DAY = dt.date.fromisoformat
MORNING, AFTERNOON = (dt.time(9), dt.time(11)), (dt.time(15), dt.time(17))


def rule(months=Months.EVERY, day=None, weekday=None, hours=MORNING):
    return ReceptionRule(months=months, day=day, weekday=weekday, begins=hours[0], ends=hours[1])


def facts(found):
    return found and (found.months, found.day, found.weekday, found.begins, found.ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每月15日", rule(day=15)),
        ("每月10日", rule(day=10)),
        ("每周三", rule(weekday=Weekday.WEDNESDAY)),
        ("单月15日 9:00-11:00", rule(Months.ODD, 15)),
        ("每季度首月10日", rule(Months.QUARTER, 10)),
        ("双月十号上午9:00—11:00", rule(Months.EVEN, 10)),
        ("每逢单月15日", rule(Months.ODD, 15)),
        ("每月最后一天", rule(day=31)),
        ("每月月末", rule(day=31)),
        ("每月三十一日", rule(day=31)),
        ("每月二十五日下午2点半至5点", rule(day=25, hours=(dt.time(14, 30), dt.time(17)))),
        ("每月１５日（上午９：００—１１：００，遇法定节假日顺延）", rule(day=15)),
        ("每 月 15 日", rule(day=15)),
        ("每月5日上午", rule(day=5)),
        ("每星期日下午", rule(weekday=Weekday.SUNDAY, hours=AFTERNOON)),
        ("单月每周三", rule(Months.ODD, weekday=Weekday.WEDNESDAY)),
        ("每周三 9:00-11:00", rule(weekday=Weekday.WEDNESDAY)),
        ("每周二、四", None),
        ("每周二十点至十二点", rule(weekday=Weekday.TUESDAY, hours=(dt.time(10), dt.time(12)))),
        ("每月1、5日", None),  # two days are not the 15th
        ("每月1 5日", None),
        ("每月十、五日", None),
        ("每月10日、20日", None),
        ("每周一至周五", None),
        ("每月0日", None),
        ("每月32日", None),
        ("每月15日25:00-26:00", None),
        ("每月15日11:00-9:00", None),
        ("15日", None),
        ("随时", None),
        ("下午", None),
        ("", None),
        ("每月15日" * 5000, None),
    ],
)
def test_what_offices_write_is_read(text, expected):
    assert facts(days.read(text)) == facts(expected)


@given(st.text(alphabet="每单双季度首月周一二三十15日0:-9 、", max_size=30))
def test_whatever_is_read_can_be_stored(text):
    found = days.read(text)
    if found:
        assert (found.day in range(1, 32)) != (found.weekday in range(7))
        assert found.begins < found.ends


RULES = st.builds(
    rule,
    st.sampled_from(Months.values),
    hours=st.tuples(st.times(), st.times())
    .map(lambda pair: tuple(sorted(time.replace(second=0, microsecond=0, fold=0) for time in pair)))
    .filter(lambda pair: pair[0] < pair[1]),
    day=st.just(15),
)


@given(RULES, st.integers(1, 31), st.integers(0, 6), st.booleans())
def test_what_is_said_reads_back(found, day, weekday, is_weekly):
    found.day, found.weekday = (None, weekday) if is_weekly else (day, None)
    with translation.override("zh-hans"):
        assert facts(days.read(days.in_words(found))) == facts(found)


def test_a_rule_says_itself_in_the_language_of_the_reader():
    with translation.override("zh-hans"):
        assert days.in_words(rule(Months.ODD, 15)) == "单月15日 9:00—11:00"
        assert days.in_words(rule(weekday=Weekday.WEDNESDAY)) == "每星期三 9:00—11:00"
        assert days.in_words(rule(day=31)) == "每月最后一日 9:00—11:00"
    with translation.override("en"):
        assert days.in_words(rule(Months.ODD, 15)) == "day 15 of odd months, 9:00–11:00"


@pytest.fixture
def spring_festival(db):
    """From a Sunday to the Monday of the week after next; the Saturday before is worked."""
    for n in range(9):
        Holiday.objects.create(day=DAY("2026-02-15") + dt.timedelta(days=n), is_off=True, name="春节")
    Holiday.objects.create(day=DAY("2026-02-14"), is_off=False, name="春节")


@pytest.mark.parametrize(
    ("of", "planned_on", "day"),
    [
        (rule(day=15), "2026-02-15", "2026-02-24"),  # the holiday is over
        (rule(day=14), "2026-02-14", "2026-02-14"),  # a Saturday that is worked
        (rule(day=31), "2026-02-28", "2026-03-02"),  # the last day of February, a Saturday
        (rule(weekday=Weekday.WEDNESDAY), "2026-02-18", "2026-02-24"),
        (rule(weekday=Weekday.SATURDAY), "2026-02-07", "2026-02-07"),  # who chose Saturdays means them
        (rule(weekday=Weekday.SATURDAY), "2026-02-21", "2026-02-24"),  # but not in a holiday
    ],
)
def test_a_day_off_moves_to_the_next_working_day(spring_festival, of, planned_on, day):
    assert (DAY(planned_on), DAY(day)) in days.dates(of, 2026)


def test_two_days_that_move_to_one_are_one_reception(spring_festival):
    """The Monday of the holiday and the one after it both move to Tuesday, and Tuesday is a day of the rule itself."""
    mondays = days.dates(rule(weekday=Weekday.MONDAY), 2026)
    assert [pair for pair in mondays if pair[1] == DAY("2026-02-24")] == [
        (DAY("2026-02-23"), DAY("2026-02-24"))
    ]
    tuesdays = days.dates(rule(weekday=Weekday.TUESDAY), 2026)
    assert [pair for pair in tuesdays if pair[1] == DAY("2026-02-24")] == [
        (DAY("2026-02-24"), DAY("2026-02-24"))
    ]


@pytest.mark.django_db
@given(RULES, st.integers(1, 31), st.integers(0, 6), st.booleans(), st.integers(2020, 2035))
def test_every_day_of_a_year_is_right(found, day, weekday, is_weekly, year):
    found.day, found.weekday = (None, weekday) if is_weekly else (day, None)
    pairs = days.dates(found, year)
    held = [on for _planned_on, on in pairs]
    assert len(set(held)) == len(held) and pairs == sorted(pairs)
    assert all(planned_on.year == year and planned_on <= on for planned_on, on in pairs)
    months = {planned_on.month for planned_on, _on in pairs}
    assert months == set(days.IN_MONTHS[found.months])
    if is_weekly:
        assert {planned_on.weekday() for planned_on, _on in pairs} == {weekday}
    else:
        assert len(pairs) == len(months) and all(planned_on.day <= day for planned_on, _on in pairs)


@pytest.mark.django_db
def test_a_year_asks_for_its_holidays_once(django_assert_max_num_queries):
    with django_assert_max_num_queries(
        2
    ):  # of the year, and of the next where December's last day rolls over
        days.dates(rule(weekday=Weekday.MONDAY), 2026)
