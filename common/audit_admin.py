"""The audit log in the staff area: read, searched, saved as a table; nobody changes it."""

import datetime as dt
from collections import defaultdict

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from import_export.fields import Field

from . import audit
from .audit_chain import in_steps
from .audit_models import AuditEntry
from .import_admin import SheetExportMixin, SheetResource
from .staff import KeysetChangeList, PortalAdmin, ReadOnlyMixin


def name_them(entries) -> None:
    """Give each row ``actor_name`` and ``about_name``, as people and records are called now, in a query a model.

    What is gone keeps its number, so that all rows about it can still be found.
    """
    keys = defaultdict(set)
    for entry in entries:
        keys[_model(entry.model)].add(entry.object_pk)
    people = get_user_model()
    keys[people] |= {entry.actor for entry in entries}
    found = {
        model: model._base_manager.select_related().in_bulk(some - {None})
        for model, some in keys.items()
        if model
    }
    for entry in entries:
        model = _model(entry.model)
        entry.actor_name = _name(found[people], entry.actor)
        name = _name(found.get(model, {}), entry.object_pk, entry.label)
        entry.about_name = f"{model._meta.verbose_name if model else entry.model} {name}".strip()


def _model(label):
    try:
        return apps.get_model(label) if label else None
    except LookupError:  # of an app that is gone
        return None


def _name(found, pk, kept="") -> str:
    return str(found[pk]) if pk in found else kept or (f"№ {pk}" if pk else "")


def detail_in_words(entry) -> str:
    model = _model(entry.model)
    parts = []
    for name, value in entry.detail.items():
        label, words = audit.DETAILS.get(name, (name, {}))
        if name == "fields":
            value = "、".join(_field(model, field) for field in value)
        elif name == "move":
            value = getattr(getattr(model, "MOVES", {}).get(value), "label", value)
        parts.append(str(label) if value is True else f"{label}：{words.get(value, value)}")
    return "；".join(parts)


def _field(model, name) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name
    except FieldDoesNotExist:  # of the form only, or of rows beside it
        return name


def _moment(entry) -> str:
    return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"


class AuditChangeList(KeysetChangeList):
    def complete(self, records):
        name_them(records)


class AuditListAdmin(ReadOnlyMixin, PortalAdmin):
    """Rows of the log, newest first; somebody's rows are found by name, a day's by its date."""

    ordering = ("-at",)
    search_fields = ("actor",)
    search_help_text = _("Name or user name, network address, or a day such as 2026-03-02")

    def get_changelist(self, request, **kwargs):
        return AuditChangeList

    def get_object(self, request, object_id, from_field=None):
        entry = super().get_object(request, object_id, from_field)
        if entry:
            name_them([entry])
        return entry

    def get_search_results(self, request, queryset, search_term):
        word = search_term.strip()
        if not word:
            return queryset, False
        day = parse_date(word) if len(word) == 10 and word.count("-") == 2 else None
        if day:
            begin = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
            return queryset.filter(at__gte=begin, at__lt=begin + dt.timedelta(days=1)), False
        if address := audit.valid_address(word):
            return queryset.filter(address=address), False
        people = get_user_model()
        some = list(people.objects.matching(word).values_list("pk", flat=True)[:1000])
        about = Q(model=people._meta.label_lower, object_pk__in=some)
        return queryset.filter(Q(actor__in=some) | about), False

    @admin.display(description=_("at"))
    def when(self, entry):
        return _moment(entry)

    @admin.display(description=pgettext_lazy("audit", "by"))
    def who(self, entry):
        return entry.actor_name

    @admin.display(description=_("what happened"))
    def what(self, entry):
        kind = audit.KINDS.get(entry.kind)
        return capfirst(kind.label) if kind else entry.kind

    @admin.display(description=_("record"))
    def about(self, entry):
        return entry.about_name

    @admin.display(description=_("details"))
    def more(self, entry):
        return detail_in_words(entry)

    @admin.display(description=_("details"))
    def brief(self, entry):
        return Truncator(detail_in_words(entry)).chars(40)


class GroupFilter(admin.SimpleListFilter):
    title, parameter_name = _("what happened"), "group"

    def lookups(self, request, model_admin):
        return list(audit.GROUPS.items())

    def queryset(self, request, queryset):
        kinds = [kind.key for kind in audit.KINDS.values() if kind.group == self.value()]
        return queryset.filter(kind__in=kinds) if kinds else queryset


class SealFilter(admin.SimpleListFilter):
    """What the desk counts: rows without a seal, rows at which the last verification stumbled."""

    title, parameter_name = _("seal"), "seal"

    def lookups(self, request, model_admin):
        return [("late", _("not sealed yet")), ("broken", _("does not hold"))]

    def queryset(self, request, queryset):
        if self.value() == "late":
            return queryset.late()
        return queryset.broken() if self.value() == "broken" else queryset


class AuditResource(SheetResource):
    title = AuditEntry._meta.verbose_name_plural
    seq = Field("seq", _("number"))
    at = Field(column_name=_("at"))
    who = Field("actor_name", pgettext_lazy("audit", "by"))
    address = Field("address", pgettext_lazy("network", "address"))
    what = Field(column_name=_("what happened"))
    about = Field("about_name", _("record"))
    result = Field("get_result_display", _("result"))
    more = Field(column_name=_("details"))

    def iter_queryset(self, queryset):
        for some in in_steps(super().iter_queryset(queryset)):
            name_them(some)
            yield from some

    def dehydrate_at(self, entry):
        return _moment(entry)

    def dehydrate_what(self, entry):
        kind = audit.KINDS.get(entry.kind)
        return str(kind.label) if kind else entry.kind

    def dehydrate_more(self, entry):
        return detail_in_words(entry)


@admin.register(AuditEntry)
class AuditEntryAdmin(SheetExportMixin, AuditListAdmin):
    resource_classes = (AuditResource,)
    exported_as = "audit.exported"
    list_display = ("when", "who", "what", "about", "result", "address", "brief")
    list_filter = (GroupFilter, "result", "at", SealFilter)
    fields = ("seq", "when", "zone", "who", "address", "what", "about", "result", "more", "mac")
    readonly_fields = fields
