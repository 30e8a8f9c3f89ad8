"""A suggestion's page: a document with a margin, for everybody who may see it."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.rules import units_of
from common import clock
from common.access import found, known, read_later
from common.early_cache import public_page

from .. import rules, states
from ..actions import ratings
from ..acts import acts
from ..models import Part, Publication, Reply, Suggestion, Verdict
from ..story import story

C, S = states.CommitmentState, states.SuggestionState
PUBLISHED = Suggestion.objects.public().only("publication", "merge_group")  # what rules ask of it
WHOLE = Suggestion.objects.select_related(
    "lead", "category", "committee__unit", "session__term__area", "reply_class", "merge_group"
)


@dataclass(frozen=True)
class Step:
    """One mark of the bar that shows where a suggestion stands: ``is_done``, or ``is_here`` now."""

    label: str
    day: object = None
    is_done: bool = False
    is_here: bool = False


@login_not_required
@public_page()
def detail(request, pk):
    user = request.user
    if user.is_authenticated:
        suggestion = seen = found(WHOLE, user, pk=pk)
    else:
        seen = known("suggestion", PUBLISHED, pk)
        suggestion = read_later(WHOLE, pk)
    parts = SimpleLazyObject(lambda: parts_of(suggestion, user))
    view = view_of(user, seen, parts)
    letters = SimpleLazyObject(lambda: letters_of(suggestion, view))
    commitments = SimpleLazyObject(lambda: commitments_of(suggestion))
    opinions = SimpleLazyObject(lambda: said_by_citizens(suggestion, user))
    offered = acts(user, suggestion, parts, commitments)
    # of others it is handled with, and of what citizens said, each sees their own
    sees_own = seen.merge_group_id is not None or (
        user.is_authenticated and any(is_seen for _opinion, is_seen in opinions)
    )
    context = {
        "pk": pk,
        "suggestion": suggestion,
        "view": view,
        "is_alike": view.is_public and not offered and not sees_own,
        "today": clock.today(),
        "parts": parts,
        "letters": letters,
        "commitments": commitments,
        "kept": lambda: sum(commitment.state == C.FULFILLED for commitment in commitments),
        "cosigners": SimpleLazyObject(
            lambda: [row.deputy for row in suggestion.cosignatures.agreed().select_related("deputy")]
        ),
        "asked": suggestion.cosignatures.select_related("deputy") if view.sees_answers else (),
        "clock": SimpleLazyObject(lambda: clock_of(suggestion, parts, view)),
        "steps": lambda: steps(suggestion, commitments),
        "acts": offered,
        "sums": sums(suggestion) if view.is_inside else (),
        "key_items": SimpleLazyObject(lambda: suggestion.key_items.all()),
        "merged": SimpleLazyObject(lambda: merged_with(suggestion, user)),
        "claim": getattr(suggestion, "claim", None) if view.is_inside else None,
        "opinions": opinions,
        "files": SimpleLazyObject(lambda: suggestion.files.select_related("file")),
        "story": SimpleLazyObject(
            lambda: story(
                suggestion,
                letters,
                is_inside=view.is_inside,
                reads_notes=view.reads_notes,
                units=view.units,
            )
        ),
    }
    return render(request, "proposals/detail.html", context)


def parts_of(suggestion, user):
    """The parts of the units that take part, the lead unit first; with what tells the next act of somebody who may act."""
    rows = suggestion.assignments.taking_part().select_related("unit")
    if user.is_authenticated:
        rows = rows.prefetch_related("replies", "consultations")
    return sorted(rows, key=lambda part: (list(Part).index(part.part), part.pk))


def commitments_of(suggestion) -> list:
    return list(suggestion.commitments.promised().select_related("unit", "verified_by"))


def letters_of(suggestion, view):
    """Those signed, the newest first; what a co-unit wrote to the lead unit is for those who take part."""
    letters = (
        Reply.objects.signed()
        .filter(assignment__suggestion=suggestion)
        .select_related("assignment__unit", "reply_class")
        .prefetch_related("files__file")
        .order_by("-signed_on", "-pk")
    )
    return [letter for letter in letters if view.is_inside or letter.assignment.answers]


@dataclass(frozen=True)
class View:
    """How much of a suggestion this visitor reads.

    ``is_inside``: a signer, a unit that takes part or the congress's staff, not just the public.
    """

    is_inside: bool
    reads_text: bool
    reads_notes: bool
    sees_answers: bool
    units: frozenset

    @property
    def is_public(self) -> bool:
        """Whether it is what everybody reads, and so is drawn once a change."""
        return not (self.is_inside or self.reads_notes or self.sees_answers or self.units)


def view_of(user, suggestion, parts) -> View:
    if not user.is_authenticated:
        reads_text = suggestion.publication == Publication.FULL
        return View(False, reads_text, False, False, frozenset())
    staff = rules.whole_city.test(user) or rules.supervises(user, suggestion)
    is_author = rules.is_author(user, suggestion)
    own = frozenset(unit.pk for unit in units_of(user, *rules.HANDLERS))
    own = own & {part.unit_id for part in parts} if own else own
    inside = user.has_perm("proposals.know_suggestion", suggestion)
    return View(
        is_inside=inside,
        reads_text=inside or suggestion.publication == Publication.FULL,
        reads_notes=bool(user.is_superuser or staff or is_author),
        sees_answers=user.has_perm("proposals.see_cosigners_suggestion", suggestion),
        units=own,
    )


def clock_of(suggestion, parts, view):
    """The part whose day counts for this visitor: a unit's own, else the last that owes the deputy a reply."""
    running = [part for part in parts if part.state in states.WORKING]
    own = [part for part in running if part.unit_id in view.units]
    answering = [part for part in running if part.answers]
    return max(own or answering, key=lambda part: part.due_on, default=None)


