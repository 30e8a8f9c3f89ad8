"""Key items: chosen by the council of chairpersons, supervised by paired leaders, closed with a report (D1.14)."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.access import require
from common.forms import show_refusal
from common.staff import RecordedAdmin
from common.staff_acts import Act, ActForm, MovesMixin
from deputies.models import Committee

from .. import states
from ..actions import keyitems
from ..models import KeyItem, SupervisionStep
from . import filters
from .forms import DAY, CloseItemForm, suggestions_field


class KeyItemForm(forms.ModelForm):
    """Fields only: a new item is entered by ``actions.keyitems.choose``."""

    suggestions = suggestions_field(
        gettext_lazy("suggestions"),
        help_text=gettext_lazy("One item may bundle several; registered ones only."),
    )

    class Meta:
        model = KeyItem
        fields = (
            "year",
            "title",
            "suggestions",
            "committee",
            "chosen_on",
            "supervision_leader",
            "handling_leader",
            "plan",
        )
        widgets = {"chosen_on": DAY}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "committee" in self.fields:  # shown, and not asked, where a form is only read
            self.fields["committee"].queryset = Committee.objects.select_related("unit")


class StepForm(ActForm):
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=SupervisionStep.Kind.choices)
    on = forms.DateField(label=SupervisionStep._meta.get_field("on").verbose_name, widget=DAY)
    text = forms.CharField(
        label=gettext_lazy("what was found"), max_length=3000, widget=forms.Textarea(attrs={"rows": 8})
    )


class KeyItemYearFilter(filters.YearFilter):
    model = KeyItem


@admin.register(KeyItem)
class KeyItemAdmin(MovesMixin, RecordedAdmin):
    form = KeyItemForm
    move_actions = keyitems
    move_forms = {"close": CloseItemForm}
    acts = {
        "supervise": Act(
            gettext_lazy("Record a step of supervision"),
            "supervise",
            keyitems.supervise,
            StepForm,
            lambda item: item.state == states.KeyItemState.SUPERVISED,
        )
    }
    change_form_template = "admin/proposals/keyitem.html"
    list_display = ("year", "title", "committee", "supervision_leader", "handling_leader", "state")
    list_display_links = ("title",)
    list_filter = (KeyItemYearFilter, "state", filters.CommitteeFilter)
    list_select_related = ("committee__unit",)
    search_fields = ("title",)
    fields = (*KeyItemForm.Meta.fields, "state", "report", "closed_on")
    readonly_fields = ("state", "report", "closed_on")

    def add_view(self, request, form_url="", extra_context=None):
        """Enter what the council of chairpersons chose."""
        require(request.user, "proposals.add_keyitem")
        form = KeyItemForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                item = keyitems.choose(by=request.user, **form.cleaned_data)
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(request, _("Done: %(move)s.") % {"move": _("key item entered")})
                return redirect("admin:proposals_keyitem_change", item.pk)
        return self.own_page(
            request,
            "admin/proposals/keyitem_new.html",
            _("New: %(name)s") % {"name": self.opts.verbose_name},
            form=form,
        )

    def has_change_permission(self, request, obj=None):
        """What is closed with a report stays as it was."""
        is_closed = obj is not None and obj.state == states.KeyItemState.CLOSED
        return not is_closed and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """The year was chosen with the limit of items a year; another one is another item."""
        return (*self.readonly_fields, *(("year",) if obj else ()))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        item = object_id and self.get_object(request, object_id)
        if item:
            extra_context = (extra_context or {}) | {"supervision": item.steps.select_related("by")}
        return super().changeform_view(request, object_id, form_url, extra_context)
