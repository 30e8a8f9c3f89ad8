"""Keys of second factors, sealed in the library's table: who has a copy of the database has no second factor."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from common import ciphers

SECRETS = ("secret", "seed")  # of the app, of recovery codes; the names are the library's


class SealingAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return ciphers.seal(text)

    def decrypt(self, encrypted_text):
        return ciphers.unseal(encrypted_text)


def seal_all() -> int:
    return seal_rows(Authenticator)


def seal_rows(model) -> int:
    """Seal with the first key what another sealed, or nobody yet; the number of values."""
    done = 0
    for pk, kept in model.objects.values_list("pk", "data"):
        stale = {
            name: ciphers.seal(ciphers.unseal(text) if ciphers.is_sealed(text) else text)
            for name, text in kept.items()
            if name in SECRETS and not text.startswith(ciphers.prefix())
        }
        if stale:
            done += model.objects.filter(pk=pk, data=kept).update(data=kept | stale)
    return done


def unseal_rows(model) -> None:
    for row in model.objects.all():
        row.data |= {name: ciphers.unseal(text) for name, text in row.data.items() if name in SECRETS}
        row.save()
