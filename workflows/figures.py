"""Figures of blocks with exits: who went which way, and what they did afterwards; one query for a whole workflow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from crm.conditions.orders import uncounted_statuses
from crm.models import Order, Site
from crm.models.order import PAID_STATUSES
from crm.services.carts import OLD_ORDER
from workflows.control.base import control_types
from workflows.drafts import all_steps
from workflows.exits import KEYS, exits_of
from workflows.models import Journal, Workflow
from workflows.proportions import Comparison, Share, compare_all

Row = Mapping[str, Any]
#: what is counted of those who left by an exit: an order came in later, an order was paid later
DEEDS = ("ordered", "paid")


@dataclass(frozen=True, slots=True)
class ExitFigures:
    """One exit: how many runs and customers left by it, and how many of these customers did what afterwards."""

    key: str
    name: str
    runs: int = 0
    people: int = 0
    shares: Mapping[str, Share] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockFigures:
    """A block: its exits, and for a split each exit compared with the first, by what was counted."""

    row: Row
    exits: list[ExitFigures]
    comparisons: Mapping[str, list[Comparison]]

    @property
    def runs(self) -> int:
        """How many runs left it."""
        return sum(each.runs for each in self.exits)


def figures_of(workflow: Workflow, *, since: datetime) -> list[BlockFigures]:
    """Return the figures of the blocks in the live version (or the draft), over all versions, from an instant on."""
    document = workflow.version.definition if workflow.version else workflow.draft
    rows = [row for row in all_steps(dict(document)) if exits_of(row)]
    counted = _count(workflow, [row["id"] for row in rows], since) if rows else {}
    return [_block(row, counted) for row in rows]


def _block(row: Row, counted: Mapping[tuple[str, str], Row]) -> BlockFigures:
    exits = []
    for key, name in exits_of(row).items():
        found = counted.get((row["id"], key), {})
        people = found.get("people", 0)
        shares = {deed: Share(found.get(deed, 0), people) for deed in DEEDS}
        exits.append(ExitFigures(key, name, found.get("runs", 0), people, shares))
    compared = {
        deed: compare_all([each.shares[deed] for each in exits], looks=len(DEEDS))
        for deed in DEEDS
        if row["type"] == "control" and control_types[row["kind"]].is_by_chance
    }
    return BlockFigures(row, exits, compared)


def _count(workflow: Workflow, step_ids: Iterable[str], since: datetime) -> dict[tuple[str, str], Row]:
    """Count runs, customers, and customers with a later order, by step and exit."""
    uncounted = uncounted_statuses(Site.current().uncounted_statuses)
    mine = Order.objects.filter(profile=OuterRef("run__profile_id")).exclude(status__in=uncounted)
    ordered = mine.filter(created_at__gte=OuterRef("at"), ordered_at__gte=F("created_at") - OLD_ORDER)
    paid = mine.filter(paid_at__gte=OuterRef("at"), status__in=PAID_STATUSES)
    people = "run__profile_id"
    lines = Journal.objects.filter(step_id__in=list(step_ids), outcome__in=KEYS, at__gte=since, run__workflow=workflow)
    rows = (
        lines.order_by()
        .values("step_id", "outcome")
        .annotate(
            runs=Count("run_id", distinct=True),
            people=Count(people, distinct=True),
            ordered=Count(people, distinct=True, filter=Q(Exists(ordered))),
            paid=Count(people, distinct=True, filter=Q(Exists(paid))),
        )
    )
    return {(row["step_id"], row["outcome"]): row for row in rows}
