"""What deputies, joint departments and station staff are told about receptions. No word of a visitor (D3.3)."""

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from common.text import in_office_language
from deputies.models import Deputy

from . import accounts_of, county_offices, people_at, send, staff_of, township_offices


def expected_at(reception) -> list:
    """Accounts of the deputies who are to receive."""
    expected = Deputy.objects.filter(attendances__reception=reception).select_related("user")
    return accounts_of(expected)


def keepers_of(station) -> list:
    """Who sees to it that receptions are announced and held: the station's staff, else the township, else the county."""
    return staff_of(station) or township_offices(station.area) or county_offices(station.area)


def when(reception) -> str:
    """2026年3月16日（星期一）9:00—11:00."""
    return _("%(weekday)s %(day)s, %(begins)s–%(ends)s") % {
        "day": date_format(reception.day, "DATE_FORMAT"),
        "weekday": date_format(reception.day, "l"),
        "begins": time_format(reception.begins, "G:i"),
        "ends": time_format(reception.ends, "G:i"),
    }


@in_office_language
def assigned(reception, deputies):
    """Those who are to receive; the day may not be announced yet."""
    send(
        accounts_of(deputies),
        "reception",
        _("You receive citizens on %(when)s: %(station)s")
        % {"when": when(reception), "station": reception.station},
        reception,
        f"reception-asked:{reception.pk}:{_version(reception)}",
        body=_where(reception),
    )


@in_office_language
def released(reception, deputies):
    """Those who need not come after all."""
    send(
        accounts_of(deputies),
        "reception",
        _("You are no longer expected on %(when)s: %(station)s")
        % {"when": when(reception), "station": reception.station},
        reception,
        f"reception-released:{reception.pk}:{_version(reception)}",
        link=reverse("stations:my-receptions"),
    )


@in_office_language
def announced(reception):
    subject = _("Announced: reception on %(when)s, %(station)s")
    _tell_all(reception, subject, f"reception-announced:{reception.pk}:{_version(reception)}")


@in_office_language
def changed(reception):
    """After the notice: when and where it is now."""
    subject = _("Changed: reception on %(when)s, %(station)s")
    _tell_all(reception, subject, f"reception-changed:{reception.pk}:{_version(reception)}")


@in_office_language
def cancelled(reception, note):
    subject = _("Cancelled: reception on %(when)s, %(station)s")
    _tell_all(reception, subject, f"reception-cancelled:{reception.pk}", body=note)


def _tell_all(reception, subject, key, body=""):
    """Deputies go to the day's page, departments to the notice: theirs is no other."""
    subject %= {"when": when(reception), "station": reception.station}
    body = body or _where(reception)
    send(expected_at(reception), "reception", subject, reception, key, body=body)
    notice = reverse("stations:notice", args=[reception.pk])
    for unit in reception.units.all() if reception.announced_at else ():
        send(people_at(unit), "reception", subject, reception, key, body=body, link=notice)


def _where(reception):
    told = [_("Place: %(place)s") % {"place": reception.where}] if reception.where else []
    if reception.matters:
        told.append(_("Matters: %(matters)s") % {"matters": reception.matters})
    return "\n".join(told)


def _version(reception):
    """Another one after each change, so that each is told."""
    return getattr(reception.history.first(), "pk", 0)
