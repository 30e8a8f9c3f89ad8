"""What deputies, station staff, offices and departments are told about citizens' opinions."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.text import in_office_language

from . import county_offices, send, staff_of, township_offices


def reviewers_of(opinion) -> list:
    """Who looks at a message first: the station's staff, where it has none the township, else the county."""
    area = opinion.station.area
    return staff_of(opinion.station) or township_offices(area) or county_offices(area)


@in_office_language
def came(opinion):
    """To its reviewers. No word of the text: a notice may leave the portal in a letter."""
    send(
        reviewers_of(opinion),
        "opinion",
        _("To review by %(day)s: an opinion at %(station)s")
        % {"day": date_format(opinion.due_on), "station": opinion.station},
        opinion,
        f"opinion-came:{opinion.pk}",
    )
