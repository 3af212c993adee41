"""The rules of scenarios: this list is all there are."""

from actions.mailings.rules import after_purchase, after_signup, birthday, without_order
from actions.mailings.rules.base import ScenarioRule, scenario_rules

__all__ = ["ScenarioRule", "after_purchase", "after_signup", "birthday", "scenario_rules", "without_order"]
