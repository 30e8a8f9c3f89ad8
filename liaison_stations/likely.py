"""Opinions that may be on the same matter: the most alike of those nearby. They are shown, never joined by themselves."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from . import states
from .models import Opinion

RECENT = dt.timedelta(days=180)
LOOKED_AT = 200  # newest first
LEAST_LIKENESS = 30  # of 100; people say one thing in very different words
SHOWN = 8
COMPARED = 200  # characters of each


def alike(opinion: Opinion) -> list[Opinion]:
    """Those to which it can be joined, most alike first."""
    from rapidfuzz import fuzz, process  # only processes that handle opinions carry it

    station = opinion.station
    near = Q(area=opinion.area_id) | Q(station__in=[pk for pk in (station.pk, station.parent_id) if pk])
    open_or_told = (states.UNANSWERED - {states.OpinionState.HELD}) | states.TOLD
    rows = (
        Opinion.objects.filter(near, state__in=open_or_told, came_at__gte=timezone.now() - RECENT)
        .exclude(pk=opinion.pk)
        .select_related("station")
        .order_by("-came_at", "-pk")[:LOOKED_AT]
    )
    rows = {row.pk: row for row in rows}
    texts = {pk: f"{row.subject}{row.text[:COMPARED]}" for pk, row in rows.items()}
    found = process.extract(
        f"{opinion.subject}{opinion.text[:COMPARED]}",
        texts,
        scorer=fuzz.token_set_ratio,
        score_cutoff=LEAST_LIKENESS,
        limit=SHOWN,
    )
    return [rows[pk] for _text, _likeness, pk in found]
