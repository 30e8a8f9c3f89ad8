"""What stations and offices are told about the yearly round of stars."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Role
from common.text import in_office_language

from ..states import ReviewState
from . import county_offices, send, staff_of, township_offices, with_role

OFFICES = {"township": township_offices, "county": county_offices}


def who_acts(review) -> list:
    """Whom a review waits for: the station, its township, its county, the city's office."""
    if review.state == "self":
        return staff_of(review.station) or township_offices(review.station.area)
    if review.state in OFFICES:
        return OFFICES[review.state](review.station.area) or with_role(Role.OFFICE)
    return with_role(Role.OFFICE)


def around(station) -> list:
    """Everybody who works with a station: its staff, its township, its county; each once."""
    people = [*staff_of(station), *township_offices(station.area), *county_offices(station.area)]
    return list({person.pk: person for person in people}.values())


@in_office_language
def waits(review):
    """To who acts next."""
    send(
        who_acts(review),
        "star",
        _("Star rating of %(year)s: %(station)s, %(state)s")
        % {
            "year": review.scheme.year,
            "station": review.station,
            "state": review.get_state_display(),
        },
        review,
        f"star-waits:{review.pk}:{review.state}:{review.changes.count()}",
    )


@in_office_language
def sent_back(review, note):
    send(
        staff_of(review.station),
        "star",
        _("Please score anew: %(station)s, star rating of %(year)s")
        % {"station": review.station, "year": review.scheme.year},
        review,
        f"star-back:{review.pk}:{review.changes.count()}",
        body=note,
    )


@in_office_language
def published(review):
    send(
        around(review.station),
        "star",
        _("%(station)s: %(stars)s for %(year)s, objections until %(day)s")
        % {
            "station": review.station,
            "stars": review.get_new_stars_display(),
            "year": review.scheme.year,
            "day": date_format(review.objections_until),
        },
        review,
        f"star-published:{review.pk}:{review.changes.count()}",
        body=review.reason,
    )


@in_office_language
def objected(objection):
    send(
        with_role(Role.OFFICE),
        "star",
        _("An objection to the stars of %(station)s") % {"station": objection.review.station},
        objection.review,
        f"star-objection:{objection.pk}",
    )


@in_office_language
def objection_answered(objection):
    people = {person.pk: person for person in staff_of(objection.review.station)}
    if objection.by and objection.by.is_active:
        people[objection.by.pk] = objection.by
    send(
        people.values(),
        "star",
        _("Your objection to the stars of %(station)s was answered") % {"station": objection.review.station},
        objection.review,
        f"star-objection-answered:{objection.pk}",
        body=objection.answer,
    )


@in_office_language
def final(record):
    send(
        around(record.station),
        "star",
        _("Final: %(station)s has %(stars)s for %(year)s (%(move)s)")
        % {
            "station": record.station,
            "stars": record.get_new_stars_display(),
            "year": record.year,
            "move": record.get_move_display(),
        },
        record.station,
        f"star-final:{record.pk}",
        body=record.reason,
        link=reverse("stations:gap", args=[record.station_id]),
    )


@in_office_language
def warned(rectification):
    send(
        around(rectification.station),
        "star",
        _("Written notice to %(station)s: to be put right by %(day)s")
        % {"station": rectification.station, "day": date_format(rectification.until)},
        rectification.station,
        f"star-notice:{rectification.pk}",
        body=rectification.faults,
        link=reverse("stations:gap", args=[rectification.station_id]),
    )


@in_office_language
def settled(rectification):
    send(
        around(rectification.station),
        "star",
        _("%(station)s was checked: %(outcome)s")
        % {"station": rectification.station, "outcome": rectification.get_outcome_display()},
        rectification.station,
        f"star-settled:{rectification.pk}",
        body=rectification.findings,
        link=reverse("stations:gap", args=[rectification.station_id]),
    )


# Reminders; how many were told


def still_waits(review, stage) -> int:
    return send(
        who_acts(review),
        "star",
        _("Still to be scored: %(station)s, star rating of %(year)s")
        % {"station": review.station, "year": review.scheme.year},
        review,
        f"star-still:{review.pk}:{review.state}:{stage}",
    )


def many_wait(people, state, row, stage) -> int:
    """``row`` says of which area and year how many wait in this state."""
    label = ReviewState(state).label
    return send(
        people,
        "star",
        _("Star rating of %(year)s, %(area)s: %(n)s stations %(state)s")
        % {"year": row["year"], "area": row["area"], "n": row["number"], "state": label},
        row["area"],
        f"star-many:{row['year']}:{row['area'].pk}:{state}:{stage}",
        link=_list_of(row["year"], state),
    )


def city_waits(state, year, number, stage) -> int:
    words = {
        ReviewState.CITY: _("Star rating of %(year)s: %(n)s stations to be decided"),
        ReviewState.DECIDED: _("Star rating of %(year)s: %(n)s stations to be published"),
        ReviewState.PUBLISHED: _("Star rating of %(year)s: %(n)s stations can be made final"),
    }
    return send(
        with_role(Role.OFFICE),
        "star",
        words[state] % {"year": year, "n": number},
        None,
        f"star-city:{year}:{state}:{stage}",
        link=_list_of(year, state),
    )


def objections_end(review) -> int:
    return send(
        around(review.station),
        "star",
        _("Objections to the stars of %(station)s are taken until %(day)s")
        % {"station": review.station, "day": date_format(review.objections_until)},
        review,
        f"star-objections-end:{review.pk}:{review.objections_until}",
    )


def objection_waits(objection, stage) -> int:
    return send(
        with_role(Role.OFFICE),
        "star",
        _("Still to be answered: an objection to the stars of %(station)s")
        % {"station": objection.review.station},
        objection.review,
        f"star-objection-waits:{objection.pk}:{stage}",
    )


def notice_ends(notice, stage) -> int:
    return send(
        around(notice.station),
        "star",
        _("To be put right by %(day)s: %(station)s")
        % {"day": date_format(notice.until), "station": notice.station},
        notice.station,
        f"star-notice-ends:{notice.pk}:{stage}",
        body=notice.faults,
        link=reverse("stations:gap", args=[notice.station_id]),
    )


def notice_to_check(notice, stage) -> int:
    return send(
        [*county_offices(notice.station.area), *with_role(Role.OFFICE)],
        "star",
        _("The period ended on %(day)s, to be checked: %(station)s")
        % {"day": date_format(notice.until), "station": notice.station},
        notice.station,
        f"star-notice-check:{notice.pk}:{stage}",
        link=reverse("stations:gap", args=[notice.station_id]),
    )


def _list_of(year, state) -> str:
    return f"{reverse('stations:reviews')}?{urlencode({'year': year, 'state': state})}"
