"""Holidays, office settings and imported files in the staff area."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from import_export.fields import Field

from . import audit_admin, import_undo, imports, jobs, policies, preferences  # noqa: F401 the screen of the audit log
from .access import require
from .import_admin import SheetImportMixin, SheetResource
from .models import Holiday, ImportBatch, JobRun, PolicyText, Setting
from .staff import PortalAdmin, ReadOnlyMixin, RecordedAdmin, in_words


class HolidayResource(SheetResource):
    title = Holiday._meta.verbose_name_plural
    day = Field("day", "日期")
    name = Field("name", "名称")
    off = Field(column_name="放假")

    def dehydrate_off(self, holiday):
        return "是" if holiday.is_off else "否"


@admin.register(Holiday)
class HolidayAdmin(SheetImportMixin, RecordedAdmin):
    sheet_kind = "holidays"
    resource_classes = (HolidayResource,)
    list_display = ("day", "name", in_words(Holiday, "is_off"))
    list_filter = ("is_off", "day")
    ordering = ("-day",)
    search_fields = ("name",)


class ValueForm(forms.Form):
    """One value of an office setting, in the shape of its kind."""

    def __init__(self, preference, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.preference = preference
        self.fields["value"] = self._field()
        self.fields["note"] = forms.CharField(
            label=_("Reason"),
            required=preference.statutory,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Which change of the law requires it.")
            if preference.statutory
            else _("For those who read the history later."),
        )

    def _field(self):
        preference = self.preference
        label = f"{preference.label}（{preference.unit}）" if preference.unit else preference.label
        if preference.kind == "bool":
            return forms.BooleanField(label=label, required=False)
        if preference.kind == "choice":
            return forms.ChoiceField(label=label, choices=preference.choices)
        numeric = {"widget": forms.NumberInput(attrs={"inputmode": "numeric"})}
        return forms.CharField(
            label=label, required=preference.kind != "text", **numeric if preference.kind != "text" else {}
        )

    def clean_value(self):
        return self.preference.clean(self.cleaned_data["value"])


@admin.register(Setting)
class SettingAdmin(ReadOnlyMixin, PortalAdmin):
    """Every value there is, grouped, whether somebody has changed it or not."""

    def get_urls(self):
        change = self.admin_site.admin_view(self.value_view)
        theirs = [entry for entry in super().get_urls() if entry.name == "common_setting_changelist"]
        return [path("<str:key>/", change, name="common_setting_value"), *theirs]

    def changelist_view(self, request, extra_context=None):
        require(request.user, "common.view_setting")
        changed = {setting.key: setting for setting in Setting.objects.select_related("changed_by")}
        grouped = {key: {"label": label, "rows": []} for key, label in preferences.groups().items()}
        for preference in preferences.definitions().values():
            grouped[preference.group]["rows"].append(self._row(preference, changed, request.user))
        return self.own_page(
            request, "admin/settings/list.html", _("Office settings"), groups=grouped.values()
        )

    def value_view(self, request, key):
        """One value: what it is, where it comes from, who changed it, and the form to change it."""
        require(request.user, "common.view_setting")
        preference = preferences.definitions().get(key)
        if preference is None:
            raise Http404
        row = self._row(
            preference, {s.key: s for s in Setting.objects.filter(key=key)}, request.user, history=True
        )
        form = ValueForm(preference, request.POST or None, initial={"value": row["value"]}, label_suffix="")
        if request.method == "POST":
            if not row["may_change"]:
                raise PermissionDenied
            if form.is_valid():
                given = form.cleaned_data
                try:
                    preferences.change(key, given["value"], by=request.user, note=given["note"])
                except ValidationError as error:
                    form.add_error(None, error)
                else:
                    messages.success(request, _("Saved: %(label)s.") % {"label": preference.label})
                    return redirect("admin:common_setting_changelist")
        return self.own_page(request, "admin/settings/value.html", preference.label, form=form, row=row)

    @staticmethod
    def _row(preference, changed, user, history=False):
        setting = changed.get(preference.key)
        value = setting.value if setting else preference.default
        versions = setting.history.select_related("history_user") if setting and history else []
        return {
            "preference": preference,
            "value": value,
            "shown": preference.shown(value),
            "default": preference.shown(preference.default),
            "setting": setting,
            "url": reverse("admin:common_setting_value", args=[preference.key]),
            "may_change": preference.may_change(user),
            "versions": [(version, preference.shown(version.value)) for version in versions],
        }


class PolicyForm(forms.Form):
    """The next version of a text; field names are those of ``policies.publish``."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=gettext_lazy(
            "An empty line ends a paragraph. {organisation}, {contact}, {office}, {import_days} and {opinion_days} are filled in."
        ),
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Holds from"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise ValidationError(_("A text cannot hold from a day that is past."))
        return day


