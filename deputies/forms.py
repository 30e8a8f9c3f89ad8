"""What deputies and visitors fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Area
from common.filters import Filters
from common.forms import AttachmentField, KeptModelChoiceField, QuickSelect

from .models import Correction, Delegation, Deputy, DeputyGroup, Level


class SearchForm(Filters):
    """The filters of the public list."""

    q = forms.CharField(label=_("Name, pinyin or initials"), required=False, max_length=40)
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("all levels")), *Level.choices],
        widget=QuickSelect,
    )
    group = KeptModelChoiceField(
        DeputyGroup.objects, label=_("Group"), required=False, empty_label=_("all groups")
    )
    delegation = KeptModelChoiceField(
        Delegation.objects, label=_("Delegation"), required=False, empty_label=_("all delegations")
    )
    area = KeptModelChoiceField(
        Area.objects, label=_("Area"), required=False, empty_label=_("all areas"), to_field_name="code"
    )


class CorrectionForm(forms.Form):
    """A correction asked for; field names are those of ``actions.ask_correction``."""

    field = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=lambda: [(name, Deputy._meta.get_field(name).verbose_name) for name in Correction.FIELDS],
    )
    new_value = forms.CharField(label=_("What should it be?"), max_length=200)
    reason = forms.CharField(
        label=_("Explanation"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = AttachmentField(
        label=_("Supporting document"), required=False, help_text=_("PDF, Word or Excel, at most 20 MB.")
    )

    def clean(self):
        """``sex`` is written as a word on the page and kept as a letter."""
        cleaned = super().clean()
        if cleaned.get("field") == "sex":
            words = {str(label): code for code, label in Deputy.Sex.choices}
            cleaned["new_value"] = words.get(
                cleaned.get("new_value", "").strip(), cleaned.get("new_value", "")
            )
        return cleaned
