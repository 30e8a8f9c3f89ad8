"""The filters of the boards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.filters import Filters, choice
from proposals.models import Category

from ..models import Opinion


class OpinionSearch(Filters):
    q = forms.CharField(label=_("Words or receipt code"), required=False, max_length=40)
    channel = choice(_("Channel"), _("all channels"), Opinion.Channel.choices)
    category = forms.ModelChoiceField(
        Category.objects, label=_("Category"), required=False, empty_label=_("all categories")
    )
    station = forms.CharField(label=_("Station"), required=False, max_length=40)

    def narrowed(self, opinions):
        """``opinions`` as far as they fit."""
        chosen = self.chosen()
        columns = {name: chosen[name] for name in ("channel", "category") if name in chosen}
        if "station" in chosen:
            columns["station__search__words"] = chosen["station"]
        return opinions.filter(**columns).matching(chosen.get("q", ""))
