"""Automations > Workflows: the list, and the addresses of all pages about a workflow."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.admin.base import DeclicAdmin
from workflows.admin import figures, preview, render, switching, transfer
from workflows.admin.builder import any_step, condition, edits, page, settings, step, trigger
from workflows.models import Workflow
from workflows.models.workflow import Status

ACTIVE = (Status.ACTIVE, Status.PAUSED)


class StateFilter(admin.SimpleListFilter):
    """All, active, or inactive (all but active); archived ones only when asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states."""
        return [("active", _("Active")), ("inactive", _("Inactive")), ("archived", _("Archived"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the rows."""
        if self.value() == "archived":
            return queryset.filter(status=Status.ARCHIVED)
        rows = queryset.exclude(status=Status.ARCHIVED)
        if self.value() == "active":
            return rows.filter(status=Status.ACTIVE)
        return rows.exclude(status=Status.ACTIVE) if self.value() == "inactive" else rows


@admin.register(Workflow)
class WorkflowAdmin(DeclicAdmin):
    """The list of workflows."""

    list_display = ("show_name", "show_switch", "total", "under_way", "succeeded", "stopped", "failed", "show_menu")
    list_display_links = None
    list_filter = (StateFilter,)
    list_before_template = "workflows/list/tabs.html"
    search_fields = ("name",)
    search_help_text = _("Search by name")
    ordering = ("name", "pk")
    empty_title = _("No workflows yet")
    empty_text = _(
        "A workflow says: when this happens to somebody, do that, then wait, then check, then do something else."
    )
    add_words = _("Create a workflow")
    actions = None
    change_list_template = "workflows/list/page.html"

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Find a word anywhere in the name: there are few workflows."""
        for word in search_term.split()[:5]:
            queryset = queryset.filter(name__icontains=word)
        return queryset, False

    @admin.display(description=_("name"), ordering="name")
    def show_name(self, workflow: Workflow) -> SafeString:
        """Return the name as the link to the builder, with the status under it."""
        return render_to_string("workflows/list/name.html", {"workflow": workflow})

    @admin.display(description=_("switch"), ordering="status")
    def show_switch(self, workflow: Workflow) -> SafeString:
        """Return the switch: on leads to the preview, off asks first."""
        context = {"workflow": workflow, "is_on": workflow.status in ACTIVE}
        return render_to_string("workflows/list/switch.html", context)

    @admin.display(description=_("more"))
    def show_menu(self, workflow: Workflow) -> SafeString:
        """Return the menu of the row."""
        context = {"workflow": workflow, "is_on": workflow.status in ACTIVE}
        return render_to_string("workflows/list/menu.html", context)

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Leave the menu out for those who only look."""
        shown = [str(name) for name in super().get_list_display(request)]
        return shown if self.has_change_permission(request) else [name for name in shown if name != "show_menu"]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page that creates one."""
        return HttpResponseRedirect(reverse("admin:workflows_workflow_create"))

    def get_urls(self) -> list[URLPattern]:
        """Put our pages before those of the admin."""

        def at(where: str, name: str, view: Any) -> URLPattern:
            return path(where, self.admin_site.admin_view(view.as_view()), name=f"workflows_workflow_{name}")

        ours = [
            at("create/", "create", transfer.CreatePage),
            at("<int:pk>/change/", "change", page.BuilderPage),
            at("<int:pk>/settings/", "settings", settings.SettingsPage),
            at("<int:pk>/triggers/add/", "trigger_add", trigger.TriggerPage),
            at("<int:pk>/triggers/<int:index>/", "trigger", trigger.TriggerPage),
            at("<int:pk>/triggers/<int:index>/remove/", "trigger_remove", trigger.RemoveTriggerPage),
            at("<int:pk>/steps/add/", "step_add", step.StepPage),
            at("<int:pk>/steps/add-condition/", "condition_add", condition.ConditionPage),
            at("<int:pk>/steps/<slug:step_id>/", "step", any_step.AnyStepPage),
            at("<int:pk>/steps/<slug:step_id>/move/", "step_move", edits.MovePage),
            at("<int:pk>/steps/<slug:step_id>/remove/", "step_remove", edits.RemovePage),
            at("<int:pk>/steps/<slug:step_id>/duplicate/", "step_duplicate", edits.DuplicatePage),
            at("<int:pk>/undo/", "undo", edits.UndoPage),
            at("<int:pk>/figures/", "figures", figures.FiguresPage),
            at("<int:pk>/render/", "render", render.RenderPage),
            at("<int:pk>/preview/", "preview", preview.PreviewPage),
            at("<int:pk>/preview/profiles/", "profiles", render.ProfilesPage),
            at("<int:pk>/preview/<slug:step_id>/", "message", preview.MessagePage),
            at("<int:pk>/activate/", "activate", preview.ActivatePage),
            at("<int:pk>/switch-off/", "switch_off", switching.SwitchOffPage),
            at("<int:pk>/pause/", "pause", switching.PausePage),
            at("<int:pk>/resume/", "resume", switching.ResumePage),
            at("<int:pk>/exempt/", "exempt", switching.ExemptPage),
            at("<int:pk>/duplicate/", "duplicate", transfer.DuplicateWorkflowPage),
            at("<int:pk>/delete/", "delete", switching.DeletePage),
            at("<int:pk>/export/", "export", transfer.ExportPage),
        ]
        return [*ours, *super().get_urls()]
