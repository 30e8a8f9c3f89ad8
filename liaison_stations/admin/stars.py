"""The score sheet of a year, the round of stars, its ledger, notices to put things right, objections."""

from types import SimpleNamespace

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common import clock
from common.access import require
from common.bulk import BulkAct, BulkMixin
from common.forms import LongText, show_refusal
from common.import_admin import SheetExportMixin
from common.staff import CardsInline, PortalAdmin, ReadOnlyMixin, RecordedAdmin, RowsInline, in_words
from common.staff_acts import Act, ActForm, MovesMixin, NoteForm

from .. import deciding, scoring, states
from ..actions import stars
from ..models import (
    Criterion,
    Rectification,
    Reward,
    Scheme,
    StarObjection,
    StarRecord,
    StarReview,
    Station,
)
from ..resources_stars import StarResource
from ..seeds import new_scheme

V = states.ReviewState


class ActsMixin(MovesMixin):
    """Acts as buttons for a record that has no life of its own."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        record = object_id and self.get_object(request, object_id)
        if record:
            extra_context = (extra_context or {}) | {
                "acts": [
                    (act, self._url("act", record.pk, verb))
                    for verb, act in self.acts.items()
                    if act.is_open(record) and request.user.has_perm(self._permission(act.permission), record)
                ]
            }
        return super(MovesMixin, self).changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self):
        return [entry for entry in super().get_urls() if not (entry.name or "").endswith("_move")]


# The sheet


class CriterionForm(forms.ModelForm):
    measure = forms.ChoiceField(
        label=Criterion._meta.get_field("measure").verbose_name,
        required=False,
        choices=[("", gettext_lazy("nothing: it is entered")), *scoring.CHOICES],
    )

    class Meta:
        model = Criterion
        fields = ("group", "name", "detail", "points", "source", "measure", "share", "display_order")


class FrozenMixin:
    """What a round goes by stays as it was when the round was opened."""

    def _may(self, permitted, scheme):
        return permitted and (scheme is None or scheme.opened_on is None)

    def has_add_permission(self, request, obj=None):
        return self._may(super().has_add_permission(request, obj), obj)

    def has_change_permission(self, request, obj=None):
        return self._may(super().has_change_permission(request, obj), obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(super().has_delete_permission(request, obj), obj)


class CriterionInline(FrozenMixin, CardsInline):
    model = Criterion
    form = CriterionForm


class RewardInline(RowsInline):
    """Money may be set until stars are final; what was paid stands in the ledger."""

    model = Reward


class NewSheetForm(forms.Form):
    year = forms.IntegerField(
        label=Scheme._meta.get_field("year").verbose_name,
        min_value=2000,
        max_value=2199,
        help_text=gettext_lazy(
            "Criteria and rewards are taken from the sheet before it, lines and days from the office's settings."
        ),
    )


@admin.register(Scheme)
class SchemeAdmin(ActsMixin, RecordedAdmin):
    acts = {
        "open": Act(
            gettext_lazy("Open the round"),
            "change",
            stars.open_round,
            is_open=lambda scheme: scheme.opened_on is None and scheme.year <= clock.today().year,
        )
    }
    inlines = (CriterionInline, RewardInline)
    list_display = ("year", "name", "line_five", "line_four", "line_three", "opened_on")
    list_display_links = ("year", "name")
    ordering = ("-year",)
    fields = (
        "year",
        "name",
        "line_five",
        "line_four",
        "line_three",
        "max_step",
        "max_bonus",
        "quota_five",
        "rectify_months",
        "publicity_workdays",
        "opened_on",
    )

    def add_view(self, request, form_url="", extra_context=None):
        """A new sheet starts from the one before it."""
        require(request.user, "liaison_stations.add_scheme")
        initial = {"year": clock.today().year}
        form = NewSheetForm(request.POST or None, initial=initial, label_suffix="")
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    scheme = new_scheme(form.cleaned_data["year"], by=request.user)
            except IntegrityError:
                form.add_error("year", _("This year has a sheet already."))
            else:
                messages.success(request, _("Done: %(move)s.") % {"move": scheme})
                return redirect("admin:liaison_stations_scheme_change", scheme.pk)
        title = _("New: %(name)s") % {"name": self.opts.verbose_name}
        return self.own_page(request, "admin/liaison_stations/new_scheme.html", title, form=form)

    def get_readonly_fields(self, request, obj=None):
        """The year stays; once a round goes by it, all but the name does."""
        if obj is None:
            return ("opened_on",)
        if obj.opened_on:
            return tuple(name for name in self.fields if name != "name")
        return ("year", "opened_on")


# The round


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
        return super().get_queryset(request).filter(station__in=Station.objects.managed_by(request.user))


# Notices and objections


class IssueForm(forms.Form):
    station = forms.ModelChoiceField(
        Station.objects.open(), label=Rectification._meta.get_field("station").verbose_name
    )
    months = forms.IntegerField(
        label=Scheme._meta.get_field("rectify_months").verbose_name, min_value=3, max_value=6, initial=3
    )
    faults = LongText(
        label=Rectification._meta.get_field("faults").verbose_name,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class SettleForm(ActForm):
    outcome = forms.ChoiceField(
        label=Rectification._meta.get_field("outcome").verbose_name,
        choices=Rectification.Outcome.choices,
        widget=forms.RadioSelect,
    )
    findings = LongText(
        label=Rectification._meta.get_field("findings").verbose_name,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@admin.register(Rectification)
class RectificationAdmin(ActsMixin, RecordedAdmin):
    acts = {
        "settle": Act(
            gettext_lazy("Record what the check found"),
            "settle",
            stars.settle_rectification,
            SettleForm,
            lambda notice: not notice.outcome,
        )
    }
    list_display = ("station", "issued_on", "until", "outcome", "checked_on")
    list_filter = ("outcome", "until")
    list_select_related = ("station",)
    search_fields = ("station__name",)
    fields = ("station", "review", "issued_on", "until", "faults", "by", "outcome", "checked_on", "findings")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).filter(station__in=Station.objects.managed_by(request.user))

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        """A written notice outside a round, after a check on the spot."""
        require(request.user, "liaison_stations.add_rectification")
        form = IssueForm(request.POST or None, label_suffix="")
        if request.method == "POST" and form.is_valid():
            try:
                notice = stars.issue(by=request.user, **form.cleaned_data)
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(request, _("Done: %(move)s.") % {"move": notice})
                return redirect("admin:liaison_stations_rectification_change", notice.pk)
        title = _("New: %(name)s") % {"name": self.opts.verbose_name}
        return self.own_page(request, "admin/liaison_stations/new_notice.html", title, form=form)


class AnswerForm(ActForm):
    text = LongText(
        label=StarObjection._meta.get_field("answer").verbose_name,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@admin.register(StarObjection)
class StarObjectionAdmin(ReadOnlyMixin, ActsMixin, PortalAdmin):
    acts = {
        "answer": Act(
            gettext_lazy("Answer the objection"),
            "answer",
            stars.answer,
            AnswerForm,
            lambda objection: objection.answered_at is None,
        )
    }
    list_display = ("review", "at", "by", "answered_at")
    list_select_related = ("review__station", "review__scheme", "by")
    fields = ("review", "text", "by", "at", "answer", "answered_by", "answered_at")

    def get_queryset(self, request):
        visible = StarReview.objects.visible_to(request.user)
        return super().get_queryset(request).filter(review__in=visible)
