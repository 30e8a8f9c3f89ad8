"""Every address × every role. An address without a row fails the suite, and so does a row without an address.

To add a page, add its row; to add a kind of record, add a function that makes one.
"""

import datetime as dt
from itertools import groupby

import pytest
from django.test import Client
from django.utils import timezone

from deputies.states import CorrectionState
from liaison_stations.models import Reception, Scheme, StarReview, Station
from liaison_stations.seeds import new_scheme

from .. import factories
from .urls import Row, answer_of, answers, every_pattern, rolled_back, without_address

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.same_everywhere,
]  # every page answers on both: test_every_address.py

PUBLIC = "200"
SIGNED_IN = "login stranger, 200"
MOVES_ON = "login stranger, 302"
POST_ONLY = "login stranger, 405"
DEPUTY_S, DEPUTY_ACTS = "login stranger, 200 deputy, 404", "login stranger, 302 deputy, 404"
RUN_BY = "office county_office township_office superuser"  # of a station of the street
READ_BY = "committee_officer leader"
MANAGED = f"login stranger, 200 {RUN_BY} {READ_BY}, 404"
RUNS = f"login stranger, 200 {RUN_BY}, 403 {READ_BY}, 404"
RUN_ACTS = f"login stranger, 302 {RUN_BY}, 403 {READ_BY}, 404"
CITY_RUNS = f"login stranger, 200 office superuser, 403 county_office township_office {READ_BY}, 404"
OVERSIGHT = f"login stranger, 200 {RUN_BY} {READ_BY}, 403"
OVERSEES = f"login stranger, 200 {RUN_BY}, 403"
AUTHOR_S = "login stranger, 200 deputy superuser, 403 office leader, 404"


# Records that addresses name


def published_answer(cast):
    return [factories.OpinionFactory(published=True).pk]


def unpublished_answer(cast):
    return [factories.OpinionFactory(answered=True).pk]


def published_picture(cast):
    opinion = factories.OpinionFactory(published=True)
    return [opinion.pictures.create(file=factories.stored_picture(), is_public=True).pk, "small"]


def unpublished_picture(cast):
    opinion = factories.OpinionFactory(answered=True)
    return [opinion.pictures.create(file=factories.stored_picture()).pk, "small"]


def sitting_deputy(cast):
    return [factories.FenyiMandateFactory(deputy__photo=factories.stored_picture()).deputy.pk]


def former_deputy_of_the_street(cast):
    return [
        factories.YushuiStreetMandateFactory(ended=True, deputy__photo=factories.stored_picture()).deputy.pk
    ]


def former_deputy_elsewhere(cast):
    return [factories.FenyiMandateFactory(ended=True, deputy__photo=factories.stored_picture()).deputy.pk]


def small(deputy, agreed=True):
    """The photo of that deputy, who agreed that it is public or did not."""

    def photo_of(cast):
        [pk] = deputy(cast)
        if agreed:
            factories.ConsentFactory(deputy_id=pk, kind="photo")
        return [pk, "small"]

    photo_of.__name__ = f"{'' if agreed else 'private_'}photo_of_{deputy.__name__}"
    return photo_of


def sitting_deputy_of_the_street(cast):
    return [factories.YushuiStreetMandateFactory(deputy__photo=factories.stored_picture()).deputy.pk]


def photo(cast):
    return ["photo"]


def no_kind_of_consent(cast):
    return ["phone"]


def deputy_without_photo(cast):
    return [factories.MandateFactory().deputy.pk, "small"]


def group(cast):
    return [factories.DeputyGroupFactory().pk]


def committee(cast):
    return [factories.CommitteeFactory().pk]


def own_correction(cast):
    """Asked for by the deputy of the cast, who lives in the street."""
    deputy = cast["deputy"].deputy
    deputy.mandates.update(area=factories.AreaFactory(code="360502001"))
    deputy.corrections.update(state=CorrectionState.WITHDRAWN)  # one may wait at a time
    return [factories.CorrectionFactory(deputy=deputy, evidence=factories.stored_document()).pk]


def correction_elsewhere(cast):
    deputy = factories.FenyiMandateFactory().deputy
    return [factories.CorrectionFactory(deputy=deputy, evidence=factories.stored_document()).pk]


def correction_without_evidence(cast):
    cast["deputy"].deputy.corrections.update(state=CorrectionState.WITHDRAWN)
    return [factories.CorrectionFactory(deputy=cast["deputy"].deputy).pk]


def notice_to_the_deputy(cast):
    return [factories.NoticeFactory(recipient=cast["deputy"]).pk]


def station(cast):
    """Of the street that both local offices answer for, with a photo; the auditor works there."""
    at = factories.StationFactory(photo=factories.stored_picture())
    factories.StationPostFactory(station=at, user=cast["auditor"])
    return [at.pk]


def closed_station(cast):
    [pk] = station(cast)
    Station.objects.update(state="closed")
    return [pk]


def photo_of_station(make):
    def photo(cast):
        return [*make(cast), "large"]

    photo.__name__ = f"photo_of_{make.__name__}"
    return photo


def published_suggestion(cast):
    """Published in full; the officer of the cast works at its unit."""
    unit = cast["unit_officer"].memberships.get().unit
    return factories.AssignmentFactory(suggestion__published=True, unit=unit, state="replied").suggestion


def summary(cast):
    """The same, published as a summary."""
    suggestion = published_suggestion(cast)
    suggestion.publication = "summary"
    suggestion.save()
    return suggestion


def page_of_a_suggestion(cast):
    return [published_suggestion(cast).pk]


def file_of(make):
    """An enclosure of this suggestion."""

    def file(cast):
        return [make(cast).files.create(file=factories.stored_document()).pk]

    file.__name__ = f"file_of_{make.__name__}"
    return file


