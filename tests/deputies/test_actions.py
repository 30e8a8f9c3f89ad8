import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation

from accounts.models import Role
from common.workflow import MoveRefused, moves_open_to
from deputies import actions
from deputies.models import Correction, Deputy, Mandate
from deputies.states import CORRECTION_MOVES, MANDATE_MOVES, CorrectionState, MandateState
from notices.models import Notice

from .. import factories

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)
GIVEN = {"note": "涉嫌犯罪被羁押", "on": DAY, "announcement_no": "〔2026〕第3号"}


@pytest.fixture
def mandate(db):
    return factories.MandateFactory()


def steps(record):
    """``[(move, from, to, by, note), …]``, the first first."""
    return [(s.move, s.before, s.after, s.by, s.note) for s in record.changes.order_by("pk")]


# Mandates


def test_a_suspension_is_kept_with_day_reason_announcement_and_author(mandate, office):
    actions.suspend(mandate, by=office, **GIVEN)
    mandate = Mandate.objects.get()
    assert (mandate.state, mandate.state_since, mandate.announcement_no) == (
        MandateState.SUSPENDED,
        DAY,
        "〔2026〕第3号",
    )
    assert steps(mandate) == [("suspend", "active", "suspended", office, "涉嫌犯罪被羁押")]
    version = mandate.history.first()
    assert (version.state, version.state_since, version.announcement_no) == (
        "suspended",
        DAY,
        "〔2026〕第3号",
    )
    assert version.history_user == office
    assert version.history_change_reason == str(mandate.MOVES["suspend"].label)  # why is sealed, in the step


def test_the_whole_life_of_a_mandate_can_be_read(mandate, office):
    for verb in ("suspend", "resume", "end", "restore", "end"):
        getattr(actions, verb)(mandate, by=office, note=f"为何{verb}", on=DAY)
    assert [(move, after) for move, _before, after, _by, _note in steps(mandate)] == [
        ("suspend", "suspended"),
        ("resume", "active"),
        ("end", "ended"),
        ("restore", "active"),
        ("end", "ended"),
    ]
    assert [v.state for v in mandate.history.order_by("pk")] == [
        "active",
        "suspended",
        "active",
        "ended",
        "active",
        "ended",
    ]


def test_who_ends_or_returns_leaves_and_enters_the_public_list(mandate, office):
    actions.end(mandate, by=office, note="调离", on=DAY)
    assert not Deputy.objects.sitting().exists()
    actions.restore(mandate, by=office, note="误操作", on=DAY)
    assert Deputy.objects.sitting().get() == mandate.deputy


REFUSED = [
    ("mandate", verb, state)
    for verb, move in MANDATE_MOVES.items()
    for state in MandateState
    if state not in move.sources
] + [
    ("correction", verb, state)
    for verb, move in CORRECTION_MOVES.items()
    for state in CorrectionState
    if state not in move.sources
]


@pytest.mark.parametrize(("kind", "verb", "state"), REFUSED)
def test_every_move_is_refused_from_every_other_state(kind, verb, state, office):
    if kind == "mandate":
        record, given = factories.MandateFactory(state=state), GIVEN
    else:
        record, given = factories.CorrectionFactory(state=state), {"note": "说明"}
    with pytest.raises(MoveRefused):
        getattr(actions, verb)(record, by=office, **given)
    record.refresh_from_db()
    assert record.state == state
    assert steps(record) == []


@pytest.mark.parametrize("verb", MANDATE_MOVES)
@pytest.mark.parametrize("note", ["", "  \n"])
def test_no_mandate_moves_without_a_reason(verb, note, office):
    (source, *_others) = MANDATE_MOVES[verb].sources
    mandate = factories.MandateFactory(state=source)
    with pytest.raises(MoveRefused):
        getattr(actions, verb)(mandate, by=office, note=note, on=DAY)
    assert steps(mandate) == []


def test_only_the_office_moves_mandates(cast):
    for state in MandateState:
        mandate = factories.YushuiStreetMandateFactory(state=state, deputy__user=None)
        moving = {role for role, user in cast.items() if moves_open_to(user, mandate)}
        assert moving == {"office", "superuser"}, state


# Corrections


@pytest.fixture
def deputy(deputy_user):
    deputy = deputy_user.deputy
    deputy.post = "教师"
    deputy.save()
    return deputy


@pytest.fixture
def correction(deputy, deputy_user):
    return actions.ask_correction(deputy, field="post", new_value="校长", by=deputy_user, reason="任命")


def test_the_office_is_told_of_a_request_and_nobody_else(deputy, deputy_user, office, auditor, leader):
    factories.MembershipFactory(role=Role.OFFICE, user__is_active=False)
    factories.MembershipFactory(role=Role.OFFICE, until=DAY)
    correction = actions.ask_correction(deputy, field="post", new_value="校长", by=deputy_user)
    told = {(notice.recipient, notice.kind) for notice in Notice.objects.all()}
    assert told == {(office, "deputies.correction_asked")}
    assert str(correction.pk) in office.notices.get().link


