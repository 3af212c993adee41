"""The control blocks that come with Declic."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflows.control.base import Control, WaitContext, control_types
from workflows.control.forms import EndForm, WaitForm
from workflows.definition import duration
from workflows.words import say_duration


@control_types.register
class Wait(Control):
    """K1: wait for a length of time."""

    kind = "wait"
    label = _("Wait")
    form_class = WaitForm

    def until(self, context: WaitContext) -> datetime:
        """Return the instant at which the wait is over."""
        return context.now + duration(self.config["duration"])

    def describe(self) -> str:
        """Say how long."""
        return gettext("Wait %(duration)s") % {"duration": say_duration(self.config["duration"])}


@control_types.register
class End(Control):
    """K5: the run is done here."""

    kind = "end"
    label = _("End")
    form_class = EndForm
    icon = "stop_circle"
    is_end = True

    def until(self, context: WaitContext) -> datetime:
        """Return now: nothing follows."""
        return context.now

    def describe(self) -> str:
        """Say that it ends."""
        return gettext("End of the workflow")
