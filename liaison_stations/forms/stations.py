"""What people look for stations by."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.filters import Filters
from common.forms import QuickSelect
from deputies.models import Level

from .. import areas, leaders
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


def _years():
    """This year and the four before it."""
    year = clock.today().year
    return [(one, one) for one in range(year, year - 5, -1)]


class LeaderSearch(Filters):
    year = forms.TypedChoiceField(
        label=pgettext_lazy("filter", "Year"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=_years,
        widget=QuickSelect,
    )


class LeaderList(LeaderSearch):
    """Whom a number counts."""

    level = forms.ChoiceField(choices=[("", ""), *Level.choices], required=False)
    which = forms.ChoiceField(choices=[(which, which) for which in leaders.WHICH], required=False)
