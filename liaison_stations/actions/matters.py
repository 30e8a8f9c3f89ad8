"""A matter that several stations heard of is offered for the topic list, and each opinion leads to it (D1.18)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import audit, clock
from common.text import without_numbers
from proposals.actions import topics
from proposals.models import Topic

from ..models import Opinion


@transaction.atomic
def offer(opinions, *, by, title: str, background: str, category=None) -> Topic:
    """``background`` is what deputies read: no name, no number. ``ValidationError`` where others offered it meanwhile."""
    keys = [opinion.pk for opinion in opinions]
    free = list(Opinion.objects.select_for_update().filter(pk__in=keys, topic=None, suggestion=None))
    if len(free) < len(keys):
        raise ValidationError(_("Somebody has offered this matter, or part of it, in the meantime."))
    topic = topics.offer_from_stations(
        by=by,
        year=clock.today().year,
        title=without_numbers(title),
        background=without_numbers(background),
        category=category,
    )
    Opinion.objects.filter(pk__in=keys).update(topic=topic)
    audit.record("opinion.offered", by=by, about=topic, number=len(keys))
    return topic
