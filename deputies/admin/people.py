"""Deputies with their photo, consents and account, and what they were elected to."""

import re

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from common import uploads
from common.access import require
from common.forms import PictureField
from common.import_admin import SheetImportMixin
from common.staff import CardsInline, RecordedAdmin
from common.staff_acts import MovesMixin, NoteForm
from common.text import half_width, masked, personal_name

from .. import actions, slips
from ..models import (
    Consent,
    Deputy,
    Mandate,
)
from ..resources import RosterResource
from . import filters


class MandateForm(forms.ModelForm):
    """The level follows from the term; a delegation or group of another term is refused."""

    def clean(self):
        cleaned = super().clean()
        term = cleaned.get("term")
        if term:
            self.instance.level = term.level
        for name in ("delegation", "group"):
            if term and cleaned.get(name) and cleaned[name].term_id != term.pk:
                self.add_error(name, _("This belongs to another term. Choose one of the same term."))
        return cleaned


MANDATE_FIELDS = (
    "term",
    "card_no",
    "delegation",
    "electing_unit",
    "group",
    "area",
    "station_name",
    "display_order",
)


class MandateInline(CardsInline):
    model = Mandate
    form = MandateForm
    fields = (*MANDATE_FIELDS, "state")
    readonly_fields = ("state",)
    autocomplete_fields = ("term", "delegation", "group", "area")
    show_change_link = True


class DeputyForm(forms.ModelForm):
    """The photo is checked with the rest of the form and kept only when all of it is right."""

    new_photo = PictureField(
        label=gettext_lazy("New photo"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or HEIC, at most 15 MB; it is made smaller and freed of its position."
        ),
    )
    remove_photo = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)

    def clean_name(self):
        """In the one spelling by which names are found, whatever was typed."""
        return personal_name(self.cleaned_data["name"])

    def clean(self):
        """The account signs in with the phone, so it must be nobody else's."""
        cleaned = super().clean()
        phone, user = cleaned.get("phone"), cleaned.get("user")
        if phone and user and User.objects.filter(phone=phone).exclude(pk=user.pk).exists():
            self.add_error("phone", _("Another account signs in with this phone number. Settle that first."))
        return cleaned

    def clean_new_photo(self):
        upload = self.cleaned_data["new_photo"]
        if upload:
            uploads.check_picture(upload)
        return upload


class ConsentForm(forms.Form):
    """A consent, or its withdrawal, that came to the office on paper; field names are those of the actions."""

    step = forms.ChoiceField(
        label=gettext_lazy("What the deputy signed"),
        choices=[
            ("give", gettext_lazy("agrees to the publication")),
            ("withdraw", gettext_lazy("withdraws the consent")),
        ],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("For"), choices=Consent.Kind.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=gettext_lazy("Where the signed paper is kept"), max_length=200)


