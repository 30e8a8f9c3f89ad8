"""What deputies and the office are told, in the office's language whatever the sender's is."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from accounts.rules import is_office
from common.text import in_office_language
from notices import groups
from notices.actions import tell

groups.register(
    groups.Group(
        "corrections",
        gettext_lazy("Corrections asked for"),
        kinds=frozenset({"deputies.correction_asked"}),
        shared=True,
        concerns=is_office,
    )
)
groups.register(
    groups.Group(
        "own_data",
        gettext_lazy("Answers about my own data"),
        kinds=frozenset({"deputies.correction_decided"}),
        may_mute=False,
        concerns=lambda user: hasattr(user, "deputy"),
    )
)


@in_office_language
def correction_asked(correction):
    """To the office: somebody says their data are wrong."""
    link = reverse("admin:deputies_correction_change", args=[correction.pk])
    for clerk in User.objects.filter(is_active=True).with_role(Role.OFFICE):
        tell(
            clerk,
            kind="deputies.correction_asked",
            subject=_("%(name)s asks for a correction: %(field)s")
            % {"name": correction.deputy.name, "field": correction.field_label},
            link=link,
            key=f"correction-asked:{correction.pk}",
        )


@in_office_language
def correction_decided(correction, note):
    """To the deputy: accepted, or declined and why."""
    if correction.deputy.user is None:
        return
    tell(
        correction.deputy.user,
        kind="deputies.correction_decided",
        subject=_("Your correction of “%(field)s”: %(state)s")
        % {"field": correction.field_label, "state": correction.get_state_display()},
        body=note,
        link=reverse("home:my"),
        key=f"correction-decided:{correction.pk}",
    )
