"""What stands on each printed form (D8.4), in the order of the paper, read from the records and in the office's language."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import clock, preferences
from common.text import in_office_language, paragraphs

from ..models import (
    Assignment,
    Commitment,
    Extension,
    KeyItem,
    Rating,
    Reply,
    Solved,
    Suggestion,
    Urging,
    Verdict,
)

MOST_ROWS = 500  # promises on one list: what an office prints at once, some twenty sheets


@dataclass(frozen=True)
class Paper:
    """One form. Everything is text as it is printed.

    ``facts`` are ``(label, text)``; ``sections`` are ``(heading, paragraphs)``; ``questions`` are
    ``(question, [(answer, is_ticked)])``; ``rows`` stand under ``columns``; ``signatures`` name the lines left for a pen.
    """

    title: str
    number: str = ""
    to: str = ""
    facts: tuple = ()
    sections: tuple = ()
    questions: tuple = ()
    columns: tuple = ()
    rows: tuple = ()
    note: str = ""
    signatures: tuple = ()
    sender: str = ""
    day: str = ""


@in_office_language
def sheet(suggestion: Suggestion) -> Paper:
    """建议原件: the text as its signers put it forward."""
    texts = [
        (_label(Suggestion, name), paragraphs(getattr(suggestion, name)))
        for name in ("facts", "reasons", "request")
    ]
    on_paper = _("The text is a paper at the office that registered it.") if suggestion.is_on_paper else ""
    return Paper(
        title=_("Suggestion of deputies"),
        number=suggestion.label,
        facts=_filled(
            *_about(suggestion),
            (_label(Suggestion, "delegation"), suggestion.delegation),
            (_label(Suggestion, "category"), suggestion.category),
            (_("Put forward on"), _day(suggestion.submitted_at)),
            (_label(Suggestion, "wish"), suggestion.get_wish_display()),
            (_label(Suggestion, "wish_reason"), suggestion.wish_reason),
        ),
        sections=tuple((heading, lines) for heading, lines in texts if lines),
        note=on_paper,
    )


@in_office_language
def assignment_notice(part: Assignment) -> Paper:
    """交办通知单: what a unit is given, until when, and what is expected of it (D1.7, D1.8)."""
    suggestion = part.suggestion
    others = suggestion.assignments.taking_part().exclude(pk=part.pk).select_related("unit")
    told = [
        _("Please sign for it in the portal. If it is not yours, hand it back with a reason by %(day)s.")
        % {"day": date_format(part.return_until)}
    ]
    if part.answers:
        told.append(
            _(
                "Hear the deputies before you reply; the reply goes to every signer in writing, signed by the head of "
                "your unit."
            )
        )
    else:
        told.append(_("Please send your opinion to the lead unit in writing by that day."))
    return Paper(
        title=_("Notice of assignment"),
        number=suggestion.label,
        to=_("%(unit)s:") % {"unit": part.unit.name},
        facts=_filled(
            *_about(suggestion),
            (_label(Suggestion, "category"), suggestion.category),
            (_label(Suggestion, "committee"), suggestion.committee),
            (pgettext("paper", "Part of your unit"), part.get_part_display()),
            (_("Other units"), "、".join(f"{one.unit}（{one.get_part_display()}）" for one in others)),
            (_label(Assignment, "assigned_on"), _day(part.assigned_on)),
            (_label(Assignment, "due_on"), _day(part.due_on)),
            (capfirst(_("how the day is counted")), part.deadline.explain() if _is_counted(part) else ""),
        ),
        sections=((_("What is asked of you"), told),),
        signatures=(_("Received by (signature)"), _("Received on")),
        **_office_of(part.assigned_on),
    )


@in_office_language
def return_request(part: Assignment) -> Paper:
    """退回（调整）申请单: why a unit handed it back, and what was decided (D1.7)."""
    asked = part.changes.filter(move="hand_back").first()
    decided = part.changes.filter(move__in=("keep", "replace"), pk__gt=asked.pk).first()
    decision = f"{decided.label}（{_day(decided.at)}）{decided.note}" if decided else ""
    return Paper(
        title=_("Request to hand a suggestion back"),
        number=part.suggestion.label,
        facts=_filled(
            *_about(part.suggestion),
            (_label(Assignment, "unit"), part.unit.name),
            (_label(Assignment, "assigned_on"), _day(part.assigned_on)),
            (_("Could be handed back until"), _day(part.return_until)),
            (_("Handed back on"), _day(asked.at)),
            (_label(Assignment, "proposed_unit"), part.proposed_unit and part.proposed_unit.name),
            (_("Decision"), decision),
        ),
        sections=((_("Reason"), paragraphs(asked.note)),),
        signatures=(_("Head of the unit (signature and seal)"), _("Office that assigned it (opinion)")),
    )


@in_office_language
def extension_request(extension: Extension) -> Paper:
    """延期申请单: why a hard suggestion needs more time, and what was decided (Deputies Law Art. 51)."""
    part = extension.assignment
    decision = ""
    if extension.decided_at:
        decision = f"{extension.get_state_display()}（{_day(extension.decided_at)}）"
    return Paper(
        title=_("Request for more time"),
        number=part.suggestion.label,
        facts=_filled(
            *_about(part.suggestion),
            (_label(Assignment, "unit"), part.unit.name),
            (_label(Assignment, "assigned_on"), _day(part.assigned_on)),
            (_label(Extension, "due_before"), _day(extension.due_before)),
            (_label(Extension, "due_after"), _day(extension.due_after)),
            (_label(Extension, "asked_at"), _day(extension.asked_at)),
            (_("Decision"), decision),
        ),
        sections=((_("Reason"), paragraphs(extension.reason)),),
        signatures=(_("Head of the unit (signature and seal)"), _("Office that decides (opinion)")),
    )


@in_office_language
def urging_notice(urging: Urging) -> Paper:
    """催办通知: a unit is asked where its reply is."""
    part = urging.assignment
    is_late = urging.on > part.due_on
    told = _("It was due on %(day)s and is late.") if is_late else _("It is due on %(day)s.")
    return Paper(
        title=_("Notice that urges"),
        number=part.suggestion.label,
        to=_("%(unit)s:") % {"unit": part.unit.name},
        facts=_filled(
            *_about(part.suggestion),
            (pgettext("paper", "Part of your unit"), part.get_part_display()),
            (_label(Assignment, "assigned_on"), _day(part.assigned_on)),
            (_label(Assignment, "due_on"), _day(part.due_on)),
        ),
        sections=(
            (
                _("What is asked of you"),
                [
                    told % {"day": date_format(part.due_on)},
                    *paragraphs(urging.words),
                    _("Please report in the portal how far it is."),
                ],
            ),
        ),
        **_office_of(urging.on),
    )


@in_office_language
def opinion_form(rating: Rating) -> Paper:
    """征询意见表: what the congress asks one signer (D1.15); the unit never sees it. Ticked where it was answered."""
    suggestion = rating.suggestion
    letters = (
        Reply.objects.signed()
        .filter(assignment__suggestion=suggestion, round=rating.round)
        .exclude(kind=Reply.Kind.OPINION)
        .select_related("assignment__unit")
    )
    replied = "、".join(f"{letter.assignment.unit}（{_day(letter.signed_on)}）" for letter in letters)
    questions = [
        (_label(Rating, name), [(choice.label, choice == getattr(rating, name)) for choice in answers])
        for name, answers in (("attitude", Verdict), ("result", Verdict), ("solved", Solved))
    ]
    return Paper(
        title=_("Opinion on how a suggestion was handled"),
        number=suggestion.label,
        to=_("Deputy %(name)s:") % {"name": rating.deputy},
        facts=_filled(
            *_about(suggestion),
            (_("Replied by"), replied),
            (_label(Rating, "round"), rating.round if rating.round > 1 else ""),
            (_label(Rating, "until"), _day(rating.until)),
        ),
        questions=tuple(questions),
        sections=(
            (_("In your own words (needed if you are not satisfied)"), paragraphs(rating.words) or [""]),
        ),
        note=_("The congress asks you, not the unit. The unit sees only sums, and never who said what."),
        signatures=(_("Signature of the deputy"), pgettext("paper", "Day"), _("Address and phone")),
        **_office_of(None),
    )


@in_office_language
def plan(item: KeyItem) -> Paper:
    """重点督办方案: what is supervised, by whom, how, and what was done so far (D1.14)."""
    bundled = item.suggestions.select_related("lead", "session").order_by("pk")
    steps = [f"{_day(step.on)}　{step.get_kind_display()}：{step.text}" for step in item.steps.all()]
    sections = [
        (_label(KeyItem, "plan"), paragraphs(item.plan)),
        (_("Steps of supervision"), steps),
        (_label(KeyItem, "report"), paragraphs(item.report)),
    ]
    return Paper(
        title=_("Plan for supervising a key suggestion"),
        number=str(item.year),
        facts=_filled(
            (_label(KeyItem, "title"), item.title),
            (_label(KeyItem, "chosen_on"), _day(item.chosen_on)),
            (_label(KeyItem, "supervision_leader"), item.supervision_leader),
            (_label(KeyItem, "handling_leader"), item.handling_leader),
            (_label(KeyItem, "committee"), item.committee),
        ),
        columns=(_("No."), _label(Suggestion, "title"), _label(Suggestion, "lead")),
        rows=tuple((one.label, one.title, str(one.lead)) for one in bundled),
        sections=tuple((heading, lines) for heading, lines in sections if lines),
        **_office_of(item.chosen_on),
    )


@in_office_language
def promises(register: QuerySet) -> Paper:
    """承诺事项清单: what was promised, by when, and whether a deputy saw it done (D1.12); the first :data:`MOST_ROWS`."""
    listed = list(register.for_lists()[: MOST_ROWS + 1])
    rows = [
        (
            str(number),
            one.suggestion.label,
            one.text,
            str(one.unit),
            one.leader,
            _day(one.due_on),
            str(one.slips or "—"),
            " ".join(filter(None, (one.get_state_display(), _day(one.verified_on)))),
        )
        for number, one in enumerate(listed[:MOST_ROWS], 1)
    ]
    note = _("The table ends after %(n)s rows.") % {"n": MOST_ROWS} if len(listed) > MOST_ROWS else ""
    return Paper(
        title=_("List of commitments"),
        columns=(
            pgettext("column", "Row"),
            _("No."),
            _label(Commitment, "text"),
            _label(Commitment, "unit"),
            _label(Commitment, "leader"),
            _label(Commitment, "due_on"),
            _label(Commitment, "slips"),
            _label(Commitment, "state"),
        ),
        rows=tuple(rows),
        note=note,
        **_office_of(clock.today()),
    )


# Shared by the forms


def _about(suggestion):
    """What every form says of the suggestion it belongs to."""
    lead, *cosigners = suggestion.signers()
    place = suggestion.session or suggestion.get_origin_display()
    return (
        (_label(Suggestion, "title"), suggestion.title),
        (_label(Suggestion, "origin"), place),
        (_label(Suggestion, "lead"), lead),
        (_("Co-signers"), "、".join(map(str, cosigners))),
    )


def _office_of(day):
    return {"sender": preferences.get("portal.organisation"), "day": _day(day)}


def _is_counted(part):
    """Whether counting gives the day the unit was told; a table of the office may have told another (D8.2)."""
    return part.deadline.due == part.due_on


def _label(model, name):
    return capfirst(model._meta.get_field(name).verbose_name)


def _filled(*facts):
    """Those that say something."""
    return tuple((label, str(text)) for label, text in facts if text)


def _day(moment):
    """A day in words; of a moment, that of the office's clock."""
    if not moment:
        return ""
    return date_format(timezone.localtime(moment) if hasattr(moment, "hour") else moment)
