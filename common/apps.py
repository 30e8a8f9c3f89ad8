from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = pgettext_lazy("section", "Office")
