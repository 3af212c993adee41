"""Which workflows are exempt from the frequency cap (W10): an administrator decides, and it holds at once."""

from collections.abc import Sequence

from actions.caps import exemptions
from actions.models import Delivery
from crm import clock
from workflows.models import Workflow


def exempt_workflow(workflow: Workflow, *, is_exempt: bool) -> None:
    """Exempt a workflow from the frequency cap, or have it count again."""
    Workflow.objects.filter(pk=workflow.pk).update(is_cap_exempt=is_exempt, updated_at=clock.now())
    workflow.refresh_from_db()


def exempt_deliveries(deliveries: Sequence[Delivery]) -> set[int]:
    """Return the ids of deliveries that an exempt workflow sends."""
    ids = {delivery.workflow_id for delivery in deliveries if delivery.workflow_id is not None}
    exempt = set(Workflow.objects.filter(pk__in=ids, is_cap_exempt=True).values_list("pk", flat=True))
    return {delivery.pk for delivery in deliveries if delivery.workflow_id in exempt}


exemptions.append(exempt_deliveries)
