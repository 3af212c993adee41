"""The address of a step, whatever its type."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.views import View

from workflows.admin.builder.condition import ConditionPage
from workflows.admin.builder.step import StepPage
from workflows.admin.pages import PERMISSIONS
from workflows.drafts import find
from workflows.models import Workflow


class AnyStepPage(View):
    """Show the panel that belongs to the type of the step."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Look at the step and pass on."""
        if not request.user.has_perm(PERMISSIONS["view"]):
            raise PermissionDenied
        draft = Workflow.objects.filter(pk=kwargs["pk"]).values_list("draft", flat=True).first()
        found = find(draft, kwargs["step_id"]) if draft else None
        if found is None and request.method != "POST":
            raise Http404
        is_block = found[1]["type"] == "condition" if found else "row" in request.POST
        page = ConditionPage if is_block else StepPage
        return page.as_view()(request, *args, **kwargs)
