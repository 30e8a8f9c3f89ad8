"""The office's clock: holidays, make-up days, months, and the sentence that says how a date came about."""

import datetime as dt
import json

import chinese_calendar
import pytest
import time_machine
from django.core.management import call_command
from django.utils import translation

from common import clock
from common.clock import Deadline, WorkCalendar
from common.models import Holiday

pytestmark = pytest.mark.django_db
DAY = dt.date.fromisoformat
NOVEMBER_30 = DAY("2025-11-30")


@pytest.fixture
def holidays():
    """Parts of two years: National Day of 2025 and Spring Festival of 2026, with their make-up days."""
    for first, last, is_off, name in [
        ("2025-10-01", "2025-10-08", True, "国庆节、中秋节"),
        ("2025-09-28", "2025-09-28", False, "国庆节、中秋节"),
        ("2025-10-11", "2025-10-11", False, "国庆节、中秋节"),
        ("2026-02-15", "2026-02-23", True, "春节"),
        ("2026-02-14", "2026-02-14", False, "春节"),
        ("2026-02-28", "2026-02-28", False, "春节"),
    ]:
        days = (DAY(last) - DAY(first)).days + 1
        for n in range(days):
            Holiday.objects.create(day=DAY(first) + dt.timedelta(days=n), is_off=is_off, name=name)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-09-26", True),  # Friday
        ("2025-09-27", False),  # Saturday
        ("2025-09-28", True),  # Sunday, worked
        ("2025-10-01", False),  # Wednesday, holiday
        ("2025-10-11", True),  # Saturday, worked
    ],
)
def test_holidays_are_off_and_make_up_days_are_worked(holidays, day, works):
    assert clock.is_workday(DAY(day)) is works


def test_without_rows_monday_to_friday_are_worked():
    assert [clock.is_workday(DAY("2025-10-06") + dt.timedelta(days=n)) for n in range(7)] == [True] * 5 + [
        False
    ] * 2


@pytest.mark.parametrize(
    ("day", "n", "result"),
    [
        ("2025-09-26", 0, "2025-09-26"),
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-26", 4, "2025-10-09"),
        ("2025-09-26", 6, "2025-10-11"),
        ("2025-09-26", 7, "2025-10-13"),
        ("2025-10-13", -1, "2025-10-11"),
        ("2025-10-09", -1, "2025-09-30"),
    ],
)
def test_working_days_are_counted_from_the_day_after(holidays, day, n, result):
    assert clock.add_workdays(DAY(day), n) == DAY(result)


