"""A year's round of stars over the demonstration, stage by stage at the browsers of who works on it.

The scores are worked out by hand from the records of the year: one station rises from four to five stars with its reward,
one falls from four to three when its period has ended, one is merged.
"""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from docx import Document
from playwright.sync_api import expect

from accounts.models import Role
from home import demo
from liaison_stations.models import Criterion, Scheme, Star, StarReview, Station

from .. import factories
from ..liaison_stations import by_hand
from . import looks
from .hands import act, choose, press
from .looks import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
YEAR, OPENED, OBJECTIONS_OVER, PERIOD_OVER = 2026, (2026, 12, 21), (2026, 12, 29), (2027, 3, 30)


class Round:
    """Who works on it: the stations' own people on phones, township, county and city at desks."""

    def __init__(self, visit):
        self.visit, self.users = visit, {}
        self.office = get_user_model().objects.get(username="office")
        self.scheme = Scheme.objects.get(year=YEAR)
        self.rising, self.falling, self.silent = stations()
        for station in self.all:
            self.users[station] = factories.StationPostFactory(station=station, duty="head").user
        self.counted = {station: counted(Station.objects.get(pk=station.pk)) for station in self.all}
        self.page = visit(self.office)

    @property
    def all(self):
        return self.rising, self.falling, self.silent

    def review(self, station):
        return StarReview.objects.get(scheme=self.scheme, station=station)

    def sign_in_again(self):
        """After days or months, with the password changed in the meantime as it has to be."""
        type(self.office).objects.filter(pk=self.office.pk).update(password_changed_at=timezone.now())
        self.page = self.visit(self.office)


def stations():
    """Of the demonstration: with four stars who did most and who did least, and one that was without for two years."""
    here = Station.objects.filter(state="running", area__code__startswith="360502").order_by("pk")
    four = list(here.filter(stars=Star.FOUR).prefetch_related(*by_hand.RECORDS))
    four.sort(key=counted)
    silent = here.filter(
        stars=Star.NONE, star_records__year=YEAR - 1, star_records__new_stars=Star.NONE
    ).first()
    return four[-1], four[0], silent


def counted(station) -> Decimal:
    """The points of its records of the year, by hand."""
    return sum(by_hand.points(station, YEAR, dt.date(*OPENED)).values())


def in_the_staff_area(page, record, label, **fields):
    """One act on a record there: its button, what it asks for, and that it says it is done."""
    page.goto(reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk]))
    page.get_by_role("link", name=label, exact=True).click()
    for name, value in fields.items():
        field = page.locator(f'[name="{name}"]')
        if field.first.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            choose(page, name, value)
        else:
            field.fill(value)
    press(page, label)
    expect(page.get_by_text(f"已办理：{label}")).to_be_visible()


def score(work, station, hardware):
    """The station fills in what no record shows, on a phone."""
    page = work.visit(work.users[station], PHONE)
    act(page, work.review(station), "填报自评")
    left = hardware
    for criterion in work.scheme.criteria.filter(source=Criterion.Source.EVIDENCE):
        points = min(criterion.points, left)
        page.locator(f'[name="points_{criterion.pk}"]').fill(str(points))
        page.locator(f'[name="note_{criterion.pk}"]').fill("见现场照片" if points else "")
        left -= points
    assert looks.faults(page) == {}
    press(page, "提交自评")
    expect(page.get_by_text("已提交，由乡镇（街道）审核。")).to_be_visible()


def pass_on(work, station):
    """Township and county look at it; the points are those worked out by hand."""
    township = factories.MembershipFactory(role=Role.TOWNSHIP_OFFICE, area=station.area).user
    page, review = work.visit(township), work.review(station)
    act(page, review, "审核自评")
    press(page, "审核通过，报县区")
    expect(page.get_by_text("已报县区。")).to_be_visible()
    page = work.visit(get_user_model().objects.get(username="county"))
    act(page, review, "核查得分")
    press(page, "核查完成，报市")
    expect(page.get_by_text("已报市。")).to_be_visible()


def test_a_round_over_the_year_of_the_demonstration(visit, on):
    on(*OPENED)
    with QUICK:
        demo.build()
    StarReview.objects.filter(scheme__year=YEAR).delete()  # the demonstration is in the midst of its own
    Scheme.objects.filter(year=YEAR).update(opened_on=None)
    work = Round(visit)
    rising, falling, silent = work.all
    hardware = {rising: Decimal(15), falling: Decimal(8), silent: Decimal(0)}  # by evidence, of fifteen
    scores = {station: work.counted[station] + hardware[station] for station in work.all}
    assert scores[rising] >= 90 and 70 <= scores[falling] < 80 and scores[silent] < 70

    in_the_staff_area(work.page, work.scheme, "启动评定")
    assert work.scheme.reviews.count() == Station.objects.open().count()
    for station in work.all:
        score(work, station, hardware[station])
        pass_on(work, station)
        assert work.review(station).score == scores[station]

    in_the_staff_area(work.page, work.review(rising), "作出决定")
    in_the_staff_area(work.page, work.review(falling), "作出决定", faults="专题活动和述职次数不足。")
    in_the_staff_area(work.page, work.review(silent), "作出决定", into=rising.name)
    for station in work.all:
        in_the_staff_area(work.page, work.review(station), "公示")

    on(*OBJECTIONS_OVER)
    work.sign_in_again()
    for station in work.all:
        in_the_staff_area(work.page, work.review(station), "确定星级")
        station.refresh_from_db()
    record = rising.star_records.get(year=YEAR)
    assert (rising.stars, record.old_stars, record.score, record.reward_amount) == (
        5,
        4,
        scores[rising],
        8000,
    )
    assert (silent.state, silent.merged_into) == ("merged", rising)
    assert (falling.stars, falling.state) == (4, "rectifying")

    on(*PERIOD_OVER)
    work.sign_in_again()
    notice = falling.rectifications.get()
    in_the_staff_area(work.page, notice, "登记检查情况", outcome="failed", findings="期满仍未开展专题活动。")
    falling.refresh_from_db()
    fallen = falling.star_records.get(move="demote")
    assert (falling.stars, falling.state, fallen.old_stars, fallen.new_stars) == (3, "running", 4, 3)
    assert fallen.score == scores[falling]
    is_told_to_everybody(work, rising, falling, silent)


def is_told_to_everybody(work, rising, falling, silent):
    """The stations' pages and the list of the year, without signing in; the paper for the preparatory meeting."""
    page = work.visit(None, PHONE)
    for station, told in ((rising, "五星级"), (falling, "三星级")):
        page.goto(station.get_absolute_url())
        expect(page.get_by_text(told).first).to_be_visible()
        assert looks.faults(page) == {}
    page.goto(silent.get_absolute_url())
    expect(page.get_by_role("link", name=rising.name).first).to_be_visible()
    page.goto(reverse("stations:stars", args=[YEAR]))
    expect(page.get_by_text(rising.name).first).to_be_visible()
    assert looks.faults(page) == {}
    paper = work.page.request.get(reverse("stations:praise", args=[YEAR]))
    words = "\n".join(
        cell.text for table in Document(io.BytesIO(paper.body())).tables for cell in table._cells
    )
    assert rising.name in words and falling.name not in words
