"""A6: give points."""

from collections.abc import Generator

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.base import Action, Outcome, StepContext, action_types
from actions.effects import MovePoints
from crm.forms import ConfigForm, TextField


class PointsForm(ConfigForm):
    """How many points, and why, as the profile reads it."""

    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=10**9)
    reason = TextField(
        label=_("Reason"), max_length=250, required=False, help_text=_("Shown in the history of the pot.")
    )


@action_types.register
class GivePoints(Action):
    """Give points to the pot."""

    kind = "give_points"
    label = _("Give points")
    form_class = PointsForm
    not_with = frozenset({"pot"})

    def plan(self, step: StepContext) -> Generator[MovePoints, Outcome, None]:
        """Give them."""
        yield MovePoints(step, int(self.config["points"]), str(self.config.get("reason", "")))

    def describe(self) -> str:
        """Say how many."""
        points = int(self.config["points"])
        return ngettext("Give %(n)d point", "Give %(n)d points", points) % {"n": points}
