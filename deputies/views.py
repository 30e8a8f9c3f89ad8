"""Public pages of deputies, groups and committees; a deputy's own corrections."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock, memory, policies, uploads
from common.access import found, known, read_later, require
from common.early_cache import public_page
from common.lines import drawn
from common.paging import COUNT_UP_TO, keyset_page

from . import actions
from .forms import CorrectionForm, SearchForm
from .models import Committee, Consent, Correction, Deputy, DeputyGroup, Level, Term
from .rules import is_sitting

SITTING = Deputy.objects.sitting().only("pk")
WHOLE = Deputy.objects.with_consents()
MOST_FOUND = 300  # of what somebody looks for are counted; more than have any one surname in a city


@login_not_required
@public_page("level", "group", "delegation", "area")
def deputy_list(request):
    form = SearchForm(request.GET)
    chosen = form.chosen()
    text = chosen.pop("q", "")
    deputies = Deputy.objects.sitting().matching(text).elected(**chosen).only("pinyin")
    counted_as = None if text else ("deputies", *chosen.items())
    count_up_to = MOST_FOUND if text else COUNT_UP_TO
    page = keyset_page(
        deputies, request.GET, order=("pinyin", "pk"), counted_as=counted_as, count_up_to=count_up_to
    )
    response = render(request, "deputies/list.html", {"form": form, "page": page, "cards": cards(page.rows)})
    if form.errors:
        add_never_cache_headers(response)  # there are as many wrong filters as one likes
    return response


@login_not_required
@public_page()
def detail(request, pk):
    user, sees_former = request.user, False
    if user.is_authenticated:
        deputy = found(WHOLE, user, pk=pk)
        sees_former = user.has_perm("deputies.view_former_deputy", deputy)
    else:
        known("deputy", SITTING, pk)
        deputy = read_later(WHOLE, pk)
    context = {
        "pk": pk,
        "deputy": deputy,
        "card": SimpleLazyObject(lambda: card(deputy)),
        "mandates": SimpleLazyObject(lambda: mandates_of(deputy, with_former=sees_former)),
        "sees_former": sees_former,
        "residencies": SimpleLazyObject(lambda: deputy.residencies.of_open().select_related("station")),
    }
    return render(request, "deputies/detail.html", context)


def mandates_of(deputy, *, with_former: bool):
    """Those a page shows; the ones that ended are for the deputy and their staff."""
    mandates = deputy.mandates.for_pages()
    return mandates if with_former else mandates.sitting()


@login_not_required
def photo(request, pk, size):
    """A deputy's photo: public like the deputy's page if they agreed, and kept by caches only while that is."""
    deputy = found(Deputy.objects.with_consents().select_related("photo"), request.user, pk=pk)
    may_see = deputy.photo_is_public or request.user.has_perm("deputies.view_photo_deputy", deputy)
    if deputy.photo is None or not may_see:
        raise Http404
    is_public = deputy.photo_is_public and is_sitting(request.user, deputy)
    return uploads.answer(deputy.photo, size=size, public=is_public)


@login_not_required
@public_page()
def groups(request):
    """Groups of the current city congress, each under the committee that leads it."""
    return render(
        request,
        "deputies/groups.html",
        {
            "groups": groups_of_the_city(timezone.localdate()),
            "committees": Committee.objects.select_related("unit"),
        },
    )


def groups_of_the_city(day) -> list[DeputyGroup]:
    """Those of its congress on this day, with their members counted once a change."""

    def found():
        terms = Term.objects.filter(level=Level.CITY).current(day)
        groups = DeputyGroup.objects.filter(term__in=terms).with_members()
        return list(groups.select_related("committee__unit"))

    return memory.kept(("groups", day), found)


@login_not_required
@public_page()
def group(request, pk):
    whole = DeputyGroup.objects.with_heads().select_related("committee__unit", "term__area")
    group = known("group", whole, pk)
    members = Deputy.objects.sitting().elected(group=group).only("pinyin")
    page = keyset_page(members, request.GET, order=("pinyin", "pk"), size=60, counted_as=("group", pk))
    return render(request, "deputies/group.html", {"group": group, "page": page, "cards": cards(page.rows)})


@login_not_required
@public_page()
def committee(request, pk):
    known("committee", Committee.objects.only("pk"), pk)
    committee = read_later(Committee.objects.select_related("unit"), pk)
    groups = SimpleLazyObject(lambda: committee.groups.with_members())
    return render(request, "deputies/committee.html", {"pk": pk, "committee": committee, "groups": groups})


def cards(deputies) -> list[dict]:
    """The cards of these deputies, in their order, drawn as ``html`` once for as long as they hold."""

    def draw(keys):
        made = {deputy.pk: card(deputy) for deputy in Deputy.objects.filter(pk__in=keys).for_cards()}
        for card_of in made.values():
            card_of["html"] = render_to_string("components/_person.html", {"card": card_of})
        return made

    made = drawn("card", [deputy.pk for deputy in deputies], draw)
    return [made[deputy.pk] for deputy in deputies if deputy.pk in made]


def card(deputy) -> dict:
    """What a list prints of a deputy; nothing of it is private."""
    mandates = getattr(deputy, "shown_mandates", None) or []
    has_photo = deputy.photo_id and deputy.photo_is_public
    lines = [" · ".join(m.short_label() for m in mandates), deputy.post]
    return {
        "name": deputy.name,
        "initial": deputy.name[:1],
        "url": reverse("deputies:detail", args=[deputy.pk]),
        "photo": reverse("deputies:photo", args=[deputy.pk, "small"]) if has_photo else "",
        "lines": [line for line in lines if line],
    }


def ask_correction(request):
    """A deputy says what is wrong in their data."""
    deputy = get_object_or_404(Deputy, user=request.user)
    require(request.user, "deputies.add_correction", deputy)
    form = CorrectionForm(
        request.POST or None, request.FILES or None, initial={"field": request.GET.get("field")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_correction(deputy, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("Your request has been sent to the office. You will be told the answer.")
            )
            return redirect("home:my")
    return render(request, "deputies/ask_correction.html", {"form": form, "deputy": deputy})


@require_POST
def withdraw_correction(request, pk):
    correction = found(Correction.objects, request.user, pk=pk)
    require(request.user, "deputies.withdraw_correction", correction)
    actions.withdraw(correction, by=request.user)
    messages.success(request, _("The request has been withdrawn."))
    return redirect("home:my")


@require_POST
def consent(request, kind, verb):
    """A deputy agrees to have a photo or introduction published, or no longer does."""
    deputy = get_object_or_404(Deputy, user=request.user)
    if kind not in Consent.Kind:
        raise Http404
    try:
        if verb == "give":
            version = request.POST.get("version", "")
            version = int(version) if version.isdecimal() else 0
            actions.give_consent(deputy, kind=kind, by=request.user, version=version)
            messages.success(request, _("Thank you. It is shown on your public page from now on."))
        else:
            actions.withdraw_consent(deputy, kind=kind, by=request.user)
            messages.success(request, _("It is no longer shown on your public page."))
    except ValidationError as error:
        messages.warning(request, "；".join(error.messages))
    return redirect(f"{reverse('home:my')}#published")


@require_POST
def citizens_write(request, wanted):
    """A deputy lets citizens choose them when they write to a station, or no longer does."""
    deputy = get_object_or_404(Deputy, user=request.user)
    actions.take_messages(deputy, by=request.user, wanted=wanted)
    if wanted:
        messages.success(request, _("Citizens can write to you at your station again."))
    else:
        messages.success(request, _("Citizens can no longer choose you; your station gets their messages."))
    return redirect(f"{reverse('home:my')}#messages")


def consents_of(deputy) -> list[dict]:
    """What the public may see of a deputy besides what the law makes public, each with the text agreed to."""
    standing = {consent.kind: consent for consent in deputy.consents.in_force()}
    texts = memory.packed(
        ("texts of consents", clock.today()), lambda: [policies.in_force(kind) for kind in Consent.Kind]
    )
    return [
        {
            "kind": kind,
            "label": kind.label,
            "consent": standing.get(kind),
            "policy": policy,
            "paragraphs": policies.paragraphs(policy),
        }
        for kind, policy in zip(Consent.Kind, texts, strict=True)
    ]


def evidence(request, pk):
    """The document that came with a request, for those who may see the request."""
    correction = found(Correction.objects.select_related("evidence"), request.user, pk=pk)
    if correction.evidence is None:
        raise Http404
    return uploads.answer(correction.evidence)
