"""The code on the screen: it holds a minute or two, on its day, at its reception, for the station's own deputies."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from liaison_stations import checkin
from liaison_stations.actions import receptions
from liaison_stations.models import Attendance
from liaison_stations.states import ReceptionState

from .. import factories
from .receiving import DAY, MORNING, guest, room

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


@pytest.fixture
def here(clock):
    return room(announced=True)


def address(reception, code=None):
    query = "" if code is None else f"?code={code}"
    return reverse("stations:check-in", args=[reception.pk]) + query


def scan(client, reception, moment=MORNING):
    """The page on the phone after the code of ``moment`` was scanned."""
    return client.get(address(reception, checkin.code(reception, moment)))


def press(client, page, reception):
    return client.post(address(reception), {"ticket": page.context["ticket"]})


def came(reception):
    return [row.deputy for row in reception.attendances.came()]


@pytest.mark.parametrize(
    ("age", "holds"), [(0, True), (59, True), (60, True), (119, True), (120, False), (-1, False)]
)
def test_a_code_holds_while_it_and_the_next_are_shown(here, age, holds):
    """9:30:00 begins a minute."""
    assert (
        checkin.is_valid(here.reception, checkin.code(here.reception, MORNING), MORNING + age * SECOND)
        is holds
    )


def test_each_minute_and_each_reception_has_its_own(here):
    other = factories.ReceptionFactory(station=here.station, day=DAY, begins=dt.time(15), ends=dt.time(16))
    codes = {
        checkin.code(one, MORNING + n * 60 * SECOND) for one in (here.reception, other) for n in range(100)
    }
    assert len(codes) == 200


def test_a_deputy_scans_presses_and_is_there(here, sign_in):
    client = sign_in(here.deputies[0].user)
    page = scan(client, here.reception)
    assert "我已到场" in page.content.decode() and came(here.reception) == []  # reading changes nothing
    assert press(client, page, here.reception)["Location"] == here.reception.get_absolute_url()
    row = here.reception.attendances.came().get()
    assert (row.deputy, row.way, row.by) == (here.deputies[0], Attendance.Way.CODE, here.deputies[0].user)


def test_a_deputy_who_was_not_expected_but_belongs_there_is_welcome(here, sign_in):
    client = sign_in(here.deputies[1].user)
    press(client, scan(client, here.reception), here.reception)
    assert came(here.reception) == [here.deputies[1]]


def test_pressed_twice_the_first_time_stays(here, sign_in, clock):
    client = sign_in(here.deputies[0].user)
    page = scan(client, here.reception)
    press(client, page, here.reception)
    first = here.reception.attendances.came().get().came_at
    clock.shift(dt.timedelta(minutes=3))
    assert press(client, page, here.reception).status_code == 200
    assert here.reception.attendances.came().get().came_at == first
    assert "您已于9:30签到" in scan(client, here.reception, MORNING).content.decode()


def test_a_slow_thumb_is_not_told_to_scan_again(here, sign_in, clock):
    client = sign_in(here.deputies[0].user)
    page = scan(client, here.reception)
    clock.shift(dt.timedelta(minutes=5))
    press(client, page, here.reception)
    assert came(here.reception) == [here.deputies[0]]


def test_a_ticket_is_nobody_elses_and_no_other_receptions(here, sign_in, clock):
    other = factories.ReceptionFactory(station=here.station, day=DAY, begins=dt.time(15), ends=dt.time(16))
    page = scan(sign_in(here.deputies[0].user), here.reception)
    assert "已失效" in press(sign_in(here.deputies[1].user), page, here.reception).content.decode()
    assert "已失效" in press(sign_in(here.deputies[0].user), page, other).content.decode()
    clock.shift(dt.timedelta(minutes=11))
    assert "已失效" in press(sign_in(here.deputies[0].user), page, here.reception).content.decode()
    assert came(here.reception) == came(other) == []


@pytest.mark.parametrize(
    "code",
    [
        lambda reception: checkin.code(reception, MORNING - dt.timedelta(days=1)),  # of yesterday
        lambda reception: checkin.code(reception, MORNING - dt.timedelta(minutes=3)),
        lambda reception: checkin.code(reception, MORNING)[:-1],
        lambda reception: checkin.code(type(reception)(pk=reception.pk + 1), MORNING),
        lambda reception: "二维码",
        lambda reception: "0" * 5000,
    ],
)
def test_any_other_code_is_refused_in_words(here, sign_in, code):
    page = sign_in(here.deputies[0].user).get(
        reverse("stations:check-in", args=[here.reception.pk]), {"code": code(here.reception)}
    )
    assert page.status_code == 200 and "签到码已失效" in page.content.decode()
    assert "ticket" not in page.context


def test_the_code_of_the_day_before_the_reception_does_not_hold(here, sign_in, clock):
    clock.move_to(MORNING - dt.timedelta(days=1))
    page = scan(sign_in(here.deputies[0].user), here.reception, MORNING - dt.timedelta(days=1))
    assert "签到码已失效" in page.content.decode()


def test_a_guest_is_told_in_words(here, sign_in):
    page = scan(sign_in(guest().user), here.reception)
    assert "不是本站进站代表" in page.content.decode() and "ticket" not in page.context


def test_no_code_and_no_deputy_is_no_page(here, sign_in):
    assert sign_in(here.deputies[0].user).get(address(here.reception)).status_code == 404
    assert scan(sign_in(here.staff), here.reception).status_code == 404


def test_a_closed_reception_takes_nobody(here, sign_in):
    receptions.cancel(here.reception, by=here.staff, note="汛期。")
    assert "已经结束" in scan(sign_in(here.deputies[0].user), here.reception).content.decode()


# The screen


def test_the_screen_renews_itself_around_its_hours(here, sign_in, clock):
    client, screen = sign_in(here.staff), reverse("stations:reception-code", args=[here.reception.pk])
    page = client.get(screen).content.decode()
    assert "<svg" in page and 'http-equiv="refresh"' in page
    assert "style=" not in page.split("<svg")[1].split("</svg>")[0]  # the policy forbids it
    clock.move_to(MORNING + dt.timedelta(hours=5))
    page = client.get(screen).content.decode()
    assert "<svg" in page and 'http-equiv="refresh"' not in page
    clock.move_to(MORNING + dt.timedelta(days=1))
    assert "<svg" not in client.get(screen).content.decode()


def test_the_screen_is_the_stations(here, sign_in, office, township_office):
    screen = reverse("stations:reception-code", args=[here.reception.pk])
    answers = [
        sign_in(user).get(screen).status_code
        for user in (here.staff, township_office, here.deputies[0].user, guest().user)
    ]
    assert answers == [200, 200, 403, 404]


# Staff


def test_staff_check_a_deputy_in(here, sign_in):
    page = reverse("stations:reception-came", args=[here.reception.pk])
    client = sign_in(here.staff)
    assert client.post(page, {"deputy": here.deputies[0].pk}).status_code == 302
    row = here.reception.attendances.came().get()
    assert (row.way, row.by) == (Attendance.Way.STAFF, here.staff)
    assert client.post(page, {"deputy": guest().pk}).status_code == 200  # is not among the choices
    assert came(here.reception) == [here.deputies[0]]


def test_nobody_checks_in_before_the_day(here, sign_in, clock):
    clock.move_to(MORNING - dt.timedelta(days=1))
    page = sign_in(here.staff).get(reverse("stations:reception-came", args=[here.reception.pk]))
    assert "还没到接待日" in page.content.decode()
    assert here.reception.state == ReceptionState.ANNOUNCED
