"""What a unit fills in to write, correct and enclose; fields are named like the parameters of the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AttachmentField, LongText

from ..models import Reply, ReplyClass
from .unit import long_text


class LetterForm(forms.ModelForm):
    """The fields of a letter, fewer where it is an opinion or a second reply."""

    text = LongText(
        label=_("Text of the letter"),
        max_length=Reply._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("Only the body, a paragraph a line. Title, salutation, opening and closing are added."),
    )

    class Meta:
        model = Reply
        fields = [
            "correction_reason",
            "reply_class",
            "adoption",
            "document_no",
            "text",
            "contact_person",
            "contact_phone",
        ]
        widgets = {
            "reply_class": forms.RadioSelect,
            "adoption": forms.RadioSelect,
            "correction_reason": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "contact_phone": _("The office's number, not a mobile phone: the letter may be published."),
            "document_no": _("As it stands on the paper, for example 余住建提〔2026〕1号."),
        }

    ONLY_REPLIES = ("reply_class", "adoption")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind, fields = self.instance.kind, self.fields
        if kind != Reply.Kind.CORRECTION:
            del fields["correction_reason"]
        if kind in (Reply.Kind.OPINION, Reply.Kind.SECOND):
            for name in self.ONLY_REPLIES:
                del fields[name]
        else:
            fields["reply_class"].queryset = ReplyClass.objects.in_force()
            fields["reply_class"].empty_label = None
            fields["adoption"].choices = Reply.Adoption.choices


class CorrectionForm(forms.Form):
    correction_reason = long_text(_("What was wrong in the letter, and why"), 500)


class EnclosureForm(forms.Form):
    upload = AttachmentField(label=_("Document"), help_text=_("PDF, Word or Excel, at most 20 MB."))
