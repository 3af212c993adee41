"""Who took part in which module, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.cause import Cause, caused_by
from crm.models import Participation


def record_participation(
    participation: Participation,
    *,
    cause: Cause,
    is_complete: bool | None = None,
    is_winner: bool | None = None,
    answers: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> Participation:
    """Record a participation, a new one (unsaved) or what became of a known one; what is not given stays as it is."""
    given = {"is_complete": is_complete, "is_winner": is_winner, "answers": answers}
    for column, value in given.items():
        if value is not None:
            setattr(participation, column, value)
    participation.occurred_at_given = occurred_at
    with caused_by(cause), transaction.atomic():
        participation.save()
        return participation
