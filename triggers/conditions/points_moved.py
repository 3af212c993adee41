"""C29: how many points moved."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from triggers.models import Kind


class PointsMovedForm(CompareForm):
    """Ask for points; negative ones were taken away."""

    value_type = "whole"


@condition_types.register
class PointsMoved(EventCondition):
    """Signed points: what was taken away is below zero."""

    kind = "points_moved"
    label = _("Points moved")
    form_class = PointsMovedForm
    topics = frozenset({"pot"})
    reads = frozenset({Kind.MOVEMENT_MADE})
    value_type = "whole"

    def read(self, event: EventView) -> int | None:
        """Read the points."""
        points = event.snapshot.get("pot", {}).get("points")
        return points if isinstance(points, int) else None

    def describe(self) -> str:
        """Say it."""
        return _("the points moved: %(comparison)s") % {"comparison": self.comparison()}
