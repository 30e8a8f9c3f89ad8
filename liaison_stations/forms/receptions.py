"""What is filled in about receptions; fields are named like the parameters of the actions."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MOBILE, Unit
from common import clock
from common.forms import DayField, LongText, QuickSelect
from common.staff_acts import ActForm
from common.text import half_width
from deputies.models import Deputy
from proposals.models import Category

from ..actions.receptions import residents
from ..models import TEXT_LIMIT, Opinion, Reception

NAMES = forms.CheckboxSelectMultiple


class TimeField(forms.TimeField):
    """A time of day, chosen with the device's own clock."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class PhoneField(forms.CharField):
    """A mobile number as people write it: with spaces, in full-width digits."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value):
        return half_width(super().to_python(value)).replace(" ", "").replace("-", "")


class YearForm(forms.Form):
    year = forms.TypedChoiceField(label=_("year"), coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        self.fields["year"].choices = [(year, str(year)) for year in (this_year, this_year + 1)]


class DayForm(ActForm):
    """When, where and about what. ``record`` is the reception that is changed, none for a new one."""

    day = DayField(label=_("day"))
    begins = TimeField(label=pgettext_lazy("time", "from"), initial=dt.time(9))
    ends = TimeField(label=pgettext_lazy("time", "to"), initial=dt.time(11))
    place = forms.CharField(
        label=_("place"), max_length=200, required=False, help_text=_("Empty: at the address of the station.")
    )
    matters = forms.CharField(label=_("matters"), max_length=200, required=False, help_text=_("Empty: any."))
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("jointly with these departments"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Their people are told when the notice is published."),
    )

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        units = Unit.objects.current(clock.today())
        self.fields["units"].queryset = units.exclude(kind__in=(Unit.Kind.OFFICE, Unit.Kind.COMMITTEE))
        if record is not None:
            kept = {name: getattr(record, name) for name in ("day", "begins", "ends", "place", "matters")}
            self.initial = kept | {"units": record.units.all()}

    def clean(self):
        cleaned = super().clean()
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("It ends before it begins."))
        return cleaned


class AssignForm(ActForm):
    deputies = forms.ModelMultipleChoiceField(
        Deputy.objects.none(), label=_("Who receives"), required=False, widget=NAMES
    )

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.fields["deputies"].queryset = residents(record)
        self.initial = {"deputies": [row.deputy_id for row in record.attendances.all()]}


class CameForm(ActForm):
    """A deputy without a phone is checked in by the station's staff."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label=_("Who is there"), empty_label=_("please choose"), widget=QuickSelect
    )

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        there = record.attendances.came().values("deputy")
        self.fields["deputy"].queryset = residents(record).exclude(pk__in=there)


class HoldForm(ActForm):
    came = forms.ModelMultipleChoiceField(
        Deputy.objects.none(),
        label=_("Who came"),
        required=False,
        widget=NAMES,
        help_text=_("Who checked in need not be ticked again."),
    )
    summary = LongText(
        label=_("what came of it"),
        max_length=Reception._meta.get_field("summary").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was talked about and agreed. Names of visitors do not belong here."),
    )

    def __init__(self, *args, record=None, needs_note=False, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        self.fields["came"].queryset = residents(record)
        self.initial = {"came": [row.deputy_id for row in record.attendances.came()]}


class CancelForm(ActForm):
    note = LongText(
        label=_("Why it does not take place"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who was expected reads this."),
    )

    def __init__(self, *args, needs_note=True, **kwargs):
        super().__init__(*args, **kwargs)


class VisitorForm(forms.ModelForm):
    """One visitor and what they said, on a phone in two minutes; the rest can be added by who handles it (D3.3)."""

    phone = PhoneField(
        label=_("mobile phone"),
        max_length=11,
        required=False,
        validators=[MOBILE],
        help_text=_(
            "Only the station's staff and its offices see it. With it the visitor is told what becomes of it."
        ),
    )
    answer = LongText(
        label=_("Answered on the spot"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Empty: it is handled afterwards, and the visitor is told by when."),
    )
    solved = forms.ChoiceField(
        label=_("Result of the answer"), choices=Opinion.Solved, required=False, widget=forms.RadioSelect
    )
    field_order = [
        "name",
        "phone",
        "people",
        "category",
        "text",
        "answer",
        "solved",
        "may_publish",
        "address",
    ]

    class Meta:
        model = Opinion
        fields = ["name", "phone", "people", "category", "text", "may_publish", "address"]
        labels = {"name": _("Name of the visitor")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "text": forms.Textarea(attrs={"rows": 5}),
            "people": forms.NumberInput(attrs={"min": 1, "max": 999, "inputmode": "numeric"}),
        }
        help_texts = {
            "may_publish": _("Never the name: only what was said and answered, in words that name nobody."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.fields["category"].required = True
        self.fields["category"].queryset = Category.objects.offered()
        self.fields["category"].empty_label = _("please choose")
        self.fields["solved"].initial = Opinion.Solved.YES

    def clean_people(self):
        people = self.cleaned_data["people"]
        if not 1 <= people <= 999:
            raise forms.ValidationError(_("From 1 to 999 people, please."))
        return people

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") and not cleaned.get("solved"):
            self.add_error("solved", _("Please say what the answer amounts to."))
        return cleaned


class HeardForm(VisitorForm):
    """What was heard elsewhere than at a reception; who answered a questionnaire need not be named."""

    CHANNELS = (Opinion.Channel.VISIT, Opinion.Channel.QUESTIONNAIRE, Opinion.Channel.STREET_COUNCIL)
    channel = forms.ChoiceField(
        label=_("Where it was said"),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        initial=Opinion.Channel.VISIT,
        widget=forms.RadioSelect,
    )
    field_order = ["channel", *VisitorForm.field_order]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of who said it")
        self.fields["name"].required = False
