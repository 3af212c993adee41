"""What actions do inside the house: each effect, and how any number of them is applied by one service call."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from actions.base import Done, Effect, Failed, Outcome, Skipped
from crm import clock
from crm.conditions.facts import facts_of
from crm.conditions.fields import CUSTOM
from crm.errors import Invalid, Refused
from crm.models import Movement, Order
from crm.services.order_points import OrderTarget, points_for, post_order_points_many
from crm.services.pots import Move, move_points_many
from crm.services.profiles import FieldChange, change_fields_many
from crm.services.tags import TagChange, change_tags_many


@dataclass(frozen=True, slots=True)
class MovePoints(Effect):
    """Give points, or take them where negative."""

    points: int
    reason: str = ""

    @classmethod
    def apply_many(cls, effects: "list[MovePoints]") -> list[Outcome]:
        """Move all with one call; more than there is fails."""
        moves = [
            Move(each.step.profile_id, each.points, each.step.cause, Movement.Source.WORKFLOW, each.reason)
            for each in effects
        ]
        return [_moved(made) for made in move_points_many(moves)]


@dataclass(frozen=True, slots=True)
class FollowOrder(Effect):
    """Give or take what is missing between the points an order should give and those this workflow gave for it."""

    reference: str
    cents_per_points: tuple[int, int]
    crediting: frozenset[str]

    @classmethod
    def apply_many(cls, effects: "list[FollowOrder]") -> list[Outcome]:
        """Read all orders as they stand under the lock, then post all differences with one call."""
        orders = {
            order.reference: order for order in Order.objects.filter(reference__in={e.reference for e in effects})
        }
        outcomes: list[Outcome] = [Skipped("no_order")] * len(effects)
        targets: list[OrderTarget] = []
        places: list[int] = []
        for index, each in enumerate(effects):
            order = orders.get(each.reference)
            if order is None or order.profile_id != each.step.profile_id:
                continue
            targets.append(
                OrderTarget(order.pk, order.profile_id, each.target(order), each.step.cause, Movement.Source.WORKFLOW)
            )
            places.append(index)
        for index, target, made in zip(places, targets, post_order_points_many(targets), strict=True):
            value = {"target": target.target_points}
            outcomes[index] = Done({"points": 0, **value}) if made is None else _moved(made, value)
        return outcomes

    def target(self, order: Order) -> int:
        """Return the points that the order gives as it stands, rounded down."""
        if order.status not in self.crediting:
            return 0
        cents, points = self.cents_per_points
        return points_for(order.amount * points, cents)


@dataclass(frozen=True, slots=True)
class ChangeTags(Effect):
    """Add and remove tags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @classmethod
    def apply_many(cls, effects: "list[ChangeTags]") -> list[Outcome]:
        """Change all with one call."""
        changes = [TagChange(each.step.profile_id, each.add, each.remove, each.step.cause) for each in effects]
        return [Done({"added": made.added, "removed": made.removed}) for made in change_tags_many(changes)]


@dataclass(frozen=True, slots=True)
class SetField(Effect):
    """Set a field (`custom.<name>` for a custom one) to a value, or to what another field holds."""

    field: str
    value: Any = None
    source: str = ""

    @classmethod
    def apply_many(cls, effects: "list[SetField]") -> list[Outcome]:
        """Read the source fields once, then set all with one call; a value that does not fit fails."""
        copying = {each.step.profile_id for each in effects if each.source}
        facts = facts_of(copying, clock.now(), parts=("custom",)) if copying else {}
        values = [each.taken_from(facts[each.step.profile_id]) if each.source else each.value for each in effects]
        changes = [
            FieldChange(each.step.profile_id, {each.field: value}, each.step.cause)
            for each, value in zip(effects, values, strict=True)
        ]
        return [
            Failed(error.message) if isinstance(error, Invalid) else Done({"field": each.field, "value": _shown(value)})
            for each, value, error in zip(effects, values, change_fields_many(changes), strict=True)
        ]

    def taken_from(self, facts: dict[str, Any]) -> Any:
        """Return what the source field holds, as a text where it is a day."""
        is_custom = self.source.startswith(CUSTOM)
        held = facts["custom"] if is_custom else facts["profile"]
        value = held.get(self.source.removeprefix(CUSTOM))
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value.isoformat() if isinstance(value, date | datetime) else value


def _moved(made: Movement | Refused, value: dict[str, Any] | None = None) -> Outcome:
    if isinstance(made, Refused):
        return Failed(made.message)
    return Done({"points": made.points, "balance": made.balance_after, **(value or {})})


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
