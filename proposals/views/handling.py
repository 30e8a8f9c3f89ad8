"""One page for each act of a unit with its part, and for what the government office decides about it."""

from functools import partial

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import act_pages
from common.access import found, require
from common.act_pages import closed, sent

from .. import states
from ..actions import assignments, commitments
from ..forms.unit import (
    ConsultationForm,
    ExtensionForm,
    HandBackForm,
    NoteForm,
    ProgressForm,
    ReplaceForm,
    ReportForm,
    UrgeForm,
)
from ..models import Assignment, Commitment

A, C = states.AssignmentState, states.CommitmentState


act_page = partial(act_pages.act_page, template="proposals/unit/act.html")


def part_for(request, pk, verb) -> Assignment:
    """The part of a unit, or 404 for who may not know of it, or 403 for who may not do this with it."""
    parts = Assignment.objects.select_related(
        "unit", "proposed_unit", "suggestion__lead", "suggestion__session"
    )
    part = found(parts, request.user, pk=pk)
    require(request.user, f"proposals.{verb}_assignment", part)
    return part


def due_told(part) -> str:
    return _("Due on %(day)s. %(how)s") % {
        "day": date_format(part.due_on),
        "how": part.deadline.explain(),
    }


# A unit and its part


def sign(request, pk):
    part = part_for(request, pk, "sign")
    return act_page(
        request,
        forms.Form(*sent(request)),
        partial(assignments.sign, part, by=request.user),
        done=_("Signed for. The reply is due on %(day)s.") % {"day": date_format(part.due_on)},
        back="proposals:unit",
        part=part,
        heading=_("Sign for it"),
        submit=_("Sign for it"),
        why=closed(part, "sign"),
        told=[
            _("You confirm that your unit has received it and handles it as %(part)s.")
            % {"part": part.get_part_display()},
            due_told(part),
            _("It is not yours? It can be handed back until %(day)s, with a reason and a proposed unit.")
            % {"day": date_format(part.return_until)},
        ],
    )


def hand_back(request, pk):
    part = part_for(request, pk, "hand_back")
    return act_page(
        request,
        HandBackForm(part, *sent(request)),
        partial(assignments.hand_back, part, by=request.user),
        done=_("Handed back. The office that assigned it decides; your clock runs on until then."),
        back="proposals:unit",
        part=part,
        heading=_("Hand it back"),
        submit=_("Hand it back"),
        why=closed(part, "hand_back") or assignments.why_not_hand_back(part),
        told=[
            _("It can be handed back until %(day)s. %(how)s")
            % {"day": date_format(part.return_until), "how": part.return_deadline.explain()},
            _("Say why it is not yours and whose it is. Do not pass it on to another unit yourself."),
        ],
    )


def extend(request, pk):
    part = part_for(request, pk, "extend")
    return act_page(
        request,
        ExtensionForm(*sent(request)),
        partial(assignments.ask_extension, part, by=request.user),
        done=_("Asked. Until the deputies' office has decided, the old day counts."),
        back="proposals:unit",
        part=part,
        heading=_("Ask for more time"),
        submit=_("Ask for more time"),
        why=assignments.why_not_extend(part),
        told=[
            due_told(part),
            _("With more time it would be due on %(day)s. %(how)s")
            % {
                "day": date_format(part.extended_deadline.due),
                "how": part.extended_deadline.explain(),
            },
            _(
                "Only what concerns many and is hard to solve gets six months, once (Deputies Law Art. 51). "
                "The deputies' office decides, and the deputies read your reason."
            ),
        ],
    )


def consult(request, pk):
    part = part_for(request, pk, "consult")
    is_open = part.state in (A.HANDLING, A.REVIEW, A.REPLIED)
    return act_page(
        request,
        ConsultationForm(part, *sent(request)),
        partial(assignments.consult, part, by=request.user),
        done=_("The consultation has been recorded."),
        back="proposals:unit",
        part=part,
        talks=part.consultations.prefetch_related("deputies"),
        heading=_("Record a consultation"),
        submit=_("Record it"),
        why="" if is_open else _("Sign for it first."),
        told=[
            due_told(part),
            _(
                "Before it replies, a unit hears the deputy (Deputies Law Art. 51): a visit, a meeting, or together "
                "on the spot. A phone call alone is not what is asked for. A record is never changed."
            ),
        ],
    )


