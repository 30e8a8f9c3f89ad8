"""What deputies, units and the congress's staff are told about suggestions, in the office's language.

``key`` makes telling twice impossible, so actions and reminders may call these as often as they like.
"""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Role, User
from accounts.rules import is_congress_staff, is_leader, roles_of, units_of
from common.text import in_office_language
from notices import groups
from notices.actions import tell

from .models import GOVERNMENT_KINDS
from .rules import HANDLERS, deputy_of

groups.register(
    groups.Group(
        "suggestions_mine",
        gettext_lazy("My suggestions"),
        kinds=frozenset({"proposals.to_deputy", "proposals.rate"}),
        may_mute=False,
        concerns=lambda user: deputy_of(user) is not None,
    )
)
groups.register(
    groups.Group(
        "suggestions_unit",
        gettext_lazy("Suggestions our unit handles"),
        kinds=frozenset({"proposals.to_unit", "proposals.urged"}),
        urgent=frozenset({"proposals.urged"}),
        may_mute=False,
        shared=True,
        concerns=lambda user: bool(units_of(user, *HANDLERS)),
    )
)
groups.register(
    groups.Group(
        "suggestions_office",
        gettext_lazy("Work on suggestions"),
        kinds=frozenset({"proposals.to_office"}),
        shared=True,
        concerns=lambda user: bool(
            is_congress_staff(user) or is_leader(user) or Role.GOVERNMENT_OFFICE in roles_of(user)
        ),
    )
)


# Whom


def accounts_of(deputies):
    return [deputy.user for deputy in deputies if deputy.user and deputy.user.is_active]


def people_at(unit, *roles):
    """Active accounts that hold one of these roles at a unit today, each once."""
    held = Membership.objects.current().filter(unit=unit, role__in=roles or HANDLERS)
    return list(User.objects.filter(is_active=True, memberships__in=held).distinct())


def with_role(role):
    return list(User.objects.filter(is_active=True).with_role(role))


def supervisors_of(suggestion):
    return people_at(suggestion.committee.unit, Role.COMMITTEE) if suggestion.committee else []


def dispatchers_of(unit):
    """Who answers for where a part lies: the deputies' office, of units of the government its office too."""
    government = with_role(Role.GOVERNMENT_OFFICE) if unit.kind in GOVERNMENT_KINDS else []
    return [*with_role(Role.OFFICE), *government]


def send(people, kind, subject, record, key, body="", link="") -> int:
    """Tell all of them the same; who was told with this key before is not told again. How many were told now."""
    told = [
        tell(
            person,
            kind=f"proposals.{kind}",
            subject=subject,
            body=body,
            link=link or record.get_absolute_url(),
            key=key,
            about=record,
        )
        for person in people
    ]
    return sum(notice.is_new for notice in told)


# What


@in_office_language
def cosigner_asked(cosignature):
    suggestion = cosignature.suggestion
    until = suggestion.cosign_until
    send(
        accounts_of([cosignature.deputy]),
        "to_deputy",
        _("%(name)s asks you to co-sign: %(title)s") % {"name": suggestion.lead, "title": suggestion},
        suggestion,
        f"cosign:{cosignature.pk}:{suggestion.text_version}",
        body=_("Please read the text and answer by %(day)s.") % {"day": date_format(until)} if until else "",
        link=reverse("proposals:cosign", args=[cosignature.pk]),
    )


@in_office_language
def cosigner_answered(cosignature):
    send(
        accounts_of([cosignature.suggestion.lead]),
        "to_deputy",
        _("%(name)s answered your request to co-sign: %(answer)s")
        % {"name": cosignature.deputy, "answer": cosignature.get_state_display()},
        cosignature.suggestion,
        f"cosign-answer:{cosignature.pk}:{cosignature.text_version}:{cosignature.state}",
    )


@in_office_language
def submitted(suggestion):
    send(
        with_role(Role.OFFICE),
        "to_office",
        _("To review: %(title)s (%(name)s)") % {"title": suggestion, "name": suggestion.lead},
        suggestion,
        f"submitted:{suggestion.pk}:{suggestion.changes.filter(move='submit').count()}",
        link=reverse("admin:proposals_suggestion_change", args=[suggestion.pk]),
    )


@in_office_language
def decided(suggestion, note=""):
    """To the signers: returned, not accepted, referred, registered, and why."""
    send(
        accounts_of(suggestion.signers()),
        "to_deputy",
        _("%(title)s: %(state)s") % {"title": suggestion, "state": suggestion.get_state_display()},
        suggestion,
        f"decided:{suggestion.pk}:{suggestion.changes.count()}",
        body=note,
    )


