"""Links to other sites lead over a page that says so (管理规定, R-27). Only addresses we signed are opened from there."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.http import urlencode

SIGNER = Signer(salt="elsewhere")  # without a time, so that pages that hold such a link can be kept


def leave(url: str) -> str:
    """The address of the page that leads to ``url``."""
    return f"{reverse('home:leave')}?{urlencode({'to': SIGNER.sign(url)})}"


def signed(text: str) -> str | None:
    """The address that was signed; ``None`` where nothing of ours was."""
    try:
        url = SIGNER.unsign(text)
    except BadSignature:
        return None
    return url if url.startswith("https://") else None
