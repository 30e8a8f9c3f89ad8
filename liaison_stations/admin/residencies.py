"""Which deputies belong to which stations, one by one; a whole roster is placed on the screen of stations."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.staff import RecordedAdmin
from deputies.models import Deputy

from ..models import Residency


class ResidencyForm(forms.ModelForm):
    """Only sitting deputies come to belong to a station, and only to an open one; who belongs to it may be marked later."""

    def clean_station(self):
        station = self.cleaned_data["station"]
        if not station.is_open:
            raise ValidationError(_("This station is not open. Choose another one."))
        return station

    def clean_deputy(self):
        deputy = self.cleaned_data["deputy"]
        if not Deputy.objects.sitting().filter(pk=deputy.pk).exists():
            raise ValidationError(_("%(name)s is no longer a deputy.") % {"name": deputy})
        return deputy


class NowFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("belong to it"), "now"

    def lookups(self, request, model_admin):
        return [("all", gettext_lazy("today or formerly"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("today")}, *others]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.current()


@admin.register(Residency)
class ResidencyAdmin(RecordedAdmin):
    form = ResidencyForm
    list_display = ("deputy", "station", "leads_at", "since", "until")
    list_filter = (NowFilter, "leads_at")
    list_select_related = ("deputy", "station")
    search_fields = ("deputy__name",)
    search_help_text = gettext_lazy("Name, pinyin or initials of the deputy")
    autocomplete_fields = ("station", "deputy")
    fields = ("station", "deputy", "leads_at", "since", "until")

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user)

    def get_readonly_fields(self, request, obj=None):
        """Another station or another deputy is another row."""
        return ("station", "deputy") if obj else ()
