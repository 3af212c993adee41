"""Who or what caused a change: carried by every fact and stored in plain columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Where a change came from (spec section 1)."""

    TRACKER = "tracker", _("Tracker")
    MODULE = "module", _("Module")
    API = "api", _("API")
    BACK_OFFICE = "back_office", _("Back-office")
    REFERRAL = "referral", _("Referral")
    ORDER_POINTS = "order_points", _("Order points")
    WORKFLOW = "workflow", _("Workflow")
    IMPORT = "import", _("Import")
    SCENARIO = "scenario", _("Scenario")


@dataclass(frozen=True, slots=True)
class Cause:
    """The origin of a change, who did it, for a workflow its run and step; `depth` counts causes since a person."""

    origin: str
    actor: str = ""
    workflow_id: int | None = None
    run_id: int | None = None
    step_id: str = ""
    depth: int = 0

    def columns(self) -> dict[str, Any]:
        """Return the cause as the plain columns of a `Caused` model."""
        return {
            "origin": self.origin,
            "actor": self.actor,
            "workflow_id": self.workflow_id,
            "run_id": self.run_id,
            "step_id": self.step_id,
            "depth": self.depth,
        }


_BY_HAND = Cause(Origin.BACK_OFFICE)
_current: ContextVar[Cause] = ContextVar("declic_cause", default=_BY_HAND)


def current() -> Cause:
    """Return the cause of what is being done now; a shell counts as the back-office."""
    return _current.get()


@contextmanager
def caused_by(cause: Cause) -> Iterator[Cause]:
    """Make `cause` the current one inside the block."""
    token = _current.set(cause)
    try:
        yield cause
    finally:
        _current.reset(token)


class Caused(models.Model):
    """The plain columns of a `Cause`; no foreign key upwards, so that crm stays the ground."""

    origin = models.CharField(_("origin"), max_length=16, choices=Origin, default=Origin.BACK_OFFICE)
    actor = models.CharField(_("by"), max_length=150, blank=True, default="")
    workflow_id = models.BigIntegerField(_("workflow"), null=True, blank=True)
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)
    step_id = models.CharField(_("step"), max_length=36, blank=True, default="")
    depth = models.PositiveSmallIntegerField(_("depth"), default=0)

    class Meta:
        abstract = True

    @property
    def cause(self) -> Cause:
        """Return the columns as a `Cause`."""
        return Cause(self.origin, self.actor, self.workflow_id, self.run_id, self.step_id, self.depth)
