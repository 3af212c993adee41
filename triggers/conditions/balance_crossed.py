"""C30: the balance crossed a threshold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.moment import Moment
from crm.conditions.values import say_number
from crm.forms import ConfigForm
from triggers.models import Kind

UP, DOWN, EITHER = "up", "down", "either"
DIRECTIONS = [(UP, _("upwards")), (DOWN, _("downwards")), (EITHER, _("upwards or downwards"))]


class BalanceCrossedForm(ConfigForm):
    """Ask for the threshold, and in which direction."""

    value = forms.IntegerField(label=_("Points"), min_value=-(10**15), max_value=10**15)
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS, initial=UP)


@condition_types.register
class BalanceCrossed(EventCondition):
    """The fact is the balance before and after; to come from below to the threshold itself is to cross it."""

    kind = "balance_crossed"
    label = _("Balance crossed a threshold")
    form_class = BalanceCrossedForm
    topics = frozenset({"pot"})
    reads = frozenset({Kind.MOVEMENT_MADE})
    value_type = "whole"

    def read(self, event: EventView) -> list[int] | None:
        """Read both balances."""
        pot = event.snapshot.get("pot", {})
        both = [pot.get("balance_before"), pot.get("balance")]
        return both if all(isinstance(each, int) for each in both) else None

    def holds(self, fact: Any, moment: Moment) -> bool:
        """Look on which side of the threshold each lies."""
        if fact is None:
            return False
        was_above, is_above = (balance >= int(self.value) for balance in fact)
        moved = UP if is_above and not was_above else DOWN if was_above and not is_above else ""
        return bool(moved) and self.config["direction"] in (moved, EITHER)

    def describe(self) -> str:
        """Say it."""
        words = {
            UP: _("the balance of the pot rose to %(points)s or above"),
            DOWN: _("the balance of the pot fell below %(points)s"),
            EITHER: _("the balance of the pot crossed %(points)s"),
        }
        return str(words[self.config["direction"]] % {"points": say_number(self.value)})
