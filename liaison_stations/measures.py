"""The measures there are (D3.5): each looks at records of one kind in a year and says which of them count."""

import datetime as dt

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common import preferences
from deputies.models import Deputy
from proposals.models import Verdict

from . import states
from .measuring import Measure, least_entries
from .models import (
    Attendance,
    Opinion,
    OpinionAnswer,
    Reception,
    Residency,
    StationEvent,
    StationPlan,
    StationPost,
    current,
)

O, R = states.OpinionState, states.ReceptionState  # noqa: E741 the letter of the noun
Kind, Duty = StationEvent.Kind, StationPost.Duty
ADOPTED = {"county": 1, "city": 2, "province": 4, "nation": 8}  # what an adopted item counts, in half points
ENTERED_WITHIN = 31  # days after an activity; what is written later is no ledger
ENTERED_BY = frozenset({Kind.STUDY, Kind.EXCHANGE, Kind.SPECIAL, Kind.REPORT, Kind.BRIEFING, Kind.VISIT})
SATISFIED = (Verdict.SATISFIED, Verdict.BASICALLY)


# Records by kind, each a queryset of what lies in the window


def _receptions(window):
    return Reception.objects.filter(window.on("day"))


def _events(window):
    return StationEvent.objects.filter(window.on("on"))


def _opinions(window):
    return Opinion.objects.filter(window.came)


def _residents(window):
    """Deputies who belong to a station on the last day of the window, with how often they entered it this year."""
    came = Attendance.objects.filter(
        window.on("reception__day"),
        deputy=OuterRef("deputy"),
        reception__station=OuterRef("station"),
        came_at__isnull=False,
    )
    took_part = StationEvent.deputies.through.objects.filter(
        window.on("stationevent__on"),
        deputy=OuterRef("deputy"),
        stationevent__station=OuterRef("station"),
        stationevent__kind__in=ENTERED_BY,
    )
    sitting = Residency.objects.current(window.last).filter(deputy__in=Deputy.objects.sitting())
    return sitting.annotate(entries=_number_of(came) + _number_of(took_part))


def _number_of(rows):
    counted = rows.order_by().values("deputy").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _posts(window):
    return StationPost.objects.filter(current(window.last))


def _plans(window):
    return StationPlan.objects.filter(year=window.year)


def _setting(key):
    return lambda: preferences.get(f"station.{key}")


def _of_kind(kind):
    return lambda window: Q(kind=kind)


def _noticed(window):
    """Receptions of which the notice is out or had to be, and that were not called off before."""
    return Q(announced_at__isnull=False) | (Q(notice_until__lt=window.day) & ~Q(state=R.CANCELLED))


def _over(window):
    """Receptions up to the day; one of the day itself when it is over."""
    return Q(day__lt=window.day) | Q(state__in=[R.HELD, R.CANCELLED])


def _has_final_answer(window):
    return Exists(OpinionAnswer.objects.filter(opinion=OuterRef("pk"), is_final=True))


def _to_be_answered(window):
    """What was answered, and what is late: neither what is not due yet nor what lies with the county or a suggestion."""
    with_station = states.UNANSWERED - {O.ESCALATED, O.RAISED}
    return Q(state__in=states.TOLD) | Q(state__in=with_station, due_on__lt=window.day)


def _came_to_file(window):
    came = Attendance.objects.filter(reception=OuterRef("pk"), came_at__isnull=False)
    return ~Q(summary="") & Exists(came)


def _taken_on(window):
    return ~Q(state__in=[*states.TO_REVIEW, O.REFUSED, O.MERGED])


