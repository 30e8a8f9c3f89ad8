"""选题: units offer topics, the office makes the list of the year; a deputy or group takes one, researches it, writes the
suggestion or gives it back (D1.18).
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import audit
from common.workflow import MoveRefused, advance

from .. import notifications
from ..models import Topic, TopicClaim
from ..states import TopicState


@transaction.atomic
def offer(unit, *, by, year: int, **fields) -> Topic:
    """A unit proposes a topic (选题报送); it is on the list when the office puts it there.

    ``ValidationError`` when the same unit offered it for that year already: a second press of the button.
    """
    if Topic.objects.filter(proposed_by=unit, year=year, title=fields["title"]).exists():
        raise ValidationError(_("Your unit has offered this topic already."))
    topic = Topic(
        proposed_by=unit,
        contact_unit=unit,
        source=Topic.source_of(unit),
        year=year,
        state=TopicState.OFFERED,
        **fields,
    )
    topic.full_clean()
    topic.save()
    audit.record("record.created", by=by, about=topic)
    notifications.topic_offered(topic)
    return topic


@transaction.atomic
def offer_from_stations(*, by, year: int, title: str, background: str, category=None) -> Topic:
    """A matter that citizens raise in several stations is proposed for the list; the deputies' office decides."""
    if Topic.objects.filter(source=Topic.Source.STATION, year=year, title=title).exists():
        raise ValidationError({"title": _("This topic has been offered already.")})
    topic = Topic(
        source=Topic.Source.STATION,
        year=year,
        state=TopicState.OFFERED,
        title=title,
        background=background,
        category=category,
    )
    topic.full_clean()
    topic.save()
    audit.record("record.created", by=by, about=topic)
    notifications.topic_offered(topic)
    return topic


@transaction.atomic
def enlist(topic: Topic, *, by, note: str = "", number: int | None = None) -> None:
    """Put an offered topic on the list, under the next number where none is given; ``ValidationError`` for one that is
    taken, by a colleague in this moment perhaps.
    """
    number = number or Topic.objects.next_number(topic.year)
    try:
        with transaction.atomic():
            advance(topic, "enlist", by=by, note=note, number=number)
    except IntegrityError as error:
        raise ValidationError({"number": _("This number is taken.")}) from error
    notifications.topic_decided(topic, note)


@transaction.atomic
def decline(topic: Topic, *, by, note: str) -> None:
    advance(topic, "decline", by=by, note=note)
    notifications.topic_decided(topic, note)


@transaction.atomic
def claim(topic: Topic, *, deputy, by, group=None) -> TopicClaim:
    """Take a topic; ``MoveRefused`` when it is closed, full, or already taken by this deputy."""
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    if topic.state != TopicState.LISTED or not topic.is_open:
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
