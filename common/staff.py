"""What every screen of the staff area shares: permissions from ``rules.py``, long lists by keyset, forms that act once."""

import hashlib
import json

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_list import admin_list_filter, result_headers
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rules.contrib.admin import ObjectPermissionsInlineModelAdminMixin, ObjectPermissionsModelAdminMixin
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from . import audit, clock, memory, once, staff_table
from .fields import EncryptedField
from .models import SentForm
from .paging import keyset_page

POSITION = ("before", "after")  # where in a list the reader is


class KeysetChangeList(ChangeList):
    """A list that goes on from the last row seen and counts no further than 1,000 (performance.md G6).

    Where nothing is chosen or looked for, rows are drawn once a change for all who see the same columns (``keeps_rows``).
    """

    def complete(self, records):
        """What rows show of other records than their own is put on these here."""

    def get_queryset(self, request, **kwargs):
        for name in POSITION:
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        queryset = super().get_queryset(request, **kwargs)
        return queryset.for_lists() if hasattr(queryset, "for_lists") else queryset

    def get_ordering_field(self, field_name):
        """Only columns with an index can be sorted by, whatever the address says."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    def get_results(self, request):
        order = self._order()
        self.keeps_rows = not request.GET
        listed, reading = self.queryset, {}
        if self.keeps_rows:  # the rest is read of rows that are not drawn yet
            columns = [name.lstrip("-") for name in order if name.lstrip("-") != "pk"]
            listed = listed.select_related(None).prefetch_related(None).only("pk", *columns)
            own = self.opts.label, request.user.pk, clock.today()
            reading = {"counted_as": own, "alone": False, "shows_unseen": True}
        self.page = keyset_page(listed, request.GET, order=order, size=self.list_per_page, **reading)
        self.result_list = self.page.rows
        self.result_count = self.page.count
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True

    @property
    def headers(self):
        return result_headers(self)

    @property
    def rows(self):
        return staff_table.rows(self)

    @property
    def filters(self):
        """The filters beside the list. While none is chosen they are the same for everybody, and drawn once a change."""

        def draw():
            return mark_safe("".join(admin_list_filter(self, spec) for spec in self.filter_specs))

        if self.params:
            return draw()
        return memory.kept(("filters", self.opts.label, get_language(), clock.today()), draw, alone=False)

    @property
    def clear_search(self):
        """The address of this list without the word looked for."""
        return self.get_query_string(remove=[SEARCH_VAR])

    def _order(self):
        """The one column somebody sorts by, else the admin's own order; the key makes it unique."""
        names = [name for name in self.queryset.query.order_by if name.lstrip("-") not in ("pk", "id")]
        sign = "-" if not names or names[0].startswith("-") else ""
        return (*[name for name in names if name.startswith("-") == bool(sign)], f"{sign}pk")


class PlainFieldsMixin:
    """A field that names another record only names it; a day is chosen with the device's own calendar."""

    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


def in_words(model, name):
    """A yes-or-no field as lists and read-only forms show it; Django's own is a picture that is read out as “True”."""

    @admin.display(description=model._meta.get_field(name).verbose_name)
    def words(record):
        return _("yes") if getattr(record, name) else _("no")

    words.__name__ = name
    return words


class CardsInline(PlainFieldsMixin, ObjectPermissionsInlineModelAdminMixin, admin.StackedInline):
    """Records that belong to another, in its form."""

    extra = 0


class RowsInline(CardsInline):
    """Those of few fields, side by side. Not Django's table of fields, whose fields have no label of their own."""

    classes = ("rows",)


