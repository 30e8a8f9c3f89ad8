"""The filters of the lists of suggestions and of what belongs to them."""

from django.contrib import admin
from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Unit
from common import clock, memory
from deputies.models import Committee, Level, Session

from .. import states
from ..models import Assignment, Category, Suggestion

YES = [("yes", gettext_lazy("yes"))]


class RowFilter(admin.SimpleListFilter):
    """By a row of a table, chosen in a field: one of ``rows()``, which a subclass gives; ``ask(queryset, pk)`` is the question."""

    template = "admin/choice_filter.html"

    def ask(self, queryset, pk):
        return queryset.filter(**{self.parameter_name: pk})

    def lookups(self, request, model_admin):
        key = ("suggestion filter", type(self).__name__)
        return memory.kept(key, lambda: [(row.pk, str(row)) for row in self.rows()])

    def queryset(self, request, queryset):
        value = self.value() or ""
        return self.ask(queryset, int(value)) if value.isdecimal() else queryset

    def choices(self, changelist):
        self.rest = {name: value for name, value in changelist.params.items() if name != self.parameter_name}
        return super().choices(changelist)


class StateFilter(admin.SimpleListFilter):
    """Without drafts, which nobody but their author sees."""

    title, parameter_name = gettext_lazy("state"), "state"

    def lookups(self, request, model_admin):
        return [one for one in states.SuggestionState.choices if one[0] != states.SuggestionState.DRAFT]

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() else queryset


class YearFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("year"), "year"
    model = Suggestion

    def lookups(self, request, model_admin):
        key, this_year = ("first year", self.model), clock.today().year
        first = memory.kept(key, lambda: self.model.objects.aggregate(first=Min("year"))["first"])
        return [(year, str(year)) for year in range(this_year, (first or this_year) - 1, -1)]

    def queryset(self, request, queryset):
        value = self.value() or ""
        return queryset.filter(year=int(value)) if value.isdecimal() else queryset


class SessionFilter(RowFilter):
    title, parameter_name = gettext_lazy("session"), "session"

    def rows(self):
        return Session.objects.filter(term__level=Level.CITY).select_related("term__area")


class CategoryFilter(RowFilter):
    title, parameter_name = pgettext_lazy("suggestion", "category"), "category"

    def rows(self):
        return Category.objects.all()


class CommitteeFilter(RowFilter):
    title, parameter_name = gettext_lazy("supervising committee"), "committee"

    def rows(self):
        return Committee.objects.select_related("unit")


class UnitFilter(RowFilter):
    """By a unit that has or had a part."""

    title, parameter_name = gettext_lazy("unit"), "unit"

    def rows(self):
        return Unit.objects.filter(Exists(Assignment.objects.filter(unit=OuterRef("pk"))))

    def ask(self, queryset, pk):
        return queryset.filter(unit=pk)


class OfUnitFilter(UnitFilter):
    """Suggestions in which a unit takes part."""

    def ask(self, queryset, pk):
        return queryset.of_units([pk])


class LateFilter(admin.SimpleListFilter):
    title, parameter_name = pgettext_lazy("filter", "late"), "late"

    def lookups(self, request, model_admin):
        return YES

    def queryset(self, request, queryset):
        return queryset.late(clock.today()) if self.value() == "yes" else queryset


class KeyFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("key suggestion"), "key"

    def lookups(self, request, model_admin):
        return YES

    def queryset(self, request, queryset):
        return queryset.key() if self.value() == "yes" else queryset


class PublicationFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("publication"), "publish"

    def lookups(self, request, model_admin):
        return [("waits", gettext_lazy("to be decided")), ("public", gettext_lazy("published"))]

    def queryset(self, request, queryset):
        if self.value() == "waits":
            return queryset.undecided()
        return queryset.public() if self.value() == "public" else queryset
