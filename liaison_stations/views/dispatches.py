"""An order to a department: its page, and one page for each act of the department and of who gave the order."""

from functools import partial

from django import forms
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.access import found, require
from common.act_pages import closed, sent

from .. import deadlines, rules, states
from ..actions import dispatches
from ..acts import acts_on_order
from ..forms.opinions import (
    DecideExtensionForm,
    ExtensionForm,
    HandBackForm,
    NoteForm,
    SolveForm,
    VisitForm,
)
from ..models import Dispatch
from ..story import story_of_order
from .handling import ask

PAGE = Dispatch.objects.select_related(
    "unit", "proposed_unit", "by", "opinion__station__area", "opinion__station__parent__parent", "opinion__area"
)  # fmt: skip


def detail(request, pk):
    order = order_for(request, pk)
    context = {
        "order": order,
        "opinion": order.opinion,
        "handles": request.user.is_superuser or rules.handles(request.user, order),
        "pictures": order.opinion.pictures.all(),
        "acts": acts_on_order(request.user, order),
        "story": story_of_order(order),
    }
    return render(request, "liaison_stations/opinions/order.html", context)


def order_for(request, pk, verb="view") -> Dispatch:
    """The order, or 404 for who may not know of it, or 403 for who may not do this with it."""
    order = found(PAGE, request.user, pk=pk)
    require(request.user, f"liaison_stations.{verb}_dispatch", order)
    return order


def _ask(request, order, form, act, **context):
    return ask(
        request,
        order.opinion,
        form,
        partial(act, order, by=request.user),
        order=order,
        **{"back": order.get_absolute_url(), "crumb": order.unit} | context,
    )


def due_told(order):
    return _("To be solved by %(day)s, counted from the order of %(sent)s.") % {
        "day": date_format(order.solve_by),
        "sent": date_format(order.sent_on),
    }


# The department


def report_in(request, pk):
    order = order_for(request, pk, "report_in")
    on_site = min(deadlines.on_site(order.sent_on), order.solve_by)
    return _ask(
        request,
        order,
        forms.Form(*sent(request)),
        dispatches.report_in,
        done=_("Reported in. Please be on the spot by %(day)s.") % {"day": date_format(on_site)},
        heading=_("Report in"),
        why=closed(order, "report_in"),
        told=[
            _("You confirm that your department takes the case and sends somebody to the spot by %(day)s.")
            % {"day": date_format(on_site)},
            due_told(order),
            _("It is not yours? Hand it back with a reason instead."),
        ],
    )


def visit(request, pk):
    order = order_for(request, pk, "visit")
    return _ask(
        request,
        order,
        VisitForm(*sent(request), record=order),
        dispatches.visit,
        done=_("Recorded. It is to be solved by %(day)s.") % {"day": date_format(order.solve_by)},
        heading=_("We were on the spot"),
        why=closed(order, "visit"),
        told=[due_told(order)],
    )


def solve(request, pk):
    order = order_for(request, pk, "solve")
    return _ask(
        request,
        order,
        SolveForm(*sent(request), record=order),
        dispatches.solve,
        done=_("Reported as solved. The station tells the citizen, who rates it."),
        heading=_("Report it as solved"),
        why=closed(order, "solve"),
        told=[due_told(order)],
    )


def hand_back(request, pk):
    order = order_for(request, pk, "hand_back")
    return _ask(
        request,
        order,
        HandBackForm(*sent(request), record=order),
        dispatches.hand_back,
        done=_("Handed back. The station decides what comes next."),
        heading=pgettext("dispatch", "Hand it back"),
        why=closed(order, "hand_back"),
        told=[_("Say why it is not yours and, if you know, whose it is. Do not pass it on yourself.")],
    )


def extend(request, pk):
    order = order_for(request, pk, "extend")
    return _ask(
        request,
        order,
        ExtensionForm(*sent(request), record=order),
        dispatches.ask_extension,
        done=_("Asked. Until it is decided, the old day counts."),
        heading=_("Ask for more time"),
        why=dispatches.why_not_extend(order),
        told=[
            due_told(order),
            _("With more time it would be due on %(day)s, once.")
            % {"day": date_format(deadlines.solve_extended(order.sent_on))},
        ],
    )


# Who gave the order


def recall(request, pk):
    order = order_for(request, pk, "recall")
    return _ask(
        request,
        order,
        NoteForm(*sent(request), record=order),
        dispatches.recall,
        done=_("Recalled. The department has been told."),
        heading=pgettext("dispatch", "Recall"),
        why=closed(order, "recall"),
        told=[_("The order to %(unit)s ends.") % {"unit": order.unit}],
    )


def decide_extension(request, pk):
    order = order_for(request, pk, "decide_extension")
    waits = order.waits_for_extension and order.state in states.WORKING
    return _ask(
        request,
        order,
        DecideExtensionForm(*sent(request), record=order),
        dispatches.decide_extension,
        done=_("Decided. The department has been told."),
        heading=_("Decide on more time"),
        why="" if waits else _("Nothing is asked for any more."),
        told=[
            _("%(unit)s asks for more time: %(reason)s")
            % {"unit": order.unit, "reason": order.extension_reason},
            due_told(order),
            _("With more time it would be due on %(day)s, once.")
            % {"day": date_format(deadlines.solve_extended(order.sent_on))},
        ],
    )