def letter_file_of(make):
    """An enclosure of the letter its unit signed."""

    def file(cast):
        letter = factories.ReplyFactory(assignment=make(cast).assignments.get())
        return [letter.files.create(file=factories.stored_document()).pk]

    file.__name__ = f"letter_file_of_{make.__name__}"
    return file


def picture_of(make):
    """A picture of what it was promised."""

    def picture(cast):
        reply = factories.ReplyFactory(assignment=make(cast).assignments.get())
        progress = factories.CommitmentFactory(reply=reply).progress.create(text="已动工")
        progress.pictures.add(factories.stored_picture())
        return [progress.pk, progress.pictures.get().pk, "small"]

    picture.__name__ = f"picture_of_{make.__name__}"
    return picture


def promise(cast):
    return [factories.CommitmentFactory().pk]


def promise_not_published(cast):
    reply = factories.ReplyFactory(assignment__suggestion__published_on=None)
    return [factories.CommitmentFactory(reply=reply).pk]


def key_item(cast):
    return [factories.KeyItemFactory().pk]


def topic(cast):
    return [factories.TopicFactory().pk]


def offered_topic(cast):
    """By the unit of the cast."""
    unit = cast["unit_officer"].memberships.get().unit
    return [factories.TopicFactory(state="offered", number=None, proposed_by=unit).pk]


def own_committee(cast):
    return [cast["committee_officer"].memberships.get().unit.committee.pk]


def last_year(cast):
    factories.SuggestionFactory(assigned=True, year=2020)
    return [2020]


def this_year(cast):
    factories.SuggestionFactory(assigned=True, year=timezone.localdate().year)
    return [timezone.localdate().year]


def used_link(cast):
    return ["2s", "d0n-0123456789abcdef"]


# What a deputy writes, is asked and answers


def own_draft(cast):
    return [factories.SuggestionFactory(lead=cast["deputy"].deputy).pk]


def own_enclosure(cast):
    draft = factories.SuggestionFactory(lead=cast["deputy"].deputy)
    return [draft.files.create(file=factories.stored_document()).pk]


def own_submitted(cast):
    return [factories.SuggestionFactory(lead=cast["deputy"].deputy, submitted=True).pk]


def own_answer(cast):
    asked = factories.SuggestionFactory(state="cosigning")
    return [asked.cosignatures.create(deputy=cast["deputy"].deputy, asked_at=timezone.now()).pk]


def own_rating(cast):
    day = timezone.localdate()
    replied = factories.SuggestionFactory(lead=cast["deputy"].deputy, registered=True, state="replied")
    return [replied.ratings.create(deputy=replied.lead, round=1, asked_on=day, until=day).pk]


def promise_to_the_deputy(cast):
    suggestion = factories.SuggestionFactory(lead=cast["deputy"].deputy, registered=True, state="replied")
    part = factories.AssignmentFactory(suggestion=suggestion, state="replied")
    reply = part.replies.create(state="signed", signed_on=part.due_on)
    promise = suggestion.commitments.create(
        assignment=part,
        reply=reply,
        unit=part.unit,
        text="完成路口拓宽",
        leader="周文",
        due_on=part.due_on,
        first_due_on=part.due_on,
        state="done",
        done_on=part.due_on,
    )
    return [promise.pk]


def open_topic(cast):
    return [factories.TopicFactory().pk]


def own_claim(cast):
    return [factories.TopicFactory().claims.create(deputy=cast["deputy"].deputy).pk]


# What lies with the unit of the cast


def part(cast, **fields):
    """Signed for; of a department, so that the government office knows it."""
    [membership] = cast["unit_officer"].memberships.all()
    return factories.AssignmentFactory(
        **{"unit": membership.unit, "state": "handling", "suggestion__state": "handling"} | fields
    )


def letter(cast, **fields):
    return part(cast).replies.create(**{"text": "已列入计划。"} | fields)


def promise_in(reply, state):
    day = dt.date(2026, 9, 30)
    return reply.commitments.create(
        suggestion=reply.suggestion,
        assignment=reply.assignment,
        unit=reply.assignment.unit,
        text="完成拓宽",
        leader="周文",
        due_on=day,
        first_due_on=day,
        state=state,
    )


def handled_part(cast):
    return [part(cast).pk]


def pending_part(cast):
    return [part(cast, state="pending").pk]


def part_handed_back(cast):
    return [part(cast, state="return_asked").pk]


def letter_on_the_desk(cast):
    return [letter(cast).pk]


def letter_with_the_signer(cast):
    return [letter(cast, state="review").pk]


def signed_letter(cast):
    return [letter(cast, state="signed", signed_on=dt.date(2026, 3, 9)).pk]


def published_letter(cast):
    reply = letter(cast, state="signed", signed_on=dt.date(2026, 3, 9))
    reply.suggestion.published_on, reply.suggestion.publication = dt.date(2026, 3, 10), "full"
    reply.suggestion.save()
    return [reply.pk]


def sheet_of_a_draft(cast):
    return ["sheet", *own_draft(cast)]


def sheet(cast):
    return ["sheet", part(cast).suggestion_id]


def sheet_of_published(cast):
    return ["sheet", published_suggestion(cast).pk]


def assignment_notice(cast):
    return ["assignment", part(cast).pk]


def return_request_of_one_kept(cast):
    return ["return", part(cast).pk]


def return_request(cast):
    asked = part(cast, state="return_asked")
    asked.changes.create(move="hand_back", before="pending", after="return_asked", note="属于市水利局职责。")
    return ["return", asked.pk]


def extension_request(cast):
    days = {"due_before": dt.date(2026, 6, 8), "due_after": dt.date(2026, 9, 7)}
    return ["extension", part(cast).extensions.create(reason="涉及跨区协调。", **days).pk]


