"""The office with what was sent: reviewed, registered with a number, classified, put together, published, put away."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit, clock
from common.workflow import MoveRefused, advance
from deputies.models import Session

from .. import notifications, states
from ..models import MergeGroup, Publication, Suggestion
from .classes import set_class
from .parts import hold

S = states.SuggestionState
OPENNESS = list(Publication)  # most first


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


# Shared by these


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
