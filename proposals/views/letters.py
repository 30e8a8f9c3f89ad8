"""A unit's letters: written, promised in, enclosed to, sent to the signer, signed, corrected; and read by everybody who may."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import audit, word
from common.access import found, require
from common.act_pages import closed, sent
from common.early_cache import public_page

from .. import letters, rules, states
from ..actions import replies
from ..forms.letters import CorrectionForm, EnclosureForm, LetterForm
from ..forms.unit import NoteForm, PromiseForm
from ..models import Commitment, Reply, ReplyFile
from .handling import act_page, due_told, part_for

A, R = states.AssignmentState, states.ReplyState


# On the desk


def write(request, pk):
    """The letter in work of this unit, or a new one; once kept, its desk."""
    part = part_for(request, pk, "write")
    letter = part.replies.open().first()
    kind = Reply.Kind.REPLY if part.answers else Reply.Kind.OPINION
    if letter and letter.state == R.REVIEW:
        return redirect(letter)
    form = LetterForm(*sent(request), instance=letter or Reply(assignment=part, kind=kind))
    if form.is_bound and form.is_valid():
        try:
            letter = replies.write(part, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("proposals:present", letter.pk)
    context = {
        "form": form,
        "part": part,
        "heading": _("Write the letter: %(kind)s") % {"kind": form.instance.get_kind_display()},
        "submit": _("Save and go on"),
        "back": reverse("proposals:unit"),
        "why": "" if letter or part.state == A.HANDLING else _("There is nothing to answer at the moment."),
        "told": [due_told(part)] if part.state in states.WORKING else [],
        "opinions": Reply.objects.signed()
        .filter(assignment__suggestion=part.suggestion_id, kind=Reply.Kind.OPINION)
        .exclude(assignment=part)
        .select_related("assignment__unit"),
    }
    return render(request, "proposals/unit/act.html", context)


def second(request, pk):
    """Begin the letter that tells of promises kept (D1.12)."""
    part = part_for(request, pk, "write")
    kept = part.commitments.filter(state=states.CommitmentState.FULFILLED)
    return act_page(
        request,
        forms.Form(*sent(request)),
        partial(replies.write_second, part, by=request.user),
        done=_("The letter has been begun."),
        back=reverse("proposals:write", args=[part.pk]),
        part=part,
        heading=_("Reply once more"),
        submit=_("Begin the letter"),
        why="" if kept else _("A second reply tells of a promise that was kept and verified."),
        told=[
            _("When what was promised has been done and seen by a deputy, the unit tells all signers."),
            *(f"{commitment.text}（{commitment.get_state_display()}）" for commitment in kept),
        ],
    )


def present(request, pk):
    """The desk of a letter: how it will look, what it lacks, its promises and enclosures; from here it goes to the signer."""
    letter = letter_for(request, pk, "present")
    form = forms.Form(*sent(request))
    return act_page(
        request,
        form,
        partial(replies.present, letter, by=request.user),
        done=_("The letter lies with the signer of your unit."),
        back="proposals:unit",
        template="proposals/unit/present.html",
        part=letter.assignment,
        reply=letter,
        letter=letters.compose(letter),
        missing=replies.missing(letter),
        remarks=replies.remarks(letter),
        sent_back=letter.changes.filter(move="send_back").first(),
        heading=_("Finish the letter"),
        submit=_("Send to sign-off"),
        why=closed(letter, "present"),
    )


def promise(request, pk):
    letter = letter_for(request, pk, "change")
    return act_page(
        request,
        PromiseForm(*sent(request)),
        partial(replies.promise, letter, by=request.user),
        done=_("The promise stands in the letter."),
        back=reverse("proposals:present", args=[letter.pk]),
        part=letter.assignment,
        heading=_("Add a promise"),
        submit=_("Add it"),
        why=closed(letter, "present"),
        told=[
            _(
                "A promise says what is done, who answers for it and by when. It goes into the public register; "
                "a deputy will look whether it was kept."
            )
        ],
    )


@require_POST
def promise_remove(request, pk):
    commitment = found(Commitment.objects.select_related("assignment__unit", "reply"), request.user, pk=pk)
    require(request.user, "proposals.write_assignment", commitment.assignment)
    replies.take_promise_out(commitment, by=request.user)
    messages.success(request, _("The promise has been taken out of the letter."))
    return redirect("proposals:present", commitment.reply_id)


def enclose(request, pk):
    letter = letter_for(request, pk, "change")
    return act_page(
        request,
        EnclosureForm(*sent(request)),
        partial(replies.add_file, letter, by=request.user),
        done=_("The document goes with the letter."),
        back=reverse("proposals:present", args=[letter.pk]),
        part=letter.assignment,
        heading=_("Enclose a document"),
        submit=_("Enclose it"),
        why=closed(letter, "present"),
    )


@require_POST
def enclosure_remove(request, pk):
    enclosure = get_object_or_404(ReplyFile.objects.select_related("file"), pk=pk)
    letter = letter_for(request, enclosure.reply_id, "change")
    replies.remove_file(enclosure, by=request.user)
    messages.success(request, _("The document no longer goes with the letter."))
    return redirect("proposals:present", letter.pk)


# With the signer


def sign(request, pk):
    """The signer sees exactly what leaves."""
    letter = letter_for(request, pk, "sign")
    is_writer = letter.written_by_id == request.user.pk
    return act_page(
        request,
        forms.Form(*sent(request)),
        partial(replies.sign, letter, by=request.user),
        done=_("Signed. The letter has left."),
        back="proposals:unit",
        template="proposals/unit/letter_sign.html",
        part=letter.assignment,
        reply=letter,
        letter=letters.compose(letter),
        remarks=replies.remarks(letter),
        heading=_("Read and sign the letter"),
        submit=_("Sign the reply"),
        why=closed(letter, "sign")
        or (_("Who wrote a letter does not sign it. Ask somebody else of your unit.") if is_writer else ""),
    )


def send_back(request, pk):
    letter = letter_for(request, pk, "send_back")
    return act_page(
        request,
        NoteForm(*sent(request)),
        partial(replies.send_back, letter, by=request.user),
        done=_("The letter is back on the desk of who wrote it."),
        back="proposals:unit",
        part=letter.assignment,
        heading=_("Back to the desk"),
        submit=_("Back to the desk"),
        why=closed(letter, "send_back"),
        told=[_("Say what has to be changed.")],
    )


def correct(request, pk):
    letter = letter_for(request, pk, "correct")
    return act_page(
        request,
        CorrectionForm(*sent(request)),
        partial(replies.correct, letter, by=request.user),
        done=_("The corrected letter has been begun with the words of the old one."),
        back=reverse("proposals:write", args=[letter.assignment_id]),
        part=letter.assignment,
        heading=_("Correct the letter"),
        submit=_("Begin the corrected letter"),
        why="" if letter.state == R.SIGNED else _("It has not been signed yet; it can simply be changed."),
        told=[
            _("A signed letter stays as it is. A corrected one takes its place, says why, and is signed too.")
        ],
    )


# Read


@login_not_required
@public_page()
def read(request, pk):
    """The letter as it was sent, which prints on A4."""
    reply = found(Reply.objects.for_letters(), request.user, pk=pk)
    context = {
        "reply": reply,
        "letter": letters.compose(reply, is_public=not _takes_part(request.user, reply)),
        "corrections": reply.corrections.signed(),
        "may_correct": reply.state == R.SIGNED and request.user.has_perm("proposals.correct_reply", reply),
    }
    return render(request, "proposals/unit/letter.html", context)


@login_not_required
def read_word(request, pk):
    reply = found(Reply.objects.for_letters(), request.user, pk=pk)
    letter = letters.compose(reply, is_public=not _takes_part(request.user, reply))
    if request.user.is_authenticated:
        audit.record("suggestion.saved", about=reply)
    return word.answer(letters.as_word(letter), letter.title)


def letter_for(request, pk, verb) -> Reply:
    letter = found(Reply.objects.for_letters(), request.user, pk=pk)
    require(request.user, f"proposals.{verb}_reply", letter)
    return letter


def _takes_part(user, reply) -> bool:
    return rules.works.test(user, reply) or rules.knows_suggestion.test(user, reply)
