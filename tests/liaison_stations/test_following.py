"""With the code and four digits a citizen reads what happened to their own case, rates it, and nobody guesses it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import AuditEntry, Setting
from common.workflow import advance
from liaison_stations import following
from liaison_stations.actions import citizens
from liaison_stations.actions.opinions import answer, refuse
from liaison_stations.models import Opinion, OpinionRating
from liaison_stations.states import OpinionState

from .. import factories
from ..needles import tables_with

pytestmark = pytest.mark.django_db
CODE = "3829471056"
NOBODY_S = "没有与查询码和四位数字相符的记录"


@pytest.fixture
def opinion():
    return factories.OpinionFactory(code=CODE, pin="1234")


@pytest.fixture
def answered():
    """Answered today by its station."""
    opinion = factories.OpinionFactory(code=CODE, answered=True)
    opinion.answers.create(text="路灯本周内修好。", by=factories.UserFactory(name="站务员甲"))
    return opinion


@pytest.fixture
def look(client):
    """``look()``: the page that a code and four digits open."""
    return lambda code=CODE, digits="1234", **more: client.post(
        reverse("stations:follow"), {"code": code, "digits": digits}, **more
    )


@pytest.fixture
def rate(client, look):
    """``rate(verdict, words)``: from the page of the case, as a browser sends it."""

    def rated(verdict, words=""):
        token = look().context["form"]["token"].value()
        return client.post(reverse("stations:rate"), {"token": token, "verdict": verdict, "words": words})

    return rated


def text_of(answer):
    return answer.content.decode()


# Who reads it


@pytest.mark.parametrize("code", [CODE, "382 947 1056", "３８２９４７１０５６", " 382-947-1056 "])
def test_the_code_opens_the_case_however_it_is_typed(opinion, look, code):
    page = look(code)
    assert page.context["case"].opinion == opinion
    assert opinion.text in text_of(page)
    assert opinion.phone not in text_of(page)
    assert "no-store" in page["Cache-Control"]


def test_a_wrong_code_wrong_digits_and_a_blanked_case_are_one_answer(opinion, look):
    factories.OpinionFactory(code="1000000001", pin="")
    pages = [look("9999999999"), look(CODE, "0000"), look("1000000001", "0000")]
    told = [
        text_of(page).replace(page.context["form"]["code"].value(), "").replace("1234", "0000")
        for page in pages
    ]
    assert {page.status_code for page in pages} == {200}
    assert NOBODY_S in told[0]
    assert len({len(text) for text in told}) == 1


def test_each_of_them_asks_the_database_the_same(opinion, django_assert_num_queries):
    factories.OpinionFactory(code="1000000001", pin="")
    for code, digits in (("9999999999", "0000"), (CODE, "0000"), ("1000000001", "0000")):
        with django_assert_num_queries(1):
            assert citizens.find(code, digits) is None


@pytest.mark.parametrize(
    ("code", "digits"), [("", ""), ("12345", "1234"), (CODE, "12"), (CODE, "abcd"), ("三八二", "<b>")]
)
def test_what_is_no_code_is_said_beside_its_field(opinion, look, code, digits):
    page = look(code, digits)
    assert page.context["form"].errors
    assert opinion.text not in text_of(page)


def test_the_code_stands_in_no_address(opinion, client):
    assert (
        client.get(reverse("stations:follow"), {"code": CODE, "digits": "1234"}).context.get("case") is None
    )


# Guessing


def test_guesses_at_one_code_end_after_ten_even_from_many_addresses(opinion, look):
    for number in range(10):
        assert look(digits="0000", REMOTE_ADDR=f"203.0.113.{number}").status_code == 200
    refused = look(REMOTE_ADDR="203.0.113.99")
    assert refused.status_code == 429
    assert opinion.text not in text_of(refused)
    assert AuditEntry.objects.filter(kind="opinion.guessed", result="refused").count() == 1


def test_a_code_that_nobody_has_is_limited_just_the_same(look):
    answers = [
        look("9999999999", "0000", REMOTE_ADDR=f"203.0.113.{number}").status_code for number in range(11)
    ]
    assert answers == [200] * 10 + [429]


def test_one_address_may_look_ten_times_a_minute_at_whatever_codes(look):
    with time_machine.travel(timezone.now()) as clock:
        codes = [f"10000000{number:02}" for number in range(11)]
        assert [look(code).status_code for code in codes] == [200] * 10 + [429]
        clock.shift(dt.timedelta(seconds=61))
        assert look("1000000099").status_code == 200


def test_who_knows_the_digits_may_look_as_often_as_they_like(opinion, look):
    for number in range(12):
        assert look(REMOTE_ADDR=f"203.0.113.{number}").context["case"]


# What it says


STANDS = {
    "held": "正在预先审核",
    "submitted": "已收到",
    "accepted": "已受理",
    "dispatched": "已转交部门办理",
    "solved": "部门已办结",
    "escalated": "已提交县级人大办理",
    "raised": "正在转为代表建议",
    "answered": "已答复",
    "closed": "已办结",
    "refused": "不属于代表联络站受理范围",
    "merged": "已与同类意见合并办理",
}


@pytest.mark.parametrize("state", list(OpinionState))
def test_every_state_is_told_in_words_of_people(opinion, look, state):
    needed = {
        "refused": {"refusal": "lawsuit", "right_place": "渝水区人民法院"},
        "merged": {"merged_into": factories.OpinionFactory()},
        "answered": {"answered_on": timezone.localdate()},
        "closed": {"answered_on": timezone.localdate()},
    }
    Opinion.objects.filter(pk=opinion.pk).update(state=state, **needed.get(state, {}))
    page = look()
    assert f"<h1>{STANDS[state]}</h1>" in text_of(page)
    assert state in following.STANDS


def test_every_move_a_citizen_may_know_has_words():
    own_affair = {"release", "decline"}
    assert set(Opinion.MOVES) - own_affair == set(following.HAPPENED)


def test_by_when_the_step_is_due_stands_there(opinion, look):
    assert str(opinion.due_on.day) in text_of(look())
    with time_machine.travel(timezone.now() + dt.timedelta(days=9)):
        assert "逾期" in text_of(look())


def test_what_happened_stands_there_without_notes_and_names_of_staff(opinion, look):
    advance(opinion, "accept", by=factories.UserFactory(name="站务员甲"), note="此人难缠，慎重处理")
    page = text_of(look())
    assert "受理" in page
    assert "站务员甲" not in page
    assert "难缠" not in page


def test_who_is_refused_reads_why_and_the_right_place(opinion, look):
    refuse(opinion, by=None, note="您已经起诉", refusal="lawsuit", right_place="渝水区人民法院")
    page = text_of(look())
    for words in ("诉讼", "您已经起诉", "渝水区人民法院"):
        assert words in page


def test_what_departments_did_stands_there_in_short_and_without_numbers(look, opinion):
    Opinion.objects.update(state="dispatched")
    solved = factories.DispatchFactory(
        opinion=opinion,
        state="solved",
        solved_on=timezone.localdate(),
        result="已更换灯具，联系电话13979005678。" + "好" * 300,
    )
    returned = factories.DispatchFactory(opinion=opinion, state="returned")
    page = text_of(look())
    assert str(solved.unit) in page
    assert "139****5678" in page
    assert "好" * 200 not in page
    assert str(returned.unit) not in page


def test_what_it_was_joined_to_is_told_without_what_the_other_said(opinion, look):
    other = factories.OpinionFactory(answered=True, text="别人的话", name="王小明", phone="13979005678")
    other.answers.create(text="路灯已修，请联系13979005678。")
    advance(opinion, "join", by=None, merged_into=other)
    page = text_of(look())
    assert "路灯已修，请联系139****5678" in page
    assert "别人的话" not in page
    assert "王小明" not in page


@pytest.mark.parametrize("is_published", [True, False])
def test_the_suggestion_it_became_and_a_promise_that_was_kept_are_told(opinion, look, is_published):
    suggestion = factories.SuggestionFactory(registered=True, title="关于维修路灯的建议")
    if is_published:
        suggestion.published_on, suggestion.publication = timezone.localdate(), "full"
        suggestion.save()
    commitment = factories.CommitmentFactory(assignment__suggestion=suggestion, suggestion=suggestion)
    Opinion.objects.update(state="raised", suggestion=suggestion)
    assert "承诺已兑现" not in text_of(look())
    commitment.state, commitment.verified_on = "fulfilled", timezone.localdate()
    commitment.verified_by = factories.MandateFactory().deputy
    commitment.save()
    page = text_of(look())
    assert "承诺已兑现" in page
    assert (suggestion.get_absolute_url() in page) is is_published
    assert (suggestion.title in page) is is_published


def test_a_page_asks_the_database_as_often_for_much_as_for_little(
    opinion, client, django_assert_max_num_queries
):
    def add(number):
        for _n in range(number):
            opinion.answers.create(
                text="还在办理。", is_final=False, deputy=factories.MandateFactory().deputy
            )
            factories.DispatchFactory(opinion=opinion, state="solved", solved_on=timezone.localdate())

    Opinion.objects.update(state="dispatched")
    add(1)
    with django_assert_max_num_queries(40) as little:
        client.post(reverse("stations:follow"), {"code": CODE, "digits": "1234"})
    add(3)
    with django_assert_max_num_queries(len(little.captured_queries)):
        client.post(reverse("stations:follow"), {"code": CODE, "digits": "1234"})


# Rating


@pytest.mark.parametrize("verdict", ["satisfied", "basically"])
def test_who_is_satisfied_closes_the_case(answered, rate, verdict):
    page = rate(verdict, "谢谢")
    answered.refresh_from_db()
    rating = answered.ratings.get()
    assert (rating.verdict, rating.words, rating.round) == (verdict, "谢谢", 1)
    assert (answered.state, answered.verdict, answered.closed_on) == ("closed", verdict, timezone.localdate())
    assert "感谢您的评价" in text_of(page)
    assert page.context["form"] is None or not page.context["case"].token


def test_who_is_dissatisfied_has_it_handled_once_more_and_then_raised(answered, rate):
    rate("dissatisfied", "没有修")
    answered.refresh_from_db()
    assert (answered.state, answered.round) == ("accepted", 2)
    assert answered.due_on > timezone.localdate()
    answer(answered, by=None, text="已再次维修。", solved="yes")
    rate("dissatisfied", "还是没有修")
    answered.refresh_from_db()
    assert answered.state == "escalated"
    assert answered.closed_on is None
    assert answered.ratings.count() == 2


def test_a_round_is_rated_once(answered, rate, client, look):
    token = look().context["form"]["token"].value()
    rate("satisfied")
    again = client.post(reverse("stations:rate"), {"token": token, "verdict": "dissatisfied"})
    assert "已经评价过" in text_of(again)
    assert [rating.verdict for rating in OpinionRating.objects.all()] == ["satisfied"]


def test_without_a_choice_nothing_is_rated_and_the_words_stay(answered, rate):
    page = rate("", "灯还是不亮")
    assert "灯还是不亮" in text_of(page)
    assert "请填写此项" in text_of(page)
    assert not OpinionRating.objects.exists()


def test_the_time_to_rate_ends(answered, look, client):
    Setting.objects.create(key="online.rate_days", value=3)
    token = look().context["form"]["token"].value()
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        assert look().context["form"] is None
        page = client.post(reverse("stations:rate"), {"token": token, "verdict": "satisfied"})
        assert "页面打开时间过长" in text_of(page)
    assert not OpinionRating.objects.exists()


@pytest.mark.parametrize("token", ["", "made-up", "WzEsMV0:1a:b"])
def test_without_the_page_of_the_case_nobody_rates(answered, client, token):
    page = client.post(reverse("stations:rate"), {"token": token, "verdict": "satisfied"})
    assert page.status_code == 200
    assert answered.text not in text_of(page)
    assert not OpinionRating.objects.exists()


def test_who_opens_the_form_to_rate_without_a_token_of_theirs_is_refused(answered):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("stations:rate"), {"token": "", "verdict": "satisfied"}).status_code == 403
    assert client.get(reverse("stations:rate")).status_code == 405


def test_the_words_of_a_rating_are_sealed(answered, rate):
    rate("satisfied", "针尖上的话")
    assert tables_with("针尖上的话") == {}
