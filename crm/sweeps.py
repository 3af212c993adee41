"""What crm repeats (crm/periodic.py)."""

from crm.api.idempotency import forget_old_calls
from crm.services.segments import count_segments

__all__ = ["count_segments", "forget_old_calls"]
