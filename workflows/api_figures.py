"""V3, ours: what the automations did and what is still to be done, for developers who test an integration."""

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest

from actions.models import Delivery
from crm import clock
from crm.api.auth import allows
from crm.api.routing import SlashRouter, documented
from triggers.models import Event
from workflows.models import Run, Workflow
from workflows.models.run import Status

router = SlashRouter(tags=["automations"])

_FIGURES = {
    "automations": [
        {
            "id": "0b7f…",
            "name": "Thank you",
            "status": "active",
            "total": 12,
            "underWay": 1,
            "succeeded": 10,
            "stopped": 1,
            "failed": 0,
        }
    ],
    "count": 1,
}
_BACKLOG = {"events": 0, "runsDue": 0, "runsUnderWay": 3, "deliveriesUnderWay": 0}
_RECORDED = {"events": {"order_created": 12}, "deliveries": {"sent": 9, "skipped": 1}}


@router.get(
    "/automations",
    auth=allows("automations:read"),
    summary="List automations with their figures",
    openapi_extra=documented(_FIGURES),
)
def list_automations(request: HttpRequest) -> dict[str, Any]:
    """List all workflows with their status and counters."""
    rows = [
        {
            "id": str(workflow.uid),
            "name": workflow.name,
            "status": workflow.status,
            "total": workflow.total,
            "underWay": workflow.under_way,
            "succeeded": workflow.succeeded,
            "stopped": workflow.stopped,
            "failed": workflow.failed,
        }
        for workflow in Workflow.objects.all()
    ]
    return {"automations": rows, "count": len(rows)}


@router.get(
    "/automations/backlog",
    auth=allows("automations:read"),
    summary="What is still to be done",
    openapi_extra=documented(_BACKLOG),
)
def backlog(request: HttpRequest) -> dict[str, Any]:
    """Say how many events, due runs and deliveries are still to be worked, and whether runs wait; quick at any size."""
    return {
        "events": Event.objects.unhandled().count(),
        "runsDue": Run.objects.filter(status=Status.WAITING, due_at__lte=clock.now()).count(),
        "runsUnderWay": Workflow.objects.aggregate(n=Sum("under_way"))["n"] or 0,
        "deliveriesUnderWay": Delivery.objects.filter(ended_at__isnull=True).count(),
    }


@router.get(
    "/automations/figures",
    auth=allows("automations:read"),
    summary="What was recorded and sent",
    openapi_extra=documented(_RECORDED),
)
def figures(request: HttpRequest) -> dict[str, Any]:
    """Count all events by kind and all deliveries by status; slow where there are millions."""
    return {
        "events": dict(Event.objects.values_list("kind").annotate(n=Count("id")).order_by()),
        "deliveries": dict(Delivery.objects.values_list("status").annotate(n=Count("id")).order_by()),
    }
