"""A form of strangers asks a sum: what a person gets right, what a programme stumbles over, and that nothing is lost."""

import base64
import datetime as dt

import pytest
import time_machine
from django import forms
from django.http import QueryDict
from django.utils import timezone

from common.robots import AskedForm, Question

WRITTEN = "路灯坏了"


class Message(AskedForm):
    text = forms.CharField()


def sent(question=None, **changes):
    """A form as it comes back a minute after it was drawn."""
    question = question or Question(3, 4, at=int(timezone.now().timestamp()) - 60)
    data = QueryDict(mutable=True)
    data.update({"text": WRITTEN, "question_token": question.token, "answer": "7", "homepage": ""} | changes)
    return Message(data)


@pytest.mark.parametrize("answer", ["7", " 7 ", "７"])
def test_the_sum_is_taken_however_it_is_typed(answer):
    assert sent(answer=answer).is_valid()


@pytest.mark.parametrize("answer", ["8", "七", "7.0", "-7", "07", "<b>"])
def test_another_answer_is_asked_anew_and_what_was_typed_stays(answer):
    form = sent(answer=answer)
    assert not form.is_valid()
    assert set(form.errors) == {"answer"}
    assert form["answer"].value() == ""
    assert form["text"].value() == WRITTEN
    assert str(form.question.first) in form.fields["answer"].label
    assert Question.read(form["question_token"].value()) == form.question


def test_the_result_stands_nowhere_in_the_form():
    question = Question(8, 9)
    body = base64.urlsafe_b64decode(question.token.split(":")[0] + "==")
    assert b"17" not in body.replace(str(question.at).encode(), b"").replace(question.key.encode(), b"")


def test_a_form_drawn_twice_has_two_questions():
    assert Message().question.key != Message().question.key


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(0, False), (2, False), (4, True), (86_000, True), (86_500, False)]
)
def test_a_question_is_answered_after_a_moment_and_within_a_day(seconds, is_taken):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        question = Question(3, 4)
        clock.shift(dt.timedelta(seconds=seconds))
        assert sent(question).is_valid() is is_taken


def test_a_question_that_was_changed_is_nobody_s():
    token = Question(3, 4).token
    for bad in ("", token[:-1], token.replace(token[5], "A" if token[5] != "A" else "B", 1), "e30:1a:b"):
        assert Question.read(bad) is None


def test_a_trap_that_was_filled_in_is_emptied():
    form = sent(homepage="https://spam.example")
    assert not form.is_valid()
    assert form["homepage"].value() == ""
    assert form["answer"].value() == "7"  # right, so it is not asked again
