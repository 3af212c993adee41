"""How deliveries leave: planned → leased → sending → sent, failed, skipped or unknown."""

from typing import Literal

from actions.sending.sweep import sweep

__all__ = ["deliver", "sweep"]


def deliver(queue: Literal["mail", "http"], limit: int) -> int:
    """Send at most `limit` deliveries of a queue that are due; returns how many rows were taken."""
    from actions.sending.http import deliver_http
    from actions.sending.mail import deliver_mail

    return deliver_mail(limit) if queue == "mail" else deliver_http(limit)
