"""One act for many rows of a list in the staff area: looked at row by row, confirmed, told row by row.

What will happen is found out by doing it and taking all of it back, so what is shown beside a row is what the act itself
answers. Confirmed, each row is a transaction of its own: one that has become impossible meanwhile stops no other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .staff_acts import ActForm
from .workflow import TOO_LATE, MoveRefused

AT_ONCE = 200  # rows; doing all of them and taking them back holds the database for a second or two

TOLD = 10  # of those left out, one by one


@dataclass(frozen=True)
class BulkAct:
    """``do(record, by=…, **what the form gives)`` for each row; ``told(record)`` says afterwards what came of it.

    ``permission`` is a verb of ``rules.py``, asked for the screen and again for each row.
    """

    label: str
    permission: str
    do: Callable
    told: Callable
    form: type[ActForm] | None = None


@dataclass(frozen=True)
class Outcome:
    """What comes of one row: ``text`` says what, or why nothing."""

    record: object
    text: str
    is_done: bool


class BulkMixin:
    """``bulk_acts`` of a screen stand in the list of its actions."""

    bulk_acts: dict[str, BulkAct] = {}

    def get_actions(self, request):
        own = {
            verb: (BulkMixin.bulk_page, verb, act.label)
            for verb, act in self.bulk_acts.items()
            if request.user.has_perm(self._bulk_permission(act))
        }
        return super().get_actions(request) | own

    def bulk_page(self, request, queryset):
        """Ask for what the act needs, show what it would do, do it: three steps of one address, the list's."""
        verb, step = request.POST["action"], request.POST.get("step", "")
        act = self.bulk_acts[verb]
        chosen = (
            request.POST.getlist(ACTION_CHECKBOX_NAME)
            if step
            else list(queryset.values_list("pk", flat=True))
        )
        # what somebody else has moved meanwhile no longer fits the filters of the list, and is yet to be told of
        rows = list(self.get_queryset(request).filter(pk__in=chosen[:AT_ONCE]).order_by("pk"))
        form = act.form(request.POST if step else None) if act.form else None
        outcomes, is_ready = None, form is None or (step and form.is_valid())
        if is_ready:
            given = form.cleaned_data if form else {}
            if step == "confirm":
                self._tell(request, act, [self._outcome(act, row, request.user, given) for row in rows])
                return HttpResponseRedirect(request.get_full_path())
            outcomes = self._foreseen(act, rows, request.user, given)
        return self.own_page(
            request,
            "admin/bulk.html",
            act.label,
            verb=verb,
            form=form,
            rows=rows,
            outcomes=outcomes,
            possible=sum(outcome.is_done for outcome in outcomes or ()),
            left_out=max(len(chosen) - AT_ONCE, 0),
            checkbox_name=ACTION_CHECKBOX_NAME,
            back=request.get_full_path(),
        )

    def _foreseen(self, act, rows, user, given):
        """What will come of ``rows``, one after the other; nothing of it stays."""
        with transaction.atomic():
            outcomes = [self._outcome(act, row, user, given) for row in rows]
            transaction.set_rollback(True)
        return outcomes

    def _outcome(self, act, record, user, given):
        if not user.has_perm(self._bulk_permission(act), record):
            return Outcome(record, _("You may not do this here."), False)
        try:
            with transaction.atomic():
                act.do(record, by=user, **given)
                return Outcome(record, str(act.told(record)), True)
        except MoveRefused as refusal:
            return Outcome(record, _in_words(record, refusal), False)
        except ValidationError as error:
            return Outcome(record, " ".join(error.messages), False)

    def _tell(self, request, act, outcomes):
        done = sum(outcome.is_done for outcome in outcomes)
        words = ngettext("%(act)s: done for %(n)s row.", "%(act)s: done for %(n)s rows.", done)
        messages.success(request, words % {"act": act.label, "n": done})
        left_out = [outcome for outcome in outcomes if not outcome.is_done]
        for outcome in left_out[:TOLD]:
            words = {"record": outcome.record, "why": outcome.text}
            messages.warning(request, _("Left out: %(record)s. %(why)s") % words)
        if (more := len(left_out) - TOLD) > 0:
            words = ngettext("%(n)s more was left out.", "%(n)s more were left out.", more)
            messages.warning(request, words % {"n": more})

    def _bulk_permission(self, act):
        return f"{self.opts.app_label}.{act.permission}_{self.opts.model_name}"


def _in_words(record, refusal):
    """Of a row that is not where the act begins, where it is: among many rows nobody else need have been faster."""
    if str(refusal) != str(TOO_LATE):
        return str(refusal)
    record.refresh_from_db(fields=["state"])
    return _("Not possible now: %(state)s.") % {"state": record.get_state_display()}