@pytest.mark.parametrize(
    ("day", "n", "result"),
    [
        ("2025-03-06", 3, "2025-06-06"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2025-08-31", 1, "2025-09-30"),
        ("2025-12-31", 6, "2026-06-30"),
        ("2025-12-01", 12, "2026-12-01"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2025-01-15", 0, "2025-01-15"),
    ],
)
def test_months_end_on_the_same_day_number_or_the_last_day(day, n, result):
    assert clock.add_months(DAY(day), n) == DAY(result)


def test_a_day_off_rolls_to_the_next_working_day(holidays):
    assert clock.roll_forward(DAY("2025-10-01")) == DAY("2025-10-09")
    assert clock.roll_forward(DAY("2025-09-28")) == DAY("2025-09-28")


def test_working_days_between_are_those_after_the_first_up_to_the_last(holidays):
    first, last = DAY("2025-09-26"), DAY("2025-10-13")
    assert clock.workdays_between(first, last) == 7
    assert clock.workdays_between(last, first) == -7
    assert clock.workdays_between(first, first) == 0


@pytest.mark.parametrize(("due", "left"), [("2025-10-10", 2), ("2025-09-30", 0), ("2025-09-26", -3)])
@time_machine.travel("2025-09-30T01:00:00+08:00")
def test_working_days_left_are_counted_from_today(holidays, due, left):
    assert clock.working_days_left(DAY(due)) == left


@time_machine.travel("2025-09-30T20:00:00+00:00")
def test_today_is_the_day_in_the_office_wherever_the_visitor_is():
    with translation.override("en"):
        assert clock.today() == DAY("2025-10-01")


def test_a_list_of_deadlines_reads_each_year_once(holidays, django_assert_num_queries):
    calendar = WorkCalendar()
    with django_assert_num_queries(2):
        for n in range(25):
            Deadline.in_months(NOVEMBER_30 - dt.timedelta(days=n), 3, calendar=calendar).explain()
            clock.add_workdays(NOVEMBER_30 + dt.timedelta(days=n), 40, calendar)


def test_three_months_after_30_november_without_the_holidays_of_2026():
    deadline = Deadline.in_months(NOVEMBER_30, 3)
    assert deadline.due == DAY("2026-03-02")
    assert deadline.explain() == (
        "3 months after Nov. 30, 2025, that day not counted: Feb. 28, 2026. "
        "February 2026 has no day 30, so its last day counts. "
        "That is a day off (Saturday); the next working day is March 2, 2026. "
        "The holidays of 2026 are not entered yet; Monday to Friday counted as working days."
    )


def test_three_months_after_30_november_end_on_a_saturday_that_is_worked(holidays):
    deadline = Deadline.in_months(NOVEMBER_30, 3)
    assert deadline.due == DAY("2026-02-28")
    assert deadline.explain() == (
        "3 months after Nov. 30, 2025, that day not counted: Feb. 28, 2026. "
        "February 2026 has no day 30, so its last day counts. "
        "That Saturday is a make-up working day (春节), so the date stands."
    )


def test_a_deadline_in_a_holiday_names_it(holidays):
    deadline = Deadline.in_months(DAY("2025-07-02"), 3)
    assert deadline.due == DAY("2025-10-09")
    assert "a day off (国庆节、中秋节); the next working day is Oct. 9, 2025." in deadline.explain()


def test_a_deadline_is_not_moved_where_the_office_does_not_want_it(holidays):
    deadline = Deadline.in_months(DAY("2025-07-02"), 3, roll=False)
    assert deadline.due == DAY("2025-10-02")
    assert deadline.explain().endswith("That is a day off (国庆节、中秋节); the date is not moved.")


def test_a_plain_deadline_says_no_more_than_it_must(holidays):
    deadline = Deadline.in_months(DAY("2025-11-06"), 1)
    assert deadline.explain() == "1 month after Nov. 6, 2025, that day not counted: Dec. 6, 2025." + (
        " That is a day off (Saturday); the next working day is Dec. 8, 2025."
    )


def test_a_deadline_in_working_days_names_what_it_passed(holidays):
    deadline = Deadline.in_workdays(DAY("2025-09-26"), 7)
    assert deadline.due == DAY("2025-10-13")
    assert deadline.explain() == (
        "7 working days after Sept. 26, 2025, that day not counted: Oct. 13, 2025. "
        "Holidays on the way: 国庆节、中秋节. "
        "Make-up working days on the way: Sept. 28, 2025、Oct. 11, 2025."
    )


def test_a_deadline_across_new_year_says_which_year_is_not_entered(holidays):
    told = Deadline.in_workdays(DAY("2026-12-28"), 7).explain()
    assert "The holidays of 2027 are not entered yet" in told
    assert "2026 are not entered" not in told


def test_in_chinese_sentences_follow_without_a_space(holidays):
    with translation.override("zh-hans"):
        told = Deadline.in_months(NOVEMBER_30, 3).explain()
    assert "2025年11月30日" in told
    assert "2026年2月28日" in told
    assert ". " not in told
    assert "。 " not in told


# Where the rows come from


def test_seed_enters_what_the_package_knows_once():
    assert clock.seed_holidays() == len(chinese_calendar.holidays) + len(chinese_calendar.workdays)
    assert clock.seed_holidays() == 0
    for day in ("2024-02-10", "2024-02-18", "2025-10-06", "2026-02-28", "2026-04-05"):
        assert clock.is_workday(DAY(day)) is chinese_calendar.is_workday(DAY(day)), day
    assert Holiday.objects.get(day="2025-04-04").name == "清明节"


def test_seed_leaves_alone_what_staff_changed_moved_or_deleted():
    clock.seed_holidays()
    renamed, moved, deleted = Holiday.objects.filter(day__year=2026)[:3]
    renamed.name = "本市放假"
    renamed.save()
    former, moved.day = moved.day, DAY("2026-08-08")
    moved.save()
    gone = deleted.day
    deleted.delete()
    assert clock.seed_holidays() == 0
    renamed.refresh_from_db()
    assert renamed.name == "本市放假"
    assert not Holiday.objects.filter(day__in=[former, gone]).exists()


def test_the_json_of_a_holiday_calendar_agrees_with_the_seed_and_imports_once(tmp_path, capsys):
    days = [
        {"name": "春节", "date": "2026-02-15", "isOffDay": True},
        {"name": "春节", "date": "2026-02-28", "isOffDay": False},
        {"name": "全市停工", "date": "2027-01-04", "isOffDay": True},
    ]
    file = tmp_path / "holiday.json"
    file.write_text(json.dumps({"year": 2026, "days": days}), encoding="utf-8")
    clock.seed_holidays()
    reports = []
    for _time in range(2):
        call_command("import_sheet", "holidays", str(file), "--confirm")
        reports.append(json.loads(capsys.readouterr().out))
    nothing = {"updated": 0, "warnings": [], "errors": []}
    assert reports == [nothing | {"created": 1, "unchanged": 2}, nothing | {"created": 0, "unchanged": 3}]
    assert not clock.is_workday(DAY("2027-01-04"))


@pytest.mark.parametrize(("day", "words"), [(9, "还剩 3 天"), (6, "今天到期"), (5, "逾期 1 天")])
def test_days_left_are_told_as_people_count_them(day, words):
    with time_machine.travel(dt.datetime(2026, 3, 6, 4, tzinfo=dt.UTC)), translation.override("zh-hans"):
        assert clock.days_left(dt.date(2026, 3, day)) == words
