"""What deputies, stations, offices and departments are told about stations, in the office's language.

One module for each subject; here is whom, and in which groups people choose channels. ``key`` makes telling twice
impossible, so actions and reminders may call these as often as they like.
"""

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from accounts.rules import is_congress_staff, is_local_office, is_office, units_of
from notices import groups
from notices.actions import tell
from proposals.notifications import accounts_of, people_at, with_role
from proposals.rules import HANDLERS, deputy_of

from ..models import Residency, current, posts_of

__all__ = ["accounts_of", "county_offices", "deputies_at", "people_at", "send", "staff_of", "township_offices", "with_role"]  # fmt: skip


def _works_at_station(user) -> bool:
    return bool(posts_of(user))


def _is_deputy_or_runs(user) -> bool:
    return deputy_of(user) is not None or _runs(user)


def _runs(user) -> bool:
    return _works_at_station(user) or is_local_office(user) or is_office(user)


groups.register(
    groups.Group(
        "opinions",
        _("Citizens' opinions"),
        kinds=frozenset({"stations.opinion", "stations.opinion_late"}),
        urgent=frozenset({"stations.opinion_late"}),
        may_mute=False,
        concerns=_is_deputy_or_runs,
    )
)
groups.register(
    groups.Group(
        "dispatches",
        _("Orders to report in"),
        kinds=frozenset({"stations.dispatch", "stations.dispatch_late"}),
        urgent=frozenset({"stations.dispatch", "stations.dispatch_late"}),
        may_mute=False,
        shared=True,
        concerns=lambda user: bool(units_of(user, *HANDLERS)),
    )
)
groups.register(
    groups.Group(
        "receptions",
        _("Receptions at stations"),
        kinds=frozenset({"stations.reception"}),
        concerns=_is_deputy_or_runs,
    )
)
groups.register(
    groups.Group(
        "stars",
        _("Plans and stars of stations"),
        kinds=frozenset({"stations.plan", "stations.star"}),
        concerns=lambda user: _runs(user) or bool(is_congress_staff(user)),
    )
)


# Whom


def staff_of(station) -> list:
    """Active accounts of who works at a station today, or at those it belongs to where it has nobody of its own."""
    for _level in range(3):
        held = station.posts.filter(current(), user__is_active=True)
        if people := list(User.objects.filter(station_posts__in=held).distinct()):
            return people
        if station.parent_id is None:
            return []
        station = station.parent
    return []


def township_offices(area) -> list:
    return _offices(Role.TOWNSHIP_OFFICE, area)


def county_offices(area) -> list:
    return _offices(Role.COUNTY_OFFICE, area)


def deputies_at(station) -> list:
    """Accounts of the deputies who belong to a station today."""
    resident = Residency.objects.public().filter(station=station).select_related("deputy__user")
    return accounts_of([row.deputy for row in resident])


def _offices(role, area) -> list:
    """Active accounts of the offices of a role in whose area another lies: the code of theirs begins its code."""
    codes = [area.code[:length] for length in (4, 6, 9, 12) if length <= len(area.code)]
    held = Membership.objects.current().filter(role=role, area__code__in=codes)
    return list(User.objects.filter(is_active=True, memberships__in=held).distinct())


def send(people, kind, subject, record, key, body="", link="") -> int:
    """Tell all of them the same; who was told with this key before is not told again. How many were told now."""
    told = [
        tell(
            person,
            kind=f"stations.{kind}",
            subject=subject,
            body=body,
            link=link or record.get_absolute_url(),
            key=f"stations:{key}",
            about=record,
        )
        for person in people
    ]
    return sum(notice.is_new for notice in told)
