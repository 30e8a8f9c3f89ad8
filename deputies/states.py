"""When: the life of a mandate (Deputies Law Art. 61–63) and of a correction a deputy asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.workflow import Move


class MandateState(models.TextChoices):
    ACTIVE = "active", _("in office")
    SUSPENDED = "suspended", _("suspended from duties")
    ENDED = "ended", _("ended")


M = MandateState
MANDATE_MOVES = {
    "suspend": Move(frozenset({M.ACTIVE}), M.SUSPENDED, _("Suspend from duties"), needs_note=True),
    "resume": Move(frozenset({M.SUSPENDED}), M.ACTIVE, _("Resume duties"), needs_note=True),
    "end": Move(frozenset({M.ACTIVE, M.SUSPENDED}), M.ENDED, _("End the mandate"), needs_note=True),
    "restore": Move(frozenset({M.ENDED}), M.ACTIVE, _("Undo a mistaken ending"), needs_note=True),
}
SITTING = frozenset({M.ACTIVE, M.SUSPENDED})  # still deputies, and shown as such


class CorrectionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("correction", "waiting for the office")
    ACCEPTED = "accepted", pgettext_lazy("correction", "accepted")
    DECLINED = "declined", pgettext_lazy("correction", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("correction", "withdrawn")


C = CorrectionState
CORRECTION_MOVES = {
    "accept": Move(frozenset({C.OPEN}), C.ACCEPTED, pgettext_lazy("correction", "Accept")),
    "decline": Move(frozenset({C.OPEN}), C.DECLINED, pgettext_lazy("correction", "Decline"), needs_note=True),
    "withdraw": Move(frozenset({C.OPEN}), C.WITHDRAWN, pgettext_lazy("correction", "Withdraw")),
}
