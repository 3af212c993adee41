"""Scenarios: the list, and the form."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from actions.admin.mailings import scenario_pages as pages
from actions.admin.mailings.base import MailingAdmin
from actions.admin.mailings.forms import ScenarioForm
from actions.mailings.rules import scenario_rules
from actions.models import Delivery
from crm.admin.display import badge
from crm.models import Scenario


@admin.register(Scenario)
class ScenarioAdmin(MailingAdmin):
    """Standing mailings."""

    form = ScenarioForm
    list_display = ("name", "shown_rule", "at_time", "template", "shown_state")
    list_select_related = ("template",)
    list_filter = (("rule", ChoicesDropdownFilter), "is_active")
    fieldsets = (
        (None, {"fields": ("name", "template")}),
        (_("When"), {"fields": (("rule", "days"), "at_time")}),
        (_("On what ground"), {"fields": ("purpose", "marketing_consents", "legal_bases")}),
    )
    conditional_fields = {**MailingAdmin.conditional_fields, "days": "rule != 'birthday'"}
    empty_title = _("No scenarios yet")
    empty_text = _("A scenario sends a message by itself: on a birthday, some days after a purchase…")
    add_words = _("Write a scenario")
    pages = (
        ("page", pages.ScenarioPage),
        ("message", pages.MessagePage),
        ("profiles", pages.ProfilesPage),
        ("test", pages.TestPage),
        ("switch_on", pages.SwitchOnPage),
        ("switch_off", pages.SwitchOffPage),
    )

    def may_be_changed(self, mailing: Any) -> bool:
        """Keep to those that are off: switching on looks at what is wrong, and is a permission of its own."""
        return not mailing.is_active

    @admin.display(description=_("Rule"), ordering="rule")
    def shown_rule(self, row: Scenario) -> str:
        """Return the rule in words."""
        return scenario_rules[row.rule]().describe(row.days)

    @admin.display(description=_("State"), ordering="is_active")
    def shown_state(self, row: Scenario) -> str:
        """Return whether it is on, as a badge."""
        return badge(_("On"), "success") if row.is_active else badge(_("Off"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what has written to somebody, and what is on."""
        may = bool(super().has_delete_permission(request, obj))
        return may and (obj is None or not (obj.is_active or Delivery.objects.filter(scenario_id=obj.pk).exists()))
