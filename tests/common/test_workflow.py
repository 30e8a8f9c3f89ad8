"""How records move: one door, one winner, one line of history, and a sentence for whoever came too late."""

import threading
from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.urls import reverse

from common.management.commands import draw_workflows
from common.workflow import MoveRefused, advance, moves_open_to
from deputies.models import Correction, Deputy, Mandate
from tests.factories import CorrectionFactory, MandateFactory, UserFactory

WITH_MOVES = [model for model in apps.get_models() if hasattr(model, "MOVES")]
REFUSED = [
    pytest.param(model, name, state, id=f"{model.__name__} {name} from {state}")
    for model in WITH_MOVES
    for name, move in model.MOVES.items()
    for state in model._meta.get_field("state").choices and dict(model._meta.get_field("state").choices)
    if state not in move.sources
]


@pytest.mark.django_db
def test_a_move_changes_state_and_columns_and_leaves_one_line():
    user, mandate = UserFactory(), MandateFactory()
    advance(mandate, "end", by=user, note=" 调离本市 ", announcement_no="第3号")
    assert (mandate.state, mandate.announcement_no) == ("ended", "第3号")
    mandate.refresh_from_db()
    assert (mandate.state, mandate.announcement_no) == ("ended", "第3号")
    (step,) = mandate.changes.all()
    assert (step.move, step.before, step.after, step.by, step.note) == (
        "end",
        "active",
        "ended",
        user,
        "调离本市",
    )
    assert step.label == "End the mandate"


@pytest.mark.parametrize(("model", "name", "state"), REFUSED)
def test_a_move_is_refused_from_every_other_state(model, name, state):
    with pytest.raises(MoveRefused, match="no longer possible"):
        advance(model(state=state), name, by=None, note="x")


@pytest.mark.django_db
@pytest.mark.parametrize("note", ["", "  \n"])
def test_a_move_that_needs_a_reason_is_refused_without(note):
    mandate = MandateFactory()
    with pytest.raises(MoveRefused, match="reason"):
        advance(mandate, "end", by=None, note=note)
    mandate.refresh_from_db()
    assert (mandate.state, mandate.changes.count()) == ("active", 0)


@pytest.mark.django_db
def test_whoever_looks_at_an_old_page_is_refused():
    correction = CorrectionFactory()
    old_page = Correction.objects.get(pk=correction.pk)
    advance(correction, "withdraw", by=None)
    with pytest.raises(MoveRefused):
        advance(old_page, "accept", by=None)
    assert [step.move for step in correction.changes.all()] == ["withdraw"]


@pytest.mark.django_db
def test_without_its_line_of_history_a_move_does_not_happen():
    correction = CorrectionFactory()
    with pytest.raises(ValueError, match="AnonymousUser"):
        advance(correction, "withdraw", by=AnonymousUser())
    correction.refresh_from_db()
    assert correction.state == "open"


@pytest.mark.django_db
def test_moves_open_to_somebody_are_those_that_can_be_and_that_they_may_make(office, deputy_user):
    mandate = deputy_user.deputy.mandates.get()
    assert list(moves_open_to(office, mandate)) == ["suspend", "end"]
    assert list(moves_open_to(deputy_user, mandate)) == []
    correction = CorrectionFactory(deputy=deputy_user.deputy)
    assert list(moves_open_to(deputy_user, correction)) == ["withdraw"]
    advance(correction, "withdraw", by=deputy_user)
    assert list(moves_open_to(deputy_user, correction)) == []


# Eight people press one button


def test_of_eight_people_pressing_one_button_exactly_one_succeeds(in_threads):
    people, correction, results = UserFactory.create_batch(8), CorrectionFactory(), []
    together = threading.Barrier(len(people))

    def press(person):
        mine = Correction.objects.get(pk=correction.pk)
        together.wait(timeout=20)
        try:
            advance(mine, "withdraw", by=person)
            results.append(("done", person.pk))
        except MoveRefused as refusal:
            results.append(("refused", str(refusal)))

    def look():
        after = Correction.objects.get(pk=correction.pk)
        results.append((after.state, list(after.changes.values_list("before", "after", "by"))))

    in_threads(*[partial(press, person) for person in people])
    in_threads(look)
    state, steps = results.pop()
    won = [pk for result, pk in results if result == "done"]
    assert len(won) == 1
    assert [result for result, _told in results].count("refused") == 7
    assert (state, steps) == ("withdrawn", [("open", "withdrawn", won[0])])


# The page of whoever came too late


@pytest.fixture
def too_late(deputy_user, sign_in):
    """A page of a correction that was withdrawn since it was opened, and the button on it."""
    correction = CorrectionFactory(deputy=deputy_user.deputy)
    client = sign_in(deputy_user)
    advance(correction, "withdraw", by=deputy_user)
    return client, reverse("deputies:correction-withdraw", args=[correction.pk])


@pytest.mark.django_db
def test_a_refused_move_shows_why_and_the_page_afresh(too_late):
    client, button = too_late
    client.cookies["django_language"] = "en"
    page = client.post(button, headers={"referer": "http://testserver/my/"}, follow=True)
    assert page.redirect_chain == [("http://testserver/my/", 302)]
    assert "somebody has already dealt with it" in BeautifulSoup(page.content, "html.parser").text


@pytest.mark.django_db
@pytest.mark.parametrize("referer", [None, "https://elsewhere.example/my/", "javascript:alert(1)"])
def test_a_refused_move_never_leads_elsewhere(too_late, referer):
    client, button = too_late
    page = client.post(button, headers={"referer": referer} if referer else {})
    assert (page.status_code, page.url) == (302, "/")


# The pictures


def test_the_drawings_are_current():
    call_command("draw_workflows", "--check")


def test_a_drawing_that_is_not_current_is_noticed_and_made_anew(monkeypatch, tmp_path):
    monkeypatch.setattr(draw_workflows, "PAGE", tmp_path / "workflows.md")
    with pytest.raises(CommandError, match="draw_workflows"):
        call_command("draw_workflows", "--check")
    call_command("draw_workflows")
    call_command("draw_workflows", "--check")
    drawn = draw_workflows.PAGE.read_text(encoding="utf-8")
    assert "    open --> declined: Decline (decline, with reason)\n" in drawn
    assert "    [*] --> active\n" in drawn
    assert {model for model in WITH_MOVES if f"`{model._meta.label}`" not in drawn} == set()
    assert {Correction, Mandate} <= set(WITH_MOVES)
    assert Deputy not in WITH_MOVES
