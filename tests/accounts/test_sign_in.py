import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.backends import account_of

from .. import factories

pytestmark = pytest.mark.django_db
LANDING = "/landing/"


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234",
        "+86 138 0000 1234",
        "0086-138-0000-1234",
        "８６１３８００００１２３４",
        "１３８ ００００ １２３４",
        "li.ming",
        " Li.Ming ",
        "ｌｉ．ｍｉｎｇ",
    ],
)
def test_people_sign_in_with_any_spelling_of_phone_or_name(typed, ming, sign_in_page):
    client = Client()
    assert sign_in_page(typed, client=client)["Location"] == LANDING
    assert client.get(reverse("home:my")).status_code == 200


def test_a_phone_number_wins_over_somebody_s_user_name_of_the_same_digits(ming):
    factories.UserFactory(username="13800001234")
    assert account_of("13800001234") == ming


def test_staff_land_on_their_desk_and_others_on_what_is_theirs(cast, sign_in):
    landings = {
        "office": "admin:index",
        "unit_officer": "proposals:unit",
        "government_office": "proposals:unit",
        "leader": "proposals:overview",
        "deputy": "home:my",
    }
    found = {role: sign_in(cast[role]).get(LANDING)["Location"] for role in landings}
    assert found == {role: reverse(name) for role, name in landings.items()}


def shown(response, *typed):
    """The page without what the visitor typed and the form's secret."""
    text = re.sub(r'value="[^"]*"', "", response.content.decode())
    for word in typed:
        text = text.replace(word, "")
    return text


@pytest.fixture
def strangers_guess(ming):
    """Accounts a guess can hit: one that is there, one that is not, a closed one, one that never had a password."""
    factories.UserFactory(username="closed", password=factories.PASSWORD, is_active=False)
    factories.UserFactory(username="empty").set_unusable_password()
    without = factories.UserFactory(username="without")
    without.set_unusable_password()
    without.save()
    return ["li.ming", "nobody", "closed", "without"]


def test_known_unknown_and_closed_accounts_get_the_same_answer(strangers_guess, sign_in_page):
    answers = [sign_in_page(login, "Wrong-Horse-27") for login in strangers_guess]
    assert {answer.status_code for answer in answers} == {200}
    assert len({shown(answer, login) for answer, login in zip(answers, strangers_guess, strict=True)}) == 1
    assert "summary" in answers[0].content.decode()


def test_a_closed_account_with_its_right_password_gets_the_same_answer(strangers_guess, sign_in_page):
    right, wrong = sign_in_page("closed"), sign_in_page("closed", "Wrong-Horse-27")
    assert shown(right) == shown(wrong)


def test_known_unknown_and_closed_accounts_cost_the_same_hashing(computed, strangers_guess, sign_in_page):
    costs = {}
    for login in strangers_guess:
        computed.clear()
        sign_in_page(login, "Wrong-Horse-27")
        costs[login] = len(computed)
    assert set(costs.values()) == {1}, costs


def test_the_wrong_password_is_answered_in_words_that_help(ming, sign_in_page):
    page = sign_in_page("li.ming", "Wrong-Horse-27").content.decode()
    assert "五次" in page
    assert "li.ming" in page  # what was typed stays, but the password does not
    assert "Wrong-Horse-27" not in page


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_sends_nobody_to_another_site(target, ming, sign_in_page):
    response = sign_in_page("li.ming", query=f"?next={target}")
    assert response["Location"] == LANDING


def test_signing_in_goes_on_to_the_page_one_came_for(ming, sign_in_page):
    client = Client()
    asked = client.get("/notices/")
    query = "?" + asked["Location"].split("?")[1]
    assert sign_in_page("li.ming", client=client, query=query)["Location"] == "/notices/"


def test_a_session_planted_before_signing_in_is_worth_nothing_after(ming, sign_in_page):
    client = Client()
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in_page("li.ming", client=client)
    assert client.session.session_key != session.session_key


def test_whoever_signs_in_is_greeted_by_name(ming, sign_in_page):
    client = Client()
    sign_in_page("li.ming", client=client)
    assert f"{ming.name}，您已登录。" in client.get(reverse("home:my")).content.decode()


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(ming, sign_in_page):
    cookie = sign_in_page("li.ming").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_out_takes_a_press_of_the_button(ming, sign_in):
    client = sign_in(ming)
    client.get(reverse("account_logout"))
    assert client.get(reverse("home:my")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("home:my")).status_code == 302


def test_a_closed_account_is_out_at_once(ming, sign_in):
    client = sign_in(ming)
    ming.is_active = False
    ming.save()
    assert client.get(reverse("home:my")).status_code == 302


def test_nobody_signs_up(sign_in_page):
    page = Client().post(reverse("account_signup"), {"username": "me", "password1": factories.PASSWORD})
    assert page.templates[0].name == "account/signup_closed.html"
    assert account_of("me") is None


def test_private_pages_are_kept_by_no_cache(ming, sign_in):
    assert sign_in(ming).get(reverse("home:my"))["Cache-Control"] == "no-store, private"
    assert "no-store" in sign_in(ming).get(reverse("deputies:list"))["Cache-Control"]


def test_signing_in_asks_as_much_however_many_sessions_are_open(ming, sign_in_page):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert sign_in_page("li.ming").status_code == 302
        return len(queries)

    sign_in_page("li.ming")
    first = asked()
    for _session in range(5):
        client = Client()
        sign_in_page("li.ming", client=client)
        client.get(reverse("home:my"))
    assert asked() == first
