"""How form fields are drawn: label above, hint, error in words next to the field."""

from django import forms
from django.forms.models import ModelChoiceIterator
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from . import memory, uploads


class FieldRenderer(TemplatesSetting):
    """One template draws every field of the portal."""

    field_template_name = "components/_field.html"


class PictureField(forms.FileField):
    """A photo; :func:`common.uploads.store_picture` decides whether it is one."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})


class AttachmentField(forms.FileField):
    """A PDF, Word or Excel file; :func:`common.uploads.store_attachment` decides whether it is one."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,.xls,.xlsx"})


class LongText(forms.CharField):
    """Text of several lines; a line break is one character, as the browser counts it and not as it sends it."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day, chosen in the calendar of the phone."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; a list, empty where none was chosen."""

    def clean(self, data, initial=None):
        clean = super().clean
        if not data:
            clean(None, initial)  # whether one is required
        return [clean(file, initial) for file in data]


class PicturesField(ManyFilesField):
    """Photos, which a phone may take on the spot; each is one that ``uploads.store_picture`` takes."""

    widget = ManyFiles(attrs={"accept": "image/*"})

    def clean(self, data, initial=None):
        pictures = super().clean(data, initial)
        for picture in pictures:
            uploads.check_picture(picture)
        return pictures


class AttachmentsField(ManyFilesField):
    """PDF, Word or Excel files; :func:`common.uploads.store_attachment` decides whether they are."""

    widget = ManyFiles(attrs={"accept": AttachmentField.widget.attrs["accept"]})


def show_refusal(form, error) -> None:
    """What an action refused: beside the fields of ``form`` it is about, else on top."""
    refused = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, errors in refused.items():
        form.add_error(field if field in form.fields else None, errors)


class QuickSelect(forms.Select):
    """A plain list of options, joined in one go: Django's own draws a template for each of them."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(label)}</option>'
            for key, label in self.pairs()
        )
        attrs = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", attrs, mark_safe(options))

    def pairs(self):
        return [("" if key is None else str(key), str(label)) for key, label in self.choices]


class KeptChoices(ModelChoiceIterator):
    def __iter__(self):
        key = "choices", self.queryset.model, get_language()
        return iter(memory.kept(key, lambda: list(super(KeptChoices, self).__iter__())))


class KeptModelChoiceField(forms.ModelChoiceField):
    """A choice among all records of a model, the same for everybody: read once for as long as it holds."""

    iterator = KeptChoices
    widget = QuickSelect
