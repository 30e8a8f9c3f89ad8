"""What citizens fill in without an account: an opinion, the code to follow it, what they say of its answer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.backends import canonical
from accounts.models import MOBILE
from common.forms import LongText, PicturesField
from common.robots import AskedForm
from common.text import half_width, personal_name
from deputies.models import Deputy
from proposals.models import Verdict

from ..models import CODE_LENGTH, TEXT_LIMIT, Residency

MOST_PICTURES = 4


class MobileField(forms.CharField):
    """A mobile number however it is typed: with +86, blanks, or full-width digits."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
    default_validators = [MOBILE]

    def to_python(self, value):
        return canonical(super().to_python(value))


class OpinionForm(AskedForm):
    """To a station or one of its deputies; the names are those of ``citizens.leave``."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label=gettext_lazy("To whom"), required=False, empty_label=""
    )
    text = LongText(
        label=gettext_lazy("What do you want to say?"),
        max_length=TEXT_LIMIT,
        help_text=gettext_lazy(
            "What it is about, where, since when, and what you wish. At most 2,000 characters."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    pictures = PicturesField(
        label=gettext_lazy("Photos"),
        required=False,
        help_text=gettext_lazy(
            "Up to four, together at most 20 MB. Only staff see them, unless they are published later."
        ),
    )
    name = forms.CharField(
        label=pgettext_lazy("citizen", "Your name"),
        max_length=60,
        help_text=gettext_lazy("Never published; the answer shows 李**."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = MobileField(
        label=gettext_lazy("Your mobile number"),
        max_length=30,
        help_text=gettext_lazy("Never published. Its last four digits and a code let you read the answer."),
    )
    address = forms.CharField(
        label=gettext_lazy("Your address or employer"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    may_publish = forms.BooleanField(
        label=gettext_lazy("The question and its answer may be published without my name"),
        required=False,
        help_text=gettext_lazy("As you like; it is answered just the same."),
    )
    field_order = ["deputy", "text", "pictures", "name", "phone", "address", "may_publish", "answer"]

    def __init__(self, *args, station, **kwargs):
        super().__init__(*args, **kwargs)
        resident = Residency.objects.public().filter(station=station, deputy__takes_messages=True)
        deputies = Deputy.objects.filter(pk__in=resident.values("deputy")).order_by("pinyin", "pk")
        self.fields["deputy"].queryset, self.fields["deputy"].is_needed = deputies, True
        self.fields["deputy"].empty_label = _("the station: %(name)s") % {"name": station}
        self.fields["deputy"].label_from_instance = lambda deputy: _("the deputy %(name)s") % {"name": deputy}

    def clean_name(self):
        name = personal_name(self.cleaned_data["name"])
        if not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(_("Please write your name, so that we know how to address you."))
        return name

    def clean_pictures(self):
        pictures = self.cleaned_data["pictures"]
        if len(pictures) > MOST_PICTURES:
            raise forms.ValidationError(_("At most %(n)s pictures, please.") % {"n": MOST_PICTURES})
        return pictures

    @property
    def said(self) -> dict:
        """What ``citizens.leave`` takes."""
        names = ("deputy", "text", "pictures", "name", "phone", "address", "may_publish")
        return {name: self.cleaned_data[name] for name in names}


class FollowForm(forms.Form):
    """The code of a receipt and the four digits it is asked with."""

    code = forms.CharField(
        label=gettext_lazy("Code of the receipt"),
        max_length=30,
        help_text=gettext_lazy("Ten digits; blanks do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    digits = forms.CharField(
        label=gettext_lazy("Last four digits of your mobile number"),
        max_length=10,
        help_text=gettext_lazy("If you gave no number: the four digits on your receipt."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_code(self):
        code = "".join(half_width(self.cleaned_data["code"]).split()).replace("-", "")
        if not (code.isascii() and code.isdecimal() and len(code) == CODE_LENGTH):
            raise forms.ValidationError(_("The code has ten digits; it stands on your receipt."))
        return code

    def clean_digits(self):
        digits = half_width(self.cleaned_data["digits"])
        if not (digits.isascii() and digits.isdecimal() and len(digits) == 4):
            raise forms.ValidationError(_("Four digits, please: the last ones of the number you gave."))
        return digits


class RateForm(forms.Form):
    """Three levels without a default answer (D3.6); ``token`` names the opinion and the round to nobody else."""

    token = forms.CharField(max_length=300, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Are you satisfied with the answer?"), choices=Verdict, widget=forms.RadioSelect
    )
    words = LongText(
        label=gettext_lazy("What would you like to add?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
