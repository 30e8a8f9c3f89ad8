"""A station's review in the yearly round: the sheet with what each stage gave, and the one next act of this visitor."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.rules import is_office
from common import clock, uploads
from common.access import found, require
from common.act_pages import act_page, closed, sent
from common.paging import keyset_page
from common.workflow import TOO_LATE

from .. import deciding, sheets, states
from ..actions import stars as actions
from ..forms.stars import AnswerForm, BackForm, SheetForm, TextForm
from ..models import ReviewScore, Scheme, Star, StarObjection, StarReview

V = states.ReviewState
STAGES = {  # the pages on which points are entered: the state, the rule, the act, what its button says
    "score": (V.SELF, "score", actions.score),
    "review": (V.TOWNSHIP, "review", actions.review),
    "check": (V.COUNTY, "check", actions.check),
    "spot": (V.CITY, "decide", actions.spot_check),
}


@dataclass(frozen=True)
class Act:
    label: str
    url: str


def reviews(request):
    """The round of a year by state, for everybody who works with stations."""
    visible = StarReview.objects.visible_to(request.user)
    require(request.user, "liaison_stations.view_starreview")
    schemes = list(Scheme.objects.filter(opened_on__isnull=False))
    scheme = next((one for one in schemes if str(one.year) == request.GET.get("year")), None) or next(
        iter(schemes), None
    )
    visible = visible.filter(scheme=scheme)
    counts = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state")
    listed = visible.filter(state=state) if state in counts else visible
    context = {
        "scheme": scheme,
        "schemes": schemes,
        "state": state if state in counts else "",
        "tabs": [(one.value, one.label, counts[one.value]) for one in V if one.value in counts],
        "total": sum(counts.values()),
        "page": keyset_page(listed.for_lists(), request.GET, order=("pk",), size=50),
    }
    return render(request, "liaison_stations/stars/reviews.html", context)


def review(request, pk):
    one = review_for(request, pk)
    lines = sheets.of_review(one, clock.today())
    sums = sheets.total(lines, one.scheme)
    is_to_decide = one.state == V.CITY and is_office(request.user)
    context = {
        "review": one,
        "lines": lines,
        "sums": sums,
        "score": sums.score if one.state in states.SCORING else one.score,
        "worth": Star(sheets.worth(sums, one.scheme)),
        "steps": steps(one),
        "acts": acts(request.user, one),
        "proposal": deciding.propose(one, sums, clock.today()) if is_to_decide else None,
        "objections": one.objections.select_related("by", "answered_by"),
        "may_answer": request.user.has_perm("liaison_stations.answer_starobjection"),
        "changes": one.changes.select_related("by"),
        "record": getattr(one, "record", None),
    }
    return render(request, "liaison_stations/stars/review.html", context)


def steps(one) -> list[dict]:
    """The round as a line of marks, with where this review is."""
    order = list(V)
    labels = {
        V.SELF: _("Self-score"),
        V.TOWNSHIP: _("Township"),
        V.COUNTY: _("County"),
        V.CITY: _("City"),
        V.DECIDED: pgettext("star step", "Decided"),
        V.PUBLISHED: pgettext("star step", "Published"),
        V.FINAL: pgettext("star step", "Final"),
    }
    here = order.index(one.state)
    is_final = one.state == V.FINAL
    return [
        {"label": labels[state], "is_done": n < here or is_final, "is_here": n == here and not is_final}
        for n, state in enumerate(order)
    ]


def acts(user, one) -> list[Act]:
    """What this visitor can do next, the first of them the one that waits."""
    labels = {
        "score": _("Score the station"),
        "review": _("Review the self-score"),
        "check": _("Check the points"),
        "spot": _("Record a spot check"),
    }

    def may(verb):
        return user.has_perm(f"liaison_stations.{verb}_starreview", one)

    def to(name):
        return reverse(f"stations:star-{name}", args=[one.pk])

    offered = [
        Act(labels[name], to(name))
        for name, (state, verb, _act) in STAGES.items()
        if one.state == state and may(verb)
    ]
    if one.state in one.MOVES["send_back"].sources and may("send_back"):
        offered.append(Act(_("Back to the station"), to("send-back")))
    if one.state == V.PUBLISHED and clock.today() <= one.objections_until and may("object"):
        offered.append(Act(_("Object to it"), to("object")))
    if one.state in (V.CITY, V.DECIDED, V.PUBLISHED) and may("decide"):
        change = reverse("admin:liaison_stations_starreview_change", args=[one.pk])
        offered.insert(0, Act(_("Decide, publish, make final"), change))
    return offered


def stage(request, pk, name):
    """Enter points for one stage and hand the review on."""
    state, verb, act = STAGES[name]
    one = review_for(request, pk)
    require(request.user, f"liaison_stations.{verb}_starreview", one)
    lines = sheets.of_review(one, clock.today())
    texts = {
        "score": (
            _("Score the station"),
            _("Hand in the self-score"),
            _("Handed in. The township reviews it next."),
        ),
        "review": (
            _("Review the self-score"),
            _("Reviewed, on to the county"),
            _("On its way to the county."),
        ),
        "check": (_("Check the points"), _("Checked, on to the city"), _("On its way to the city.")),
        "spot": (_("Record a spot check"), _("Record the spot check"), _("The spot check is recorded.")),
    }
    heading, submit, done = texts[name]
    return act_page(
        request,
        SheetForm(lines, *sent(request), is_station=name == "score"),
        partial(act, one, by=request.user),
        done=done,
        back=one.get_absolute_url(),
        template="liaison_stations/stars/stage.html",
        review=one,
        lines=lines,
        sums=sheets.total(lines, one.scheme),
        heading=heading,
        submit=submit,
        why="" if one.state == state else str(TOO_LATE),
    )


def send_back(request, pk):
    one = review_for(request, pk)
    require(request.user, "liaison_stations.send_back_starreview", one)
    return act_page(
        request,
        BackForm(*sent(request)),
        partial(actions.send_back, one, by=request.user),
        done=_("It is back at the station."),
        back=one.get_absolute_url(),
        crumb=one,
        heading=_("Back to the station"),
        submit=_("Back to the station"),
        told=[_("The station scores itself anew. Points of later stages are taken out and asked for again.")],
        why=closed(one, "send_back"),
    )


def object_to(request, pk):
    one = review_for(request, pk)
    require(request.user, "liaison_stations.object_starreview", one)
    why = closed(one, "finish")
    if not why and clock.today() > one.objections_until:
        why = _("Objections were taken until %(day)s.") % {"day": date_format(one.objections_until)}
    return act_page(
        request,
        TextForm(*sent(request)),
        partial(actions.object_to, one, by=request.user),
        done=_("The deputies' office has your objection and answers it before the stars are final."),
        back=one.get_absolute_url(),
        crumb=one,
        heading=_("Object to it"),
        submit=_("Send the objection"),
        told=[]
        if why
        else [_("Objections are taken until %(day)s.") % {"day": date_format(one.objections_until)}],
        why=why,
    )


def answer(request, pk):
    visible = StarReview.objects.visible_to(request.user)
    objections = StarObjection.objects.filter(review__in=visible).select_related(
        "review__station", "review__scheme"
    )
    objection = get_object_or_404(objections, pk=pk)
    require(request.user, "liaison_stations.answer_starobjection", objection)
    return act_page(
        request,
        AnswerForm(*sent(request)),
        partial(actions.answer, objection, by=request.user),
        done=_("Answered."),
        back=objection.review.get_absolute_url(),
        crumb=objection.review,
        heading=_("Answer the objection"),
        submit=_("Send the answer"),
        told=[objection.text],
        why=_("This objection has been answered.") if objection.answered_at else "",
    )


def evidence(request, pk):
    """The file somebody enclosed, for who may see the review."""
    visible = StarReview.objects.visible_to(request.user)
    scores = ReviewScore.objects.filter(review__in=visible, evidence__isnull=False).select_related("evidence")
    row = get_object_or_404(scores, pk=pk)
    return uploads.answer(row.evidence)


def review_for(request, pk) -> StarReview:
    if not request.user.has_perm("liaison_stations.view_starreview"):
        raise Http404
    reviews = StarReview.objects.select_related(
        "scheme", "station__area", "station__parent__parent", "merge_into"
    )
    return found(reviews, request.user, pk=pk)
