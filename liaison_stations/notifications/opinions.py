"""What deputies, station staff, offices and departments are told about citizens' opinions.

No word of the text, no subject, no name: a notice may leave the portal in a letter. The station and the day say enough.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role
from common.text import in_office_language

from . import accounts_of, county_offices, send, staff_of, township_offices, with_role


def reviewers_of(opinion) -> list:
    """Who looks at a message first: the station's staff, where it has none the township, else the county."""
    area = opinion.station.area
    return staff_of(opinion.station) or township_offices(area) or county_offices(area)


def counties_of(opinion) -> list:
    """Who takes what a station raises: the county's office, where it has none the city's."""
    return county_offices(opinion.station.area) or with_role(Role.OFFICE)


@in_office_language
def came(opinion):
    """To its reviewers."""
    _send(
        reviewers_of(opinion),
        _("To review by %(day)s: an opinion at %(station)s") % _words(opinion),
        opinion,
        f"came:{opinion.pk}",
    )


@in_office_language
def accepted(opinion):
    """To the deputy who is to answer it, if one is named."""
    if opinion.deputy:
        _send(
            accounts_of([opinion.deputy]),
            _("To answer by %(day)s: an opinion at %(station)s") % _words(opinion),
            opinion,
            f"accepted:{opinion.pk}:{opinion.deputy_id}",
        )


@in_office_language
def entered(opinion, by):
    """To those who handle it and did not enter it themselves: somebody came, and was not answered on the spot."""
    _send(
        [person for person in reviewers_of(opinion) if person.pk != by.pk],
        _("To answer by %(day)s: an opinion at %(station)s") % _words(opinion),
        opinion,
        f"entered:{opinion.pk}",
    )


@in_office_language
def answered(opinion, by):
    """To those who handle it and did not write the answer themselves, and to the deputy it is addressed to."""
    people = [*reviewers_of(opinion), *accounts_of([opinion.deputy] if opinion.deputy else [])]
    _send(
        [person for person in people if by is None or person.pk != by.pk],
        _("Answered: an opinion at %(station)s") % _words(opinion),
        opinion,
        f"answered:{opinion.pk}:{opinion.round}",
    )


@in_office_language
def to_handle_again(opinion):
    """To those who handle it and its deputy: the citizen is not satisfied."""
    _send(
        [*reviewers_of(opinion), *accounts_of([opinion.deputy] if opinion.deputy else [])],
        _("Not satisfied, to answer again by %(day)s: an opinion at %(station)s") % _words(opinion),
        opinion,
        f"again:{opinion.pk}:{opinion.round}",
    )


@in_office_language
def escalated(opinion):
    _send(
        counties_of(opinion),
        _("Raised to you, to answer by %(day)s: an opinion at %(station)s") % _words(opinion),
        opinion,
        f"escalated:{opinion.pk}:{opinion.changes.filter(move='escalate').count()}",
    )


@in_office_language
def given_back(opinion):
    _send(
        reviewers_of(opinion),
        _("Given back by the county office, to answer by %(day)s: an opinion at %(station)s")
        % _words(opinion),
        opinion,
        f"given-back:{opinion.pk}:{opinion.changes.filter(move='send_down').count()}",
    )


@in_office_language
def solved(opinion):
    """To those who handle it: every department has done its part, the citizen is told by them."""
    _send(
        reviewers_of(opinion),
        _("Solved by the departments, to report back by %(day)s: an opinion at %(station)s")
        % _words(opinion),
        opinion,
        f"solved:{opinion.pk}:{opinion.round}",
    )


@in_office_language
def came_back(opinion):
    """To those who handle it: no department has it any more."""
    _send(
        reviewers_of(opinion),
        _("No department has it any more, to be dealt with by %(day)s: an opinion at %(station)s")
        % _words(opinion),
        opinion,
        f"came-back:{opinion.pk}:{opinion.changes.filter(move='call_back').count()}",
    )


@in_office_language
def deputy_asked(opinion):
    _send(
        accounts_of([opinion.asked_deputy]),
        _("You are asked to make a suggestion of an opinion at %(station)s") % _words(opinion),
        opinion,
        f"asked:{opinion.pk}:{opinion.round}:{opinion.asked_deputy_id}",
    )


@in_office_language
def declined(opinion):
    """To the county office: it answers by itself, or asks another deputy."""
    _send(
        counties_of(opinion),
        _("The deputy makes no suggestion of it, to answer by %(day)s: an opinion at %(station)s")
        % _words(opinion),
        opinion,
        f"declined:{opinion.pk}:{opinion.changes.filter(move='decline').count()}",
    )


@in_office_language
def raised(opinion):
    _send(
        [*counties_of(opinion), *reviewers_of(opinion)],
        _("A deputy makes a suggestion of an opinion at %(station)s") % _words(opinion),
        opinion,
        f"raised:{opinion.pk}:{opinion.suggestion_id}",
    )


@in_office_language
def fell_back(opinion):
    _send(
        counties_of(opinion),
        _("The suggestion was dropped, to answer by %(day)s: an opinion at %(station)s") % _words(opinion),
        opinion,
        f"fell-back:{opinion.pk}:{opinion.changes.filter(move='fall_back').count()}",
    )


def _words(opinion):
    return {"station": opinion.station, "day": date_format(opinion.due_on) if opinion.due_on else ""}


def _send(people, subject, opinion, key):
    return send(people, "opinion", subject, opinion, f"opinion-{key}")
