"""What is filled in for plans and events; fields are named like the parameters of the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import AttachmentField, DayField, LongText, PicturesField
from deputies.models import Deputy

from ..models import Residency, StationEvent, StationPlan


def long_text(model, name, rows, **options):
    field = model._meta.get_field(name)
    return LongText(
        label=options.pop("label", field.verbose_name),
        max_length=field.max_length,
        help_text=field.help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class PlanForm(forms.Form):
    """``seen`` goes with the form, so that nobody overwrites what they have not read."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    text = long_text(StationPlan, "text", 14, label=_("What the station will do this year"))
    rota = long_text(StationPlan, "rota", 8, required=False)
    file = AttachmentField(label=_("The plan as a file"), required=False, help_text=_("PDF, Word or Excel."))


class EventForm(forms.Form):
    """Only the fields that a kind of event has."""

    on = DayField(label=_("Day"))
    title = forms.CharField(label=_("Title"), max_length=100)
    text = long_text(StationEvent, "text", 6, required=False)
    level = forms.ChoiceField(label=_("Adopted at"), choices=StationEvent.AdoptedAt.choices)
    score = forms.IntegerField(label=_("Score"), min_value=0, max_value=120)
    people = forms.IntegerField(
        label=_("People who took part"), min_value=0, max_value=100_000, required=False, initial=0
    )
    deputies = forms.ModelMultipleChoiceField(
        Deputy.objects, label=_("Deputies who took part"), required=False, widget=forms.CheckboxSelectMultiple
    )
    pictures = PicturesField(label=_("Photos"), required=False)
    is_public = forms.BooleanField(label=_("Show it to the public"), required=False, initial=True)

    def __init__(self, station, kind, *args, event=None, **kwargs):
        super().__init__(*args, initial=_told(event), **kwargs)
        adopted = kind in (StationEvent.Kind.PUBLICITY, StationEvent.Kind.SURVEY)
        unused = {"level": not adopted, "people": adopted, "score": kind != StationEvent.Kind.ASSESSMENT}
        for name, is_unused in unused.items():
            if is_unused:
                del self.fields[name]
        resident = Residency.objects.current().filter(station=station).values("deputy")
        taking_part = event.deputies.values("pk") if event else []
        self.fields["deputies"].queryset = Deputy.objects.filter(pk__in=resident) | Deputy.objects.filter(
            pk__in=taking_part
        )

    def clean_people(self):
        return self.cleaned_data["people"] or 0


def _told(event):
    if event is None:
        return {"on": clock.today()}
    names = ("on", "title", "text", "level", "score", "people", "is_public")
    return {name: getattr(event, name) for name in names} | {"deputies": event.deputies.all()}