MEASURES = {
    measure.key: measure
    for measure in (
        Measure(
            "posts",
            _("head and liaison officer"),
            _("one half for the station head, one half for a liaison officer, as named today"),
            _posts,
            part=lambda window: Q(duty__in=[Duty.HEAD, Duty.OFFICER]),
            counts="duty",  # two heads are one half all the same
            wanted=lambda: 2,
            item=ngettext_lazy(
                "%(n)s post to be named (head, liaison officer)",
                "%(n)s posts to be named (head, liaison officer)",
                "n",
            ),
        ),
        Measure(
            "placed",
            _("deputies placed"),
            _("sitting deputies of the street, town or township who belong to a station ÷ all of them"),
            None,
            item=ngettext_lazy(
                "%(n)s deputy to be placed in a station", "%(n)s deputies to be placed in a station", "n"
            ),
        ),
        Measure(
            "plan",
            _("yearly plan and rota"),
            _("one half for the plan of the year, approved and public; the other for the rota in it"),
            _plans,
            part=lambda window: Q(state=states.PlanState.APPROVED),
            wanted=lambda: 2,
            value=Case(When(rota="", then=1), default=2, output_field=IntegerField()),
            item=ngettext_lazy(
                "the plan of the year or its rota to be published",
                "the plan of the year with its rota to be published",
                "n",
            ),
        ),
        Measure(
            "receptions",
            _("receptions held"),
            _("receptions held ÷ receptions planned up to the day; what was cancelled was planned too"),
            _receptions,
            whole=_over,
            part=lambda window: Q(state=R.HELD),
            is_owed=True,
            is_ratio=True,
            item=ngettext_lazy("%(n)s reception", "%(n)s receptions", "n"),
        ),
        Measure(
            "entries",
            _("deputies who came"),
            _(
                "residents who entered the station at least %(min)s times in the year, to a reception or an activity, leading officials too ÷ residents"
            ),
            _residents,
            part=lambda window: Q(entries__gte=least_entries()),
            is_owed=True,
            item=ngettext_lazy(
                "%(n)s more deputy to enter often enough", "%(n)s more deputies to enter often enough", "n"
            ),
        ),
        Measure(
            "notices",
            _("notices in time"),
            _("receptions announced in time ÷ receptions announced, or held unannounced"),
            _receptions,
            whole=_noticed,
            part=lambda window: Q(announced_at__date__lte=F("notice_until")),
            is_owed=True,
            is_ratio=True,
            item=ngettext_lazy("%(n)s notice in time", "%(n)s notices in time", "n"),
        ),
        Measure(
            "study",
            _("study"),
            _("studies in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.STUDY),
            wanted=_setting("training_min"),
            item=ngettext_lazy("%(n)s study", "%(n)s studies", "n"),
        ),
        Measure(
            "special",
            _("special activities"),
            _("special activities in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.SPECIAL),
            wanted=_setting("special_min"),
            item=ngettext_lazy("%(n)s special activity", "%(n)s special activities", "n"),
        ),
        Measure(
            "exchange",
            _("exchange of experience"),
            _("exchanges of experience in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.EXCHANGE),
            wanted=_setting("exchange_min"),
            item=ngettext_lazy("%(n)s exchange of experience", "%(n)s exchanges of experience", "n"),
        ),
        Measure(
            "reports",
            _("reports to voters"),
            _("reports of its deputies to voters in the year ÷ %(n)s"),
            _events,
            part=_of_kind(Kind.REPORT),
            wanted=_setting("report_min"),
            item=ngettext_lazy("%(n)s report to voters", "%(n)s reports to voters", "n"),
        ),
        Measure(
            "register",
            _("register complete"),
            _("opinions answered of which kind, answer and way of handling are entered ÷ opinions answered"),
            _opinions,
            whole=lambda window: Q(state__in=states.TOLD),
            part=lambda window: Q(category__isnull=False) & ~Q(route="") & Q(_has_final_answer(window)),
            item=ngettext_lazy(
                "%(n)s entry of the register to be completed",
                "%(n)s entries of the register to be completed",
                "n",
            ),
        ),
        Measure(
            "in_time",
            _("handled in time"),
            _(
                "opinions reviewed in time and then answered or passed on in time ÷ opinions of which these days are over or done"
            ),
            _opinions,
        ),
        Measure(
            "closing",
            _("closing rate"),
            _(
                "opinions answered ÷ opinions answered or late; what lies with the county or a suggestion is left out"
            ),
            _opinions,
            whole=_to_be_answered,
            part=lambda window: Q(state__in=states.TOLD),
            item=ngettext_lazy("%(n)s late answer", "%(n)s late answers", "n"),
        ),
        Measure(
            "satisfaction",
            _("satisfaction of citizens"),
            _("latest rating satisfied or basically satisfied ÷ opinions rated"),
            _opinions,
            whole=lambda window: ~Q(verdict=""),
            part=lambda window: Q(verdict__in=SATISFIED),
        ),
        Measure(
            "reception_forms",
            _("forms of receptions"),
            _(
                "receptions held of which the deputies present and what came of it are entered ÷ receptions held"
            ),
            _receptions,
            whole=lambda window: Q(state=R.HELD),
            part=_came_to_file,
            is_owed=True,
            item=ngettext_lazy(
                "%(n)s form of a reception to be filled in", "%(n)s forms of receptions to be filled in", "n"
            ),
        ),
        Measure(
            "activity_ledger",
            _("ledger of activities"),
            _("activities entered with what was done within a month ÷ activities"),
            _events,
            part=lambda window: ~Q(text="") & Q(at__date__lte=F("on") + dt.timedelta(days=ENTERED_WITHIN)),
            is_owed=True,
        ),
        Measure(
            "opinion_ledger",
            _("ledger of opinions"),
            _("opinions taken on that are filed with subject and kind ÷ opinions taken on"),
            _opinions,
            whole=_taken_on,
            part=lambda window: Q(category__isnull=False) & ~Q(subject=""),
            item=ngettext_lazy(
                "%(n)s opinion to be filed with subject and kind",
                "%(n)s opinions to be filed with subject and kind",
                "n",
            ),
        ),
        Measure(
            "deputy_files",
            _("files of deputies"),
            _("residents with at least one entry in the year ÷ residents"),
            _residents,
            part=lambda window: Q(entries__gte=1),
            is_owed=True,
            item=ngettext_lazy("%(n)s deputy with a first entry", "%(n)s deputies with a first entry", "n"),
        ),
        Measure(
            "publicity",
            _("items adopted"),
            _("items adopted in the year, at county level 0.5, city 1, province 2, nation 4 ÷ 4"),
            _events,
            part=lambda window: Q(kind=Kind.PUBLICITY) & ~Q(level=""),
            wanted=lambda: ADOPTED["nation"],
            value=Case(
                *(When(level=level, then=Value(worth)) for level, worth in ADOPTED.items()),
                default=0,
                output_field=IntegerField(),
            ),
            item=ngettext_lazy(
                "items adopted worth %(n)s county one", "items adopted worth %(n)s county ones", "n"
            ),
        ),
        Measure(
            "online",
            _("online messages answered in time"),
            _("online messages answered by the day the citizen was told ÷ those answered or late"),
            _opinions,
        ),
    )
}
BY_DAYS = ("in_time", "online")  # what working days decide, which no database counts
CHOICES = [(measure.key, measure.label) for measure in MEASURES.values()]
