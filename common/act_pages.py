"""One act on one page of its own: what will happen is said above the form, what is refused beside its fields."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render

from . import once
from .forms import show_refusal
from .workflow import TOO_LATE


def act_page(request, form, act, *, done, back, template="components/act.html", **context):
    """A valid form does ``act(**what it gives)``, once however often it is sent, then goes ``back`` and says ``done``.

    ``context`` tells ``heading``, ``submit``, the sentences ``told``, and ``why`` it is closed; with the common template
    ``crumb`` is what the page is about.
    """
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                if once.is_first(request):
                    act(**form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect(back)
    return render(request, template, {"form": form, "back": back, **context})


def sent(request) -> tuple:
    """What a form is bound to: nothing until it is sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def closed(record, move) -> str:
    """Why a move is not open now; empty while it is."""
    return "" if record.state in record.MOVES[move].sources else str(TOO_LATE)
