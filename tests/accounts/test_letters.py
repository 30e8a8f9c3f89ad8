"""The letters about passwords: the portal's own words and address, whoever asked and from wherever."""

import pytest

from .. import factories

pytestmark = pytest.mark.django_db
CLAIMED = "elsewhere.example"


@pytest.fixture
def ask(client, settings):
    settings.ALLOWED_HOSTS = ["*"]

    def asked(address):
        return client.post("/accounts/password/reset/", {"email": address}, headers={"host": CLAIMED})

    return asked


def test_a_known_address_gets_a_link_to_the_portal_itself(ask, mailoutbox, settings):
    user = factories.UserFactory(name="李代表", email="li@portal.example")
    ask(user.email)
    (letter,) = mailoutbox
    assert letter.subject == "设置新密码 · 真代实表"
    assert letter.body.startswith("李代表，您好：")
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in letter.body
    assert CLAIMED not in letter.body


def test_an_unknown_address_is_told_so_and_offered_nothing(ask, mailoutbox):
    ask("nobody@portal.example")
    (letter,) = mailoutbox
    assert letter.subject == "没有使用此邮箱的账号 · 真代实表"
    assert "http" not in letter.body
    assert CLAIMED not in letter.subject + letter.body
