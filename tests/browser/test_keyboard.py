"""Whoever moves with the Tab key always sees where they are."""

import pytest
from django.urls import reverse

from .. import factories
from .looks import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]
COVERED = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return ""; // past the last stop, on the way to the first
  const {left, right, top, height} = focused.getBoundingClientRect();
  const there = document.elementFromPoint((left + right) / 2, top + Math.min(height, 40) / 2); // its first line
  return focused.contains(there) ? "" : `${focused.outerHTML.slice(0, 80)} lies under ${there?.className}`;
}"""


def covered_on_the_way(page, stops):
    """What the Tab key reaches in so many steps and something else covers."""
    covered = []
    for _stop in range(stops):
        page.keyboard.press("Tab")
        covered += filter(None, [page.evaluate(COVERED)])
    return covered


def test_the_bar_of_the_phone_covers_nothing_that_has_the_focus(visit, db):
    factories.MandateFactory.create_batch(12)
    page = visit(viewport=PHONE["viewport"], device={})
    page.goto(reverse("deputies:list"))
    assert covered_on_the_way(page, 20) == []


def test_the_buttons_of_a_form_of_staff_cover_nothing_that_has_the_focus(visit, office):
    page = visit(office, DESK)
    page.goto(reverse("admin:deputies_deputy_add"))
    assert covered_on_the_way(page, 40) == []
