"""The two pages of integrations that are no form: choosing a kind, and a secret that is shown once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from actions.integrations import integration_kinds
from actions.models import Integration


def choice_page(request: HttpRequest) -> HttpResponse:
    """Show what can be connected; of what there is one of its kind, lead to that."""
    taken = dict(Integration.objects.values_list("kind", "pk"))
    kinds = [
        {
            "kind": cls.kind,
            "label": cls.label,
            "text": cls.text,
            "icon": cls.icon,
            "taken": None if cls.is_many else taken.get(cls.kind),
        }
        for cls in integration_kinds
    ]
    return _page(request, "actions/admin/choose_integration.html", _("Connect something"), kinds=kinds)


def secret_page(request: HttpRequest, row: Integration, secret: str) -> HttpResponse:
    """Show a secret, this once."""
    title = _("The signing secret")
    response = _page(request, "actions/admin/new_secret.html", title, target=row, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    frame = {**admin.site.each_context(request), "title": title, "opts": Integration._meta, **context}
    return TemplateResponse(request, template, frame)
