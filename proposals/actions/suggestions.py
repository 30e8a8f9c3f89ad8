"""提 and the office's review: a suggestion is written, co-signed, sent, reviewed, registered, withdrawn, published."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit, clock, freshness, uploads
from common.workflow import MoveRefused, advance
from deputies.models import Session

from .. import checks, notifications, states
from ..models import MergeGroup, Publication, Suggestion, SuggestionFile, TopicClaim
from .classes import set_class
from .parts import end_parts, hold

S = states.SuggestionState
MAX_FILES = 9
TEXTS = ("title", "facts", "reasons", "request")
OPENNESS = list(Publication)  # most first


# The author


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


# The office


@transaction.atomic
def send_back(suggestion: Suggestion, *, by, note: str) -> None:
    """Return it for revision; it comes back (D1.4)."""
    advance(suggestion, "send_back", by=by, note=note)
    notifications.decided(suggestion, note)


@transaction.atomic
def reject(suggestion: Suggestion, *, by, rejection: str, note: str) -> None:
    """Do not accept it, for a coded reason of D1.4 and in words; final."""
    if rejection not in Suggestion.Rejection:
        raise ValidationError({"rejection": _("Choose one of the values offered.")})
    advance(suggestion, "reject", by=by, note=note, rejection=rejection)
    notifications.decided(suggestion, note)


@transaction.atomic
def refer(suggestion: Suggestion, *, by, note: str) -> None:
    """Ask a deputy of a higher level to carry it upward (转请上级代表提出, D1.4); ``note`` says whom."""
    advance(suggestion, "refer", by=by, note=note)
    notifications.decided(suggestion, note)


@transaction.atomic
def register(suggestion: Suggestion, *, by, note: str = "", category=None, committee=None, **fields) -> None:
    """Give it the next number of its session or year, its category and supervising committee.

    ``fields`` may hold ``number``, where papers already bear one, and ``origin`` ``motion`` (D1.3).
    """
    category = category or suggestion.category
    committee = committee or category.committee
    if committee is None:
        raise ValidationError(
            {"committee": _("Choose the committee that supervises; the category names none.")}
        )
    number = fields.pop("number", None) or _next_number(suggestion)
    try:
        with transaction.atomic():
            advance(
                suggestion,
                "register",
                by=by,
                note=note,
                number=number,
                registered_at=timezone.now(),
                category=category,
                committee=committee,
                **fields,
            )
    except IntegrityError as error:
        raise ValidationError(
            {"number": _("No. %(number)s is taken. Choose another, or leave it empty.") % {"number": number}}
        ) from error
    notifications.decided(suggestion)


@transaction.atomic
def classify(suggestion: Suggestion, *, by, category, committee) -> None:
    """Another category or supervising committee, after registering too."""
    suggestion.category, suggestion.committee = category, committee
    suggestion._history_user = by
    suggestion.save(update_fields=["category", "committee"])
    audit.record("record.changed", by=by, about=suggestion, fields=["category", "committee"])


@transaction.atomic
def merge(suggestions, *, matter: str, by) -> MergeGroup:
    """Have suggestions on one matter handled together (并案); each keeps its own reply, rating and count (D1.6)."""
    chosen = list(suggestions)
    if len(chosen) < 2:
        raise ValidationError(_("Choose at least two suggestions."))
    if any(suggestion.registered_at is None for suggestion in chosen):
        raise ValidationError(_("Only registered suggestions are handled together."))
    if taken := [str(suggestion) for suggestion in chosen if suggestion.merge_group_id]:
        raise ValidationError(
            _("Handled together with others already: %(titles)s.") % {"titles": "、".join(taken)}
        )
    group = MergeGroup.objects.create(matter=matter.strip(), by=by)
    for suggestion in chosen:
        _set_group(suggestion, group, by)
    return group


@transaction.atomic
def unmerge(suggestion: Suggestion, *, by) -> None:
    """Take it out of those handled together; a group of one is none."""
    group = suggestion.merge_group
    if group is None:
        return
    _set_group(suggestion, None, by)
    left = list(group.suggestions.all())
    if len(left) < 2:
        for other in left:
            _set_group(other, None, by)
        group.delete()


@transaction.atomic
def publish(
    suggestion: Suggestion,
    *,
    by,
    publication: str,
    public_summary: str = "",
    publication_reason: str = "",
    wish: str = "",
) -> None:
    """Publish it with its replies in full, as a summary, or decide not to (D1.13), within what the deputy wished;
    ``wish`` is the answer of one whose suggestion came on paper, asked now.

    Deciding again is possible: what was published too far can be taken back.
    """
    if suggestion.state not in states.ANSWERED:
        raise MoveRefused(suggestion, _("It is published together with the reply, which is not there yet."))
    if publication not in OPENNESS:
        raise ValidationError({"publication": _("Choose one of the values offered.")})
    if not suggestion.wish and publication != Publication.NONE and wish not in OPENNESS:
        raise ValidationError(
            {"wish": _("It came on paper. Ask the deputy first, and enter the answer here.")}
        )
    suggestion.wish = suggestion.wish or wish
    if suggestion.wish and OPENNESS.index(publication) < OPENNESS.index(suggestion.wish):
        raise ValidationError(
            {
                "publication": _("The deputy agreed to no more than: %(wish)s.")
                % {"wish": suggestion.get_wish_display()}
            }
        )
    if publication == Publication.SUMMARY and not public_summary.strip():
        raise ValidationError({"public_summary": _("Write the summary the public reads.")})
    if publication == Publication.NONE and not publication_reason.strip():
        raise ValidationError({"publication_reason": _("Say why it is not published.")})
    is_public = publication != Publication.NONE
    suggestion.publication = publication
    suggestion.public_summary = public_summary.strip() if publication == Publication.SUMMARY else ""
    suggestion.publication_reason = "" if is_public else publication_reason.strip()
    suggestion.published_on = (suggestion.published_on or clock.today()) if is_public else None
    suggestion._history_user = by
    decided = ["wish", "publication", "public_summary", "publication_reason", "published_on"]
    suggestion.save(update_fields=decided)
    audit.record("suggestion.published", by=by, about=suggestion, fields=[publication])
    if is_public:
        notifications.published(suggestion)


@transaction.atomic
def reclassify(suggestion: Suggestion, *, reply_class, by, reason: str) -> None:
    """The office's check found another class than the unit's (回头看, D1.11)."""
    if suggestion.reply_class is None:
        raise MoveRefused(suggestion, _("There is no reply yet whose class could be changed."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please give the reason; it goes into the history.")})
    hold(suggestion)
    set_class(suggestion, reply_class, by=by, reason=reason.strip(), is_check=True)


@transaction.atomic
def archive(suggestion: Suggestion, *, by, note: str = "") -> None:
    """Put it away at the end of the year. One whose promises are still tracked rolls over instead (D1.12)."""
    if suggestion.commitments.open().exists():
        raise MoveRefused(suggestion, _("A promise is still tracked, so it stays open."))
    advance(suggestion, "archive", by=by, note=note)


# Shared by actions


def session_on(day) -> Session | None:
    """The meeting of the city's congress that is held on ``day``, if any."""
    return Session.objects.filter(term__level="city", starts_on__lte=day, ends_on__gte=day).first()


def _next_number(suggestion) -> int:
    """One more than the last of its session or year. Whoever registers next waits until this is committed."""
    if suggestion.session_id:
        Session.objects.select_for_update().get(pk=suggestion.session_id)
        numbered = Suggestion.objects.filter(session=suggestion.session_id)
    else:
        numbered = Suggestion.objects.filter(session=None, year=suggestion.year)
        numbered.select_for_update().only("pk").order_by("pk").first()  # where everybody of this year waits
    return (numbered.aggregate(last=Max("number"))["last"] or 0) + 1


def _set_group(suggestion, group, by):
    suggestion.merge_group = group
    suggestion._history_user = by
    suggestion.save(update_fields=["merge_group"])
    audit.record("record.changed", by=by, about=suggestion, fields=["merge_group"])


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
