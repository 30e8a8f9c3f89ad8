"""What waits for a unit, or for the government office: one board, each line with its clock and its one next act."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Role
from accounts.rules import roles_of, units_of
from common import clock
from common.paging import keyset_page, own_counts

from .. import states
from ..actions.topics import offer
from ..acts import next_act
from ..forms.unit import TopicForm
from ..models import Assignment, Commitment, Reply, Topic
from ..rules import HANDLERS
from .handling import act_page

A, C, R = states.AssignmentState, states.CommitmentState, states.ReplyState
FEW = 10  # lines of each kind on the board itself
WEEK = clock.ONE_DAY * 7


@dataclass
class Group:
    """One heading of the board. ``line`` makes of a row what is printed of it."""

    name: str
    heading: str
    rows: QuerySet
    line: Callable
    order: tuple = ("due_on", "pk")
    count: int = 0
    more: bool = False
    lines: list = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """``act`` is the word of the one next act and ``url`` its page; ``note`` says what else to know."""

    suggestion: object
    unit: object
    url: str
    act: str
    title: str = ""
    due_on: object = None
    note: str = ""


def board(request):
    """The most urgent first, a few of each kind; with ``?list=`` all of one kind.

    Counted and drawn once a change for each person; nothing on it depends on more than who they are and the day.
    """
    groups = {group.name: group for group in (*_of_units(request.user), *_of_government(request.user))}
    if not groups:
        raise Http404
    if chosen := groups.get(request.GET.get("list")):
        page = keyset_page(chosen.rows, request.GET, order=chosen.order)
        chosen.lines = [chosen.line(row) for row in page.rows]
        return render(request, "proposals/unit/list.html", {"group": chosen, "page": page})
    counts = own_counts("unit", request.user, [group.rows for group in groups.values()])
    for group, (group.count, group.more) in zip(groups.values(), counts, strict=True):
        if group.count:
            group.lines = SimpleLazyObject(partial(_first_lines, group))
    context = {
        "groups": [group for group in groups.values() if group.count],
        "may_offer": bool(units_of(request.user, *HANDLERS)),
        "today": clock.today(),
    }
    return render(request, "proposals/unit/board.html", context)


def _first_lines(group) -> list[Line]:
    return [group.line(row) for row in group.rows.order_by(*group.order)[:FEW]]


def topics(request):
    """What our unit offered for the topic list and what became of it; below, the form for another one."""
    units = list(units_of(request.user, *HANDLERS))
    if not units:
        raise Http404
    offered = Topic.objects.filter(proposed_by__in=units).with_claims().prefetch_related("changes")
    page = keyset_page(offered, request.GET, order=("-pk",))
    form = TopicForm(units, request.POST or None)
    return act_page(
        request,
        form,
        partial(offer, by=request.user, year=clock.today().year),
        done=_("Sent. The deputies' office decides whether it is put on the list."),
        back="proposals:unit-topics",
        template="proposals/unit/topics.html",
        page=page,
        submit=_("Offer this topic"),
    )


def _of_units(user):
    units, signing = units_of(user, *HANDLERS), units_of(user, Role.UNIT_SIGNER)
    if not units:
        return
    today = clock.today()
    parts = _with_acts(Assignment.objects.filter(unit__in=units))
    letters = Reply.objects.filter(state=R.REVIEW, assignment__unit__in=signing).for_lists()
    handled = parts.filter(state__in=(A.HANDLING, A.REVIEW)).exclude(state=A.REVIEW, unit__in=signing)
    promises = Commitment.objects.filter(unit__in=units, state=C.TRACKING).for_lists()
    yield Group("letters", _("Waiting for my signature"), letters, _letter, order=("pk",))
    yield Group("sign", _("To be signed for"), parts.filter(state=A.PENDING), _part)
    yield Group("late", pgettext("board", "Late"), handled.filter(due_on__lt=today), _part)
    yield Group("week", _("Due this week"), handled.filter(due_on__range=(today, today + WEEK)), _part)
    yield Group("handling", _("Being handled"), handled.filter(due_on__gt=today + WEEK), _part)
    yield Group("back", _("Handed back, not decided yet"), parts.filter(state=A.RETURN_ASKED), _part)
    yield Group("broken", _("Promises that are late"), promises.filter(due_on__lt=today), _promise)
    yield Group("promises", _("Promises to be kept"), promises.filter(due_on__gte=today), _promise)
    done = parts.filter(state=A.REPLIED, ended_on__isnull=False)
    yield Group("done", pgettext("board", "Done"), done, _part, order=("-ended_on", "-pk"))


def _of_government(user):
    if Role.GOVERNMENT_OFFICE not in roles_of(user):
        return
    parts = Assignment.objects.in_government().for_lists()
    waiting = parts.filter(state=A.PENDING)
    yield Group("decide", _("Handed back by units: decide"), parts.filter(state=A.RETURN_ASKED), _decision)
    yield Group("urge", _("Units that are late"), parts.late(clock.today()), _urging)
    yield Group("unsigned", _("Units that have not signed for it"), waiting, _urging)


def _with_acts(parts):
    """With what tells the next act: the letters and talks of each, without their long texts."""
    return parts.for_lists().prefetch_related(
        Prefetch("replies", Reply.objects.defer("text")), "consultations"
    )


# One line


def _part(part):
    act, name, record, note = next_act(part)
    url = reverse(f"proposals:{name}", args=[record.pk])
    due_on = part.due_on if part.state in states.WORKING else None
    return Line(part.suggestion, part.unit, url, act, due_on=due_on, note=note)


def _letter(letter):
    url = reverse("proposals:letter-sign", args=[letter.pk])
    part = letter.assignment
    due_on = part.due_on if part.state in states.WORKING else None
    note = letter.get_kind_display()
    return Line(part.suggestion, part.unit, url, _("Read and sign the letter"), due_on=due_on, note=note)


def _promise(commitment):
    url = reverse("proposals:progress", args=[commitment.pk])
    return Line(
        commitment.suggestion,
        commitment.unit,
        url,
        _("Report progress"),
        title=commitment.text,
        due_on=commitment.due_on,
    )


def _decision(part):
    url = reverse("proposals:keep", args=[part.pk])
    return Line(part.suggestion, part.unit, url, pgettext("act", "Decide"), due_on=part.due_on)


def _urging(part):
    url = reverse("proposals:urge", args=[part.pk])
    return Line(part.suggestion, part.unit, url, _("Urge"), due_on=part.due_on)
