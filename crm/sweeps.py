"""What crm repeats (crm/periodic.py)."""

from crm.api.idempotency import forget_old_calls

__all__ = ["forget_old_calls"]