def urging_notice(cast):
    return ["urging", part(cast).urgings.create(on=dt.date(2026, 5, 8)).pk]


def opinion_form(cast):
    return ["opinion", *own_rating(cast)]


def plan_of_key_item(cast):
    return ["plan", *key_item(cast)]


def no_such_form(cast):
    return ["ballot", 1]


def part_for_papers(cast):
    return [part(cast).suggestion_id]


def enclosure(cast):
    return [letter(cast).files.create(file=factories.stored_document()).pk]


def promise_in_a_draft(cast):
    return [promise_in(letter(cast), "proposed").pk]


def tracked_promise(cast):
    reply = letter(cast, state="signed", signed_on=dt.date(2026, 3, 9))
    return [promise_in(reply, "tracking").pk]


# Receptions at a station of the street, to which the deputy of the cast belongs


def station_of_the_street(cast):
    station = factories.StationFactory()
    factories.ResidencyFactory(station=station, deputy=cast["deputy"].deputy)
    return [station.pk]


def day_of_the_street(cast, **fields):
    """Today, so that every act is open."""
    [station] = station_of_the_street(cast)
    fields = {"day": timezone.localdate()} | fields
    reception = factories.ReceptionFactory(station_id=station, **fields)
    reception.attendances.create(deputy=cast["deputy"].deputy)
    return [reception.pk]


def day_announced(cast):
    return day_of_the_street(cast, announced=True)


def opinion_of_the_street(cast):
    return [factories.OpinionFactory().pk]


def visitor_of_the_street(cast):
    [pk] = day_of_the_street(cast)
    reception = Reception.objects.get(pk=pk)
    opinion = factories.OpinionFactory(station=reception.station, reception=reception, channel="reception")
    return [pk, opinion.pk]


def area_with_a_station(cast):
    return [factories.StationFactory().area.code]


RUN_DAYS = "county_office township_office office superuser"
KNOW_DAY = f"login stranger, 200 deputy leader committee_officer {RUN_DAYS}, 404"
RUN_DAY = f"login stranger, 200 {RUN_DAYS}, 403 deputy leader committee_officer, 404"
RUN_STATION = f"login stranger, 200 {RUN_DAYS}, 403 leader committee_officer, 404"
AT_THE_STATION = "login stranger, 200 county_office township_office superuser, 403 deputy leader committee_officer office, 404"


# What citizens said at a station of the street


def opinion_in_the_street(cast, **fields):
    """The officer of the cast works at a department that has an order, the deputy is the one it is addressed to."""
    [membership] = cast["unit_officer"].memberships.all()
    fields = {"state": "dispatched", "deputy": cast["deputy"].deputy} | fields
    return factories.DispatchFactory(opinion=factories.OpinionFactory(**fields), unit=membership.unit).opinion


def opinion_with_an_order(cast):
    return [opinion_in_the_street(cast).pk]


def opinion_held(cast):
    return [factories.OpinionFactory(state="held", deputy=cast["deputy"].deputy).pk]


def opinion_in(state):
    """The same in that state; the citizen could rate it until yesterday."""

    def opinion(cast):
        day = timezone.localdate() - dt.timedelta(days=1)
        return [opinion_in_the_street(cast, state=state, answered_on=day, due_on=day).pk]

    opinion.__name__ = f"{state}_opinion"
    return opinion


def opinion_a_deputy_is_asked_about(cast):
    return [opinion_in_the_street(cast, state="escalated", asked_deputy=cast["deputy"].deputy).pk]


def photo_of_a_citizen(cast):
    return [opinion_in_the_street(cast).pictures.create(file=factories.stored_picture()).pk, "small"]


def order_in_the_street(cast):
    return [opinion_in_the_street(cast).dispatches.get().pk]


def photo_of_a_department(cast):
    order = opinion_in_the_street(cast).dispatches.get()
    return [order.pictures.create(file=factories.stored_picture()).pk, "small"]


def station_in_the_street(cast):
    return [factories.StationFactory().pk]


def points_of_a_station(cast):
    return [*station_in_the_street(cast), "study"]


def star_review(cast, **fields):
    """Of a station of the street, in the round of 2026."""
    scheme = Scheme.objects.filter(year=2026).first() or new_scheme(2026, by=None)
    return StarReview.objects.create(scheme=scheme, station=factories.StationFactory(), old_stars=4, **fields)


def review_in(state):
    def made(cast):
        day = timezone.localdate()
        decided = {"new_stars": 5, "move": "promote", "score": 91} if state in ("published", "final") else {}
        if decided:
            decided |= {"published_on": day, "objections_until": day}
        return [star_review(cast, state=state, **decided).pk]

    made.__name__ = f"review_in_{state}"
    return made


def evidence_of_stars(cast):
    review = star_review(cast)
    criterion = review.scheme.criteria.filter(source="evidence").first()
    return [review.scores.create(criterion=criterion, evidence=factories.stored_document()).pk]


def objection_to_stars(cast):
    [pk] = review_in("published")(cast)
    return [StarReview.objects.get(pk=pk).objections.create(text="得分偏低。").pk]


def year_of_stars(cast):
    review_in("published")(cast)
    return [2026]


def year_of_praise(cast):
    star_review(cast).station.star_records.create(
        year=2026, new_stars=5, move="promote", published_on=timezone.localdate()
    )
    return [2026]


