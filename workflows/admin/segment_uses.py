"""Workflows that ask whether somebody is in a segment, as its page names them."""

from collections.abc import Iterator

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.admin.segment_uses import MOST, Use, finders
from crm.models import Segment
from workflows.models import Workflow
from workflows.models.workflow import Status


def workflows_with(segment: Segment) -> Iterator[Use]:
    """Find those whose draft names it; a live version keeps the rules as they were when it was activated."""
    rows = Workflow.objects.exclude(status=Status.ARCHIVED).annotate(as_text=Cast("draft", TextField()))
    naming = rows.filter(as_text__contains=str(segment.uid)).order_by("name", "pk")
    for pk, name in naming.values_list("pk", "name")[:MOST]:
        yield Use(_("Used by the workflow"), name, reverse("admin:workflows_workflow_change", args=[pk]))


finders.append(workflows_with)
