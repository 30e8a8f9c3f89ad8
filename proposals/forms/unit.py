"""What units and the government office fill in; fields are named like the parameters of the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.rules import is_office
from common import clock
from common.forms import LongText, PicturesField, QuickSelect

from ..models import GOVERNMENT_KINDS, Category, Commitment, Consultation, Topic

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def long_text(label, limit, rows=4, **options):
    return LongText(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **options)


class NoteForm(forms.Form):
    note = long_text(_("Reason"), 1000)


class HandBackForm(NoteForm):
    """Back to the office that assigned it, never on to another unit directly (D1.7)."""

    proposed_unit = forms.ModelChoiceField(
        Unit.objects,
        label=_("Which unit should handle it?"),
        empty_label=_("choose a unit"),
        widget=QuickSelect,
    )
    field_order = ["proposed_unit", "note"]

    def __init__(self, assignment, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposed_unit"].queryset = _other_units(assignment)


class ReplaceForm(NoteForm):
    """The government office gives a part to another unit inside the government, the deputies' office to any."""

    unit = forms.ModelChoiceField(
        Unit.objects, label=_("Unit that takes over"), empty_label=_("choose a unit"), widget=QuickSelect
    )
    field_order = ["unit", "note"]

    def __init__(self, assignment, user, *args, **kwargs):
        super().__init__(*args, initial={"unit": assignment.proposed_unit_id}, **kwargs)
        units = _other_units(assignment)
        if not (is_office(user) or user.is_superuser):
            units = units.filter(kind__in=GOVERNMENT_KINDS)
        self.fields["unit"].queryset = units


class TopicForm(forms.ModelForm):
    """A topic a unit offers (选题报送)."""

    class Meta:
        model = Topic
        fields = ("title", "background", "category", "contact")
        widgets = {"background": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, units, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.offered()
        self.fields["category"].empty_label = _("please choose")
        self.fields["background"].required = True
        if len(units) > 1:
            self.fields["unit"] = forms.ModelChoiceField(
                Unit.objects.filter(pk__in=[unit.pk for unit in units]), label=_("Unit"), empty_label=None
            )
        self.units = units

    def clean(self):
        cleaned = super().clean()
        cleaned.setdefault("unit", self.units[0])
        return cleaned


class UrgeForm(forms.Form):
    words = long_text(_("What is urged"), 500, required=False)


class ExtensionForm(forms.Form):
    reason = long_text(_("Why three months are not enough"), 1000)


class ConsultationForm(forms.ModelForm):
    class Meta:
        model = Consultation
        fields = ["on", "way", "rank", "people", "place", "deputies", "said"]
        labels = {"on": _("Day of the talk")}
        widgets = {
            "on": DAY,
            "way": forms.RadioSelect,
            "rank": forms.RadioSelect,
            "deputies": forms.CheckboxSelectMultiple,
            "said": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, assignment, *args, **kwargs):
        super().__init__(*args, initial={"on": clock.today()}, **kwargs)
        signers = assignment.suggestion.signers()
        deputies = self.fields["deputies"]
        deputies.queryset = deputies.queryset.filter(pk__in=[deputy.pk for deputy in signers])
        for name in ("way", "rank"):
            self.fields[name].choices = [pair for pair in self.fields[name].choices if pair[0]]


class PromiseForm(forms.ModelForm):
    class Meta:
        model = Commitment
        fields = ["text", "leader", "due_on"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "due_on": DAY}


class ProgressForm(forms.Form):
    text = long_text(_("How far it is"), 2000, rows=6)
    put_off_to = forms.DateField(
        label=_("Put off to"),
        required=False,
        widget=DAY,
        help_text=_("Only if the day cannot be kept. The deputies are told, and the register counts it."),
    )
    pictures = PicturesField(label=_("Pictures"), required=False)


class ReportForm(forms.Form):
    note = long_text(_("What was done, and where it can be seen"), 1000, rows=6)
    pictures = PicturesField(label=_("Pictures"), required=False)


def _other_units(assignment):
    """Units that exist today and handle suggestions, without the one that has this part."""
    nobody_s = (Unit.Kind.OFFICE, Unit.Kind.COMMITTEE)
    return Unit.objects.current(clock.today()).exclude(kind__in=nobody_s).exclude(pk=assignment.unit_id)
