"""The topic list of a year and who works on what; the categories of content."""

from types import SimpleNamespace

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy

from common.import_admin import SheetImportMixin
from common.staff import PortalAdmin, ReadOnlyMixin, RecordedAdmin, in_words
from common.staff_acts import MovesMixin, NoteForm

from ..actions import topics
from ..models import Category, Topic, TopicClaim
from ..resources import TopicResource
from ..states import TopicState
from . import filters


class TopicYearFilter(filters.YearFilter):
    model = Topic


class EnlistForm(NoteForm):
    number = forms.IntegerField(
        label=Topic._meta.get_field("number").verbose_name,
        required=False,
        min_value=1,
        max_value=9999,
        help_text=gettext_lazy("Empty: the next one of the year."),
    )
    field_order = ["number", "note"]


@admin.register(Topic)
class TopicAdmin(SheetImportMixin, MovesMixin, RecordedAdmin):
    sheet_kind = "topics"
    resource_classes = (TopicResource,)
    move_actions = SimpleNamespace(enlist=topics.enlist, decline=topics.decline)
    move_forms = {"enlist": EnlistForm}
    list_display = (
        "year",
        "number",
        "title",
        "category",
        "proposed_by",
        "claims",
        "state",
    )
    list_display_links = ("title",)
    list_filter = (TopicYearFilter, "state", "source", "is_open")
    list_select_related = ("category", "proposed_by")
    search_fields = ("title",)
    autocomplete_fields = ("proposed_by", "contact_unit")
    fields = (
        "year",
        "number",
        "title",
        "background",
        "category",
        "source",
        "proposed_by",
        "contact_unit",
        "contact",
        "max_claims",
        "is_open",
        "state",
    )
    readonly_fields = ("state",)
    change_form_template = "admin/proposals/topic.html"

    def get_queryset(self, request):
        return super().get_queryset(request).with_claims()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        claims = TopicClaim.objects.filter(topic=object_id).select_related("deputy", "group", "suggestion")
        return super().change_view(request, object_id, form_url, (extra_context or {}) | {"claims": claims})

    def save_model(self, request, obj, form, change):
        if obj.number is None and obj.state == TopicState.LISTED:
            obj.number = Topic.objects.next_number(obj.year)
        super().save_model(request, obj, form, change)

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