@admin.register(Deputy)
class DeputyAdmin(SheetImportMixin, RecordedAdmin):
    sheet_kind = "roster"
    resource_classes = (RosterResource,)
    form = DeputyForm
    list_display = ("name", "sex", "elected_to", "post", "shown_phone", "account")
    list_filter = (
        filters.LevelFilter,
        filters.GroupFilter,
        filters.DelegationFilter,
        filters.SittingFilter,
        filters.AccountFilter,
        filters.ChangedFilter,
    )
    list_select_related = ()
    ordering = ("pinyin",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name, pinyin, initials, whole phone number or card number")
    autocomplete_fields = ("user",)
    inlines = (MandateInline,)
    fieldsets = (
        (
            None,
            {"fields": ("name", "pinyin", "sex", "ethnicity", ("birth_year", "birth_month"), "native_place")},
        ),
        (pgettext_lazy("section", "Work"), {"fields": ("post", "category", "party", "education", "degree")}),
        (gettext_lazy("Contact, for the office only"), {"fields": ("phone", "landline", "address")}),
        (
            gettext_lazy("On the public page"),
            {
                "fields": ("introduction", "new_photo", "remove_photo"),
                "description": gettext_lazy("Shown while the deputy's consent stands."),
            },
        ),
        (gettext_lazy("At the station"), {"fields": ("takes_messages",)}),
        (gettext_lazy("Sign-in"), {"fields": ("user",)}),
    )
    form_only = ("new_photo", "remove_photo")
    PRIVATE = ("phone", "landline", "address")

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user).with_mandates()

    def get_urls(self):
        view = self.admin_site.admin_view(self.consents_view)
        name = "deputies_deputy_consents"
        return [path("<path:object_id>/consents/", view, name=name), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        deputy = self.get_object(request, object_id)
        if deputy and request.user.has_perm("deputies.consent_deputy", deputy):
            url = reverse("admin:deputies_deputy_consents", args=[deputy.pk])
            extra_context = (extra_context or {}) | {"consents_url": url}
        return super().change_view(request, object_id, form_url, extra_context)

    def consents_view(self, request, object_id):
        """What a deputy agreed to and when; a signed paper is recorded here."""
        deputy = self.refuse_missing(request, object_id)
        require(request.user, "deputies.consent_deputy", deputy)
        form = ConsentForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            record = actions.give_consent if given.pop("step") == "give" else actions.withdraw_consent
            record(deputy, by=request.user, **given)
            messages.success(request, _("The paper has been recorded."))
            return redirect("admin:deputies_deputy_consents", deputy.pk)
        return self.own_page(
            request,
            "admin/deputies/consents.html",
            _("Consents of %(name)s") % {"name": deputy},
            form=form,
            consents=deputy.consents.select_related("by"),
            back=reverse("admin:deputies_deputy_change", args=[deputy.pk]),
        )

    def get_search_results(self, request, queryset, search_term):
        number = half_width(search_term)
        if re.search(r"\d", number):
            return queryset.with_number(number), False
        return queryset.matching(search_term), False

    def get_fieldsets(self, request, obj=None):
        """Without the contact of people whose phone this member of staff need not know."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or request.user.has_perm("deputies.view_phone_deputy", obj):
            return fieldsets
        return [group for group in fieldsets if "phone" not in group[1]["fields"]]

    def shows_phone(self, request, obj):
        return bool(obj.phone or obj.landline) and request.user.has_perm("deputies.view_phone_deputy", obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        actions.account_follows(obj, by=request.user)
        photo = form.cleaned_data.get("new_photo")
        if photo or form.cleaned_data.get("remove_photo"):
            actions.change_photo(obj, photo, by=request.user)

    @admin.display(description=gettext_lazy("elected to"))
    def elected_to(self, deputy):
        return "；".join(mandate.short_label() for mandate in deputy.shown_mandates)

    @admin.display(description=gettext_lazy("mobile phone"))
    def shown_phone(self, deputy):
        """Masked in lists, for everybody: a list lies open on a desk."""
        return masked(deputy.phone)

    @admin.display(description=gettext_lazy("account"))
    def account(self, deputy):
        return _("can sign in") if deputy.user_id else _("has no account")


class MandateMoveForm(NoteForm):
    """From which day, by which announcement, why (Deputies Law Art. 61–63)."""

    on = forms.DateField(label=gettext_lazy("From which day"), widget=forms.DateInput(attrs={"type": "date"}))
    announcement_no = forms.CharField(label=gettext_lazy("Announcement no."), max_length=60, required=False)
    field_order = ("on", "announcement_no", "note")

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


@admin.register(Mandate)
class MandateAdmin(MovesMixin, RecordedAdmin):
    form = MandateForm
    move_actions = actions
    move_forms = dict.fromkeys(Mandate.MOVES, MandateMoveForm)
    list_display = ("deputy", "term", "card_no", "delegation", "group", "area", "state")
    list_filter = ("level", "state", "delegation", "group")
    list_select_related = ("deputy", "term__area", "delegation", "group", "area")
    ordering = ("display_order",)
    search_fields = ("deputy__name", "card_no")
    autocomplete_fields = ("deputy", "term", "delegation", "group", "area")
    fields = ("deputy", *MANDATE_FIELDS, "state", "state_since", "announcement_no")
    readonly_fields = ("state", "state_since", "announcement_no")

    actions = ("make_accounts",)
    ACCOUNTS_AT_ONCE = 100  # a fifth of a second each; a whole term is `manage.py create_accounts`

    def get_queryset(self, request):
        return super().get_queryset(request).managed_by(request.user)

    def has_accounts_permission(self, request):
        return request.user.has_perm("accounts.add_user")

    @admin.action(
        description=gettext_lazy("Make accounts, and slips with one-time passwords"), permissions=["accounts"]
    )
    def make_accounts(self, request, queryset):
        mandates = list(queryset.select_related("deputy")[: self.ACCOUNTS_AT_ONCE + 1])
        if len(mandates) > self.ACCOUNTS_AT_ONCE:
            messages.error(
                request, _("Choose at most %(number)s at once.") % {"number": self.ACCOUNTS_AT_ONCE}
            )
            return None
        made = actions.create_accounts(mandates, by=request.user)
        if not made:
            messages.info(request, _("All of these can sign in already; nothing was changed."))
            return None
        response = HttpResponse(slips.as_html(made))
        response["Content-Disposition"] = 'attachment; filename="account-slips.html"'
        return response
