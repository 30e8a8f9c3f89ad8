"""Who it was is let go of: by the clock after a case was closed, and at once when a citizen asks for it. Figures stay."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from common import jobs, uploads
from common.models import AuditEntry, Setting, StoredFile
from liaison_stations.actions import opinions
from liaison_stations.models import Opinion
from notices.actions import text_message
from notices.models import Delivery

from .. import factories
from ..needles import files_with, opened, tables_with

pytestmark = pytest.mark.django_db
NAME, PHONE, ADDRESS, OTHER_PHONE, IDENTITY = (
    "针尖儿",
    "13979001234",
    "针尖路七号",
    "13979005678",
    "360502197001011234",
)
NEEDLES = (NAME, PHONE, ADDRESS, OTHER_PHONE, IDENTITY)
SAID = f"我是{NAME}，住{ADDRESS}，电话{PHONE}，邻居{OTHER_PHONE}，身份证{IDENTITY}。"
DAYS = 730


@pytest.fixture
def case(settings):
    """A case in whose every text stands who it was; answered, published, rated, closed today."""
    settings.SMS_BACKEND = "tests.notices.services.SilentPhones"
    by = factories.UserFactory(name="站务员甲")
    opinion = factories.OpinionFactory(
        name=NAME,
        phone=PHONE,
        address=ADDRESS,
        text=SAID,
        subject=f"{NAME}反映路灯",
        may_publish=True,
        pin="1234",
    )
    opinion.pictures.create(file=uploads.store_picture(factories.picture(), by=None), is_public=True)
    opinions.accept(opinion, by=by, note=f"{NAME}来过")
    order = factories.DispatchFactory(opinion=opinion, words=f"请联系{NAME} {PHONE}", result=f"已告知{NAME}")
    order.result = f"{NAME}表示满意，{PHONE}"
    order.save()
    order.changes.create(move="solve", before="sent", after="solved", note=f"{NAME}在家")
    opinions.answer(opinion, by=by, text=f"{NAME}您好，{ADDRESS}的路灯已修。", solved="yes")
    opinions.publish(
        opinion, by=by, public_text="路灯坏了。", public_answer="修好了。", pictures=opinion.pictures.all()
    )
    rating = opinion.ratings.create(round=1, verdict="satisfied", words=f"{NAME}谢谢")
    opinions.after_rating(opinion, rating)
    text_message(PHONE, text="您反映的事项已答复", key=f"stations.opinion.{opinion.pk}.1.answered.again")
    return opinion


def everywhere():
    return tables_with(*NEEDLES), tables_with(*NEEDLES, places=opened), files_with(*NEEDLES)


def run(days=DAYS + 1):
    """The job as it runs so many days from now."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
        return jobs.JOBS["liaison_stations.blanking"].run(timezone.localtime())


def test_the_citizen_stands_in_many_places_before(case):
    in_tables, in_sealed, _files = everywhere()
    assert {
        "liaison_stations_opinion",
        "liaison_stations_dispatch",
        "liaison_stations_historicaldispatch",
    } <= set(in_tables[NAME])
    assert {"opened liaison_stations_opinion", "opened liaison_stations_opinionrating"} <= set(
        in_sealed[NAME]
    )
    assert "opened notices_delivery" in in_sealed[PHONE]


def test_before_its_time_nothing_is_blanked(case):
    before = everywhere()
    assert run(DAYS - 1) == {"blanked": 0}
    assert everywhere() == before


def test_in_time_nobody_finds_the_citizen_any_more_and_every_figure_stays(case):
    assert run() == {"blanked": 1}
    assert everywhere() == ({}, {}, [])
    case.refresh_from_db()
    assert (case.name, case.phone, case.phone_index, case.address, case.pin) == ("", "", None, "", "")
    assert (case.state, case.verdict, case.solved, case.route) == ("closed", "satisfied", "yes", "station")
    assert case.answers.count() == case.ratings.count() == case.dispatches.count() == 1
    assert not case.pictures.filter(is_public=True).exists()
    assert "路灯" in case.subject
    assert Opinion.objects.matching("路灯").count() == 1
    assert Opinion.objects.matching(NAME).count() == 0
    assert not Delivery.objects.filter(notice=None).exists()
    entry = AuditEntry.objects.get(kind="opinion.blanked")
    assert (entry.actor, entry.detail) == (None, {"number": 1})


def test_what_was_published_stays_published_without_a_surname(case, client):
    run()
    page = client.get(reverse("stations:public-answer", args=[case.pk])).content.decode()
    assert "路灯坏了。" in page
    assert "针**" not in page


