"""What providers told of a message, on the page of its delivery."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from actions.admin.deliveries import delivery_panels
from actions.models import Delivery, DeliveryReport
from crm.admin.panels import Panel


@delivery_panels.register
class Reports(Panel):
    """The states in the order in which they were told."""

    kind = "reports"
    title = _("What the provider told")
    template = "actions/admin/reports.html"
    order = 30

    def context(self, row: Delivery) -> Mapping[str, Any] | None:
        """Return the newest fifty; nothing where there are none."""
        reports = list(DeliveryReport.objects.filter(delivery=row).order_by("occurred_at", "id")[:50])
        return {"reports": reports} if reports else None
