"""Text and bytes that only somebody with a key can read, kept outside the database; and an index to find them by (R-20).

What is sealed says how: ``aes.1f3a9c02.…`` names the suite and the key. The first of ``settings.FIELD_KEYS`` seals, each
of them opens; ``manage.py rotate_keys`` seals anew what a former one sealed. A suite is one class (R-21).
"""

import base64
import functools
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from .text import half_width

NONCE, TAG = 12, 16  # bytes


class CannotOpen(Exception):
    """Sealed with a key that is not among ``FIELD_KEYS``, or not as it was sealed."""


class Aes:
    """AES-256-GCM and HMAC-SHA256."""

    digest = hashes.SHA256

    def __init__(self, key: bytes):
        self.cipher = AESGCM(key)

    def encrypt(self, nonce, body):
        return self.cipher.encrypt(nonce, body, None)

    def decrypt(self, nonce, body):
        return self.cipher.decrypt(nonce, body, None)


class Sm:
    """The national suite (国密): SM4-GCM and HMAC-SM3."""

    digest = hashes.SM3

    def __init__(self, key: bytes):
        self.cipher = algorithms.SM4(key[:16])

    def encrypt(self, nonce, body):
        encryptor = Cipher(self.cipher, modes.GCM(nonce)).encryptor()
        return encryptor.update(body) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce, body):
        decryptor = Cipher(self.cipher, modes.GCM(nonce, body[-TAG:])).decryptor()
        return decryptor.update(body[:-TAG]) + decryptor.finalize()


SUITES = {"aes": Aes, "sm": Sm}
SEALED = re.compile(rf"(?:{'|'.join(SUITES)})\.[0-9a-f]{{8}}\.")  # how what is sealed begins


class Key:
    """One entry of ``FIELD_KEYS`` in one suite; what seals and what finds are derived from it and differ."""

    def __init__(self, secret: str, suite: str):
        self.suite, self.secret = SUITES[suite], secret.encode()
        self.cipher = self.suite(self._derived(b"seal"))
        self.finder = self._derived(b"find")
        self.prefix = f"{suite}.{self._derived(b'name').hex()[:8]}."

    def _derived(self, purpose: bytes) -> bytes:
        return self._hmac(self.secret, purpose)

    def _hmac(self, key, body) -> bytes:
        made = hmac.HMAC(key, self.suite.digest())
        made.update(body)
        return made.finalize()

    def seal(self, body: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self.cipher.encrypt(nonce, body)

    def open(self, body: bytes) -> bytes:
        try:
            return self.cipher.decrypt(body[:NONCE], body[NONCE:])
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("This was changed since it was sealed.") from error

    def index(self, text: str) -> str:
        return self._hmac(self.finder, text.encode()).hex()[:32]


def prefix() -> str:
    """What begins everything that is sealed now."""
    return _keys()[0].prefix


def is_sealed(text: str) -> bool:
    return bool(SEALED.match(text))


def seal(text: str) -> str:
    """``text`` for a column of the database."""
    return prefix() + base64.b64encode(_keys()[0].seal(text.encode())).decode()


def unseal(sealed: str) -> str:
    """What was sealed; :class:`CannotOpen` for anything else."""
    key, start = _key_of(sealed)
    try:
        body = base64.b64decode(sealed[start:])
    except ValueError as error:
        raise CannotOpen("This was changed since it was sealed.") from error
    return key.open(body).decode()


def seal_bytes(body: bytes) -> bytes:
    """``body`` for a file."""
    return prefix().encode() + _keys()[0].seal(body)


def unseal_bytes(sealed: bytes) -> bytes:
    key, start = _key_of(sealed[:40].decode("latin-1"))
    return key.open(sealed[start:])


def index(text: str) -> str | None:
    """The column beside a sealed one: equal for equal texts, and without a key no way back. ``None`` for an empty text."""
    return _keys()[0].index(_normal(text)) if text else None


def indexes(text: str) -> list[str]:
    """What ``index`` may have given under each key and suite in use, so that rotation hides nobody."""
    return [key.index(_normal(text)) for key in _keys()] if text else []


def _normal(text: str) -> str:
    return "".join(half_width(text).split()).lower()


def _key_of(sealed: str) -> tuple[Key, int]:
    found = SEALED.match(sealed)
    for key in _keys():
        if found and key.prefix == found.group():
            return key, found.end()
    raise CannotOpen("This is not sealed with any of FIELD_KEYS.")


def _keys() -> list[Key]:
    """The key that seals, then the others that open: of the suite in use first."""
    return _made(tuple(settings.FIELD_KEYS), settings.CRYPTO_SUITE)


@functools.cache
def _made(secrets, suite):
    suites = sorted(SUITES, key=lambda name: name != suite)
    return [Key(secret, name) for name in suites for secret in secrets]
