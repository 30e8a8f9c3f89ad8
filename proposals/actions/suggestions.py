"""提: a suggestion is written, co-signed by who says so themselves, sent, and withdrawn, by its author."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit, clock, freshness, uploads
from common.workflow import MoveRefused, advance
from deputies.models import Session

from .. import checks, notifications, states
from ..models import Suggestion, SuggestionFile, TopicClaim
from .parts import end_parts, hold

S = states.SuggestionState
MAX_FILES = 9
TEXTS = ("title", "facts", "reasons", "request")


@transaction.atomic
def begin(deputy, *, by, claim=None, **fields) -> Suggestion:
    """A new draft; only its author sees it. ``claim``: the topic it grew from."""
    suggestion = Suggestion(lead=deputy, year=clock.today().year, **fields)
    suggestion.full_clean(exclude=["lead"])
    suggestion.skip_history_when_saving = True  # a draft is nobody's business yet
    with freshness.unseen():
        suggestion.save()
    audit.record("record.created", by=by, about=suggestion)
    if claim is not None:
        _file_claim(claim, suggestion, by)
    return suggestion


@transaction.atomic
def write(suggestion: Suggestion, *, by, version: int, **fields) -> Suggestion:
    """Change the text, category or wish. ``version`` is the ``text_version`` that was edited.

    ``ValidationError`` if somebody, in another window perhaps, has changed it since: nothing is overwritten unseen.
    Who agreed to co-sign another text is asked again.
    """
    current = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if current.state not in states.WITH_AUTHOR:
        raise MoveRefused(suggestion, _("It has been sent; its text can no longer be changed."))
    differs = any(getattr(current, name) != value for name, value in fields.items())
    if current.text_version != version and differs:  # the same once more is no conflict: its answer got lost
        raise ValidationError(
            _("The text was changed in another window. Open it again; what you wrote here is still below."),
            code="changed",
        )
    before = [getattr(current, name) for name in TEXTS]
    changed = [name for name, value in fields.items() if getattr(current, name) != value]
    for name, value in fields.items():
        setattr(current, name, value)
    current.full_clean(exclude=["lead"])
    if [getattr(current, name) for name in TEXTS] != before:
        current.text_version += 1
    if current.state != S.COSIGNING:
        current.skip_history_when_saving = True  # of texts only their author has read, none is kept
    current._history_user = by
    with freshness.unseen():
        current.save()
    if current.text_version != version:
        _ask_again(current)
    if changed and current.state != S.DRAFT:  # others have read it by now
        audit.record("record.changed", by=by, about=current, fields=changed)
    return current


@transaction.atomic
def add_file(suggestion: Suggestion, upload, *, by, is_picture: bool) -> SuggestionFile:
    """Enclose a picture or document; ``ValidationError`` for anything else, or for one too many."""
    if suggestion.files.count() >= MAX_FILES:
        raise ValidationError(_("At most %(n)s enclosures, please.") % {"n": MAX_FILES})
    store = uploads.store_picture if is_picture else uploads.store_attachment
    audit.record("record.changed", by=by, about=suggestion, fields=["files"])
    return suggestion.files.create(file=store(upload, by=by))


@transaction.atomic
def remove_file(enclosure: SuggestionFile, *, by) -> None:
    stored = enclosure.file
    audit.record("record.changed", by=by, about=enclosure.suggestion, fields=["files"])
    enclosure.delete()
    uploads.delete(stored)


@transaction.atomic
def discard(suggestion: Suggestion, *, by) -> None:
    """Throw a draft away, its enclosures with it; the topic it grew from is being researched again.

    ``MoveRefused`` once anybody else was asked.
    """
    if suggestion.state != S.DRAFT:
        raise MoveRefused(suggestion, _("Only a draft can be deleted. Withdraw the suggestion instead."))
    for claim in TopicClaim.objects.filter(suggestion=suggestion):
        advance(claim, "reopen", by=by, suggestion=None)
    for enclosure in suggestion.files.select_related("file"):
        remove_file(enclosure, by=by)
    audit.record("record.deleted", by=by, about=suggestion)
    suggestion.delete()


@transaction.atomic
def invite(suggestion: Suggestion, *, deputies, until: dt.date | None, by, note: str = "") -> None:
    """Ask ``deputies`` to co-sign until a day, and once more those who agreed to another text than this.

    Who has answered is not asked again, and nobody is told twice of one text.
    """
    if until and until < clock.today():
        raise ValidationError({"until": _("This day has passed.")})
    hold(suggestion)
    suggestion.refresh_from_db()
    blocking = [finding.text for finding in checks.findings(suggestion) if finding.blocks]
    if blocking:
        raise ValidationError(blocking)
    wanted = [deputy for deputy in deputies if deputy.pk != suggestion.lead_id]
    if ended := [deputy.name for deputy in wanted if not deputy.mandates.acting().exists()]:
        raise ValidationError({"deputies": _("No longer deputies: %(names)s.") % {"names": "、".join(ended)}})
    advance(suggestion, "invite", by=by, note=note, cosign_until=until)
    _keep_text(suggestion, by)
    for deputy in wanted:
        suggestion.cosignatures.get_or_create(deputy=deputy, defaults={"asked_at": timezone.now()})
    for row in suggestion.cosignatures.filter(state=states.CoSignatureState.ASKED).select_related(
        "deputy__user"
    ):
        notifications.cosigner_asked(row)


@transaction.atomic
def agree(cosignature, *, by, version: int) -> None:
    """Co-sign the text as it was read: ``version`` is its ``text_version``."""
    _answer(cosignature, states.CoSignatureState.AGREED, by, version)


@transaction.atomic
def decline(cosignature, *, by) -> None:
    _answer(cosignature, states.CoSignatureState.DECLINED, by, cosignature.suggestion.text_version)


@transaction.atomic
def submit(suggestion: Suggestion, *, by, note: str = "", session: Session | None = None) -> None:
    """Send it to the office. ``session``: put forward at this meeting of the congress, else between sessions.

    ``ValidationError`` with everything that blocks (D1.4); who has not agreed to this text is no co-signer.
    """
    hold(suggestion)
    suggestion.refresh_from_db()
    blocking = [finding.text for finding in checks.findings(suggestion) if finding.blocks]
    if blocking:
        raise ValidationError(blocking)
    session = session or session_on(clock.today())
    mandate = suggestion.lead.mandates.acting().filter(level="city").select_related("delegation").first()
    advance(
        suggestion,
        "submit",
        by=by,
        note=note,
        submitted_at=timezone.now(),
        origin=Suggestion.Origin.SESSION if session else Suggestion.Origin.BETWEEN,
        session=session,
        year=session.starts_on.year if session else clock.today().year,
        delegation=mandate.delegation if mandate else None,
        committee=suggestion.category.committee,
    )
    _keep_text(suggestion, by)
    notifications.submitted(suggestion)


@transaction.atomic
def withdraw(suggestion: Suggestion, *, by, note: str) -> None:
    """The deputy takes it back; handling ends at once (D1.5). Refused once any unit has replied."""
    hold(suggestion)
    if suggestion.assignments.answering().filter(replies__state=states.ReplyState.SIGNED).exists():
        raise MoveRefused(suggestion, _("A unit has already replied, so it can no longer be withdrawn."))
    advance(suggestion, "withdraw", by=by, note=note)
    notifications.withdrawn(suggestion, end_parts(suggestion, by=by), note)


# Shared by these


def session_on(day) -> Session | None:
    """The meeting of the city's congress that is held on ``day``, if any."""
    return Session.objects.filter(term__level="city", starts_on__lte=day, ends_on__gte=day).first()


