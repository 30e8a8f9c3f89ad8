"""督: what the council of chairpersons chose is supervised by paired leaders until it is closed with a report (D1.14)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import audit, clock, preferences
from common.workflow import MoveRefused, advance

from .. import states
from ..models import KeyItem, SupervisionStep


@transaction.atomic
def choose(*, suggestions, by, **fields) -> KeyItem:
    """Enter what the council of chairpersons chose; at most so many a year (setting ``key.max_items``)."""
    item = KeyItem(**fields)
    item.full_clean(exclude=["suggestions"])
    chosen = list(suggestions)
    if not chosen:
        raise ValidationError({"suggestions": _("Choose at least one suggestion.")})
    if any(suggestion.number is None for suggestion in chosen):
        raise ValidationError({"suggestions": _("Only registered suggestions become key suggestions.")})
    most = preferences.get("key.max_items")
    if KeyItem.objects.of_year(item.year).count() >= most:
        raise ValidationError({"year": _("At most %(n)s key items a year.") % {"n": most}})
    item._history_user = by
    item.save()
    item.suggestions.set(chosen)
    audit.record("record.created", by=by, about=item)
    return item


@transaction.atomic
def supervise(item: KeyItem, *, by, **fields) -> SupervisionStep:
    """Record a visit, a meeting or a finding."""
    if item.state != states.KeyItemState.SUPERVISED:
        raise MoveRefused(item, _("This item is closed."))
    step = SupervisionStep(item=item, by=by, **fields)
    step.full_clean()
    if not item.chosen_on <= step.on <= clock.today():
        raise ValidationError({"on": _("The day lies between the choice and today.")})
    step.save()
    audit.record("record.created", by=by, about=step)
    return step


@transaction.atomic
def close(item: KeyItem, *, by, report: str, note: str = "") -> None:
    """Close it with the report of the supervision."""
    if not report.strip():
        raise ValidationError({"report": _("Write the closing report.")})
    advance(item, "close", by=by, note=note, report=report.strip(), closed_on=clock.today())