def steps(suggestion, commitments) -> list[Step]:
    """提出 → 交办 → 答复 → 兑现承诺 → 办结, with the days; the fourth only where something was promised."""
    here = suggestion.state
    promised = [
        Step(
            _("Keep the promises"),
            is_done=all(one.state == C.FULFILLED for one in commitments),
            is_here=here in (S.CONCLUDED, S.ARCHIVED)
            and any(one.state in states.OPEN_COMMITMENTS for one in commitments),
        )
    ]
    letter = f"（{suggestion.reply_class.code}）" if suggestion.reply_class else ""
    return [
        Step(
            pgettext("step", "Put forward"),
            suggestion.submitted_at,
            is_done=suggestion.registered_at is not None,
            is_here=suggestion.registered_at is None,
        ),
        Step(
            pgettext("step", "Assigned"),
            suggestion.assigned_on,
            is_done=here in states.KNOWN_TO_UNITS - {S.ASSIGNED},
            is_here=here in (S.REGISTERED, S.ASSIGNED),
        ),
        Step(
            pgettext("step", "Replied") + letter,
            suggestion.replied_on,
            is_done=here in states.ANSWERED - {S.REHANDLING},
            is_here=here in (S.HANDLING, S.REHANDLING),
        ),
        Step(
            pgettext("step", "Rated"),
            suggestion.concluded_on,
            is_done=here in (S.CONCLUDED, S.ARCHIVED),
            is_here=here == S.REPLIED,
        ),
        *(promised if commitments else []),
    ]


def sums(suggestion) -> list[dict]:
    """What the signers said in each round, as numbers; nothing of a round in which somebody is still being asked."""
    rounds = {}
    for rating in suggestion.ratings.all():
        rounds.setdefault(rating.round, []).append(rating)
    told = []
    for number, given in sorted(rounds.items()):
        if not ratings.is_settled(suggestion, number):
            told.append({"round": number, "waits": True})
            continue
        said = [rating for rating in given if rating.rated_at]
        told.append(
            {
                "round": number,
                "asked": len(given),
                "rated": len(said),
                "results": [
                    (verdict.label, sum(rating.result == verdict for rating in said)) for verdict in Verdict
                ],
            }
        )
    return told


def said_by_citizens(suggestion, user) -> list:
    """What citizens said that it was made of: what was published, and what this visitor handles at a station."""
    seen = list(suggestion.opinions.visible_to(user).for_lists())
    public = suggestion.opinions.published().exclude(pk__in=[opinion.pk for opinion in seen])
    return [(opinion, True) for opinion in seen] + [
        (opinion, False) for opinion in public.select_related("station")
    ]


def merged_with(suggestion, user):
    """The others that are handled together with it, as far as this visitor may see them."""
    if suggestion.merge_group is None:
        return Suggestion.objects.none()
    group = Suggestion.objects.visible_to(user).filter(merge_group=suggestion.merge_group)
    return group.exclude(pk=suggestion.pk).for_lists()