# The office that assigned it


def keep(request, pk):
    part = part_for(request, pk, "keep")
    return act_page(
        request,
        NoteForm(*sent(request)),
        partial(assignments.keep, part, by=request.user),
        done=_("It stays with %(unit)s, which has been told.") % {"unit": part.unit},
        back=part.get_absolute_url(),
        part=part,
        heading=_("It stays with this unit"),
        submit=_("It stays with this unit"),
        why=closed(part, "keep"),
        told=_handed_back(part),
        other=(_("Give it to another unit"), reverse("proposals:replace", args=[part.pk])),
    )


def replace(request, pk):
    part = part_for(request, pk, "replace")
    return act_page(
        request,
        ReplaceForm(part, request.user, *sent(request)),
        partial(assignments.replace, part, by=request.user),
        done=_("Given to another unit. Its own clock starts today."),
        back=part.get_absolute_url(),
        part=part,
        heading=_("Give it to another unit"),
        submit=_("Give it to another unit"),
        why=closed(part, "replace"),
        told=[*_handed_back(part), _("The unit that takes over gets the whole time, counted from today.")],
    )


def urge(request, pk):
    part = part_for(request, pk, "urge")
    return act_page(
        request,
        UrgeForm(*sent(request)),
        partial(assignments.urge, part, by=request.user),
        done=_("%(unit)s has been urged.") % {"unit": part.unit},
        back=part.get_absolute_url(),
        part=part,
        heading=_("Urge"),
        submit=_("Urge"),
        why=assignments.why_not_urge(part),
        told=[due_told(part)],
    )


def _handed_back(part):
    """What the unit said when it handed it back, if it did."""
    asked = part.changes.filter(move="hand_back").first()
    if part.state != A.RETURN_ASKED or asked is None:
        return []
    return [
        _("%(unit)s hands it back and proposes %(proposed)s: %(why)s")
        % {"unit": part.unit, "proposed": part.proposed_unit, "why": asked.note}
    ]


# Promises


def progress(request, pk):
    commitment = _commitment_for(request, pk, "progress")
    return act_page(
        request,
        ProgressForm(*sent(request)),
        partial(commitments.report_progress, commitment, by=request.user),
        done=_("Reported. Thank you."),
        back="proposals:unit",
        part=commitment.assignment,
        commitment=commitment,
        heading=_("Report progress"),
        submit=_("Report progress"),
        why=closed(commitment, "report"),
        told=_promised(commitment),
        other=(_("Report as fulfilled"), reverse("proposals:report", args=[commitment.pk])),
    )


def report(request, pk):
    commitment = _commitment_for(request, pk, "report")
    return act_page(
        request,
        ReportForm(*sent(request)),
        partial(commitments.report, commitment, by=request.user),
        done=_("Reported as fulfilled. A deputy goes and looks."),
        back="proposals:unit",
        part=commitment.assignment,
        commitment=commitment,
        heading=_("Report as fulfilled"),
        submit=_("Report as fulfilled"),
        why=closed(commitment, "report"),
        told=[
            *_promised(commitment),
            _("It counts as kept when a deputy has seen it on the spot. Pictures help."),
        ],
    )


def _commitment_for(request, pk, verb):
    promises = Commitment.objects.select_related(
        "unit", "assignment__unit", "assignment__suggestion__lead", "assignment__suggestion__session"
    )
    commitment = found(promises, request.user, pk=pk)
    require(request.user, f"proposals.{verb}_commitment", commitment)
    return commitment


def _promised(commitment):
    told = _("Promised for %(day)s; responsible: %(leader)s.") % {
        "day": date_format(commitment.due_on),
        "leader": commitment.leader,
    }
    return [commitment.text, told]