def test_the_code_opens_nothing_any_more(case, client):
    run()
    for digits in ("1234", "0000"):
        page = client.post(reverse("stations:follow"), {"code": case.code, "digits": digits})
        assert "没有与查询码" in page.content.decode()


def test_it_runs_twice_and_in_batches_and_takes_open_cases_not(case, monkeypatch):
    monkeypatch.setattr("liaison_stations.blanking.BATCH", 2)
    today = timezone.localdate()
    for _number in range(4):
        factories.OpinionFactory(answered=True, state="closed", closed_on=today)
    waiting = factories.OpinionFactory(phone="13979009999")
    assert run() == {"blanked": 5}
    assert run() == {"blanked": 0}
    waiting.refresh_from_db()
    assert waiting.phone == "13979009999"


def test_the_office_says_how_long(case):
    Setting.objects.create(key="privacy.keep_opinion_days", value=30)
    assert run(31) == {"blanked": 1}


# One citizen


def test_a_citizen_gets_everything_and_nothing_of_others(case, tmp_path):
    factories.OpinionFactory(phone=OTHER_PHONE, name="别人家", text="别人的话")
    call_command("person_export", PHONE, output=tmp_path / "copy.json")
    told = (tmp_path / "copy.json").read_text()
    for word in (NAME, PHONE, ADDRESS, "路灯已修", "谢谢"):
        assert word in told
    assert "别人的话" not in told
    assert {"liaison_stations.Opinion", "liaison_stations.OpinionAnswer"} <= json.loads(told).keys()


def test_a_citizen_is_erased_by_phone_number_and_no_needle_is_left(
    case, capsys, django_capture_on_commit_callbacks
):
    again = factories.OpinionFactory(name=NAME, phone=PHONE, text=SAID, code="1000000007")
    other = factories.OpinionFactory(
        name="别人家", phone="13979009999", text=f"我不是{NAME[0]}尖，别动我的话。"
    )
    with django_capture_on_commit_callbacks(execute=True):
        call_command("person_erase", PHONE, confirm=True)
    left, sealed, files = everywhere()
    # the number of a neighbour in what others wrote stays with them; here nobody else wrote one
    assert (left, sealed, files) == ({}, {}, [])
    for opinion in (case, again):
        opinion.refresh_from_db()
        assert "已删除" in opinion.text
        assert (opinion.published_on, opinion.may_publish, opinion.public_text) == (None, False, "")
    assert (case.state, case.verdict) == ("closed", "satisfied")
    assert not StoredFile.objects.exists()
    other.refresh_from_db()
    assert other.text.endswith("别动我的话。")
    assert "仍在办理" in capsys.readouterr().out  # the second case had not been answered


def test_a_word_that_somebody_typed_as_a_name_is_taken_out_of_their_own_case_only(
    django_capture_on_commit_callbacks,
):
    factories.OpinionFactory(name="路灯", phone=PHONE, text="路灯坏了")
    other = factories.OpinionFactory(name="别人家", phone="13979009999", text="路灯坏了")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("person_erase", PHONE, confirm=True)
    other.refresh_from_db()
    assert other.text == "路灯坏了"


def test_erasing_a_deputy_leaves_a_citizen_of_the_same_name(django_capture_on_commit_callbacks):
    deputy = factories.MandateFactory(deputy__name=NAME).deputy
    opinion = factories.OpinionFactory(name=NAME, phone=PHONE)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("person_erase", f"deputy:{deputy.pk}", confirm=True)
    opinion.refresh_from_db()
    assert opinion.name == NAME


def test_a_deputy_s_own_opinions_go_with_the_deputy_but_not_the_other_way_round(
    django_capture_on_commit_callbacks,
):
    deputy = factories.MandateFactory(deputy__name=NAME, deputy__phone=PHONE).deputy
    opinion = factories.OpinionFactory(name=NAME, phone=PHONE)
    with pytest.raises(CommandError, match=f"deputy:{deputy.pk}"):
        call_command("person_erase", PHONE, confirm=True)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("person_erase", f"opinion:{opinion.pk}", confirm=True)
    deputy.refresh_from_db()
    assert deputy.name == NAME
    opinion.refresh_from_db()
    assert opinion.name == ""


def test_whose_code_is_known_is_found_by_it(case, tmp_path):
    call_command("person_export", case.shown_code, output=tmp_path / "copy.json")
    assert NAME in (tmp_path / "copy.json").read_text()