@in_office_language
def withdrawn(suggestion, units, note):
    """To the units that handled it, and to those who co-signed it (D1.5)."""
    send(
        accounts_of([deputy for deputy in suggestion.signers() if deputy.pk != suggestion.lead_id]),
        "to_deputy",
        _("%(name)s has withdrawn: %(title)s") % {"name": suggestion.lead, "title": suggestion},
        suggestion,
        f"withdrawn:{suggestion.pk}",
        body=note,
    )
    for unit in units:
        send(
            people_at(unit),
            "to_unit",
            _("Withdrawn by the deputy, handling ends: %(title)s") % {"title": suggestion},
            suggestion,
            f"withdrawn:{suggestion.pk}",
            body=note,
            link=reverse("proposals:unit"),
        )


@in_office_language
def assigned(assignment):
    send(
        people_at(assignment.unit),
        "to_unit",
        _("To sign for as %(part)s: %(title)s")
        % {"part": assignment.get_part_display(), "title": assignment.suggestion},
        assignment,
        f"assigned:{assignment.pk}",
        body=_("Due on %(day)s.") % {"day": date_format(assignment.due_on)},
    )


@in_office_language
def topic_offered(topic):
    send(
        with_role(Role.OFFICE),
        "to_office",
        _("%(unit)s offers a topic: %(title)s")
        % {"unit": topic.proposed_by or topic.get_source_display(), "title": topic},
        topic,
        f"topic-offered:{topic.pk}",
        link=reverse("admin:proposals_topic_change", args=[topic.pk]),
    )


@in_office_language
def topic_decided(topic, note):
    """To the unit that offered it; who offered one from stations sees it on the list."""
    if topic.proposed_by is None:
        return
    send(
        people_at(topic.proposed_by),
        "to_unit",
        _("%(title)s: %(state)s") % {"title": topic, "state": topic.get_state_display()},
        topic,
        f"topic-decided:{topic.pk}",
        body=note,
        link=reverse("proposals:unit-topics"),
    )


@in_office_language
def handed_back(assignment, note):
    send(
        dispatchers_of(assignment.unit),
        "to_office",
        _("%(unit)s hands back: %(title)s") % {"unit": assignment.unit, "title": assignment.suggestion},
        assignment,
        f"handed-back:{assignment.pk}:{assignment.changes.count()}",
        body=note,
    )


@in_office_language
def answered_hand_back(assignment, note):
    """To the unit: it stays, or somebody else has it now."""
    send(
        people_at(assignment.unit),
        "to_unit",
        _("%(title)s: %(state)s") % {"title": assignment.suggestion, "state": assignment.get_state_display()},
        assignment,
        f"hand-back-answered:{assignment.pk}:{assignment.changes.count()}",
        body=note,
        link=reverse("proposals:unit"),
    )


@in_office_language
def extension_asked(extension):
    send(
        with_role(Role.OFFICE),
        "to_office",
        _("%(unit)s asks for more time: %(title)s")
        % {"unit": extension.assignment.unit, "title": extension.assignment.suggestion},
        extension.assignment,
        f"extension-asked:{extension.pk}",
        body=extension.reason,
    )


@in_office_language
def extension_decided(extension, note):
    """To the unit; a granted one to the signers too, who are owed an explanation (D1.9)."""
    assignment = extension.assignment
    subject = _("More time for %(title)s: %(state)s") % {
        "title": assignment.suggestion,
        "state": extension.get_state_display(),
    }
    key = f"extension-decided:{extension.pk}"
    send(people_at(assignment.unit), "to_unit", subject, assignment, key, body=note)
    if extension.state == "granted":
        send(
            accounts_of(assignment.suggestion.signers()),
            "to_deputy",
            subject,
            assignment,
            key,
            body=extension.reason,
        )


@in_office_language
def urged(urging):
    assignment = urging.assignment
    send(
        people_at(assignment.unit),
        "urged",
        _("You are urged to answer: %(title)s") % {"title": assignment.suggestion},
        assignment,
        f"urged:{urging.pk}",
        body=urging.words,
    )


@in_office_language
def to_sign(reply):
    """To the signers of the unit: a letter waits for their signature."""
    send(
        people_at(reply.assignment.unit, Role.UNIT_SIGNER),
        "to_unit",
        _("A letter waits for your signature: %(title)s") % {"title": reply.assignment.suggestion},
        reply.assignment,
        f"to-sign:{reply.pk}:{reply.changes.count()}",
    )


