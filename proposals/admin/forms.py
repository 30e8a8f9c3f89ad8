"""What the office is asked for when it acts on suggestions; field names are the parameters of the actions."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Unit
from common import clock, preferences
from common.forms import QuickSelect
from common.staff_acts import ActForm, NoteForm
from deputies.models import Committee, Deputy, Level

from .. import assigning
from ..actions.review import OPENNESS
from ..likely_units import likely_units
from ..models import (
    Assignment,
    Category,
    KeyItem,
    Part,
    Publication,
    Rating,
    ReplyClass,
    Solved,
    Suggestion,
    Verdict,
)

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def unit_field(label, *, required=True, **kwargs):
    """One unit, found by typing; the actions refuse one that is dissolved."""
    widget = AutocompleteSelect(Assignment._meta.get_field("unit"), admin.site)
    return forms.ModelChoiceField(Unit.objects, label=label, required=required, widget=widget, **kwargs)


def units_field(label, **kwargs):
    widget = AutocompleteSelectMultiple(Assignment._meta.get_field("unit"), admin.site)
    return forms.ModelMultipleChoiceField(Unit.objects, label=label, required=False, widget=widget, **kwargs)


def suggestions_field(label, **kwargs):
    """Suggestions, found by number, title or deputy."""
    widget = AutocompleteSelectMultiple(KeyItem._meta.get_field("suggestions"), admin.site)
    return forms.ModelMultipleChoiceField(
        Suggestion.objects.filter(number__isnull=False), label=label, widget=widget, **kwargs
    )


def reason_field(label, max_length):
    return forms.CharField(label=label, max_length=max_length, widget=forms.Textarea(attrs={"rows": 3}))


# Review


class RejectForm(NoteForm):
    rejection = forms.ChoiceField(
        label=gettext_lazy("why not accepted"),
        choices=Suggestion.Rejection.choices,
        widget=forms.RadioSelect,
    )
    field_order = ("rejection", "note")


class ReferForm(NoteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Which deputy is asked to carry it upward, and why")


class CategoryFields(forms.Form):
    """The category, and the committee that supervises."""

    category = forms.ModelChoiceField(Category.objects, label=pgettext_lazy("suggestion", "category"))
    committee = forms.ModelChoiceField(
        Committee.objects.select_related("unit"),
        label=gettext_lazy("supervising committee"),
        required=False,
        help_text=gettext_lazy("Left empty: the committee of the category."),
    )


class RegisterForm(CategoryFields, NoteForm):
    number = forms.IntegerField(
        label=gettext_lazy("no."),
        required=False,
        min_value=1,
        max_value=99999,
        help_text=gettext_lazy("Left empty: the next number. Fill it in where the paper already bears one."),
    )
    motion = forms.BooleanField(
        label=gettext_lazy("It was a motion that the presidium of the session turned into a suggestion"),
        required=False,
    )
    field_order = ("number", "category", "committee", "motion", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"category": self.record.category_id, "committee": self.record.committee_id}
        if self.record.session_id is None:
            del self.fields["motion"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.pop("motion", False):
            cleaned["origin"] = Suggestion.Origin.MOTION
        return cleaned


class ClassifyForm(CategoryFields, ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"category": self.record.category_id, "committee": self.record.committee_id}

    def clean(self):
        """Every suggestion that is supervised has a committee; that of the category, when none is named."""
        cleaned = super().clean()
        if "category" in cleaned and not cleaned.get("committee"):
            cleaned["committee"] = cleaned["category"].committee
            if cleaned["committee"] is None:
                self.add_error(
                    "committee", _("Choose the committee that supervises; the category names none.")
                )
        return cleaned


class MergeForm(ActForm):
    matter = forms.CharField(label=gettext_lazy("matter"), max_length=100)
    others = suggestions_field(gettext_lazy("To be handled together with"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.advice = [_("Each keeps its own number, reply and rating; units see that they belong together.")]


# Assignment


class UnitsFields(forms.Form):
    """One lead unit with or without co-units, or several separate ones; ``clean`` gives ``units`` as ``assign`` takes them."""

    lead = unit_field(gettext_lazy("lead unit"), required=False)
    co_units = units_field(
        gettext_lazy("co-handling units"),
        help_text=gettext_lazy("They give the lead unit an opinion within a month."),
    )
    separate = units_field(
        gettext_lazy("or separate units"),
        help_text=gettext_lazy("Two or more without a lead unit; each replies to the deputy for itself."),
    )
    on = forms.DateField(
        label=gettext_lazy("assigned on"),
        initial=clock.today,
        widget=DAY,
        help_text=gettext_lazy("The clock of each unit starts on this day."),
    )

    def clean_on(self):
        day = self.cleaned_data["on"]
        if why := assigning.why_not_yet(day):
            raise ValidationError(why)
        return day

    def clean(self):
        cleaned = super().clean()
        lead, co_units, separate = (
            cleaned.pop(name, None) or () for name in ("lead", "co_units", "separate")
        )
        cleaned["units"] = [
            *([(lead, Part.LEAD)] if lead else []),
            *((unit, Part.CO) for unit in co_units),
            *((unit, Part.SEPARATE) for unit in separate),
        ]
        return cleaned


class AssignForm(UnitsFields, NoteForm):
    field_order = ("lead", "co_units", "separate", "on", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        likely = likely_units(self.record)
        self.advice = [_("From past assignments: %(likely)s") % {"likely": one} for one in likely] or [
            _("Nothing of this category was assigned before, so no unit is recommended.")
        ]


class AssignSeveralForm(UnitsFields, ActForm):
    """The same units for all of them."""


class AddUnitForm(ActForm):
    """One more unit, in the part that fits those who have one."""

    unit = unit_field(gettext_lazy("unit"))

    def clean(self):
        cleaned = super().clean()
        has_lead = self.record.assignments.taking_part().filter(part=Part.LEAD).exists()
        return cleaned | {"part": Part.CO if has_lead else Part.SEPARATE}


class ReplaceForm(NoteForm):
    unit = unit_field(gettext_lazy("unit that takes over"))
    field_order = ("unit", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.advice = hand_back_of(self.record)


class KeepForm(NoteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.advice = hand_back_of(self.record)


def hand_back_of(part):
    """Why the unit handed it back, and whom it proposed."""
    if part.proposed_unit is None:
        return []
    step = part.changes.filter(move="hand_back").last()
    words = {"unit": part.unit, "proposed": part.proposed_unit, "why": step.note if step else "—"}
    return [_("%(unit)s hands it back and proposes %(proposed)s: %(why)s") % words]


class UrgeForm(ActForm):
    words = forms.CharField(
        label=gettext_lazy("what is urged"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The unit reads this."),
    )


class DecideExtensionForm(NoteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        extension = self.record
        self.advice = [_("The unit's reason: %(reason)s") % {"reason": extension.reason}, explain(extension)]


def explain(extension):
    """How the day comes about that the extension would bring."""
    deadline = clock.Deadline.in_months(
        extension.assignment.assigned_on,
        preferences.get("suggestion.reply_months_complex"),
        roll=preferences.get("suggestion.holiday_rollover"),
    )
    days = {"before": date_format(extension.due_before), "after": date_format(extension.due_after)}
    return " ".join((_("Due %(before)s, with more time %(after)s.") % days, deadline.explain()))


# After the reply


class ReclassifyForm(ActForm):
    reply_class = forms.ModelChoiceField(ReplyClass.objects.none(), label=gettext_lazy("class"))
    reason = reason_field(gettext_lazy("What the check found"), 300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reply_class"].queryset = ReplyClass.objects.in_force()
        self.advice = [_("So far: %(class)s") % {"class": self.record.reply_class}]


class PublishForm(ActForm):
    publication = forms.ChoiceField(label=gettext_lazy("publication"), widget=forms.RadioSelect)
    public_summary = forms.CharField(
        label=gettext_lazy("public summary"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Only when it is published as a summary."),
    )
    publication_reason = forms.CharField(label=gettext_lazy("why not public"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most = OPENNESS.index(self.record.wish) if self.record.wish else 0
        self.fields["publication"].choices = [(one.value, one.label) for one in OPENNESS[most:]]
        self.initial |= {
            "publication": self.record.publication,
            "public_summary": self.record.public_summary,
            "publication_reason": self.record.publication_reason,
        }
        if self.record.wish:
            wished = {"wish": Publication(self.record.wish).label, "why": self.record.wish_reason}
            told = (
                _("The deputy agreed to: %(wish)s. %(why)s")
                if self.record.wish_reason
                else _("The deputy agreed to: %(wish)s.")
            )
            self.advice = [told % wished]
        else:
            self.advice = [_("It came on paper. Ask the deputy first, and enter the answer here.")]
            self.fields["wish"] = forms.ChoiceField(
                label=_("what the deputy agreed to"),
                choices=Publication.choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.order_fields(["wish"])
        if self.record.replied_on:
            days = preferences.get("suggestion.publish_workdays")
            self.advice.append(clock.Deadline.in_workdays(self.record.replied_on, days).explain())


class EnterRatingForm(ActForm):
    """The three answers of one signer as the paper bears them; none is chosen beforehand."""

    rating = forms.ModelChoiceField(
        Rating.objects, label=gettext_lazy("Signer"), widget=forms.RadioSelect, empty_label=None
    )
    attitude = forms.ChoiceField(
        label=gettext_lazy("handling work"), choices=Verdict, widget=forms.RadioSelect
    )
    result = forms.ChoiceField(
        label=gettext_lazy("handling result"), choices=Verdict, widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(
        label=gettext_lazy("is the matter solved?"), choices=Solved, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("in your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("As the paper says; needed where the deputy is not satisfied."),
    )
    advice = (
        gettext_lazy(
            "Copy what the deputy ticked and signed, and keep the paper. The deputy is told that it was entered."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = self.record.ratings.waiting().select_related("deputy", "suggestion")
        self.fields["rating"].queryset = waiting
        self.fields["rating"].label_from_instance = lambda rating: rating.deputy


class WithdrawForm(ActForm):
    note = reason_field(gettext_lazy("Why, and where the signed request is kept"), 1000)


# Promises and key items


class VerifyForm(NoteForm):
    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label=gettext_lazy("Deputy who looked on the spot"), widget=QuickSelect
    )
    field_order = ("deputy", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = Deputy.objects.elected(level=Level.CITY).order_by("pinyin", "pk")
        signers = "、".join(deputy.name for deputy in self.record.suggestion.signers())
        self.advice = [_("Signers of the suggestion: %(names)s") % {"names": signers}]


class CloseItemForm(NoteForm):
    report = forms.CharField(
        label=gettext_lazy("closing report"), max_length=5000, widget=forms.Textarea(attrs={"rows": 12})
    )
    field_order = ("report", "note")
