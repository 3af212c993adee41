"""How deliveries leave; loaded so that each channel registers."""

from actions.channels.webhook import WebhookChannel

__all__ = ["WebhookChannel"]