@in_office_language
def letter_sent_back(reply, note):
    send(
        people_at(reply.assignment.unit, Role.UNIT_OFFICER),
        "to_unit",
        _("The letter came back from the signer: %(title)s") % {"title": reply.assignment.suggestion},
        reply.assignment,
        f"letter-back:{reply.pk}:{reply.changes.count()}",
        body=note,
    )


@in_office_language
def letter_signed(reply):
    """To the signers of the suggestion: a reply is there; of an opinion, to the lead unit."""
    assignment = reply.assignment
    suggestion = assignment.suggestion
    subject = _("%(unit)s answered: %(title)s") % {"unit": assignment.unit, "title": suggestion}
    if reply.kind == reply.Kind.OPINION:
        for lead in suggestion.assignments.taking_part().filter(part="lead"):
            send(people_at(lead.unit), "to_unit", subject, assignment, f"letter:{reply.pk}")
        return
    send(accounts_of(suggestion.signers()), "to_deputy", subject, assignment, f"letter:{reply.pk}")


@in_office_language
def rating_asked(rating):
    send(
        accounts_of([rating.deputy]),
        "rate",
        _("Please rate by %(day)s: %(title)s")
        % {"day": date_format(rating.until), "title": rating.suggestion},
        rating.suggestion,
        f"rate:{rating.pk}",
        link=reverse("proposals:rate", args=[rating.pk]),
    )


@in_office_language
def rating_entered(rating):
    """To the signer: the office copied the answer they gave on paper."""
    send(
        accounts_of([rating.deputy]),
        "to_deputy",
        _("Your rating on paper was entered: %(title)s") % {"title": rating.suggestion},
        rating.suggestion,
        f"rating-entered:{rating.pk}",
        body=_("Please look whether it says what you wrote; if not, tell the deputies' office."),
        link=reverse("proposals:rate", args=[rating.pk]),
    )


@in_office_language
def to_handle_again(assignment):
    """To the unit, without whose words they were: somebody is not satisfied."""
    send(
        people_at(assignment.unit),
        "to_unit",
        _("To be handled again by %(day)s: %(title)s")
        % {"day": date_format(assignment.due_on), "title": assignment.suggestion},
        assignment,
        f"again:{assignment.pk}:{assignment.round}",
    )


@in_office_language
def still_dissatisfied(suggestion):
    """To the supervising committee and the office: not satisfied after the last round there is (D1.15)."""
    send(
        [*with_role(Role.OFFICE), *supervisors_of(suggestion)],
        "to_office",
        _("Still not satisfied after handling again: %(title)s") % {"title": suggestion},
        suggestion,
        f"still-dissatisfied:{suggestion.pk}:{suggestion.round}",
    )


@in_office_language
def concluded(suggestion):
    send(
        accounts_of(suggestion.signers()),
        "to_deputy",
        _("%(title)s: %(state)s") % {"title": suggestion, "state": suggestion.get_state_display()},
        suggestion,
        f"concluded:{suggestion.pk}:{suggestion.round}",
    )


@in_office_language
def promise_reported(commitment):
    send(
        [*accounts_of(commitment.suggestion.signers()), *supervisors_of(commitment.suggestion)],
        "to_deputy",
        _("Reported as fulfilled, please look: %(text)s") % {"text": commitment.text},
        commitment,
        f"promise-reported:{commitment.pk}:{commitment.changes.count()}",
    )


@in_office_language
def promise_answered(commitment, note):
    """To the unit: verified, not fulfilled yet, or not kept."""
    send(
        people_at(commitment.unit),
        "to_unit",
        _("%(text)s: %(state)s") % {"text": commitment.text, "state": commitment.get_state_display()},
        commitment,
        f"promise-answered:{commitment.pk}:{commitment.changes.count()}",
        body=note,
    )


@in_office_language
def promise_put_off(commitment, progress):
    """To the signers: a day was promised that is not kept (D1.12: the unit explains in time)."""
    send(
        [*accounts_of(commitment.suggestion.signers()), *supervisors_of(commitment.suggestion)],
        "to_deputy",
        _("Put off to %(day)s: %(text)s") % {"day": date_format(commitment.due_on), "text": commitment.text},
        commitment,
        f"promise-put-off:{progress.pk}",
        body=progress.text,
    )


@in_office_language
def published(suggestion):
    send(
        accounts_of(suggestion.signers()),
        "to_deputy",
        _("Published: %(title)s") % {"title": suggestion},
        suggestion,
        f"published:{suggestion.pk}",
    )