class OnceMixin:
    """A form does once what it says: sent again it makes no second record (F8), and what it would overwrite is told (F9).

    Both need what the form carries, ``_key`` of a new record and ``_version`` of one that is changed; forms that carry
    nothing are taken as they are.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id:
            return super().changeform_view(request, object_id, form_url, extra_context)
        key = once.key_of(request)
        if key is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            sent, is_first = SentForm.objects.get_or_create(
                key=key
            )  # the second of two waits here for the first
            if not is_first:
                return self.response_add(request, self.model._base_manager.get(pk=sent.object_pk))
            response = super().changeform_view(request, object_id, form_url, extra_context)
            sent.object_pk = getattr(request, "made_pk", None)
            sent.save() if sent.object_pk else sent.delete()
        return response

    def get_object(self, request, object_id, from_field=None):
        """Nobody else changes a record while it is being saved."""
        record = super().get_object(request, object_id, from_field)
        if record is not None and request.method == "POST" and transaction.get_connection().in_atomic_block:
            list(self.model._base_manager.select_for_update().filter(pk=record.pk).values_list("pk"))
            record.refresh_from_db()
        return record

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or not form.base_fields:
            return form
        now = self.version_of(obj, form)

        class Careful(form):
            version = now

            def clean(self):
                cleaned = super().clean()
                if self.data.get("_version", now) != now:
                    raise forms.ValidationError(
                        _(
                            "Somebody changed this record while you were writing. What you wrote is still here; "
                            "compare it with the record as it is now, then save again."
                        )
                    )
                return cleaned

        return Careful

    def version_of(self, record, form) -> str:
        """What the form shows of the record, as a short text that is another one after each change of it."""
        names = [column.attname for column in record._meta.concrete_fields if column.name in form.base_fields]
        shown = json.dumps({name: str(getattr(record, name)) for name in names}, sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            request.made_pk = obj.pk


class PortalAdmin(OnceMixin, PlainFieldsMixin, ObjectPermissionsModelAdminMixin, admin.ModelAdmin):
    """The base of all our screens. ``rules.py`` decides who may; what a person may not know is not found.

    ``ordering`` names own, filled columns, all rising or all falling; ``sortable_by`` only such that have an index.
    """

    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_select_related = True
    form_only: tuple = ()  # fields of the form that are no column: nothing for who only reads

    # pages of the library that are not offered: Django's own log of edits, whose place the audit log takes
    left_out: tuple = ("_history",)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.form_only or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, group | {"fields": [name for name in group["fields"] if name not in self.form_only]})
            for title, group in fieldsets
        ]

    def get_urls(self):
        return [entry for entry in super().get_urls() if not (entry.name or "").endswith(self.left_out)]

    def get_changelist(self, request, **kwargs):
        return KeysetChangeList

    def action_checkbox(self, obj):
        """The library's box without its template, which took a fifth of the time of a list."""
        label = format_html(_("Select {}"), obj)
        box = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        return format_html(box, ACTION_CHECKBOX_NAME, obj.pk, label)

    def get_search_results(self, request, queryset, search_term):
        """The questions of the public list, where a model has them; words inside names otherwise."""
        if hasattr(queryset, "matching"):
            return queryset.matching(search_term), False
        return super().get_search_results(request, queryset, search_term)

    def refuse_missing(self, request, object_id):
        """The record a page of our own is about, or 404 for whoever may not know it."""
        record = self.get_object(request, unquote(object_id))
        if record is None or not self.has_view_permission(request, record):
            raise Http404
        return record

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["has_history"] = change and self.has_history(request, obj)
        if change and self.shows_phone(request, obj):
            audit.record("phone.seen", by=request.user, about=obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def has_history(self, request, obj) -> bool:
        """Whether the button to the history leads anywhere for this person."""
        return False

    def shows_phone(self, request, obj) -> bool:
        """Whether the form shows this person a full phone number of somebody."""
        return False

    def construct_change_message(self, request, form, formsets, add=False):
        """The names of the fields that changed, and of the kinds of rows in the form; what was in them is no log's."""
        rows = [formset.model._meta.model_name for formset in formsets or () if formset.has_changed()]
        return [*form.changed_data, *rows]

    def log_addition(self, request, obj, message):
        return audit.record("record.created", by=request.user, about=obj)

    def log_change(self, request, obj, message):
        return audit.record("record.changed", by=request.user, about=obj, fields=message) if message else None

    def log_deletions(self, request, queryset):
        return [audit.record("record.deleted", by=request.user, about=record) for record in queryset]

    def own_page(self, request, template, title, **context):
        """A page of our own in the staff area's frame."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, template, context)


class MaskedChanges(HistoricalRecordContextHelper):
    """What changed, with sealed values as who need not know them sees them: a history lies open for long (R-02)."""

    def prepare_delta_change_value(self, change, value):
        column = self.model._meta.get_field(change.field)
        if isinstance(column, EncryptedField):
            return column.mask(value or "")
        return super().prepare_delta_change_value(change, value)


class RecordedAdmin(PortalAdmin, SimpleHistoryAdmin):
    """A screen of records whose every version is kept; only who may read histories sees them, nobody rewrites one."""

    history_list_per_page = 50
    left_out = ("_simple_history",)  # an old version as a form: the list of changes says it all

    def has_history(self, request, obj) -> bool:
        return self.has_view_history_permission(request, obj)

    def history_view(self, request, object_id, extra_context=None):
        """Whoever may read no history learns nothing here about records they may not know."""
        if not self.has_view_history_permission(request):
            self.refuse_missing(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def has_change_history_permission(self, request, obj=None):
        return False

    def get_historical_record_context_helper(self, request, historical_record):
        return MaskedChanges(self.model, historical_record)

    def render_history_view(self, request, template, context, **kwargs):
        audit.record("record.history", by=request.user, about=context["object"])
        return super().render_history_view(request, template, context, **kwargs)


class ReadOnlyMixin:
    """A log: looked at, never written by hand."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
