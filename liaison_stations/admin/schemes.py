"""The score sheet of a year: changed until its round is opened."""

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.access import require
from common.staff import CardsInline, RecordedAdmin, RowsInline
from common.staff_acts import Act, ActsMixin

from .. import measures
from ..actions import stars
from ..models import (
    Criterion,
    Reward,
    Scheme,
)
from ..seeds import new_scheme


class CriterionForm(forms.ModelForm):
    measure = forms.ChoiceField(
        label=Criterion._meta.get_field("measure").verbose_name,
        required=False,
        choices=[("", gettext_lazy("nothing: it is entered")), *measures.CHOICES],
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
