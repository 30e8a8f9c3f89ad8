"""What departments are told about orders to report in, and what those who gave them hear back. No word of a citizen's."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role
from common.text import in_office_language

from . import county_offices, people_at, send, township_offices, with_role
from .opinions import reviewers_of


def deciders_of(order) -> list:
    """Who decides about more time: the township's office, else the county's, else the city's."""
    area = order.opinion.station.area
    return township_offices(area) or county_offices(area) or with_role(Role.OFFICE)


@in_office_language
def sent(order):
    """To the department: report in."""
    _send(
        people_at(order.unit),
        _("To report in by %(day)s: an order of %(station)s") % _words(order),
        order,
        f"sent:{order.pk}",
    )


@in_office_language
def recalled(order):
    """To the department: nothing is asked of it any more."""
    _send(
        people_at(order.unit),
        _("Recalled, nothing more to do: the order of %(station)s") % _words(order),
        order,
        f"recalled:{order.pk}",
    )


@in_office_language
def handed_back(order):
    """To who handles the opinion."""
    send(
        reviewers_of(order.opinion),
        "opinion",
        _("%(unit)s hands back the order of %(station)s") % _words(order),
        order.opinion,
        f"order-handed-back:{order.pk}",
    )


@in_office_language
def extension_asked(order):
    send(
        deciders_of(order),
        "opinion",
        _("%(unit)s asks for more time for the order of %(station)s") % _words(order),
        order.opinion,
        f"order-extension-asked:{order.pk}",
    )


@in_office_language
def extension_decided(order):
    """To the department."""
    if order.extension_granted:
        subject = _("More time until %(day)s: the order of %(station)s") % _words(order, order.solve_by)
    else:
        subject = _("No more time, due on %(day)s: the order of %(station)s") % _words(order, order.solve_by)
    _send(people_at(order.unit), subject, order, f"extension-decided:{order.pk}")


def _words(order, day=None):
    day = day or order.due_on
    return {
        "unit": order.unit,
        "station": order.opinion.station,
        "day": date_format(day) if day else "",
    }


def _send(people, subject, order, key):
    return send(people, "dispatch", subject, order, f"order-{key}")
