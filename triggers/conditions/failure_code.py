"""C36: why the sale failed."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from triggers.models import Kind


class FailureCodeForm(CompareForm):
    """Ask for a code, as the payment provider names it."""


@condition_types.register
class FailureCode(EventCondition):
    """The code that came with the failure; case makes no difference."""

    kind = "failure_code"
    label = _("Code of the failure")
    form_class = FailureCodeForm
    topics = frozenset({"failure"})
    reads = frozenset({Kind.ORDER_FAILED})

    def read(self, event: EventView) -> str:
        """Read the code."""
        return str((event.snapshot.get("failure") or {}).get("code") or "")

    def describe(self) -> str:
        """Say it."""
        return _("the code of the failure %(comparison)s") % {"comparison": self.comparison()}
