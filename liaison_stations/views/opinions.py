"""An opinion on one page for everybody who may see it: text and answers as a document, state and next act in the margin."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from accounts.rules import units_of
from common import audit, uploads
from common.access import found, require
from common.text import masked
from proposals.rules import HANDLERS
from proposals.views.page import Step

from .. import rules, states
from ..acts import acts
from ..models import Dispatch, DispatchPicture, Opinion, OpinionPicture
from ..story import story
from ..thread import thread_of

O = states.OpinionState  # noqa: E741 the letter of the noun
PAGE = Opinion.objects.select_related(
    "station__area", "station__parent__parent", "area", "deputy", "asked_deputy", "category", "reception", "by", "merged_into"
)  # fmt: skip


@dataclass(frozen=True)
class View:
    """How much this visitor reads: who handles it all but the phone, a deputy the name, a department neither (D3.6)."""

    handles: bool
    reads_name: bool
    may_open_phone: bool
    units: frozenset


def detail(request, pk):
    return _page(request, opinion_for(request, pk))


@require_POST
def phone(request, pk):
    """The same page with the whole number; each look is recorded."""
    opinion = opinion_for(request, pk)
    require(request.user, "liaison_stations.view_phone_opinion", opinion)
    if opinion.phone:
        audit.record("phone.seen", by=request.user, about=opinion)
    return _page(request, opinion, shows_phone=True)


def picture(request, pk, size):
    """A photo the citizen sent, for who may read the opinion."""
    row = get_object_or_404(OpinionPicture.objects.select_related("file"), pk=pk)
    found(Opinion.objects, request.user, pk=row.opinion_id)
    return uploads.answer(row.file, size=size)


def order_picture(request, pk, size):
    """A photo of a department, for who may read its order, and for the deputy of the opinion."""
    row = get_object_or_404(
        DispatchPicture.objects.select_related("file", "dispatch__opinion__station"), pk=pk
    )
    user, order = request.user, row.dispatch
    if not (user.has_perm("liaison_stations.view_dispatch", order) or rules.is_addressed(user, order)):
        raise Http404
    return uploads.answer(row.file, size=size)


def opinion_for(request, pk) -> Opinion:
    return found(PAGE, request.user, pk=pk)


def view_of(user, opinion) -> View:
    handles = user.is_superuser or rules.handles(user, opinion)
    return View(
        handles=handles,
        reads_name=handles or rules.is_addressed(user, opinion),
        may_open_phone=user.has_perm("liaison_stations.view_phone_opinion", opinion),
        units=frozenset(unit.pk for unit in units_of(user, *HANDLERS)),
    )


def _page(request, opinion, *, shows_phone=False):
    view = view_of(request.user, opinion)
    orders = (
        Dispatch.objects.filter(opinion=opinion).select_related("unit").prefetch_related("pictures__file")
    )
    if not view.reads_name:
        orders = orders.filter(unit__in=view.units)
    context = {
        "opinion": opinion,
        "view": view,
        "shows_phone": shows_phone,
        "phone": opinion.phone if shows_phone else masked(opinion.phone),
        "answers": opinion.answers.select_related("deputy", "by"),
        "orders": orders,
        "pictures": opinion.pictures.all(),
        "ratings": opinion.ratings.all() if view.reads_name else [],
        "acts": acts(request.user, opinion),
        "thread": thread_of(opinion, request.user),
        "steps": steps(opinion),
        "story": story(opinion, reads_notes=view.handles, units=view.units),
    }
    return render(request, "liaison_stations/opinions/detail.html", context)


def steps(opinion) -> list[Step]:
    """收到 → 受理 → 办理 → 答复 → 评价, with the days; where it was refused or joined the bar ends there."""
    here = opinion.state
    came = Step(pgettext("step", "Came in"), opinion.came_at, is_done=True)
    if here in (O.REFUSED, O.MERGED):
        return [came, Step(opinion.get_state_display(), opinion.closed_on, is_here=True)]
    handled = frozenset({O.DISPATCHED, O.SOLVED, O.ESCALATED, O.RAISED})
    return [
        came,
        Step(
            pgettext("step", "Reviewed"),
            is_done=here not in states.TO_REVIEW,
            is_here=here in states.TO_REVIEW,
        ),
        Step(
            pgettext("step", "Handled"),
            is_done=here in states.TOLD,
            is_here=here in handled | {O.ACCEPTED},
        ),
        Step(
            pgettext("step", "Answered"),
            opinion.answered_on,
            is_done=here == O.CLOSED,
            is_here=here == O.ANSWERED,
        ),
        Step(pgettext("step", "Filed"), opinion.closed_on, is_here=here == O.CLOSED),
    ]
