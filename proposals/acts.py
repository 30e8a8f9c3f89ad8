"""What this visitor can do next with a suggestion: each act a link, in the order of what waits most.

The pages they lead to ask ``rules.py`` and the actions once more; this only decides what is offered.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Role
from accounts.rules import is_congress_staff, roles_of, units_of
from common import clock

from . import states
from .actions.assignments import why_not_extend, why_not_hand_back
from .models import GOVERNMENT_KINDS, Reply
from .rules import HANDLERS, deputy_of

A, C, S = states.AssignmentState, states.CommitmentState, states.SuggestionState
R = states.ReplyState


@dataclass(frozen=True)
class Act:
    """``hint`` says what to know before; the first act of a page is its one primary button."""

    label: str
    url: str
    hint: str = ""


def acts(user, suggestion, parts, commitments) -> list[Act]:
    """``parts`` and ``commitments`` are all of this suggestion, with their units, as the page has read them."""
    if not user.is_authenticated:
        return []
    offered = [*_of_deputy(user, suggestion, commitments), *_of_units(user, parts, commitments)]
    if Role.GOVERNMENT_OFFICE in roles_of(user):
        offered += _of_government(parts)
    if is_congress_staff(user) and suggestion.submitted_at:
        change = reverse("admin:proposals_suggestion_change", args=[suggestion.pk])
        offered.append(Act(_("Open in the staff area"), change))
    return offered


def _to(name, record):
    return reverse(f"proposals:{name}", args=[record.pk])


def _of_deputy(user, suggestion, commitments):
    deputy = deputy_of(user)
    if deputy is None:
        return
    asked = suggestion.cosignatures.filter(deputy=deputy).first()
    if asked and suggestion.state == S.COSIGNING and suggestion.lead_id != deputy.pk:
        hint = _("Please read the text first. You answer for yourself; nobody can do it for you.")
        yield Act(_("Answer whether I co-sign"), _to("cosign", asked), hint)
    rating = suggestion.ratings.waiting().filter(deputy=deputy).first()
    if rating:
        yield Act(_("Rate the handling"), _to("rate", rating), clock.days_left(rating.until))
    if suggestion.lead_id == deputy.pk:
        yield from _of_author(suggestion)
    if suggestion.lead_id == deputy.pk or (asked and asked.state == states.CoSignatureState.AGREED):
        for commitment in commitments:
            if commitment.state == C.DONE:
                hint = _("Please look on the spot first: %(text)s") % {"text": commitment.text}
                yield Act(_("Verify the commitment"), _to("verify", commitment), hint)


def _of_author(suggestion):
    if suggestion.state in states.WITH_AUTHOR:
        yield Act(_("Go on writing"), _to("edit", suggestion))
        yield Act(_("Ask for co-signers"), _to("invite", suggestion))
        yield Act(pgettext("suggestion", "Submit"), _to("submit", suggestion))
    if suggestion.state == S.DRAFT:
        yield Act(_("Delete the draft"), _to("discard", suggestion))
    elif suggestion.state in suggestion.MOVES["withdraw"].sources:
        yield Act(pgettext("suggestion", "Withdraw"), _to("withdraw", suggestion))


def _of_units(user, parts, commitments):
    mine = {unit.pk for unit in units_of(user, *HANDLERS)}
    signing = {unit.pk for unit in units_of(user, Role.UNIT_SIGNER)}
    for part in parts:
        if part.unit_id not in mine:
            continue
        if part.state in (A.PENDING, A.HANDLING):
            word, page, record, note = next_act(part)
            yield Act(word, _to(page, record), note)
        if part.state == A.HANDLING:
            if page == "consult":
                yield Act(_("Write the reply"), _to("write", part))
            else:
                yield Act(_("Record a consultation"), _to("consult", part))
            if not why_not_extend(part):
                yield Act(_("Ask for more time"), _to("extend", part))
        if part.state in (A.PENDING, A.HANDLING) and not why_not_hand_back(part):
            until = _("It can be handed back until %(day)s.") % {"day": date_format(part.return_until)}
            yield Act(_("Hand it back"), _to("hand-back", part), until)
        if part.state == A.REVIEW:
            for letter in part.replies.all():
                if letter.state == R.REVIEW and part.unit_id in signing:
                    yield Act(_("Read and sign the letter"), _to("letter-sign", letter))
        yield from _of_promises(part, [one for one in commitments if one.assignment_id == part.pk])


def _of_promises(part, own):
    """What a unit does about what it promised in this part."""
    kept = [one.verified_on for one in own if one.state == C.FULFILLED]
    told = [one.signed_on for one in part.replies.all() if one.kind == Reply.Kind.SECOND and one.signed_on]
    if part.state == A.REPLIED and kept and (not told or max(told) < max(kept)):
        yield Act(_("Reply once more"), _to("second", part), _("Tell the deputies what was done."))
    for commitment in own:
        if commitment.state == C.TRACKING:
            yield Act(_("Report progress"), _to("progress", commitment), commitment.text)
            yield Act(_("Report as fulfilled"), _to("report", commitment), commitment.text)


def next_act(part):
    """``(word, page, record, note)`` of the one thing a unit does next with its part, read with ``replies`` and
    ``consultations``.
    """
    letters = list(part.replies.all())
    letter = next((letter for letter in letters if letter.state != R.SIGNED), None)
    if part.state == A.PENDING:
        return _("Sign for it"), "sign", part, ""
    if part.state == A.RETURN_ASKED:
        return _("Look at it"), "detail", part.suggestion, _("The office that assigned it decides.")
    if letter and letter.state == R.REVIEW:
        return _("Look at the letter"), "letter", letter, _("It lies with the signer.")
    if letter:
        return _("Finish the letter"), "present", letter, ""
    if part.state == A.REPLIED:
        return _("Look at the letter"), "letter", letters[-1], ""
    if not part.answers:
        return _("Write the opinion"), "write", part, ""
    if any(talk.round == part.round for talk in part.consultations.all()):
        return _("Write the reply"), "write", part, ""
    return _("Record a consultation"), "consult", part, ""


def _of_government(parts):
    for part in parts:
        if part.unit.kind not in GOVERNMENT_KINDS:
            continue
        if part.state == A.RETURN_ASKED:
            yield Act(_("Give it to another unit"), _to("replace", part), str(part.unit))
            yield Act(_("It stays with this unit"), _to("keep", part), str(part.unit))
        elif part.state in states.WORKING:
            yield Act(_("Urge"), _to("urge", part), str(part.unit))
