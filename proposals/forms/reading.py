"""The filters of the lists."""

from django import forms
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from common import memory
from common.filters import Filters, choice
from common.forms import KeptModelChoiceField, QuickSelect
from deputies.models import Committee

from .. import overview, rates, states
from ..models import Category, Commitment, KeyItem, Meaning, Suggestion, Topic

S = states.SuggestionState
ALL_YEARS = _("all years")


def years_of(queryset, column, which="") -> list[int]:
    """The years there is something of, newest first; read once for as long as it holds.

    ``which`` names the rows of a model where they are not all of them.
    """
    key = "years", queryset.model, column, which
    ends = memory.kept(key, lambda: queryset.aggregate(first=Min(column), last=Max(column)))
    if ends["first"] is None:
        return []
    first, last = (getattr(end, "year", end) for end in (ends["first"], ends["last"]))
    return list(range(last, first - 1, -1))


class YearField(forms.TypedChoiceField):
    """A year of those there are rows of; ``column`` is an integer or a date. Without ``everything`` one is always shown."""

    widget = QuickSelect

    def __init__(self, model, column="year", everything=ALL_YEARS, **kwargs):
        def choices():
            years = [(year, year) for year in years_of(model.objects, column)]
            return [("", everything), *years] if everything else years

        fixed = {"label": pgettext_lazy("filter", "Year"), "required": False, "coerce": int}
        super().__init__(choices=choices, **fixed | kwargs)


class SuggestionSearch(Filters):
    SCOPES = (("all", _("all I may see")),)

    q = forms.CharField(label=_("Words, number or lead deputy"), required=False, max_length=40)
    year = YearField(Suggestion)
    category = KeptModelChoiceField(
        Category.objects, label=_("Category"), required=False, empty_label=_("all categories")
    )
    result = choice(_("Result"), _("all results"), Meaning.choices)
    state = choice(_("State"), _("all states"), [])
    scope = choice(_("Which"), _("published"), SCOPES)

    def __init__(self, data, *, user):
        super().__init__(data)
        if not user.is_authenticated:
            del self.fields["scope"]
        known = states.ANSWERED if not user.is_authenticated else set(S) - {S.DRAFT}
        self.fields["state"].choices = [("", _("all states")), *((s, s.label) for s in S if s in known)]


class CommitmentSearch(Filters):
    """``state`` of this form is what the register counts, so lateness is one of its values."""

    STATES = (
        ("open", _("being tracked")),
        ("late", pgettext_lazy("commitment", "late")),
        ("done", _("reported as fulfilled")),
        ("kept", pgettext_lazy("commitment", "kept")),
        ("failed", _("not kept")),
    )

    unit = KeptModelChoiceField(Unit.objects, label=_("Unit"), required=False, empty_label=_("all units"))
    committee = KeptModelChoiceField(
        Committee.objects.select_related("unit"),
        label=_("Supervised by"),
        required=False,
        empty_label=_("all committees"),
    )
    year = YearField(Commitment, "due_on", label=_("Due in"))
    state = choice(_("State"), _("all states"), STATES)


class FiguresSearch(Filters):
    year = YearField(Suggestion)
    by = choice(_("By"), rates.BY["committee"].label, [(name, by.label) for name, by in rates.BY.items()])


class FigureAddress(forms.Form):
    """Which suggestions a figure counts; anything else is no address."""

    rate = forms.ChoiceField(choices=[(key, key) for key in rates.RATES])
    side = forms.ChoiceField(choices=[("part", "part"), ("whole", "whole")])
    by = forms.ChoiceField(choices=[(name, name) for name in rates.BY], required=False)
    key = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    year = YearField(Suggestion)


class PartAddress(forms.Form):
    """Which parts of units a number of the overview counts."""

    part = forms.ChoiceField(choices=[(key, key) for key in overview.COUNTED])
    unit = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    year = forms.IntegerField(min_value=0, max_value=9999)


class TopicSearch(Filters):
    q = forms.CharField(label=_("Words of the topic"), required=False, max_length=40)
    year = YearField(Topic, everything=None)


class KeyItemSearch(Filters):
    year = YearField(KeyItem, everything=None)
