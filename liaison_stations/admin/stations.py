"""The register of stations: what each is, who works there, which deputies belong to it; its life as buttons (D3.2)."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.rules import area_codes, sees_whole_city
from common import memory, uploads
from common.access import require
from common.bulk import BulkMixin
from common.forms import DayField, PictureField
from common.import_admin import SheetImportMixin
from common.staff import RecordedAdmin, RowsInline
from common.staff_acts import Act, ActForm, MovesMixin, NoteForm
from common.text import MOBILE, half_width
from deputies.models import Deputy, Level

from .. import names
from ..actions import stations as actions
from ..models import ReceptionRule, Residency, Station, StationPost
from ..resources import StationResource
from ..station_table import StationTable
from .receptions import YEAR_OF_STATIONS


class StationForm(forms.ModelForm):
    """The photo is checked with the rest of the form and kept only when all of it is right."""

    codes: list | None = None  # beginnings of the areas this member of staff answers for; ``None`` is all

    new_photo = PictureField(
        label=gettext_lazy("New photo"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or HEIC, at most 15 MB; it is made smaller and freed of its position."
        ),
    )
    remove_photo = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)

    def clean_name(self):
        return names.spelt(self.cleaned_data["name"])

    def clean_phone(self):
        """It stands on the public page and on the poster."""
        phone = half_width(self.cleaned_data["phone"])
        if MOBILE.search(phone):
            raise ValidationError(
                _(
                    "This is somebody's mobile number; it belongs to that person's post. Here stands what is public."
                )
            )
        return phone

    def clean_area(self):
        area = self.cleaned_data["area"]
        if self.codes is not None and not area.code.startswith(tuple(self.codes)):
            raise ValidationError(_("Choose a street, town or township that your office answers for."))
        return area

    def clean_new_photo(self):
        upload = self.cleaned_data["new_photo"]
        if upload:
            uploads.check_picture(upload)
        return upload


class PostInline(RowsInline):
    model = StationPost
    fields = ("duty", "name", "phone", "user", "since", "until")
    autocomplete_fields = ("user",)

    def get_fields(self, request, obj=None):
        """Without the phones of people whom this member of staff need not call."""
        may_see = obj is None or request.user.has_perm("liaison_stations.view_phone_station", obj)
        return self.fields if may_see else [name for name in self.fields if name != "phone"]

    def get_readonly_fields(self, request, obj=None):
        return () if request.user.has_perm("accounts.view_user") else ("user",)

    def get_autocomplete_fields(self, request):
        return self.autocomplete_fields if request.user.has_perm("accounts.view_user") else ()


class RuleInline(RowsInline):
    model = ReceptionRule
    fields = ("months", "day", "weekday", "begins", "ends")


class CountyFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("district or county"), "county"

    def lookups(self, request, model_admin):
        return list(memory.kept("counties", StationTable.counties).items())

    def queryset(self, request, queryset):
        return queryset.inside(self.value()) if (self.value() or "").isdecimal() else queryset


class DayNoteForm(NoteForm):
    """From which day, and why."""

    on = DayField(label=gettext_lazy("From which day"), initial=timezone.localdate)
    field_order = ("into", "on", "note")

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class MergeForm(DayNoteForm):
    into = forms.ModelChoiceField(
        Station.objects.open(),
        label=gettext_lazy("The station it goes on as"),
        widget=AutocompleteSelect(Station._meta.get_field("parent"), admin.site),
        help_text=gettext_lazy(
            "Its deputies, its stations and points, and what citizens wait for go there. "
            "Receptions to come are cancelled; what was answered, held and rated stays."
        ),
    )


class PlaceForm(ActForm):
    """A deputy comes to belong to the station; field names are those of ``actions.place``."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.sitting(),
        label=gettext_lazy("deputy"),
        widget=AutocompleteSelect(Residency._meta.get_field("deputy"), admin.site),
    )
    since = DayField(label=pgettext_lazy("date", "from"), initial=timezone.localdate)
    leads_at = forms.ChoiceField(
        label=Residency._meta.get_field("leads_at").verbose_name,
        choices=[("", "—"), *Level.choices],
        required=False,
        help_text=Residency._meta.get_field("leads_at").help_text,
    )


