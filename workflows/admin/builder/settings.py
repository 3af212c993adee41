"""Panel: the name and settings of a workflow."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.admin.typed import fit, hide_errors
from workflows.admin.builder.page import BuilderPage
from workflows.forms import SettingsForm, flat_settings


class SettingsPage(BuilderPage):
    """Edit name, scope, delay, limit and what happens on failure (W1, W4 to W8)."""

    panel = "workflows/builder/panel_settings.html"
    needs = "change"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return self._show(SettingsForm.from_config(flat_settings(self.document)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save."""
        form = SettingsForm(request.POST)
        if "save" not in request.POST:
            hide_errors(form)
        elif form.is_valid():
            name = form.cleaned_data["name"]
            if self.save_or_keep(lambda draft: {**draft, "name": name, "settings": form.settings()}, _("Settings")):
                return self.go_to("change")
        return self._show(form)

    def _show(self, form: Any) -> HttpResponse:
        fit(form)
        return self.builder(form=form, panel_title=_("Settings"))