@admin.register(PolicyText)
class PolicyTextAdmin(ReadOnlyMixin, PortalAdmin):
    """What people are told about their data and agree to: what holds, what held, and the form for the next version."""

    def get_urls(self):
        versions = self.admin_site.admin_view(self.versions_view)
        theirs = [entry for entry in super().get_urls() if entry.name == "common_policytext_changelist"]
        return [path("<slug:kind>/", versions, name="common_policytext_versions"), *theirs]

    def changelist_view(self, request, extra_context=None):
        require(request.user, "common.view_policytext")
        texts = [policies.in_force(kind) for kind in PolicyText.Kind]
        return self.own_page(
            request, "admin/policies/list.html", PolicyText._meta.verbose_name_plural, texts=texts
        )

    def versions_view(self, request, kind):
        """All versions of one text; the next one is written here and starts from what holds now."""
        require(request.user, "common.add_policytext")
        if kind not in PolicyText.Kind:
            raise Http404
        policy = policies.in_force(kind)
        initial = {"text": policy.text, "text_en": policy.text_en, "valid_from": timezone.localdate()}
        form = PolicyForm(request.POST or None, initial=initial, label_suffix="")
        if request.method == "POST" and form.is_valid():
            policy = policies.publish(kind, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved: %(label)s.") % {"label": policy})
            return redirect("admin:common_policytext_versions", kind)
        return self.own_page(
            request,
            "admin/policies/versions.html",
            policy.get_kind_display(),
            policy=policy,
            paragraphs=policies.paragraphs(policy),
            form=form,
            others=PolicyText.objects.filter(kind=kind).exclude(pk=policy.pk).select_related("by"),
        )


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyMixin, PortalAdmin):
    """The files that were imported, what each row did, and the button that takes a whole file back."""

    list_display = ("file_name", "kind_label", "at", "by", "outcome", "undone_at")
    list_filter = ("at",)
    search_fields = ("file_name",)
    fields = (
        "file_name",
        "kind_label",
        "at",
        "by",
        "confirmed_at",
        "outcome",
        "undone_at",
        "undone_by",
    )
    readonly_fields = fields
    change_form_template = "admin/import/batch.html"

    def get_queryset(self, request):
        return super().get_queryset(request).confirmed()

    @admin.display(description=gettext_lazy("kind"))
    def kind_label(self, batch):
        kind = imports.KINDS.get(batch.kind)
        return kind.label if kind else batch.kind

    @admin.display(description=gettext_lazy("result"))
    def outcome(self, batch):
        return "，".join(
            f"{label} {batch.counts[status]}"
            for status, label in imports.STATUS_LABELS.items()
            if batch.counts.get(status)
        )

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="common_importbatch_undo"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        batch = self.get_object(request, object_id)
        may_undo = batch and not batch.undone_at and request.user.has_perm("common.undo_importbatch")
        extra = {
            "undo_url": may_undo
            and batch.rows.exists()
            and reverse("admin:common_importbatch_undo", args=[batch.pk]),
            "rows": imports.log_of(batch) if batch else [],
        }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | extra)

    @method_decorator(require_POST)
    def undo_view(self, request, pk):
        require(request.user, "common.undo_importbatch")
        batch = self.refuse_missing(request, str(pk))
        try:
            number = import_undo.undo(batch, by=request.user)
            messages.success(
                request, _("Taken back: %(number)s records are as they were.") % {"number": number}
            )
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
        return redirect("admin:common_importbatch_change", batch.pk)


class JobFilter(admin.SimpleListFilter):
    title, parameter_name = JobRun._meta.get_field("job").verbose_name, "job"

    def lookups(self, request, model_admin):
        return [(job.name, job.label) for job in jobs.JOBS.values()]

    def queryset(self, request, queryset):
        return queryset.filter(job=self.value()) if self.value() else queryset


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyMixin, PortalAdmin):
    """What the clock did, when, and how it ended."""

    list_display = ("label", "due", "outcome", "started_at", "finished_at", "attempts", "counted", "error")
    list_filter = (JobFilter, "outcome")
    ordering = ("-started_at",)
    fields = list_display
    readonly_fields = fields

    @admin.display(description=JobRun._meta.get_field("job").verbose_name)
    def label(self, run):
        job = jobs.JOBS.get(run.job)
        return job.label if job else run.job

    @admin.display(description=JobRun._meta.get_field("period").verbose_name)
    def due(self, run):
        """In local time; what did not fall due, but was asked for from the shell, says so."""
        due, _space, by_hand = run.period.partition(" ")
        due = due.replace("T", " ")
        return _("%(due)s, asked for from the shell") % {"due": due} if by_hand else due

    @admin.display(description=JobRun._meta.get_field("counts").verbose_name)
    def counted(self, run):
        return "，".join(f"{jobs.COUNTS.get(name, name)} {number}" for name, number in run.counts.items())
