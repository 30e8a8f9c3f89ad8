"""What is asked for when somebody acts on an opinion or an order; fields are named like the parameters of the actions."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Unit
from common import clock
from common.forms import DayField, LongText, PicturesField, QuickSelect
from common.staff_acts import ActForm
from deputies.models import Deputy
from proposals.models import Category

from ..actions.opinions import anonymous, deputies_of
from ..actions.raising import who_may_be_asked
from ..likely import alike
from ..models import TEXT_LIMIT, Opinion

NOT_HANDLING = (Unit.Kind.OFFICE, Unit.Kind.COMMITTEE)
AT_ONCE = 3  # departments


def long_text(label, limit, rows=4, **options):
    return LongText(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **options)


def unit_field(label, **options):
    units = Unit.objects.current().exclude(kind__in=NOT_HANDLING)
    return forms.ModelChoiceField(
        units, label=label, widget=QuickSelect, empty_label=gettext_lazy("choose a department"), **options
    )


class CaseForm(ActForm):
    """About ``record``, an opinion or an order; whether a note is needed the form itself knows."""

    def __init__(self, *args, needs_note=False, **kwargs):
        super().__init__(*args, **kwargs)


class NoteForm(CaseForm):
    note = long_text(gettext_lazy("Reason"), 1000)


class RemarkForm(CaseForm):
    note = long_text(gettext_lazy("Remark"), 1000, required=False)


class AcceptForm(CaseForm):
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("In a few words; lists show it."),
    )
    category = forms.ModelChoiceField(
        Category.objects,
        label=pgettext_lazy("opinion", "kind"),
        required=False,
        empty_label=gettext_lazy("not chosen"),
        widget=QuickSelect,
    )
    deputy = forms.ModelChoiceField(
        Deputy.objects,
        label=gettext_lazy("Who answers it?"),
        required=False,
        empty_label=gettext_lazy("the station itself"),
        widget=QuickSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        opinion = self.record
        self.fields["category"].queryset = Category.objects.offered()
        self.fields["deputy"].queryset = deputies_of(opinion)
        self.initial |= {
            "subject": opinion.subject,
            "category": opinion.category_id,
            "deputy": opinion.deputy_id,
        }


class RefuseForm(CaseForm):
    """A coded reason, and the way to whoever can help (D3.6)."""

    refusal = forms.ChoiceField(
        label=gettext_lazy("Why it is not for deputies"), choices=Opinion.Refusal, widget=forms.RadioSelect
    )
    right_place = forms.CharField(
        label=gettext_lazy("The right place"),
        max_length=200,
        help_text=gettext_lazy("Where the citizen finds help: an office, a court, a phone number."),
    )
    note = long_text(gettext_lazy("What the citizen is told"), 1000)


class JoinForm(CaseForm):
    """One of those that are alike, or any other nearby by its receipt code."""

    other = forms.ModelChoiceField(
        Opinion.objects,
        label=gettext_lazy("On the same matter"),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=gettext_lazy("Or its receipt code"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, found = self.fields["other"], alike(self.record)
        field.queryset = Opinion.objects.filter(pk__in=[other.pk for other in found])
        field.choices = [(other.pk, _label(other)) for other in found]
        if not found:
            del self.fields["other"]

    def clean(self):
        cleaned = super().clean()
        code = "".join(cleaned.pop("code", "").split())
        if code:
            near = Opinion.objects.filter(station__area__code__startswith=self.record.area.code[:6])
            cleaned["other"] = near.filter(code=code).first()
            if cleaned["other"] is None:
                self.add_error("code", _("No opinion of this county has this code."))
        elif not cleaned.get("other"):
            self.add_error(None, _("Choose the opinion it is joined to, or enter its receipt code."))
        return cleaned


class DispatchForm(CaseForm):
    """Up to three departments at once; one more is added afterwards."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for n in range(AT_ONCE):
            label = _("One more department") if n else _("Department that must report in")
            self.fields[f"unit_{n}"] = unit_field(label, required=not n)
        self.fields["words"] = long_text(_("What is asked of it"), 1000, required=False)

    def clean(self):
        cleaned = super().clean()
        chosen = [cleaned.pop(f"unit_{n}", None) for n in range(AT_ONCE)]
        cleaned["units"] = [unit for unit in chosen if unit]
        return cleaned