KNOW_OPINION = "login stranger, 200 deputy unit_officer county_office township_office office superuser, 404"
HANDLE_OPINION = "login stranger, 200 county_office township_office office superuser, 404"
HANDLES = "login stranger, 200 county_office township_office office superuser, 403 deputy unit_officer, 404"
COUNTY_HANDLES = (
    "login stranger, 200 county_office office superuser, 403 township_office deputy unit_officer, 404"
)
ANSWERS = "login stranger, 200 deputy county_office township_office office superuser, 403 unit_officer, 404"
ORDERED = "login stranger, 200 unit_officer superuser, 403 county_office township_office office, 404"
GAVE_ORDER = "login stranger, 200 county_office township_office office superuser, 403 unit_officer, 404"
KNOW_ORDER = "login stranger, 200 unit_officer county_office township_office office superuser, 404"
UNIT_ACTS = "login stranger, 200 unit_officer superuser, 403 office leader government_office, 404"
UNIT_DOES = UNIT_ACTS.replace("200", "302")
DISPATCHERS = "login stranger, 200 office government_office superuser, 403 unit_officer leader, 404"
DESK = "login stranger, 200 unit_officer superuser, 404"
SIGNER = "login stranger, 403 unit_officer, 200 superuser, 404"
LETTER_READERS = "200 unit_officer office leader government_office superuser, 404"
NOT_THE_PUBLIC_S = "404 stranger deputy unit_officer government_office system_admin security_admin auditor"
PARTS_SEEN = "login stranger, 200 unit_officer government_office leader office superuser, 404"
TAKE_PART = "unit_officer government_office leader office superuser"
CONGRESS = "leader committee_officer county_office township_office office superuser"
LOCAL = "county_office township_office"


def star_acts(who):
    """An act on a review that only these may do; the others of the congress see it."""
    others = " ".join(role for role in CONGRESS.split() if role not in (*who.split(), "superuser"))
    return f"login stranger, 200 {who} superuser, {f'403 {others}, ' if others else ''}404"


CONGRESS_ONLY = f"login stranger, 200 {CONGRESS}, 404"

# Stations


def street_station(cast):
    return [factories.StationFactory().pk]


def plan_of(**fields):
    """The plan of a station of the street, where both local offices answer for it."""

    def plan(cast):
        file = factories.stored_document()
        return factories.StationPlanFactory(file=file, **fields)

    return plan


def plan_page(cast):
    plan = plan_of()(cast)
    return [plan.station_id, plan.year]


def submitted_plan(cast):
    return [plan_of(state="submitted")(cast).pk, "approve"]


def submitted_plan_of_the_city(cast):
    return [plan_of(state="submitted", station__is_city_managed=True)(cast).pk, "approve"]


def approved_plan(cast):
    return [plan_of(state="approved")(cast).pk]


def draft_plan(cast):
    return [plan_of()(cast).pk]


def study(cast):
    return [factories.StationFactory().pk, "study"]


def training(cast):
    return [factories.StationFactory().pk, "training"]


def event(cast):
    return [factories.StationEventFactory().pk]


def picture_of_event(is_public):
    def picture(cast):
        event = factories.StationEventFactory(is_public=is_public)
        return [event.pictures.create(file=factories.stored_picture()).pk, "small"]

    picture.__name__ = "public_picture" if is_public else "private_picture"
    return picture


def any_picture_of_event(cast):
    return picture_of_event(is_public=True)(cast)[:1]


def recurring_matter(cast):
    return [[factories.OpinionFactory() for _number in range(3)][0].pk]


