"""What people look for stations by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import QuickSelect
from proposals.forms.reading import Filters

from .. import areas
from ..models import Star


def _areas():
    """Counties with their townships below them."""
    yield "", _("all areas")
    for county in areas.counties():
        yield county.code, county.name
        for place in county.inside:
            yield place.code, f"\u3000{place.name}"


class StationSearch(Filters):
    q = forms.CharField(label=_("Name, address or village"), required=False, max_length=40)
    area = forms.ChoiceField(label=_("Area"), required=False, choices=_areas, widget=QuickSelect)
    stars = forms.TypedChoiceField(
        label=_("Stars"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("all stars")), *((star.value, star.label) for star in reversed(Star) if star)],
        widget=QuickSelect,
    )


class NearForm(forms.Form):
    """Where the visitor is; read, answered and forgotten."""

    latitude = forms.FloatField(min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(min_value=-180, max_value=180, widget=forms.HiddenInput)
