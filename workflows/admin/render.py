"""What pages ask for while one writes: the message as it would arrive, and profiles to choose from."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from actions.base import action_types
from actions.rendering.shown import Shown
from crm.admin.search import profiles_named
from crm.admin.typed import typed_form
from crm.models import Profile
from workflows.admin.builder.texts import text_help
from workflows.admin.frames import shown_response
from workflows.admin.pages import WorkflowPage
from workflows.preview.messages import render_messages
from workflows.validation import context_of, form_errors

PROFILES_SHOWN = 10


class RenderPage(WorkflowPage):
    """The action in the posted form: its message (into a frame), or the problems of its texts (`part=problems`)."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show an empty frame before anything was posted."""
        return shown_response(Shown(), part="text")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Render it; nothing is saved."""
        document = self.workflow.draft
        typed = typed_form(
            action_types, action_types, data=request.POST, stored=None, key="config", context=context_of(document)
        )
        if request.GET.get("part") == "problems":
            return TemplateResponse(
                request, "workflows/builder/text_problems.html", {"texts": text_help(document, typed)}
            )
        if not typed.is_valid():
            return shown_response(Shown(missing=" ".join(form_errors(typed.form))))
        action = typed.cls(typed.form.config())
        profile = self.profile_to_show(request.POST.get("profile", ""))
        return shown_response(render_messages([action], document, profile)[0], part=request.GET.get("part", "html"))


class ProfilesPage(WorkflowPage):
    """Profiles found by the beginning of name or address, as links back to the preview."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Search, or go to the preview with the first that is found where no script asked."""
        if not request.user.has_perm("crm.view_profile"):
            raise PermissionDenied
        term = request.GET.get("q", "").replace("\0", "").strip()[:100]
        rows = Profile.objects.filter(erased_at__isnull=True)
        found = list((rows.filter(profiles_named(term)) if term else rows).order_by("-id")[:PROFILES_SHOWN])
        if "HX-Request" not in request.headers:
            query = f"?profile={found[0].pk}" if found else ""
            return HttpResponseRedirect(f"{self.address('preview')}{query}#messages")
        context = {"profiles": found, "term": term, "workflow": self.workflow}
        return TemplateResponse(request, "workflows/preview/profiles.html", context)
