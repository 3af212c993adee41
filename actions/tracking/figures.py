"""Figures of messages: what left and what became of it, with three queries for any number of messages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, QuerySet

from actions.models import Delivery, Track
from actions.models.delivery import Channel, Status
from crm.models import Newsletter, Scenario
from triggers.messages import newsletter_key, scenario_key, workflow_key

K = TypeVar("K", int, str)
Kind = Track.Kind
#: a row of the count of tracks: kind, by a machine
_Heard = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the e-mails of one message: each counts once, however often it was opened."""

    planned: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    opened: int = 0
    opened_by_machine: int = 0
    clicked: int = 0
    clicked_by_machine: int = 0
    bounced: int = 0
    #: among the bounced, those that the server refused at once: they count as failed, not as sent
    refused_at_once: int = 0
    soft_bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0

    @property
    def ended(self) -> int:
        """Those that have ended, however."""
        return self.sent + self.failed + self.skipped + self.unknown

    @property
    def waiting(self) -> int:
        """Those that are still to leave."""
        return self.planned - self.ended

    @property
    def delivered(self) -> int:
        """Those that left and did not come back."""
        return max(self.sent - (self.bounced - self.refused_at_once), 0)

    def percent(self, number: int) -> float:
        """Return a number as a share of what was delivered."""
        return 100 * number / self.delivered if self.delivered else 0.0

    @property
    def open_rate(self) -> float:
        """How many of a hundred were opened by people."""
        return self.percent(self.opened)

    @property
    def click_rate(self) -> float:
        """How many of a hundred were clicked by people."""
        return self.percent(self.clicked)


def figures_of_steps(workflow_id: int, step_ids: Iterable[str]) -> dict[str, Figures]:
    """Return the figures of the sending steps of a workflow, over all its versions, by step."""
    steps = list(step_ids)
    keys = {workflow_key(workflow_id, step): step for step in steps}
    rows = Delivery.objects.filter(workflow_id=workflow_id, step_id__in=steps, channel=Channel.EMAIL)
    return _figures(rows, "step_id", keys) if steps else {}


def figures_of_newsletters(newsletters: Iterable[Newsletter]) -> dict[int, Figures]:
    """Return the figures of newsletters by their id."""
    keys = {newsletter_key(row.uid): row.pk for row in newsletters}
    return _figures(Delivery.objects.filter(newsletter_id__in=keys.values()), "newsletter_id", keys) if keys else {}


def heard_of_newsletters(newsletters: Iterable[Newsletter]) -> dict[int, tuple[int, int]]:
    """Return by id how many people opened and clicked in newsletters; one query, none where there are none."""
    keys = {newsletter_key(row.uid): row.pk for row in newsletters}
    tracks = Track.objects.filter(message__in=list(keys), is_first=True, is_machine=False)
    rows = tracks.filter(kind__in=[Kind.OPEN, Kind.CLICK]).order_by().values("message", "kind").annotate(n=Count("pk"))
    counted = {(message, kind): n for message, kind, n in rows.values_list("message", "kind", "n")} if keys else {}
    return {pk: (counted.get((key, Kind.OPEN), 0), counted.get((key, Kind.CLICK), 0)) for key, pk in keys.items()}


def figures_of_scenarios(scenarios: Iterable[Scenario]) -> dict[int, Figures]:
    """Return the figures of scenarios by their id."""
    keys = {scenario_key(row.uid): row.pk for row in scenarios}
    return _figures(Delivery.objects.filter(scenario_id__in=keys.values()), "scenario_id", keys) if keys else {}


def _figures(rows: "QuerySet[Delivery]", column: str, keys: Mapping[str, K]) -> dict[K, Figures]:
    """Count deliveries by status and first tracks by kind, for each message; those of mailings along their index."""
    ended: dict[K, Counter[str]] = {key: Counter() for key in keys.values()}
    counted = rows.order_by().values_list(column, "status")
    for key, status, number in counted.annotate(n=Count("pk")).values_list(column, "status", "n"):
        ended[key][status] += number
    heard: dict[K, Counter[_Heard]] = {key: Counter() for key in keys.values()}
    tracks = Track.objects.filter(message__in=list(keys), is_first=True).order_by()
    for message, kind, is_machine, number in (
        tracks.values("message", "kind", "is_machine")
        .annotate(n=Count("pk"))
        .values_list("message", "kind", "is_machine", "n")
    ):
        heard[keys[message]][kind, is_machine] += number
    # an address that the server refused at once never left: it is among the failed
    refused = tracks.filter(kind=Kind.HARD_BOUNCE, delivery__status=Status.FAILED)
    at_once = dict(refused.values("message").annotate(n=Count("pk")).values_list("message", "n"))
    return {key: _of(ended[key], heard[key], at_once.get(name, 0)) for name, key in keys.items()}


def _of(ended: Mapping[str, int], heard: Mapping[_Heard, int], refused_at_once: int) -> Figures:
    return Figures(
        planned=sum(ended.values()),
        sent=ended[Status.SENT],
        failed=ended[Status.FAILED],
        skipped=ended[Status.SKIPPED],
        unknown=ended[Status.UNKNOWN],
        opened=heard[Kind.OPEN, False],
        opened_by_machine=heard[Kind.OPEN, True],
        clicked=heard[Kind.CLICK, False],
        clicked_by_machine=heard[Kind.CLICK, True],
        bounced=heard[Kind.HARD_BOUNCE, False],
        refused_at_once=refused_at_once,
        soft_bounced=heard[Kind.SOFT_BOUNCE, False],
        complained=heard[Kind.COMPLAINT, False],
        unsubscribed=heard[Kind.UNSUBSCRIBE, False],
    )
