"""The round of stars, and the ledger of what came of it."""

from types import SimpleNamespace

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.bulk import BulkAct, BulkMixin
from common.forms import LongText
from common.import_admin import SheetExportMixin
from common.staff import ReadOnlyMixin, RecordedAdmin, in_words
from common.staff_acts import MovesMixin, NoteForm

from .. import deciding
from ..actions import stars
from ..models import (
    Scheme,
    StarRecord,
    StarReview,
    Station,
)
from ..resources_stars import StarResource


class DecideForm(NoteForm):
    """What the rules propose stands above; merging and the words of a notice are the committee's."""

    faults = LongText(
        label=gettext_lazy("What must be put right"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Only where the points are below the stars: the text of the written notice."),
    )
    into = forms.ModelChoiceField(
        Station.objects.none(),
        label=gettext_lazy("Merge it into"),
        required=False,
        widget=AutocompleteSelect(StarReview._meta.get_field("merge_into"), admin.site),
        help_text=gettext_lazy("Only after two years below three stars."),
    )
    field_order = ["faults", "into", "note"]

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        proposal = stars.proposed(record)
        self.advice = [f"{proposal.told}。{proposal.reason}"]
        if proposal.needs_notice:
            self.fields["faults"].initial = stars.faults_of(record)
        else:
            del self.fields["faults"]
        if proposal.may_merge:
            self.advice.append(_("Merging is proposed."))
            self.fields["into"].queryset = deciding.stations_to_merge_into(record.station)
        else:
            del self.fields["into"]
        self.fields["note"].label = _("Reason or remark, public with the decision")


class YearFilter(admin.SimpleListFilter):
    title, parameter_name = Scheme._meta.get_field("year").verbose_name, "year"

    def lookups(self, request, model_admin):
        return [(str(year), str(year)) for year in Scheme.objects.values_list("year", flat=True)]

    def queryset(self, request, queryset):
        column = "year" if queryset.model is StarRecord else "scheme__year"
        return queryset.filter(**{column: self.value()}) if (self.value() or "").isdecimal() else queryset


def told(review):
    return (
        f"{review.get_old_stars_display()} → {review.get_new_stars_display()}（{review.get_move_display()}）"
    )


@admin.register(StarReview)
class StarReviewAdmin(SheetExportMixin, BulkMixin, ReadOnlyMixin, MovesMixin, RecordedAdmin):
    resource_classes = (StarResource,)
    move_actions = SimpleNamespace(
        review=stars.review,
        check=stars.check,
        send_back=stars.send_back,
        decide=stars.decide,
        revise=stars.revise,
        publish=stars.publish,
        finish=stars.finish,
    )
    move_forms = {"decide": DecideForm}
    bulk_acts = {
        "decide": BulkAct(pgettext_lazy("review", "Decide"), "decide", stars.decide, told),
        "publish": BulkAct(
            gettext_lazy("Publish for objections"),
            "publish",
            stars.publish,
            lambda review: _("Objections until %(day)s.") % {"day": date_format(review.objections_until)},
        ),
        "finish": BulkAct(
            gettext_lazy("Make it final"),
            "finish",
            stars.finish,
            lambda review: (
                _("%(stars)s; reward %(amount)s yuan.")
                % {"stars": told(review), "amount": review.record.reward_amount or 0}
            ),
        ),
    }
    list_display = ("station", "area", "year", "score", "old_stars", "new_stars", "move", "state")
    list_filter = ("state", YearFilter, "move", "has_veto", "is_spot_checked")
    list_select_related = ("station__area", "scheme")
    search_fields = ("station__name",)
    fields = (
        "station",
        "scheme",
        "state",
        "score",
        in_words(StarReview, "has_veto"),
        in_words(StarReview, "is_spot_checked"),
        "old_stars",
        "new_stars",
        "move",
        "reason",
        "faults",
        "merge_into",
        "published_on",
        "objections_until",
    )
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=Station._meta.get_field("area").verbose_name)
    def area(self, review):
        return review.station.area

    @admin.display(description=Scheme._meta.get_field("year").verbose_name)
    def year(self, review):
        return review.scheme.year


@admin.register(StarRecord)
class StarRecordAdmin(ReadOnlyMixin, RecordedAdmin):
    list_display = ("year", "station", "old_stars", "new_stars", "move", "score", "reward_amount")
    list_display_links = ("station",)
    list_filter = (YearFilter, "new_stars", "move")
    list_select_related = ("station",)
    search_fields = ("station__name",)
    fields = (
        "station",
        "year",
        "score",
        "old_stars",
        "new_stars",
        "move",
        "reason",
        "reward_amount",
        "decided_by",
        "decided_on",
        "published_on",
    )
    view_on_site = False

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user)
