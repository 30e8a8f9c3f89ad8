"""Sign-ins for deputies: who gets one, under which name, and how the passwords are handed out."""

import datetime as dt
import io
import stat

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from deputies.actions import create_accounts
from deputies.models import Deputy, Level, Mandate

from .. import factories

pytestmark = pytest.mark.django_db


def elected(name="李明", phone="", **fields):
    """A sitting city deputy, with these values of the mandate."""
    return factories.MandateFactory(deputy__name=name, deputy__phone=phone, **fields)


def made_for(*mandates, by=None):
    return create_accounts(mandates, by=by)


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command; what it printed, and the slips as ``{name: text}``."""

    def ran(name="slips.html", **options):
        path = tmp_path / name
        call_command("create_accounts", output=path, **options)
        slips = BeautifulSoup(path.read_bytes(), "html.parser").select(".slip") if path.exists() else []
        return capsys.readouterr().out, {
            slip.h2.get_text(): {
                "in": [dd.get_text() for dd in slip.select("dd:not(.password)")],
                "password": slip.select_one(".password").get_text(),
            }
            for slip in slips
        }

    return ran


@pytest.fixture
def sign_in_with():
    def signed_in(login, password):
        client = Client()
        answer = client.post(reverse("account_login"), {"login": login, "password": password})
        assert answer.status_code == 302
        return client

    return signed_in


def test_a_deputy_signs_in_with_phone_or_card_number_and_must_choose_a_password(sign_in_with):
    [(deputy, password)] = made_for(elected(phone="13907900001", card_no="XY10-001"))
    for login in ("13907900001", "xy10-001"):
        assert sign_in_with(login, password).get(reverse("home:my"))["Location"] == reverse(
            "account_change_password"
        )
    assert (deputy.user.name, deputy.user.is_staff, deputy.user.must_change_password) == ("李明", False, True)
    assert Deputy.objects.get().user == deputy.user


def test_passwords_differ_and_are_kept_nowhere_in_clear():
    made = made_for(elected("甲甲"), elected("乙乙"))
    passwords = [password for _deputy, password in made]
    assert len(set(passwords)) == 2
    kept = str(list(User.objects.values()) + list(User.history.values()) + list(Deputy.history.values()))
    assert not any(password in kept for password in passwords)


def test_a_second_time_nobody_gets_a_second_account():
    mandate = elected()
    made_for(mandate)
    before = User.objects.get().password
    assert made_for(Mandate.objects.get()) == []
    assert made_for(mandate) == []  # also from a list that was read before
    assert User.objects.get().password == before


def test_somebody_who_sits_in_two_congresses_gets_one_account():
    city = elected(card_no="XY10-007")
    county = factories.MandateFactory(
        deputy=city.deputy,
        level=Level.COUNTY,
        term=factories.TermFactory(area=factories.YushuiFactory(), level=Level.COUNTY),
    )
    [(deputy, _password)] = made_for(city, county)
    assert deputy.user.username == "XY10-007"


def test_only_sitting_deputies_get_accounts():
    assert made_for(factories.MandateFactory(ended=True)) == []
    assert len(made_for(factories.MandateFactory(suspended=True))) == 1


def test_a_phone_that_two_deputies_share_signs_neither_in():
    made = made_for(
        elected("甲甲", "13907900002", card_no="A-1"), elected("乙乙", "13907900002", card_no="A-2")
    )
    assert [(d.user.username, d.user.phone) for d, _password in made] == [("A-1", None), ("A-2", None)]


def test_a_phone_shared_with_a_deputy_who_is_not_in_the_batch_signs_nobody_in():
    elected("甲甲", "13907900002")
    [(deputy, _password)] = made_for(elected("乙乙", "13907900002"))
    assert deputy.user.phone is None


def test_without_phone_and_card_number_the_user_name_is_a_number_of_the_portal():
    [(deputy, _password)] = made_for(elected(card_no=""))
    assert deputy.user.username == f"deputy{deputy.pk}"


def test_without_a_usable_card_number_a_phone_signs_in_and_is_no_user_name():
    """User names stand in the database as they are, phones do not."""
    made = made_for(
        elected("甲甲", "13907900003", card_no="余 第7号"),
        elected("乙乙", "13907900004", card_no=""),
    )
    assert [d.user.username for d, _password in made] == [f"deputy{d.pk}" for d, _password in made]
    assert [d.user.phone for d, _password in made] == ["13907900003", "13907900004"]


def test_a_card_number_of_two_congresses_names_neither():
    yushui = factories.TermFactory(area=factories.YushuiFactory(), level=Level.COUNTY)
    made = made_for(
        elected("甲甲", "13907900005", card_no="001"),
        elected("乙乙", "13907900006", card_no="001", term=yushui, level=Level.COUNTY, delegation=None),
    )
    assert [d.user.username for d, _password in made] == [f"deputy{d.pk}" for d, _password in made]


def test_the_account_of_somebody_else_keeps_its_phone_and_its_user_name():
    factories.UserFactory(name="王芳", phone="13907900007", username="xy10-009")
    [(deputy, _password)] = made_for(elected("李明", "13907900007", card_no="XY10-009"))
    assert (deputy.user.username, deputy.user.phone) == (f"deputy{deputy.pk}", None)


def test_the_account_somebody_already_has_becomes_the_deputy_s_and_keeps_its_password():
    user = factories.UserFactory(name="李明", phone="13907900008")
    before = user.password
    mandate = elected("李明", "13907900008")
    assert made_for(mandate) == []
    mandate.deputy.refresh_from_db()
    user.refresh_from_db()
    assert mandate.deputy.user == user
    assert (user.password, user.must_change_password) == (before, False)


def test_an_account_is_linked_to_one_deputy_only():
    user = factories.UserFactory(name="李明", phone="13907900008")
    elected("李明", "13907900008", deputy__user=user)
    [(deputy, _password)] = made_for(elected("李明", "13907900008"))
    assert deputy.user != user


def test_who_manages_accounts_may_and_nobody_else(cast):
    mandate = elected()
    for role, user in cast.items():
        if role not in ("office", "security_admin", "superuser"):
            with pytest.raises(PermissionDenied):
                made_for(mandate, by=user)
    assert len(made_for(mandate, by=cast["office"])) == 1
    assert User.history.latest().history_user == cast["office"]
    assert mandate.deputy.history.latest().history_user == cast["office"]


def test_where_the_passwords_cannot_be_handed_over_no_account_is_made():
    def full(made):
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        create_accounts([elected()], by=None, hand_over=full)
    assert not User.objects.exists()
    assert Deputy.objects.get().user is None


def test_the_sheet_has_one_slip_for_each_in_the_order_of_delegations(run):
    second = factories.DelegationFactory(name="分宜县", area=factories.FenyiFactory(), display_order=2)
    first = factories.DelegationFactory(display_order=1)
    elected("丙丙", delegation=second, display_order=1, card_no="B-1")
    elected("乙乙", "13907900009", delegation=first, display_order=2, card_no="B-2")
    elected("甲甲", delegation=first, display_order=1, card_no="B-3")
    out, slips = run()
    assert list(slips) == ["甲甲", "乙乙", "丙丙"]
    assert slips["乙乙"]["in"][1:] == ["13907900009", "B-2"]
    assert slips["甲甲"]["in"][1:] == ["B-3"]
    assert not any(slip["password"] in out for slip in slips.values())


def test_the_password_on_the_slip_signs_in(run, sign_in_with):
    elected("甲甲", card_no="B-3")
    _out, slips = run()
    sign_in_with("B-3", slips["甲甲"]["password"])


def test_only_its_owner_reads_the_sheet(run, tmp_path):
    elected()
    run()
    assert stat.S_IMODE((tmp_path / "slips.html").stat().st_mode) == 0o600


def test_run_again_it_prints_no_secret_and_writes_no_sheet(run, tmp_path):
    elected("甲甲")
    run()
    elected("乙乙")
    _out, slips = run("later.html")
    assert list(slips) == ["乙乙"]
    run("last.html")
    assert not (tmp_path / "last.html").exists()


def test_a_table_is_written_where_one_is_wanted(run, tmp_path):
    elected("甲甲", "13907900010", card_no="B-3")
    run("slips.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "slips.xlsx").read_bytes())).active
    row = [cell.value for cell in sheet[3]]
    assert row[:-1] == ["渝水区", "B-3", "甲甲", "13907900010", "B-3"]
    assert User.objects.get().check_password(row[-1])


def test_terms_levels_and_areas_are_chosen(run):
    past = factories.TermFactory(number=9, starts_on=dt.date(2016, 10, 1), ends_on=dt.date(2021, 10, 20))
    town = factories.AreaFactory(code="360502103", name="罗坊镇", kind="town")
    elected("甲甲")
    elected("乙乙", term=past, delegation=None)
    elected("丙丙", area=town)
    elected("丁丁", area=town, delegation=None, level=Level.TOWNSHIP, term=factories.TermFactory(area=town, level=Level.TOWNSHIP))  # fmt: skip
    assert list(run("1.html", area="360502103")[1]) == ["丙丙"]
    assert list(run("2.html", level="township")[1]) == ["丁丁"]
    assert list(run("3.html", term=9)[1]) == ["乙乙"]
    assert list(run("4.html")[1]) == ["甲甲"]


@pytest.mark.parametrize("name", ["slips.pdf", "there.html", "no-folder/slips.html"])
def test_a_sheet_that_cannot_be_written_is_refused_before_anything_is_made(name, run, tmp_path):
    (tmp_path / "there.html").write_text("the slips of last week")
    elected()
    with pytest.raises(CommandError):
        run(name)
    assert not User.objects.exists()
    assert (tmp_path / "there.html").read_text() == "the slips of last week"


def test_where_there_is_nobody_the_command_says_so(run):
    with pytest.raises(CommandError):
        run()
