"""The sending steps of workflows, as triggers and conditions about messages name them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import action_types
from triggers.messages import NAMES, WORKFLOW, Group, workflow_key
from workflows.drafts import Document, Row, all_steps
from workflows.models import Workflow
from workflows.models.workflow import Status


def followed_steps(document: Document) -> Iterator[Row]:
    """Iterate over the steps whose messages are followed, in the order in which they stand."""
    for row in all_steps(document):
        kind = action_types.get(row["kind"]) if row["type"] == "action" else None
        if kind is not None and kind.is_followed:
            yield row


def _workflows() -> Group:
    named = []
    for pk, name, draft in Workflow.objects.exclude(status=Status.ARCHIVED).values_list("pk", "name", "draft"):
        for number, row in enumerate(followed_steps(draft), 1):
            words = row["config"].get("subject") or _now("e-mail %(number)d") % {"number": number}
            named.append((workflow_key(pk, row["id"]), f"{name} – {words}"))
    return _("E-mails of workflows"), named


NAMES[WORKFLOW] = _workflows
