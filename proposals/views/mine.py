"""What a deputy finds as theirs: what waits for them, their suggestions; and where they answer for themselves."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common import clock
from common.access import found, require
from common.paging import keyset_page

from .. import states
from ..actions import commitments, ratings, suggestions, topics
from ..forms.mine import ClaimForm, LookForm, RateForm
from ..models import Commitment, CoSignature, Rating, Reply, Suggestion, Topic, TopicClaim
from ..waiting import waiting_for
from .filing import own_deputy

C, S = states.CommitmentState, states.SuggestionState
FEW = 5  # lines of each kind that waits
WHAT_NEXT = {  # whose turn it is, in words
    S.DRAFT: gettext_lazy("Go on writing, ask for co-signers, or send it."),
    S.COSIGNING: gettext_lazy("When they have answered, send it."),
    S.RETURNED: gettext_lazy("Read why, revise it and send it again."),
    S.SUBMITTED: gettext_lazy("The office reviews it."),
    S.REGISTERED: gettext_lazy("The office assigns it to units."),
    S.ASSIGNED: gettext_lazy("The units sign for it."),
    S.HANDLING: gettext_lazy("The units handle it."),
    S.REHANDLING: gettext_lazy("The units handle it once more."),
    S.REPLIED: gettext_lazy("The signers rate it."),
}


@dataclass
class Group:
    """What waits for a deputy, of one kind: ``rows`` are querysets with no row in common, ``name`` that of its template."""

    name: str
    heading: str
    rows: list
    order: tuple
    lines: list = field(default_factory=list)
    more: bool = False

    @property
    def template(self):
        return f"proposals/mine/_{self.name}.html"


def mine(request):
    """What waits, what is not sent yet, and what became of the rest; each line says the state and the next act.

    A few of each kind; with ``?list=`` all of one kind.
    """
    deputy = own_deputy(request)
    groups = {group.name: group for group in _groups(deputy)}
    if chosen := groups.get(request.GET.get("list")):
        page = keyset_page(chosen.rows, request.GET, order=chosen.order)
        chosen.lines = _lines(chosen, page.rows)
        return render(request, "proposals/mine/all.html", {"group": chosen, "page": page})
    for group in groups.values():
        first = keyset_page(group.rows, QueryDict(), order=group.order, size=FEW)
        group.lines, group.more = _lines(group, first.rows), bool(first.after)
    unsent = groups.pop("unsent")
    sent = Suggestion.objects.for_lists()
    own = sent.filter(lead=deputy).exclude(state__in=states.WITH_AUTHOR)
    page = keyset_page([own, sent.cosigned_by(deputy)], request.GET, order=("-pk",))
    return render(
        request,
        "proposals/mine/list.html",
        {
            "deputy": deputy,
            "may_add": request.user.has_perm("proposals.add_suggestion"),
            "waiting": [group for group in groups.values() if group.lines],
            "claims": TopicClaim.objects.in_work().filter(deputy=deputy).select_related("topic", "group"),
            "unsent": unsent,
            "page": page,
            "sent": with_next(page.rows),
        },
    )


def _groups(deputy):
    waiting = waiting_for(deputy)
    ratings = [rows.select_related("suggestion") for rows in waiting["ratings"]]
    cosignatures = [rows.select_related("suggestion__lead") for rows in waiting["cosignatures"]]
    promises = [rows.for_lists() for rows in waiting["commitments"]]
    unsent = Suggestion.objects.filter(lead=deputy, state__in=states.WITH_AUTHOR).for_lists().with_answers()
    return [
        Group("ratings", _("Handling to be rated"), ratings, ("until", "pk")),
        Group("cosignatures", _("Co-signatures I am asked for"), cosignatures, ("pk",)),
        Group("commitments", _("Promises to be verified on the spot"), promises, ("due_on", "pk")),
        Group("unsent", _("Not sent yet"), [unsent], ("-pk",)),
    ]


def _lines(group, rows):
    return with_next(rows) if group.name == "unsent" else rows


def with_next(rows):
    """``[(suggestion, whose turn it is, until when)]``."""
    until = dict.fromkeys(states.WITH_UNITS, "due_on") | {S.COSIGNING: "cosign_until"}
    return [
        (
            suggestion,
            WHAT_NEXT.get(suggestion.state, ""),
            getattr(suggestion, until.get(suggestion.state, ""), None),
        )
        for suggestion in rows
    ]


# Answers


def cosign(request, pk):
    """Who was asked reads the whole text, and says yes or no to it as it was read."""
    row = get_object_or_404(
        CoSignature.objects.select_related("suggestion__lead", "suggestion__category"),
        pk=pk,
        deputy__user=request.user,
    )
    suggestion = row.suggestion
    if request.method == "POST":
        require(request.user, "proposals.answer_cosignature", row)
        if request.POST.get("answer") == "agree":
            version = request.POST.get("version", "")
            suggestions.agree(row, by=request.user, version=int(version) if version.isdecimal() else 0)
            messages.success(request, _("Thank you. You co-sign this suggestion."))
        else:
            suggestions.decline(row, by=request.user)
            messages.success(request, _("You have declined. The lead deputy is told."))
        return redirect("proposals:mine")
    return render(
        request,
        "proposals/mine/cosign.html",
        {
            "row": row,
            "suggestion": suggestion,
            "is_open": row.can_be_answered and request.user.has_perm("proposals.answer_cosignature", row),
            "holds": row.holds_for(suggestion),
            "files": suggestion.files.select_related("file"),
            "view": {"reads_text": True},
        },
    )


def rate(request, pk):
    """A signer says what they think of one round of handling; the unit never learns who said what."""
    rating = get_object_or_404(
        Rating.objects.select_related("suggestion__reply_class", "deputy"), pk=pk, deputy__user=request.user
    )
    is_open = rating.rated_at is None and rating.lapsed_on is None and rating.until >= clock.today()
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ratings.rate(rating, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. Your rating has been recorded."))
            return redirect("proposals:mine")
    letters = Reply.objects.signed().exclude(kind=Reply.Kind.OPINION)
    return render(
        request,
        "proposals/mine/rate.html",
        {
            "rating": rating,
            "suggestion": rating.suggestion,
            "form": form,
            "is_open": is_open,
            "letters": letters.filter(
                assignment__suggestion=rating.suggestion, round=rating.round
            ).select_related("assignment__unit", "reply_class"),
        },
    )


def look(request, pk, verb):
    """On the spot: ``verify`` that a promise was kept, or ``doubt`` it."""
    deputy = own_deputy(request)
    commitment = found(Commitment.objects.for_lists(), request.user, pk=pk)
    require(request.user, f"proposals.{verb}_commitment", commitment)
    form = LookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            if verb == "verify":
                commitments.verify(commitment, deputy=deputy, by=request.user, **form.cleaned_data)
                messages.success(request, _("Thank you. The commitment counts as fulfilled and verified."))
            else:
                commitments.doubt(commitment, by=request.user, **form.cleaned_data)
                messages.success(request, _("Thank you. The unit is told, and the commitment is tracked on."))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("proposals:mine")
    return render(
        request,
        "proposals/mine/look.html",
        {
            "commitment": commitment,
            "suggestion": commitment.suggestion,
            "form": form,
            "verb": verb,
            "is_open": commitment.state == C.DONE,
            "report": commitment.progress.last(),
        },
    )


# Topics


def topic_claim(request, pk):
    """Take a topic, alone or for a group one belongs to."""
    topic = get_object_or_404(Topic.objects.listed(), pk=pk)
    require(request.user, "proposals.claim_topic", topic)
    deputy = own_deputy(request)
    form = ClaimForm(request.POST or None, deputy=deputy)
    if request.method == "POST" and form.is_valid():
        topics.claim(topic, deputy=deputy, by=request.user, **form.cleaned_data)
        messages.success(request, _("The topic is yours. Research it, then write the suggestion."))
        return redirect(f"{reverse('proposals:mine')}#topics")
    return render(request, "proposals/mine/claim.html", {"topic": topic, "form": form})


@require_POST
def claim_research(request, pk):
    topics.research(_own_claim(request, pk), by=request.user)
    messages.success(request, _("It is known now that you are researching this topic."))
    return redirect(f"{reverse('proposals:mine')}#topics")


@require_POST
def claim_release(request, pk):
    topics.release(_own_claim(request, pk), by=request.user)
    messages.success(request, _("The topic has been given back."))
    return redirect(f"{reverse('proposals:mine')}#topics")


def _own_claim(request, pk):
    return get_object_or_404(TopicClaim, pk=pk, deputy__user=request.user)
