"""Sheets in the staff area: sent, looked at row by row, confirmed, taken back; and lists saved as sheets.

The doors are those of django-import-export (its addresses, its permissions, its exports); what a row means is told by
the kinds of :mod:`common.imports`, because an office wants to see what would change before a word of it is written,
and to take a whole file back afterwards.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from import_export import resources
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm

from . import audit, imports
from .models import ImportBatch
from .sheet_writing import write_csv
from .sheets import SheetError

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_SHOWN = 200  # of one preview page; the errors come first


class OfficeCSV(base_formats.CSV):
    """A CSV that Chinese Excel opens rightly."""

    def is_binary(self):
        return True

    def export_data(self, dataset, **kwargs):
        return write_csv(dataset.headers, dataset)


class SheetResource(resources.Resource):
    """A list as a table; ``title`` stands across the top. ``user`` is who will read it, ``None`` the shell."""

    title = ""

    def __init__(self, user=None):
        super().__init__()
        self.user = user

    @classmethod
    def get_display_name(cls):
        return str(cls.title)

    def iter_queryset(self, queryset):
        return queryset.iterator(chunk_size=500)  # the library would page by OFFSET

    def export(self, queryset=None, **kwargs):
        dataset = super().export(queryset, **kwargs)
        dataset.title = str(self.title)
        return dataset


class SheetExportForm(ExportForm):
    """The first format is chosen already."""

    def _init_formats(self, formats):
        super()._init_formats(formats)
        self.fields["format"].choices = [choice for choice in self.fields["format"].choices if choice[0]]


class SheetExportMixin(ExportMixin):
    """Saves what the filters of a list show as .xlsx or CSV."""

    export_form_class = SheetExportForm
    formats = (base_formats.XLSX, OfficeCSV)  # that of sheet_writing.OfficeXLSX
    exported_as = "list.exported"  # in the audit log

    def get_export_formats(self):
        return list(self.formats)

    def get_export_resource_kwargs(self, request, **kwargs):
        return {"user": request.user}

    def get_data_for_export(self, request, queryset, **kwargs):
        dataset = super().get_data_for_export(request, queryset, **kwargs)
        audit.record(self.exported_as, by=request.user, about=self.model, rows=len(dataset))
        return dataset


class SheetForm(forms.Form):
    """The file; fields a kind needs beside it are added by :meth:`common.imports.SheetKind.option_fields`."""

    import_file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("An .xlsx, .xls, .ods or CSV file of at most 10 MB. Nothing is saved yet."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.json,.htm,.html"}),
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= kind.option_fields()

    @property
    def options(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if value and name != "import_file"}


class SheetImportMixin(SheetExportMixin, ImportExportMixin):
    """Upload, preview, confirm. ``sheet_kind`` is the key of one of :data:`common.imports.KINDS`."""

    sheet_kind = ""

    @property
    def kind(self) -> imports.SheetKind:
        return imports.KINDS[self.sheet_kind]

    def get_urls(self):
        def page(route, view, name):
            return path(
                route,
                self.admin_site.admin_view(view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )

        ours = [
            page("import/template/", self.template_view, "import_template"),
            page("import/<int:pk>/", self.preview_view, "import_preview"),
            page("import/<int:pk>/confirm/", self.confirm_view, "import_confirm"),
            page("import/<int:pk>/discard/", self.discard_view, "import_discard"),
            page("import/<int:pk>/missing/", self.missing_view, "import_missing"),
            page("import/<int:pk>/errors/", self.errors_view, "import_errors"),
        ]
        theirs = [entry for entry in super().get_urls() if not (entry.name or "").endswith("_process_import")]
        return ours + theirs

    def address(self, name, *args) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def import_action(self, request, **kwargs):
        """Send a file. It is read and planned at once, so that a useless one is refused here."""
        self._require(request)
        form = SheetForm(request.POST or None, request.FILES or None, kind=self.kind)
        if request.method == "POST" and form.is_valid():
            sent = form.cleaned_data["import_file"]
            try:
                batch = imports.preview(self.kind, sent.read(), sent.name, form.options, by=request.user)
                return redirect(self.address("import_preview", batch.pk))
            except SheetError as error:
                form.add_error("import_file", str(error))
        title = _("Import: %(kind)s") % {"kind": self.kind.label}
        return self.own_page(
            request,
            "admin/import/upload.html",
            title,
            form=form,
            kind=self.kind,
            template_url=self.address("import_template"),
        )

    def preview_view(self, request, pk):
        """What the file would do now, row by row; GET writes nothing."""
        batch = self._batch(request, pk)
        if batch.confirmed_at:
            return redirect("admin:common_importbatch_change", batch.pk)
        planned = imports.planned(batch)
        statuses = [status for status, number in planned.counts.items() if number]
        worth_seeing = [s for s in (imports.ERROR, imports.CHANGED, imports.NEW) if s in statuses]
        chosen = request.GET.get("show")
        if chosen not in statuses:
            chosen = (worth_seeing or statuses or [""])[0]
        rows = [row for row in planned.rows if row.status == chosen]
        return self.own_page(
            request,
            "admin/import/preview.html",
            _("Preview: %(file)s") % {"file": batch.file_name},
            batch=batch,
            plan=planned,
            missing=[(record, record._meta.verbose_name) for record in planned.missing],
            chosen=chosen,
            tabs=[(status, imports.STATUS_LABELS[status], planned.counts[status]) for status in statuses],
            rows=rows[:ROWS_SHOWN],
            left_out=max(0, len(rows) - ROWS_SHOWN),
            to_write=planned.counts[imports.NEW] + planned.counts[imports.CHANGED],
            urls={
                name: self.address(f"import_{name}", batch.pk)
                for name in ("confirm", "discard", "missing", "errors")
            }
            | {"again": self.address("import")},
        )

    @method_decorator(require_POST)
    def missing_view(self, request, pk):
        """The tick on the preview: make what the rows name and the portal does not know, or not."""
        batch = self._batch(request, pk)
        if not batch.confirmed_at:
            imports.choose(batch, create_missing=bool(request.POST.get("create_missing")))
        return redirect(self.address("import_preview", batch.pk))

    @method_decorator(require_POST)
    def confirm_view(self, request, pk):
        """Write every good row; a second press finds it done."""
        batch = self._batch(request, pk)
        planned = imports.confirm(batch, by=request.user)
        if planned is None:
            messages.info(request, _("This file was confirmed before; nothing was written twice."))
        else:
            messages.success(
                request,
                _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(error)s left out.")
                % planned.counts,
            )
        return redirect("admin:common_importbatch_change", batch.pk)

    @method_decorator(require_POST)
    def discard_view(self, request, pk):
        batch = self._batch(request, pk)
        if not batch.confirmed_at:
            imports.discard(batch)
            messages.info(request, _("The file was dropped; nothing was saved."))
        return redirect(self.address("changelist"))

    def errors_view(self, request, pk):
        """The bad rows with their reasons, to be mended and sent again."""
        batch = self._batch(request, pk)
        audit.record("list.exported", by=request.user, about=batch)
        return _sheet(imports.error_sheet(self.kind, imports.planned(batch)), f"errors-{batch.pk}.xlsx")

    def template_view(self, request):
        self._require(request)
        return _sheet(imports.template_sheet(self.kind), f"{self.kind.key}.xlsx")

    def _require(self, request):
        if not request.user.has_perm(self.kind.permission):
            raise PermissionDenied

    def _batch(self, request, pk) -> ImportBatch:
        """A file this person sent and has not taken back; another's, and one of another kind, is not found."""
        self._require(request)
        batch = get_object_or_404(ImportBatch, pk=pk, kind=self.kind.key)
        if batch.by_id != request.user.pk and not request.user.is_superuser:
            raise Http404
        return batch


def _sheet(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
