"""What every page needs beside its own: the portal's names, its main pages, and how many notices wait."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common import preferences
from notices.models import unread_count

GROUPS = ("/deputies/groups/", "/deputies/committees/")
STATIONS = ("/stations/", "/opinions/")

# label, url name, beginning of the addresses that belong to it, or several; later apps add their line
NAVIGATION = [
    (pgettext_lazy("page", "Start"), "home:start", None),
    (_("Suggestions"), "proposals:list", "/suggestions/"),
    (_("Liaison stations"), "stations:list", STATIONS),
    (_("Deputies"), "deputies:list", "/deputies/"),
    (_("Groups and committees"), "deputies:groups", GROUPS),
]
BAR = [
    (pgettext_lazy("page", "Start"), "home:start", None, "house"),
    (pgettext_lazy("bar", "Suggestions"), "proposals:list", "/suggestions/", "file-text"),
    (pgettext_lazy("bar", "Stations"), "stations:list", STATIONS, "map-pin-house"),
    (pgettext_lazy("bar", "Deputies"), "deputies:list", "/deputies/", "users"),
    (_("Mine"), "home:my", "/my/", "user-round"),
]


def page(request):
    return {
        "LANGUAGE_CODE": get_language(),
        "portal": SimpleLazyObject(_portal),
        "navigation": Menu(NAVIGATION, request.path),
        "bar": Menu(BAR, request.path),
        "idle_seconds": settings.IDLE_MINUTES * 60 - 60,  # a step is noted at most once a minute
        "unread": SimpleLazyObject(lambda: unread_count(request.user)),
    }


def _portal():
    names = ("name", "subtitle", "organisation", "contact", "icp", "police", "site_code", "site_mark", "report_errors", "sample")  # fmt: skip
    values = preferences.several(*(f"portal.{name}" for name in names))
    return {key.removeprefix("portal."): value for key, value in values.items()}


class Menu:
    """Main pages. The last entry that the address fits is where the visitor is: of two, the narrower stands below."""

    def __init__(self, entries, path):
        self.entries, self.path = entries, path

    @cached_property
    def here(self) -> str | None:
        """The name of that page, if any."""
        fitting = [
            name
            for _label, name, start, *_icon in self.entries
            if (start and self.path.startswith(start)) or (start is None and self.path == "/")
        ]
        return fitting[-1] if fitting else None

    def items(self):
        return [
            {"label": label, "url": reverse(name), "here": name == self.here, "icon": icon[0] if icon else ""}
            for label, name, _start, *icon in self.entries
        ]
