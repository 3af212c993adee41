"""What messages listen to: consents that wait to be confirmed."""

from actions.questions import ask_at_once
from crm.models import Consent
from crm.signals import settled


def connect() -> None:
    """Connect the receivers, once."""
    settled.connect(ask_at_once, sender=Consent, dispatch_uid="actions.ask_at_once")
