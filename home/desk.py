"""The desk: what waits, what is late, what changed. Each line counts a list and opens that very list."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import SignIn
from common import clock
from common.audit_models import AuditEntry
from common.models import ImportBatch
from common.paging import own_counts
from deputies.models import Correction, Deputy
from liaison_stations import states
from liaison_stations.models import Dispatch, Opinion, Reception, StarReview, StationPlan
from notices.models import Delivery
from proposals.models import Assignment, Commitment, Extension, Suggestion

WAITS, LATE, CHANGED = "waits", "late", "changed"
HEADINGS = {WAITS: _("Waits for us"), LATE: _("Late"), CHANGED: _("Changed in the last seven days")}
CORRECTION_WORKDAYS = 5  # a correction unanswered for longer is late; inferred
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One line: who sees it, under which heading, what it counts and the filters of the list that shows the same."""

    permission: str
    heading: str
    label: str
    screen: str
    rows: Callable
    filters: Callable = dict


def _week():
    return timezone.now() - WEEK


def _late_corrections(user):
    return Correction.objects.visible_to(user).open().filter(asked_at__lt=_correction_limit())


def _correction_limit():
    day = clock.add_workdays(timezone.localdate(), -CORRECTION_WORKDAYS)
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


LINES = [
    Line(
        "proposals.register_suggestion",
        WAITS,
        _("suggestions to review"),
        "proposals_suggestion",
        lambda user: Suggestion.objects.of_staff(user).filter(state="submitted"),
        lambda: {"state": "submitted"},
    ),
    Line(
        "proposals.assign_suggestion",
        WAITS,
        _("suggestions to assign"),
        "proposals_suggestion",
        lambda user: Suggestion.objects.of_staff(user).filter(state="registered"),
        lambda: {"state": "registered"},
    ),
    Line(
        "proposals.keep_assignment",
        WAITS,
        _("suggestions that units hand back"),
        "proposals_assignment",
        lambda user: Assignment.objects.visible_to(user).filter(state="return_asked"),
        lambda: {"state__exact": "return_asked"},
    ),
    Line(
        "proposals.grant_extension",
        WAITS,
        _("units that ask for more time"),
        "proposals_extension",
        lambda user: Extension.objects.of_staff(user).filter(state="waiting"),
        lambda: {"state__exact": "waiting"},
    ),
    Line(
        "proposals.publish_suggestion",
        WAITS,
        _("replies to publish or not"),
        "proposals_suggestion",
        lambda user: Suggestion.objects.of_staff(user).undecided(),
        lambda: {"publish": "waits"},
    ),
    Line(
        "proposals.urge_assignment",
        LATE,
        _("units that are late with a suggestion"),
        "proposals_assignment",
        lambda user: Assignment.objects.visible_to(user).late(clock.today()),
        lambda: {"late": "yes"},
    ),
    Line(
        "proposals.fail_commitment",
        LATE,
        _("promises not kept in time"),
        "proposals_commitment",
        lambda user: Commitment.objects.of_staff(user).late(clock.today()),
        lambda: {"late": "yes"},
    ),
    Line(
        "liaison_stations.release_opinion",
        WAITS,
        _("messages of citizens held for review"),
        "liaison_stations_opinion",
        lambda user: Opinion.objects.handled_by(user).filter(state="held"),
        lambda: {"state__exact": "held"},
    ),
    Line(
        "liaison_stations.accept_opinion",
        WAITS,
        _("opinions of citizens to review"),
        "liaison_stations_opinion",
        lambda user: Opinion.objects.handled_by(user).filter(state="submitted"),
        lambda: {"state__exact": "submitted"},
    ),
    Line(
        "liaison_stations.dispatch_opinion",
        WAITS,
        _("opinions to answer or to dispatch"),
        "liaison_stations_opinion",
        lambda user: Opinion.objects.handled_by(user).filter(state="accepted"),
        lambda: {"state__exact": "accepted"},
    ),
    Line(
        "liaison_stations.close_opinion",
        WAITS,
        _("opinions that departments solved, to be reported back"),
        "liaison_stations_opinion",
        lambda user: Opinion.objects.handled_by(user).filter(state="solved"),
        lambda: {"state__exact": "solved"},
    ),
    Line(
        "liaison_stations.send_down_opinion",
        WAITS,
        _("opinions raised to the county office"),
        "liaison_stations_opinion",
        lambda user: Opinion.objects.handled_by(user).filter(state="escalated"),
        lambda: {"state__exact": "escalated"},
    ),
    Line(
        "liaison_stations.announce_reception",
        WAITS,
        _("notices of receptions to publish this week"),
        "liaison_stations_reception",
        lambda user: Reception.objects.managed_by(user).to_announce(clock.today()),
        lambda: {"notice": "due"},
    ),
    Line(
        "liaison_stations.approve_stationplan",
        WAITS,
        _("yearly plans of stations to approve"),
        "liaison_stations_stationplan",
        lambda user: StationPlan.objects.managed_by(user).filter(state="submitted"),
        lambda: {"state__exact": "submitted"},
    ),
    Line(
        "liaison_stations.review_starreview",
        WAITS,
        _("star reviews with the township"),
        "liaison_stations_starreview",
        lambda user: StarReview.objects.visible_to(user).filter(state="township"),
        lambda: {"state__exact": "township"},
    ),
    Line(
        "liaison_stations.check_starreview",
        WAITS,
        _("star reviews with the county"),
        "liaison_stations_starreview",
        lambda user: StarReview.objects.visible_to(user).filter(state="county"),
        lambda: {"state__exact": "county"},
    ),
    Line(
        "liaison_stations.decide_starreview",
        WAITS,
        _("star reviews to spot-check and decide"),
        "liaison_stations_starreview",
        lambda user: StarReview.objects.visible_to(user).filter(state="city"),
        lambda: {"state__exact": "city"},
    ),
    Line(
        "liaison_stations.escalate_opinion",
        LATE,
        _("opinions of citizens whose next step is late"),
        "liaison_stations_opinion",
        lambda user: Opinion.objects.handled_by(user).late(clock.today()),
        lambda: {"late": "yes"},
    ),
    Line(
        "liaison_stations.recall_dispatch",
        LATE,
        _("departments that are late with an order"),
        "liaison_stations_dispatch",
        lambda user: Dispatch.objects.visible_to(user).late(clock.today()),
        lambda: {"late": "yes"},
    ),
    Line(
        "liaison_stations.hold_reception",
        LATE,
        _("receptions whose day has passed, to be closed"),
        "liaison_stations_reception",
        lambda user: Reception.objects.managed_by(user).filter(
            state__in=states.TO_COME, day__lt=clock.today()
        ),
        lambda: {"open": "yes"},
    ),
    Line(
        "deputies.accept_correction",
        WAITS,
        _("corrections asked for"),
        "deputies_correction",
        lambda user: Correction.objects.visible_to(user).open(),
        lambda: {"state__exact": "open"},
    ),
    Line(
        "deputies.accept_correction",
        LATE,
        _("corrections without an answer for five working days"),
        "deputies_correction",
        _late_corrections,
        lambda: {"state__exact": "open", "asked_at__lt": _correction_limit().isoformat()},
    ),
    Line(
        "notices.view_delivery",
        LATE,
        _("letters that did not arrive"),
        "notices_delivery",
        lambda user: Delivery.objects.failed(),
        lambda: {"state__exact": "failed"},
    ),
    Line(
        "accounts.view_signin",
        CHANGED,
        _("times somebody was locked out"),
        "accounts_signin",
        lambda user: SignIn.objects.filter(kind="sign_in.locked", at__gte=_week()),
        lambda: {"kind": "sign_in.locked", "at__gte": _week().isoformat()},
    ),
    Line(
        "common.view_auditentry",
        LATE,
        _("audit entries whose seal does not hold"),
        "common_auditentry",
        lambda user: AuditEntry.objects.broken(),
        lambda: {"seal": "broken"},
    ),
    Line(
        "common.view_auditentry",
        LATE,
        _("audit entries not sealed yet"),
        "common_auditentry",
        lambda user: AuditEntry.objects.late(),
        lambda: {"seal": "late"},
    ),
    Line(
        "common.view_importbatch",
        CHANGED,
        _("files imported"),
        "common_importbatch",
        lambda user: ImportBatch.objects.confirmed().filter(at__gte=_week()),
        lambda: {"at__gte": _week().isoformat()},
    ),
    Line(
        "deputies.view_historicaldeputy",
        CHANGED,
        _("deputies changed"),
        "deputies_deputy",
        lambda user: Deputy.objects.managed_by(user).changed_since(_week()),
        lambda: {"changed": "week"},
    ),
]


def desk_of(user) -> dict:
    """``{"desk": [{heading, lines: [{number, label, url}]}]}`` of the lines this person may see, counted once a change."""
    lines = [line for line in LINES if user.has_perm(line.permission)]
    counts = own_counts("desk", user, [line.rows(user) for line in lines])
    groups = {key: {"key": key, "label": label, "lines": []} for key, label in HEADINGS.items()}
    for line, (number, more) in zip(lines, counts, strict=True):
        url = f"{reverse(f'admin:{line.screen}_changelist')}?{urlencode(line.filters())}"
        groups[line.heading]["lines"].append(
            {"number": f"{number}+" if more else number, "label": line.label, "url": url, "some": number}
        )
    return {"desk": [group for group in groups.values() if group["lines"]]}
