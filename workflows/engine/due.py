"""What comes due by itself (T13: a cart goes idle): live workflows' triggers record the events, once each."""

from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError

from crm import clock
from triggers.base import Trigger
from workflows.engine.live import live_workflows

logger = structlog.get_logger(__name__)

#: how far back one looks for what came due while no scheduler ran; older things are not made up
LOOK_BACK = timedelta(days=2)


def record_due() -> None:
    """Let each trigger that can look for what is due record it; asked again and again, and by several at once."""
    now = clock.now()
    for workflow in live_workflows():
        for trigger in workflow.version.triggers:
            if type(trigger).due is Trigger.due:
                continue
            try:
                trigger.due(max(workflow.active_since, now - LOOK_BACK), now)
            except (OperationalError, InterfaceError):
                raise
            except Exception:  # one that is broken keeps no other from being asked
                logger.exception("due_raised", workflow=workflow.id, trigger=trigger.kind)
