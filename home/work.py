"""Which pages somebody works with because of a role: shown on “mine” and, to the staff, on the desk."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from accounts.rules import roles_of
from liaison_stations.waiting import handles_opinions
from proposals.rules import HANDLERS, deputy_of

HANDLING_ROLES = {*HANDLERS, Role.GOVERNMENT_OFFICE}
OVERSIGHT = [  # permission, label, page
    ("proposals.view_overview", gettext_lazy("Overview of the handling"), "proposals:overview"),
    ("proposals.view_rates", gettext_lazy("Rates of suggestions"), "proposals:figures"),
    ("liaison_stations.view_starreview", gettext_lazy("Star reviews of the year"), "stations:reviews"),
    ("liaison_stations.view_league", gettext_lazy("League table of stations"), "stations:league"),
    ("liaison_stations.view_coverage", gettext_lazy("Coverage of stations"), "stations:coverage"),
    ("liaison_stations.view_coverage", gettext_lazy("Leading officials in stations"), "stations:leaders"),
]


def work_of(user) -> list[tuple]:
    """``[(label, address)]`` of the pages somebody works with because of a role."""
    held = roles_of(user)
    pages = []
    if user.has_perm("liaison_stations.view_work_station"):
        pages.append((_("My stations"), reverse("stations:board")))
    if handles_opinions(user) or deputy_of(user) is not None:
        pages.append((_("Citizens' opinions"), reverse("stations:opinions")))
    if held.keys() & HANDLING_ROLES:
        pages.append((_("What our unit has to do"), reverse("proposals:unit")))
    if held.keys() & set(HANDLERS):
        pages.append((_("Orders to our department"), reverse("stations:orders")))
    for membership in held.get(Role.COMMITTEE, ()):
        if committee := getattr(membership.unit, "committee", None):
            address = reverse("proposals:committee", args=[committee.pk])
            pages.append((_("Suggestions our committee supervises"), address))
    if deputy_of(user):
        pages.append((_("My receptions"), reverse("stations:my-receptions")))
    return pages + oversight_of(user)


def oversight_of(user) -> list[tuple]:
    """Those of them that look over the work of others."""
    return [(label, reverse(name)) for permission, label, name in OVERSIGHT if user.has_perm(permission)]
