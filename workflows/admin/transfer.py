"""Making workflows: new, copied, exported and imported."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from crm.admin.log import log
from crm.errors import Invalid
from crm.models import User
from workflows.admin.pages import PERMISSIONS, WorkflowPage, frame
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import duplicate
from workflows.validation import clean_document

MAX_BYTES = 2_000_000


class NameForm(forms.Form):
    """The name of a new workflow."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )


class ImportForm(forms.Form):
    """A file that was exported."""

    file = forms.FileField(label=gettext_lazy("Exported file (JSON)"))

    def clean_file(self) -> dict[str, Any]:
        """Read and clean the document; what no form accepts is said."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        try:
            document = json.loads(file.read().decode())
            return clean_document(document)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is no JSON file.")) from error
        except Invalid as error:
            raise forms.ValidationError(error.message) from error


class CreatePage(View):
    """Create a workflow with a name, or import one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask for the permission."""
        if not request.user.has_perm(PERMISSIONS["add"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show both forms."""
        return self._show(NameForm(), ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create it."""
        assert isinstance(request.user, User)
        name_form, import_form = NameForm(), ImportForm()
        if "import" in request.POST:
            import_form = ImportForm(request.POST, request.FILES)
            if import_form.is_valid():
                document = import_form.cleaned_data["file"]
                name = document["name"] or _("Imported workflow")
                workflow = create_workflow(name=name, user=request.user, document=document)
                log(request, workflow, _("Imported from a file"), deed=ADDITION)
                messages.success(request, _("Imported as a draft."))
                return HttpResponseRedirect(reverse("admin:workflows_workflow_change", args=[workflow.pk]))
        else:
            name_form = NameForm(request.POST)
            if name_form.is_valid():
                workflow = create_workflow(name=name_form.cleaned_data["name"], user=request.user)
                log(request, workflow, "", deed=ADDITION)
                return HttpResponseRedirect(reverse("admin:workflows_workflow_trigger_add", args=[workflow.pk]))
        return self._show(name_form, import_form)

    def _show(self, name_form: NameForm, import_form: ImportForm) -> HttpResponse:
        context = frame(self.request, title=_("Create a workflow"), name_form=name_form, import_form=import_form)
        return TemplateResponse(self.request, "workflows/create.html", context)


class DuplicateWorkflowPage(WorkflowPage):
    """Copy a workflow into a new draft."""

    http_method_names = ["post"]
    needs_to_post = "add"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Copy it."""
        copy = duplicate(self.workflow, user=self.user)
        log(request, copy, _("Copy of “%(name)s”") % {"name": self.workflow.name}, deed=ADDITION)
        messages.success(request, _("This is the copy."))
        return HttpResponseRedirect(reverse("admin:workflows_workflow_change", args=[copy.pk]))


class ExportPage(WorkflowPage):
    """The draft as a file."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Return it."""
        response = JsonResponse(self.workflow.draft, json_dumps_params={"indent": 2, "ensure_ascii": False})
        name = slugify(self.workflow.name) or "workflow"
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
