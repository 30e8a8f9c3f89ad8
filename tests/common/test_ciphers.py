"""Sealing text and files, and finding what is sealed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import ciphers

OLD, NEW = "old-key-" * 5, "new-key-" * 5
SUITES = pytest.mark.parametrize("suite", list(ciphers.SUITES))


@pytest.fixture(autouse=True)
def one_key(settings):
    settings.FIELD_KEYS = [OLD]


@SUITES
def test_what_is_sealed_can_be_opened_and_shows_nothing(suite, settings):
    settings.CRYPTO_SUITE = suite

    @given(st.text(), st.binary())
    def prove(text, body):
        assert ciphers.unseal(ciphers.seal(text)) == text
        assert ciphers.unseal_bytes(ciphers.seal_bytes(body)) == body

    prove()
    assert "13979001234" not in ciphers.seal("13979001234")
    assert b"13979001234" not in ciphers.seal_bytes(b"13979001234")


@SUITES
def test_equal_texts_are_sealed_differently_and_have_one_index(suite, settings):
    settings.CRYPTO_SUITE = suite
    assert ciphers.seal("13979001234") != ciphers.seal("13979001234")
    assert ciphers.index("13979001234") == ciphers.index(" １３９ 7900 1234") != ciphers.index("13979001235")


@SUITES
@pytest.mark.parametrize("at", [2, -1], ids=["nonce", "end"])
def test_what_was_changed_cannot_be_opened(suite, at, settings):
    settings.CRYPTO_SUITE = suite
    sealed = bytearray(ciphers.seal_bytes("梁鑫".encode()))
    sealed[len(ciphers.prefix()) + at if at > 0 else at] ^= 1
    with pytest.raises(ciphers.CannotOpen):
        ciphers.unseal_bytes(bytes(sealed))


@pytest.mark.parametrize("text", ["13979001234", "aes.00000000.AAAA", "", "aes.", f"{OLD}."])
def test_what_nobody_sealed_cannot_be_opened(text):
    with pytest.raises(ciphers.CannotOpen):
        ciphers.unseal(text)


def test_a_text_that_only_begins_right_cannot_be_opened():
    for rest in ("", "AAAA", "no base64 at all"):
        with pytest.raises(ciphers.CannotOpen):
            ciphers.unseal(ciphers.prefix() + rest)


def test_without_the_key_nothing_can_be_opened_or_found(settings):
    sealed, index = ciphers.seal("梁鑫"), ciphers.index("梁鑫")
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(ciphers.CannotOpen):
        ciphers.unseal(sealed)
    assert index not in ciphers.indexes("梁鑫")


def test_a_former_key_and_a_former_suite_still_open_and_find(settings):
    sealed, index = ciphers.seal("梁鑫"), ciphers.index("梁鑫")
    settings.FIELD_KEYS, settings.CRYPTO_SUITE = [NEW, OLD], "sm"
    assert ciphers.unseal(sealed) == "梁鑫"
    assert index in ciphers.indexes("梁鑫")
    assert ciphers.seal("梁鑫").startswith("sm.")
    assert ciphers.index("") is None
