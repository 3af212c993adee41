"""Posting forms of the back-office as a browser does: what the page holds, with some values changed."""

from typing import Any

from django.http import HttpResponse
from django.test import Client


def fields_of(response: HttpResponse) -> dict[str, Any]:
    """Return what a browser would post of the form on a change page, as it stands."""
    context = response.context  # type: ignore[attr-defined]
    forms = [context["adminform"].form]
    data: dict[str, Any] = {}
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            widget = bound.field.widget
            value = bound.value()
            context_of = widget.get_context(bound.html_name, value, {})["widget"]
            for part in context_of.get("subwidgets") or [context_of]:
                given = part.get("value")
                if part.get("type") == "checkbox":
                    if part["attrs"].get("checked"):
                        data[part["name"]] = given or "on"
                elif isinstance(given, list):
                    data[part["name"]] = given if widget.allow_multiple_selected else next(iter(given), "")
                else:
                    data[part["name"]] = "" if given is None else given
            if getattr(widget, "allow_multiple_selected", False):
                data[bound.html_name] = [str(item) for item in value or []]
    return data


def save(client: Client, url: str, /, **changes: Any) -> HttpResponse:
    """Open a form, change some of its fields and save it."""
    opened = client.get(url)
    assert opened.status_code == 200, opened.status_code
    return client.post(url, {**fields_of(opened), **changes})


def errors_of(response: HttpResponse) -> dict[str, list[str]]:
    """Return the errors of the main form of a page that came back."""
    form = response.context["adminform"].form  # type: ignore[attr-defined]
    return {name: [str(one) for one in errors] for name, errors in form.errors.items()}
