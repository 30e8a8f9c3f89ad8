"""What is done to a record in the staff area, beside changing its fields: its moves and other acts as buttons, each asked
for on a page of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import once
from .access import require
from .forms import show_refusal
from .workflow import TOO_LATE, MoveRefused, moves_open_to


class ActForm(forms.Form):
    """What an act on ``record`` asks for; ``advice`` are sentences that stand above it."""

    advice: tuple | list = ()

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.record = record


class NoteForm(ActForm):
    """What goes with a move when nothing else does; ``needs_note`` is the move's own."""

    note = forms.CharField(
        label=gettext_lazy("Reason or remark"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, needs_note=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note


@dataclass(frozen=True)
class Act:
    """What is done to a record beside its moves, on a page of its own: ``do(record, by=…, **what the form gives)``.

    ``permission`` is a verb of ``rules.py``; ``is_open(record)`` tells whether there is a button for it now.
    """

    label: str
    permission: str
    do: Callable
    form: type[ActForm] = ActForm
    is_open: Callable = lambda record: True


class ActsMixin:
    """Shows what this person may do next as buttons; each asks on a page of its own, then calls the app's action.

    ``acts`` are what moves nothing; whoever has a life of its own has moves beside them (:class:`MovesMixin`).
    """

    acts: dict[str, Act] = {}
    change_form_template = "admin/change_form_with_moves.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<path:object_id>/{page}/<slug:verb>/",
                self.admin_site.admin_view(view),
                name=f"{name}_{page}",
            )
            for page, view in self.act_pages().items()
        ]
        return [*own, *super().get_urls()]

    def act_pages(self) -> dict:
        """``{part of the address: view}`` of the pages on which something is done."""
        return {"act": self.act_view} if self.acts else {}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        record = object_id and self.get_object(request, unquote(object_id))
        if record:
            extra_context = (extra_context or {}) | self.offered(request, record)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def offered(self, request, record) -> dict:
        """The buttons of a record, and what else its page shows of what was done."""
        return {
            "acts": [
                (act, self._url("act", record.pk, verb))
                for verb, act in self.acts.items()
                if act.is_open(record) and request.user.has_perm(self._permission(act.permission), record)
            ]
        }

    def act_view(self, request, object_id, verb):
        """Ask for what an act needs, then do it. One that is no longer possible says so on the record's page."""
        record = self.refuse_missing(request, object_id)
        if verb not in self.acts:
            raise Http404
        act = self.acts[verb]
        require(request.user, self._permission(act.permission), record)
        form = act.form(request.POST if request.method == "POST" else None, record=record)
        return self._ask(request, record, form, act.label, act.do, is_open=act.is_open(record))

    def _ask(self, request, record, form, label, do, *, is_open):
        back = self._url("change", record.pk)
        try:
            if not is_open:
                raise MoveRefused(record, TOO_LATE)
            if request.method == "POST" and form.is_valid():
                with transaction.atomic():
                    if once.is_first(request):
                        do(record, by=request.user, **form.cleaned_data)
                messages.success(request, _("Done: %(move)s.") % {"move": label})
                return redirect(back)
        except ValidationError as error:
            show_refusal(form, error)
        except MoveRefused as refusal:
            messages.warning(request, str(refusal))
            return redirect(back)
        return self.own_page(
            request, "admin/move.html", label, form=form, label=label, record=record, back=back
        )

    def _permission(self, verb):
        return f"{self.opts.app_label}.{verb}_{self.opts.model_name}"

    def _url(self, page, *args):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


class MovesMixin(ActsMixin):
    """The same for records with a life of their own: their moves stand before other acts, their steps below the form.

    ``move_actions`` is the app's ``actions`` module, or a namespace of those offered here; ``move_forms`` maps verbs to
    forms that ask for more than a note, with field names that are the action's parameters.
    """

    move_actions = None
    move_forms: dict = {}

    def act_pages(self):
        return {"move": self.move_view} | super().act_pages()

    def offered(self, request, record):
        return super().offered(request, record) | {
            "moves": [
                (move, self._url("move", record.pk, verb))
                for verb, move in moves_open_to(request.user, record).items()
                if hasattr(self.move_actions, verb)
            ],
            "steps": record.changes.select_related("by"),
        }

    def move_view(self, request, object_id, verb):
        """The same for a move."""
        record = self.refuse_missing(request, object_id)
        if verb not in record.MOVES or not hasattr(self.move_actions, verb):
            raise Http404
        require(request.user, self._permission(verb), record)
        move = record.MOVES[verb]
        form = self.move_forms.get(verb, NoteForm)(
            request.POST or None, needs_note=move.needs_note, record=record
        )
        do = getattr(self.move_actions, verb)
        return self._ask(request, record, form, move.label, do, is_open=record.state in move.sources)
