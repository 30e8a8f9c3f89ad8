"""What is due about receptions and not yet told: notices, tomorrow's reception, one that nobody closed (D3.3).

Each reminder has a stage in its key: who was told of a stage is not told again.
"""

import datetime as dt

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import clock
from common.text import in_office_language

from .. import states
from ..models import Reception
from ..notifications import county_offices, send, township_offices
from ..notifications.receptions import expected_at, keepers_of, when

S = states.ReceptionState
SOON = 2  # days before the last one on which a notice is in time
AHEAD = clock.ONE_DAY * (
    SOON + 30
)  # no notice is wanted earlier than 30 days before, whatever the setting says
LATE = (1, 4, 8, 15, 30)  # days after: an open day is told of five times, then it is a matter of the score
TOWNSHIP_AFTER, COUNTY_AFTER = 4, 8


@in_office_language
def remind(now: dt.datetime) -> dict:
    """Tell everybody what waits for them on this day; ``{what: people told}``."""
    today = now.date()
    return {
        "notices": notices_due(today),
        "eves": tomorrow(today),
        "unclosed": not_closed(today),
    }


def notices_due(today) -> int:
    """The station from two days before, its township too on the last day and after it, until the day itself."""
    due = _open().filter(state=S.PLANNED, day__range=(today, today + AHEAD))
    due = due.filter(notice_until__lte=today + SOON * clock.ONE_DAY)
    told = 0
    for reception in due.iterator(chunk_size=500):
        left = (reception.notice_until - today).days
        stage = "soon" if left > 0 else "last" if left == 0 else "late"
        words = {
            "when": when(reception),
            "station": reception.station,
            "day": date_format(reception.notice_until),
        }
        subject = _("Publish the notice by %(day)s: reception on %(when)s, %(station)s")
        if left < 0:
            subject = _("The notice is late, it was due by %(day)s: reception on %(when)s, %(station)s")
        told += _tell(
            _with_township(reception, keepers_of(reception.station), stage != "soon"),
            subject % words,
            reception,
            f"reception-notice:{reception.pk}:{reception.day}:{stage}",
        )
    return told


def tomorrow(today) -> int:
    """Deputies who are to receive on the next day."""
    told = 0
    for reception in _open().filter(state__in=states.TO_COME, day=today + clock.ONE_DAY):
        told += _tell(
            expected_at(reception),
            _("Tomorrow you receive citizens: %(when)s, %(station)s")
            % {"when": when(reception), "station": reception.station},
            reception,
            f"reception-eve:{reception.pk}:{reception.day}",
            body=_("Place: %(place)s") % {"place": reception.where} if reception.where else "",
        )
    return told


def not_closed(today) -> int:
    """Days that passed without anybody saying whether they were held: the station, then township and county."""
    over = _open().filter(
        state__in=states.TO_COME, day__lt=today, day__gte=today - (LATE[-1] + 7) * clock.ONE_DAY
    )
    told = 0
    for reception in over.iterator(chunk_size=500):
        days = (today - reception.day).days
        people = _with_township(reception, keepers_of(reception.station), days >= TOWNSHIP_AFTER)
        if days >= COUNTY_AFTER:
            people += county_offices(reception.station.area)
        told += _tell(
            people,
            _("Please close it or say why it was not held: reception on %(when)s, %(station)s")
            % {"when": when(reception), "station": reception.station},
            reception,
            f"reception-open:{reception.pk}:{max(one for one in LATE if one <= days)}",
        )
    return told


def _open():
    return Reception.objects.filter(station__state__in=states.OPEN_STATIONS).select_related("station__area")


def _with_township(reception, people, is_told):
    return people + (township_offices(reception.station.area) if is_told else [])


@transaction.atomic
def _tell(people, subject, reception, key, body="") -> int:
    return send(dict.fromkeys(people), "reception", subject, reception, key, body=body)
