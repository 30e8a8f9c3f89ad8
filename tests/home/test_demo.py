"""The demonstration city as it stands when it has been built."""

import unicodedata
from collections import Counter
from functools import partial

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from accounts.demo import PASSWORD
from accounts.models import Area, Membership, Role, Unit, UnitAlias, User
from common import clock
from deputies.models import (
    Committee,
    Correction,
    Delegation,
    Deputy,
    DeputyGroup,
    Level,
    Mandate,
    Term,
)
from deputies.states import MandateState
from home import demo
from notices.models import Notice
from proposals import checks, rates
from proposals.models import (
    ANSWERING,
    Assignment,
    Commitment,
    CoSignature,
    Extension,
    KeyItem,
    Rating,
    Reply,
    Suggestion,
    SuggestionChange,
    Topic,
    TopicClaim,
)
from proposals.states import (
    KNOWN_TO_UNITS,
    TAKING_PART,
    AssignmentState,
    ClaimState,
    CommitmentState,
    SuggestionState,
)

from ..lasting import written_for_a_module

pytestmark = pytest.mark.same_everywhere
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
SIGN_INS = [name for name, *_rest in demo.SIGN_INS]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The demonstration, built once for the tests of this module and taken back after them."""
    write = partial(call_command, "demo", force=True, verbosity=0)
    yield from written_for_a_module(django_db_blocker, QUICK(write))


@pytest.fixture
def city(built, db):
    return Term.objects.get(level=Level.CITY)


def test_the_city_has_the_scale_of_the_real_one(city):
    assert (
        dict(Mandate.objects.sitting_by_level())[Level.CITY]
        == Mandate.objects.filter(term=city).count()
        == 265
    )
    assert Mandate.objects.sitting().count() == 2400
    assert Committee.objects.count() == DeputyGroup.objects.count() == 10
    assert [d.name for d in Delegation.objects.all()] == ["渝水区", "分宜县", "新余军分区"]
    assert Counter(Term.objects.values_list("level", flat=True)) == {"city": 1, "county": 2, "township": 26}
    assert city.sessions.count() == 6


def test_every_street_town_and_township_has_deputies_of_the_city(city):
    towns = Area.objects.filter(kind__in=["street", "town", "township"])
    assert set(towns) == set(Area.objects.filter(mandates__term=city))


def test_some_people_sit_in_two_congresses_and_are_one_person(city):
    held = Counter(Mandate.objects.values_list("deputy", flat=True))
    assert Counter(held.values()) == {1: Deputy.objects.count() - 97, 2: 97}


def test_every_group_has_heads_among_its_members_a_liaison_and_a_committee(city):
    for group in DeputyGroup.objects.all():
        members = {mandate.deputy for mandate in group.mandates.all()}
        assert len(members) >= 25
        assert {group.head, group.deputy_head} <= members
        assert group.head != group.deputy_head
        assert group.liaison
        assert group.committee.duties


def test_what_people_are_told_fits_the_rules_of_their_fields(city):
    for deputy in Deputy.objects.filter(mandates__term=city):
        deputy.full_clean(exclude=["pinyin"])
        assert deputy.phone[3:7] == "0790"
        assert deputy.pinyin
    assert Deputy.objects.filter(name__contains="·").exists()
    assert len(set(Deputy.objects.values_list("phone", flat=True))) == Deputy.objects.count()
    assert Deputy.history.count() >= Deputy.objects.count()


def test_mandates_that_were_suspended_or_ended_have_their_history(city):
    changed = Mandate.objects.exclude(state=MandateState.ACTIVE)
    assert Counter(changed.values_list("state", flat=True)) == {"suspended": 2, "ended": 3}
    for mandate in changed:
        last = mandate.changes.first()
        assert (last.after, last.by.username) == (mandate.state, "office")
        assert last.note
        assert mandate.state_since


def test_corrections_wait_and_were_decided_and_told(city):
    states = Counter(Correction.objects.values_list("state", flat=True))
    assert states == {"open": 2, "accepted": 1, "declined": 1, "withdrawn": 1}
    assert Deputy.objects.get(user__username="deputy").address == "新余市城北街道毓秀路18号"
    assert Notice.objects.filter(recipient__username="office", kind="deputies.correction_asked").count() == 5
    assert Notice.objects.of(User.objects.get(username="deputy")).unread().exists()


def test_five_hundred_suggestions_stand_in_every_state(city):
    assert Suggestion.objects.count() == 500
    for model, states in (
        (Suggestion, SuggestionState),
        (Assignment, set(AssignmentState) - {AssignmentState.CLOSED}),
        (Commitment, set(CommitmentState) - {CommitmentState.PROPOSED}),
        (TopicClaim, set(ClaimState) - {ClaimState.FILED}),
    ):
        assert set(model.objects.values_list("state", flat=True)) >= set(states), model
    assert {code for code, *_rest in Suggestion.objects.values_list("reply_class__code")} >= set("ABCD")
    assert set(Suggestion.objects.exclude(verdict="").values_list("verdict", "round")) >= {
        (verdict, round) for verdict in ("satisfied", "basically", "dissatisfied") for round in (1, 2)
    } - {("dissatisfied", 1)}
    assert Commitment.objects.filter(slips__gt=0).exists()
    assert Commitment.objects.late(clock.today()).exists()
    assert {item.state for item in KeyItem.objects.all()} == {"supervised", "closed"}
    assert all(item.supervision_leader and item.handling_leader for item in KeyItem.objects.all())
    assert Suggestion.objects.exclude(merge_group=None).count() >= 4
    assert Topic.objects.exists()


def test_the_history_of_each_leads_to_where_it_stands(city):
    steps = {}
    for record, before, after, at in SuggestionChange.objects.order_by("at", "pk").values_list(
        "record", "before", "after", "at"
    ):
        steps.setdefault(record, []).append((before, after))
        assert at.date() <= clock.today()
    for pk, state in Suggestion.objects.exclude(state="draft").values_list("pk", "state"):
        told = steps[pk]
        assert [before for before, _after in told[1:]] == [after for _before, after in told[:-1]]
        assert told[-1][1] == state


def test_suggestions_and_their_units_agree(city):
    for one in Suggestion.objects.filter(state__in=KNOWN_TO_UNITS).prefetch_related("assignments"):
        parts = [a for a in one.assignments.all() if a.part in ANSWERING and a.state in TAKING_PART]
        where = {part.state for part in parts}
        assert one.due_on == max(part.due_on for part in parts)
        if one.state == SuggestionState.ASSIGNED:
            assert where & {"pending", "return_asked"}
        elif one.state in (SuggestionState.HANDLING, SuggestionState.REHANDLING):
            assert where & {"handling", "review"}
        else:
            assert where == {"replied"}
        assert bool(one.replied_on) == one.class_steps.exists()
    for reply in Reply.objects.signed().exclude(kind="opinion"):
        assert reply.assignment.consultations.exists()
        assert not reply.reply_class.needs_commitment or reply.assignment.commitments.exists()


def test_what_deputies_wrote_could_be_sent(city):
    for one in Suggestion.objects.all():
        assert not [finding.text for finding in checks.findings(one) if finding.blocks], one
    assert all(figure.total for figure in rates.figures(Suggestion.objects.all()).values())


def test_everybody_who_signs_in_finds_something_to_do(city):
    today = clock.today()
    deputy = Deputy.objects.get(user__username="deputy")
    theirs = Counter(deputy.suggestions.values_list("state", flat=True))
    assert min(theirs["draft"], theirs["returned"], theirs["replied"], theirs["concluded"]) >= 1
    assert CoSignature.objects.waiting(today).filter(deputy=deputy).exists()
    assert Rating.objects.waiting().filter(deputy=deputy, until__gte=today).exists()
    assert Commitment.objects.filter(suggestion__lead=deputy, state="done").exists()
    assert deputy.topic_claims.held().exists()
    ours = Assignment.objects.filter(unit__short_name="市住建局")
    assert ours.filter(state="pending").count() >= 2
    assert ours.due_within(today, 7).exists()
    assert ours.late(today).exists()
    assert Reply.objects.filter(assignment__in=ours, state="review").exists()
    assert Commitment.objects.filter(unit__short_name="市住建局").late(today).exists()
    assert Commitment.objects.filter(
        unit__short_name="市住建局", state="tracking", due_on__range=(today, today + clock.ONE_DAY * 15)
    ).exists()
    waiting = Counter(Suggestion.objects.values_list("state", flat=True))
    assert min(waiting["submitted"], waiting["registered"]) >= 2
    assert Assignment.objects.filter(state="return_asked").exists()
    assert Extension.objects.filter(state="waiting").exists()
    assert Suggestion.objects.filter(state="concluded", publication="").exists()


def test_units_are_found_by_former_names_until_they_were_renamed(city):
    unit = Unit.objects.get(short_name="市生态环境局")
    until = UnitAlias.objects.get(unit=unit, name="新余市环境保护局").until
    assert Unit.objects.named("新余市环境保护局", until.replace(year=until.year - 1)).get() == unit
    assert not Unit.objects.named("新余市环境保护局").exists()
    assert Unit.objects.named("市住房和城乡建设局").get() == Unit.objects.named("市住建局").get()


def test_there_is_a_sign_in_for_every_role_and_the_printed_list_has_them_all(city, capsys):
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert User.objects.count() == len(SIGN_INS)
    call_command("demo", sign_ins=True)
    out = capsys.readouterr().out
    rows = [line for line in out.splitlines() if "1380790" in line]
    assert [row.split()[-2] for row in rows] == SIGN_INS
    assert len({sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in row) for row in rows}) == 1
    assert PASSWORD in out


@pytest.mark.parametrize("username", SIGN_INS)
def test_each_signs_in_at_the_real_page_with_the_documented_password(city, username):
    user = User.objects.get(username=username)
    validate_password(PASSWORD, User(username=username, name=user.name, is_staff=user.is_staff))
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.phone, "password": PASSWORD})
    assert answer.status_code == 302
    landed = client.get(answer["Location"], follow=True)
    assert landed.status_code == 200
    assert landed.wsgi_request.user == user
    assert user.name in landed.content.decode()


def test_every_page_says_that_the_data_are_samples(city, client):
    for page in ("home:start", "deputies:list", "account_login"):
        assert '<p class="sample">' in client.get(reverse(page)).content.decode()


def test_a_second_run_changes_nothing_where_data_are(city, capsys):
    call_command("demo", if_empty=True)
    assert capsys.readouterr().out == ""
    with pytest.raises(CommandError):
        call_command("demo", force=True)
    assert Mandate.objects.sitting().count() == 2400
