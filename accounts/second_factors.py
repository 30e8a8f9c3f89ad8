"""Second factors: who must have one, and their keys, sealed in the library's table.

Who has a copy of the database has no second factor.
"""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core import checks

from common import ciphers

SECRETS = ("secret", "seed")  # of the app, of recovery codes; the names are the library's


class SealingAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return ciphers.seal(text)

    def decrypt(self, encrypted_text):
        return ciphers.unseal(encrypted_text)


def is_due(user) -> bool:
    """Whether ``user`` may enter the staff area, has no second factor, and may not go on without."""
    return settings.REQUIRE_STAFF_MFA and user.is_staff and not is_mfa_enabled(user)


@checks.register(checks.Tags.security, deploy=True)
def staff_need_one(app_configs, **kwargs):
    if settings.REQUIRE_STAFF_MFA:
        return []
    return [
        checks.Warning(
            "REQUIRE_STAFF_MFA is off: a password alone opens the staff area.",
            hint="Leave it out, unless something in front of the portal asks for a second factor.",
            id="accounts.W001",
        )
    ]


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
