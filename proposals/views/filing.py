"""A deputy writes a suggestion, asks others to co-sign it, sends it, and may take it back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.access import found, require
from common.workflow import MoveRefused
from deputies.models import Deputy
from deputies.views import card

from .. import checks, states
from ..actions import suggestions
from ..forms.mine import InviteForm, SuggestionForm, WithdrawForm
from ..likeness import similar_to
from ..models import Suggestion, SuggestionFile, TopicClaim
from ..rules import deputy_of

S = states.SuggestionState
ANSWER_DAYS = 7  # what is proposed for co-signers to answer
FOUND = 20  # deputies shown of a search
SENT = gettext_lazy("It has been sent; its text can no longer be changed.")


def own_deputy(request):
    """The deputy who signed in; the pages of deputies exist for nobody else."""
    if (deputy := deputy_of(request.user)) is None:
        raise Http404
    return deputy


def seen(request, pk, permission):
    """The suggestion, if this visitor may see it and may do what ``permission`` names."""
    suggestions_ = Suggestion.objects.select_related("lead", "category__committee", "session")
    suggestion = found(suggestions_, request.user, pk=pk)
    require(request.user, f"proposals.{permission}_suggestion", suggestion)
    return suggestion


# The text


def new(request):
    """Begin a draft; one in which nothing is written yet is gone on with, so pressing twice makes one."""
    deputy = own_deputy(request)
    require(request.user, "proposals.add_suggestion")
    claim = _claim(deputy, request.GET.get("claim"))
    if request.method != "POST":
        return render(request, "proposals/mine/new.html", {"claim": claim})
    if claim is None:
        draft = Suggestion.objects.untouched().filter(lead=deputy).first()
        draft = draft or suggestions.begin(deputy, by=request.user)
    elif claim.suggestion:
        draft = claim.suggestion
    else:
        draft = suggestions.begin(deputy, by=request.user, claim=claim, category=claim.topic.category)
    return redirect("proposals:edit", draft.pk)


def edit(request, pk, then="", without=None):
    """The filing form. ``then``: the part of the page to come back to; ``without``: an enclosure to remove."""
    suggestion = seen(request, pk, "write")
    if suggestion.state not in states.WITH_AUTHOR:
        return _already_sent(request, suggestion)
    form = SuggestionForm(request.POST or None, request.FILES or None, instance=suggestion)
    saved = None
    if request.method == "POST" and form.is_valid():
        saved = _save(form, by=request.user)
        if not form.errors:
            if without:
                suggestions.remove_file(without, by=request.user)
            if "send" in request.POST:
                return redirect("proposals:submit", pk)
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('proposals:edit', args=[pk])}{then}")
    returned = suggestion.changes.filter(move="send_back").first() if suggestion.state == S.RETURNED else None
    return render(
        request,
        "proposals/mine/edit.html",
        {
            "form": form,
            "suggestion": suggestion,
            "saved": saved,
            "returned": returned,
            "files": suggestion.files.select_related("file"),
            "autosaves": suggestion.state in states.AUTOSAVED,
            "max_files": suggestions.MAX_FILES,
        },
    )


@require_POST
def file_add(request, pk):
    """Enclose what was chosen, and save what is written: without JavaScript both are one form."""
    return edit(request, pk, then="#enclosures")


@require_POST
def file_remove(request, pk):
    """Take an enclosure away, and save what is written."""
    enclosure = get_object_or_404(SuggestionFile.objects.select_related("file"), pk=pk)
    return edit(request, enclosure.suggestion_id, then="#enclosures", without=enclosure)


@require_POST
def autosave(request, pk):
    """Save while somebody writes: ``{version, words}``, or with status 400 or 409 the words that say what to do."""
    suggestion = seen(request, pk, "write")
    form = SuggestionForm(request.POST, instance=suggestion)
    if suggestion.state not in states.AUTOSAVED:
        return JsonResponse({"words": SENT}, status=409)
    if not form.is_valid():
        words = [f"{form[name].label}：{error}" for name, errors in form.errors.items() for error in errors]
        return JsonResponse({"words": " ".join(words)}, status=400)
    try:
        saved = _write(form, by=request.user)
    except (MoveRefused, ValidationError) as error:
        words = error.messages[0] if isinstance(error, ValidationError) else str(error)
        return JsonResponse({"words": words}, status=409)
    now = time_format(timezone.localtime(), "H:i")
    return JsonResponse({"version": saved.text_version, "words": _("Saved at %(time)s.") % {"time": now}})


@require_GET
def similar(request):
    """What resembles a title while it is typed: ``{html}``."""
    own_deputy(request)
    but = request.GET.get("but", "")
    alike = similar_to(
        request.GET.get("title", "")[:100], user=request.user, but=int(but) if but.isdecimal() else None
    )
    html = render_to_string("proposals/mine/_similar.html", {"similar": alike}, request)
    return JsonResponse({"html": html})


def _claim(deputy, pk):
    """The topic of this deputy that the suggestion grows from, or ``None``; 404 for anybody else's."""
    if not pk:
        return None
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    claims = TopicClaim.objects.held().select_related("topic__category", "suggestion")
    return get_object_or_404(claims, pk=pk, deputy=deputy)


