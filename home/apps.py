from django.apps import AppConfig
from django.contrib.admin import apps
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    default = True
    name = "home"
    verbose_name = _("Portal")


class StaffConfig(apps.AdminConfig):
    """Django's admin with our desk and our menu."""

    default = False
    default_site = "home.staff.StaffSite"
