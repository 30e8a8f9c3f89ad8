"""Yearly plans to approve, and what stations recorded."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.staff import ReadOnlyMixin, RecordedAdmin, in_words
from common.staff_acts import MovesMixin
from proposals.forms.reading import years_of

from ..actions import plans
from ..models import Station, StationEvent, StationPlan


class YearFilter(admin.SimpleListFilter):
    title, parameter_name = StationPlan._meta.get_field("year").verbose_name, "year"

    def lookups(self, request, model_admin):
        return [(str(year), str(year)) for year in years_of(StationPlan.objects, "year")]

    def queryset(self, request, queryset):
        return queryset.filter(year=self.value()) if (self.value() or "").isdecimal() else queryset


class CityManagedFilter(admin.SimpleListFilter):
    title, parameter_name = Station._meta.get_field("is_city_managed").verbose_name, "city"

    def lookups(self, request, model_admin):
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(station__is_city_managed=self.value() == "yes")
        return queryset


@admin.register(StationPlan)
class StationPlanAdmin(ReadOnlyMixin, MovesMixin, RecordedAdmin):
    """Written by stations on their own pages; here they are read, approved and sent back."""

    move_actions = plans
    list_display = ("station", "area", "year", "state", "approved_on")
    list_filter = ("state", YearFilter, CityManagedFilter)
    list_select_related = ("station__area",)
    search_fields = ("station__name",)
    fields = ("station", "year", "text", "rota", "state", "approved_on")

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user)

    @admin.display(description=Station._meta.get_field("area").verbose_name)
    def area(self, plan):
        return plan.station.area


@admin.register(StationEvent)
class StationEventAdmin(RecordedAdmin):
    """Recorded on the pages of stations; the office takes out what never took place."""

    list_display = ("on", "title", "kind", "station", "level", in_words(StationEvent, "is_public"))
    list_display_links = ("title",)
    list_filter = ("kind", "level", CityManagedFilter)
    list_select_related = ("station",)
    ordering = ("-on",)
    search_fields = ("title", "station__name")
    fields = (
        "station",
        "kind",
        "on",
        "title",
        "text",
        "people",
        "level",
        "score",
        "deputies",
        "is_public",
        "by",
        "at",
    )
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
