"""Workflows that ask whether somebody is in a segment, as its page names them."""

import json
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.admin.segment_uses import MOST, Use, finders
from crm.models import Segment
from workflows.models import Workflow
from workflows.models.workflow import Status


def workflows_with(segment: Segment) -> Iterator[Use]:
    """Find those whose draft names it; a live version keeps the rules as they were when it was activated."""
    uid, found = str(segment.uid), 0
    rows = Workflow.objects.exclude(status=Status.ARCHIVED).order_by("name", "pk")
    for pk, name, draft in rows.values_list("pk", "name", "draft").iterator():
        if found < MOST and uid in json.dumps(draft):
            found += 1
            yield Use(_("Used by the workflow"), name, reverse("admin:workflows_workflow_change", args=[pk]))


finders.append(workflows_with)
