import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.actions import one_time_password
from accounts.models import User
from common import preferences

from .. import factories

pytestmark = pytest.mark.django_db
OWN = "Battery-Staple-42"


@pytest.fixture
def person():
    return User(username="liming", phone="13800001234", name="李明", email="ming@example.cn")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",  # long, of one kind and spaces
        "quietriverstone",  # twelve small letters suffice
        "Quiet-9r",  # eight of three kinds
        "安静的河流石头山谷风铃雨",  # twelve Chinese characters
        "x9-" * 30,
    ],
)
def test_long_or_mixed_passwords_are_taken(password, person):
    validate_password(password, person)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Qw-9r", "password_too_weak"),
        ("quietriver", "password_too_weak"),
        ("quiet-river", "password_too_weak"),
        ("Quiet9r", "password_too_weak"),
        ("x" * 129, "password_too_long"),
        ("qwertyuiop123", "password_too_common"),
        ("Password123", "password_too_common"),
        ("Xinyu-2026", "password_of_local_words"),
        ("xinyurenda2026", "password_of_local_words"),
        ("新余人大代表2026", "password_of_local_words"),
        ("Renda@123456", "password_of_local_words"),
        ("13800001234Ab", "password_of_local_words"),
        ("ming@example.cn1", "password_too_similar"),
        ("李明李明李明-Aa1", "password_of_local_words"),
        ("Liming-2026", "password_of_local_words"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password, code, person):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, person)
    assert code in [error.code for error in refused.value.error_list]
    assert all(error.messages[0] for error in refused.value.error_list)


@pytest.mark.parametrize("password", ["Quiet-9r", "quietriverstone", "Quiet-Rive1"])
def test_staff_need_a_long_password_of_several_kinds(password, person):
    person.is_staff = True
    with pytest.raises(ValidationError):
        validate_password(password, person)
    validate_password("Quiet-River-9", person)


def test_how_many_kinds_is_for_those_to_say_who_answer_for_safety(person, superuser, office, sign_in):
    person.is_staff = True
    preferences.change("accounts.password_classes", 2, by=superuser)
    validate_password("quiet-riverstone", person)
    preferences.change("accounts.office_administers", False, by=superuser)
    page = sign_in(office).get(reverse("admin:common_setting_value", args=["accounts.password_classes"]))
    assert page.status_code == 403 or not page.context["row"]["may_change"]


def test_one_time_passwords_are_good_passwords_that_read_well(person):
    given = {one_time_password() for _each in range(200)}
    assert len(given) == 200
    for password in given:
        assert re.fullmatch(r"(?:[a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}", password)
        validate_password(password, person)


@pytest.fixture
def change(ming, sign_in):
    client = sign_in(ming)

    def changed(new, old=factories.PASSWORD, again=None):
        given = {"oldpassword": old, "password1": new, "password2": again or new}
        return client.post(reverse("account_change_password"), given)

    return changed


def test_the_page_says_beforehand_what_a_password_must_be(ming, sign_in):
    page = sign_in(ming).get(reverse("account_change_password")).content.decode()
    with translation.override("zh-hans"):
        assert "12" in page
        assert "个字符" in page


def test_a_refused_password_says_why_and_changes_nothing(change, ming):
    page = change("xinyu-2026")
    assert page.status_code == 200
    assert "password1" in page.context["form"].errors
    ming.refresh_from_db()
    assert ming.check_password(factories.PASSWORD)


def test_the_new_password_is_another_one(change, ming):
    page = change(factories.PASSWORD)
    assert page.context["form"].errors["password1"]


def test_the_old_password_is_asked_for(change, ming):
    change(OWN, old="Wrong-Horse-27")
    ming.refresh_from_db()
    assert ming.check_password(factories.PASSWORD)


@pytest.fixture
def reset_link(ming, mailoutbox):
    """The path of the link in the letter."""
    Client().post(reverse("account_reset_password"), {"email": "MING@example.cn"})
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", mailoutbox[0].body).group(1)


def choose(link, password=OWN):
    client = Client()
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_link_in_the_letter_lets_one_choose_a_password(reset_link, ming):
    ming.must_change_password = True
    ming.save()
    assert choose(reset_link)["Location"] == reverse("account_reset_password_from_key_done")
    ming.refresh_from_db()
    assert ming.check_password(OWN)
    assert not ming.must_change_password


def test_choosing_by_letter_signs_nobody_in_and_everybody_out(ming, sign_in, request):
    client = sign_in(ming)
    choose(request.getfixturevalue("reset_link"))  # asked for after signing in, which makes older links void
    assert client.get(reverse("home:my")).status_code == 302


def test_the_link_is_good_once(reset_link, ming):
    choose(reset_link)
    again = Client().get(reset_link)
    assert again.status_code == 200
    assert again.context["token_fail"]


def test_a_weak_password_is_refused_there_too(reset_link, ming):
    assert choose(reset_link, "xinyu-2026").status_code == 200
    ming.refresh_from_db()
    assert ming.check_password(factories.PASSWORD)


def test_a_known_and_an_unknown_address_get_the_same_page(ming):
    known = Client().post(reverse("account_reset_password"), {"email": "ming@example.cn"})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@example.cn"})
    assert known["Location"] == unknown["Location"] == reverse("account_reset_password_done")


def test_a_closed_account_gets_no_link(mailoutbox):
    factories.UserFactory(email="closed@example.cn", is_active=False)
    Client().post(reverse("account_reset_password"), {"email": "closed@example.cn"})
    assert "/key/" not in "".join(letter.body for letter in mailoutbox)
