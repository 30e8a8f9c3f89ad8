"""How form fields are drawn: label above, hint, error in words next to the field."""

from django import forms
from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    """One template draws every field of the portal."""

    field_template_name = "components/_field.html"


class PictureField(forms.FileField):
    """A photo; :func:`common.uploads.store_picture` decides whether it is one."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})


class AttachmentField(forms.FileField):
    """A PDF, Word or Excel file; :func:`common.uploads.store_attachment` decides whether it is one."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,.xls,.xlsx"})
