"""One page for each act on an opinion: the case beside the form, and what was typed kept when somebody else was faster."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import clock
from common.access import require
from common.act_pages import act_page, closed, sent
from common.workflow import MoveRefused
from proposals.rules import deputy_of

from .. import deadlines, states
from ..actions import dispatches, opinions, raising
from ..forms.opinions import (
    AcceptForm,
    AddUnitForm,
    AnswerForm,
    AskDeputyForm,
    DispatchForm,
    JoinForm,
    NoteForm,
    PublishForm,
    RefuseForm,
    RemarkForm,
    SayForm,
)
from .opinions import opinion_for, view_of

O = states.OpinionState  # noqa: E741 the letter of the noun


def ask(request, opinion, form, act, *, heading, why="", **context):
    """An act on its page. ``why`` it is closed stands there instead of the form, unless somebody has written in it."""
    return act_page(
        request,
        form,
        keeping_text(act),
        template="liaison_stations/opinions/act.html",
        opinion=opinion,
        view=view_of(request.user, opinion),
        heading=heading,
        why="" if form.is_bound else why,
        **{"back": opinion.get_absolute_url(), "submit": heading, "crumb": opinion} | context,
    )


def keeping_text(act):
    """What the workflow refuses is told beside the form, so that what was typed is still there to be copied."""

    def done(**given):
        try:
            act(**given)
        except MoveRefused as refusal:
            raise ValidationError(str(refusal)) from refusal

    return done


def case_for(request, pk, verb):
    """The opinion, or 404 for who may not know of it, or 403 for who may not do this with it."""
    opinion = opinion_for(request, pk)
    require(request.user, f"liaison_stations.{verb}_opinion", opinion)
    return opinion


def _until(day):
    return date_format(day(clock.today()))


# Review


def release(request, pk):
    opinion = case_for(request, pk, "release")
    return ask(
        request,
        opinion,
        RemarkForm(*sent(request), record=opinion),
        partial(opinions.release, opinion, by=request.user),
        done=_("It waits for its review like any other now."),
        heading=_("Nothing speaks against it"),
        why=closed(opinion, "release"),
        told=[_("It was held because of: %(words)s") % {"words": opinion.found_words or "—"}],
    )


def accept(request, pk):
    opinion = case_for(request, pk, "accept")
    return ask(
        request,
        opinion,
        AcceptForm(*sent(request), record=opinion),
        partial(opinions.accept, opinion, by=request.user),
        done=_("Accepted. An answer is owed by %(day)s.") % {"day": _until(deadlines.answer)},
        heading=pgettext("opinion", "Accept"),
        why=closed(opinion, "accept"),
        told=[
            _("An answer is owed by %(day)s, or a department has the case by then. The citizen is told.")
            % {"day": _until(deadlines.answer)}
        ],
    )


def refuse(request, pk):
    opinion = case_for(request, pk, "refuse")
    return ask(
        request,
        opinion,
        RefuseForm(*sent(request), record=opinion),
        partial(opinions.refuse, opinion, by=request.user),
        done=_("Not accepted. The citizen is told why, and where to turn."),
        heading=pgettext("opinion", "Do not accept"),
        why=closed(opinion, "refuse"),
        told=[_("Nobody is sent away without being told the right place. The citizen reads all three.")],
    )


def join(request, pk):
    opinion = case_for(request, pk, "join")
    return ask(
        request,
        opinion,
        JoinForm(*sent(request), record=opinion),
        partial(opinions.join, opinion, by=request.user),
        done=_("Joined. Its citizen follows the other one from now on."),
        heading=_("Join it to another"),
        why=closed(opinion, "join"),
        told=[_("Both stay visible and lead to each other; only the other one is answered.")],
    )


# On its way


def dispatch(request, pk):
    opinion = case_for(request, pk, "dispatch")
    return ask(
        request,
        opinion,
        DispatchForm(*sent(request), record=opinion),
        partial(dispatches.dispatch, opinion, by=request.user),
        done=_("Dispatched. The departments must report in by %(day)s.")
        % {"day": _until(deadlines.report_in)},
        heading=_("Dispatch to a department"),
        why=closed(opinion, "dispatch"),
        told=_clock_of_orders(),
    )


def add_unit(request, pk):
    opinion = case_for(request, pk, "dispatch")
    is_out = opinion.state == O.DISPATCHED
    return ask(
        request,
        opinion,
        AddUnitForm(*sent(request), record=opinion),
        partial(dispatches.add_unit, opinion, by=request.user),
        done=_("Dispatched. The department must report in by %(day)s.")
        % {"day": _until(deadlines.report_in)},
        heading=_("Add a department"),
        why="" if is_out else _("No department has it at the moment. Dispatch it anew."),
        told=_clock_of_orders(),
    )


def _clock_of_orders():
    words = {
        "report_in": _until(deadlines.report_in),
        "on_site": _until(deadlines.on_site),
        "solve": _until(deadlines.solve),
    }
    return [
        _("It must report in by %(report_in)s, be on the spot by %(on_site)s and solve it by %(solve)s.")
        % words,
        _("The department reads what was said, without name and number of the citizen."),
    ]


def answer(request, pk):
    opinion = case_for(request, pk, "answer")
    return ask(
        request,
        opinion,
        AnswerForm(*sent(request), record=opinion),
        partial(opinions.answer, opinion, by=request.user, deputy=speaks_as(request.user, opinion)),
        done=_("Answered. The citizen can rate it until %(day)s.") % {"day": _until(deadlines.rating)},
        heading=_("Report back to the citizen")
        if opinion.state == O.SOLVED
        else pgettext("opinion", "Answer"),
        why=closed(opinion, "answer"),
        told=[
            _(
                "This is the answer the citizen rates. Say what was done or decided, by whom and when; if nothing can "
                "be done now, why."
            )
        ],
        other=(_("Only tell how far it is"), reverse("stations:opinion-say", args=[opinion.pk])),
    )


def say(request, pk):
    opinion = case_for(request, pk, "say")
    is_open = opinion.state in opinions.WITH_WHOM
    return ask(
        request,
        opinion,
        SayForm(*sent(request), record=opinion),
        partial(opinions.say, opinion, by=request.user, deputy=speaks_as(request.user, opinion)),
        done=_("The citizen reads it now."),
        heading=_("Tell the citizen how far it is"),
        why="" if is_open else _("Nobody is working on it at the moment."),
        told=[_("The answer itself is still owed by the same day.")],
    )


def speaks_as(user, opinion):
    """The deputy for whom this person speaks: themselves, where it is addressed to them or they belong to its station."""
    deputy = deputy_of(user)
    if deputy is None or deputy.pk in (opinion.deputy_id, opinion.asked_deputy_id):
        return deputy
    return None if view_of(user, opinion).handles else deputy


# The county office, and a suggestion


def escalate(request, pk):
    opinion = case_for(request, pk, "escalate")
    return ask(
        request,
        opinion,
        NoteForm(*sent(request), record=opinion),
        partial(opinions.escalate, opinion, by=request.user),
        done=_("Raised. The county office has it now."),
        heading=_("Raise to the county office"),
        why=closed(opinion, "escalate"),
        told=[
            _(
                "For what a street or township cannot decide. Orders that still run end; the county office answers, "
                "dispatches, gives it back, or asks a city deputy to make a suggestion of it."
            )
        ],
    )


def send_down(request, pk):
    opinion = case_for(request, pk, "send_down")
    return ask(
        request,
        opinion,
        NoteForm(*sent(request), record=opinion),
        partial(opinions.send_down, opinion, by=request.user),
        done=_("Given back to the station."),
        heading=_("Give it back to the station"),
        why=closed(opinion, "send_down"),
        told=[_("The station answers it by %(day)s.") % {"day": _until(deadlines.answer)}],
    )


def ask_deputy(request, pk):
    opinion = case_for(request, pk, "ask_deputy")
    return ask(
        request,
        opinion,
        AskDeputyForm(*sent(request), record=opinion),
        partial(raising.ask_deputy, opinion, by=request.user),
        done=_("Asked. The deputy decides."),
        heading=_("Ask a city deputy to suggest it"),
        why="" if opinion.state == O.ESCALATED else _("It does not lie with the county office any more."),
        told=[
            _(
                "A city deputy in office of this station or county. Until a suggestion is begun another one can be "
                "asked, and the opinion can still be answered here."
            )
        ],
    )


def raise_it(request, pk):
    """The deputy begins the suggestion and goes on writing at once."""
    opinion = case_for(request, pk, "raise")
    response = ask(
        request,
        opinion,
        forms.Form(*sent(request)),
        partial(raising.begin, opinion, by=request.user),
        done=_("A draft has been made of it. Only you see it until you send it."),
        heading=_("Make a suggestion of it"),
        why=closed(opinion, "raise"),
        told=[
            _(
                "A draft is begun with what was said, without the citizen's name and numbers. You write the rest."
            ),
            _(
                "Deputies do not solve single cases; a suggestion asks for what helps many (Deputies Law Art. 31)."
            ),
        ],
    )
    opinion.refresh_from_db()
    if response.status_code == 302 and opinion.suggestion_id:
        return redirect("proposals:edit", opinion.suggestion_id)
    return response


# At the end


def decline(request, pk):
    """Afterwards a deputy of another station does not see the opinion any more, so the way leads to the deputy's list."""
    opinion = case_for(request, pk, "decline")
    return ask(
        request,
        opinion,
        NoteForm(*sent(request), record=opinion),
        partial(raising.decline, opinion, by=request.user),
        done=_("The county office has your reason and goes on with it."),
        heading=_("Make no suggestion of it"),
        why=closed(opinion, "decline"),
        told=[_("The county office reads the reason. It answers by itself, or asks another deputy.")],
        back=reverse("stations:opinions"),
    )


def close(request, pk):
    opinion = case_for(request, pk, "close")
    return ask(
        request,
        opinion,
        RemarkForm(*sent(request), record=opinion),
        partial(opinions.close, opinion, by=request.user),
        done=_("Filed."),
        heading=pgettext("opinion", "File"),
        why=closed(opinion, "close"),
    )


def publish(request, pk):
    opinion = case_for(request, pk, "publish")
    return ask(
        request,
        opinion,
        PublishForm(*sent(request), record=opinion),
        partial(opinions.publish, opinion, by=request.user),
        done=_("Published. It stands among the answered opinions."),
        heading=pgettext("opinion", "Publish"),
        why=opinions.why_not_publish(opinion),
        told=[
            _(
                "The public reads these words and never the name. Phone and identity numbers are taken out; please "
                "take out what else tells who it was: house numbers, illnesses, names of children."
            )
        ],
    )


def take_back(request, pk):
    opinion = case_for(request, pk, "publish")
    return ask(
        request,
        opinion,
        NoteForm(*sent(request), record=opinion),
        partial(opinions.take_public_back, opinion, by=request.user),
        done=_("The public reads nothing of it any more."),
        heading=_("Take it back from the public"),
        why="" if opinion.published_on else _("It is not public."),
    )
