"""Runs: the list, and the page that tells all of one."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views import View
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter

from actions.admin.words import hold_of
from crm.admin.base import DeclicChangeList, ReadOnlyAdmin
from crm.admin.display import badge, link, page_of, profile_link, when
from crm.admin.log import log
from triggers.admin.words import detail_of
from workflows.admin.pages import frame
from workflows.models import Run, Workflow
from workflows.models.run import LIVE, Status
from workflows.preview.sending import messages_waited_for
from workflows.preview.story import story_of
from workflows.reasons import reason_choices, say_reason
from workflows.services.runs import stop_run

TONES = {Status.DONE: "success", Status.FAILED: "danger", Status.STOPPED: "warning", Status.WAITING: "info"}


class WorkflowFilter(DropdownFilter):
    """Runs of a workflow."""

    title = _("workflow")
    parameter_name = "workflow"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer those that ran."""
        return [(str(pk), name) for pk, name in Workflow.objects.filter(total__gt=0).values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the runs."""
        value = self.value() or ""
        return queryset.filter(workflow_id=value) if value.isdecimal() and len(value) < 19 else queryset


class ReasonFilter(DropdownFilter):
    """Why a run stopped, or an event was refused."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the reasons."""
        return reason_choices()

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep the rows."""
        known = dict(reason_choices())
        return queryset.filter(reason=self.value()) if self.value() in known else queryset


class RunList(DeclicChangeList):
    """A list that knows what holds the messages that its runs wait for."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page and, with one query, the messages."""
        super().get_results(request)
        runs: list[Any] = list(self.result_list)  # type: ignore[has-type]
        waited_for = messages_waited_for(runs)
        for run in runs:
            run.waited_for = waited_for.get(run.pk, [])
        self.result_list = runs


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """The list of runs."""

    list_display = ("show_run", "show_profile", "show_status", "show_reason", "started_at", "ended_at")
    list_display_links = None
    list_filter = (WorkflowFilter, ("status", ChoicesDropdownFilter), ReasonFilter)
    list_select_related = ("workflow", "profile")
    search_fields = ("key",)
    search_profile = "profile"
    search_help_text = _("Name, e-mail or key")
    ordering = ("-id",)
    is_big: ClassVar[bool] = True
    empty_title = _("No run yet")
    empty_text = _("A run appears here each time a workflow starts for a profile.")

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DeclicChangeList]:
        """Return the list with its messages."""
        return RunList

    @admin.display(description=_("run"))
    def show_run(self, run: Run) -> SafeString | str:
        """Return the workflow and number as a link to the run."""
        return link(run, page_of("workflows.run", run.pk))

    @admin.display(description=_("profile"))
    def show_profile(self, run: Run) -> SafeString | str:
        """Return the profile as a link."""
        return profile_link(run.profile)

    @admin.display(description=_("status"))
    def show_status(self, run: Run) -> SafeString:
        """Return the status, coloured."""
        return badge(run.get_status_display(), TONES.get(Status(run.status), ""))

    @admin.display(description=_("why"))
    def show_reason(self, run: Run) -> str:
        """Return the reason or error of its end, when its next step is due, or what holds its messages."""
        if run.status in LIVE:
            if run.due_at:
                return _now("Next step: %(when)s") % {"when": when(run.due_at)}
            return " ".join(dict.fromkeys(hold_of(row) for row in run.waited_for))  # type: ignore[attr-defined]
        return say_reason(run.reason) if run.reason else run.error[:80]

    def get_urls(self) -> list[URLPattern]:
        """Put our page before that of the admin."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/change/", view(RunPage.as_view()), name="workflows_run_change"),
            path("<int:pk>/stop/", view(StopRunPage.as_view()), name="workflows_run_stop"),
            *super().get_urls(),
        ]


class RunPage(View):
    """Every step of a run: when, what it saw, what it decided, what it sent, why it stopped."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        if not request.user.has_perm("workflows.view_run"):
            raise PermissionDenied
        run = get_object_or_404(Run.objects.select_related("workflow", "version", "profile", "event", "latest"), pk=pk)
        story = story_of(run)
        context = frame(
            request,
            title=str(run),
            opts=Run._meta,
            original=run,
            run=run,
            story=story,
            profile_link=profile_link(run.profile),
            event_link=link(run.event.get_kind_display(), page_of("triggers.event", run.event_id)),
            event_words=detail_of(run.event),
            tone=TONES.get(Status(run.status), ""),
            is_live=run.status in LIVE,
        )
        return TemplateResponse(request, "workflows/runs/page.html", context)


class StopRunPage(View):
    """Stop a run by hand."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop it."""
        if not request.user.has_perm("workflows.activate_workflow"):
            raise PermissionDenied
        run = get_object_or_404(Run, pk=pk)
        stopped = stop_run(run)
        text = _now("The run was stopped.") if stopped else _now("The run had ended already.")
        if stopped:
            log(request, run, text, name=f"#{run.pk}")
        messages.info(request, text)
        return HttpResponseRedirect(reverse("admin:workflows_run_change", args=[pk]))