class AddUnitForm(CaseForm):
    unit = unit_field(gettext_lazy("Department that must report in"))
    words = long_text(gettext_lazy("What is asked of it"), 1000, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        back = self.record.dispatches.filter(proposed_unit__isnull=False).first()
        self.initial["unit"] = back and back.proposed_unit_id


class AnswerForm(CaseForm):
    text = long_text(gettext_lazy("What the citizen is told"), TEXT_LIMIT, rows=8)
    solved = forms.ChoiceField(
        label=gettext_lazy("Is the matter solved?"), choices=Opinion.Solved, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        results = self.record.dispatches.exclude(result="").filter(round=self.record.round)
        lines = [f"{order.unit}：{order.result}" for order in results.select_related("unit").order_by("pk")]
        self.initial["text"] = "\n".join(lines)[:TEXT_LIMIT]


class SayForm(CaseForm):
    text = long_text(
        gettext_lazy("How far it is"),
        TEXT_LIMIT,
        rows=6,
        help_text=gettext_lazy("The citizen reads it on the page of the receipt code."),
    )


class AskDeputyForm(CaseForm):
    deputy = forms.ModelChoiceField(
        Deputy.objects,
        label=gettext_lazy("City deputy"),
        empty_label=gettext_lazy("choose a deputy"),
        widget=QuickSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = who_may_be_asked(self.record)
        self.initial["deputy"] = self.record.asked_deputy_id


class PublishForm(CaseForm):
    """What the public reads, begun with what was said; numbers and the name are taken out in any case."""

    public_text = long_text(gettext_lazy("What was said, as the public reads it"), TEXT_LIMIT, rows=6)
    public_answer = long_text(gettext_lazy("The answer, as the public reads it"), TEXT_LIMIT, rows=6)
    pictures = forms.ModelMultipleChoiceField(
        None,
        label=gettext_lazy("Photos the public sees"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None that shows a face, a number plate or papers."),
    )
    is_story = forms.BooleanField(label=gettext_lazy("Show it among the stories of results"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        opinion = self.record
        pictures = opinion.pictures.all()
        self.fields["pictures"].queryset = pictures
        self.fields["pictures"].choices = [
            (picture.pk, _("Photo %(n)s of the citizen") % {"n": n}) for n, picture in enumerate(pictures, 1)
        ]
        if not pictures:
            del self.fields["pictures"]
        last = opinion.answers.filter(is_final=True).last()
        self.initial |= {
            "public_text": opinion.public_text or anonymous(opinion, opinion.text),
            "public_answer": opinion.public_answer or anonymous(opinion, last.text if last else ""),
            "pictures": [picture.pk for picture in pictures if picture.is_public],
            "is_story": opinion.is_story,
        }


# Orders


class VisitForm(CaseForm):
    on = DayField(label=gettext_lazy("Day on the spot"))
    note = long_text(gettext_lazy("What was found"), 1000, required=False)
    pictures = PicturesField(label=gettext_lazy("Photos"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["on"] = clock.today()


class SolveForm(CaseForm):
    result = long_text(
        gettext_lazy("What was done, and where it can be seen"),
        2000,
        rows=8,
        help_text=gettext_lazy("The station tells the citizen, in these words or its own."),
    )
    pictures = PicturesField(label=gettext_lazy("Photos"), required=False)


class HandBackForm(CaseForm):
    proposed_unit = unit_field(gettext_lazy("Which department should handle it?"), required=False)
    note = long_text(gettext_lazy("Why it is not yours"), 1000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["proposed_unit"]
        field.queryset = field.queryset.exclude(pk=self.record.unit_id)


class ExtensionForm(CaseForm):
    reason = long_text(gettext_lazy("Why the time is not enough"), 500)


class DecideExtensionForm(CaseForm):
    granted = forms.TypedChoiceField(
        label=gettext_lazy("More time?"),
        choices=[("yes", gettext_lazy("grant it")), ("no", gettext_lazy("do not grant it"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )


def _label(opinion):
    day = date_format(opinion.came_at, "MONTH_DAY_FORMAT")
    return f"{day} · {opinion.station} · {opinion} · {opinion.get_state_display()}"