def test_an_accepted_correction_is_written_told_and_in_the_history(correction, deputy, deputy_user, office):
    actions.accept(correction, by=office)
    deputy = Deputy.objects.get(pk=deputy.pk)
    assert deputy.post == "校长"
    assert steps(correction) == [("accept", "open", "accepted", office, "")]
    version = deputy.history.first()
    assert (version.post, version.history_user) == ("校长", office)
    assert version.history_change_reason
    (notice,) = deputy_user.notices.all()
    assert notice.link == "/my/"


def test_a_new_name_is_sorted_and_found_by_its_own_letters(deputy, deputy_user, office):
    correction = actions.ask_correction(deputy, field="name", new_value=" 单　红 ", by=deputy_user)
    actions.accept(correction, by=office)
    deputy = Deputy.objects.get(pk=deputy.pk)
    assert (deputy.pinyin, deputy.initials) == ("shan hong", "sh")
    assert Deputy.objects.matching("单红").get() == deputy


def test_a_declined_correction_tells_why_and_changes_nothing(correction, deputy, deputy_user, office):
    actions.decline(correction, by=office, note="请附任命文件")
    assert Deputy.objects.get(pk=deputy.pk).post == "教师"
    assert deputy_user.notices.get().body == "请附任命文件"


def test_no_correction_is_declined_without_a_reason(correction, office):
    with pytest.raises(MoveRefused):
        actions.decline(correction, by=office, note="")
    assert Correction.objects.get().state == CorrectionState.OPEN


@pytest.mark.tells_fault("F9")
def test_what_was_changed_in_the_meantime_is_not_overwritten(correction, deputy, deputy_user, office, report):
    Deputy.objects.filter(pk=deputy.pk).update(post="副校长")
    with pytest.raises(MoveRefused):
        actions.accept(correction, by=office)
    kept = [
        Deputy.objects.get(pk=deputy.pk).post == "副校长",
        Correction.objects.get().state == CorrectionState.OPEN,
    ]
    report(lost=kept.count(False), twice=len(steps(correction)) + deputy_user.notices.count())


def test_a_second_press_of_the_button_changes_and_tells_nothing(correction, deputy_user, office):
    stale = Correction.objects.get()
    actions.accept(correction, by=office)
    with pytest.raises(MoveRefused):
        actions.accept(stale, by=office)
    assert len(steps(correction)) == 1
    assert deputy_user.notices.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.tells_fault("F8")
def test_of_eight_who_decide_at_once_one_does(correction, deputy_user, office, report):
    def decide(number):
        try:
            mine = Correction.objects.get()
            decision = actions.accept if number % 2 else partial(actions.decline, note="说明")
            decision(mine, by=office)
        except MoveRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        decided = sum(pool.map(decide, range(8)))
    done = [decided, Correction.objects.get().changes.count(), deputy_user.notices.count()]
    report(lost=done.count(0), twice=sum(done) - len(done))


def test_a_correction_of_a_deputy_without_an_account_is_decided_all_the_same(office):
    correction = factories.CorrectionFactory()
    correction.deputy.post = "教师"
    correction.deputy.save()
    actions.accept(correction, by=office)
    assert Deputy.objects.get().post == "校长"


def test_one_request_for_an_entry_waits_at_a_time(correction, deputy, deputy_user, office):
    with pytest.raises(ValidationError) as refused:
        actions.ask_correction(deputy, field="post", new_value="主任", by=deputy_user)
    assert "field" in refused.value.error_dict
    actions.ask_correction(deputy, field="party", new_value="民盟", by=deputy_user)
    actions.withdraw(correction, by=deputy_user)
    assert actions.ask_correction(deputy, field="post", new_value="主任", by=deputy_user).pk


@pytest.mark.parametrize(
    "field", ["birth_year", "user", "photo", "pinyin", "search", "introduction", "nothing"]
)
def test_only_entries_that_are_offered_can_be_corrected(field, deputy, deputy_user):
    with pytest.raises(ValidationError):
        actions.ask_correction(deputy, field=field, new_value="1970", by=deputy_user)
    assert not Correction.objects.exists()


def test_who_decides_corrections_is_the_office_and_the_deputy_s_own_local_offices(cast):
    here = factories.CorrectionFactory(deputy=factories.YushuiStreetMandateFactory().deputy)
    there = factories.CorrectionFactory(deputy=factories.FenyiMandateFactory().deputy)

    def deciding(correction):
        return {role for role, user in cast.items() if "accept" in moves_open_to(user, correction)}

    assert deciding(here) == {"office", "county_office", "township_office", "superuser"}
    assert deciding(there) == {"office", "superuser"}


# What a history keeps


def test_whoever_acts_the_history_gives_the_reason_in_the_office_s_language(
    mandate, correction, deputy, office
):
    with translation.override("en"):
        actions.suspend(mandate, by=office, **GIVEN)
        actions.accept(correction, by=office)
    assert Mandate.history.first().history_change_reason == "暂停执行职务"
    assert deputy.history.first().history_change_reason == "代表本人申请更正"
