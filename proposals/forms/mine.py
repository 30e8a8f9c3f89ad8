"""What a deputy fills in: the suggestion itself, whom to ask, what to say of its handling. Names are the actions' own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AttachmentsField, DayField, LongText, PicturesField, QuickSelect
from deputies.models import Deputy, DeputyGroup

from ..actions.suggestions import MAX_FILES
from ..models import Category, Publication, Rating, Solved, Suggestion, Verdict


class SuggestionForm(forms.ModelForm):
    """A draft may be as incomplete as it likes; ``checks`` tell what is missing before it is sent."""

    version = forms.IntegerField(widget=forms.HiddenInput)  # of the text that was edited
    pictures = PicturesField(
        label=_("Pictures"), required=False, help_text=_("From the camera or the album, several at once.")
    )
    documents = AttachmentsField(
        label=_("Documents"), required=False, help_text=_("PDF, Word or Excel, at most 20 MB each.")
    )

    class Meta:
        model = Suggestion
        fields = ["title", "facts", "reasons", "request", "category", "wish", "wish_reason"]
        field_classes = {"facts": LongText, "reasons": LongText, "request": LongText}
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
            "category": QuickSelect,
            "wish": forms.RadioSelect,
        }
        help_texts = {
            "title": _("“On …”, one matter only."),
            "facts": _("What is wrong, where, since when; what you saw yourself."),
            "reasons": _("Why it should be changed: law, figures, what people say."),
            "request": _("Who should do what."),
            "wish": _(
                "You are asked because the reply may be published together with your text. Phones never are."
            ),
            "wish_reason": _("Only if it should not be public."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.text_version
        offered = Category.objects.offered() | Category.objects.filter(pk=self.instance.category_id)
        self.fields["category"].queryset = offered
        self.fields["category"].empty_label = _("please choose")
        self.fields["wish"].choices, self.fields["wish"].required = Publication.choices, True
        for name in ("title", "facts", "request", "category"):  # needed to send it, not to save it
            self.fields[name].is_needed = True

    @property
    def text(self) -> dict:
        """What ``suggestions.write`` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def at_version(self, version):
        """From now on it is this text that is edited, whatever the page that was sent said."""
        self.data = self.data.copy()
        self.data["version"] = version


class InviteForm(forms.Form):
    """Deputies found by name, and the day until which they may answer."""

    deputies = forms.ModelMultipleChoiceField(Deputy.objects.acting(), label=_("Deputies"), required=False)
    until = DayField(label=_("They answer until"))

    def __init__(self, *args, is_first, **kwargs):
        self.is_first = is_first
        super().__init__(*args, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if self.is_first and not cleaned.get("deputies") and "deputies" not in self.errors:
            self.add_error("deputies", _("Find the deputies you want to ask, and mark them."))
        return cleaned


class WithdrawForm(forms.Form):
    note = forms.CharField(label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RateForm(forms.ModelForm):
    """Three questions without a default answer; whether words are needed is the action's to say."""

    attitude = forms.ChoiceField(
        label=_("How did the unit deal with you and the matter?"), choices=Verdict, widget=forms.RadioSelect
    )
    result = forms.ChoiceField(
        label=_("What do you say of the result?"), choices=Verdict, widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(label=_("Is the matter solved?"), choices=Solved, widget=forms.RadioSelect)

    class Meta:
        model = Rating
        fields = ["attitude", "result", "solved", "words"]
        field_classes = {"words": LongText}
        widgets = {"words": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "words": _("Needed if you are not satisfied. The office reads it, the unit never does.")
        }


class LookForm(forms.Form):
    """What a deputy saw of a promise on the spot."""

    note = LongText(label=_("What did you see?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    pictures = PicturesField(
        label=_("Pictures"), required=False, help_text=_("From the camera or the album, several at once.")
    )

    def clean_pictures(self):
        pictures = self.cleaned_data["pictures"]
        if len(pictures) > MAX_FILES:
            raise forms.ValidationError(_("At most %(n)s pictures, please.") % {"n": MAX_FILES})
        return pictures


class ClaimForm(forms.Form):
    """For whom a topic is taken."""

    group = forms.ModelChoiceField(
        DeputyGroup.objects.none(),
        label=_("I take it"),
        required=False,
        blank=True,
        empty_label=_("for myself"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, deputy, **kwargs):
        super().__init__(*args, **kwargs)
        groups = DeputyGroup.objects.filter(mandates__in=deputy.mandates.acting())
        self.fields["group"].queryset = groups.distinct()
        self.fields["group"].label_from_instance = lambda group: _("for the group %(name)s") % {"name": group}
