"""Terms, their sessions and delegations, committees and groups: what deputies belong to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from common.staff import RecordedAdmin

from ..models import (
    Committee,
    Delegation,
    DeputyGroup,
    Session,
    Term,
)


@admin.register(Term)
class TermAdmin(RecordedAdmin):
    list_display = ("__str__", "level", "starts_on", "ends_on")
    list_filter = ("level",)
    list_select_related = ("area",)
    ordering = ("-starts_on",)
    search_fields = ("area__name",)
    autocomplete_fields = ("area",)


@admin.register(Session)
class SessionAdmin(RecordedAdmin):
    list_display = ("__str__", "starts_on", "ends_on")
    list_select_related = ("term__area",)
    ordering = ("-starts_on",)
    autocomplete_fields = ("term",)


@admin.register(Committee)
class CommitteeAdmin(RecordedAdmin):
    list_display = ("unit", "kind", "display_order")
    list_filter = ("kind",)
    list_select_related = ("unit",)
    ordering = ("display_order",)
    search_fields = ("unit__name",)
    autocomplete_fields = ("unit",)


@admin.register(Delegation)
class DelegationAdmin(RecordedAdmin):
    list_display = ("name", "term", "area", "display_order")
    list_select_related = ("term__area", "area")
    ordering = ("display_order",)
    search_fields = ("name",)
    autocomplete_fields = ("term", "area")


@admin.register(DeputyGroup)
class DeputyGroupAdmin(RecordedAdmin):
    list_display = ("name", "kind", "committee", "head", "members")
    list_filter = ("kind",)
    list_select_related = ("committee__unit", "head")
    ordering = ("display_order",)
    search_fields = ("name",)
    autocomplete_fields = ("term", "committee", "head", "deputy_head")

    def get_queryset(self, request):
        return super().get_queryset(request).with_members()

    @admin.display(description=gettext_lazy("deputies"))
    def members(self, group):
        return group.member_count
