"""The preview page, and activation, which stands on it only."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.errors import Invalid, Refused
from workflows.admin.frames import shown_response
from workflows.admin.pages import WorkflowPage
from workflows.drafts import all_steps, find
from workflows.models import Run
from workflows.models.run import LIVE
from workflows.preview import checks, flow, recap
from workflows.preview.messages import render_messages
from workflows.services.lifecycle import activate


class PreviewPage(WorkflowPage):
    """Everything in words, as a picture and as messages; what is wrong; the button that activates exactly this."""

    template_name = "workflows/preview/page.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the draft."""
        look = checks.look_at(self.workflow)
        if any(problem.code == "shape" for problem in look.problems):
            raise Refused(_("This draft cannot be read any more: undo the last change."))
        document, version = look.document, self.workflow.version
        profile = self.profile_to_show(request.GET.get("profile", ""))
        steps = recap.outline(document)
        senders = [(line, line.action) for line in steps if line.action]
        shown = render_messages([action for _line, action in senders], document, profile)
        return self.page(
            title=_("Preview"),
            subtitle=self.workflow.name,
            triggers=[recap.describe_trigger(row) for row in document.get("triggers", [])],
            settings_words=recap.describe_settings(document),
            steps=steps,
            flow=flow.flow_of(document, link=lambda step_id: f"#step-{step_id}"),
            sent=[(line, each) for (line, _action), each in zip(senders, shown, strict=True)],
            errors=[problem for problem in look.problems if problem.blocks],
            warnings=[problem for problem in look.problems if not problem.blocks],
            digest=look.digest,
            is_same=bool(version and version.digest == look.digest and self.workflow.active_since),
            profile=profile,
            live_runs=self._live_runs(look.digest),
        )

    def _live_runs(self, digest: str) -> int:
        """Count the runs of other versions that are under way (each version is its own once it is activated)."""
        version = self.workflow.version
        runs = Run.objects.filter(workflow=self.workflow, status__in=LIVE)
        return runs.exclude(version=version).count() if version and version.digest == digest else runs.count()


class ActivatePage(WorkflowPage):
    """Activate what was previewed: its digest comes back with the form."""

    http_method_names = ["post"]
    needs_to_post = "activate"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Activate it; a digest that fits no more is refused."""
        live_runs: Any = "stop" if request.POST.get("live_runs") == "stop" else "finish"
        try:
            version = activate(
                self.workflow, digest=request.POST.get("digest", ""), user=self.user, live_runs=live_runs
            )
        except (Refused, Invalid) as error:
            messages.error(request, error.message)
            return self.go_to("preview")
        self.log(_("Version %(number)d was activated.") % {"number": version.number})
        count = sum(row["type"] == "action" for row in all_steps(version.definition))
        text = ngettext(
            "Version %(number)d is active, with %(count)d action.",
            "Version %(number)d is active, with %(count)d actions.",
            count,
        )
        messages.success(request, text % {"number": version.number, "count": count})
        return self.go_to("change")


class MessagePage(WorkflowPage):
    """One message of the draft for a profile, alone, to be shown in a sandboxed frame."""

    def get(self, request: HttpRequest, *, step_id: str, **kwargs: Any) -> HttpResponse:
        """Render it."""
        document = self.workflow.draft
        found = find(document, step_id)
        action = recap.action_of(found[1]) if found and found[1]["type"] == "action" else None
        if action is None:
            raise Http404
        shown = render_messages([action], document, self.profile_to_show(request.GET.get("profile", "")))
        return shown_response(shown[0], part=request.GET.get("part", "html"))
