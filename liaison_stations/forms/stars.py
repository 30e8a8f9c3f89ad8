"""What stages of the star round fill in; fields are named like the parameters of the actions."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.filters import Filters
from common.forms import AttachmentField, LongText, QuickSelect

from ..models import Criterion, StarObjection

Source = Criterion.Source
BY_STATION = (Source.EVIDENCE, Source.BONUS)
BY_OTHERS = (*BY_STATION, Source.DEDUCTED, Source.VETO)


class SheetForm(forms.Form):
    """Points of the lines that nobody can count; ``cleaned_data`` gives ``lines`` and ``note``.

    The station adds by what each can be seen; later stages start from what was given before.
    """

    note = LongText(
        label=_("Remark"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who changes points says why."),
    )

    def __init__(self, lines, *args, is_station=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_station, sources = is_station, BY_STATION if is_station else BY_OTHERS
        self.lines = [line for line in lines if line.criterion.source in sources]
        for line in self.lines:
            self._add(line)
        if is_station:
            self.fields["note"].help_text = ""
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def _add(self, line):
        criterion, points = line.criterion, line.points
        if criterion.source == Source.VETO:
            self.fields[f"points_{criterion.pk}"] = forms.BooleanField(
                label=_("It applies"), required=False, initial=bool(points)
            )
            return
        label = _("Points taken off") if criterion.source == Source.DEDUCTED else _("Points")
        self.fields[f"points_{criterion.pk}"] = forms.DecimalField(
            label=label,
            initial=points,
            required=self.is_station and criterion.source == Source.EVIDENCE,
            min_value=0,
            max_value=criterion.points,
            max_digits=5,
            decimal_places=1,
            widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
        )
        if self.is_station:
            self.fields[f"note_{criterion.pk}"] = forms.CharField(
                label=_("By what it can be seen"),
                max_length=500,
                required=False,
                initial=line.row.note if line.row else "",
            )
            self.fields[f"file_{criterion.pk}"] = AttachmentField(
                label=_("File with evidence"), required=False
            )

    def parts(self):
        """Each line with its fields, for the page."""
        for line in self.lines:
            names = (f"{kind}_{line.criterion.pk}" for kind in ("points", "note", "file"))
            yield line, [self[name] for name in names if name in self.fields]

    def clean(self):
        cleaned, lines = super().clean(), {}
        for line in self.lines:
            key = line.criterion.pk
            points = cleaned.get(f"points_{key}")
            if line.is_veto:
                points = Decimal(bool(points))
            given = {
                "points": points,
                "note": cleaned.get(f"note_{key}", ""),
                "file": cleaned.get(f"file_{key}"),
            }
            lines[key] = given
        return {"lines": lines, "note": cleaned.get("note", "")}


class BackForm(forms.Form):
    note = LongText(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class TextForm(forms.Form):
    """One text that goes to others: an objection, an answer to one."""

    text = LongText(
        label=StarObjection._meta.get_field("text").verbose_name,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AnswerForm(TextForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = StarObjection._meta.get_field("answer").verbose_name


class LeagueSearch(Filters):
    """Whom to compare with whom."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False, widget=QuickSelect)
    county = forms.ChoiceField(label=_("County or district"), required=False, widget=QuickSelect)
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=QuickSelect)

    def __init__(self, years, counties, kinds, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["county"].choices = [("", pgettext_lazy("county", "all")), *counties]
        self.fields["kind"].choices = [("", pgettext_lazy("kind", "all")), *kinds]