def _answer(cosignature, answer, by, version):
    """What was asked and read, with nobody changing it meanwhile; the answer counts for that text."""
    suggestion = cosignature.suggestion
    hold(suggestion)
    suggestion.refresh_from_db()
    if suggestion.state != S.COSIGNING:
        raise MoveRefused(suggestion, _("It is not collecting co-signers any more."))
    if suggestion.cosign_until and suggestion.cosign_until < clock.today():
        raise MoveRefused(suggestion, _("The day by which co-signers could answer has passed."))
    if suggestion.text_version != version:
        raise MoveRefused(suggestion, _("The text was changed in the meantime. Please read it again."))
    row = type(cosignature).objects.select_for_update().get(pk=cosignature.pk)
    row.state, row.text_version, row.answered_at = answer, version, timezone.now()
    row._history_user = by
    row.save()
    audit.record("record.changed", by=by, about=row, fields=["state"])
    cosignature.refresh_from_db()
    notifications.cosigner_answered(cosignature)


def _keep_text(suggestion, by):
    """Into the history goes each text that others read, not what its author tries in between."""
    suggestion.refresh_from_db()
    Suggestion.history.bulk_history_create([suggestion], update=True, default_user=by)


def _ask_again(suggestion):
    """The text is another one: who agreed to the former is asked again."""
    agreed = suggestion.cosignatures.filter(state=states.CoSignatureState.AGREED)
    for row in agreed.exclude(text_version=F("suggestion__text_version")).select_related(
        "deputy", "suggestion"
    ):
        row.state = states.CoSignatureState.ASKED
        row.save(update_fields=["state"])
        if suggestion.state == S.COSIGNING:  # else ``invite`` tells them when they can answer
            notifications.cosigner_asked(row)


def _file_claim(claim, suggestion, by):
    claim.suggestion = suggestion
    advance(claim, "file", by=by, suggestion=suggestion)
