"""What the pages about one workflow share: the workflow itself, who may see it, the frame of the back-office."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from crm.errors import Invalid, Refused
from crm.models import Profile, User
from workflows.models import Workflow
from workflows.models.workflow import Status
from workflows.preview.messages import profile_to_show

#: what a page needs, and the permission that stands for it
PERMISSIONS = {
    "view": "workflows.view_workflow",
    "add": "workflows.add_workflow",
    "change": "workflows.change_workflow",
    "delete": "workflows.delete_workflow",
    "activate": "workflows.activate_workflow",
    "exempt": "workflows.exempt_workflow",
}


def frame(request: HttpRequest, **context: Any) -> dict[str, Any]:
    """Return the context of a page of ours inside the back-office."""
    return {
        **admin.site.each_context(request),
        "opts": Workflow._meta,
        "may": {name: request.user.has_perm(permission) for name, permission in PERMISSIONS.items()},
        **context,
    }


class WorkflowPage(View):
    """A page about one workflow; `needs` names what its user must be allowed (a POST may need more)."""

    template_name: ClassVar[str] = ""
    needs: ClassVar[str] = "view"
    needs_to_post: ClassVar[str] = "change"
    workflow: Workflow

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the workflow; what a service refuses is said on the page it came from."""
        need = self.needs_to_post if request.method == "POST" else self.needs
        if not request.user.has_perm(PERMISSIONS[need]):
            raise PermissionDenied
        self.workflow = get_object_or_404(Workflow.objects.select_related("version"), pk=kwargs.pop("pk"))
        try:
            if request.method == "POST" and self.is_archived and need in ("change", "activate"):
                raise Refused(_("An archived workflow cannot be changed: duplicate it."))
            return super().dispatch(request, *args, **kwargs)
        except (Refused, Invalid) as error:
            messages.error(request, error.message)
            return self.go_to("change")

    @property
    def is_archived(self) -> bool:
        """Tell whether the workflow may only be looked at."""
        return bool(self.workflow.status == Status.ARCHIVED)

    @property
    def user(self) -> User:
        """The back-office user at work."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def address(self, name: str, *args: Any) -> str:
        """Return the address of a page of this workflow."""
        return reverse(f"admin:workflows_workflow_{name}", args=[self.workflow.pk, *args])

    def go_to(self, name: str, *args: Any) -> HttpResponse:
        """Redirect to a page of this workflow."""
        return HttpResponseRedirect(self.address(name, *args))

    def log(self, what: str) -> None:
        """Keep in the history of the workflow who did what."""
        LogEntry.objects.log_actions(self.user.pk, [self.workflow], CHANGE, what, single_object=True)

    def profile_to_show(self, chosen: str) -> Profile | None:
        """Return the profile for whom messages are shown; nobody in particular to those who may see no profile."""
        return profile_to_show(chosen) if self.request.user.has_perm("crm.view_profile") else None

    def page(self, *, status: int = 200, template: str = "", **context: Any) -> HttpResponse:
        """Return the page."""
        context = frame(self.request, workflow=self.workflow, original=self.workflow, **context)
        if self.is_archived:
            context["may"] |= {"change": False, "activate": False}
        return TemplateResponse(self.request, template or self.template_name, context, status=status)


def posted_revision(request: HttpRequest) -> int:
    """Return the revision of the draft that the posted form was made from."""
    value = request.POST.get("revision", "")
    return int(value) if value.isdecimal() and len(value) < 10 else -1
