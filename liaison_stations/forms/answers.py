"""The filters of what the public reads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Area
from common.filters import Filters
from common.forms import KeptModelChoiceField
from proposals.models import Category

from ..models import Station


class AnswerSearch(Filters):
    """``station`` comes from a station's page; of ten thousand no list is offered here."""

    station = forms.ModelChoiceField(Station.objects, required=False, widget=forms.HiddenInput)
    area = KeptModelChoiceField(
        Area.objects,
        label=_("County, street, town or township"),
        required=False,
        empty_label=_("the whole city"),
    )
    category = KeptModelChoiceField(
        Category.objects, label=_("Category"), required=False, empty_label=_("all categories")
    )