TABLE = [
    Row("stations:plan", MANAGED, record=plan_page),
    Row("stations:plan-edit", RUNS, post=RUNS, record=plan_page),
    Row("stations:plan-act", RUNS, post=RUN_ACTS, record=submitted_plan),
    Row("stations:plan-act", CITY_RUNS, record=submitted_plan_of_the_city),
    Row("stations:plan-file", PUBLIC, record=approved_plan),
    Row(
        "stations:plan-file",
        "200 office committee_officer leader county_office township_office superuser, 404",
        record=draft_plan,
    ),
    Row("stations:events", PUBLIC, record=street_station),
    Row("stations:events-of", MANAGED, record=street_station),
    Row("stations:event-new", RUNS, post=RUNS, record=study),
    Row("stations:event-new", RUNS, record=training),
    Row("stations:event-edit", RUNS, post=RUNS, record=event),
    Row("stations:event-picture", PUBLIC, record=picture_of_event(is_public=True)),
    Row(
        "stations:event-picture",
        "200 office committee_officer leader county_office township_office superuser, 404",
        record=picture_of_event(is_public=False),
    ),
    Row("stations:event-picture-remove", POST_ONLY, post=RUN_ACTS, record=any_picture_of_event),
    Row("stations:coverage", OVERSIGHT),
    Row("stations:silent", OVERSIGHT),
    Row("stations:managed", OVERSIGHT),
    Row("stations:matters", OVERSEES),
    Row("stations:matter-offer", OVERSEES, record=recurring_matter),
    #
    Row("home:start", PUBLIC),
    Row("home:accessibility", PUBLIC),
    Row("home:privacy", PUBLIC),
    Row("home:figures-of-stations", PUBLIC),
    Row("home:language", PUBLIC, post="302"),
    Row("home:leave", "404"),  # without an address of ours
    Row("home:my", SIGNED_IN),
    Row("home:landing", MOVES_ON),
    Row("healthz", PUBLIC),
    Row("readyz", "503"),  # nothing ticks here and nothing is backed up
    #
    Row("deputies:list", PUBLIC),
    Row("deputies:groups", PUBLIC),
    Row("deputies:group", PUBLIC, record=group),
    Row("deputies:committee", PUBLIC, record=committee),
    Row("deputies:detail", PUBLIC, record=sitting_deputy),
    Row("deputies:detail", f"{NOT_THE_PUBLIC_S}, 200", record=former_deputy_of_the_street),
    Row(
        "deputies:detail",
        f"{NOT_THE_PUBLIC_S} county_office township_office, 200",
        record=former_deputy_elsewhere,
    ),
    Row("deputies:photo", PUBLIC, record=small(sitting_deputy)),
    Row("deputies:photo", f"{NOT_THE_PUBLIC_S}, 200", record=small(former_deputy_of_the_street)),
    Row("deputies:photo", "404", record=deputy_without_photo),
    Row(
        "deputies:photo",
        "200 office superuser county_office township_office, 404",
        record=small(sitting_deputy_of_the_street, agreed=False),
    ),
    Row("deputies:photo", "200 office superuser, 404", record=small(sitting_deputy, agreed=False)),
    Row("deputies:messages-on", POST_ONLY, post="login stranger, 302 deputy, 404"),
    Row("deputies:messages-off", POST_ONLY, post="login stranger, 302 deputy, 404"),
    Row("deputies:consent-give", POST_ONLY, post="login stranger, 302 deputy, 404", record=photo),
    Row("deputies:consent-withdraw", POST_ONLY, post="login stranger, 302 deputy, 404", record=photo),
    Row("deputies:consent-give", POST_ONLY, post="login stranger, 404", record=no_kind_of_consent),
    Row("deputies:correction-ask", "login stranger, 200 deputy, 404", post="login stranger, 200 deputy, 404"),
    Row(
        "deputies:correction-withdraw",
        POST_ONLY,
        post="login stranger, 302 deputy superuser, 403 county_office township_office office, 404",
        record=own_correction,
    ),
    Row(
        "deputies:correction-withdraw",
        POST_ONLY,
        post="login stranger, 403 office, 302 superuser, 404",
        record=correction_elsewhere,
    ),
    Row(
        "deputies:correction-evidence",
        "login stranger, 200 deputy county_office township_office office superuser, 404",
        record=own_correction,
    ),
    Row(
        "deputies:correction-evidence",
        "login stranger, 200 office superuser, 404",
        record=correction_elsewhere,
    ),
    Row("deputies:correction-evidence", "login stranger, 404", record=correction_without_evidence),
    #
    Row("stations:list", PUBLIC),
    Row("stations:near", PUBLIC, post=PUBLIC),
    Row("stations:detail", PUBLIC, record=station),
    Row("stations:detail", PUBLIC, record=closed_station),
    Row("stations:poster", PUBLIC, record=station),
    Row("stations:poster", "404", record=closed_station),
    Row("stations:photo", PUBLIC, record=photo_of_station(station)),
    Row(
        "stations:photo",
        "200 leader committee_officer county_office township_office office auditor superuser, 404",
        record=photo_of_station(closed_station),
    ),
    Row("stations:leaders", OVERSIGHT),
    Row("stations:leader-list", OVERSIGHT),
    #
    Row("proposals:list", PUBLIC),
    Row("proposals:detail", PUBLIC, record=page_of_a_suggestion),
    Row("proposals:file", PUBLIC, record=file_of(published_suggestion)),
    Row("proposals:file", f"200 {TAKE_PART}, 404", record=file_of(summary)),
    Row("proposals:reply-file", PUBLIC, record=letter_file_of(published_suggestion)),
    Row("proposals:reply-file", f"200 {TAKE_PART}, 404", record=letter_file_of(summary)),
    Row("proposals:progress-picture", PUBLIC, record=picture_of(published_suggestion)),
    Row("proposals:progress-picture", f"200 {TAKE_PART}, 404", record=picture_of(summary)),
    Row("proposals:commitments", PUBLIC),
    Row("proposals:commitment", PUBLIC, record=promise),
    Row(
        "proposals:commitment",
        "200 government_office leader office superuser, 404",
        record=promise_not_published,
    ),
    Row("proposals:key-items", PUBLIC),
    Row("proposals:key-item", PUBLIC, record=key_item),
    Row("proposals:topics", f"login stranger, 200 deputy {CONGRESS}, 403"),
    Row("proposals:topic", f"login stranger, 200 deputy {CONGRESS}, 404", record=topic),
    Row(
        "proposals:topic",
        "login stranger, 200 unit_officer committee_officer county_office township_office office superuser, 404",
        record=offered_topic,
    ),
    Row("proposals:figures", f"login stranger, 200 deputy government_office {CONGRESS}, 403"),
    Row("proposals:figure-list", f"login stranger, 404 deputy government_office {CONGRESS}, 403"),
    Row("proposals:overview", "login stranger, 200 leader office superuser, 403"),
    Row("proposals:committee", "login stranger, 200 leader office superuser, 403", record=committee),
    Row(
        "proposals:committee",
        "login stranger, 200 committee_officer leader office superuser, 403",
        record=own_committee,
    ),
    Row("proposals:yearly-report", PUBLIC, record=last_year),
    Row("proposals:yearly-report", "200 leader office superuser, 404", record=this_year),
    Row("proposals:yearly-report-word", PUBLIC, record=last_year),
    Row("proposals:yearly-report-word", "200 leader office superuser, 404", record=this_year),
    Row("proposals:mine", DEPUTY_S),
    Row("proposals:new", DEPUTY_S, post=DEPUTY_ACTS),
    Row("proposals:similar", DEPUTY_S),
    Row("proposals:edit", DEPUTY_S, post=DEPUTY_S, record=own_draft),
    Row("proposals:autosave", POST_ONLY, post="login stranger, 400 deputy, 404", record=own_draft),
    Row("proposals:file-add", POST_ONLY, post=DEPUTY_S, record=own_draft),
    Row("proposals:file-remove", POST_ONLY, post=DEPUTY_S, record=own_enclosure),
    Row("proposals:discard", DEPUTY_S, post=DEPUTY_ACTS, record=own_draft),
    Row("proposals:invite", DEPUTY_S, post=DEPUTY_S, record=own_draft),
    Row("proposals:submit", DEPUTY_S, post=DEPUTY_ACTS, record=own_draft),
    Row("proposals:withdraw", AUTHOR_S, post=AUTHOR_S, record=own_submitted),
    Row("proposals:cosign", DEPUTY_S, post=DEPUTY_ACTS, record=own_answer),
    Row("proposals:rate", DEPUTY_S, post=DEPUTY_S, record=own_rating),
    Row("proposals:verify", DEPUTY_S, post=DEPUTY_S, record=promise_to_the_deputy),
    Row("proposals:doubt", DEPUTY_S, post=DEPUTY_S, record=promise_to_the_deputy),
    Row("proposals:topic-claim", "login stranger, 200 deputy, 404 superuser, 403", record=open_topic),
    Row("proposals:claim-research", POST_ONLY, post=DEPUTY_ACTS, record=own_claim),
    Row("proposals:claim-release", POST_ONLY, post=DEPUTY_ACTS, record=own_claim),
    #
    Row("stations:calendar", PUBLIC),
    Row("stations:calendar-of", PUBLIC, record=station_of_the_street),
    Row("stations:feed", PUBLIC),
    Row("stations:feed-of", PUBLIC, record=station_of_the_street),
    Row("stations:feed-of-area", PUBLIC, record=area_with_a_station),
    Row("stations:notice", PUBLIC, record=day_announced),
    Row("stations:notice", KNOW_DAY.removeprefix("login stranger, "), record=day_of_the_street),
    Row("stations:my-receptions", DEPUTY_S),
    Row("stations:reception", KNOW_DAY, record=day_of_the_street),
    Row("stations:reception-assign", RUN_DAY, post=RUN_DAY.replace("200", "302"), record=day_of_the_street),
    Row("stations:reception-announce", RUN_DAY, post=RUN_DAY.replace("200", "302"), record=day_of_the_street),
    Row("stations:reception-change", RUN_DAY, post=RUN_DAY, record=day_of_the_street),
    Row("stations:reception-hold", RUN_DAY, post=RUN_DAY, record=day_of_the_street),
    Row("stations:reception-cancel", RUN_DAY, post=RUN_DAY, record=day_of_the_street),
    Row("stations:reception-came", AT_THE_STATION, post=AT_THE_STATION, record=day_of_the_street),
    Row("stations:reception-code", AT_THE_STATION, record=day_of_the_street),
    Row("stations:check-in", "login stranger, 404", post="login stranger, 404", record=day_of_the_street),
    Row("stations:visitor", RUN_DAY, post=RUN_DAY, record=day_of_the_street),
    Row("stations:visitor-receipt", HANDLE_OPINION, record=visitor_of_the_street),
    Row("stations:visitor-form", HANDLE_OPINION, record=visitor_of_the_street),
    Row("stations:opinion-new", RUNS, post=RUNS, record=street_station),
    Row("stations:opinion-receipt", HANDLE_OPINION, record=opinion_of_the_street),
    Row(
        "stations:receptions-of",
        f"login stranger, 200 leader committee_officer {RUN_DAYS}, 404",
        record=station_of_the_street,
    ),
    Row("stations:reception-plan", RUN_STATION, post=RUN_STATION, record=station_of_the_street),
    Row("stations:reception-year", RUN_STATION, post=RUN_STATION, record=station_of_the_street),
    Row("stations:leave", PUBLIC, post=PUBLIC, record=station),
    Row("stations:receipt", "302"),  # only after something was sent
    Row("stations:follow", PUBLIC, post=PUBLIC),
    Row("stations:rate", "405", post=PUBLIC),
    Row("stations:answers", PUBLIC),
    Row("stations:answers-feed", PUBLIC),
    Row("stations:station-answers-feed", PUBLIC, record=station),
    Row("stations:public-answer", PUBLIC, record=published_answer),
    Row("stations:public-answer", "404", record=unpublished_answer),
    Row("stations:answer-picture", PUBLIC, record=published_picture),
    Row("stations:answer-picture", "404", record=unpublished_picture),
    Row("stations:stories", PUBLIC),
    Row("stations:board", "login stranger, 200 county_office township_office office superuser, 403"),
    Row(
        "stations:opinions", "login stranger, 200 deputy county_office township_office office superuser, 404"
    ),
    Row("stations:own-code", "login stranger, 200 deputy, 404"),
    Row("stations:orders", "login stranger, 200 unit_officer, 404"),
    Row("stations:opinion", KNOW_OPINION, record=opinion_with_an_order),
    Row("stations:opinion", HANDLE_OPINION, record=opinion_held),
    Row(
        "stations:opinion-phone",
        POST_ONLY,
        post=f"{HANDLE_OPINION[:-5]}, 403 deputy unit_officer, 404",
        record=opinion_with_an_order,
    ),
    Row("stations:opinion-picture", KNOW_OPINION, record=photo_of_a_citizen),
    Row(
        "stations:opinion-release",
        HANDLE_OPINION,
        post=HANDLE_OPINION.replace("200", "302"),
        record=opinion_held,
    ),
    Row(
        "stations:opinion-accept", HANDLES, post=HANDLES.replace("200", "302"), record=opinion_in("submitted")
    ),
    Row("stations:opinion-refuse", HANDLES, post=HANDLES, record=opinion_in("submitted")),
    Row("stations:opinion-join", HANDLES, post=HANDLES, record=opinion_in("submitted")),
    Row("stations:opinion-dispatch", HANDLES, post=HANDLES, record=opinion_in("accepted")),
    Row("stations:opinion-dispatch", COUNTY_HANDLES, record=opinion_in("escalated")),
    Row("stations:opinion-add-unit", HANDLES, post=HANDLES, record=opinion_with_an_order),
    Row("stations:opinion-answer", ANSWERS, post=ANSWERS, record=opinion_in("accepted")),
    Row("stations:opinion-answer", COUNTY_HANDLES, record=opinion_in("escalated")),
    Row("stations:opinion-say", ANSWERS, post=ANSWERS, record=opinion_in("accepted")),
    Row("stations:opinion-escalate", HANDLES, post=HANDLES, record=opinion_in("accepted")),
    Row("stations:opinion-send-down", COUNTY_HANDLES, post=COUNTY_HANDLES, record=opinion_in("escalated")),
    Row("stations:opinion-ask-deputy", COUNTY_HANDLES, post=COUNTY_HANDLES, record=opinion_in("escalated")),
    Row(
        "stations:opinion-raise",
        "login stranger, 200 deputy superuser, 403 unit_officer county_office township_office office, 404",
        post="login stranger, 302 deputy, 200 superuser, 403 unit_officer county_office township_office office, 404",
        record=opinion_a_deputy_is_asked_about,
    ),
    Row(
        "stations:opinion-decline",
        "login stranger, 200 deputy superuser, 403 unit_officer county_office township_office office, 404",
        post="login stranger, 200 deputy superuser, 403 unit_officer county_office township_office office, 404",
        record=opinion_a_deputy_is_asked_about,
    ),
    Row("stations:opinion-close", HANDLES, post=HANDLES.replace("200", "302"), record=opinion_in("answered")),
    Row("stations:opinion-publish", HANDLES, post=HANDLES, record=opinion_in("answered")),
    Row("stations:opinion-take-back", HANDLES, post=HANDLES, record=opinion_in("answered")),
    Row("stations:dispatch", KNOW_ORDER, record=order_in_the_street),
    Row(
        "stations:dispatch-report-in", ORDERED, post=ORDERED.replace("200", "302"), record=order_in_the_street
    ),
    Row("stations:dispatch-visit", ORDERED, post=ORDERED, record=order_in_the_street),
    Row("stations:dispatch-solve", ORDERED, post=ORDERED, record=order_in_the_street),
    Row("stations:dispatch-hand-back", ORDERED, post=ORDERED, record=order_in_the_street),
    Row("stations:dispatch-extend", ORDERED, post=ORDERED, record=order_in_the_street),
    Row("stations:dispatch-recall", GAVE_ORDER, post=GAVE_ORDER, record=order_in_the_street),
    Row("stations:dispatch-decide-extension", GAVE_ORDER, post=GAVE_ORDER, record=order_in_the_street),
    Row("stations:order-picture", KNOW_OPINION, record=photo_of_a_department),
    Row("stations:gap", CONGRESS_ONLY, record=station_in_the_street),
    Row("stations:points", CONGRESS_ONLY, record=points_of_a_station),
    Row("stations:reviews", f"login stranger, 200 {CONGRESS}, 403"),
    Row("stations:review", CONGRESS_ONLY, record=review_in("self")),
    Row("stations:star-score", star_acts("office"), record=review_in("self")),
    Row("stations:star-review", star_acts("township_office office"), record=review_in("township")),
    Row("stations:star-check", star_acts("county_office office"), record=review_in("county")),
    Row("stations:star-spot", star_acts("office"), record=review_in("city")),
    Row("stations:star-send-back", star_acts(f"{LOCAL} office"), record=review_in("county")),
    Row("stations:star-object", star_acts(f"{LOCAL} office"), record=review_in("published")),
    Row("stations:star-answer", star_acts("office"), record=objection_to_stars),
    Row("stations:star-evidence", CONGRESS_ONLY, record=evidence_of_stars),
    Row("stations:stars", PUBLIC, record=year_of_stars),
    Row("stations:praise", "login stranger, 200 leader office superuser, 403", record=year_of_praise),
    Row("stations:league", f"login stranger, 200 deputy {CONGRESS}, 403"),
    #
    Row(
        "proposals:unit-topics",
        "login stranger, 200 unit_officer, 404",
        post="login stranger, 200 unit_officer, 404",
    ),
    Row("proposals:unit", "login stranger, 200 unit_officer government_office, 404"),
    Row("proposals:sign", UNIT_ACTS, post=UNIT_DOES, record=pending_part),
    Row("proposals:hand-back", UNIT_ACTS, post=UNIT_ACTS, record=pending_part),
    Row("proposals:extend", UNIT_ACTS, post=UNIT_ACTS, record=handled_part),
    Row("proposals:consult", UNIT_ACTS, post=UNIT_ACTS, record=handled_part),
    Row("proposals:write", UNIT_ACTS, post=UNIT_DOES, record=handled_part),
    Row("proposals:second", UNIT_ACTS, post=UNIT_DOES, record=handled_part),
    Row("proposals:keep", DISPATCHERS, post=DISPATCHERS, record=part_handed_back),
    Row("proposals:replace", DISPATCHERS, post=DISPATCHERS, record=part_handed_back),
    Row("proposals:urge", DISPATCHERS, post=DISPATCHERS.replace("200", "302"), record=handled_part),
    Row("proposals:present", DESK, post=DESK, record=letter_on_the_desk),
    Row("proposals:promise", DESK, post=DESK, record=letter_on_the_desk),
    Row("proposals:letter-file", DESK, post=DESK, record=letter_on_the_desk),
    Row("proposals:letter-file-remove", POST_ONLY, post=DESK.replace("200", "302"), record=enclosure),
    Row("proposals:letter-sign", SIGNER, post=SIGNER.replace("200", "302"), record=letter_with_the_signer),
    Row("proposals:letter-send-back", SIGNER, post=SIGNER, record=letter_with_the_signer),
    Row(
        "proposals:letter-correct",
        UNIT_ACTS,
        post=UNIT_ACTS,
        record=signed_letter,
    ),
    Row("proposals:promise-remove", POST_ONLY, post=UNIT_DOES, record=promise_in_a_draft),
    Row("proposals:progress", UNIT_ACTS, post=UNIT_ACTS, record=tracked_promise),
    Row("proposals:report", UNIT_ACTS, post=UNIT_ACTS, record=tracked_promise),
    Row("proposals:letter", LETTER_READERS, record=signed_letter),
    Row("proposals:letter", PUBLIC, record=published_letter),
    Row("proposals:letter-word", LETTER_READERS, record=signed_letter),
    Row("proposals:letter-word", PUBLIC, record=published_letter),
    Row("proposals:papers", PARTS_SEEN, record=part_for_papers),
    Row("proposals:paper", "login stranger, 200 deputy superuser, 404", record=sheet_of_a_draft),
    Row("proposals:paper", PARTS_SEEN, record=sheet),
    Row("proposals:paper", PARTS_SEEN, record=sheet_of_published),
    Row("proposals:paper", PARTS_SEEN, record=assignment_notice),
    Row("proposals:paper", PARTS_SEEN, record=return_request),
    Row("proposals:paper", "login stranger, 404", record=return_request_of_one_kept),
    Row("proposals:paper", PARTS_SEEN, record=extension_request),
    Row("proposals:paper", PARTS_SEEN, record=urging_notice),
    Row("proposals:paper", "login stranger, 200 deputy office superuser, 404", record=opinion_form),
    Row(
        "proposals:paper",
        f"login stranger, 200 deputy government_office {CONGRESS}, 404",
        record=plan_of_key_item,
    ),
    Row("proposals:paper", "login stranger, 404", record=no_such_form),
    Row("proposals:promises-paper", SIGNED_IN),
    #
    Row("notices:list", SIGNED_IN),
    Row("notices:read", POST_ONLY, post="login stranger, 302 deputy, 404", record=notice_to_the_deputy),
    Row("notices:read-all", POST_ONLY, post=MOVES_ON),
    Row("notices:preferences", SIGNED_IN, post=MOVES_ON),
    #
    Row("account_login", "200 stranger, 302", post="200 stranger, 302"),
    Row("account_logout", "302 stranger, 200", post="302"),
    Row("account_stay", SIGNED_IN),
    Row("account_inactive", PUBLIC),
    Row("account_signup", "200 stranger, 302", post="200 stranger, 302"),
    Row("account_reauthenticate", SIGNED_IN, post=SIGNED_IN),
    Row("account_change_password", SIGNED_IN, post=SIGNED_IN),
    Row("account_reset_password", PUBLIC, post=PUBLIC),
    Row("account_reset_password_done", PUBLIC),
    Row("account_reset_password_from_key", PUBLIC, post=PUBLIC, record=used_link),
    Row("account_reset_password_from_key_done", PUBLIC),
    Row("mfa_index", SIGNED_IN),
    Row("mfa_authenticate", MOVES_ON, post=MOVES_ON),  # only between the password and the second factor
    Row("mfa_reauthenticate", MOVES_ON, post=MOVES_ON),  # only with a second factor
    Row("mfa_activate_totp", MOVES_ON, post=MOVES_ON),  # to say once more who it is
    Row("mfa_deactivate_totp", "login stranger, 404", post="login stranger, 404"),
    Row("mfa_view_recovery_codes", "login stranger, 404"),
    Row("mfa_generate_recovery_codes", MOVES_ON, post=MOVES_ON),
    Row("mfa_download_recovery_codes", "login stranger, 404"),
    Row("usersessions_list", SIGNED_IN, post=MOVES_ON),
]


