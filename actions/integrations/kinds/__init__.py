"""The kinds of integration that come with Declic; this list is the order in which they are offered."""

# isort: off
from actions.integrations.kinds.webhook import WebhookTarget
from actions.integrations.kinds.twilio import Twilio
from actions.integrations.kinds.whatsapp import WhatsApp
from actions.integrations.kinds.brevo import Brevo

__all__ = ["Brevo", "Twilio", "WebhookTarget", "WhatsApp"]
