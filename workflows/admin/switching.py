"""Pages that ask before they act: switch off, pause, resume, exempt from the frequency cap, delete."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.admin.pages import WorkflowPage
from workflows.capping import exempt_workflow
from workflows.models import Run
from workflows.models.run import LIVE
from workflows.services import lifecycle, pausing


class AskingPage(WorkflowPage):
    """A page with a question and a form; POST does it."""

    needs = "activate"
    needs_to_post = "activate"
    question = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask, with the number of runs under way."""
        live_runs = Run.objects.filter(workflow=self.workflow, status__in=LIVE).count()
        return self.page(title=str(self.workflow), subtitle=self.question, live_runs=live_runs)


class SwitchOffPage(AskingPage):
    """Switch a workflow off; its runs finish or stop."""

    template_name = "workflows/ask/switch_off.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Switch it off."""
        stopped = lifecycle.deactivate(
            self.workflow, live_runs="stop" if request.POST.get("live_runs") == "stop" else "finish"
        )
        self.log(_("Switched off"))
        messages.success(request, _("“%(name)s” is switched off.") % {"name": self.workflow})
        if stopped:
            text = ngettext("%(count)d run was stopped.", "%(count)d runs were stopped.", stopped)
            messages.info(request, text % {"count": stopped})
        return self.go_to("change")


class PausePage(AskingPage):
    """Pause a workflow: nothing starts, nothing is sent."""

    template_name = "workflows/ask/pause.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Pause it."""
        pausing.pause(self.workflow)
        self.log(_("Paused"))
        messages.success(request, _("“%(name)s” is paused.") % {"name": self.workflow})
        return self.go_to("change")


class ResumePage(AskingPage):
    """Go on after a pause, without a flood."""

    template_name = "workflows/ask/resume.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Resume as chosen."""
        how: Any = request.POST.get("how")
        rate = request.POST.get("per_minute", "")
        pausing.resume(
            self.workflow,
            how=how if how in ("release", "shift", "stop") else "shift",
            per_minute=int(rate) if rate.isdecimal() and len(rate) < 7 else None,
        )
        self.log(_("Resumed"))
        messages.success(request, _("“%(name)s” goes on.") % {"name": self.workflow})
        return self.go_to("change")


class ExemptPage(AskingPage):
    """Exempt a workflow from the frequency cap, or have it count again (W10)."""

    template_name = "workflows/ask/exempt.html"
    needs = "exempt"
    needs_to_post = "exempt"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do what the page said."""
        is_exempt = request.POST.get("exempt") == "1"
        exempt_workflow(self.workflow, is_exempt=is_exempt)
        self.log(_("Exempt from the frequency cap") if is_exempt else _("Under the frequency cap again"))
        text = (
            _("“%(name)s” is exempt from the frequency cap.")
            if is_exempt
            else _("“%(name)s” is under the frequency cap again.")
        )
        messages.success(request, text % {"name": self.workflow})
        return self.go_to("change")


class DeletePage(AskingPage):
    """Delete a workflow, or archive it if it has runs."""

    template_name = "workflows/ask/delete.html"
    needs = "delete"
    needs_to_post = "delete"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Remove it."""
        name = str(self.workflow)
        self.log(_("Deleted or archived"))
        is_gone = lifecycle.remove(self.workflow)
        text = _("“%(name)s” was deleted.") if is_gone else _("“%(name)s” was archived: its runs stay readable.")
        messages.success(request, text % {"name": name})
        return HttpResponseRedirect(reverse("admin:workflows_workflow_changelist"))
