"""What keeps programmes out of a form that anybody may fill in: no picture to read, no script, no service (R-11, WCAG 3.3.8).

A small sum, signed with the moment it was asked; a field that people do not see; and a moment that a person needs. Nobody
is turned away for good: who stumbles is asked once more, with everything that was typed.
"""

import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .text import half_width

SALT = "common.robots"
LEAST_SECONDS = 3  # a person needs to read a form and write a sentence
MOST_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Question:
    """A sum. ``key`` is another one for each form that was drawn, so that one answer sends one form."""

    first: int = field(default_factory=lambda: 2 + secrets.randbelow(8))
    second: int = field(default_factory=lambda: 1 + secrets.randbelow(9))
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    at: int = field(default_factory=lambda: int(time.time()))

    @classmethod
    def read(cls, token: str):
        """The question of a form that was sent; ``None`` where it is older than a day, or none of ours."""
        try:
            question = cls(**signing.loads(token, salt=SALT))
        except (signing.BadSignature, TypeError):
            return None
        return question if question.age <= MOST_SECONDS else None

    @property
    def token(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)

    @property
    def age(self) -> float:
        return time.time() - self.at

    def is_answered_by(self, text: str) -> bool:
        return half_width(text) == str(self.first + self.second)


class AskedForm(forms.Form):
    """A form of strangers. ``question`` is what it asks now; a question that was answered wrongly is not asked again."""

    answer = forms.CharField(
        max_length=5,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("So that no programme fills in this form."),
    )
    question_token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    homepage = forms.CharField(  # the trap: hidden by style, not by type, which programmes know
        label=gettext_lazy("Please leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = Question.read(self.data.get("question_token", "")) if self.is_bound else None
        self.is_stale = self.is_bound and self.question is None
        if self.question is None:
            self.ask_anew()
        self._show()

    def ask_anew(self) -> None:
        """Another question, its answer empty; the rest of what was typed stays."""
        self.question = Question()
        self._write(answer="")
        self._show()

    def clean(self):
        cleaned = super().clean()
        if self.data.get("homepage"):
            self._write(homepage="")
            self.add_error(
                None, _("A field that nobody sees was filled in. It is empty again; please send once more.")
            )
        if self.is_stale:
            self.add_error("answer", _("This page was open for too long. Please answer the new question."))
        elif "answer" in cleaned and not self.question.is_answered_by(cleaned["answer"]):
            self.add_error("answer", _("That is not the result. Please answer the new question."))
            self.ask_anew()
        elif self.question.age < LEAST_SECONDS:
            self.add_error(
                None, _("That was very quick. Please look over what you wrote, then send it again.")
            )
        return cleaned

    def _show(self):
        sum_ = {"first": self.question.first, "second": self.question.second}
        self.fields["answer"].label = _("How much is %(first)s + %(second)s?") % sum_
        self.initial["question_token"] = self.question.token
        self._write(question_token=self.question.token)

    def _write(self, **values):
        if self.is_bound:
            self.data = self.data.copy()
            for name, value in values.items():
                self.data[name] = value
