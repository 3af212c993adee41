"""Panel: what starts a workflow."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.admin.typed import TypedForm, hide_errors, typed_form
from crm.errors import Refused
from triggers.base import trigger_types
from workflows.admin.builder.page import BuilderPage
from workflows.drafts import Document
from workflows.preview.api_call import call_to_copy
from workflows.preview.recap import describe_trigger
from workflows.validation import context_of


class TriggerPage(BuilderPage):
    """Add a trigger (no index) or edit one."""

    panel = "workflows/builder/panel_trigger.html"
    needs = "change"

    def get(self, request: HttpRequest, *, index: int | None = None, **kwargs: Any) -> HttpResponse:
        """Show the form of the kind."""
        return self._show(self._form(index), index)

    def post(self, request: HttpRequest, *, index: int | None = None, **kwargs: Any) -> HttpResponse:
        """Save, or draw the form again for another kind; one that is gone by now is added."""
        if index is not None and index >= len(self.document.get("triggers", [])):
            index = None
        typed = self._form(index)
        if "save" not in request.POST:
            hide_errors(typed.form)
        elif typed.is_valid():
            row = typed.row("options")
            if self.save_or_keep(lambda draft: with_trigger(draft, index, row), describe_trigger(row)):
                return self.go_to("change")
        return self._show(typed, index)

    def _form(self, index: int | None) -> TypedForm:
        rows = self.document.get("triggers", [])
        if index is not None and index >= len(rows):
            raise Http404
        return typed_form(
            trigger_types,
            trigger_types,
            data=self.request.POST if self.request.method == "POST" else None,
            stored=None if index is None else rows[index],
            key="options",
            context=context_of(self.document),
            chosen=self.request.GET.get("kind", ""),
        )

    def _show(self, typed: TypedForm, index: int | None) -> HttpResponse:
        options = typed.form.config() if typed.form.is_bound and typed.form.is_valid() else typed.form.initial
        return self.builder(
            typed=typed,
            index=index,
            call=call_to_copy(typed.cls, options),
            panel_title=_("Trigger"),
        )


class RemoveTriggerPage(BuilderPage):
    """Ask, and take a trigger out."""

    panel = "workflows/builder/panel_remove_trigger.html"
    needs = "change"

    def get(self, request: HttpRequest, *, index: int = 0, **kwargs: Any) -> HttpResponse:
        """Ask."""
        return self.builder(words=describe_trigger(self._row(index)), index=index, panel_title=_("Remove the trigger"))

    def post(self, request: HttpRequest, *, index: int = 0, **kwargs: Any) -> HttpResponse:
        """Remove it."""
        summary = _("Removed: %(what)s") % {"what": describe_trigger(self._row(index))}
        rows = [row for at, row in enumerate(self.document["triggers"]) if at != index]
        self.save({**self.document, "triggers": rows}, summary)
        return self.go_to("change")

    def _row(self, index: int) -> dict[str, Any]:
        rows = self.document.get("triggers", [])
        if index >= len(rows):
            raise Refused(_("This trigger is not there any more."))
        row: dict[str, Any] = rows[index]
        return row


def with_trigger(draft: Document, index: int | None, row: dict[str, Any]) -> Document:
    """Return the draft with a trigger added or replaced."""
    rows = list(draft.get("triggers", []))
    if index is None:
        if len(rows) >= settings.WORKFLOW_MAX_TRIGGERS:
            raise Refused(_("The workflow has all the triggers it may have."))
        return {**draft, "triggers": [*rows, row]}
    if index >= len(rows):
        raise Refused(_("This trigger is not there any more."))
    rows[index] = row
    return {**draft, "triggers": rows}
