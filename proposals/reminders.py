"""What is due and not yet told (D1.19). A daily job asks each question anew, so it may run late, twice, or after weeks.

Each reminder has a stage in its key: who was told of a stage is not told again, and stages that nobody was there for
are not told one by one but as the one that holds today.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role
from common import clock, preferences
from common.text import in_office_language

from . import notifications, states
from .actions import ratings
from .actions.assignments import why_not_hand_back
from .models import Assignment, Commitment, CoSignature, Extension, Part, Rating, Suggestion
from .notifications import accounts_of, people_at, supervisors_of, with_role

A, S = states.AssignmentState, states.SuggestionState
EVERY = 3  # days between two reminders of what is late (D1.19); the committee from the second, leaders from the third
COMMITTEE_AFTER, LEADER_AFTER = 4, 7  # days late


@in_office_language
def remind(now: dt.datetime) -> dict:
    """Tell everybody what waits for them on this day; ``{what: people told}``."""
    today = now.date()
    return {
        "lapsed": lapse_ratings(today),
        "sign": to_sign_for(today),
        "consult": to_consult(today),
        "due": due(today),
        "review": to_review(today),
        "decide": to_decide(today),
        "rate": to_rate(today),
        "cosign": to_cosign(today),
        "promises": promises(today),
        "publish": to_publish(today),
    }


def stage(due_on: dt.date, today: dt.date, warn_days: int) -> str:
    """Where ``today`` stands: "" before the warning, then ``warn``, ``due``, ``late-1``, ``late-4``, ``late-7`` …

    ``late-1`` holds on the first three days after; a name holds for :data:`EVERY` days, so that each is told once.
    """
    left = (due_on - today).days
    if left > warn_days:
        return ""
    if left > 0:
        return "warn"
    if left == 0:
        return "due"
    return f"late-{(-left - 1) // EVERY * EVERY + 1}"


def lapse_ratings(today) -> int:
    """Ratings whose time is up count nowhere from now on; each in its own transaction."""
    over = list(Rating.objects.waiting().filter(until__lt=today).select_related("suggestion"))
    for rating in over:
        ratings.lapse(rating)
    return len(over)


def to_sign_for(today) -> int:
    """Units that have not signed for what was assigned to them, from the working day after."""
    told = 0
    pending = Assignment.objects.filter(state=A.PENDING, assigned_on__lt=today).for_lists()
    for part in pending.iterator(chunk_size=500):
        told += _tell(
            people_at(part.unit),
            "to_unit",
            _("Please sign for it: %(title)s") % {"title": part.suggestion},
            part,
            f"remind-sign:{part.pk}:{stage(part.assigned_on, today, 0)}",
            body=""
            if why_not_hand_back(part)
            else _("It can be handed back until %(day)s.") % {"day": date_format(part.return_until)},
        )
    return told


def to_consult(today) -> int:
    """Half of the time is over and nobody has heard the deputy."""
    told = 0
    silent = Assignment.objects.answering().filter(state=A.HANDLING, due_on__gte=today)
    for part in silent.exclude(consultations__round=F("round")).for_lists().iterator(chunk_size=500):
        if (today - part.assigned_on) * 2 >= part.due_on - part.assigned_on:
            told += _tell(
                people_at(part.unit),
                "to_unit",
                _("Please hear the deputy before you reply: %(title)s") % {"title": part.suggestion},
                part,
                f"remind-consult:{part.pk}:{part.round}",
            )
    return told


def due(today) -> int:
    """Replies and opinions: before, on and after their day; when late, the committee and then leaders too."""
    warn = preferences.get("suggestion.warn_days")
    told = 0
    soon = Assignment.objects.working().filter(due_on__lte=today + dt.timedelta(days=warn))
    parts = soon.select_related(
        "unit", "suggestion__lead", "suggestion__session", "suggestion__committee__unit"
    )
    for part in parts.iterator(chunk_size=500):
        days = (today - part.due_on).days
        told += _tell_upwards(
            part.unit,
            days,
            [] if part.part == Part.CO else _above(part.suggestion, days),
            part.suggestion,
            part,
            f"remind-due:{part.pk}:{part.round}:{part.due_on}:{stage(part.due_on, today, warn)}",
        )
    return told


def to_review(today) -> int:
    """Between sessions the office assigns within five working days of receipt (D1.7)."""
    limit = clock.add_workdays(today, -preferences.get("suggestion.intersession_assign_workdays"))
    waiting = Suggestion.objects.filter(
        state__in=(S.SUBMITTED, S.REGISTERED), submitted_at__date__lt=limit, session=None
    )
    told = 0
    for suggestion in waiting.select_related("lead", "session").iterator(chunk_size=500):
        told += _tell(
            with_role(Role.OFFICE),
            "to_office",
            _("Waits to be assigned: %(title)s") % {"title": suggestion},
            suggestion,
            f"remind-review:{suggestion.pk}:{suggestion.state}:{_week(today)}",
        )
    return told


def to_decide(today) -> int:
    """What units asked and nobody answered by the next day: to be relieved, to have more time."""
    told = 0
    back = Assignment.objects.filter(state=A.RETURN_ASKED).for_lists()
    for part in back.iterator(chunk_size=500):
        told += _tell(
            notifications.dispatchers_of(part.unit),
            "to_office",
            _("Still to decide, %(unit)s hands back: %(title)s")
            % {"unit": part.unit, "title": part.suggestion},
            part,
            f"remind-back:{part.pk}:{_week(today)}",
        )
    open_requests = Extension.objects.filter(state=states.ExtensionState.WAITING, asked_at__date__lt=today)
    for extension in open_requests.select_related("assignment__unit", "assignment__suggestion__session"):
        told += _tell(
            with_role(Role.OFFICE),
            "to_office",
            _("Still to decide, %(unit)s asks for more time: %(title)s")
            % {"unit": extension.assignment.unit, "title": extension.assignment.suggestion},
            extension.assignment,
            f"remind-extension:{extension.pk}:{_week(today)}",
        )
    return told


def to_rate(today) -> int:
    """Ratings of which five days are left, and then two."""
    told = 0
    waiting = Rating.objects.waiting().filter(until__range=(today, today + dt.timedelta(days=5)))
    for rating in waiting.select_related("deputy__user", "suggestion__session"):
        left = (rating.until - today).days
        told += _tell(
            accounts_of([rating.deputy]),
            "rate",
            _("Please rate by %(day)s: %(title)s")
            % {"day": date_format(rating.until), "title": rating.suggestion},
            rating.suggestion,
            f"remind-rate:{rating.pk}:{'soon' if left > 2 else 'last'}",
            link=reverse("proposals:rate", args=[rating.pk]),
        )
    return told


def to_cosign(today) -> int:
    """Requests to co-sign of which two days are left."""
    told = 0
    waiting = CoSignature.objects.waiting(today).filter(
        suggestion__cosign_until__range=(today, today + dt.timedelta(days=2))
    )
    for row in waiting.select_related("deputy__user", "suggestion__lead", "suggestion__session"):
        told += _tell(
            accounts_of([row.deputy]),
            "to_deputy",
            _("Please answer by %(day)s whether you co-sign: %(title)s")
            % {"day": date_format(row.suggestion.cosign_until), "title": row.suggestion},
            row.suggestion,
            f"remind-cosign:{row.pk}:{row.suggestion.text_version}",
        )
    return told


def promises(today) -> int:
    """Promises: before, on and after their day; when late, the committee and then leaders too."""
    warn = preferences.get("suggestion.warn_days")
    told = 0
    soon = Commitment.objects.filter(
        state=states.CommitmentState.TRACKING, due_on__lte=today + dt.timedelta(days=warn)
    )
    for one in soon.select_related("unit", "suggestion__committee__unit").iterator(chunk_size=500):
        days = (today - one.due_on).days
        told += _tell_upwards(
            one.unit,
            days,
            _above(one.suggestion, days),
            one.text,
            one,
            f"remind-promise:{one.pk}:{one.due_on}:{stage(one.due_on, today, warn)}",
        )
    return told


def to_publish(today) -> int:
    """Replies whose publication nobody has decided when twenty working days are nearly over (D1.13)."""
    days = preferences.get("suggestion.publish_workdays")
    limit = clock.add_workdays(today, -(days - 5))
    undecided = Suggestion.objects.filter(state__in=states.ANSWERED, publication="", replied_on__lte=limit)
    told = 0
    for suggestion in undecided.select_related("session").iterator(chunk_size=500):
        told += _tell(
            with_role(Role.OFFICE),
            "to_office",
            _("To publish or not: %(title)s") % {"title": suggestion},
            suggestion,
            f"remind-publish:{suggestion.pk}",
        )
    return told


def _week(today):
    """What nobody decides is reminded of once a week."""
    year, week, _day = today.isocalendar()
    return f"{year}-{week}"


def _due_words(days):
    if days < 0:
        return _("%(unit)s, due in %(days)s days: %(title)s")
    if days == 0:
        return _("%(unit)s, due today: %(title)s")
    return _("%(unit)s, %(days)s days late: %(title)s")


def _above(suggestion, days) -> list:
    """Who is told beside the unit of what is so many days late: its committee, then leaders."""
    people = supervisors_of(suggestion) if days >= COMMITTEE_AFTER else []
    return people + (with_role(Role.LEADER) if days >= LEADER_AFTER else [])


def _tell_upwards(unit, days, above, title, record, key) -> int:
    subject = _due_words(days) % {"title": title, "unit": unit, "days": abs(days)}
    return _tell(people_at(unit), "to_unit", subject, record, key) + _tell(
        above, "to_office", subject, record, key
    )


@transaction.atomic
def _tell(people, kind, subject, record, key, body="", link="") -> int:
    return notifications.send(people, kind, subject, record, key, body=body, link=link)
