"""Panels: what a page shows about its row; any app may register one for a page that stands below it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from crm.registry import Registry


class Panel(ABC):
    """A box on the page of a row (a profile, an event, a delivery); it asks a fixed number of queries."""

    kind: ClassVar[str]
    title: ClassVar[str | Promise]
    template: ClassVar[str]
    #: "main" stands in the wide column, "aside" in the narrow one
    column: ClassVar[str] = "main"
    #: among the panels of a column, smaller stands higher
    order: ClassVar[int] = 50
    #: a permission without which it is not shown ("crm.view_order")
    permission: ClassVar[str] = ""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @abstractmethod
    def context(self, row: Any) -> Mapping[str, Any] | None:
        """Return what the template shows about the row; None leaves the panel out."""


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel with its content."""

    kind: str
    title: str
    body: SafeString


#: the panels of the profile page
profile_panels: Registry[Panel] = Registry("profile panel")


def shown(registry: Registry[Panel], request: HttpRequest, row: Any) -> dict[str, list[ShownPanel]]:
    """Return the panels of a row that the user may see, by column and in order."""
    columns: dict[str, list[ShownPanel]] = {"main": [], "aside": []}
    for panel_class in sorted(registry, key=lambda one: one.order):
        if panel_class.permission and not request.user.has_perm(panel_class.permission):
            continue
        context = panel_class(request).context(row)
        if context is None:
            continue
        body = render_to_string(panel_class.template, {**context, "row": row}, request=request)
        columns[panel_class.column].append(ShownPanel(panel_class.kind, str(panel_class.title), body))
    return columns
