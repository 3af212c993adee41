"""Facts become events: one receiver for each tracked model, in the transaction of the change."""

from collections.abc import Callable, Iterable
from typing import Any

from crm.models import (
    Cart,
    Consent,
    CustomValue,
    Movement,
    Order,
    Participation,
    Profile,
    ProfileTag,
    Referral,
)
from crm.signals import Change, changed
from crm.tracked import Tracked
from triggers.models import Event
from triggers.receivers.carts import cart_events
from triggers.receivers.consents import consent_events
from triggers.receivers.modules import participation_events, referral_events
from triggers.receivers.orders import order_events
from triggers.receivers.pots import movement_events
from triggers.receivers.profiles import custom_value_events, profile_events, tag_events
from triggers.services import record

#: which events follow from the changes of a model
EVENTS: dict[type[Tracked], Callable[[list[Change]], Iterable[Event]]] = {
    Profile: profile_events,
    ProfileTag: tag_events,
    CustomValue: custom_value_events,
    Consent: consent_events,
    Order: order_events,
    Cart: cart_events,
    Movement: movement_events,
    Participation: participation_events,
    Referral: referral_events,
}


def record_changes(sender: type[Tracked], changes: list[Change], **_kwargs: Any) -> None:
    """Write the events of all changes with one insert."""
    record(list(EVENTS[sender](changes)))


def connect() -> None:
    """Connect the receivers, once."""
    for model in EVENTS:
        changed.connect(record_changes, sender=model, dispatch_uid=f"triggers.record.{model.__name__}")
