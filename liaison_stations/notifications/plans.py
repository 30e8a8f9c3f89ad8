"""What stations and offices are told about yearly plans."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from common.text import in_office_language

from . import county_offices, send, staff_of, township_offices, with_role


def approvers_of(plan) -> list:
    """The township of the station, else the county; under city-level management the city decides (D3.5)."""
    if plan.station.is_city_managed:
        return with_role(Role.OFFICE)
    area = plan.station.area
    return township_offices(area) or county_offices(area)


@in_office_language
def submitted(plan):
    send(
        approvers_of(plan),
        "plan",
        _("To approve: %(plan)s") % {"plan": plan},
        plan,
        f"plan-submitted:{plan.pk}:{plan.changes.count()}",
    )


@in_office_language
def decided(plan, note):
    send(
        staff_of(plan.station),
        "plan",
        _("%(plan)s: %(state)s") % {"plan": plan, "state": plan.get_state_display()},
        plan,
        f"plan-decided:{plan.pk}:{plan.changes.count()}",
        body=note,
    )


@in_office_language
def due(station, year, day, stage) -> int:
    """To the station: its plan of the year is not there yet."""
    return send(
        staff_of(station),
        "plan",
        _("The plan of %(year)s is due on %(day)s: %(station)s")
        % {"year": year, "day": day, "station": station},
        station,
        f"plan-due:{station.pk}:{year}:{stage}",
        link=_plan_address(station, year),
    )


@in_office_language
def waits(plan, stage) -> int:
    """To who approves it: it has been waiting."""
    return send(
        approvers_of(plan),
        "plan",
        _("Still to approve: %(plan)s") % {"plan": plan},
        plan,
        f"plan-waits:{plan.pk}:{stage}",
    )


def _plan_address(station, year):
    return reverse("stations:plan", args=[station.pk, year])
