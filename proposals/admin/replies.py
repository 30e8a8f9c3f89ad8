"""The classes of replies, and what signers said: read here, written by nobody but them (D1.15)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from common.staff import PortalAdmin, ReadOnlyMixin, RecordedAdmin

from ..models import Rating, ReplyClass


@admin.register(ReplyClass)
class ReplyClassAdmin(RecordedAdmin):
    list_display = ("scheme", "code", "text", "meaning")
    list_display_links = ("code",)
    list_filter = ("scheme",)
    ordering = ("scheme", "code")


@admin.register(Rating)
class RatingAdmin(ReadOnlyMixin, PortalAdmin):
    list_display = ("suggestion", "deputy", "round", "attitude", "result", "solved", "rated_at")
    list_filter = ("attitude", "result", "solved")
    list_select_related = ("suggestion", "deputy")
    search_fields = ("suggestion__title",)
    search_help_text = gettext_lazy("Number, words of title or text, or the lead deputy")
    fields = (
        "suggestion",
        "deputy",
        "round",
        "asked_on",
        "until",
        "attitude",
        "result",
        "solved",
        "words",
        "rated_at",
        "entered_by",
        "lapsed_on",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)
