"""Notices to put things right, and objections to published stars."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.access import require
from common.forms import LongText, show_refusal
from common.staff import PortalAdmin, ReadOnlyMixin, RecordedAdmin
from common.staff_acts import Act, ActForm, ActsMixin

from ..actions import rectifications, stars
from ..models import (
    Rectification,
    Scheme,
    StarObjection,
    StarReview,
    Station,
)


class IssueForm(forms.Form):
    station = forms.ModelChoiceField(
        Station.objects.open(),
        label=Rectification._meta.get_field("station").verbose_name,
        widget=AutocompleteSelect(Rectification._meta.get_field("station"), admin.site),
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
            rectifications.settle,
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
        return super().get_queryset(request).managed_by(request.user)

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
                notice = rectifications.issue(by=request.user, **form.cleaned_data)
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
