"""The topic list of a year and who works on what; the categories of content."""

from types import SimpleNamespace

from django.contrib import admin
from django.utils.translation import gettext_lazy

from common.staff import MovesMixin, PortalAdmin, ReadOnlyMixin, RecordedAdmin, in_words

from ..actions import topics
from ..models import Category, Topic, TopicClaim
from . import filters


class TopicYearFilter(filters.YearFilter):
    model = Topic


@admin.register(Topic)
class TopicAdmin(RecordedAdmin):
    list_display = ("year", "number", "title", "category", "source", "claims", in_words(Topic, "is_open"))
    list_display_links = ("title",)
    list_filter = (TopicYearFilter, "source", "is_open")
    list_select_related = ("category",)
    search_fields = ("title",)
    autocomplete_fields = ("proposed_by", "contact_unit")
    change_form_template = "admin/proposals/topic.html"

    def get_queryset(self, request):
        return super().get_queryset(request).with_claims()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        claims = TopicClaim.objects.filter(topic=object_id).select_related("deputy", "group", "suggestion")
        return super().change_view(request, object_id, form_url, (extra_context or {}) | {"claims": claims})

    @admin.display(description=gettext_lazy("taken"))
    def claims(self, topic):
        return f"{topic.claim_count}/{topic.max_claims}"


@admin.register(TopicClaim)
class TopicClaimAdmin(ReadOnlyMixin, MovesMixin, PortalAdmin):
    move_actions = SimpleNamespace(release=topics.release)
    list_display = ("topic", "deputy", "group", "state", "claimed_at")
    list_filter = ("state",)
    list_select_related = ("topic", "deputy", "group")
    fields = ("topic", "deputy", "group", "state", "claimed_at")
    search_fields = ("topic__title", "deputy__name")


@admin.register(Category)
class CategoryAdmin(RecordedAdmin):
    list_display = ("name", "committee", in_words(Category, "is_offered"), "display_order")
    list_select_related = ("committee__unit",)
    ordering = ("display_order",)
    search_fields = ("name",)
    autocomplete_fields = ("committee",)
