"""How deliveries leave; loaded so that each channel registers."""

# isort: off
from actions.channels.webhook import WebhookChannel
from actions.channels.sms import SmsChannel
from actions.channels.whatsapp import WhatsAppChannel
from actions.channels.brevo import BrevoChannel

__all__ = ["BrevoChannel", "SmsChannel", "WebhookChannel", "WhatsAppChannel"]
