"""Stations, answers and receptions as lines of public lists."""

from itertools import groupby

from common.lines import lines

from ..models import Opinion, Reception, Station


def station_lines(rows) -> list[str]:
    return lines(rows, "liaison_stations/public/_row.html", Station.objects.for_lists())


def answer_lines(rows) -> list[str]:
    return lines(rows, "liaison_stations/citizens/_answer.html", Opinion.objects.for_public())


def story_lines(rows) -> list[str]:
    stories = Opinion.objects.for_public().prefetch_related("pictures")
    return lines(rows, "liaison_stations/citizens/_story.html", stories)


def reception_lines(rows) -> list[tuple]:
    """``[(day, lines)]`` of receptions in order of their days."""
    found = Reception.objects.for_lists().prefetch_related("attendances__deputy", "units")
    made = lines(rows, "liaison_stations/receptions/_city_row.html", found)
    by_day = groupby(zip(rows, made, strict=True), key=lambda pair: pair[0].day)
    return [(day, [line for _reception, line in pairs]) for day, pairs in by_day]
