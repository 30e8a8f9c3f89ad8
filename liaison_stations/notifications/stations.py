"""What is told when a station goes on as another one."""

from django.utils.translation import gettext as _

from common.text import in_office_language

from . import county_offices, deputies_at, send, staff_of, township_offices


@in_office_language
def merged(station, into, waiting: int):
    """To who works at the other one, what came along; to its deputies, where they belong now."""
    names = {"station": station, "into": into, "number": waiting}
    send(
        staff_of(into) or township_offices(into.area) or county_offices(into.area),
        "opinion",
        _("%(station)s was merged into %(into)s; citizens' opinions that came along: %(number)s") % names,
        into,
        f"station-merged:{station.pk}:{station.state_since}",
    )
    send(
        deputies_at(into),
        "reception",
        _("%(station)s was merged into %(into)s; its deputies receive citizens there now") % names,
        into,
        f"station-merged-deputies:{station.pk}:{station.state_since}",
    )
