"""How form fields are drawn: label above, hint, error in words next to the field."""

from django import forms
from django.forms.models import ModelChoiceIterator
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from . import freshness


class FieldRenderer(TemplatesSetting):
    """One template draws every field of the portal."""

    field_template_name = "components/_field.html"


class PictureField(forms.FileField):
    """A photo; :func:`common.uploads.store_picture` decides whether it is one."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})


class AttachmentField(forms.FileField):
    """A PDF, Word or Excel file; :func:`common.uploads.store_attachment` decides whether it is one."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,.xls,.xlsx"})


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
        return iter(freshness.kept(key, lambda: list(super(KeptChoices, self).__iter__())))


class KeptModelChoiceField(forms.ModelChoiceField):
    """A choice among all records of a model, the same for everybody: read once for as long as it holds."""

    iterator = KeptChoices
    widget = QuickSelect