def _already_sent(request, suggestion):
    messages.warning(request, SENT)
    return redirect(suggestion)


def _write(form, *, by):
    return suggestions.write(form.instance, by=by, version=form.cleaned_data["version"], **form.text)


def _save(form, *, by):
    """Write the text, then enclose the files; what cannot be is told beside its field.

    Returns the suggestion as it stands in the database. Where another window has changed it the form holds what was
    written here, the page shows what stands there, and saving once more replaces it.
    """
    try:
        saved = _write(form, by=by)
    except ValidationError as error:
        if error.code != "changed":
            form.add_error(None, error)
            return None
        saved = Suggestion.objects.get(pk=form.instance.pk)
        form.add_error(
            None,
            _(
                "The text was changed in another window. What stands there is shown below; "
                "if you save now, what you wrote here takes its place."
            ),
        )
        form.at_version(saved.text_version)
        return saved
    for field, is_picture in (("pictures", True), ("documents", False)):
        for upload in form.cleaned_data[field]:
            try:
                suggestions.add_file(saved, upload, by=by, is_picture=is_picture)
            except ValidationError as error:
                form.at_version(saved.text_version)
                form.add_error(field, error)
                return None
    return saved


# From the draft to the office


def invite(request, pk):
    """Ask deputies to co-sign: found by name or pinyin, each answers for themselves."""
    suggestion = seen(request, pk, "invite")
    if suggestion.state not in states.WITH_AUTHOR:
        return _already_sent(request, suggestion)
    asked = list(suggestion.cosignatures.select_related("deputy"))
    until = max(suggestion.cosign_until or clock.today(), clock.today() + clock.ONE_DAY * ANSWER_DAYS)
    form = InviteForm(request.POST or None, initial={"until": until}, is_first=not asked)
    if request.method == "POST" and form.is_valid():
        try:
            suggestions.invite(suggestion, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            n = len(form.cleaned_data["deputies"])
            told = ngettext("%(n)s deputy has been asked.", "%(n)s deputies have been asked.", n) % {"n": n}
            messages.success(request, told if n else _("They can answer now."))
            return redirect("proposals:invite", pk)
    text = request.GET.get("q", "")
    return render(
        request,
        "proposals/mine/invite.html",
        {
            "suggestion": suggestion,
            "form": form,
            "asked": asked,
            "q": text,
            "found": _found(suggestion, asked, text) if text.strip() else None,
            "blocking": [finding for finding in checks.findings(suggestion) if finding.blocks],
        },
    )


def submit(request, pk):
    """What is looked at before sending, then the one button that sends it."""
    suggestion = seen(request, pk, "submit")
    if suggestion.state not in states.WITH_AUTHOR:
        return _already_sent(request, suggestion)
    findings = checks.findings(suggestion)
    if request.method == "POST" and not any(finding.blocks for finding in findings):
        suggestions.submit(suggestion, by=request.user)
        messages.success(request, _("It has been sent to the office, which tells you what becomes of it."))
        return redirect("proposals:mine")
    answers = list(suggestion.cosignatures.select_related("deputy"))
    return render(
        request,
        "proposals/mine/submit.html",
        {
            "suggestion": suggestion,
            "findings": findings,
            "blocks": any(finding.blocks for finding in findings),
            "session": suggestions.session_on(clock.today()),
            "agreed": [row.deputy for row in answers if row.holds_for(suggestion)],
            "open": [row.deputy for row in answers if row.state == states.CoSignatureState.ASKED],
            "files": suggestion.files.select_related("file"),
            "similar": similar_to(suggestion.title, user=request.user, but=pk),
            "view": {"reads_text": True},
        },
    )


def withdraw(request, pk):
    """Take it back, with the reason; handling ends at once."""
    suggestion = seen(request, pk, "withdraw")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        suggestions.withdraw(suggestion, by=request.user, **form.cleaned_data)
        messages.success(request, _("The suggestion has been withdrawn."))
        return redirect("proposals:mine")
    can_be = suggestion.state in suggestion.MOVES["withdraw"].sources
    return render(
        request, "proposals/mine/withdraw.html", {"suggestion": suggestion, "form": form, "can_be": can_be}
    )


def discard(request, pk):
    """Throw a draft away, after asking once."""
    suggestion = seen(request, pk, "delete")
    if request.method == "POST":
        suggestions.discard(suggestion, by=request.user)
        messages.success(request, _("The draft has been deleted."))
        return redirect("proposals:mine")
    return render(request, "proposals/mine/discard.html", {"suggestion": suggestion})


def _found(suggestion, asked, text):
    """Cards of sitting deputies that fit, without those who were asked already."""
    known = [suggestion.lead_id, *(row.deputy_id for row in asked)]
    fitting = Deputy.objects.acting().matching(text[:40]).exclude(pk__in=known)
    return [(deputy.pk, card(deputy)) for deputy in fitting.order_by("pinyin", "pk").for_cards()[:FOUND]]
