"""How many runs an import would start: what admission says of its events, before they are undone."""

from collections.abc import Callable

from django.db.models import Max

from crm.cause import Origin
from crm.imports.starting import start_counters
from triggers.models import Event
from workflows.engine.admission import Admission
from workflows.engine.dispatch import listening
from workflows.engine.live import listeners_by_kind
from workflows.engine.views import read_events


def count_starts() -> Callable[[], int]:
    """Begin to count."""
    last = Event.objects.aggregate(last=Max("id"))["last"] or 0

    def count() -> int:
        events = read_events(Event.objects.filter(pk__gt=last, origin=Origin.IMPORT).values_list("pk", flat=True))
        listeners = listeners_by_kind()
        met = [(event, found) for event in events if (found := listening(event, listeners))]
        admission = Admission.of(met)
        for event, workflows in met:
            for workflow in workflows:
                admission.start(event, workflow)
        return len(admission.started)

    return count


start_counters.append(count_starts)