def test_every_address_has_a_row_and_every_row_an_address():
    told = {row.name for row in TABLE}
    there = {name for name in every_pattern() if not name.startswith(("admin:", "admin/"))}
    assert there - told == set(), "add a row to the table"
    assert told - there == set(), "these rows match no address"


def batches(rows, size=12):
    """Rows of a part of the portal, a dozen at a time: they share a cast, and each leaves it as it was."""
    parts = [list(part) for _name, part in groupby(rows, key=lambda row: row.name.partition(":")[0])]
    cut = [part[start : start + size] for part in parts for start in range(0, len(part), size)]
    return [pytest.param(part, id=f"{part[0].title} … {part[-1].title}") for part in cut]


@pytest.fixture
def clients(cast, sign_in):
    """``clients(role)``: a client of theirs as it was right after signing in."""
    cookies = {role: sign_in(user).cookies for role, user in cast.items()}

    def client(role):
        fresh = Client()
        fresh.cookies.load(cookies[role].output(header="", sep=";"))
        return fresh

    return client


CHANGES_NOTHING = {"login", "403", "404", "405"}


@pytest.mark.parametrize("rows", batches(TABLE))
def test_everybody_gets_the_answer_of_the_table(rows, cast, clients, subtests):
    """And a record that is not for them answers like one that does not exist."""
    for row in rows:
        for method in row.methods():
            with subtests.test(f"{method} {row.title}"), rolled_back():
                got, named = {}, None
                for role in cast:
                    named = named or row.named(cast)
                    address = row.at(named)
                    response = getattr(clients(role), method)(address)
                    got[role] = answer_of(response)
                    if got[role] == "404" and named and method == row.hides_by():
                        missing = row.at([10**9, *named[1:]])
                        nothing = getattr(clients(role), method)(missing)
                        assert without_address(response, address) == without_address(nothing, missing), role
                    if method == "post" and got[role] not in CHANGES_NOTHING:
                        named = None  # the next one finds a record of their own
                assert got == answers(getattr(row, method))
