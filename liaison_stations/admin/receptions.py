"""Receptions in the staff area: which notices are due or late, what is to be closed, the days of a year for many stations."""

from types import SimpleNamespace

from django.contrib import admin
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Area
from common import clock, memory
from common.bulk import BulkAct, BulkMixin
from common.import_admin import SheetExportMixin
from common.staff import ReadOnlyMixin, RecordedAdmin
from common.staff_acts import Act, ActForm, MovesMixin

from .. import days, states
from ..actions import receptions
from ..forms.receptions import AssignForm, CameForm, CancelForm, DayForm, HoldForm, YearForm
from ..ledger import VisitorLedger
from ..models import Attendance, Reception, clock_day

S = states.ReceptionState
MONTHS_BEFORE, MONTHS_AFTER = 12, 6


class AnnounceForm(ActForm):
    """Asks for nothing: the page says what is published."""

    def __init__(self, *args, needs_note=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.advice = [_("From now on everybody reads when, where, which deputies and about what.")]


class NoticeFilter(admin.SimpleListFilter):
    title, parameter_name = pgettext_lazy("reception", "notice"), "notice"

    def lookups(self, request, model_admin):
        return [
            ("due", gettext_lazy("to be published this week")),
            ("overdue", gettext_lazy("not published in time")),
            ("late", gettext_lazy("published late")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "due":
            return queryset.to_announce(clock.today())
        if self.value() == "overdue":
            return queryset.filter(state=S.PLANNED, notice_until__lt=clock.today())
        return queryset.with_late_notice() if self.value() == "late" else queryset


class OpenFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("to be closed"), "open"

    def lookups(self, request, model_admin):
        return [("yes", gettext_lazy("the day has passed"))]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        return queryset.filter(state__in=states.TO_COME, day__lt=clock.today())


class CountyFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("district or county"), "county"

    def lookups(self, request, model_admin):
        kinds = (Area.Kind.DISTRICT, Area.Kind.COUNTY, Area.Kind.OTHER)
        counties = Area.objects.filter(kind__in=kinds).order_by("code").values_list("code", "name")
        return memory.kept("counties of receptions", lambda: list(counties))

    def queryset(self, request, queryset):
        value = self.value() or ""
        return queryset.filter(station__area__code__startswith=value) if value.isdecimal() else queryset


class MonthFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("month"), "month"
    template = "admin/choice_filter.html"

    def lookups(self, request, model_admin):
        first = clock.today().replace(day=1)
        months = [clock.add_months(first, n) for n in range(MONTHS_AFTER, -MONTHS_BEFORE - 1, -1)]
        return [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        year, month = map(int, self.value().split("-"))
        return queryset.filter(day__year=year, day__month=month)

    def choices(self, changelist):
        self.rest = {name: value for name, value in changelist.params.items() if name != self.parameter_name}
        return super().choices(changelist)


def make_year(station, *, by, year):
    station.made = receptions.make_year(station, year=year, by=by)


def told_of_year(station):
    if not station.made:
        return _("Every day of this year is there already.")
    words = ngettext("%(n)s day: %(rules)s", "%(n)s days: %(rules)s", len(station.made))
    rules = "；".join(days.in_words(rule) for rule in station.rules.all())
    return words % {"n": len(station.made), "rules": rules}


YEAR_OF_STATIONS = BulkAct(
    gettext_lazy("Make the reception days of a year"), "change", make_year, told_of_year, YearForm
)


@admin.register(Reception)
class ReceptionAdmin(SheetExportMixin, BulkMixin, ReadOnlyMixin, MovesMixin, RecordedAdmin):
    resource_classes = (VisitorLedger,)
    move_actions = SimpleNamespace(
        announce=receptions.announce, hold=receptions.hold, cancel=receptions.cancel
    )
    move_forms = {"announce": AnnounceForm, "hold": HoldForm, "cancel": CancelForm}
    acts = {
        "assign": Act(
            gettext_lazy("Choose the deputies"),
            "change",
            receptions.assign,
            AssignForm,
            lambda reception: reception.state in states.TO_COME,
        ),
        "change": Act(
            gettext_lazy("Change day, place or matters"),
            "change",
            receptions.change,
            DayForm,
            lambda reception: reception.state in states.TO_COME,
        ),
        "came": Act(
            gettext_lazy("Check a deputy in"),
            "check_in",
            lambda reception, *, by, deputy: receptions.check_in(
                reception, deputy=deputy, way=Attendance.Way.STAFF, by=by
            ),
            CameForm,
            lambda reception: reception.state in states.TO_COME and reception.day <= clock.today(),
        ),
    }
    bulk_acts = {
        "announce": BulkAct(
            gettext_lazy("Publish the notices"),
            "announce",
            receptions.announce,
            lambda reception: _("published, late") if reception.was_late else _("published in time"),
        )
    }
    change_form_template = "admin/liaison_stations/reception.html"
    view_on_site = False
    list_display = ("station", "shown_day", "deputies", "notice", "state")
    list_display_links = ("station", "shown_day")
    list_filter = ("state", NoticeFilter, OpenFilter, CountyFilter, MonthFilter)
    list_select_related = ()
    ordering = ("-day",)
    search_help_text = gettext_lazy("Name, address or village of the station")
    search_fields = ("station__name",)
    fields = ("station", "shown_day", "planned_on", "place", "matters", "joint", "notice", "state", "summary")
    readonly_fields = ("shown_day", "joint", "notice")

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user).prefetch_related("attendances")

    def has_export_permission(self, request):
        return request.user.has_perm("liaison_stations.export_reception")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        reception = object_id and self.get_object(request, object_id)
        if reception:
            extra_context = (extra_context or {}) | {
                "page": reverse("stations:reception", args=[reception.pk]),
                "attendances": reception.attendances.select_related("deputy"),
                "visitors": reception.opinions.count(),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description=gettext_lazy("day"))
    def shown_day(self, reception):
        hours = f"{time_format(reception.begins, 'G:i')}—{time_format(reception.ends, 'G:i')}"
        return f"{date_format(reception.day)} {hours}"

    @admin.display(description=pgettext_lazy("column", "deputies who came"))
    def deputies(self, reception):
        rows = reception.attendances.all()
        return f"{sum(row.came_at is not None for row in rows)}/{len(rows)}"

    @admin.display(description=pgettext_lazy("reception", "notice"))
    def notice(self, reception):
        if reception.announced_at:
            day = date_format(clock_day(reception.announced_at))
            return _("%(day)s, late") % {"day": day} if reception.was_late else day
        if reception.state == S.PLANNED:
            words = {"day": date_format(reception.notice_until)}
            if reception.notice_until < clock.today():
                return _("was due by %(day)s") % words
            return _("by %(day)s") % words
        return "—"

    @admin.display(description=gettext_lazy("jointly with"))
    def joint(self, reception):
        return "、".join(str(unit) for unit in reception.units.all()) or "—"
