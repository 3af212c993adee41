"""Panels: what became of the messages of a newsletter or a scenario after they left."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from actions.admin.mailings.pages import newsletter_panels, scenario_panels
from actions.tracking.figures import figures_of_newsletters, figures_of_scenarios
from actions.tracking.words import say_figures
from crm.admin.panels import Panel
from crm.models import Newsletter, Scenario


class HeardPanel(Panel):
    """Opens, clicks, bounces … with their shares; left out as long as nothing was heard."""

    kind = "heard"
    title = _("What people did with it")
    template = "actions/admin/mailings/heard.html"
    column = "aside"

    def context(self, row: Any) -> Mapping[str, Any] | None:
        """Return the figures with their names."""
        figures = self.figures(row)
        return {"figures": figures} if figures else None

    @abstractmethod
    def figures(self, row: Any) -> list[tuple[str, str]]:
        """Return what is said of a mailing."""


@newsletter_panels.register
class NewsletterHeardPanel(HeardPanel):
    """Of a newsletter."""

    def figures(self, row: Newsletter) -> list[tuple[str, str]]:
        """Return what is said of it."""
        return say_figures(figures_of_newsletters([row])[row.pk])


@scenario_panels.register
class ScenarioHeardPanel(HeardPanel):
    """Of a scenario."""

    def figures(self, row: Scenario) -> list[tuple[str, str]]:
        """Return what is said of it."""
        return say_figures(figures_of_scenarios([row])[row.pk])
