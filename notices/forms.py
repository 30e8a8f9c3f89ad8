"""How somebody wants to be told, and which group chats are."""

from django import forms
from django.utils.translation import gettext_lazy as _

from . import groups, sms
from .models import CENTRE, WAYS, Choices, Delivery, Webhook


class ChoicesForm(forms.Form):
    """Ticks for each group of notices that concerns this person, of the channels that reach them."""

    def __init__(self, choices: Choices, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.choices = choices
        user = choices.user
        reachable = {
            CENTRE: True,
            Delivery.Channel.EMAIL: user.email,
            Delivery.Channel.SMS: sms.is_on() and user.phone,
        }
        self.groups = [group for group in groups.GROUPS.values() if group.concerns(user)]
        for group in self.groups:
            self.fields[group.key] = forms.MultipleChoiceField(
                label=group.label,
                help_text="" if group.may_mute else _("Always in the notice centre."),
                choices=[
                    (way, label)
                    for way, label in WAYS.items()
                    if reachable[way] and (way != CENTRE or group.may_mute)
                ],
                initial=sorted(choices.ways_for(group)),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if user.email:
            self.fields["is_daily"] = forms.BooleanField(
                label=Choices._meta.get_field("is_daily").verbose_name,
                help_text=_("What is urgent comes at once all the same."),
                initial=choices.is_daily,
                required=False,
            )

    def ways(self) -> dict:
        """``{group: channels}``; what was not offered stays as it was."""
        chosen = {}
        for group in self.groups:
            offered = {way for way, _label in self.fields[group.key].choices}
            chosen[group.key] = self.choices.ways_for(group) - offered | set(self.cleaned_data[group.key])
        return chosen


class WebhookForm(forms.ModelForm):
    groups = forms.MultipleChoiceField(
        label=Webhook._meta.get_field("groups").verbose_name,
        help_text=_("The chat reads only that there is something to do and where; nothing of what it is."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Webhook
        fields = ["name", "kind", "url", "groups", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [(group.key, group.label) for group in groups.shared()]
