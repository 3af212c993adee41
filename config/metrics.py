"""What Prometheus is told besides the process's own figures: how much is waiting, and for how long."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from actions.models import Delivery
from actions.models.delivery import Status as Sending
from crm import clock
from triggers.models import Event
from workflows.models import Run
from workflows.models.run import Status


class WorkCollector(Collector):
    """Count what is due, at each scrape, from the queues themselves, which are tables."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name nothing beforehand, so that registering asks no database."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield the gauges."""
        now = clock.now()
        events = Event.objects.filter(handled_at__isnull=True)
        yield GaugeMetricFamily("declic_events_unhandled", "Events that no workflow has looked at", events.count())
        oldest = events.order_by("id").values_list("recorded_at", flat=True).first()
        yield GaugeMetricFamily("declic_events_oldest_seconds", "Age of the oldest of them", _age(oldest, now))
        runs = Run.objects.filter(status=Status.WAITING, due_at__lte=now)
        yield GaugeMetricFamily("declic_runs_due", "Runs whose next step is due", runs.count())
        longest = runs.order_by("due_at").values_list("due_at", flat=True).first()
        yield GaugeMetricFamily("declic_runs_overdue_seconds", "How long the first of them is due", _age(longest, now))
        deliveries = GaugeMetricFamily("declic_deliveries", "Deliveries under way", labels=["channel", "status"])
        for statuses in ([Sending.PLANNED], [Sending.LEASED, Sending.SENDING]):  # each has an index of its own
            rows = Delivery.objects.filter(status__in=statuses).values_list("channel", "status")
            for channel, status, number in rows.annotate(number=Count("id")).order_by():
                deliveries.add_metric([channel, status], number)
        yield deliveries


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


REGISTRY.register(WorkCollector())
