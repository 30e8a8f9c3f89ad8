"""What is filled in to offer a matter for the topic list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import LongText
from proposals.models import Category, Topic


class MatterForm(forms.Form):
    title = forms.CharField(label=_("Topic"), max_length=100)
    category = forms.ModelChoiceField(
        Category.objects.offered(), label=_("Category"), required=False, empty_label=_("please choose")
    )
    background = LongText(
        label=_("Background"),
        max_length=Topic._meta.get_field("background").max_length,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Every deputy reads it: no name and no number of a citizen."),
    )
