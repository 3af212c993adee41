"""Imports of profiles: upload, say what the columns are, check, import, and what became of each line."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from crm import cause
from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge
from crm.admin.import_forms import ColumnsForm, UploadForm
from crm.admin.import_refusals import refusals_of
from crm.admin.log import log
from crm.errors import Invalid, Refused
from crm.imports.encodings import ENCODINGS
from crm.models import Import, ImportChunk
from crm.services.import_lines import FIGURES
from crm.services.imports import cancel, check, go_on, run, upload

_TONES = {
    "reading": "info",
    "checking": "info",
    "running": "info",
    "checked": "warning",
    "done": "success",
    "halted": "danger",
}
#: lines shown before anything is done with them
SAMPLE = 5


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """The list, and a page for each that leads through its steps."""

    list_display = (
        "shown_name",
        "shown_status",
        "lines",
        "created",
        "updated",
        "refused",
        "uploaded_by",
        "uploaded_at",
    )
    ordering = ("-id",)
    empty_title = _("No imports yet")
    empty_text = _("Bring profiles in from a CSV file. It is checked first, without changing anything.")
    add_words = _("Import a file")

    @admin.display(description=_("file"), ordering="name")
    def shown_name(self, row: Import) -> SafeString:
        """Return the name, cut where it is too long."""
        return format_html('<span class="d-short" title="{}">{}</span>', row.name, row.name)

    @display(description=_("status"))
    def shown_status(self, row: Import) -> SafeString:
        """Return the status, coloured."""
        return badge(row.get_status_display(), _TONES.get(row.status, ""))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow uploads by permission."""
        return bool(request.user.has_perm("crm.add_import"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Upload a file."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                source = upload(file, name=file.name, encoding=form.cleaned_data["encoding"], cause=cause.current())
                # a large one is still being read: nobody knows its lines yet
                log(request, source, f"{_now('Uploaded')}: {filesizeformat(source.size)}", deed=ADDITION)
                return HttpResponseRedirect(self._address(source))
            except Invalid as error:
                form.add_error("file", error.message)
        return self._page(request, "crm/admin/import/upload.html", title=_now("Import a file"), form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show where an import stands, and take its next step."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source = Import.objects.filter(pk=object_id).first() if object_id.isdecimal() and len(object_id) < 19 else None
        if source is None:
            raise Http404
        form = ColumnsForm(source, request.POST if "check" in request.POST else None)
        if request.method == "POST" and self._step(request, source, form):
            return HttpResponseRedirect(self._address(source))
        sample = ImportChunk.objects.filter(source=source, number=1).values_list("lines", flat=True).first() or []
        return self._page(
            request,
            "crm/admin/import/page.html",
            title=source.name,
            original=source,
            source=source,
            form=form,
            columns=self._columns(form, sample),
            first_lines=sample[:SAMPLE],
            encoding=ENCODINGS.get(source.encoding, source.encoding.upper()),
            problems=refusals_of(source),
            refuses_all=source.refused >= source.lines,
            done=sum(getattr(source, figure) for figure in FIGURES),
            is_at_work=source.status in Import.AT_WORK,
            is_coming_in=source.status in Import.COMING_IN,
            may_map=source.status in (Import.Status.UPLOADED, Import.Status.CHECKED),
            may_change=request.user.has_perm("crm.add_import"),
        )

    def _step(self, request: HttpRequest, source: Import, form: ColumnsForm) -> bool:
        """Do what a button asks for; false where the columns have to be put right first."""
        if not request.user.has_perm("crm.add_import"):
            raise PermissionDenied
        try:
            if "check" in request.POST:
                if not form.is_valid():
                    return False
                chosen = form.cleaned_data
                check(
                    source,
                    mapping=form.mapping(),
                    date_order=chosen["date_order"],
                    deletes_empty=chosen["deletes_empty"],
                )
                self._log(request, source, _now("Check begun"))
            elif "run" in request.POST:
                run(source, starts_workflows="starts_workflows" in request.POST)
                began = _now("Import begun, starting workflows") if source.starts_workflows else _now("Import begun")
                self._log(request, source, began)
            elif "go_on" in request.POST:
                go_on(source)
                self._log(request, source, _now("Import continued"))
            elif "cancel" in request.POST:
                cancel(source)
                self._log(request, source, _now("Import cancelled"))
        except (Invalid, Refused) as error:
            if "check" in request.POST:
                form.add_error(None, error.message)
                return False
            messages.error(request, error.message)
        return True

    def _log(self, request: HttpRequest, source: Import, deed_in_words: str) -> None:
        """Note who did what to how many lines."""
        lines = ngettext("%(n)d line", "%(n)d lines", source.lines) % {"n": source.lines}
        log(request, source, f"{deed_in_words}: {lines}")

    def _columns(self, form: ColumnsForm, sample: list[list[str]]) -> list[tuple[Any, str]]:
        """Return each column's field with what its first lines hold."""
        return [
            (
                form[f"column-{index}"],
                " · ".join(line[index] for line in sample[:3] if len(line) > index and line[index]),
            )
            for index in range(len(form.source.header))
        ]

    def _address(self, source: Import) -> str:
        return reverse("admin:crm_import_change", args=[source.pk])

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **context}
        )
