"""The staff area: its way in, its menu by task, and the desk it opens with."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common import clock, memory, preferences
from common.addresses import may_reach_staff_area

from .desk import desk_of
from .work import oversight_of

# What stands where in the menu: a heading, then models as "app.model". Later apps add theirs.
MENU = [
    ("work", _("Daily work"), ["deputies.correction", "common.importbatch", "notices.delivery"]),
    (
        "suggestions",
        _("Suggestions"),
        [
            "proposals.suggestion",
            "proposals.assignment",
            "proposals.extension",
            "proposals.commitment",
            "proposals.rating",
            "proposals.keyitem",
            "proposals.topic",
            "proposals.topicclaim",
            "proposals.category",
            "proposals.replyclass",
        ],
    ),
    (
        "stations",
        _("Liaison stations"),
        [
            "liaison_stations.station",
            "liaison_stations.residency",
            "liaison_stations.reception",
            "liaison_stations.opinion",
            "liaison_stations.dispatch",
            "liaison_stations.stationplan",
            "liaison_stations.stationevent",
            "liaison_stations.starreview",
            "liaison_stations.starobjection",
            "liaison_stations.starrecord",
            "liaison_stations.rectification",
            "liaison_stations.scheme",
            "liaison_stations.heldword",
        ],
    ),
    (
        "deputies",
        _("Deputies and mandates"),
        [
            "deputies.deputy",
            "deputies.mandate",
            "deputies.deputygroup",
            "deputies.committee",
            "deputies.delegation",
            "deputies.term",
            "deputies.session",
        ],
    ),
    ("people", _("People and units"), ["accounts.user", "accounts.unit", "accounts.area", "accounts.signin"]),
    (
        "office",
        _("Office settings"),
        ["common.setting", "common.policytext", "common.holiday", "notices.webhook"],
    ),
    ("audit", _("Oversight"), ["common.auditentry", "common.jobrun"]),
]


def menu_of(request) -> tuple:
    """What the menu depends on: who somebody is today. Their roles are rows whose change is heard of."""
    return "menu", get_language(), clock.today(), request.user.pk, request.user.is_superuser


def here(desk, menu, path) -> tuple:
    """The addresses of the menu that this page belongs to."""
    addresses = [model["admin_url"] for group in menu for model in group["models"]]
    return tuple(one for one in addresses if one and path.startswith(one)) or (desk,) * (path == desk)


class StaffSite(AdminSite):
    enable_nav_sidebar = True
    empty_value_display = "—"
    index_title = _("My desk")
    FOREIGN = {"auth", "account", "mfa", "usersessions", "axes"}  # screens of libraries that our own replace

    def __init__(self, name="admin"):
        super().__init__(name)
        self.disable_action("delete_selected")  # nothing here is deleted by the dozen

    def register(self, model_or_iterable, admin_class=None, **options):
        """Leave out the screens that libraries bring for their own tables."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        ours = [model for model in models if model._meta.app_label not in self.FOREIGN]
        super().register(ours, admin_class, **options)

    def has_permission(self, request):
        return super().has_permission(request) and may_reach_staff_area(request)

    def each_context(self, request):
        name, index_url = preferences.get("portal.name"), reverse("admin:index")
        own = {"site_header": name, "site_title": name, "index_url": index_url}
        context = super().each_context(request) | own
        return context | {
            "menu_as": menu_of(request),
            "here": here(index_url, context["available_apps"], request.path),
        }

    def get_app_list(self, request, app_label=None):
        """The menu, asked for once a change: each of its screens asks four questions of the rules."""
        key = (*menu_of(request), app_label)
        # who is asking was read before
        return memory.kept(key, lambda: self._by_task(self._build_app_dict(request, app_label)), alone=False)

    def _by_task(self, apps):
        """The menu by task, not by app; a screen without a place in it stands at the end, so that none is lost."""
        models = {
            f"{app['app_label']}.{model['object_name'].lower()}": model
            for app in apps.values()
            for model in app["models"]
        }
        menu = [
            {
                "name": label,
                "app_label": key,
                "app_url": reverse("admin:index"),
                "models": [models.pop(name) for name in names if name in models],
            }
            for key, label, names in MENU
        ]
        if models:
            menu.append(
                {
                    "name": _("More"),
                    "app_label": "more",
                    "app_url": reverse("admin:index"),
                    "models": list(models.values()),
                }
            )
        return [group for group in menu if group["models"]]

    def index(self, request, extra_context=None):
        return super().index(
            request, (extra_context or {}) | desk_of(request.user) | {"work": oversight_of(request.user)}
        )

    def app_index(self, request, app_label, extra_context=None):
        """Screens stand in the menu by task; a page per app would be a second menu."""
        return redirect("admin:index")

    def login(self, request, extra_context=None):
        """The portal's own page; who is signed in and yet not staff has no business here."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
