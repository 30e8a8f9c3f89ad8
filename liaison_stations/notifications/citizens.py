"""What a citizen without an account is told by text message, where a phone number was given and messages can be sent."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common import preferences
from common.text import in_office_language
from notices.actions import text_message
from notices.models import Delivery

STAGES = {
    "came": pgettext_lazy("text message", "has arrived"),
    "accepted": pgettext_lazy("text message", "has been accepted"),
    "refused": pgettext_lazy("text message", "is not a matter for deputies; the right place is told"),
    "merged": pgettext_lazy("text message", "is dealt with together with another on the same matter"),
    "dispatched": pgettext_lazy("text message", "is with a department"),
    "solved": pgettext_lazy("text message", "was dealt with by the department, and is being checked"),
    "answered": pgettext_lazy("text message", "has been answered; please read and rate the answer"),
    "raised": pgettext_lazy("text message", "is being made a deputy's suggestion"),
    "kept": pgettext_lazy("text message", "led to a promise that has been kept"),
}


@in_office_language
def tell(opinion, stage: str) -> None:
    """Tell whoever left this opinion that it has reached ``stage``, once a round. The page they follow it on says so anyway.

    No word of the matter and only the end of the code: a text message lies open on a screen, and the number may be wrong.
    """
    if not opinion.phone:
        return
    text = _("%(portal)s: your matter (code ending in %(end)s) %(stage)s. %(link)s") % {
        "portal": preferences.get("portal.name"),
        "end": opinion.code[-4:],
        "stage": STAGES[stage],
        "link": settings.SITE_URL + reverse("stations:follow"),
    }
    text_message(opinion.phone, text=text, key=f"{_key(opinion)}{opinion.round}.{stage}")


def forget(opinion) -> None:
    """Let go of messages with this citizen's number that have not left."""
    Delivery.objects.filter(key__startswith=f"text.{_key(opinion)}").delete()


def _key(opinion):
    return f"stations.opinion.{opinion.pk}."
