"""One-time passwords on paper: a slip for each person, to be cut out and handed over; or a table."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common import preferences
from common.sheet_writing import write_xlsx

from .models import Mandate


def as_html(made) -> bytes:
    """A page that prints slips, those of each delegation on sheets of their own; it loads nothing."""
    context = {"slips": _slips(made), "site": settings.SITE_URL, "portal": preferences.get("portal.name")}
    return render_to_string("deputies/account_slips.html", context).encode()


def as_xlsx(made) -> bytes:
    headings = (_("Delegation"), _("Deputy card no."), _("Name"), _("Mobile phone"), _("User name"), _("One-time password"))  # fmt: skip
    rows = [
        (slip["place"], slip["card_no"], slip["name"], slip["phone"], slip["username"], slip["password"])
        for slip in _slips(made)
    ]
    return write_xlsx(_("One-time passwords of deputies"), headings, rows)


WRITERS = {".html": as_html, ".xlsx": as_xlsx}


def _slips(made):
    """What stands on each slip of ``[(deputy, password)]``, in that order; place and card are of the highest mandate."""
    mandates = Mandate.objects.sitting().filter(deputy__in=[deputy for deputy, _password in made])
    highest = {mandate.deputy_id: mandate for mandate in reversed(mandates.for_pages())}
    return [
        {
            "place": str(highest[deputy.pk].delegation or highest[deputy.pk].term),
            "card_no": highest[deputy.pk].card_no,
            "name": deputy.name,
            "phone": deputy.user.phone or "",
            "username": deputy.user.username,
            "password": password,
        }
        for deputy, password in made
    ]
