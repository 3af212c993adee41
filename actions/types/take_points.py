"""A6: take points."""

from collections.abc import Generator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.base import Action, Outcome, StepContext, action_types
from actions.effects import MovePoints
from actions.types.give_points import PointsForm


@action_types.register
class TakePoints(Action):
    """Take points from the pot; more than there is fails."""

    kind = "take_points"
    label = _("Take points")
    form_class = PointsForm
    not_with = frozenset({"pot"})

    def plan(self, step: StepContext) -> Generator[MovePoints, Outcome, None]:
        """Take them."""
        yield MovePoints(step, -int(self.config["points"]), str(self.config.get("reason", "")))

    def describe(self) -> str:
        """Say how many."""
        points = int(self.config["points"])
        return ngettext("Take %(n)d point", "Take %(n)d points", points) % {"n": points}
