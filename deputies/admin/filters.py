"""What lists of deputies and mandates are narrowed by."""

import datetime as dt

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common import memory

from ..models import (
    Delegation,
    Deputy,
    DeputyGroup,
    Level,
    Term,
)


class ElectedFilter(admin.SimpleListFilter):
    """A filter by what deputies were elected to; the question itself is ``elected``."""

    def queryset(self, request, queryset):
        value = self.value()
        return queryset.elected(**{self.parameter_name: value}) if value else queryset


class LevelFilter(ElectedFilter):
    title, parameter_name = gettext_lazy("level"), "level"

    def lookups(self, request, model_admin):
        return Level.choices

    def queryset(self, request, queryset):
        return queryset.elected(level=self.value()) if self.value() in Level.values else queryset


class _RowFilter(ElectedFilter):
    """By a row of a small table of the current terms."""

    model = None

    def lookups(self, request, model_admin):
        today = timezone.localdate()
        current = Term.objects.current(today).filter(level=Level.CITY)
        return memory.kept(
            ("lookups", self.model, today),
            lambda: [(row.pk, str(row)) for row in self.model.objects.filter(term__in=current)],
        )

    def queryset(self, request, queryset):
        value = self.value() or ""
        return queryset.elected(**{self.parameter_name: int(value)}) if value.isdigit() else queryset


class GroupFilter(_RowFilter):
    title, parameter_name, model = gettext_lazy("deputy group"), "group", DeputyGroup


class DelegationFilter(_RowFilter):
    title, parameter_name, model = gettext_lazy("delegation"), "delegation", Delegation


class SittingFilter(admin.SimpleListFilter):
    title, parameter_name = pgettext_lazy("filter", "in office"), "sitting"

    def lookups(self, request, model_admin):
        return [("no", gettext_lazy("no longer deputies")), ("all", gettext_lazy("all"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("sitting deputies")}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        sitting = Deputy.objects.sitting().values("pk")
        return queryset.exclude(pk__in=sitting) if self.value() == "no" else queryset.sitting()


class AccountFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("account"), "account"

    def lookups(self, request, model_admin):
        return [("yes", gettext_lazy("can sign in")), ("no", gettext_lazy("has no account"))]

    def queryset(self, request, queryset):
        return (
            queryset.filter(user__isnull=self.value() == "no") if self.value() in ("yes", "no") else queryset
        )


class ChangedFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("changed"), "changed"

    def lookups(self, request, model_admin):
        return [("week", gettext_lazy("in the last seven days"))]

    def queryset(self, request, queryset):
        week = timezone.now() - dt.timedelta(days=7)
        return queryset.changed_since(week) if self.value() == "week" else queryset
