"""Pages that combine apps: the start page, the way in after signing in, what is mine."""

from itertools import groupby

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Area, Role
from accounts.rules import roles_of
from common import clock, elsewhere, memory, policies
from common.early_cache import public_page
from common.models import PolicyText
from deputies.models import Committee, Correction, Deputy, Level, Mandate
from deputies.views import consents_of, groups_of_the_city
from liaison_stations.models import Opinion, posts_of
from proposals.models import Commitment, Suggestion
from proposals.waiting import number_waiting

from . import figures
from .work import HANDLING_ROLES, work_of

LATELY = 3  # of each kind on the start page


@login_not_required
@public_page()
def start(request):
    """Who is my deputy, who leads the groups, how many there are; each figure opens the list it counts."""
    today = timezone.localdate()
    by_level = memory.kept("sitting by level", Mandate.objects.sitting_by_level)
    return render(
        request,
        "home/start.html",
        {
            "figures": [(level, Level(level).label, count) for level, count in by_level],
            "groups": groups_of_the_city(today),
            "committees": memory.kept("committees", Committee.objects.count),
            "counties": SimpleLazyObject(lambda: by_county(Mandate.objects.areas_of_deputies())),
            "solved": memory.kept("solved lately", solved_lately),
            "of_stations": figures.of_stations(),
            "today": today,
        },
    )


@login_not_required
@public_page()
def figures_of_stations(request):
    """What the start page says of stations, street by street, so that everybody can add it up."""
    return render(request, "home/figures.html", {"counted": figures.of_stations()})


def solved_lately() -> dict:
    """The promises that were kept last, the stories of stations, and the suggestions published last with their replies."""
    return {
        "stories": list(Opinion.objects.stories().for_public().order_by("-published_on", "-pk")[:LATELY]),
        "promises": list(Commitment.objects.public().kept_last().for_lists()[:LATELY]),
        "suggestions": list(
            Suggestion.objects.public().for_lists().order_by("-published_on", "-pk")[:LATELY]
        ),
    }


def by_county(areas) -> list:
    """``[(county or None, [areas in it])]``; an area that is itself a county has its place in the heading."""
    inside = [(code, list(some)) for code, some in groupby(areas, lambda area: area.code[:6])]
    counties = Area.objects.in_bulk([code for code, _areas in inside], field_name="code")
    return [(counties.get(code), [area for area in some if area.code != code]) for code, some in inside]


def landing(request):
    """Where somebody goes after signing in: staff to their desk, stations and units to their board, others to what is theirs."""
    if request.user.is_staff:
        return redirect("admin:index")
    if posts_of(request.user):
        return redirect("stations:board")
    held = roles_of(request.user).keys()
    if held & HANDLING_ROLES:
        return redirect("proposals:unit")
    return redirect("proposals:overview" if Role.LEADER in held else "home:my")


def my(request):
    """What the portal holds for the person who signed in."""
    deputy = Deputy.objects.filter(user=request.user).select_related("photo").first()
    if deputy:
        deputy.user = request.user  # and their account knows its deputy
    waiting, is_capped = number_waiting(deputy) if deputy else (0, False)
    return render(
        request,
        "home/my.html",
        {
            "deputy": deputy,
            "waiting": waiting,
            "waiting_is_capped": is_capped,
            "consents": consents_of(deputy) if deputy else [],
            "mandates": deputy.mandates.for_pages() if deputy else [],
            "corrections": Correction.objects.filter(deputy=deputy).prefetch_related("changes")
            if deputy
            else [],
            "work": work_of(request.user),
            "roles": [membership for held in roles_of(request.user).values() for membership in held],
        },
    )


@login_not_required
@public_page()
def accessibility(request):
    return render(request, "home/accessibility.html")


@login_not_required
def leave(request):
    """On the way to another site: which one, and that it is not ours (R-27). Only what a page of ours linked to."""
    url = elsewhere.signed(request.GET.get("to", ""))
    if url is None:
        raise Http404
    return render(request, "home/leave.html", {"url": url})


@login_not_required
@public_page()
def privacy(request):
    """Who handles which personal data, what for, for how long, and which rights people have (PIPL 17)."""
    policy = SimpleLazyObject(lambda: policies.in_force(PolicyText.Kind.PRIVACY))
    paragraphs = SimpleLazyObject(lambda: policies.paragraphs(policy))
    context = {"policy": policy, "paragraphs": paragraphs, "today": clock.today()}
    return render(request, "home/privacy.html", context)


@login_not_required
def language(request):
    """Choose the language; only the choice sets a cookie, so that visitors who read need none."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if request.method != "POST":
        return render(request, "home/language.html", {"next": back, "languages": settings.LANGUAGES})
    response = redirect(back)
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return response
