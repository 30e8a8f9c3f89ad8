"""What citizens do without an account: leave an opinion at a station, follow it with the code of the receipt, rate its answer.

Neither a code nor its digits ever stand in an address, so no history, no log and no other site learns them. A case is
shown as the answer to a form that was sent; the receipt, which must survive being loaded again, by a signed mark in this
browser that holds ten minutes and names the case by a number that opens nothing.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common import audit, limits, preferences
from common.forms import show_refusal

from .. import following
from ..actions import citizens
from ..forms.citizens import FollowForm, OpinionForm, RateForm
from ..models import Opinion, Station

RECEIPT, RECEIPT_SECONDS = "receipt", 600
LOOKS_PER_MINUTE, LOOKS_PER_DAY = 10, 100  # at receipts, from one network address
GUESSES_PER_DAY = 10  # at the digits of one code
TOO_MANY = gettext_lazy(
    "Too much came from your network address. Nothing of what you wrote is lost: please wait a minute and send it again; "
    "if that does not help, tomorrow."
)
TOO_MANY_BY_PHONE = gettext_lazy(
    "With this phone number as many messages came today as one day takes. Nothing of what you wrote is lost; please send it "
    "tomorrow, or come by at the station."
)


@never_cache
@login_not_required
def leave(request, pk):
    """The form of a station, without an account; a station that takes no messages says where to go."""
    station = get_object_or_404(Station.objects.select_related("area", "merged_into", "parent"), pk=pk)
    takes = station.is_open and station.takes_messages
    if request.method != "POST":
        form = OpinionForm(station=station, initial={"deputy": request.GET.get("deputy")}) if takes else None
        return _form(request, station, form)
    form = OpinionForm(request.POST, request.FILES, station=station)
    if not form.is_valid():
        return _form(request, station, form)
    said = form.said
    if opinion := citizens.left_today(text=said["text"], phone=said["phone"]):
        return _to_receipt(opinion)
    if refused := _why_not_now(request, said["phone"]):
        form.add_error(None, refused)
        return _form(request, station, form, status=429)
    try:
        opinion = citizens.leave(station, key=form.question.key, **said)
    except ValidationError as error:
        show_refusal(form, error)
        return _form(request, station, form)
    if opinion is None:
        form.add_error(
            "answer",
            _("This form was sent before. If this is another message, please answer the new question."),
        )
        form.ask_anew()
        return _form(request, station, form)
    return _to_receipt(opinion)


def _form(request, station, form, status=200):
    context = {
        "station": station,
        "form": form,
        "elsewhere": _elsewhere(station),
        "choose_photos_again": bool(request.FILES),
        "office": preferences.get("portal.organisation"),
    }
    return render(request, "liaison_stations/citizens/leave.html", context, status=status)


def _elsewhere(station):
    """Where one can write instead: the station this one was merged into, else others of the same street or town."""
    if station.is_open and station.takes_messages:
        return []
    there = Station.objects.open().filter(takes_messages=True).exclude(pk=station.pk)
    if station.merged_into and there.filter(pk=station.merged_into_id).exists():
        return [station.merged_into]
    return list(there.inside(station.area.code[:6]).order_by("display_order", "pk")[:5])


def _why_not_now(request, phone):
    """Why this message is not taken now; if it is, it is counted."""
    per_minute, per_day = preferences.get("online.per_minute"), preferences.get("online.per_day")
    if not limits.allowed("opinion", limits.network_of(request), per_minute=per_minute, per_day=per_day):
        return TOO_MANY
    if not limits.allowed("opinion.phone", phone, per_day=preferences.get("online.per_phone_day")):
        return TOO_MANY_BY_PHONE
    return ""


def _to_receipt(opinion):
    answer = redirect("stations:receipt")
    answer.set_signed_cookie(
        RECEIPT,
        opinion.pk,
        salt=RECEIPT,
        max_age=RECEIPT_SECONDS,
        path=answer["Location"],
        httponly=True,
        samesite="Strict",
        secure=settings.CSRF_COOKIE_SECURE,
    )
    return answer


@never_cache
@login_not_required
def receipt(request):
    """The code to note or print, for ten minutes after a message was sent from this browser."""
    try:
        pk = request.get_signed_cookie(RECEIPT, salt=RECEIPT, max_age=RECEIPT_SECONDS)
    except (KeyError, signing.BadSignature):
        return redirect("stations:follow")
    opinion = get_object_or_404(Opinion.objects.select_related("station", "deputy"), pk=pk)
    context = {"opinion": opinion, "follow_address": settings.SITE_URL + reverse("stations:follow")}
    return render(request, "liaison_stations/citizens/receipt.html", context)


# Following a case


@never_cache
@login_not_required
def follow(request):
    """Asks for the code and the four digits, and shows the case they open. Guessing is limited by address and by code."""
    form = FollowForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "liaison_stations/citizens/follow.html", {"form": form})
    code, network = form.cleaned_data["code"], limits.network_of(request)
    may_look = limits.allowed("receipt", network, per_minute=LOOKS_PER_MINUTE, per_day=LOOKS_PER_DAY)
    may_guess = may_look and limits.allowed("receipt.code", code, per_day=GUESSES_PER_DAY)
    if may_look and not may_guess:
        audit.record("opinion.guessed", about=Opinion, result=audit.Result.REFUSED)
    if not may_guess:
        form.add_error(None, _("Too many tries. Please wait a while; if that does not help, tomorrow."))
        return render(request, "liaison_stations/citizens/follow.html", {"form": form}, status=429)
    opinion = citizens.find(**form.cleaned_data)
    if opinion is None:
        form.add_error(
            None, _("No message fits this code and these digits. Please look at your receipt again.")
        )
        return render(request, "liaison_stations/citizens/follow.html", {"form": form})
    limits.give_back("receipt.code", code)  # it was no guess
    return _case(request, opinion)


@never_cache
@login_not_required
@require_POST
def rate(request):
    """What the citizen says of an answer; the page of the case carries the token that names it."""
    named = following.read_token(request.POST.get("token", ""))
    if named is None:
        form = FollowForm()
        words = _(
            "The page of your case was open for too long. Please open it again with the code and the digits."
        )
        return render(request, "liaison_stations/citizens/follow.html", {"form": form, "notice": words})
    pk, round_ = named
    opinion = get_object_or_404(Opinion.objects.select_related("station", "deputy"), pk=pk)
    form = RateForm(request.POST)
    thanks = ""
    if form.is_valid():
        try:
            citizens.rate(
                opinion, round=round_, verdict=form.cleaned_data["verdict"], words=form.cleaned_data["words"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            thanks = _("Thank you. What you said has been recorded.")
    return _case(request, opinion, form=form, thanks=thanks)


def _case(request, opinion, form=None, thanks=""):
    followed = following.follow(opinion)
    if followed.token and (form is None or thanks):
        form = RateForm(initial={"token": followed.token})
    context = {
        "case": followed,
        "opinion": opinion,
        "form": form,
        "thanks": thanks,
        "pictures": opinion.pictures.count(),
    }
    return render(request, "liaison_stations/citizens/case.html", context)
