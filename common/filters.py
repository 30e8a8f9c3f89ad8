"""Forms that narrow a list; what is not well formed in an address is as if it were not there."""

from django import forms

from .forms import QuickSelect


class Filters(forms.Form):
    """``q``, where there is one, holds the words looked for; every other field is a choice."""

    def chosen(self) -> dict:
        """What was asked for, as far as it is well formed."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether the address names any of the choices, well formed or not: if none, they look the same for everybody."""
        return any(name in self.data for name in self.fields if name != "q")


def choice(label, everything, choices) -> forms.ChoiceField:
    """One of ``choices``, or ``everything``."""
    return forms.ChoiceField(
        label=label, required=False, choices=[("", everything), *choices], widget=QuickSelect
    )
