"""K3: wait for an event, at most so long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.models import Kind
from workflows.control.base import Control, Leaving, WaitContext, Waiting, control_types
from workflows.control.forms import DurationField
from workflows.definition import duration
from workflows.exits import NO, YES, yes_and_no
from workflows.words import say_duration

CALLED, ANY = "called", "any"
#: the events whose key the shop gives
SHOP_KINDS = frozenset(kind.value for kind in Kind if kind.value.startswith(("order_", "cart_"))) | {Kind.API_CALLED}
IDENTIFIER = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("Use letters, digits, - and _ only."))


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that can be waited for: the kinds of events it is, and how it is said."""

    kinds: frozenset[str]
    label: str | Promise
    #: whether it may be asked to be about what started the run (the same order, cart or call)
    has_key: bool = True


AWAITED: Mapping[str, Awaited] = {
    "ordered": Awaited(frozenset({Kind.ORDER_CREATED}), _("the customer orders")),
    "paid": Awaited(frozenset({Kind.ORDER_PAID}), _("an order is paid")),
    "opened": Awaited(frozenset({Kind.MESSAGE_OPENED}), _("a message of this run is opened"), has_key=False),
    "clicked": Awaited(
        frozenset({Kind.MESSAGE_CLICKED}), _("a link in a message of this run is clicked"), has_key=False
    ),
    CALLED: Awaited(frozenset({Kind.API_CALLED}), _("the API is called")),
    ANY: Awaited(SHOP_KINDS, _("anything happens to the order, cart or call that started the run")),
}


class WaitForEventForm(ConfigForm):
    """Which event, about what, and how long at most."""

    adapts_on = ("event",)

    event = forms.ChoiceField(
        label=_("Wait until"), choices=[(name, each.label) for name, each in AWAITED.items()], initial="ordered"
    )
    identifier = forms.CharField(label=_("Identifier"), max_length=80, validators=[IDENTIFIER])
    same_key = forms.BooleanField(
        label=_("Only the order, cart or call that started the run (the same key)"), required=False
    )
    at_most = DurationField(label=_("At most"), initial={"count": 3, "unit": "days"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        event = self.chosen("event") or "ordered"
        if event != CALLED:
            del self.fields["identifier"]
        if event == ANY or not AWAITED.get(event, AWAITED[ANY]).has_key:
            del self.fields["same_key"]

    def note(self) -> str:
        """Say what counts."""
        return gettext(
            "What happens while a run waits here leads to Yes, at once. What happened before it came here does not "
            "count. When the time is over, it goes to No."
        )


@control_types.register
class WaitForEvent(Control):
    """Yes as soon as the event is recorded while the run waits, No when the time is over."""

    kind = "wait_for_event"
    label = _("Wait for an event")
    icon = "notifications_active"
    form_class = WaitForEventForm

    def exits(self) -> Mapping[str, str]:
        """Return Yes and No."""
        return yes_and_no()

    def until(self, context: WaitContext) -> datetime:
        """Return the instant at which the time is over."""
        return context.now + duration(self.config["at_most"])

    def hears(self) -> frozenset[str]:
        """Return the kinds of the event that is awaited."""
        return AWAITED[self.config["event"]].kinds

    def wants(self, event: EventView, waiting: Waiting) -> bool:
        """Look at the identifier, at the key of the run, and at the run that sent a message."""
        if self.config["event"] == CALLED and event.name != self.config["identifier"]:
            return False
        if not AWAITED[self.config["event"]].has_key:
            return sent_by(event) == waiting.run_id
        is_keyed = self.config["event"] == ANY or self.config.get("same_key")
        return not is_keyed or (bool(waiting.key) and event.key == waiting.key)

    def choose(self, leaving: Leaving) -> str:
        """Take Yes where there was an event."""
        return NO if leaving.event is None else YES

    def describe(self) -> str:
        """Say for what and how long."""
        said = {"event": AWAITED[self.config["event"]].label, "at_most": say_duration(self.config["at_most"])}
        if self.config["event"] == CALLED:
            said["event"] = gettext("the API is called with “%(identifier)s”") % self.config
        if self.config.get("same_key"):
            said["event"] = gettext("%(event)s (the same key)") % said
        return gettext("Wait until %(event)s, at most %(at_most)s") % said


def sent_by(event: EventView) -> int | None:
    """Return the run that sent the message that was opened or clicked; None where the event does not tell."""
    message = event.snapshot.get("message")
    run = message.get("run") if isinstance(message, Mapping) else None
    return run if isinstance(run, int) else None
