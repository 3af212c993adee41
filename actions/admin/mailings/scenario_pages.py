"""The page of a scenario: its rule in words, its message, what it sent, and its switch."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from actions.admin.mailings.pages import MailingMessagePage, MailingPage, MailingProfilesPage
from actions.admin.mailings.tests import MailingTestPage
from actions.admin.words import TONES
from actions.mailings import scenarios
from actions.mailings.message import message_of, render_for
from actions.mailings.preflight import own_problems
from actions.mailings.rules import scenario_rules
from actions.mailings.turns import coming_turns, say_turn
from actions.models import Delivery
from actions.models.delivery import Status
from actions.reasons import reason_label
from actions.tracking.figures import figures_of_scenarios
from actions.tracking.words import say_figures
from crm.admin.display import badge, link, page_of, profile_link
from crm.admin.paging import MOST
from crm.models import Profile, Scenario

#: what it sent last, on its page; the list of deliveries has the rest
LAST = 20


class OneScenario(MailingPage):
    """A page about one scenario."""

    model = Scenario
    needs_to_post = "activate"
    mailing: Scenario

    def turns(self) -> list[str]:
        """Say when it writes next, and to how many as of now."""
        return [say_turn(self.mailing, turn) for turn in coming_turns(self.mailing, most=MOST)]


class ScenarioPage(OneScenario):
    """All about it in words, its message, its figures, what it sent last."""

    template_name = "actions/admin/mailings/scenario.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it."""
        scenario = self.mailing
        rule = scenario_rules[scenario.rule]()
        problems = sorted(own_problems(scenario), key=lambda problem: not problem.blocks)
        newest = Profile.objects.filter(erased_at=None).order_by("-pk")
        profile = self.chosen_profile(newest.first)
        content = message_of(scenario).content
        figures = figures_of_scenarios([scenario])[scenario.pk]
        return self.page(
            errors=[problem for problem in problems if problem.blocks],
            warnings=[problem for problem in problems if not problem.blocks],
            rule=rule.describe(scenario.days),
            rule_help=rule.help,
            turns=self.turns() if scenario.is_active else [],
            grounds=self.grounds(),
            badge=badge(_("On"), "success") if scenario.is_active else badge(_("Off")),
            may={verb: self.may(verb) for verb in ("change", "activate")},
            figures=figures,
            said=say_figures(figures),
            last=[_line(row) for row in _last(scenario)] if request.user.has_perm("actions.view_delivery") else [],
            profile=profile,
            shown=render_for(content, profile, is_marketing=scenario.purpose == "marketing"),
        )


class MessagePage(OneScenario, MailingMessagePage):
    """The message for a profile, in a frame."""


class ProfilesPage(OneScenario, MailingProfilesPage):
    """Profiles to choose from."""


class TestPage(OneScenario, MailingTestPage):
    """Send a test."""

    needs_to_post = "change"


class SwitchOnPage(OneScenario):
    """Ask, with when it would write first and to how many; POST switches it on."""

    template_name = "actions/admin/mailings/switch_on.html"
    needs = "activate"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        rule = scenario_rules[self.mailing.rule]()
        return self.page(turns=self.turns(), rule=rule.describe(self.mailing.days), rule_help=rule.help)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Switch it on."""
        scenarios.switch_on(self.mailing)
        said = [_("“%(name)s” is on.") % {"name": self.mailing}, *self.turns()]
        return self.did(" ".join(said), _("Switched on"))


class SwitchOffPage(OneScenario):
    """Ask; POST switches it off."""

    template_name = "actions/admin/mailings/switch_off.html"
    needs = "activate"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask, with what is still to leave."""
        return self.page(figures=figures_of_scenarios([self.mailing])[self.mailing.pk])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Switch it off."""
        scenarios.switch_off(self.mailing)
        return self.did(_("“%(name)s” is off.") % {"name": self.mailing}, _("Switched off"))


def _last(scenario: Scenario) -> Any:
    rows = Delivery.objects.filter(scenario_id=scenario.pk).select_related("profile")
    return rows.defer("context", "rules").order_by("-id")[:LAST]


def _line(row: Delivery) -> dict[str, Any]:
    return {
        "at": row.ended_at or row.planned_at,
        "profile": profile_link(row.profile),
        "message": link(row.subject or f"#{row.pk}", page_of("actions.delivery", row.pk)),
        "status": badge(row.get_status_display(), TONES[Status(row.status)]),
        "reason": reason_label(row.reason) if row.reason and row.status != Status.SENT else "",
    }
