"""People, their roles, areas, units and the sign-in log in the staff area."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from import_export.fields import Field

from common import audit
from common.audit_admin import AuditListAdmin
from common.import_admin import SheetImportMixin, SheetResource
from common.staff import RecordedAdmin, RowsInline, in_words
from common.text import masked

from . import actions
from .models import ONE_ADMINISTRATOR, Area, Membership, SignIn, Unit, UnitAlias, User


class MembershipFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Two of the three administrators' roles at once; one beside a stored other is found by the model's own check."""
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        held = [form for form in kept if form.cleaned_data.get("role") in Membership.ADMIN_ROLES]
        if len(held) > 1:
            raise forms.ValidationError(ONE_ADMINISTRATOR)


class MembershipInline(RowsInline):
    model = Membership
    formset = MembershipFormSet
    fields = ("role", "unit", "area", "since", "until")
    autocomplete_fields = ("unit", "area")


class UserForm(forms.ModelForm):
    """An empty phone is none: two people without a phone must not clash."""

    def clean_phone(self):
        return self.cleaned_data["phone"] or None


class HasRoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return Membership._meta.get_field("role").choices

    def queryset(self, request, queryset):
        return queryset.with_role(self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(RecordedAdmin):
    """Accounts. Passwords are handed out once and never typed by the office; nobody is deleted, only barred."""

    IN_WORDS = (in_words(User, "is_staff"), in_words(User, "must_change_password"))
    form = UserForm
    list_display = ("name", "username", "shown_phone", "roles", "state", "last_login")
    list_filter = (HasRoleFilter, "is_active", "is_staff")
    search_fields = ("name", "username")
    ordering = ("pk",)
    fields = (
        "name",
        "username",
        "phone",
        "email",
        "is_active",
        *IN_WORDS,
        "date_joined",
        "last_login",
    )
    readonly_fields = ("shown_phone", *IN_WORDS, "date_joined", "last_login")
    inlines = (MembershipInline,)
    change_form_template = "admin/accounts/user_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__unit", "memberships__area")

    @admin.display(description=gettext_lazy("mobile phone"))
    def shown_phone(self, user):
        return masked(user.phone or "")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user):
        return "；".join(membership.label for membership in user.memberships.all())

    @admin.display(description=pgettext_lazy("account", "state"))
    def state(self, user):
        return _("may sign in") if user.is_active else _("barred")

    def get_fields(self, request, obj=None):
        if obj is None:
            return ("name", "username", "phone", "email")
        if request.user.has_perm("accounts.view_phone_user", obj):
            return self.fields
        return tuple("shown_phone" if name == "phone" else name for name in self.fields)

    def has_change_permission(self, request, obj=None):
        """Nobody changes themselves here, and only a superuser a superuser (R-22)."""
        return super().has_change_permission(request, obj) and actions.may_manage(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        """Not even a superuser: what an account did must go on having somebody who did it."""
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            self._tell_password(request, obj, actions.open_account(obj, by=request.user))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        actions.follow_roles(form.instance)

    def save_formset(self, request, form, formset, change):
        """Each role given, changed or taken is a line of its own in the audit log."""
        super().save_formset(request, form, formset, change)
        changed = [membership for membership, _fields in formset.changed_objects]
        for what, some in (
            ("granted", formset.new_objects),
            ("changed", changed),
            ("revoked", formset.deleted_objects),
        ):
            for membership in some:
                actions.record_role(what, membership, by=request.user)

    def shows_phone(self, request, obj):
        return bool(obj.phone) and request.user.has_perm("accounts.view_phone_user", obj)

    def construct_change_message(self, request, form, formsets, add=False):
        return list(form.changed_data)  # roles have lines of their own

    def log_addition(self, request, obj, message):
        """``actions.open_account`` has written it down."""

    def log_change(self, request, obj, message):
        if message:
            state = "opened" if obj.is_active else "barred"
            what = state if "is_active" in message else "changed"
            audit.record(f"account.{what}", by=request.user, about=obj, fields=message)

    def get_urls(self):
        def page(verb):
            view = self.admin_site.admin_view(getattr(self, f"{verb}_view"))
            return path(f"<int:pk>/{verb}/", view, name=f"accounts_user_{verb}")

        return [
            page("password"),
            page("unlock"),
            page("sessions"),
            page("second_factor"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        user = self.get_object(request, object_id)
        if user and self.has_change_permission(request, user):
            extra_context = (extra_context or {}) | {
                "password_url": reverse("admin:accounts_user_password", args=[user.pk]),
                "unlock_url": reverse("admin:accounts_user_unlock", args=[user.pk]),
                "sessions_url": reverse("admin:accounts_user_sessions", args=[user.pk]),
                "second_factor_url": Authenticator.objects.filter(user=user).exists()
                and reverse("admin:accounts_user_second_factor", args=[user.pk]),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    @method_decorator(require_POST)
    def password_view(self, request, pk):
        """A new one-time password, shown once."""
        user = self.refuse_missing(request, str(pk))
        self._tell_password(request, user, actions.reset_password(user, by=request.user))
        return redirect("admin:accounts_user_change", user.pk)

    @method_decorator(require_POST)
    def unlock_view(self, request, pk):
        user = self.refuse_missing(request, str(pk))
        actions.unlock(user, by=request.user)
        messages.success(request, _("%(name)s may try to sign in again.") % {"name": user})
        return redirect("admin:accounts_user_change", user.pk)

    @method_decorator(require_POST)
    def sessions_view(self, request, pk):
        """Out everywhere: a lost phone, a computer left open."""
        user = self.refuse_missing(request, str(pk))
        actions.end_sessions(user, by=request.user)
        messages.success(request, _("%(name)s is signed out everywhere.") % {"name": user})
        return redirect("admin:accounts_user_change", user.pk)

    @method_decorator(require_POST)
    def second_factor_view(self, request, pk):
        user = self.refuse_missing(request, str(pk))
        actions.remove_second_factor(user, by=request.user)
        messages.success(
            request,
            _("%(name)s signs in without the second factor and should set it up anew.") % {"name": user},
        )
        return redirect("admin:accounts_user_change", user.pk)

    @staticmethod
    def _tell_password(request, user, password):
        messages.warning(
            request,
            _(
                "One-time password of %(name)s (user name %(login)s): %(password)s. Write it down now, it is not shown again."
            )
            % {"name": user.name, "login": user.username, "password": password},
        )


class DoorFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("what happened"), "kind"

    def lookups(self, request, model_admin):
        return [(key, audit.KINDS[key].label) for key in SignIn.KINDS]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(SignIn)
class SignInAdmin(AuditListAdmin):
    """The door, for who manages accounts; the whole log is the audit administrator's."""

    list_display = ("when", "about", "what", "address", "device")
    list_filter = (DoorFilter, "at")
    fields = list_display
    readonly_fields = fields

    @admin.display(description=gettext_lazy("device"))
    def device(self, entry):
        return entry.detail.get("device", "")


class AreaResource(SheetResource):
    title = Area._meta.verbose_name_plural
    code = Field("code", "区划代码")
    name = Field("name", "名称")


@admin.register(Area)
class AreaAdmin(SheetImportMixin, RecordedAdmin):
    sheet_kind = "areas"
    resource_classes = (AreaResource,)
    list_display = ("code", "name", "kind")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    ordering = ("code",)


class UnitAliasInline(RowsInline):
    model = UnitAlias


@admin.register(Unit)
class UnitAdmin(RecordedAdmin):
    list_display = ("name", "short_name", "kind", "area", "dissolved_on")
    list_filter = ("kind",)
    list_select_related = ("area",)
    search_fields = ("name", "short_name", "aliases__name")
    ordering = ("display_order",)
    autocomplete_fields = ("area", "superior")
    inlines = (UnitAliasInline,)
