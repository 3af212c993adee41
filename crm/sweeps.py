"""What crm repeats (crm/periodic.py)."""

from crm.api.idempotency import forget_old_calls
from crm.personal.ages import forget_sessions
from crm.services.erasure import carry_on_erasures
from crm.services.imports import work_on_imports
from crm.services.retention import clear_old_data
from crm.services.segments import count_segments

__all__ = [
    "carry_on_erasures",
    "clear_old_data",
    "count_segments",
    "forget_old_calls",
    "forget_sessions",
    "work_on_imports",
]