@admin.register(Station)
class StationAdmin(SheetImportMixin, BulkMixin, MovesMixin, RecordedAdmin):
    sheet_kind = "stations"
    form_only = ("new_photo", "remove_photo")
    resource_classes = (StationResource,)
    form = StationForm
    move_actions = actions
    move_forms = dict.fromkeys(Station.MOVES, DayNoteForm) | {"merge": MergeForm}
    bulk_acts = {"make_year": YEAR_OF_STATIONS}
    acts = {
        "place": Act(
            gettext_lazy("Place a deputy"), "place", actions.place, PlaceForm, lambda station: station.is_open
        )
    }
    change_form_template = "admin/liaison_stations/station.html"
    change_list_template = "admin/liaison_stations/station_list.html"
    list_display = (
        "name",
        "kind",
        "area",
        "stars",
        "deputies",
        "demonstration",
        "state",
    )
    list_filter = (CountyFilter, "kind", "stars", "state", "demonstration", "is_city_managed")
    list_select_related = ()
    ordering = ("display_order",)
    search_fields = ("name",)
    search_help_text = gettext_lazy(
        "Two characters of name, address or village, or first letters of the name"
    )
    autocomplete_fields = ("parent", "area")
    inlines = (PostInline, RuleInline)
    readonly_fields = ("stars", "state", "state_since", "merged_into")
    MANAGED = ("demonstration", "is_city_managed")  # by the city alone (提级管理)
    fieldsets = (
        (None, {"fields": (("number", "name"), ("kind", "nature"), "parent", "area", "village")}),
        (
            gettext_lazy("On the public page"),
            {
                "fields": (
                    "address",
                    ("latitude", "longitude"),
                    "phone",
                    "opening_hours",
                    "reception_note",
                    "takes_messages",
                    "introduction",
                    "new_photo",
                    "remove_photo",
                )
            },
        ),
        (
            gettext_lazy("The place"),
            {"fields": (("floor_area", "plaque_on"), "rooms", "funding", "display_order")},
        ),
        (
            pgettext_lazy("station", "Standing"),
            {"fields": ("stars", MANAGED, ("state", "state_since"), "merged_into")},
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user).with_counts()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        sees_all = request.user.is_superuser or sees_whole_city(request.user)
        return type("StationForm", (form,), {"codes": None if sees_all else area_codes(request.user)})

    def get_readonly_fields(self, request, obj=None):
        may_manage = request.user.has_perm("liaison_stations.manage_station", obj)
        return self.readonly_fields if may_manage else (*self.readonly_fields, *self.MANAGED)

    def shows_phone(self, request, obj):
        return request.user.has_perm("liaison_stations.view_phone_station", obj) and any(
            post.phone for post in obj.posts.all()
        )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        photo = form.cleaned_data.get("new_photo")
        if photo or form.cleaned_data.get("remove_photo"):
            actions.set_photo(obj, photo, by=request.user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """With the way to its deputies, who may be a hundred."""
        station = object_id and self.get_object(request, unquote(object_id))
        if station:
            residents = reverse("admin:liaison_stations_residency_changelist")
            extra_context = (extra_context or {}) | {
                "deputy_count": station.deputy_count,
                "residents_url": f"{residents}?station__id__exact={station.pk}",
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description=gettext_lazy("deputies"))
    def deputies(self, station):
        return station.deputy_count

    # The deputies the roster names

    def changelist_view(self, request, extra_context=None):
        may_place = request.user.has_perm("liaison_stations.import_station")
        url = may_place and reverse("admin:liaison_stations_station_roster")
        return super().changelist_view(request, (extra_context or {}) | {"roster_url": url})

    def get_urls(self):
        view = self.admin_site.admin_view(self.roster_view)
        return [path("by-roster/", view, name="liaison_stations_station_roster"), *super().get_urls()]

    def roster_view(self, request):
        """Which deputies would belong to which station by the roster; placed when that is confirmed."""
        require(request.user, "liaison_stations.import_station")
        if request.method == "POST":
            found = actions.place_by_roster(by=request.user)
            messages.success(request, _("Placed: %(number)s deputies.") % {"number": len(found.placed)})
            return redirect("admin:liaison_stations_station_roster")
        return self.own_page(
            request,
            "admin/liaison_stations/by_roster.html",
            _("Place deputies by the roster"),
            found=actions.read_roster(),
            back=reverse("admin:liaison_stations_station_changelist"),
        )
