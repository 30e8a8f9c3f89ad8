"""选题: a deputy or group takes a topic, researches it, writes the suggestion or gives it back (D1.18)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import audit
from common.workflow import MoveRefused, advance

from ..models import Topic, TopicClaim


@transaction.atomic
def claim(topic: Topic, *, deputy, by, group=None) -> TopicClaim:
    """Take a topic; ``MoveRefused`` when it is closed, full, or already taken by this deputy."""
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    if not topic.is_open:
        raise MoveRefused(topic, _("This topic is no longer open to be taken."))
    if topic.claims.held().count() >= topic.max_claims:
        raise MoveRefused(topic, _("As many as may have taken this topic already."))
    try:
        with transaction.atomic():
            taken = TopicClaim.objects.create(topic=topic, deputy=deputy, group=group, by=by)
    except IntegrityError as error:
        raise MoveRefused(topic, _("You have already taken this topic.")) from error
    audit.record("record.created", by=by, about=taken)
    return taken


def research(claim: TopicClaim, *, by, note: str = "") -> None:
    advance(claim, "research", by=by, note=note)


def release(claim: TopicClaim, *, by, note: str = "") -> None:
    advance(claim, "release", by=by, note=note)
