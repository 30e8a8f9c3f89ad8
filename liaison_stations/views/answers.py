"""What the public reads of opinions: those that were answered, with consent, in the words staff put before the public.

Nothing here knows a phone number, an address or a whole name; numbers that slipped into a text are masked once more.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import preferences, uploads
from common.access import known, read_later
from common.early_cache import public_page
from common.paging import keyset_page
from common.text import without_numbers

from ..forms.answers import AnswerSearch
from ..models import Opinion, OpinionPicture, Station
from .lines import answer_lines, story_lines

NEWEST_FIRST = ("-published_on", "-pk")
IN_FEED = 30


@login_not_required
@public_page("station", "area", "category")
def answer_list(request):
    """Everything published, by station, by county or by kind."""
    form = AnswerSearch(request.GET)
    chosen = form.chosen()
    answers = Opinion.objects.published().only("published_on")
    if station := chosen.get("station"):
        answers = answers.filter(station=station)
    if area := chosen.get("area"):
        answers = answers.filter(area__code__startswith=area.code)
    if category := chosen.get("category"):
        answers = answers.filter(category=category)
    counted_as = "answers", *((name, record.pk) for name, record in chosen.items())
    page = keyset_page(answers, request.GET, order=NEWEST_FIRST, counted_as=counted_as)
    context = {"form": form, "page": page, "lines": answer_lines(page.rows), "station": station}
    return _answer(request, "liaison_stations/citizens/answers.html", context)


@login_not_required
@public_page()
def stories(request):
    """What came of it: published answers that staff marked as stories of a result."""
    page = keyset_page(
        Opinion.objects.stories().only("published_on"),
        request.GET,
        order=NEWEST_FIRST,
        size=12,
        counted_as=("stories",),
    )
    context = {"page": page, "lines": story_lines(page.rows)}
    return render(request, "liaison_stations/citizens/stories.html", context)


@login_not_required
@public_page()
def answer(request, pk):
    """One question and its answer."""
    known("answer", Opinion.objects.published().only("pk"), pk)
    opinion = read_later(Opinion.objects.published().for_public(), pk)
    suggestion = SimpleLazyObject(lambda: published_suggestion(opinion))
    context = {
        "pk": pk,
        "opinion": opinion,
        "pictures": SimpleLazyObject(lambda: opinion.pictures.filter(is_public=True)),
        "suggestion": suggestion,
        "kept": SimpleLazyObject(lambda: suggestion.commitments.kept_last() if suggestion else []),
    }
    return render(request, "liaison_stations/citizens/answer.html", context)


def published_suggestion(opinion):
    """What was made of it, if everybody may read that."""
    return opinion.suggestion if opinion.suggestion and opinion.suggestion.published_on else None


@login_not_required
def picture(request, pk, size):
    """A photo that staff put before the public together with the answer; before that it is nobody's here."""
    shown = OpinionPicture.objects.filter(is_public=True, opinion__in=Opinion.objects.published())
    return uploads.answer(get_object_or_404(shown.select_related("file"), pk=pk).file, size=size)


@login_not_required
@public_page()
def feed(request):
    """The newest answers of all stations, for readers of feeds."""
    title = _("Answered at the liaison stations: %(portal)s") % {"portal": preferences.get("portal.subtitle")}
    return _feed(request, title, reverse("stations:answers"), Opinion.objects.published())


@login_not_required
@public_page()
def station_feed(request, pk):
    """The same of one station."""
    station = get_object_or_404(Station, pk=pk)
    address = f"{reverse('stations:answers')}?station={pk}"
    title = _("Answered at %(station)s") % {"station": station}
    return _feed(request, title, address, Opinion.objects.published().filter(station=station))


def _feed(request, title, address, answers):
    written = Atom1Feed(
        title=title,
        link=settings.SITE_URL + address,
        feed_url=settings.SITE_URL + request.path,
        description=None,
        language=get_language(),
        author_name=preferences.get("portal.organisation"),
    )
    for opinion in answers.for_public().order_by(*NEWEST_FIRST)[:IN_FEED]:
        moment = timezone.make_aware(dt.datetime.combine(opinion.published_on, dt.time()))
        written.add_item(
            title=without_numbers(opinion.public_title),
            link=settings.SITE_URL + reverse("stations:public-answer", args=[opinion.pk]),
            description=without_numbers(f"{opinion.public_text}\n\n{opinion.public_answer}"),
            pubdate=moment,
            updateddate=moment,
            author_name=str(opinion.station),
            categories=[str(opinion.category)] if opinion.category else [],
        )
    return HttpResponse(written.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _answer(request, template, context):
    """The page; one that was asked for with wrong filters is never kept, for there are as many as one likes."""
    response = render(request, template, context)
    if context["form"].errors:
        add_never_cache_headers(response)
    return response
